package index

import (
	"io"
	"math"
	"runtime"
	"slices"

	"truce"
	"truce/geo"
)

// Build makes an index in memory. key says what it was built from: Open demands the same. A zone with a malformed shape,
// or periods that overlap, is an error (CodeInvalid, Row its ordinal + 1).
func Build(src Source, key [32]byte, p Params) (*Index, error) {
	var out buffer
	if _, err := BuildTo(&out, src, key, p); err != nil {
		return nil, err
	}
	return Open(out.data, key)
}

// BuildTo is Build into w, from offset 0; it returns the number of bytes. It holds the zones' records in memory, a few
// dozen bytes each, and works on one region of the Earth at a time.
func BuildTo(w io.WriterAt, src Source, key [32]byte, p Params) (int64, error) {
	b := &builder{anchors: map[binRef]*[faces]faceAnchor{}}
	if err := b.collect(src); err != nil {
		return 0, err
	}
	b.Params = p.filled(b.zones, runtime.GOMAXPROCS(0))
	b.ticks = b.times.ticks()
	b.sortZones()
	out := newOutput(w, key)
	if err := b.build(out); err != nil {
		return 0, err
	}
	return b.finish(out)
}

// buffer is a WriterAt in memory.
type buffer struct{ data []byte }

// WriteAt implements io.WriterAt.
func (b *buffer) WriteAt(p []byte, at int64) (int, error) {
	end := int(at) + len(p)
	if end > len(b.data) {
		b.data = slices.Grow(b.data, end-len(b.data))[:end]
	}
	return copy(b.data[at:], p), nil
}

// binRef is the which-th part of a zone.
type binRef struct{ zone, which uint32 }

// faceAnchor is a place on a face whose turns are known; not ok where none was found.
type faceAnchor struct {
	at anchor
	ok bool
}

// builder is one building of an index.
type builder struct {
	Params
	*sorter
	zones   int
	records records
	times   sampler
	ticks   ticks
	anchors map[binRef]*[faces]faceAnchor
}

func (b *builder) collect(src Source) error {
	return src(func(z Zone) error {
		if b.zones == MaxZones {
			return truce.E(truce.CodeTooLarge, "more than %d zones", MaxZones)
		}
		if err := checkZone(&z); err != nil {
			return rowError(err, b.zones+1)
		}
		b.records.add(&z)
		if n := len(z.Periods); n > 0 {
			b.times.add(z.Periods[0].From)
			b.times.add(z.Periods[n-1].Until)
		}
		b.zones++
		return nil
	})
}

func checkZone(z *Zone) error {
	if err := z.Shape.Check(); err != nil {
		return err
	}
	return checkPeriods(z.Periods)
}

func rowError(err error, row int) error {
	e := truce.Wrap(truce.CodeOf(err), err, "a zone is not formed right")
	e.Row = row
	return e
}

// cells calls f with the cells of a level that the ball may touch. It must be smaller than an eighth of the Earth.
func (b ball) cells(level int, f func(cell)) {
	for face := range faces {
		b.cellsOn(face, level, f)
	}
}

// cellsOn is cells for one face.
func (b ball) cellsOn(face, level int, f func(cell)) {
	u0, u1, v0, v1, ok := b.on(face)
	if !ok {
		return
	}
	at := func(u float64) uint32 { return fixed(u) >> (32 - level) }
	for i := at(u0); i <= at(u1); i++ {
		for j := at(v0); j <= at(v1); j++ {
			f(cell{face, level, i, j})
		}
	}
}

// on is a rectangle of a face that holds what of the ball is seen on it.
func (b ball) on(face int) (u0, u1, v0, v1 float64, ok bool) {
	u, v, w := b.centre.onFace(face)
	u0, u1, ok = span(u, w, b.radius)
	if ok {
		v0, v1, ok = span(v, w, b.radius)
	}
	return u0, u1, v0, v1, ok
}

// touches reports whether the ball may touch what is seen on a face.
func (b ball) touches(face int) bool {
	_, _, _, _, ok := b.on(face)
	return ok
}

// span is the part of [-1, 1] that a disc round (u, w) in the plane covers, as seen from the origin on the line w = 1.
func span(u, w, radius float64) (from, to float64, ok bool) {
	if math.Abs(u)-w > 1.4143*radius { // beyond the radius from both diagonals, on their far sides
		return 0, 0, false
	}
	l := math.Hypot(u, w)
	if l <= radius {
		return -1, 1, true
	}
	theta, beta := math.Atan2(u, w), math.Asin(radius/l)+1e-12
	if theta-beta > math.Pi/4 || theta+beta < -math.Pi/4 {
		return 0, 0, false
	}
	return math.Tan(math.Max(theta-beta, -math.Pi/4)), math.Tan(math.Min(theta+beta, math.Pi/4)), true
}

// loader makes parts out of records, again.
type loader struct {
	*builder
	arena []strip
	parts []*part
}

// load gives the parts of refs, which are in the order of their zones.
func (l *loader) load(refs []binRef) []*part {
	l.arena, l.parts = l.arena[:0], l.parts[:0]
	for len(refs) > 0 {
		n := 1
		for n < len(refs) && refs[n].zone == refs[0].zone {
			n++
		}
		l.zone(refs[:n])
		refs = refs[n:]
	}
	return l.parts
}

// zone loads parts of one zone.
func (l *loader) zone(refs []binRef) {
	r := reader{in: l.records.get(refs[0].zone)}
	one, ref, form := r.begin()
	number := refs[0].zone << numberShift
	if form == manyPeriods {
		list := l.records.periods[ref.offset : ref.offset+ref.count]
		one = Period{list[0].From, list[len(list)-1].Until}
		number |= manyBit
	}
	when := uint32(l.ticks.of(one.From)) | uint32(l.ticks.of(one.Until))<<16
	s := new(geo.Shape)
	*s = r.shape()
	which := uint32(0)
	partsOf(s, &l.arena, func(p *part) {
		if len(refs) > 0 && refs[0].which == which {
			p.number, p.when = number, when
			l.parts = append(l.parts, p)
			refs = refs[1:]
		}
		which++
	})
}
