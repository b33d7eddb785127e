package index

import (
	"encoding/binary"
	"math"
)

// A leaf is one or more blocks, one after the other. A block is, in little endian order:
//
//	head   8 bytes: numbers of full entries, discs and outlines (16 bits each), its length in units of 8 bytes (15 bits),
//	       whether another block follows (1 bit)
//	full   8 bytes: number, ticks
//	disc   16 bytes: number, ticks, centre (3 x int16), radius (uint16)
//	outline number, ticks, kind, turns, length in units of 2 bytes (uint16); then as the kind says
//
// A number is an ordinal (27 bits), whether there are several periods (1 bit) and a scale s (4 bits). Lengths of discs
// and lines are in units of 2^(9-level+s) metres, from the middle of the cell, along x, y and z. Lengths of areas are in
// quanta, 2^-15 of the cell, along u and v, from its middle.
const (
	numberShift = 5
	manyBit     = 1 << 4
	scaleMask   = 15

	headBytes    = 8
	fullBytes    = 8
	discBytes    = 16
	outlineBytes = 12

	maxBlockUnits   = 1<<15 - 1
	maxOutlineBytes = 1 << 13
)

// The kinds of outline.
const (
	kindUnsure = iota // only the exact shape tells
	kindArea          // band, 16ths of a quantum (uint16); a box; then chains of vertices, int16 u and v
	kindLine          // inner and outer reach (uint16); a box; then chains of vertices, int16 x, y and z
)

// A box holds all vertices of an outline: the least and the greatest of each coordinate (int16), by turns. Most places
// that are asked about are outside.
const (
	areaHead = 2 + 2*2*2
	lineHead = 4 + 3*2*2
)

// chainHole marks a chain of a hole, in the count of its vertices.
const chainHole = 1 << 15

// unitOf is the length in metres of a unit of scale 0.
func unitOf(level int) float64 { return math.Ldexp(1, 9-level) }

// leastScale keeps units above 3 cm, so that slackM is a small part of one.
func leastScale(level int) int { return max(0, level-14) }

// ref is a zone that covers a whole cell, or of which nothing is certain there.
type ref struct {
	number, when uint32
	unsure       bool
}

// leafWriter writes one leaf.
type leafWriter struct {
	cell
	origin                vec
	stretch               float64
	full, discs, outlines []byte
	chain                 []byte
	sizes                 []int // of outlines, bytes
}

func (w *leafWriter) reset(p *patch) {
	w.cell, w.origin, w.stretch = p.cell, p.centre(), p.stretch
	w.full, w.discs, w.outlines, w.sizes = w.full[:0], w.discs[:0], w.outlines[:0], w.sizes[:0]
}

func put32(b []byte, x uint32) []byte { return binary.LittleEndian.AppendUint32(b, x) }
func put16(b []byte, x int) []byte    { return binary.LittleEndian.AppendUint16(b, uint16(x)) }

func (w *leafWriter) addRef(r ref) {
	if r.unsure {
		w.addOutline(r.number, r.when, kindUnsure, 0, nil)
		return
	}
	w.full = put32(put32(w.full, r.number), r.when)
}

func (w *leafWriter) addOutline(number, when uint32, kind, turns byte, body []byte) {
	size := outlineBytes + len(body)
	if size > maxOutlineBytes {
		kind, body, size = kindUnsure, nil, outlineBytes
	}
	w.outlines = append(put32(put32(w.outlines, number), when), kind, turns)
	w.outlines = append(put16(w.outlines, size/2), body...)
	w.sizes = append(w.sizes, size)
}

func (w *leafWriter) add(it *item, p *patch) {
	switch it.part.kind {
	case discPart:
		w.addDisc(it.part)
	case linePart:
		w.addLine(it)
	default:
		w.addArea(it, p)
	}
}

// local gives x in units of a scale, or false where it does not fit.
func (w *leafWriter) local(x vec, scale int) (c [3]int, ok bool) {
	d := x.sub(w.origin).scale(1 / (unitOf(w.level) * math.Ldexp(1, scale)))
	c = [3]int{int(math.Round(d.x)), int(math.Round(d.y)), int(math.Round(d.z))}
	ok = true
	for _, v := range c {
		ok = ok && v >= -math.MaxInt16 && v <= math.MaxInt16
	}
	return c, ok
}

func (w *leafWriter) addDisc(p *part) {
	for scale := leastScale(w.level); scale <= scaleMask; scale++ {
		c, ok := w.local(p.ball.centre, scale)
		r := math.Round((p.lo + p.hi) / 2 / (unitOf(w.level) * math.Ldexp(1, scale)))
		if !ok || r > math.MaxUint16 || p.hi-p.lo > unitOf(w.level)*math.Ldexp(1, scale)/4 {
			continue
		}
		w.discs = put32(put32(w.discs, p.number|uint32(scale)), p.when)
		w.discs = put16(put16(put16(put16(w.discs, c[0]), c[1]), c[2]), int(r))
		return
	}
	w.addRef(ref{p.number, p.when, true})
}

// addLine writes the strips as chains. A distance in units is off by at most 0.87 of them, from rounding a vertex.
func (w *leafWriter) addLine(it *item) {
	for scale := leastScale(w.level); scale <= scaleMask; scale++ {
		if body, ok := w.lineBody(it, scale); ok {
			w.addOutline(it.part.number|uint32(scale), it.part.when, kindLine, 0, body)
			return
		}
	}
	w.addRef(ref{it.part.number, it.part.when, true})
}

func (w *leafWriter) lineBody(it *item, scale int) ([]byte, bool) {
	unit := unitOf(w.level) * math.Ldexp(1, scale)
	in, out := math.Inf(1), 0.0
	var chains [][][3]int
	for n, k := range it.use {
		s := &it.part.strips[k]
		a, ok1 := w.local(s.a, scale)
		b, ok2 := w.local(s.b, scale)
		if !ok1 || !ok2 {
			return nil, false
		}
		in, out = min(in, it.part.lo-s.dev), max(out, it.part.hi+s.dev+s.apart)
		if n == 0 || it.use[n-1] != k-1 || !s.joined {
			chains = append(chains, [][3]int{a})
		}
		chains[len(chains)-1] = append(chains[len(chains)-1], b)
	}
	inner, outer := math.Floor(in/unit)-1, math.Ceil(out/unit)+1
	if outer > math.MaxUint16 {
		return nil, false
	}
	body := put16(put16(w.chain[:0], int(max(0, inner))), int(outer))
	body = append(body, make([]byte, lineHead-4)...)
	for _, c := range chains {
		body = put16(body, len(c))
		for _, v := range c {
			body = put16(put16(put16(body, v[0]), v[1]), v[2])
		}
	}
	bound(body[4:], body[lineHead:], 3)
	w.chain = body
	return body, true
}

// bound writes the box of chains of vertices with so many coordinates into out.
func bound(out, chains []byte, axes int) {
	for k := range axes {
		put := out[4*k:]
		binary.LittleEndian.PutUint16(put, math.MaxInt16)
		binary.LittleEndian.PutUint16(put[2:], 1<<15)
	}
	for len(chains) > 0 {
		n := int(le16(chains) &^ chainHole)
		for chains = chains[2:]; n > 0; n, chains = n-1, chains[2*axes:] {
			for k := range axes {
				x, put := int16(le16(chains[2*k:])), out[4*k:]
				binary.LittleEndian.PutUint16(put, uint16(min(x, int16(le16(put)))))
				binary.LittleEndian.PutUint16(put[2:], uint16(max(x, int16(le16(put[2:])))))
			}
		}
	}
}

// fine is how many steps a unit or quantum has for the place asked about. fuzz is by how many of them the distance from
// a disc's centre, less its radius, may be off: the rounding of the centre along three axes (13.9), of the radius (8) and
// of the place (0.9), the spread of the radius (2), and slackM.
const (
	fineBits = 4
	fine     = 1 << fineBits
	fuzz     = 28
)

// finish appends the leaf to blob, a multiple of 8 bytes.
func (w *leafWriter) finish(blob []byte) []byte {
	full, discs, outlines, sizes := w.full, w.discs, w.outlines, w.sizes
	for {
		room := maxBlockUnits*8 - headBytes - 8
		f := min(len(full)/fullBytes, room/fullBytes)
		room -= f * fullBytes
		d := min(len(discs)/discBytes, room/discBytes)
		room -= d * discBytes
		n, bytes := 0, 0
		for n < len(sizes) && bytes+sizes[n] <= room {
			bytes += sizes[n]
			n++
		}
		size := headBytes + f*fullBytes + d*discBytes + bytes
		head := uint64(f) | uint64(d)<<16 | uint64(n)<<32 | uint64((size+7)/8)<<48
		more := f*fullBytes < len(full) || d*discBytes < len(discs) || n < len(sizes)
		if more {
			head |= 1 << 63
		}
		blob = binary.LittleEndian.AppendUint64(blob, head)
		blob = append(append(append(blob, full[:f*fullBytes]...), discs[:d*discBytes]...), outlines[:bytes]...)
		for len(blob)%8 != 0 {
			blob = append(blob, 0)
		}
		if !more {
			return blob
		}
		full, discs, outlines, sizes = full[f*fullBytes:], discs[d*discBytes:], outlines[bytes:], sizes[n:]
	}
}
