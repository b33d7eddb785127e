package holds

import (
	"encoding/json"
	"time"

	"truce"
	"truce/geo"
)

// item is one agreement or window made ready to be asked about. It is not changed
// once it is shared.
type item struct {
	subject    string
	object     string // "agreement" or "window"
	owner      truce.PartyID
	status     truce.Status
	first      int64
	registered time.Time
	facts      *Facts
	now        *Facts                   // of an item as known in the past: those of the present
	withdrawn  time.Time                // zero while it stands
	editions   []*edition               // versions that share their terms, in order
	acts       []*act                   // every act, in order of entry
	shapes     []geo.Shape              // where it may be met; empty = everywhere
	tests      map[truce.PartyID][]Test // that came with it; nil where those of the model count
	broken     error                    // it cannot be read: whoever may see it gets no answer at all
}

// edition is the versions of an item that follow one another with the same terms.
type edition struct {
	terms     int64
	from      time.Time // received first, UTC
	entry     int64     // of the newest version of it
	id        string
	audience  truce.Audience // of the newest version of it
	announced []announcement
	hidden    bool         // whoever asks could not know of it then
	agreement *terms       // of an agreement
	window    *windowTerms // of a window
	acts      []*act       // acts about these terms, in order of entry
}

// announcement is who said the terms, and when first.
type announcement struct {
	author truce.PartyID
	at     time.Time
	entry  int64
	id     string
}

// prepare reads a record. What cannot be read is kept as broken, so that one
// damaged record does not take away the answers of those who may not see it.
func prepare(r *Record, at places) *item {
	it := &item{subject: r.Subject, object: r.Object, owner: r.Owner, status: r.Status, first: r.First, facts: r.Facts}
	if err := it.read(r, at); err != nil {
		it.broken = truce.Wrap(truce.CodeInternal, err, "%s cannot be read", r.Subject).
			WithHint("run: truce log verify, then truce views rebuild")
	}
	return it
}

func (it *item) read(r *Record, at places) error {
	if len(r.Versions) == 0 {
		return truce.E(truce.CodeTampered, "it has no version")
	}
	it.registered = second(r.Versions[0].At)
	if !r.Withdrawn.IsZero() {
		it.withdrawn = second(r.Withdrawn)
	}
	bound := r.bound()
	for i := range r.Versions {
		if err := it.version(&r.Versions[i], r, bound, at); err != nil {
			return err
		}
	}
	if r.Tests != nil {
		it.tests = byParty(r.Tests)
	}
	byTerms := make(map[int64]*edition, len(it.editions))
	for _, e := range it.editions {
		byTerms[e.terms] = e
	}
	for i := range r.Said {
		a, err := newAct(&r.Said[i], it.registered)
		if err != nil {
			return err
		}
		it.acts = append(it.acts, a)
		if e := byTerms[r.Said[i].Terms]; e != nil {
			e.acts = append(e.acts, a)
		}
	}
	return it.placed()
}

// version adds a version to the edition that it belongs to. Of an edition the
// newest content counts.
func (it *item) version(v *Version, r *Record, bound map[int64]bool, at places) error {
	e := it.newest()
	if e == nil || e.terms != v.Terms {
		e = &edition{terms: v.Terms, from: second(v.At)}
		it.editions = append(it.editions, e)
	}
	e.entry, e.id, e.audience = v.Entry, v.ID, v.Audience
	e.announced = append(e.announced, announcement{v.Author, second(v.At), v.Entry, v.ID})
	if e.hidden = v.Hidden; e.hidden || !v.stated() || !worthReading(v, r, bound) {
		return nil
	}
	var err error
	if r.Object == "window" {
		e.window, err = v.window(at)
	} else {
		e.agreement, err = v.terms(at)
	}
	return err
}

// maxDrafts is how many of the newest versions are read that nobody has bound
// itself to. What was amended more often than that costs no more.
const maxDrafts = 64

// worthReading reports whether the content of the edition that v belongs to is
// kept: it is one of the newest, or somebody has bound itself to it.
func worthReading(v *Version, r *Record, bound map[int64]bool) bool {
	return len(r.Versions) <= maxDrafts || v.Entry >= r.Versions[len(r.Versions)-maxDrafts].Entry || bound[v.Terms]
}

// bound are the terms that somebody has bound itself to; looked for only where there are
// more versions than are read anyway.
func (r *Record) bound() map[int64]bool {
	out := map[int64]bool{}
	for i := range r.Said {
		if len(r.Versions) > maxDrafts && truce.Binds(r.Said[i].Kind) {
			out[r.Said[i].Terms] = true
		}
	}
	return out
}

func (it *item) newest() *edition {
	if len(it.editions) == 0 {
		return nil
	}
	return it.editions[len(it.editions)-1]
}

// placed gathers every shape of every edition: where the item is to be found.
// Without any it is taken to be everywhere.
func (it *item) placed() error {
	for _, e := range it.editions {
		shapes, all := e.shapes()
		if all {
			it.shapes = nil
			return nil
		}
		it.shapes = append(it.shapes, shapes...)
	}
	return nil
}

func (e *edition) shapes() (shapes []geo.Shape, everywhere bool) {
	switch {
	case e.agreement != nil:
		return e.agreement.shapes()
	case e.window != nil:
		return e.window.shapes()
	}
	return nil, false
}

// at is the edition that is asked about at m: the newest one, or of the time that
// the register saw the newest one of then. m tells whether the time lies before
// all that.
func (it *item) at(t time.Time) (*edition, int, moment) {
	m := moment{at: t, retro: t.Before(it.registered)}
	i := len(it.editions) - 1
	for !m.retro && i > 0 && t.Before(it.editions[i].from) {
		i--
	}
	for !it.editions[i].hidden && it.editions[i].agreement == nil && it.editions[i].window == nil {
		i++ // a draft that is not kept: the next one that is; the newest always is
	}
	return it.editions[i], i, m
}

// places are shapes made ready, by where their text stands: records of a pack share the
// texts that recur, and so what was made of them.
type places map[textAt]*geo.Prepared

type textAt struct {
	first *byte
	size  int
}

// place is a shape made ready; nil where none is stated.
func (at places) place(raw json.RawMessage) (*geo.Prepared, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	key := textAt{&raw[0], len(raw)}
	if p, ok := at[key]; ok {
		return p, nil
	}
	var s geo.Shape
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, err
	}
	p, err := geo.Prepare(s)
	if err == nil {
		at[key] = p
	}
	return p, err
}
