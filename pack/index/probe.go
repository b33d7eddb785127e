package index

import (
	"math"

	"truce"
	"truce/geo"
)

// span of time that is asked about: [from, until), at least a millisecond, and the ticks of its first and last one.
type asked struct {
	from, until int64
	first, last uint16
	only        bool
}

func (x *Index) asked(from, until int64, only bool) asked {
	if until <= from {
		until = from
		if from < Forever {
			until++
		}
	}
	return asked{from, until, x.ticks.of(from), x.ticks.of(until - 1), only}
}

// probe is a place that is asked about.
type probe struct {
	asked
	lat, lon float64
	face     int
	iu, iv   uint32 // on the face, see fixed
	d        vec    // direction, see direction
	sin2     float64
	at       vec // on the surface; set when framed
	framed   bool
	hits     []Hit
	err      *truce.Error
}

// aim finds the cell of a place.
func (p *probe) aim(lat, lon float64) bool {
	if !(math.Abs(lat) <= 90 && math.Abs(lon) <= 180) {
		return false
	}
	p.lat, p.lon, p.framed = lat, lon, false
	p.d, p.sin2 = direction(lat, lon)
	var u, v float64
	p.face, u, v = project(p.d)
	p.iu, p.iv = fixed(u), fixed(v)
	return true
}

// frame finds the place itself, which random questions mostly do without.
func (p *probe) frame() {
	if !p.framed {
		p.at, p.framed = p.d.scale(axisA/math.Sqrt(1-ecc2*p.sin2)), true
	}
}

func notAPlace() *truce.Error {
	return truce.E(truce.CodeInvalid, "not a position: latitude is from -90 to 90, longitude from -180 to 180")
}

// At appends to buf the zones that lat, lon (degrees) is in, in the time [from, until) or, where until is not after
// from, at the instant from (Unix milliseconds); by ordinal, their distance 0. It is CodeInvalid for what is not a
// position, and CodeTampered when the index is damaged.
func (x *Index) At(lat, lon float64, from, until int64, onlyInForce bool, buf []Hit) ([]Hit, error) {
	p := probe{asked: x.asked(from, until, onlyInForce), hits: buf}
	if !p.aim(lat, lon) {
		return buf, notAPlace()
	}
	x.find(&p)
	if p.err != nil {
		return buf, p.err
	}
	return tidy(p.hits, len(buf)), nil
}

// find looks up the place of p.
func (x *Index) find(p *probe) {
	if !x.touched(p) {
		return
	}
	if x.topMask != 0 {
		x.above(p)
	}
	at, level, ok := x.leafOf(p)
	if !ok {
		p.err = damaged("a node is out of range")
	} else if at != none {
		x.scan(p, at, level)
	}
}

// none is no leaf.
const none = math.MaxUint32

// touched reads the bitmap.
func (x *Index) touched(p *probe) bool {
	i, j, l := p.iu>>(32-x.bits), p.iv>>(32-x.bits), x.bits-3
	word := ((uint32(p.face)<<l|i>>3)<<l | j>>3) * 8
	bit := i&7<<3 | j&7
	return x.bitmap[word+bit>>3]>>(bit&7)&1 != 0
}

// above reads the lists of the cells above the root table.
func (x *Index) above(p *probe) {
	for level := uint(0); level <= binLevel; level += 2 {
		if x.topMask>>(level/2)&1 == 0 {
			continue
		}
		c := cell{p.face, int(level), uint32(uint64(p.iu) >> (32 - level)), uint32(uint64(p.iv) >> (32 - level))}
		n := topBase(c.level) + c.index()
		if e := le32(x.tops[n*4:]); e != 0 && p.err == nil {
			x.scan(p, e>>entryShift, int(level))
		}
	}
}

// leafOf walks from the root table to the leaf of p's cell, and reads lists on its way.
func (x *Index) leafOf(p *probe) (at uint32, level int, ok bool) {
	l := uint(x.header.root)
	e := le32(x.root[(((uint32(p.face)<<l|p.iu>>(32-l))<<l)|p.iv>>(32-l))*4:])
	for e != 0 {
		at := uint64(e >> entryShift)
		switch e & 3 {
		case toLeaf:
			return uint32(at), int(l), l <= maxLevel
		case toWideLeaf:
			return uint32(at), int(l) - 1, true
		}
		line := at * nodeBytes
		if l > maxLevel-1 || line+2*nodeBytes > uint64(len(x.nodes)) && (e&3 == toListNode || line+nodeBytes > uint64(len(x.nodes))) {
			return 0, 0, false
		}
		if e&3 == toListNode {
			x.scan(p, le32(x.nodes[line+nodeBytes:])>>entryShift, int(l))
		}
		e = le32(x.nodes[line+uint64((p.iu>>(30-l)&3)<<2|p.iv>>(30-l)&3)*4:])
		l += 2
	}
	return none, 0, true
}

// tidy sorts the hits from n on by ordinal and drops repeated ones: a zone of several parts is met by each. They are few
// and nearly sorted.
func tidy(hits []Hit, n int) []Hit {
	out := n
	for i := n; i < len(hits); i++ {
		h, k := hits[i], out
		for k > n && hits[k-1].Zone > h.Zone {
			k--
		}
		if k > n && hits[k-1].Zone == h.Zone {
			continue
		}
		copy(hits[k+1:out+1], hits[k:out])
		hits[k] = h
		out++
	}
	return hits[:out]
}

// exactly decides with package geo whether the zone with an ordinal is hit.
func (x *Index) exactly(p *probe, zone uint32) bool {
	s, err := x.Shape(zone)
	if err == nil {
		var hit bool
		if hit, err = touches(s, p.lat, p.lon); err == nil {
			return hit
		}
	}
	p.err = damaged("a record cannot be read")
	return false
}

func touches(s geo.Shape, lat, lon float64) (bool, error) {
	zone, err := geo.Prepare(s)
	if err != nil {
		return false, err
	}
	q, err := geo.Prepare(geo.PointShape(geo.Point{Lat: lat, Lon: lon}, 0))
	if err != nil {
		return false, err
	}
	_, hit := zone.Within(q, Tolerance)
	return hit, nil
}
