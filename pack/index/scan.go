package index

import (
	"encoding/binary"
	"math"
)

// local is a place in the coordinates of a leaf.
type local struct {
	x, y, z int32 // 16ths of a unit, see unitOf
	u, v    int32 // 16ths of a quantum
}

// in gives p in the coordinates of a leaf of a level.
func (p *probe) in(level int) (l local) {
	p.frame()
	const mask = quanta*fine - 1
	k := quantaAt[level]
	l.u, l.v = int32(int64((p.u+1)*k)&mask)-quanta*fine/2, int32(int64((p.v+1)*k)&mask)-quanta*fine/2
	c := cell{p.face, level, p.iu >> (32 - uint(level)), p.iv >> (32 - uint(level))}.centre()
	k = unitsAt[level]
	l.x, l.y, l.z = round((p.at.x-c.x)*k), round((p.at.y-c.y)*k), round((p.at.z-c.z)*k)
	return l
}

func round(x float64) int32 { return int32(math.Floor(x + 0.5)) }

// quantaAt and unitsAt are, for every level, the 16ths of a quantum in a step of 1 in u, and of a unit in a metre.
var quantaAt, unitsAt = func() (q, u [maxLevel + 1]float64) {
	for l := range q {
		q[l], u[l] = math.Ldexp(quanta*fine, l-1), fine/unitOf(l)
	}
	return q, u
}()

// scan reads the leaf at an offset in units of 8 bytes. Its cell is the one of a level that p is in.
func (x *Index) scan(p *probe, at uint32, level int, hits []Hit) []Hit {
	off := uint64(at) * 8
	for more := true; more; {
		if off+headBytes > uint64(len(x.leaves)) {
			p.err = damaged("a leaf is out of range")
			return hits
		}
		head := binary.LittleEndian.Uint64(x.leaves[off:])
		full, discs, outlines := int(head&0xffff), int(head>>16&0xffff), int(head>>32&0xffff)
		size := uint64(head>>48&maxBlockUnits) * 8
		more = head>>63 != 0
		need := uint64(headBytes + full*fullBytes + discs*discBytes + outlines*outlineBytes)
		if need > size || off+size > uint64(len(x.leaves)) {
			p.err = damaged("a leaf is longer than it says")
			return hits
		}
		b := x.leaves[off+headBytes : off+size]
		off += size
		for ; full > 0; full-- {
			hits = x.hit(p, le32(b), le32(b[4:]), hits)
			b = b[fullBytes:]
		}
		if discs+outlines > 0 {
			l := p.in(level)
			hits, b = x.discs(p, &l, b, discs, hits)
			hits = x.outlines(p, &l, b, outlines, hits)
		}
	}
	return hits
}

// discs reads n discs.
func (x *Index) discs(p *probe, l *local, b []byte, n int, hits []Hit) (found []Hit, rest []byte) {
	for ; n > 0; n-- {
		number, low, high := le32(b), le32(b[8:]), le32(b[12:])
		scale := number & scaleMask
		half := int32(1) << scale >> 1
		dx := int64((l.x+half)>>scale - int32(low)<<16>>(16-fineBits))
		dy := int64((l.y+half)>>scale - int32(low)>>16<<fineBits)
		dz := int64((l.z+half)>>scale - int32(high)<<16>>(16-fineBits))
		r := int64(high >> 16 << fineBits)
		if d := dx*dx + dy*dy + dz*dz; d < (r+fuzz)*(r+fuzz) {
			hits = x.near(p, number, le32(b[4:]), r > fuzz && d < (r-fuzz)*(r-fuzz), hits)
		}
		b = b[discBytes:]
	}
	return hits, b
}

// near notes a zone that is hit, or, when that is not sure, asks for it exactly.
func (x *Index) near(p *probe, number, when uint32, sure bool, hits []Hit) []Hit {
	if sure || x.exactly(p, number>>numberShift) {
		return x.hit(p, number, when, hits)
	}
	return hits
}

// outlines reads n outlines.
func (x *Index) outlines(p *probe, l *local, b []byte, n int, hits []Hit) []Hit {
	for ; n > 0; n-- {
		if len(b) < outlineBytes {
			p.err = damaged("an outline is out of range")
			return hits
		}
		size := int(le32(b[8:])>>16) * 2
		if size < outlineBytes || size > len(b) {
			p.err = damaged("an outline is out of range")
			return hits
		}
		number, when := le32(b), le32(b[4:])
		hit, sure := false, false
		switch body := b[outlineBytes:size]; b[8] {
		case kindArea:
			hit, sure = l.inArea(body, b[9])
		case kindLine:
			hit, sure = l.nearLine(body, number&scaleMask)
		}
		if !sure || hit {
			hits = x.near(p, number, when, sure, hits)
		}
		b = b[size:]
	}
	return hits
}

// inArea reports whether the place is in an area, and whether that is sure. Beside and below the box of its outline, the
// turns are those at the corner.
func (l *local) inArea(body []byte, base byte) (hit, sure bool) {
	if len(body) < areaHead {
		return false, false
	}
	band, x, y := int32(le16(body)), le32(body[2:]), le32(body[6:])
	outer, holes := int32(0), int32(0)
	if l.u >= low(x)-band && l.u <= high(x)+band && l.v >= low(y)-band {
		if outer, holes, sure = turnsAt(body[areaHead:], l.u, l.v, band); !sure {
			return false, false
		}
	}
	outer += int32(int8(base) >> 1)
	return outer != 0 && (holes^int32(base))&1 == 0, true
}

// low and high are the two halves of a word, in 16ths.
func low(w uint32) int32  { return int32(w) << 16 >> (16 - fineBits) }
func high(w uint32) int32 { return int32(w) >> 16 << fineBits }

// nearLine reports whether the place is within reach of a line, and whether that is sure.
func (l *local) nearLine(body []byte, scale uint32) (hit, sure bool) {
	if len(body) < lineHead {
		return false, false
	}
	reach := int32(le16(body[2:])+1) << fineBits
	if l.x>>scale < low(le32(body[4:]))-reach || l.x>>scale > high(le32(body[4:]))+reach ||
		l.y>>scale < low(le32(body[8:]))-reach || l.y>>scale > high(le32(body[8:]))+reach ||
		l.z>>scale < low(le32(body[12:]))-reach || l.z>>scale > high(le32(body[12:]))+reach {
		return false, true
	}
	return l.nearChains(body, scale)
}

func (l *local) nearChains(body []byte, scale uint32) (hit, sure bool) {
	k := 1 / float64(uint32(fine)<<scale)
	at := vec{float64(l.x) * k, float64(l.y) * k, float64(l.z) * k}
	inner, outer := float64(le16(body)), float64(le16(body[2:]))
	inner, outer, sure = inner*inner, outer*outer, true
	for b := body[lineHead:]; len(b) >= 2; {
		n := int(le16(b)) * 6
		if n < 12 || len(b) < 2+n {
			return false, false
		}
		d := at.fromChain(b[2:2+n], inner)
		if d < inner {
			return true, true
		}
		sure = sure && d > outer
		b = b[2+n:]
	}
	return false, sure
}

// fromChain is the square of the distance of a place from a chain of vertices, or one below enough.
func (a vec) fromChain(b []byte, enough float64) float64 {
	p := chainVertex(b).sub(a)
	near := p.dot(p)
	for b = b[6:]; len(b) >= 6; b = b[6:] {
		q := chainVertex(b).sub(a)
		u := q.sub(p)
		d := q.dot(q)
		if along, n := -p.dot(u), u.dot(u); along > 0 && along < n { // the foot is between the ends
			d = p.dot(p) - along*along/n
		}
		if d < near {
			if near = d; d < enough {
				return d
			}
		}
		p = q
	}
	return near
}

func chainVertex(b []byte) vec {
	w := le32(b)
	return vec{float64(int16(w)), float64(int16(w >> 16)), float64(int16(binary.LittleEndian.Uint16(b[4:])))}
}

// hit adds a zone that is hit, with its state: by its ticks where they tell, else by its periods.
func (x *Index) hit(p *probe, number, when uint32, hits []Hit) []Hit {
	first, last := uint16(when), uint16(when>>16)
	state := InForce
	switch {
	case first > p.last:
		state = Later
	case last < p.first:
		state = Lapsed
	case first == p.last || last == p.first || number&manyBit != 0:
		var err error
		if state, err = x.state(number>>numberShift, p.from, p.until); err != nil {
			p.err = damaged("a record cannot be read")
			return hits
		}
	}
	if state == InForce || !p.only {
		hits = append(hits, Hit{Zone: number >> numberShift, State: state})
	}
	return hits
}
