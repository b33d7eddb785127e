package inforce

import (
	"encoding/json"
	"flag"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"truce"
	"truce/holds"
	"truce/internal/auth"
	"truce/internal/view/agreement"
	"truce/schedule"
)

func init() { flag.Set("rapid.checks", "60") } // each check plays a whole history; -rapid.checks asks for more

// script is a history made of random acts, as records, without a database.
type script struct {
	rt      *rapid.T
	records map[string]*agreement.Record
	order   []string
	entry   int64
	clock   time.Time
	tried   []holds.Test
}

var actors = []string{"aa", "bb", "cc"}

func newScript(rt *rapid.T) *script {
	return &script{rt: rt, records: map[string]*agreement.Record{}, clock: start}
}

func (s *script) tick() {
	s.entry++
	s.clock = s.clock.Add(time.Duration(rapid.Int64Range(1, 40*3600).Draw(s.rt, "later")) * time.Second)
}

func (s *script) put(subject string, body object) {
	s.tick()
	raw, _ := json.Marshal(body)
	r := s.records[subject]
	if r == nil {
		r = &agreement.Record{Subject: subject, Object: truce.AgreementObject(subject), Owner: "aa", Status: truce.Actual, First: s.entry}
		s.records[subject] = r
		s.order = append(s.order, subject)
	}
	terms := s.entry
	if v := r.Newest(); v != nil && truce.TermsHash(v.Body) == truce.TermsHash(raw) {
		terms = v.Terms
	}
	author := rapid.SampledFrom([]string{"aa", "cell"}).Draw(s.rt, "author")
	r.Versions = append(r.Versions, agreement.Version{Entry: s.entry, ID: id(s.entry), Author: author, At: s.clock, Terms: terms, Body: raw})
}

func (s *script) act() {
	subject := rapid.SampledFrom(s.order).Draw(s.rt, "subject")
	r := s.records[subject]
	kinds := []truce.Kind{truce.AgreementAccept, truce.AgreementAccept, truce.AgreementAccept, truce.AgreementReject, truce.AgreementReserve, truce.AgreementSuspend,
		truce.AgreementResume, truce.AgreementDenounce, truce.AgreementExtend, truce.AgreementTerminate, truce.AgreementFulfil, truce.AgreementDeposit}
	if r.Object == "window" {
		kinds = []truce.Kind{truce.WindowAccept, truce.WindowAccept, truce.WindowCondition, truce.WindowReject, truce.WindowSuspend, truce.WindowResume,
			truce.WindowExtend, truce.WindowAbort, truce.WindowContact, truce.WindowContact, truce.WindowNeed, truce.CorridorAttest, truce.CorridorAttest}
	}
	s.tick()
	kind := rapid.SampledFrom(kinds).Draw(s.rt, "kind")
	body := object{"version": r.Newest().ID}
	if rapid.IntRange(0, 3).Draw(s.rt, "dated") == 0 {
		body["from"] = s.some().Format(time.RFC3339)
	}
	if kind == truce.AgreementExtend || kind == truce.WindowExtend || rapid.IntRange(0, 3).Draw(s.rt, "ended") == 0 {
		body["until"] = s.some().Format(time.RFC3339)
	}
	if kind == truce.WindowExtend {
		body["occurrence"] = "2016-02-22T07:00:00Z"
	}
	if kind == truce.AgreementReserve || kind == truce.AgreementSuspend {
		body["clauses"] = rapid.SampledFrom([][]string{nil, {"c1"}}).Draw(s.rt, "clauses")
	}
	if kind == truce.AgreementDeposit || kind == truce.WindowContact {
		body["party"], body["result"] = rapid.SampledFrom(actors[:2]).Draw(s.rt, "of"), "answered"
	}
	if kind == truce.CorridorAttest {
		body["segment"], body["result"], body["until"] = "s1", "none-found", s.some().Format(time.RFC3339)
	}
	raw, _ := json.Marshal(body)
	r.Said = append(r.Said, agreement.Said{Entry: s.entry, ID: id(s.entry), Kind: kind, Author: rapid.SampledFrom(actors).Draw(s.rt, "who"), At: s.clock,
		Version: r.Newest().ID, Terms: r.Newest().Terms, Body: raw})
}

// some is a time around the history.
func (s *script) some() time.Time {
	return start.Add(time.Duration(rapid.Int64Range(-10*24*3600, 40*24*3600).Draw(s.rt, "at")) * time.Second)
}

func (s *script) play() *Model {
	pause := times(s.rt2(), "2016-02-22T09:00:00", "Asia/Damascus", 180, "FREQ=DAILY;COUNT=40", "2016-12-31T00:00:00Z")
	bodies := []func() object{
		func() object {
			return agreed("parties", signatories(actors[:rapid.IntRange(1, 3).Draw(s.rt, "sides")]...), "noticeHours", rapid.SampledFrom([]int{0, 24, 100}).Draw(s.rt, "notice"),
				"entryIntoForce", rapid.SampledFrom([]object{{"mode": "on-acceptance"}, {"mode": "instant", "at": "2016-02-27T00:00:00+02:00"}, {"mode": "per-adherent"}, {"mode": "condition", "condition": "x"}}).Draw(s.rt, "entry"),
				"durationHours", rapid.SampledFrom([]int{0, 48, 300}).Draw(s.rt, "hours"), "extension", object{"mode": rapid.SampledFrom([]string{"none", "by-consensus"}).Draw(s.rt, "extension")})
		},
		func() object {
			return object{"windowKind": "pause", "parties": signatories(actors[:rapid.IntRange(1, 3).Draw(s.rt, "sides")]...), "schedule": pause, "prohibits": []string{"fire"}}
		},
	}
	bodies = append(bodies, func() object { return s.successor(pause) }, func() object { return s.road(pause) })
	for i, subject := range []string{"agreement-1", "window-1", "agreement-2", "window-2"} {
		s.put(subject, bodies[i]())
	}
	for range rapid.IntRange(0, 40).Draw(s.rt, "acts") {
		if rapid.IntRange(0, 9).Draw(s.rt, "amend") == 0 {
			i := rapid.IntRange(0, len(bodies)-1).Draw(s.rt, "which")
			s.put(s.order[i], bodies[i]())
			continue
		}
		s.act()
	}
	s.tried = s.tests()
	return s.model(truce.Now)
}

// tests are some of the lines of two desks of a party.
func (s *script) tests() (out []holds.Test) {
	for range rapid.IntRange(0, 6).Draw(s.rt, "tests") {
		out = append(out, holds.Test{Party: rapid.SampledFrom(actors[:2]).Draw(s.rt, "tried"), Desk: rapid.SampledFrom([]string{"desk-1", "desk-2"}).Draw(s.rt, "desk"),
			Line: rapid.SampledFrom([]string{"voice", "sms"}).Draw(s.rt, "line"), By: "cell", Status: truce.Actual, At: s.some(),
			Result: rapid.SampledFrom([]string{"answered", "answered", "no-answer", ""}).Draw(s.rt, "result")})
	}
	return out
}

// successor is an agreement that may take the place of the first one, with a clause
// that has a calendar and one that permits what the other prohibits.
func (s *script) successor(daily object) object {
	body := agreed("parties", signatories(actors[:rapid.IntRange(2, 3).Draw(s.rt, "sides")]...),
		"clauses", []object{noFire(), noFire("id", "c2", "schedule", daily), noFire("id", "c3", "modality", "permits", "acts", []string{"shelling"}, "who", []string{"bb"})})
	if rapid.Bool().Draw(s.rt, "supersedes") {
		body["supersedes"] = []string{"agreement-1"}
	}
	if rapid.Bool().Draw(s.rt, "renews") {
		body["durationHours"], body["extension"] = 72, object{"mode": "automatic", "hours": 50}
	}
	return body
}

// road is a corridor under the first agreement.
func (s *script) road(daily object) object {
	return object{"windowKind": "corridor", "parties": signatories("aa", "bb"), "schedule": daily, "prohibits": []string{"fire"}, "permits": []string{"evacuation"}, "agreement": "agreement-1",
		"direction": "out", "mayPass": []string{"civilians"}, "vehicleClass": "any", "contactHours": 30, "counterparts": []string{"window-1"}[:rapid.IntRange(0, 1).Draw(s.rt, "counterparts")],
		"segments": []object{{"id": "s1", "route": json.RawMessage(`{"type":"LineString","coordinates":[[37,36],[37.1,36.1]]}`)}},
		"budget":   object{"loadMinutes": 10, "driveMinutes": 10}}
}

func (s *script) rt2() testing.TB { return rapidTB{TB: nil, rt: s.rt} }

// rapidTB lets a helper for tests be called in a property.
type rapidTB struct {
	testing.TB
	rt *rapid.T
}

func (r rapidTB) Helper()           {}
func (r rapidTB) Fatal(args ...any) { r.rt.Fatal(args...) }

// model is what is known below an entry.
func (s *script) model(below int64) *Model {
	var out []*agreement.Record
	for _, subject := range s.order {
		r := *s.records[subject]
		r.Versions = slices.DeleteFunc(slices.Clone(r.Versions), func(v agreement.Version) bool { return v.Entry >= below })
		r.Said = slices.DeleteFunc(slices.Clone(r.Said), func(x agreement.Said) bool { return x.Entry >= below })
		if len(r.Versions) > 0 {
			out = append(out, &r)
		}
	}
	return NewModel(min(below, s.entry+1), out).Tested(s.tried)
}

func ask(rt *rapid.T, m *Model, at time.Time) *Answer {
	a, err := Evaluate(m, Query{At: at, Viewer: registrar})
	if err != nil {
		rt.Fatal(err)
	}
	return a
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// TestEvaluationIsAFunction: the same knowledge and the same time give the same
// answer, byte for byte, whatever was asked before and however the model came about.
func TestEvaluationIsAFunction(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newScript(rt)
		m := s.play()
		at := s.some()
		want := text(ask(rt, m, at))
		ask(rt, m, s.some())
		if got := text(ask(rt, m, at)); got != want {
			rt.Fatalf("asked again:\n%s\n%s", want, got)
		}
		below := rapid.Int64Range(0, s.entry).Draw(rt, "below")
		grown := s.model(below)
		changed := map[string]*holds.Record{}
		for _, subject := range s.order {
			changed[subject] = known(s.records[subject])
		}
		if got := text(ask(rt, grown.Advance(m.Size, changed), at)); got != want {
			rt.Fatalf("a model that grew:\n%s\n%s", want, got)
		}
	})
}

// TestNothingIsAgreedByItself: whatever is said, agreed by all means that each of
// two or more signatories said so itself; whoever is bound said so itself; and what
// prohibits has somebody whom it binds.
func TestNothingIsAgreedByItself(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newScript(rt)
		a := ask(rt, s.play(), s.some())
		said := func(subject, party string) bool {
			r := s.records[subject]
			return slices.ContainsFunc(r.Said, func(x agreement.Said) bool { return x.Author == party && truce.Binds(x.Kind) }) ||
				r.Object == "window" && slices.ContainsFunc(r.Versions, func(v agreement.Version) bool { return v.Author == party })
		}
		for _, x := range a.Agreements {
			checkParties(rt, x.ID, x.AgreedByAll, x.Parties, said)
			if x.State.Binding() != (len(x.Clauses) > 0) && !slices.ContainsFunc(x.Parties, func(p Standing) bool { return len(p.Clauses) > 0 }) {
				rt.Fatalf("%s: %d clauses apply", x.State, len(x.Clauses))
			}
		}
		for _, w := range a.Windows {
			checkParties(rt, w.ID, w.AgreedByAll, w.Parties, said)
			if w.Ready && (!w.AgreedByAll || len(w.Missing) > 0) || w.Ready == (len(w.Missing) > 0) && w.Ready {
				rt.Fatalf("ready: %+v", w)
			}
		}
		for _, p := range a.Prohibitions {
			if len(p.Parties) == 0 || p.Until != nil && !p.Until.After(a.At) {
				rt.Fatalf("%+v", p)
			}
		}
	})
}

func checkParties(rt *rapid.T, subject string, all bool, parties []Standing, said func(subject, party string) bool) {
	n := 0
	for _, p := range parties {
		if (p.Bound || p.State == "accepted" || p.State == "announced") && !said(subject, p.Party) {
			rt.Fatalf("%s is bound to %s and never said so: %+v", p.Party, subject, p)
		}
		if p.Needed {
			n++
			if all && p.State != "accepted" && p.State != "announced" {
				rt.Fatalf("agreed by all, and %s is %s", p.Party, p.State)
			}
		}
	}
	if all && n < 2 {
		rt.Fatal("agreed by all of one")
	}
}

// TestEdges: between two changes that an answer tells of, nothing changes: no gap
// and no overlap at an edge. Whatever an answer says holds until the instant that it
// names, and not at it.
func TestEdges(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newScript(rt)
		m := s.play()
		at := s.some().Truncate(time.Second)
		for _, w := range ask(rt, m, at).Windows {
			if w.Until != nil {
				before, after := find(ask(rt, m, w.Until.Add(-time.Second)), w.ID), find(ask(rt, m, *w.Until), w.ID)
				changed := slices.ContainsFunc(s.records[w.ID].Said, func(x agreement.Said) bool { return x.At.After(at) && !x.At.After(*w.Until) }) ||
					slices.ContainsFunc(s.records[w.ID].Versions, func(v agreement.Version) bool { return v.At.After(at) && !v.At.After(*w.Until) })
				if !changed && (!w.Open || !before.Open && before.State != Aborted || after.Open) {
					rt.Fatalf("open until %v: before %s, then %s", w.Until, before.State, after.State)
				}
			}
			if w.Open != (w.Until != nil) {
				rt.Fatalf("%s until %v", w.State, w.Until)
			}
			if w.Next != nil && !w.Next.After(at) {
				rt.Fatalf("it opens next at %v", w.Next)
			}
		}
	})
}

func find(a *Answer, id string) *Window {
	for i := range a.Windows {
		if a.Windows[i].ID == id {
			return &a.Windows[i]
		}
	}
	return &Window{}
}

// TestSignedInstants: on days when clocks change, in leap years, a window is open
// exactly from each signed instant to its end.
func TestSignedInstants(t *testing.T) {
	for _, c := range []struct{ zone, start, until string }{
		{"Asia/Damascus", "2016-03-20T00:30:00", "2016-04-05T00:00:00Z"}, {"Asia/Damascus", "2016-10-25T00:30:00", "2016-11-05T00:00:00Z"},
		{"Europe/Kyiv", "2022-03-25T03:15:00", "2022-04-02T00:00:00Z"}, {"Europe/Kyiv", "2022-10-28T03:15:00", "2022-11-03T00:00:00Z"},
		{"Asia/Gaza", "2024-04-18T01:00:00", "2024-04-24T00:00:00Z"}, {"Asia/Aden", "2016-02-27T10:00:00", "2016-03-03T00:00:00Z"},
	} {
		e, err := schedule.Expand(schedule.Rule{Start: c.start, Zone: c.zone, Duration: 3 * time.Hour, RRule: "FREQ=DAILY"}, utc(c.until), 0)
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := json.Marshal(object{"windowKind": "pause", "schedule": times(t, c.start, c.zone, 180, "FREQ=DAILY", c.until)})
		m := NewModel(1, []*agreement.Record{{Subject: w1, Object: "window", Owner: "aa", Status: truce.Actual,
			Versions: []agreement.Version{{ID: id(0), Author: "aa", At: start, Body: raw}}}})
		for _, iv := range e.Intervals {
			for _, edge := range []struct {
				at   time.Time
				open bool
			}{{iv.From.Add(-time.Nanosecond), false}, {iv.From, true}, {iv.Until.Add(-time.Nanosecond), true}, {iv.Until, false}} {
				a, err := Evaluate(m, Query{At: edge.at, Viewer: registrar})
				if err != nil || a.Windows[0].Open != edge.open {
					t.Errorf("%s at %s: %v %v", c.zone, edge.at, a, err)
				}
			}
		}
	}
}

// TestDamage: a record that cannot be read is an error to whoever may see it, and
// nothing to the others.
func TestDamage(t *testing.T) {
	m := NewModel(1, []*agreement.Record{{Subject: a1, Object: "agreement", Owner: "aa", Status: truce.Actual,
		Versions: []agreement.Version{{ID: id(0), Author: "aa", At: start, Body: json.RawMessage(`{"geometry":{"type":"Nowhere"}}`)}}}})
	if _, err := Evaluate(m, Query{At: start, Viewer: registrar}); truce.CodeOf(err) != truce.CodeInternal {
		t.Errorf("%v", err)
	}
	if a, err := Evaluate(m, Query{At: start, Viewer: auth.Viewer{Party: "bb", Role: truce.RoleParty}}); err != nil || len(a.Agreements) != 0 {
		t.Errorf("%v %v", a, err)
	}
}
