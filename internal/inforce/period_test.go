package inforce

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"truce"
	"truce/internal/view/agreement"
)

// The bounds of package holds, as docs/formats.md has them.
const maxParts, maxSteps = 400, 1000

// applying is what an answer about an instant says applies, a line each.
func applying(a *Answer) (out []string) {
	for i := range a.Agreements {
		x := &a.Agreements[i]
		out = append(out, applyingOf(x)...)
		if x.Former != nil {
			out = append(out, applyingOf(x.Former)...)
		}
	}
	for _, w := range a.Windows {
		if w.Open {
			bound := []string{}
			for _, p := range w.Parties {
				if p.Bound {
					bound = append(bound, p.Party)
				}
			}
			out = append(out, line(w.ID, w.Version, "", Open, bound, w.AgreedByAll, w.Ready))
		}
	}
	for _, p := range a.Prohibitions {
		out = append(out, "prohibited "+p.Act+line(p.Agreement+p.Window, p.Clause, "", "", p.Parties, p.AgreedByAll, false))
	}
	for _, c := range a.Conflicts {
		out = append(out, fmt.Sprint("conflict ", c.Act, c.A, c.B))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func applyingOf(a *Agreement) (out []string) {
	if a.State.Binding() {
		bound := []string{}
		for _, p := range a.Parties {
			if p.Bound {
				bound = append(bound, p.Party)
			}
		}
		out = append(out, line(a.ID, a.Version, "", a.State, bound, a.AgreedByAll, false))
	}
	for _, c := range a.Clauses {
		out = append(out, line(a.ID, a.Version, c.ID, a.State, c.Bound, a.AgreedByAll, false))
	}
	return out
}

func line(id, version, clause string, state State, bound []string, all, ready bool) string {
	bound = slices.Sorted(slices.Values(bound))
	return fmt.Sprint(id, " ", version, " ", clause, " ", state, " ", bound, " all:", all, " ready:", ready)
}

// applyingAt is what an answer about a period says applies at one instant of it.
func applyingAt(a *Answer, at time.Time) (out []string) {
	each := func(parts []Part, say func(p Part)) {
		for _, p := range parts {
			if !at.Before(p.From) && at.Before(p.Until) {
				say(p)
			}
		}
	}
	for _, x := range a.Agreements {
		each(x.Parts, func(p Part) { out = append(out, line(x.ID, x.Version, "", p.State, p.Bound, p.AgreedByAll, false)) })
		for _, c := range x.Clauses {
			each(c.Parts, func(p Part) { out = append(out, line(x.ID, x.Version, c.ID, p.State, p.Bound, p.AgreedByAll, false)) })
		}
	}
	for _, w := range a.Windows {
		each(w.Parts, func(p Part) { out = append(out, line(w.ID, w.Version, "", p.State, p.Bound, p.AgreedByAll, p.Ready)) })
	}
	for _, x := range a.Prohibitions {
		each(x.Parts, func(p Part) {
			out = append(out, "prohibited "+x.Act+line(x.Agreement+x.Window, x.Clause, "", "", p.Bound, p.AgreedByAll, false))
		})
	}
	for _, c := range a.Conflicts {
		for _, p := range c.Parts {
			if !at.Before(p.From) && at.Before(p.Until) {
				out = append(out, fmt.Sprint("conflict ", c.Act, c.A, c.B))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TestPeriod: what an answer about a period says of any instant of it is what an
// answer about that instant says.
func TestPeriod(t *testing.T) {
	some := 0
	rapid.Check(t, func(rt *rapid.T) {
		s := newScript(rt)
		m := s.play()
		from, until := s.some(), s.some()
		if until.Before(from) {
			from, until = until, from
		}
		if !from.Before(until) {
			return
		}
		a, err := Evaluate(m, Query{At: from, Until: until, Viewer: registrar})
		if err != nil {
			rt.Fatal(err)
		}
		for _, at := range instants(rt, a, from, until) {
			want, got := applying(ask(rt, m, at)), applyingAt(a, at)
			if !slices.Equal(want, got) {
				rt.Fatalf("at %v of %v to %v\nthe instant:\n  %s\nthe period:\n  %s", at, from, until, strings.Join(want, "\n  "), strings.Join(got, "\n  "))
			}
			some += len(want)
		}
		inOrderApart(rt, a)
	})
	if some == 0 {
		t.Error("nothing ever applied")
	}
}

// instants are some of the period: any, and those beside the edges of parts.
func instants(rt *rapid.T, a *Answer, from, until time.Time) []time.Time {
	out := []time.Time{from, until.Add(-1)}
	for range 20 {
		out = append(out, from.Add(time.Duration(rapid.Int64Range(0, int64(until.Sub(from))-1).Draw(rt, "instant"))))
	}
	for _, w := range a.Windows {
		for _, p := range w.Parts {
			out = append(out, p.From, p.Until.Add(-1), p.From.Add(-1), p.Until)
		}
	}
	for _, x := range a.Agreements {
		for _, p := range x.Parts {
			out = append(out, p.From, p.Until.Add(-1), p.From.Add(-1), p.Until)
		}
	}
	return slices.DeleteFunc(out, func(t time.Time) bool { return t.Before(from) || !t.Before(until) })
}

// inOrderApart: parts lie in the period, in order, without an instant in common.
func inOrderApart(rt *rapid.T, a *Answer) {
	look := func(parts []Part) {
		last := a.At
		for _, p := range parts {
			if p.From.Before(last) || !p.From.Before(p.Until) || p.Until.After(*a.Until) {
				rt.Fatalf("%+v", parts)
			}
			last = p.Until
		}
	}
	for _, x := range a.Agreements {
		look(x.Parts)
		for _, c := range x.Clauses {
			look(c.Parts)
			if !c.Applies || len(c.Parts) == 0 {
				rt.Fatalf("%+v", c)
			}
		}
		for _, c := range x.OtherClauses {
			if len(c.Parts) > 0 {
				rt.Fatalf("%+v", c)
			}
		}
	}
	for _, w := range a.Windows {
		look(w.Parts)
		if w.Open != (len(w.Parts) > 0) {
			rt.Fatalf("%s: %+v", w.State, w.Parts)
		}
	}
}

// TestManyParts: what has more parts than are told ends with one that covers the
// rest: nothing that applies is left out.
func TestManyParts(t *testing.T) {
	g := newReg(t)
	daily := times(t, "2016-03-01T10:00:00", "Asia/Damascus", 180, "FREQ=DAILY;COUNT=900", "2019-12-31T00:00:00Z")
	g.say(truce.AgreementRegister, "cell", a1, agreed("clauses", []object{noFire("schedule", daily)}))
	g.say(truce.WindowAnnounce, "xx", w1, obj("windowKind", "pause", "prohibits", []string{"fire"}, "parties", signatories("xx", "yy"), "schedule", daily))
	g.accept(a1, "xx", "yy")
	a := g.now("2016-01-01T00:00:00Z", Query{Until: utc("2019-01-01T00:00:00Z")})
	for _, parts := range [][]Part{a.Agreements[0].Clauses[0].Parts, a.Windows[0].Parts} {
		last := parts[len(parts)-1]
		if len(parts) != maxParts || !last.Coarse || !last.Until.Equal(utc("2019-01-01T00:00:00Z")) || parts[0].Coarse || !parts[0].From.Equal(utc("2016-03-01T08:00:00Z")) {
			t.Errorf("%d parts, the last %+v", len(parts), last)
		}
	}
	if len(a.Prohibitions) != 2 {
		t.Errorf("%+v", a.Prohibitions)
	}
}

// TestManySteps: what changes more often than it is looked at may apply in the rest.
func TestManySteps(t *testing.T) {
	record := func(subject, kind string, about truce.Kind, body object) *agreement.Record {
		raw, _ := json.Marshal(body)
		r := &agreement.Record{Subject: subject, Object: kind, Owner: "xx", Status: truce.Actual,
			Versions: []agreement.Version{{ID: id(0), Author: "xx", At: start, Body: raw}}}
		for i := range int64(maxSteps + 2) {
			r.Said = append(r.Said, agreement.Said{Entry: i + 1, ID: id(i + 1), Kind: about, Author: "xx", At: start.Add(time.Duration(i) * time.Hour), Body: []byte(`{"party":"yy","result":"answered"}`)})
		}
		return r
	}
	pause := obj("windowKind", "pause", "prohibits", []string{"fire"}, "parties", signatories("xx", "yy"),
		"schedule", times(t, "2016-03-20T10:00:00", "Asia/Damascus", 180, "FREQ=DAILY;COUNT=300", "2017-12-31T00:00:00Z"))
	m := NewModel(1, []*agreement.Record{record(a1, "agreement", truce.AgreementFulfil, agreed()), record(w1, "window", truce.WindowContact, pause)})
	until := utc("2016-12-01T00:00:00Z")
	a, err := Evaluate(m, Query{At: start, Until: until, Viewer: registrar})
	if err != nil {
		t.Fatal(err)
	}
	x, w := a.Agreements[0], a.Windows[0]
	if len(x.Parts) != 1 || !x.Parts[0].Coarse || len(x.Clauses) != 1 || len(x.Clauses[0].Parts) != 1 || !x.Clauses[0].Applies {
		t.Errorf("%+v", x.Parts)
	}
	if last := w.Parts[len(w.Parts)-1]; w.Parts[0].Coarse || !last.Coarse || !last.Until.Equal(until) {
		t.Errorf("%+v", w.Parts)
	}
	if len(a.Prohibitions) != 2 || !a.Applies() {
		t.Errorf("%+v", a.Prohibitions)
	}
}

func TestPeriodAsked(t *testing.T) {
	g := newReg(t)
	for _, q := range []Query{{Until: utc("2016-03-01T00:00:00Z")}, {At: utc("2016-03-02T00:00:00Z"), Until: utc("2016-03-01T00:00:00Z")}} {
		if _, err := g.engine.Now(context.Background(), q); truce.CodeOf(err) != truce.CodeInvalid {
			t.Errorf("%v", err)
		}
	}
	if a := g.now("2016-03-02T00:00:00Z", Query{Until: utc("2016-03-02T00:00:00Z")}); a.Until != nil {
		t.Errorf("an instant: %+v", a)
	}
}
