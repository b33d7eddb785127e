package pack

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"truce"
	"truce/geo"
	"truce/holds"
)

// edges are the times at which something changes by what the records say, and those round the changes of clocks of 2016 in
// Damascus, Kyiv and Gaza.
func edges(records []*holds.Record) (out []time.Time) {
	add := func(t time.Time) {
		for _, d := range []time.Duration{-time.Second, 0, time.Second} {
			out = append(out, t.Add(d))
		}
	}
	for _, r := range records {
		for _, v := range r.Versions {
			add(v.At)
			var all []*truce.ScheduleContent
			if v.Window != nil {
				all = append(all, v.Window.Schedule)
			}
			if v.Agreement != nil {
				for i := range v.Agreement.Clauses {
					all = append(all, v.Agreement.Clauses[i].Schedule)
				}
			}
			for _, s := range all {
				if s == nil {
					continue
				}
				for _, run := range s.Runs {
					for _, n := range []int64{0, 1, run.Count / 2, run.Count - 1} {
						add(time.Unix(run.From+n*run.Step, 0))
						add(time.Unix(run.From+n*run.Step+run.Length, 0))
					}
				}
				if s.Horizon != nil {
					add(s.Horizon.Instant())
				}
			}
		}
		for _, s := range r.Said {
			add(s.At)
			for _, w := range []*truce.When{s.Act.From, s.Act.Until, s.Act.At, s.Act.EnteredAt, s.Act.LeftAt} {
				add(w.Earliest())
				add(w.Latest())
			}
		}
	}
	for _, s := range []string{"2016-10-28T00:00:00+03:00", "2016-10-30T01:00:00Z", "2016-10-29T01:00:00+03:00", "2016-03-25T00:00:00+02:00"} {
		t, _ := time.Parse(time.RFC3339, s)
		add(t)
	}
	return slices.DeleteFunc(out, func(t time.Time) bool { return t.Year() < 2000 || t.Year() > 2100 })
}

// What a pack answers of agreements and windows is what the statements themselves answer, member for member, at every edge
// and over periods between them.
func TestAgreedAnswersAsStatements(t *testing.T) {
	b := agreements(t)
	p, m := packOf(t, nil, b.entry, made, b.told()...), holds.NewModel(b.entry, b.records)
	r, times := rand.New(rand.NewPCG(1, 1)), edges(b.told())
	states := map[holds.State]int{}
	for i, at := range times {
		q := holds.Query{At: at.UTC(), Statuses: statuses}
		switch i % 4 {
		case 1:
			q.Shape = geo.PointShape(geo.Point{Lat: 36.2, Lon: 37.1}, 20)
		case 2:
			q.Shape, q.RadiusM = geo.CircleShape(geo.Point{Lat: 36.25, Lon: 37.2}, 500), 2000
		case 3:
			q.Until = q.At.Add(time.Duration(1+r.IntN(60*24*40)) * time.Minute)
		}
		want, err := holds.Evaluate(m, q)
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.Now(q)
		if err != nil || text(got) != text(want) {
			t.Fatalf("at %v: %v\n%s\n%s", q.At, err, text(got), text(want))
		}
		for _, w := range want.Windows {
			states[w.State]++
		}
	}
	for _, s := range []holds.State{holds.Open, holds.Later, holds.Over, holds.Aborted, holds.NoTimes, holds.NotExpanded} {
		if states[s] == 0 {
			t.Errorf("no window was %s in %d answers", s, len(times))
		}
	}
}

// A pause of three hours a day is open from ten to one by the clocks of Damascus before and after they change, exactly.
func TestPauseOverChangeOfClocks(t *testing.T) {
	p := packOf(t, nil, 50, made, agreements(t).told()...)
	place := geo.PointShape(geo.Point{Lat: 36.2, Lon: 37.15}, 0)
	for at, open := range map[string]bool{
		"2016-10-27T06:59:59Z": false, "2016-10-27T07:00:00Z": true, "2016-10-27T09:59:59Z": true, "2016-10-27T10:00:00Z": false, // +03:00
		"2016-10-28T07:59:59Z": false, "2016-10-28T08:00:00Z": true, "2016-10-28T10:59:59Z": true, "2016-10-28T11:00:00Z": false, // +02:00
	} {
		when, _ := time.Parse(time.RFC3339, at)
		a, err := p.Check(Query{Shape: place, From: when}, made)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range a.Windows {
			if w.ID == "window-pause" && w.Open != open || w.ID == "window-other" && w.AgreedByAll {
				t.Errorf("at %s: %+v", at, w)
			}
		}
	}
}

// Past the signed instants a window is neither open nor closed: it is told that nobody knows.
func TestNotExpanded(t *testing.T) {
	p := packOf(t, nil, 50, made, agreements(t).told()...)
	a, err := p.Check(Query{Shape: geo.PointShape(geo.Point{Lat: 36.2, Lon: 37.15}, 0), From: time.Date(2017, 3, 1, 8, 30, 0, 0, time.UTC)}, made)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(a.Windows, func(w holds.WindowBrief) bool { return w.ID == "window-pause" })
	if i < 0 || a.Windows[i].State != holds.NotExpanded || a.Windows[i].Horizon == nil || a.Windows[i].Open || a.Windows[i].Ready || !slices.Contains(a.Windows[i].Missing, "times") {
		t.Errorf("%+v", a.Windows)
	}
	j := slices.IndexFunc(a.Agreements, func(x holds.AgreementBrief) bool { return x.ID == "agreement-national" })
	if j < 0 || !slices.Equal(a.Agreements[j].NotExpanded, []string{"c2"}) {
		t.Errorf("%+v", a.Agreements)
	}
}

// Of a period that goes on behind the signed instants it is told that nobody knows the rest of it, of a window that states
// no area too: what was over when they ended is not.
func TestPeriodNotExpanded(t *testing.T) {
	b := agreements(t)
	anywhere := b.say("window-anywhere", "cell", members{"names": []members{{"text": "anywhere", "lang": "en"}}, "windowKind": "pause",
		"parties": named("signatory", "syria", "fsa"), "schedule": timesOf(t, "2016-08-11T10:00:00", "Asia/Damascus", 180, "FREQ=DAILY", "2016-12-01T00:00:00Z")})
	b.act(anywhere, truce.WindowAccept, "syria", nil)
	p := packOf(t, nil, 50, made, b.told()...)
	until := time.Date(2017, 3, 1, 8, 30, 0, 0, time.UTC)
	for _, from := range []string{"2016-08-20T00:00:00Z", "2016-11-30T20:00:00Z", "2016-12-01T00:00:00Z", "2016-12-31T23:00:00Z", "2017-01-01T00:00:00Z"} {
		at, err := time.Parse(time.RFC3339, from)
		if err != nil {
			t.Fatal(err)
		}
		a, err := p.Check(Query{Shape: geo.PointShape(geo.Point{Lat: 36.2, Lon: 37.15}, 0), From: at, Until: until}, made)
		if err != nil {
			t.Fatal(err)
		}
		told := 0
		for _, w := range a.Windows {
			if w.ID != "window-pause" && w.ID != "window-anywhere" {
				continue
			}
			if told++; w.Horizon == nil || w.State != holds.NotExpanded && len(w.Parts) == 0 {
				t.Errorf("from %s: %+v", from, w)
			}
		}
		j := slices.IndexFunc(a.Agreements, func(x holds.AgreementBrief) bool { return x.ID == "agreement-national" })
		if told != 2 || j < 0 || !slices.Equal(a.Agreements[j].NotExpanded, []string{"c2"}) {
			t.Errorf("from %s: %d windows, %+v", from, told, a.Agreements)
		}
	}
}

// From every state of the statements a delta leads to every later one, to the same bytes.
func TestAgreedDeltas(t *testing.T) {
	var packs []*Pack
	b := agreements(t)
	for n := int64(0); n <= b.entry; n += 4 {
		packs = append(packs, packOf(t, nil, n, made, b.below(n).told()...))
	}
	_, vkey := logKey(t)
	for i, from := range packs {
		for _, to := range packs[i:] {
			d, err := Diff(from, to)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Apply(from, d, vkey)
			if err != nil || !bytes.Equal(got.Bytes(), to.Bytes()) {
				t.Fatalf("from %d to %d entries: %v", from.LogSize, to.LogSize, err)
			}
		}
	}
	back, err := Diff(packs[len(packs)-1], packs[1]) // what was erased is left out
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Apply(packs[len(packs)-1], back, vkey); err != nil || !bytes.Equal(got.Bytes(), packs[1].Bytes()) {
		t.Error("the way back:", err)
	}
}

// below are the statements of entries below n.
func (b *bodies) below(n int64) *bodies {
	out := &bodies{t: b.t, entry: n}
	for _, r := range b.records {
		x := *r
		x.Versions = slices.DeleteFunc(slices.Clone(r.Versions), func(v holds.Version) bool { return v.Entry >= n })
		x.Said = slices.DeleteFunc(slices.Clone(r.Said), func(s holds.Said) bool { return s.Entry >= n })
		if len(x.Versions) > 0 {
			out.records = append(out.records, &x)
		}
	}
	return out
}

// country is n agreements with 25 clauses each, most in a place of their own, one in five with a daily calendar, and as
// many windows as a tenth of them: 2,000 are the bar of issue 4.
func country(t testing.TB, n int) *bodies {
	r := rand.New(rand.NewPCG(3, 4))
	b := newBodies(t)
	daily := timesOf(t, "2016-03-01T10:00:00", "Asia/Damascus", 180, "FREQ=DAILY;COUNT=300", "2017-12-31T00:00:00Z")
	for i := range n {
		lat, lon := float64(int((33+r.Float64()*4)*1e4))/1e4, float64(int((36+r.Float64()*6)*1e4))/1e4
		var clauses []members
		for j := range 25 {
			c := members{"id": fmt.Sprint("c", j), "kind": "prohibited-act", "modality": "prohibits", "acts": []string{"fire"}, "test": "no impact", "pointer": fmt.Sprintf("article %d (%d)", j/5, j%5)}
			if i%500 != 0 {
				c["area"] = disc(lat+float64(r.IntN(300))/1e4, lon+float64(r.IntN(300))/1e4, 2000)
			}
			if j%5 == 0 {
				c["schedule"] = daily
			}
			clauses = append(clauses, c)
		}
		x := b.say(fmt.Sprint("agreement-", i), "aa", members{"names": []members{{"text": fmt.Sprintf("Agreement of the place %d", i)}}, "class": "local-truce", "parties": named("signatory", "aa", "bb", "cc"), "geometry": disc(lat, lon, 4000), "clauses": clauses})
		for _, party := range []string{"aa", "bb", "cc"} {
			b.act(x, truce.AgreementAccept, party, nil)
		}
		if i%10 == 0 {
			b.say(fmt.Sprint("window-", i), "aa", members{"windowKind": "pause", "agreement": x.Subject, "parties": named("signatory", "aa", "bb"), "prohibits": []string{"fire"}, "geometry": disc(lat, lon, 4000), "schedule": daily})
		}
	}
	return b
}

// TestAgreedSizes: 200 agreements with 5,000 clauses, and 100 acceptances later.
func TestAgreedSizes(t *testing.T) {
	b := country(t, 200)
	p := packOf(t, nil, b.entry, made, b.told()...)
	for i := range 100 {
		b.act(b.records[i], truce.AgreementSuspend, "bb", members{"reason": "shelling"})
	}
	q := packOf(t, nil, b.entry, made, b.told()...)
	d, err := Diff(p, q)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("5,000 clauses: %d bytes, content %d; 100 acts: %d bytes", len(p.Bytes()), p.Header.Bytes, len(d))
	if len(p.Bytes()) > 300_000 || len(d) > 10_000 {
		t.Errorf("5,000 clauses take %d bytes, 100 acts %d", len(p.Bytes()), len(d))
	}
}

func BenchmarkAgreed(b *testing.B) {
	all := country(b, 2000)
	told := all.told()
	p := packOf(b, nil, all.entry, made, told...)
	b.Logf("50,000 clauses in 2,000 agreements: %d bytes, content %d", len(p.Bytes()), p.Header.Bytes)
	r := rand.New(rand.NewPCG(5, 6))
	point := func() geo.Shape {
		return geo.PointShape(geo.Point{Lat: 33 + r.Float64()*4, Lon: 36 + r.Float64()*6}, 0)
	}
	b.Run("open", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Open(p.Bytes(), ""); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("make", func(b *testing.B) {
		for b.Loop() {
			packOf(b, nil, all.entry, made, told...)
		}
	})
	b.Run("check", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := p.Check(Query{Shape: point(), From: time.Date(2016, 8, 11, 8, 0, 0, 0, time.UTC)}, made); err != nil {
				b.Fatal(err)
			}
		}
	})
}
