package check

import (
	"encoding/json"

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
		s.answer(i, items, err)
	}
	if len(s.bare) > 0 {
		s.together.base.index.Batch(s.points, s.met)
	}
}

func (s *stretch) begin(n int) {
	if cap(s.questions) < n {
		s.questions = make([]question, n)
	}
	if s.keep || cap(s.answers) < n {
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

// met answers the point with number j of those that were found together.
func (s *stretch) met(j int, hits []index.Hit, err error) {
	i := s.bare[j]
	q := &s.questions[i]
	if err == nil && len(hits)+len(q.known.base.broken)+len(q.known.over) > 0 {
		s.answer(i, s.candidates(q, hits), nil)
		return
	}
	s.answer(i, nil, err)
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
		it := b.items[n]
		if !(len(q.known.gone) > 0 && q.known.gone[it.subject]) && it.visible(q.Viewer) {
			s.around = append(s.around, it)
		}
	}
	if len(q.known.over) > 0 {
		s.around = append(s.around, s.always(q.known, q.Viewer)...)
	}
	return s.around
}

// answer makes the answer to question i, out of the items that it may meet.
func (s *stretch) answer(i int, items []*item, err error) {
	q, a := &s.questions[i], &s.answers[i]
	*a = Answer{AsOf: q.known.asOf, Query: q.echo()}
	if err == nil {
		a.Protections, err = q.found(s.ctx, items)
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
