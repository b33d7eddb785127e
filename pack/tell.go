package pack

import (
	"encoding/json"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"truce"
	"truce/geo"
	"truce/pack/index"
)

// PointQuery asks about a place: a point known to AccuracyM metres, and what lies within RadiusM metres of it.
type PointQuery struct {
	Lat, Lon           float64 // degrees, WGS-84
	RadiusM, AccuracyM float64
	From, Until        int64 // Unix milliseconds, [From, Until); equal = the instant
}

// Teller writes many answers as JSON, in the same bytes as json.Marshal gives for those of Check but for their times,
// which are in whole milliseconds. It is made for one moment; any number of goroutines may share it.
type Teller struct {
	pack    *Pack
	now     int64 // Unix milliseconds
	asOf    []byte
	here    []byte // from and until of a question about now
	stale   bool
	texts   func(n Named) string
	notices [2][64]atomic.Pointer[[]byte] // without agreements and windows, and with them
}

// Named is how much an answer names: objects, and agreements and windows; Applying is how much of all of them applies: every
// object, agreements that bind somebody, windows that are open by their schedule.
type Named struct{ Protections, Agreed, Applying int }

// None reports whether it names nothing.
func (n Named) None() bool { return n == Named{} }

// Teller gives a Teller for the time now, by the asker's clock. notice gives the words for an answer that names so much;
// of agreements and windows they may depend on whether there are some.
func (p *Pack) Teller(now time.Time, notice func(asOf *AsOf, n Named) string) (*Teller, error) {
	if err := p.ready(); err != nil {
		return nil, err
	}
	now = now.UTC().Truncate(time.Millisecond)
	asOf := p.AsOf(now)
	text, err := json.Marshal(asOf)
	if err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "an answer cannot be written")
	}
	t := &Teller{pack: p, now: now.UnixMilli(), asOf: text, stale: asOf.Pack.Stale, texts: func(n Named) string { return notice(&asOf, n) }}
	t.here = appendTimes(nil, t.now, t.now)
	return t, nil
}

// Now is the moment of the teller, Unix milliseconds.
func (t *Teller) Now() int64 { return t.now }

// Batch answers many questions: it calls fn for each, in order, with the members of the answer as JSON without the
// braces round them, and how much is in it. fn must not keep answer. A question that cannot be answered
// (no position, a stale pack that names nothing) has an error instead. An error of fn ends it.
func (t *Teller) Batch(queries []PointQuery, fn func(i int, answer []byte, n Named, err error) error) error {
	b := batch{Teller: t}
	points := make([]index.PointQuery, len(queries))
	for i := range queries {
		q := &queries[i]
		points[i] = index.PointQuery{Lat: q.Lat, Lon: q.Lon, From: q.From, Until: q.Until}
		b.rest = b.rest || q.RadiusM != 0 || q.AccuracyM != 0
	}
	var failed error
	t.pack.engine.Batch(points, func(i int, hits []index.Hit, err error) {
		if failed == nil {
			answer, n, err := b.answer(&queries[i], hits, err)
			failed = fn(i, answer, n, err)
		}
	})
	return failed
}

// batch is one call of Batch.
type batch struct {
	*Teller
	rest bool // there are questions with a radius or accuracy
	near []index.Hit
	best []found
	out  []byte
	json []byte // of what was agreed
}

// look takes the hits of a point, or finds those of one with a radius or accuracy.
func (b *batch) look(q *PointQuery, hits []index.Hit) ([]index.Hit, error) {
	switch {
	case !(q.RadiusM >= 0 && q.RadiusM <= MaxRadiusM):
		return nil, truce.E(truce.CodeInvalid, "the radius must lie between 0 and %d metres", MaxRadiusM).At("/radiusM")
	case !(q.AccuracyM >= 0 && q.AccuracyM <= geo.MaxExtentM):
		return nil, truce.E(truce.CodeInvalid, "an accuracy is a distance in metres, from 0").At("/accuracyM")
	case q.Until < q.From:
		return nil, truce.E(truce.CodeInvalid, "the period ends before it begins").At("/until")
	case !b.rest || q.RadiusM == 0 && q.AccuracyM == 0:
		return hits, nil
	}
	var err error
	b.near, err = b.pack.nearPoint(q, b.near[:0])
	return b.near, err
}

func (b *batch) answer(q *PointQuery, hits []index.Hit, err error) ([]byte, Named, error) {
	if err == nil {
		hits, err = b.look(q, hits)
	}
	if err != nil {
		return nil, Named{}, err
	}
	b.best = b.pack.choose(q.From, q.Until, hits, b.best[:0])
	n := Named{Protections: len(b.best), Applying: len(b.best)}
	agreed, err := b.agreed(q, &n)
	if err != nil {
		return nil, n, err
	}
	if b.stale && n.None() {
		return nil, n, b.pack.Fresh(time.UnixMilli(b.now))
	}
	b.out = append(append(b.out[:0], `"asOf":`...), b.asOf...)
	b.out = append(appendFloat(append(b.out, `,"query":{"shape":"Point","radiusM":`...), q.RadiusM), ',')
	if q.From == b.now && q.Until == b.now {
		b.out = append(b.out, b.here...)
	} else {
		b.out = appendTimes(b.out, q.From, q.Until)
	}
	b.out = append(b.out, '}')
	if b.stale {
		b.out = append(b.out, `,"stale":true`...)
	}
	b.out = append(b.out, `,"protections":[`...)
	for i, f := range b.best {
		if i > 0 {
			b.out = append(b.out, ',')
		}
		b.out = b.pack.appendTold(b.out, f)
	}
	b.out = append(append(b.out, ']'), agreed...)
	b.out = append(append(b.out, `,"notice":`...), b.notice(n)...)
	return b.out, n, nil
}

// notice is the text for an answer that names so much, as JSON.
func (t *Teller) notice(n Named) []byte {
	kept := &t.notices[min(1, n.Agreed)]
	if n.Protections >= len(kept) {
		return appendText(nil, t.texts(n))
	}
	if text := kept[n.Protections].Load(); text != nil {
		return *text
	}
	text := appendText(nil, t.texts(n))
	kept[n.Protections].Store(&text)
	return text
}

// appendTold writes a protection as json.Marshal does.
func (p *Pack) appendTold(out []byte, f found) []byte {
	r, part := &p.rows[f.object], &p.parts[f.zone]
	out = append(out, p.face(f.object).before...)
	out = appendFloat(append(out, `,"distanceM":`...), f.distance)
	if t := shapeTypes[part.head&shapeType]; part.extent != 0 && (t == geo.TypePoint || t == geo.TypeMultiPoint) {
		out = appendFloat(append(out, `,"accuracyM":`...), part.extent)
	}
	out = append(append(append(out, `,"state":"`...), f.state...), '"')
	out = appendMember(out, `,"inForceFrom":`, f.period.From)
	out = appendMember(out, `,"inForceUntil":`, f.period.Until)
	if r.flags&flagRevalidate != 0 {
		out = appendMember(out, `,"revalidateBy":`, r.revalidate)
	}
	out = append(out, p.face(f.object).middle...)
	if part.leg >= 0 {
		out = strconv.AppendInt(append(out, `,"leg":`...), int64(part.leg), 10)
		if name := p.dict[part.name]; name != "" {
			out = appendText(append(out, `,"part":`...), name)
		}
	}
	return append(out, p.face(f.object).after...)
}

// face is what is told of an object wherever it is met, as JSON.
type face struct{ before, middle, after []byte }

// maxFaces bounds how many are kept.
const maxFaces = 1 << 17

// face gives it, and keeps it for the next time.
func (p *Pack) face(object uint32) *face {
	slot := &p.faces[object%uint32(len(p.faces))]
	if kept := slot.Load(); kept != nil && kept.object == object {
		return &kept.face
	}
	made := &keptFace{object, p.makeFace(int(object))}
	slot.Store(made)
	return &made.face
}

type keptFace struct {
	object uint32
	face   face
}

func (p *Pack) makeFace(i int) (f face) {
	o := p.Object(i)
	f.before = appendText([]byte(`{"id":`), o.ID)
	for _, m := range []struct{ name, text string }{{`,"kind":`, o.Kind}, {`,"type":`, o.Type}, {`,"name":`, o.Title()}, {`,"operator":`, o.Operator}} {
		if m.text != "" || m.name != `,"operator":` {
			f.before = appendText(append(f.before, m.name...), m.text)
		}
	}
	if o.Withdrawn != "" {
		f.middle = appendText(append(f.middle, `,"withdrawn":`...), o.Withdrawn)
	}
	f.middle = strconv.AppendBool(append(f.middle, `,"contested":`...), o.Contested)
	f.middle = appendText(append(f.middle, `,"verification":`...), o.Verification)
	if o.Differs {
		f.middle = append(f.middle, `,"differs":true`...)
	}
	f.after = strconv.AppendInt(append(f.after, `,"entry":`...), o.Entry, 10)
	f.after = appendText(append(f.after, `,"version":`...), o.Version)
	f.after = appendText(append(f.after, `,"status":`...), string(o.Status))
	f.after = strconv.AppendBool(append(f.after, `,"exercise":`...), o.Status != truce.Actual)
	f.after = append(f.after, '}')
	return f
}

// appendMember writes a time behind its name; an open end is left out.
func appendMember(out []byte, name string, ms int64) []byte {
	if ms == NoBeginning || ms == NoEnd {
		return out
	}
	return appendTime(append(out, name...), ms)
}

func appendTimes(out []byte, from, until int64) []byte {
	out = appendTime(append(out, `"from":`...), from)
	return appendTime(append(out, `,"until":`...), until)
}

func appendTime(out []byte, ms int64) []byte {
	out = append(out, '"')
	return append(time.UnixMilli(ms).UTC().AppendFormat(out, time.RFC3339Nano), '"')
}

// appendFloat writes a number as package json does.
func appendFloat(out []byte, v float64) []byte { return truce.AppendJSONNumber(out, v) }

// appendText writes a text as encoding without HTML escapes does.
func appendText(out []byte, s string) []byte { return truce.AppendJSONText(out, s) }

// choose finds what is told of each object among the hits, in the order of an answer. Of one that is near with several
// parts, the one in force counts, then the nearest, then the first.
func (p *Pack) choose(from, until int64, hits []index.Hit, best []found) []found {
	for _, h := range hits {
		f := p.found(from, until, h)
		if last := len(best) - 1; last >= 0 && best[last].object == f.object {
			if nearer(f, best[last]) < 0 {
				best[last] = f
			}
			continue
		}
		best = append(best, f)
	}
	if len(best) > 1 {
		slices.SortFunc(best, p.order)
	}
	return best
}
