package holds

import (
	"slices"

	"truce"
)

// Told are the records of the statuses that are told to whoever has that sight, in
// order of registration, without what it may not know: a model of them answers it as m
// does. Contents are read, and shared with m. A damaged one that it may know of is an
// error.
func (m *Model) Told(see Sight, statuses []truce.Status) ([]*Record, error) {
	s := &sight{Model: m, q: &question{Query: Query{Sight: see, Statuses: statuses}}}
	var out []*Record
	for _, it := range m.items {
		if !slices.Contains(statuses, it.status) || !s.extent(it).Known {
			continue
		}
		if it.broken != nil {
			return nil, it.broken
		}
		out = append(out, s.told(it))
	}
	slices.SortFunc(out, func(a, b *Record) int { return int(min(1, max(-1, a.First-b.First))) })
	return out, nil
}

func (s *sight) told(it *item) *Record {
	r := &Record{Subject: it.subject, Object: it.object, Owner: it.owner, Status: it.status, First: it.first, Withdrawn: it.withdrawn}
	people := s.extent(it).People
	about := map[*act]int{} // the edition that an act is about, from 1
	for i, e := range it.editions {
		r.Versions = append(r.Versions, s.versions(it, e, int64(i))...)
		for _, a := range e.acts {
			about[a] = i + 1
		}
	}
	for _, a := range it.acts {
		n := about[a]
		if said, ok := a.said(n > 0 && s.tells(it, it.editions[n-1]), people); ok {
			said.Terms = int64(n) - 1
			r.Said = append(r.Said, said)
		}
	}
	r.Tests = s.toldTests(it)
	return r
}

// tells reports whether the terms of an edition are told.
func (s *sight) tells(it *item, e *edition) bool {
	return e == it.newest() || s.sees(it, e) && (e.agreement != nil || e.window != nil)
}

// versions are those of the edition n. Of one that the asker could not know of there
// is only that it stood.
func (s *sight) versions(it *item, e *edition, n int64) []Version {
	if e != it.newest() && !s.sees(it, e) {
		return []Version{{At: e.from, Terms: n, Hidden: true}}
	}
	out := make([]Version, len(e.announced))
	for i, a := range e.announced {
		out[i] = Version{Entry: a.entry, ID: a.id, Author: a.author, At: a.at, Terms: n}
	}
	last := &out[len(out)-1]
	switch {
	case e.agreement != nil:
		last.Agreement = s.terms(it, e).AgreementContent
	case e.window != nil:
		last.Window = e.window.WindowContent
		if !s.extent(it).People {
			c := *last.Window
			c.Steps, last.Window = nil, &c
		}
	}
	return out
}

// said is an act as it is told: whole where the terms that it is about are told, or
// where it counts for the subject whatever its terms. Of others there is no more than
// that somebody had bound itself to other terms.
func (a *act) said(told, people bool) (Said, bool) {
	out := Said{Entry: a.entry, ID: a.id, Kind: a.kind, Author: a.author, At: a.at, Act: a.words(), Need: a.need}
	switch {
	case a.kind == truce.StepCount && !people:
		return Said{}, false
	case told || slices.Contains([]truce.Kind{truce.WindowNeed, truce.WindowContact, truce.CorridorPass, truce.StepCount}, a.kind):
		return out, true
	}
	return Said{Kind: a.kind, Author: a.author, At: a.at, Act: &truce.ActContent{Version: a.body.Version}}, truce.Binds(a.kind)
}

// words is what an act says, with words and reasons only where answers tell them.
func (a *act) words() *truce.ActContent {
	body := *a.body
	switch a.kind {
	case truce.AgreementAccept, truce.AgreementAdhere, truce.AgreementReserve, truce.WindowAccept:
	default:
		body.Text = ""
	}
	switch a.kind {
	case truce.AgreementReject, truce.AgreementSuspend, truce.AgreementDenounce, truce.WindowReject, truce.WindowSuspend, truce.CorridorPass:
	default:
		body.Reason = ""
	}
	return &body
}
