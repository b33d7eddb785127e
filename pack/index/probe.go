package index

import (
	"math"

	"truce"
)

// asked is the time that is asked about: [from, until), at least a millisecond, and the ticks of its first and last one.
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

// probe is a place that is asked about, and how far the search for it is.
type probe struct {
	asked
	lat, lon float64
	u, v     float64
	iu, iv   uint32 // on the face, see fixed
	face     int
	d        vec     // direction, see direction
	sin2     float64 // of the latitude
	at       vec     // on the surface; set when framed
	framed   bool
	walk     walk
	hits     []Hit
	err      *truce.Error
}

// walk is the way of a probe through the tree.
type walk struct {
	entry uint32 // the next one
	level uint8  // of its cell
	lists uint8  // how many are in list
	list  [6]uint32
}

// beyond is a little less than 1: u and v stay below 1, so that the last cell of a face holds its edge.
const beyond = 1 - 1e-12

// aim finds the cell of a place.
func (p *probe) aim(lat, lon float64) bool {
	if !(math.Abs(lat) <= 90 && math.Abs(lon) <= 180) {
		return false
	}
	p.lat, p.lon, p.framed = lat, lon, false
	p.d, p.sin2 = direction(lat, lon)
	face, u, v := project(p.d)
	p.face, p.u, p.v = face, min(u, beyond), min(v, beyond)
	p.iu, p.iv = uint32(int64((p.u+1)*(1<<31))), uint32(int64((p.v+1)*(1<<31)))
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
	p := probe{hits: buf}
	if !p.aim(lat, lon) {
		return buf, notAPlace()
	}
	if !x.touched(&p) {
		return buf, nil
	}
	p.asked = x.asked(from, until, onlyInForce)
	for x.begin(&p); p.walk.entry&3 == toNode && p.walk.entry != 0 || p.walk.entry&3 == toListNode; {
		x.advance(&p)
	}
	x.collect(&p)
	if p.err != nil {
		return buf, p.err
	}
	return tidy(p.hits, len(buf)), nil
}

// touched reads the bitmaps.
func (x *Index) touched(p *probe) bool {
	return bitAt(x.coarse, coarseLevel, p.face, p.iu, p.iv) && bitAt(x.bitmap, x.bits, p.face, p.iu, p.iv)
}

// begin reads the root table.
func (x *Index) begin(p *probe) {
	l := x.header.root
	p.walk.level, p.walk.lists = l, 0
	p.walk.entry = le32(x.root[(((uint32(p.face)<<l|p.iu>>(32-l))<<l)|p.iv>>(32-l))*4:])
}

// advance goes from a node to the entry of p's cell two levels down, and notes the node's list.
func (x *Index) advance(p *probe) {
	w := &p.walk
	line, l := uint64(w.entry>>entryShift)*nodeBytes, w.level
	lists := uint64(w.entry & 1) // of a node with a list: another line follows
	if l >= maxLevel || line+nodeBytes+lists*nodeBytes > uint64(len(x.nodes)) {
		p.err, w.entry = damaged("a node is out of range"), 0
		return
	}
	if lists != 0 {
		w.list[w.lists] = le32(x.nodes[line+nodeBytes:])
		w.lists++
	}
	w.entry = le32(x.nodes[line+uint64((p.iu>>(30-l)&3)<<2|p.iv>>(30-l)&3)*4:])
	w.level = l + 2
}

// collect reads the leaf and the lists that the walk has found, and the lists above the root table.
func (x *Index) collect(p *probe) {
	if x.topMask != 0 {
		x.above(p)
	}
	w := &p.walk
	for _, e := range w.list[:w.lists] {
		x.scan(p, e>>entryShift, 0)
	}
	switch level := int(w.level); {
	case w.entry == 0:
	case w.entry&3 == toWideLeaf:
		x.scan(p, w.entry>>entryShift, level-1)
	case level > maxLevel:
		p.err = damaged("a leaf is of too high a level")
	default:
		x.scan(p, w.entry>>entryShift, level)
	}
}

// above reads the lists of the cells above the root table.
func (x *Index) above(p *probe) {
	for level := uint(0); level <= binLevel; level += 2 {
		if x.topMask>>(level/2)&1 == 0 {
			continue
		}
		c := cell{p.face, int(level), uint32(uint64(p.iu) >> (32 - level)), uint32(uint64(p.iv) >> (32 - level))}
		n := topBase(c.level) + c.index()
		if e := le32(x.tops[n*4:]); e != 0 {
			x.scan(p, e>>entryShift, c.level)
		}
	}
}

// tidy sorts the hits from n on by ordinal and drops repeated ones: a zone of several parts is met by each. They are few
// and nearly sorted.
func tidy(hits []Hit, n int) []Hit {
	if len(hits) < n+2 {
		return hits
	}
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
