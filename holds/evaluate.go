package holds

import (
	"cmp"
	"math"
	"slices"
	"time"

	"truce"
	"truce/geo"
)

// sight is one question put to a model: what its viewer may know of, then.
type sight struct {
	*Model
	q    *question
	raws map[string]*force // of agreements that were looked at
}

// extent is how much the asker may know of an item. What was known in the past is
// told to whoever could see it then and may see it now.
func (s *sight) extent(it *item) Extent {
	if s.q.Sight == nil {
		return everything
	}
	if it.now != nil && !s.q.Sight.Of(it.now).Known {
		return Extent{}
	}
	return s.q.Sight.Of(it.facts)
}

// terms are those of an edition, as far as the asker may know them.
func (s *sight) terms(it *item, e *edition) *terms {
	if s.extent(it).Inner {
		return e.agreement
	}
	return e.agreement.outer
}

// known reports whether the viewer may know of the item as it is now.
func (s *sight) known(it *item) bool {
	return it != nil && slices.Contains(s.q.Statuses, it.status) && s.extent(it).Known
}

// visible reports whether the viewer may know of the item, as it is now and as it
// stood at the time asked about.
func (s *sight) visible(it *item) bool {
	if !s.known(it) {
		return false
	}
	if it.broken != nil {
		return true
	}
	e, _, _ := it.at(s.q.At)
	return !e.hidden && (e == it.newest() || s.sees(it, e))
}

// sees reports whether the viewer was in the audience of that edition, or is a
// party.
func (s *sight) sees(it *item, e *edition) bool {
	if s.q.Sight == nil {
		return !e.hidden
	}
	then := *it.facts
	then.Audience = e.audience
	return s.q.Sight.Of(&then).Known
}

// item is an item that the viewer may know of and that can be read, or nil.
func (s *sight) item(id string) *item {
	it := s.find(id)
	if it == nil || it.broken != nil || !s.visible(it) {
		return nil
	}
	return it
}

// Evaluate answers a question from what a model knows. It depends on nothing else:
// no clock, no order of questions. A damaged entry that concerns the viewer is an
// error, never an answer without it.
func Evaluate(m *Model, q Query) (*Answer, error) {
	ready, err := q.ready()
	if err != nil {
		return nil, err
	}
	if !ready.Until.IsZero() {
		return m.during(ready)
	}
	return m.evaluate(ready)
}

func newAnswer(m *Model, q *question) *Answer {
	return &Answer{LogSize: m.Size, At: q.At, Until: optional(q.Until), Prohibitions: []Prohibition{}, Agreements: []Agreement{}, Windows: []Window{}, Conflicts: []Conflict{}}
}

// concludes puts an answer in order once everything was looked at.
func (s *sight) concludes(a *Answer, rules []applied) *Answer {
	a.Prohibitions, a.Conflicts = prohibitions(rules), s.conflicts(rules)
	a.sort()
	return a
}

// sort puts what applies first; prohibitions are sorted by act and by who agreed.
func (a *Answer) sort() {
	slices.SortStableFunc(a.Agreements, func(x, y Agreement) int { return cmp.Compare(x.rank(), y.rank()) })
	slices.SortStableFunc(a.Windows, func(x, y Window) int { return cmp.Compare(x.rank(), y.rank()) })
	slices.SortStableFunc(a.Prohibitions, func(x, y Prohibition) int {
		return cmp.Or(actPlace(x.Act)-actPlace(y.Act), boolPlace(x.AgreedByAll)-boolPlace(y.AgreedByAll))
	})
}

// asks reports whether the question is about items like this one.
func (q *question) asks(it *item) bool {
	return (q.ID == "" || it.subject == q.ID) && (q.Object == "" || it.object == q.Object)
}

func (m *Model) evaluate(q *question) (*Answer, error) {
	s := &sight{Model: m, q: q, raws: map[string]*force{}}
	a := newAnswer(m, q)
	var rules []applied
	for _, it := range m.near(q) {
		if !q.asks(it) || !s.visible(it) {
			continue
		}
		if it.broken != nil {
			return nil, it.broken
		}
		if it.object == "window" {
			rules = s.addWindow(a, it, rules)
		} else {
			rules = s.addAgreement(a, it, rules)
		}
	}
	return s.concludes(a, rules), nil
}

// rank puts what binds somebody first, then what is to come, then what is over.
func (a *Agreement) rank() int {
	switch {
	case a.State.Binding() || a.Former != nil && a.Former.State.Binding():
		return 0
	case a.State == Agreed || a.State == Proposed || a.State == Reported:
		return 1
	}
	return 2
}

func (w *Window) rank() int {
	switch w.State {
	case Open:
		return 0
	case Later, NotExpanded:
		return 1
	}
	return 2
}

func (s *sight) addWindow(a *Answer, it *item, rules []applied) []applied {
	e, i, m := it.at(s.q.At)
	distance, near := s.q.near(e.window.places)
	if !near {
		return rules
	}
	o := e.opening(it, m)
	if len(e.window.places) == 0 && s.elsewhere(o.state) {
		return rules
	}
	o.earlier(it, i)
	w := o.tell(s)
	w.DistanceM = distance
	s.maskWindow(it, &w)
	a.Windows = append(a.Windows, w)
	a.Retrospective = a.Retrospective || m.retro
	return append(rules, o.applied(&w)...)
}

// earlier notes which parties had bound themselves to terms before these.
func (o *opening) earlier(it *item, i int) { noteEarlier(o.stands, it.editions[:i]) }

func noteEarlier(stands []*stand, before []*edition) {
	for _, s := range stands {
		if s.joined != nil || s.announced || s.Party == "" {
			continue
		}
		for _, e := range before {
			for _, a := range e.acts {
				if a.author == s.Party && truce.Binds(a.kind) {
					s.Earlier = a.body.Version
				}
			}
		}
	}
}

func (s *sight) addAgreement(a *Answer, it *item, rules []applied) []applied {
	e, i, m := it.at(s.q.At)
	former := s.formerOf(it, i, m)
	r := s.terms(it, e).reach(s.q)
	before := reach{}
	if former != nil {
		before = former.t.reach(s.q)
	}
	if !r.concerned && !before.concerned {
		return rules
	}
	f := s.force(it.subject)
	if former == nil && f.t.everywhere() && s.elsewhere(f.state) {
		return rules
	}
	noteEarlier(f.stands, it.editions[:i])
	out := s.tellAgreement(f, r)
	if former != nil {
		out.Former = s.tellAgreement(former, before)
		rules = append(rules, out.Former.applied()...)
	}
	a.Agreements = append(a.Agreements, *out)
	a.Retrospective = a.Retrospective || m.retro
	return append(rules, out.applied()...)
}

// elsewhere reports whether an item that states no area is left out of an answer
// about a place: it is, where it is over or was only reported. What binds, or may
// yet, is taken to hold everywhere.
func (s *sight) elsewhere(state State) bool {
	return s.q.region != nil && slices.Contains([]State{Lapsed, Reported, Withdrawn, Terminated, Superseded, Over, Aborted}, state)
}

// formerOf is former for the edition i, looked at only where there are others.
func (s *sight) formerOf(it *item, i int, m moment) *force {
	if i == 0 {
		return nil
	}
	return s.former(it, i, m, s.force(it.subject))
}

// inForce is where an agreement stands: its newest edition, or the former one while
// that is in force; nil where the viewer may not know of it.
func (s *sight) inForce(id string) *force {
	f := s.force(id)
	if f == nil {
		return nil
	}
	_, i, m := f.item.at(s.q.At)
	if former := s.former(f.item, i, m, f); former != nil {
		return former
	}
	return f
}

// former is the newest edition before i that is in force while i is not accepted: an
// amendment takes nothing away before the parties accept it.
func (s *sight) former(it *item, i int, m moment, now *force) *force {
	if now.entered || now.state == Withdrawn || now.state == Terminated {
		return nil
	}
	for i--; i >= 0; i-- {
		if e := it.editions[i]; e.agreement != nil && s.sees(it, e) {
			if f := e.force(it, s.terms(it, e), m); f.entered {
				if f.state.Binding() {
					return f
				}
				return nil
			}
		}
	}
	return nil
}

// question is a query made ready.
type question struct {
	Query
	region *geo.Prepared // nil: everywhere
}

// near reports whether one of the places comes within the radius of the region
// asked about, and the least distance, metres, rounded down to a millimetre. No
// places are everywhere.
func (q *question) near(places []*geo.Prepared) (metres float64, ok bool) {
	if len(places) == 0 {
		return 0, true
	}
	for _, p := range places {
		if d := q.distance(p); d != far && (!ok || d < metres) {
			metres, ok = d, true
		}
	}
	return metres, ok
}

// distance is how far one place is, metres rounded down to a millimetre, or far; no
// place is everywhere.
func (q *question) distance(p *geo.Prepared) float64 {
	if q.region == nil || p == nil {
		return 0
	}
	d, in := p.Within(q.region, q.RadiusM+toleranceM)
	if !in {
		return far
	}
	return math.Floor(d*1000) / 1000
}

// toleranceM is what is added to the radius, metres, so that a tie counts however
// it is rounded.
const toleranceM = 1e-5

// until is the nearer of two ends, of which zero is none.
func until(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
