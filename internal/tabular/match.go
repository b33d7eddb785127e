package tabular

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strings"

	"truce"
	"truce/geo"
)

// registered is what is kept of an Existing object.
type registered struct {
	place
	subject, version string
	entry            int64
	withdrawn        bool
	superseded       bool
	foreign          bool
	used             bool // a row was found to be this one
}

// matcher finds out which rows are registered already.
type matcher struct {
	wanted  map[fingerprint]bool
	byPrint map[fingerprint][]*registered
	byID    map[string][]*registered
	all     []*registered
}

// compare holds the rows against the register and against each other.
func (im *importer) compare(ctx context.Context, known Known) error {
	m := &matcher{wanted: make(map[fingerprint]bool, len(im.rows)), byPrint: map[fingerprint][]*registered{}, byID: map[string][]*registered{}}
	for i := range im.rows {
		m.wanted[im.rows[i].print] = true
	}
	if known != nil && len(im.rows) > 0 {
		object := im.drafter.schema.object
		err := known.Each(ctx, func(e Existing) error {
			if e.Object == object {
				m.add(e)
			}
			return ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	im.matchContent(m)
	im.matchIDs(m)
	im.countActions()
	return im.duplicates(ctx, m)
}

// add indexes an object by its content and its external ids.
func (m *matcher) add(e Existing) {
	o := &registered{subject: e.Subject, version: e.Version, entry: e.Entry, withdrawn: e.Withdrawn, superseded: e.Superseded, foreign: e.Foreign}
	if !o.foreign {
		print := m.printOf(e.Body)
		if m.wanted[print] {
			m.byPrint[print] = append(m.byPrint[print], o)
		}
	}
	if o.superseded {
		return
	}
	content, err := truce.ParseContent(e.Body)
	if err != nil {
		return
	}
	o.place = placeOf(content)
	m.all = append(m.all, o)
	if o.foreign {
		return
	}
	for _, id := range o.ids {
		m.byID[id] = append(m.byID[id], o)
	}
}

// printOf is the fingerprint of a body of the register. One that equals a
// draft byte for byte is told at once; else its values are compared, not the
// way in which they are written.
func (m *matcher) printOf(body []byte) fingerprint {
	if print := fingerprint(sha256.Sum256(body)); m.wanted[print] {
		return print
	}
	return sha256.Sum256(canonical(body))
}

// canonical writes a body as our drafts are written: members sorted by name,
// numbers in their shortest form.
func canonical(body []byte) []byte {
	var value any
	if json.Unmarshal(body, &value) != nil {
		return body
	}
	out, err := json.Marshal(value)
	if err != nil {
		return body
	}
	return out
}

// placeOf reads what a comparison needs from a registered body.
func placeOf(c *truce.Content) place {
	p := place{function: c.Type(), operator: c.OperatorOrg}
	for _, n := range c.Names {
		p.names = append(p.names, n.Text)
	}
	p.names = foldNames(p.names)
	for _, x := range c.ExternalIDs {
		p.ids = append(p.ids, x.Source+"\x00"+x.ID)
	}
	var shape geo.Shape
	raw := c.Geometry
	if len(c.Legs) > 0 {
		raw = c.Legs[0].Route
	}
	if raw != nil && shape.UnmarshalJSON(raw) == nil && !shape.IsZero() {
		p.at, p.located = shape.Centre(), true
	}
	return p
}

// matchContent gives each row an object with the same content: the k-th of
// equal rows the k-th of equal objects, those in force first.
func (im *importer) matchContent(m *matcher) {
	for _, list := range m.byPrint {
		slices.SortStableFunc(list, func(a, b *registered) int { return a.rank() - b.rank() })
	}
	for i := range im.rows {
		p := &im.rows[i]
		list := m.byPrint[p.print]
		if len(list) == 0 {
			continue
		}
		m.byPrint[p.print] = list[1:]
		p.match, p.action = list[0], Unchanged
		list[0].used = true
		im.tellState(p)
	}
	im.useSubjects(m)
}

func (o *registered) rank() int {
	switch {
	case o.superseded:
		return 2
	case o.withdrawn:
		return 1
	}
	return 0
}

// useSubjects marks the version in force of what an old list was found to be,
// so that no other row amends it.
func (im *importer) useSubjects(m *matcher) {
	used := map[string]bool{}
	for i := range im.rows {
		if o := im.rows[i].match; o != nil && o.superseded {
			used[o.subject] = true
		}
	}
	for _, o := range m.all {
		o.used = o.used || !o.foreign && used[o.subject]
	}
}

func (im *importer) tellState(p *pending) {
	o := p.match
	of := o.other()
	switch {
	case o.withdrawn:
		im.warn(Warning{Row: p.row, Code: "withdrawn", Of: of, Message: "this was registered and withdrawn; it stays withdrawn",
			Hint: "if it is there again, register it anew"})
	case o.superseded:
		im.warn(Warning{Row: p.row, Code: "superseded", Of: of, Message: "this is an earlier version of what is registered; the newer one stays",
			Hint: "amend the object itself if the older content is right"})
	}
}

func (o *registered) other() *Other { return &Other{ID: o.subject, Entry: &o.entry} }

// matchIDs finds the rows that are registered under the same external id with
// other content.
func (im *importer) matchIDs(m *matcher) {
	for i := range im.rows {
		p := &im.rows[i]
		if p.match != nil {
			continue
		}
		o := m.sameID(p)
		if o == nil {
			continue
		}
		if weakID(p, o) && !alike(&p.place, &o.place) {
			im.warn(Warning{Row: p.row, Code: "id_reused", Of: o.other(), Message: "the same id stands for another name at another place in the register; this is taken as something new",
				Hint: "say which list the ids are from: --map <column>=externalIds:<list>"})
			continue
		}
		o.used = true
		p.match, p.action = o, Amend
		if o.withdrawn {
			p.action = Unchanged
			im.tellState(p)
		}
	}
}

// sameID is the first object with one of the ids of p that no other row is.
func (m *matcher) sameID(p *pending) *registered {
	for _, rank := range []int{0, 1} {
		for _, id := range p.ids {
			for _, o := range m.byID[id] {
				if !o.used && o.rank() == rank {
					return o
				}
			}
		}
	}
	return nil
}

// weakID tells whether all ids that p and o share are numbers of a list whose
// name nobody knows.
func weakID(p *pending, o *registered) bool {
	for _, id := range p.ids {
		source, _, _ := strings.Cut(id, "\x00")
		if !weakSource(source) && slices.Contains(o.ids, id) {
			return false
		}
	}
	return true
}

// alike tells whether two entries can be one thing that was corrected: they
// have a name in common, or lie near each other.
func alike(a, b *place) bool {
	const near = 5000 // metres
	if a.located && b.located && geo.Distance(a.at, b.at) <= near {
		return true
	}
	return nameSimilarity(a.names, b.names, nil) >= similarName
}

func (im *importer) countActions() {
	for i := range im.rows {
		switch im.rows[i].action {
		case Register:
			im.sum.Registered++
		case Amend:
			im.sum.Amended++
		default:
			im.sum.Unchanged++
		}
	}
}
