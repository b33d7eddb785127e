package holds

import (
	"slices"
	"time"

	"truce/schedule"
)

const (
	maxParts = 400  // parts that are told of one thing: a year of days, and some changes
	maxSteps = 1000 // points at which one item is looked at
)

// during answers a question about a period. Each item is looked at from one point to
// the next; what applies at some instant of the period is told, with the parts of
// it in which it does. Every version that applies stands by itself, as at the first
// instant at which it does; what does not apply, as at the beginning.
func (m *Model) during(q *question) (*Answer, error) {
	a := newAnswer(m, q)
	var rules []applied
	for _, it := range m.near(q) {
		if !q.asks(it) || !(&sight{Model: m, q: q}).known(it) {
			continue
		}
		if it.broken != nil {
			return nil, it.broken
		}
		w := &walk{Model: m, q: q, it: it, points: m.points(it, q.At, q.Until)}
		if it.object == "window" {
			rules = append(rules, w.window(a)...)
		} else {
			rules = append(rules, w.agreement(a)...)
		}
	}
	return m.sightAt(q, q.At).concludes(a, rules), nil
}

// sightAt is the same question put about one instant.
func (m *Model) sightAt(q *question, at time.Time) *sight {
	then := *q
	then.At, then.Until = at, time.Time{}
	return &sight{Model: m, q: &then, raws: map[string]*force{}}
}

// walk goes through the period with one item.
type walk struct {
	*Model
	q      *question
	it     *item
	points []time.Time
	all    []*version
}

// version is one version of the item that the walk met.
type version struct {
	e       *edition
	near    bool // it concerns the place
	applies bool // what is told is as at an instant at which it applies

	agreement *Agreement // nil as long as nothing is told
	t         *terms
	reach     reach
	clauses   []Clause // those with parts, as at the beginning of their first one

	window   *Window // nil as long as nothing is told
	distance float64
	opening  *opening
}

// met is the version of an edition, new where it was not met before.
func (w *walk) met(s *sight, e *edition) *version {
	for _, v := range w.all {
		if v.e == e {
			return v
		}
	}
	v := &version{e: e}
	if e.agreement != nil {
		v.t = s.terms(w.it, e)
		v.reach, v.clauses = v.t.reach(w.q), make([]Clause, len(v.t.clauses))
		v.near = v.reach.concerned
	} else {
		v.distance, v.near = w.q.near(e.window.places)
	}
	w.all = append(w.all, v)
	return v
}

// agreement tells every version of an agreement that concerns the place.
func (w *walk) agreement(a *Answer) (rules []applied) {
	at := w.q.At
	for n := 0; at.Before(w.q.Until) && n < maxSteps; n++ {
		s := w.sightAt(w.q, at)
		if !s.visible(w.it) {
			at = s.nextPoint(w.points, w.q.Until)
			continue
		}
		now := s.force(w.it.subject)
		_, i, m := w.it.at(at)
		looked := []*force{now}
		if former := s.former(w.it, i, m, now); former != nil {
			looked = append(looked, former)
		}
		next := s.nextPoint(w.points, w.q.Until, looked...)
		for _, f := range looked {
			w.binds(s, f, next)
		}
		at = next
	}
	if at.Before(w.q.Until) {
		w.coarse(at)
	}
	for _, v := range w.all {
		if v.agreement == nil {
			continue
		}
		v.conclude()
		v.beyond()
		a.Agreements = append(a.Agreements, *v.agreement)
		a.Retrospective = a.Retrospective || v.agreement.Retrospective
		rules = append(rules, v.agreement.applied()...)
	}
	return rules
}

// binds takes what a version says from the instant of s to next.
func (w *walk) binds(s *sight, f *force, next time.Time) {
	v := w.met(s, f.e)
	binds := f.state.Binding()
	if !v.near || f.t.everywhere() && s.elsewhere(f.state) {
		return
	}
	if v.agreement == nil || binds && !v.applies {
		_, i, _ := w.it.at(s.q.At)
		noteEarlier(f.stands, w.it.editions[:i])
		parts := []Part(nil)
		if v.agreement != nil {
			parts = v.agreement.Parts
		}
		v.agreement, v.applies = s.tellAgreement(f, v.reach), binds
		v.agreement.Parts = parts
	}
	if !binds {
		return
	}
	part := Part{From: s.q.At, Until: next, State: f.state, Bound: f.bound(), AgreedByAll: agreedByAll(f.stands)}
	v.agreement.Parts = w.join(v.agreement.Parts, part)
	for i := range f.t.clauses {
		if c := &f.t.clauses[i]; v.reach.clauses[i] != far {
			w.holds(&v.clauses[i], f, c, v.reach.clauses[i], part)
		}
	}
}

// holds adds to a clause the parts of part in which its calendar holds.
func (w *walk) holds(told *Clause, f *force, c *clause, distance float64, part Part) {
	spans := []schedule.Interval{{From: part.From, Until: part.Until}}
	if c.calendar != nil {
		spans = c.calendar.between(part.From, part.Until)
	}
	for _, iv := range spans {
		then := *f
		then.m.at = iv.From
		if told.ID == "" || len(told.Parts) == 0 {
			*told = then.clause(c)
			told.DistanceM = distance
		}
		part.From, part.Until, part.Bound = iv.From, iv.Until, then.boundBy(c)
		if len(part.Bound) > 0 {
			told.Parts = w.join(told.Parts, part)
		}
	}
}

// conclude lists the clauses that apply in some part apart from the others.
func (v *version) conclude() {
	a := v.agreement
	told := append(append([]Clause{}, a.Clauses...), a.OtherClauses...)
	a.Clauses, a.OtherClauses = []Clause{}, []Clause{}
	for i := range v.clauses {
		if len(v.clauses[i].Parts) > 0 {
			a.Clauses = append(a.Clauses, v.clauses[i])
			continue
		}
		for _, c := range told {
			if c.ID == v.t.clauses[i].ID {
				a.OtherClauses = append(a.OtherClauses, c)
			}
		}
	}
}

// beyond names the clauses whose signed instants end while the agreement binds: in the
// rest of the period it is not known whether they apply.
func (v *version) beyond() {
	for i := range v.t.clauses {
		c := &v.t.clauses[i]
		noted := Gap{Code: "pastHorizon", Clause: c.ID}
		if c.calendar == nil || v.reach.clauses[i] == far || slices.Contains(v.agreement.Gaps, noted) {
			continue
		}
		if slices.ContainsFunc(v.agreement.Parts, func(p Part) bool { return !c.calendar.Covers(p.Until.Add(-1)) }) {
			v.agreement.Gaps = append(v.agreement.Gaps, noted)
		}
	}
}

// coarse tells every version from at to the end of the period as one that may apply
// at some time: it errs on the side of protection.
func (w *walk) coarse(at time.Time) {
	s := w.sightAt(w.q, at)
	for _, e := range w.it.editions {
		if e.agreement == nil || !s.sees(w.it, e) {
			continue
		}
		_, _, m := w.it.at(at)
		v := w.met(s, e)
		if !v.near {
			continue
		}
		f := e.force(w.it, v.t, m)
		if v.agreement == nil {
			v.agreement = s.tellAgreement(f, v.reach)
		}
		part := Part{From: at, Until: w.q.Until, State: f.state, Bound: f.bound(), AgreedByAll: false, Coarse: true}
		v.agreement.Parts = w.join(v.agreement.Parts, part)
		for i := range v.t.clauses {
			c := &v.t.clauses[i]
			if v.reach.clauses[i] == far {
				continue
			}
			if len(v.clauses[i].Parts) == 0 {
				v.clauses[i] = f.clause(c)
				v.clauses[i].DistanceM, v.clauses[i].Applies = v.reach.clauses[i], true
			}
			v.clauses[i].Parts = w.join(v.clauses[i].Parts, part)
		}
	}
}

// join adds a part behind others: to the last one where nothing changed between
// the two. The last of those that are told is coarse where there are more.
func (w *walk) join(parts []Part, p Part) []Part {
	n := len(parts)
	switch {
	case n > 0 && parts[n-1].Coarse:
		return parts
	case n > 0 && parts[n-1].goesOn(p):
		parts[n-1].Until = p.Until
		return parts
	case n == maxParts-1 && p.Until.Before(w.q.Until):
		p.Until, p.Coarse, p.AgreedByAll, p.Ready = w.q.Until, true, false, false
	}
	return append(parts, p)
}

func (p *Part) goesOn(x Part) bool {
	return p.Until.Equal(x.From) && p.State == x.State && p.AgreedByAll == x.AgreedByAll && p.Ready == x.Ready && p.Coarse == x.Coarse &&
		within(p.Bound, x.Bound) && within(x.Bound, p.Bound)
}

// window tells every version of a window that concerns the place.
func (w *walk) window(a *Answer) (rules []applied) {
	at := w.q.At
	for n := 0; at.Before(w.q.Until) && n < maxSteps; n++ {
		at = w.opens(w.sightAt(w.q, at))
	}
	if at.Before(w.q.Until) {
		w.mayOpen(at)
	}
	for _, v := range w.all {
		if v.window == nil {
			continue
		}
		a.Windows = append(a.Windows, *v.window)
		a.Retrospective = a.Retrospective || v.window.Retrospective
		rules = append(rules, v.opening.applied(v.window)...)
	}
	return rules
}

// opens takes what holds from the instant of s to the next point, which it gives.
func (w *walk) opens(s *sight) (next time.Time) {
	e, i, m := w.it.at(s.q.At)
	if e.window == nil { // nobody who asks could know of it then
		return s.nextPoint(w.points, w.q.Until)
	}
	looked := []*force{}
	if f := s.inForce(e.window.Agreement); f != nil {
		looked = append(looked, f)
	}
	next = s.nextPoint(w.points, w.q.Until, looked...)
	v := w.met(s, e)
	if !s.visible(w.it) || !v.near {
		return next
	}
	o := e.opening(w.it, m)
	if v.unknownFrom(o) || v.window == nil && !(len(e.window.places) == 0 && s.elsewhere(o.state)) {
		w.tell(v, o, s, i)
	}
	if o.state == Withdrawn || o.state == Aborted {
		return next
	}
	for _, iv := range o.between(s.q.At, next) {
		if n := len(w.partsOf(v)); n > 0 && v.window.Parts[n-1].Coarse {
			break
		}
		w.open(v, e.opening(w.it, moment{iv.From, m.retro}), w.sightAt(w.q, iv.From), i, iv.Until)
	}
	return next
}

// unknownFrom reports whether what is told of a window would read as if it were over,
// and from the moment of o on nobody knows whether it is open.
func (v *version) unknownFrom(o *opening) bool {
	return v.window != nil && !v.applies && v.window.State == Over && o.state == NotExpanded
}

func (w *walk) partsOf(v *version) []Part {
	if v.window == nil {
		return nil
	}
	return v.window.Parts
}

// open adds the part from the instant of s to until, in which the window is open.
func (w *walk) open(v *version, o *opening, s *sight, i int, until time.Time) {
	var told *Window
	if !v.applies {
		parts := w.partsOf(v)
		w.tell(v, o, s, i)
		v.window.Parts, v.applies, told = parts, true, v.window
	} else {
		now := o.tell(s)
		told = &now
	}
	v.window.Parts = w.join(v.window.Parts, Part{From: s.q.At, Until: until, State: Open, Bound: o.bound(), AgreedByAll: told.AgreedByAll, Ready: told.Ready})
}

// tell tells a version as at the instant of s.
func (w *walk) tell(v *version, o *opening, s *sight, i int) {
	o.earlier(w.it, i)
	told := o.tell(s)
	told.DistanceM = v.distance
	s.maskWindow(w.it, &told)
	v.window, v.opening = &told, o
}

// between are the times from from to until in which it is open, each extended as at
// the moment of o.
func (o *opening) between(from, until time.Time) (out []schedule.Interval) {
	if o.w.calendar == nil {
		return nil
	}
	c := o.w.calendar
	for i := max(0, c.begun(from)-1); i < c.len(); i++ {
		iv := c.interval(i)
		if !iv.From.Before(until) {
			break
		}
		end := o.extendedEnd(iv)
		if i+1 < c.len() {
			end = earlier(end, c.interval(i+1).From)
		}
		if iv.From, iv.Until = later(from, iv.From), earlier(end, until); iv.From.Before(iv.Until) {
			out = append(out, iv)
		}
	}
	return out
}

// mayOpen tells every version from at to the end of the period as one that may be
// open at some time, as coarse does.
func (w *walk) mayOpen(at time.Time) {
	s := w.sightAt(w.q, at)
	_, _, m := w.it.at(at)
	for i, e := range w.it.editions {
		if e.window == nil || !s.sees(w.it, e) {
			continue
		}
		v, o := w.met(s, e), e.opening(w.it, m)
		if !v.near {
			continue
		}
		if v.window == nil {
			w.tell(v, o, s, i)
		}
		v.window.Parts = w.join(v.window.Parts, Part{From: at, Until: w.q.Until, State: o.state, Bound: o.bound(), Coarse: true})
	}
}
