package check

import (
	"encoding/json"
	"sync"

	"truce/internal/i18n"
	"truce/pack/index"
)

// stretch is some neighbouring queries of a batch. One goroutine works on one after
// the other, in the same memory.
type stretch struct {
	*batch
	keep      bool // answers outlive the stretch
	questions []question
	results   []Result
	answers   []Answer

	together *knowledge // of the points that its index finds together
	bare     []int      // their numbers
	points   []index.PointQuery
	numbers  []int32
	around   []*item
	notices  notices
}

var stretches = sync.Pool{New: func() any { return &stretch{} }}

// free lets the memory be used again; nothing of the batch stays in it.
func (s *stretch) free() {
	clear(s.questions[:cap(s.questions)])
	clear(s.around[:cap(s.around)])
	if s.keep {
		s.results, s.answers = nil, nil
	}
	clear(s.results[:cap(s.results)])
	clear(s.answers[:cap(s.answers)])
	*s = stretch{questions: s.questions, results: s.results, answers: s.answers, bare: s.bare, points: s.points, numbers: s.numbers, around: s.around}
	stretches.Put(s)
}

// run answers queries.
func (s *stretch) run(queries []Query) {
	s.begin(len(queries))
	for i := range queries {
		q := &s.questions[i]
		*q = question{Query: queries[i]}
		if s.results[i].Err = s.aim(q); s.results[i].Err != nil {
			continue
		}
		if q.bare() && q.known.base.near != nil && (s.together == nil || s.together == q.known) {
			at := q.Shape.Points[0]
			s.together, s.bare, s.points = q.known, append(s.bare, i), append(s.points, index.PointQuery{Lat: at.Lat, Lon: at.Lon})
			continue
		}
		items, err := s.looked(q)
		s.answer(i, nil, items, err)
	}
	if len(s.bare) > 0 {
		s.together.base.index.Batch(s.points, s.met)
	}
}

func (s *stretch) begin(n int) {
	if cap(s.questions) < n {
		s.questions = make([]question, n)
	}
	if s.keep || cap(s.answers) < n || cap(s.results) < n {
		s.results, s.answers = make([]Result, n), make([]Answer, n)
	}
	s.questions, s.results, s.answers = s.questions[:n], s.results[:n], s.answers[:n]
	s.together, s.bare, s.points = nil, s.bare[:0], s.points[:0]
}

// aim makes a question ready, and finds what is known at its log size.
func (s *stretch) aim(q *question) (err error) {
	if err = q.ready(s.now, s.cfg.Exercise); err == nil {
		q.known, err = s.knowledge(q)
	}
	return err
}

// met answers the point with number j of those that were found together. What the index
// says that a point is in, it is in: it decides as the comparison does, with package geo
// where its integers are not certain, and the same tolerance.
func (s *stretch) met(j int, hits []index.Hit, err error) {
	i := s.bare[j]
	q := &s.questions[i]
	if err != nil {
		s.answer(i, nil, nil, err)
		return
	}
	s.around = s.around[:0]
	for _, n := range q.known.base.broken {
		if it := q.known.base.items[n]; s.shows(q, it) {
			s.around = append(s.around, it)
		}
	}
	s.answer(i, s.inside(q, hits), s.recent(q), nil)
}

// inside tells of the items that the point of q is in, by the hits of the index.
func (s *stretch) inside(q *question, hits []index.Hit) []Protection {
	var out []Protection
	b := q.known.base
	for len(hits) > 0 {
		at := b.owner[hits[0].Zone]
		n := 1
		for n < len(hits) && b.owner[hits[n].Zone].item == at.item {
			n++
		}
		if it := b.items[at.item]; s.shows(q, it) && q.answers(it) {
			best := it.parts[at.part].tell(it, 0, q)
			for _, h := range hits[1:n] {
				best = better(best, it.parts[b.owner[h.Zone].part].tell(it, 0, q))
			}
			out = append(out, best)
		}
		hits = hits[n:]
	}
	return out
}

// shows reports whether an item of the base still is what is known, and may be told.
func (s *stretch) shows(q *question, it *item) bool {
	return !(len(q.known.gone) > 0 && q.known.gone[it.subject]) && it.visible(q.Viewer)
}

// recent appends to around the items that the index does not know.
func (s *stretch) recent(q *question) []*item {
	if len(q.known.over) > 0 {
		s.around = append(s.around, s.always(q.known, q.Viewer)...)
	}
	return s.around
}

// looked are the items to look at for a question that its viewer may be told of.
func (s *stretch) looked(q *question) ([]*item, error) {
	if q.known.base.near == nil {
		return s.always(q.known, q.Viewer), nil
	}
	hits, err := q.known.base.index.Check(&index.Query{Shape: q.Shape, RadiusM: q.RadiusM + toleranceM}, nil)
	if err != nil {
		return nil, err
	}
	return s.candidates(q, hits), nil
}

// candidates are the items that a question may meet: those that the index found, those
// that cannot be read, and those that the index does not know. They are good until the
// next ones are asked for.
func (s *stretch) candidates(q *question, hits []index.Hit) []*item {
	b := q.known.base
	s.numbers = b.owners(hits, s.numbers[:0])
	s.around = s.around[:0]
	for _, n := range s.numbers {
		if it := b.items[n]; s.shows(q, it) {
			s.around = append(s.around, it)
		}
	}
	return s.recent(q)
}

// answer makes the answer to question i, out of what is known to apply and of the items
// that it may meet.
func (s *stretch) answer(i int, known []Protection, items []*item, err error) {
	q, a := &s.questions[i], &s.answers[i]
	*a = Answer{AsOf: q.known.asOf, Query: q.echo()}
	if err == nil {
		a.Protections, err = q.found(s.ctx, known, items)
	}
	if err == nil {
		a.Agreements, a.Windows, err = s.agreed(q)
	}
	if err != nil {
		s.results[i] = Result{Err: err}
		return
	}
	a.Notice = s.notices.of(a, q, s.cfg.Limited)
	s.results[i] = Result{Answer: a}
}

// agreed asks for what was agreed; nothing where nobody tells.
func (s *stretch) agreed(q *question) (agreements, windows []json.RawMessage, err error) {
	if s.cfg.Agreed == nil {
		return []json.RawMessage{}, []json.RawMessage{}, nil
	}
	return s.cfg.Agreed.Agreed(s.ctx, q.Query, q.known.head.Size)
}

// notices keeps the texts of notices: those of a batch are the same but for the number
// of what applies.
type notices struct {
	wording
	texts [32]string
}

// wording is what the text of a notice depends on beside that number.
type wording struct {
	known *knowledge
	lang  i18n.Lang
	told  bool
}

func (n *notices) of(a *Answer, q *question, limited bool) string {
	now := wording{q.known, q.Lang, limited || q.toldOnly()}
	if now != n.wording {
		*n = notices{wording: now}
	}
	if len(a.Protections) >= len(n.texts) || len(a.Agreements)+len(a.Windows) > 0 {
		return notice(a, q.Lang, now.told)
	}
	text := &n.texts[len(a.Protections)]
	if *text == "" {
		*text = notice(a, q.Lang, now.told)
	}
	return *text
}
