package holds

import (
	"slices"
	"time"

	"truce"
)

// Between two points of an item nothing that was said of it begins or ends to
// count: where it stands is the same at every instant from one point (inclusive)
// to the next (exclusive), but for its calendar and for the end of an agreement,
// which is worked out as it goes (force.changes).

// points are the points of an item, and of those on which its answer depends, from
// from to until, both exclusive, in order.
func (m *Model) points(it *item, from, until time.Time) []time.Time {
	var out []time.Time
	add := func(times ...time.Time) {
		for _, t := range times {
			if t = bounded(t); t.After(from) && t.Before(until) {
				out = append(out, t)
			}
		}
	}
	for _, x := range m.dependsOn(it) {
		add(x.registered, x.withdrawn)
		for _, e := range x.editions {
			add(e.from)
			for _, x := range e.announced {
				add(x.at)
			}
			if e.agreement != nil {
				add(e.agreement.notBefore())
			}
			if e.window != nil && e.window.calendar != nil {
				add(e.window.calendar.horizon) // behind it nobody knows
			}
		}
		for _, a := range x.acts {
			x.pointsOf(a, add)
		}
		m.testPoints(x, add)
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

// pointsOf are the times at which one act begins or ends to count. What is told of
// passages and counts changes nothing that applies.
func (it *item) pointsOf(a *act, add func(...time.Time)) {
	if a.kind == truce.CorridorPass || a.kind == truce.StepCount {
		return
	}
	add(a.at, a.effect, a.when(a.body.At), a.body.Until.Latest(), a.body.Until.Instant())
	for _, e := range it.editions {
		switch {
		case a.kind == truce.AgreementDenounce && e.agreement != nil:
			add(later(a.effect, a.given().Add(hours(e.agreement.NoticeHours))))
		case a.kind == truce.WindowContact && e.window != nil:
			add(a.when(a.body.At).Add(e.window.contactLasts()))
		}
	}
}

// dependsOn is the item with the others that its answer depends on: agreements that
// take its place, the agreement that a window stands under, its counterparts.
func (m *Model) dependsOn(it *item) []*item {
	out, seen := []*item{}, map[string]bool{}
	for todo := []string{it.subject}; len(todo) > 0 && len(out) < maxAbove; todo = todo[1:] {
		x := m.find(todo[0])
		if x == nil || seen[x.subject] {
			continue
		}
		seen[x.subject] = true
		out = append(out, x)
		for _, e := range x.editions {
			if e.window != nil && x == it {
				todo = append(append(todo, e.window.Agreement), e.window.Counterparts...)
			}
			if e.agreement != nil {
				todo = append(todo, e.agreement.Supersedes...)
			}
		}
		todo = append(todo, m.supersededBy[x.subject]...)
	}
	return out
}

// changes is when the agreement ends of itself; zero where no end is known, and
// where one period follows another until somebody denounces it.
func (f *force) changes() time.Time {
	if f.t.Extension == nil || f.t.Extension.Mode != "automatic" {
		return f.end
	}
	for _, s := range f.stands {
		if s.Needed && s.denounced != nil && !f.m.at.Before(s.effect) {
			return f.end
		}
	}
	return time.Time{}
}

// nextPoint is the point after t at which something may change, of those that are
// known and the ends of the agreements that were looked at; until where there is none.
func (s *sight) nextPoint(points []time.Time, until time.Time, looked ...*force) time.Time {
	t := s.q.At
	if i, _ := slices.BinarySearchFunc(points, t.Add(1), time.Time.Compare); i < len(points) {
		until = points[i]
	}
	sooner := func(f *force) {
		if end := f.changes(); end.After(t) {
			until = earlier(until, end)
		}
	}
	for _, f := range s.raws {
		if f != nil {
			sooner(f)
		}
	}
	for _, f := range looked {
		sooner(f)
	}
	return until
}
