package inforce

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

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
