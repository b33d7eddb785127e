package pack

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"
	"truce"

	"truce/geo"
	"truce/holds"
)

// Agreed are the agreements and windows of the pack, in the order of the entries that registered them. They must not be
// changed.
func (p *Pack) Agreed() []*holds.Record { return slices.Clip(p.agreed) }

// Now answers what holds at a place and a time: agreements with their clauses, pauses, corridors, who accepted, what is
// missing. It is what the register would have answered whom the pack was made for, when it knew as much as the pack; nothing
// is expanded again from a rule. Sight and Statuses of the query do not count. How old the pack is is told by AsOf: the
// caller must not show an answer of a stale pack (Fresh) that names nothing.
func (p *Pack) Now(q holds.Query) (*holds.Answer, error) {
	q.Sight, q.Statuses = nil, statuses
	return holds.Evaluate(p.model, q)
}

// agreedHere is what a check tells of agreements and windows.
func (p *Pack) agreedHere(q Query) ([]holds.AgreementBrief, []holds.WindowBrief, error) {
	if len(p.agreed) == 0 {
		return []holds.AgreementBrief{}, []holds.WindowBrief{}, nil
	}
	a, err := p.Now(holds.Query{Shape: q.Shape, RadiusM: q.RadiusM, At: q.From, Until: q.Until})
	if err != nil {
		return nil, nil, err
	}
	agreements, windows := a.Brief()
	return agreements, windows, nil
}

// nobody is what is written of agreements and windows where there are none.
var nobody = []byte(`,"agreements":[],"windows":[]`)

// agreed writes the members agreements and windows of the answer to a question about a point, and counts them.
func (b *batch) agreed(q *PointQuery, n *Named) ([]byte, error) {
	if len(b.pack.agreed) == 0 {
		return nobody, nil
	}
	shape := geo.PointShape(geo.Point{Lat: q.Lat, Lon: q.Lon}, q.AccuracyM)
	if !b.pack.model.Concerns(shape, q.RadiusM) {
		return nobody, nil
	}
	agreements, windows, err := b.pack.agreedHere(Query{Shape: shape, RadiusM: q.RadiusM, From: time.UnixMilli(q.From).UTC(), Until: time.UnixMilli(q.Until).UTC()})
	if n.Agreed = len(agreements) + len(windows); err != nil || n.Agreed == 0 {
		return nobody, err
	}
	n.Applying += holds.Applying(agreements, windows)
	out := append(b.json[:0], `,"agreements":`...)
	if out, err = appendJSON(out, agreements); err == nil {
		out, err = appendJSON(append(out, `,"windows":`...), windows)
	}
	b.json = out
	return out, err
}

func appendJSON(out []byte, v any) ([]byte, error) {
	buf := bytes.NewBuffer(out)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "an answer cannot be written")
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte{'\n'}), nil
}
