package holds

import (
	"slices"

	"truce"
)

// raw is where an agreement stands whatever others do to it; nil where the viewer
// may not know of it.
func (s *sight) raw(id string) *force {
	if f, ok := s.raws[id]; ok {
		return f
	}
	it := s.item(id)
	if it == nil || it.object != "agreement" {
		return nil
	}
	e, _, m := it.at(s.q.At)
	f := e.force(it, s.terms(it, e), m)
	s.raws[id] = f
	return f
}

// force is where an agreement stands, with what others in force do to it: one takes
// its place once it binds everybody whom the old one binds. Otherwise two sides
// could end by an agreement of their own what they owe to a third. Those that lead
// back to one another take nobody's place.
func (s *sight) force(id string) *force {
	f := s.raw(id)
	if f == nil || f.settled {
		return f
	}
	f.settled = true
	if !f.state.Binding() {
		return f
	}
	for _, by := range s.supersededBy[id] {
		g := s.raw(by)
		switch {
		case g == nil || !g.state.Binding() || !slices.Contains(g.t.Supersedes, id):
		case s.leadsTo(id, by):
			f.circle = by
		case !within(f.bound(), g.bound()):
			f.elsewhere = by
		default:
			f.state, f.superseder = Superseded, by
		}
	}
	return f
}

// leadsTo reports whether from takes the place of to, by one step or several.
func (s *sight) leadsTo(from, to string) bool {
	seen := map[string]bool{}
	for todo := []string{from}; len(todo) > 0 && len(seen) < maxAbove; todo = todo[1:] {
		if seen[todo[0]] {
			continue
		}
		seen[todo[0]] = true
		if f := s.raw(todo[0]); f != nil {
			if slices.Contains(f.t.Supersedes, to) {
				return true
			}
			todo = append(todo, f.t.Supersedes...)
		}
	}
	return false
}

// within reports whether every one of a is one of b.
func within(a, b []truce.PartyID) bool {
	return !slices.ContainsFunc(a, func(p truce.PartyID) bool { return !slices.Contains(b, p) })
}
