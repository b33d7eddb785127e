package index

import (
	"encoding/binary"
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

// probe is a place that is asked about, and how far the search for it is. It holds no hits, which the collecting
// functions take and return, so that those who ask may keep theirs on the stack.
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
	warmth   uint64
	err      *truce.Error
}

// walk is the way of a probe through the tree.
type walk struct {
	entry uint32 // the next one
	level uint8  // of its cell
	lists uint8  // how many are in list
	list  [4]uint32
}

// beyond is a little less than 1: u and v stay below 1, so that the last cell of a face holds its edge.
const beyond = 1 - 1e-12

// onEarth reports whether degrees are those of a position.
func onEarth(lat, lon float64) bool { return math.Abs(lat) <= 90 && math.Abs(lon) <= 180 }

// aim finds the cell of a place on Earth.
func (p *probe) aim(lat, lon float64) {
	p.lat, p.lon, p.framed = lat, lon, false
	p.d, p.sin2 = direction(lat, lon)
	p.look()
}

// look finds the cell that p.d points at.
func (p *probe) look() {
	face, u, v := project(p.d)
	p.face, p.u, p.v = face, min(u, beyond), min(v, beyond)
	p.iu, p.iv = uint32(int64((p.u+1)*(1<<31))), uint32(int64((p.v+1)*(1<<31)))
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
	if !onEarth(lat, lon) {
		return buf, notAPlace()
	}
	if !x.passes(lat, lon) {
		return buf, nil
	}
	return x.search(lat, lon, x.asked(from, until, onlyInForce), buf)
}

// search is At for a place that passes the sieve.
func (x *Index) search(lat, lon float64, a asked, buf []Hit) ([]Hit, error) {
	p := probe{asked: a}
	p.aim(lat, lon)
	x.begin(&p)
	for p.walk.entry != 0 && p.walk.entry&3 == toNode {
		x.advance(&p)
	}
	x.warm(&p)
	hits := x.collect(&p, buf)
	if p.err != nil {
		return buf, p.err
	}
	return tidy(hits, len(buf)), nil
}

// begin looks up the entry of p's cell of the root level.
func (x *Index) begin(p *probe) {
	l := x.header.root
	p.walk = walk{level: l, entry: x.entryOf(p.face, p.iu>>(32-l), p.iv>>(32-l))}
}

// advance goes from a node to the entry of p's cell three levels down, and notes the node's list.
func (x *Index) advance(p *probe) {
	w := &p.walk
	n, l, ok := x.node(w.entry), w.level, false
	if w.entry = 0; l >= maxLevel || !n.ok {
		p.err = damaged("a node is out of range")
		return
	}
	if n.mask&1 != 0 {
		if w.list[w.lists], ok = x.word(n, 0); ok {
			w.lists++
		}
	}
	w.level = l + nodeLevels
	if w.entry, ok = x.cellEntry(n, spread3[p.iu<<l>>29]<<1|spread3[p.iv<<l>>29]); !ok {
		p.err = damaged("a node is out of range")
	}
}

// warm reads a word of each of a leaf's first lines, so that they come from memory together. A longer leaf is read in
// sequence, which the processor foresees.
func (x *Index) warm(p *probe) {
	off := uint64(p.walk.entry>>entryShift) * 8
	if off+3*64+8 <= uint64(len(x.leaves)) {
		b := x.leaves[off : off+3*64+8]
		le := binary.LittleEndian
		p.warmth += le.Uint64(b) ^ le.Uint64(b[64:]) ^ le.Uint64(b[2*64:]) ^ le.Uint64(b[3*64:])
	}
}

// collect reads the leaf and the lists that the walk has found, and the lists above the root table.
func (x *Index) collect(p *probe, hits []Hit) []Hit {
	if x.topMask != 0 {
		hits = x.above(p, hits)
	}
	w := &p.walk
	for _, e := range w.list[:w.lists] {
		hits = x.scan(p, e>>entryShift, 0, hits)
	}
	if w.entry == 0 {
		return hits
	}
	level := int(w.level) - int(w.entry&3-toLeaf)
	if level > maxLevel {
		p.err = damaged("a leaf is of too high a level")
		return hits
	}
	return x.scan(p, w.entry>>entryShift, level, hits)
}

// above reads the lists of the cells above the root table.
func (x *Index) above(p *probe, hits []Hit) []Hit {
	for level := uint(0); level <= binLevel; level += 2 {
		if x.topMask>>(level/2)&1 == 0 {
			continue
		}
		c := cell{p.face, int(level), uint32(uint64(p.iu) >> (32 - level)), uint32(uint64(p.iv) >> (32 - level))}
		n := topBase(c.level) + c.index()
		if e := le32(x.tops[n*4:]); e != 0 {
			hits = x.scan(p, e>>entryShift, c.level, hits)
		}
	}
	return hits
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
