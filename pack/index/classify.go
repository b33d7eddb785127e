package index

import "math"

// item is a part as far as it concerns one cell.
type item struct {
	part  *part
	use   []int32 // the strips (line) or segs (area) that matter there
	at    anchor  // area: a place in the cell, unless blind
	blind bool    // area: no such place is known
}

// verdict is what a part is to a cell.
type verdict uint8

const (
	outside verdict = iota // no place of the cell is hit
	inside                 // every place is hit
	partly                 // the item tells
	unsure                 // only the exact shape tells
)

// Distances in a leaf's own coordinates, in quanta: a cell is 32768 quanta wide in u and v. A cell's outlines are kept
// to boxMargin quanta beyond it, or farther where bands are wide, at most maxMargin.
const (
	quanta     = 32768
	boxMargin  = 512
	listMargin = 640
	maxMargin  = 4000
	clearOf    = 8
)

// classify says what it is to the cell p, and what of it concerns that cell. The list that the answer uses is appended
// to arena.
func (it *item) classify(p *patch, arena *[]int32) (item, verdict) {
	switch it.part.kind {
	case discPart:
		return *it, it.part.disc(p)
	case linePart:
		return it.line(p, arena)
	}
	return it.area(p, arena)
}

func (d *part) disc(p *patch) verdict {
	far := d.ball.centre.distance(p.ball.centre)
	switch {
	case far-p.ball.radius > d.hi:
		return outside
	case far > d.lo || p.farthest(d.ball.centre) > d.lo:
		if p.nearest(d.ball.centre) > d.hi {
			return outside
		}
		return partly
	}
	return inside
}

func (it *item) line(p *patch, arena *[]int32) (item, verdict) {
	from, out := len(*arena), *it
	for _, k := range it.use {
		s := &it.part.strips[k]
		reach := it.part.hi + s.dev + s.apart
		far := p.ball.centre.segment(s.a, s.b)
		if far-p.ball.radius > reach || far > p.ball.radius/2 && p.fromStrip(s) > reach {
			continue
		}
		if in := it.part.lo - s.dev; far < in && p.level >= 2 && p.allNear(s, in-p.sag) {
			*arena = (*arena)[:from]
			return out, inside
		}
		*arena = append(*arena, k)
	}
	out.use = (*arena)[from:len(*arena):len(*arena)]
	if len(out.use) == 0 {
		return out, outside
	}
	return out, partly
}

// allNear reports whether all corners of p, and so its hull, are within d of s: a capsule is convex.
func (p *patch) allNear(s *strip, d float64) bool {
	for _, c := range p.corners {
		if c.segment(s.a, s.b) > d {
			return false
		}
	}
	return true
}

// fromStrip bounds the distance from s to p from below.
func (p *patch) fromStrip(s *strip) float64 {
	if p.level < 2 {
		return 0
	}
	for _, x := range [2]vec{s.a, s.b} {
		if u, v, w := x.onFace(p.face); w > 0 && p.holds(u/w, v/w) {
			return 0
		}
	}
	d := math.Inf(1)
	for i, c := range p.corners {
		d = min(d, segments(c, p.corners[(i+1)&3], s.a, s.b))
	}
	if d < p.size/8 || d < 2*p.sag { // it may pass through
		return 0
	}
	if m := s.a.lerp(s.b, 0.5); s.crosses(p, m) {
		return 0
	}
	return d - p.sag
}

// crosses reports whether the way between the ends of s may lead through p though neither end is in it.
func (s *strip) crosses(p *patch, m vec) bool {
	return m.distance(p.ball.centre) < p.ball.radius
}

// segments is the distance between the segments p0p1 and q0q1 in space (the least of five candidates: both ways from
// each end, and between their insides; C. Ericson, Real-Time Collision Detection, 5.1.9).
func segments(p0, p1, q0, q1 vec) float64 {
	d := min(min(p0.segment(q0, q1), p1.segment(q0, q1)), min(q0.segment(p0, p1), q1.segment(p0, p1)))
	u, v, w := p1.sub(p0), q1.sub(q0), p0.sub(q0)
	a, b, c, e, f := u.dot(u), u.dot(v), u.dot(w), v.dot(v), v.dot(w)
	if den := a*e - b*b; den > 0 {
		s, t := (b*f-c*e)/den, (a*f-b*c)/den
		if s > 0 && s < 1 && t > 0 && t < 1 {
			d = min(d, p0.lerp(p1, s).distance(q0.lerp(q1, t)))
		}
	}
	return d
}

func (it *item) area(p *patch, arena *[]int32) (item, verdict) {
	out := *it
	if !it.part.large && it.part.ball.centre.distance(p.ball.centre) > it.part.ball.radius+p.ball.radius {
		return out, outside
	}
	if it.part.vague || it.blind {
		return out, unsure
	}
	segs := it.part.plane(p.face).segs
	from, touched, widest := len(*arena), false, 0.0
	quantum := p.width() / quanta
	for _, k := range it.use {
		s := &segs[k]
		if s.away(p.rect, p.stretch, slackM*p.stretch+listMargin*quantum) {
			continue
		}
		*arena = append(*arena, k)
		if !s.away(p.rect, p.stretch, slackM*p.stretch) {
			touched, widest = true, max(widest, s.band)
		}
	}
	use := (*arena)[from:len(*arena):len(*arena)]
	if widest*p.stretch > p.width() { // smaller cells would be in the band as well
		*arena = (*arena)[:from]
		return out, unsure
	}
	at, ok := it.at.into(segs, it.use, use, p.rect)
	out.use, out.at = use, at
	switch {
	case !ok:
		return out, unsure
	case touched:
		return out, partly
	case at.outer != 0 && at.holes == 0:
		return out, inside
	}
	return out, outside
}

// anchorPlaces are where in a cell a place is looked for that is clear of all segments.
var anchorPlaces = [...][2]float64{
	{0.5, 0.5}, {0.27, 0.31}, {0.71, 0.67}, {0.29, 0.73}, {0.69, 0.23}, {0.47, 0.11}, {0.91, 0.53}, {0.53, 0.89}, {0.09, 0.43},
	{0.41, 0.61}, {0.61, 0.41}, {0.13, 0.93}, {0.87, 0.07}, {0.07, 0.13}, {0.93, 0.87}, {0.37, 0.83},
}

// into finds an anchor in r that is clear of the segments use, from a and the segments wide round it.
func (a anchor) into(segs []seg, wide, use []int32, r rect) (anchor, bool) {
	w := r.u1 - r.u0
	for _, f := range anchorPlaces {
		u, v := r.u0+f[0]*w, r.v0+f[1]*w
		if !apartFrom(segs, use, u, v, clearOf*w/quanta) {
			continue
		}
		if apartFrom(segs, wide, a.u, v, 1e-12) {
			return a.moved(segs, wide, u, v), true
		}
	}
	return a, false
}
