package index

import (
	"encoding/binary"
	"math"
)

// local is a place in the coordinates of a leaf.
type local struct {
	x, y, z int32 // units, see unitOf
	u, v    int32 // quanta
}

// in gives p in the coordinates of a leaf of a level.
func (p *probe) in(level int) (l local) {
	p.frame()
	shift := uint(17 - level)
	size := uint32(quanta) << shift
	l.u, l.v = int32(p.iu&(size-1)>>shift)-quanta/2, int32(p.iv&(size-1)>>shift)-quanta/2
	c := cell{p.face, level, p.iu >> (32 - uint(level)), p.iv >> (32 - uint(level))}.centre()
	d := p.at.sub(c).scale(1 / unitOf(level))
	l.x, l.y, l.z = round(d.x), round(d.y), round(d.z)
	return l
}

func round(x float64) int32 { return int32(math.Floor(x + 0.5)) }

// scan reads the leaf at an offset in units of 8 bytes. Its cell is the one of a level that p is in.
func (x *Index) scan(p *probe, at uint32, level int) {
	off := uint64(at) * 8
	var l local
	for more := true; more; {
		if off+headBytes > uint64(len(x.leaves)) {
			p.err = damaged("a leaf is out of range")
			return
		}
		head := binary.LittleEndian.Uint64(x.leaves[off:])
		full, discs, outlines := int(head&0xffff), int(head>>16&0xffff), int(head>>32&0xffff)
		size := uint64(head>>48&maxBlockUnits) * 8
		more = head>>63 != 0
		need := uint64(headBytes + full*fullBytes + discs*discBytes + outlines*outlineBytes)
		if need > size || off+size > uint64(len(x.leaves)) {
			p.err = damaged("a leaf is longer than it says")
			return
		}
		b := x.leaves[off+headBytes : off+size]
		off += size
		for ; full > 0; full-- {
			x.hit(p, le32(b), le32(b[4:]))
			b = b[fullBytes:]
		}
		if discs+outlines == 0 {
			continue
		}
		l = p.in(level)
		b = x.discs(p, &l, b, discs)
		x.outlines(p, &l, b, outlines)
	}
}

// discs reads n discs.
func (x *Index) discs(p *probe, l *local, b []byte, n int) []byte {
	for ; n > 0; n-- {
		number := le32(b)
		scale := number & scaleMask
		half := int32(1) << scale >> 1
		dx := int64((l.x+half)>>scale - le16(b[8:]))
		dy := int64((l.y+half)>>scale - le16(b[10:]))
		dz := int64((l.z+half)>>scale - le16(b[12:]))
		r := int64(binary.LittleEndian.Uint16(b[14:]))
		if d := dx*dx + dy*dy + dz*dz; d < (r+fuzz)*(r+fuzz) {
			x.near(p, number, le32(b[4:]), r > fuzz && d < (r-fuzz)*(r-fuzz))
		}
		b = b[discBytes:]
	}
	return b
}

// near notes a zone that is hit, or, when that is not sure, asks for it exactly.
func (x *Index) near(p *probe, number, when uint32, sure bool) {
	if sure || x.exactly(p, number>>numberShift) {
		x.hit(p, number, when)
	}
}

// outlines reads n outlines.
func (x *Index) outlines(p *probe, l *local, b []byte, n int) {
	for ; n > 0; n-- {
		if len(b) < outlineBytes {
			p.err = damaged("an outline is out of range")
			return
		}
		size := int(binary.LittleEndian.Uint16(b[10:])) * 2
		if size < outlineBytes || size > len(b) {
			p.err = damaged("an outline is out of range")
			return
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
			x.near(p, number, when, sure)
		}
		b = b[size:]
	}
}

// inArea reports whether the place is in an area, and whether that is sure.
func (l *local) inArea(body []byte, base byte) (hit, sure bool) {
	if len(body) < 2 {
		return false, false
	}
	outer, holes, sure := turnsAt(body[2:], l.u, l.v, int32(binary.LittleEndian.Uint16(body)))
	outer += int32(int8(base) >> 1)
	return outer != 0 && (holes^int32(base))&1 == 0, sure
}

// nearLine reports whether the place is within reach of a line, and whether that is sure.
func (l *local) nearLine(body []byte, scale uint32) (hit, sure bool) {
	if len(body) < 4 {
		return false, false
	}
	half := int32(1) << scale >> 1
	at := vec{float64((l.x + half) >> scale), float64((l.y + half) >> scale), float64((l.z + half) >> scale)}
	inner, outer := float64(binary.LittleEndian.Uint16(body)), float64(binary.LittleEndian.Uint16(body[2:]))
	near := math.Inf(1)
	for b := body[4:]; len(b) >= 2; {
		n := int(binary.LittleEndian.Uint16(b)) * 6
		if n < 12 || len(b) < 2+n {
			return false, false
		}
		near = math.Min(near, at.fromChain(b[2:2+n]))
		b = b[2+n:]
	}
	return near < inner*inner, near < inner*inner || near > outer*outer
}

// fromChain is the square of the distance of a place from a chain of vertices.
func (a vec) fromChain(b []byte) float64 {
	near := math.Inf(1)
	p := vec{float64(le16(b)), float64(le16(b[2:])), float64(le16(b[4:]))}.sub(a)
	for b = b[6:]; len(b) >= 6; b = b[6:] {
		q := vec{float64(le16(b)), float64(le16(b[2:])), float64(le16(b[4:]))}.sub(a)
		u, t := q.sub(p), 0.0
		if n := u.dot(u); n > 0 {
			t = math.Max(0, math.Min(1, -p.dot(u)/n))
		}
		c := p.add(u.scale(t))
		near = math.Min(near, c.dot(c))
		p = q
	}
	return near
}

// hit adds a zone that is hit, with its state: by its ticks where they tell, else by its periods.
func (x *Index) hit(p *probe, number, when uint32) {
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
			return
		}
	}
	if state == InForce || !p.only {
		p.hits = append(p.hits, Hit{Zone: number >> numberShift, State: state})
	}
}
