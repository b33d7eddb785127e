package index

import "math"

// plane is an area's outline on one face: segments in (u, v).
type plane struct{ segs []seg }

// seg is a strip in (u, v).
type seg struct {
	x0, y0, x1, y1 float64
	band           float64 // metres: both readings are within it
	hole, joined   bool
}

// faceMargin is how far a large area's outline is kept beyond a face, in u and v.
const faceMargin = 0.1

// plane is p on a face. A small area is projected whole, a large one is cut off a little beyond the face.
func (p *part) plane(face int) *plane {
	if p.planes[face] != nil {
		return p.planes[face]
	}
	pl := &plane{segs: make([]seg, 0, len(p.strips))}
	for i := range p.strips {
		s := &p.strips[i]
		a, b, whole, ok := s.a, s.b, true, true
		if p.large {
			a, b, whole, ok = toFace(s.a, s.b, face)
		}
		if !ok {
			continue
		}
		x0, y0, w0 := a.onFace(face)
		x1, y1, w1 := b.onFace(face)
		pl.segs = append(pl.segs, seg{
			x0 / w0, y0 / w0, x1 / w1, y1 / w1, s.dev + s.apart, s.hole,
			whole && s.joined && len(pl.segs) > 0,
		})
	}
	p.planes[face] = pl
	return pl
}

// toFace cuts the chord ab to what is in front of a face and its margin; whole reports whether a was left as it is.
func toFace(a, b vec, face int) (c, d vec, whole, ok bool) {
	au, av, aw := a.onFace(face)
	bu, bv, bw := b.onFace(face)
	t0, t1 := 0.0, 1.0
	for _, side := range [4][2]float64{
		{aw*(1+faceMargin) - au, bw*(1+faceMargin) - bu}, {aw*(1+faceMargin) + au, bw*(1+faceMargin) + bu},
		{aw*(1+faceMargin) - av, bw*(1+faceMargin) - bv}, {aw*(1+faceMargin) + av, bw*(1+faceMargin) + bv},
	} {
		f0, f1 := side[0], side[1]
		switch {
		case f0 < 0 && f1 < 0:
			return a, b, false, false
		case f0 < 0:
			t0 = math.Max(t0, f0/(f0-f1))
		case f1 < 0:
			t1 = math.Min(t1, f0/(f0-f1))
		}
	}
	if t0 >= t1 {
		return a, b, false, false
	}
	return a.lerp(b, t0), a.lerp(b, t1), t0 == 0, true
}

// away reports whether s keeps its band, and the margin in (u, v), clear of r.
func (s *seg) away(r rect, stretch, margin float64) bool {
	r = r.grown(s.band*stretch*bandSafety(s.band) + margin)
	if s.x0 < r.u0 && s.x1 < r.u0 || s.x0 > r.u1 && s.x1 > r.u1 || s.y0 < r.v0 && s.y1 < r.v0 || s.y0 > r.v1 && s.y1 > r.v1 {
		return true
	}
	if r.holds(s.x0, s.y0) || r.holds(s.x1, s.y1) {
		return false
	}
	_, _, ok := s.clip(r)
	return !ok
}

// bandSafety widens wide bands: the bound on the stretch is that of the surface near the cell.
func bandSafety(band float64) float64 {
	if band > 1000 {
		return 2
	}
	return 1.01
}

// clip gives the fractions of s between which it is in r (Liang and Barsky).
func (s *seg) clip(r rect) (t0, t1 float64, ok bool) {
	t0, t1 = 0, 1
	if dx := s.x1 - s.x0; !cut(-dx, s.x0-r.u0, &t0, &t1) || !cut(dx, r.u1-s.x0, &t0, &t1) {
		return 0, 0, false
	}
	if dy := s.y1 - s.y0; !cut(-dy, s.y0-r.v0, &t0, &t1) || !cut(dy, r.v1-s.y0, &t0, &t1) {
		return 0, 0, false
	}
	return t0, t1, t0 <= t1
}

// cut takes what is beyond one side of a rectangle off the way from t0 to t1; false where nothing is left on a way beside
// that side.
func cut(p, q float64, t0, t1 *float64) bool {
	switch {
	case p < 0:
		*t0 = max(*t0, q/p)
	case p > 0:
		*t1 = min(*t1, q/p)
	default:
		return q >= 0
	}
	return true
}

// distance is how far (u, v) is from s.
func (s *seg) distance(u, v float64) float64 {
	dx, dy := s.x1-s.x0, s.y1-s.y0
	t := 0.0
	if n := dx*dx + dy*dy; n > 0 {
		t = math.Max(0, math.Min(1, ((u-s.x0)*dx+(v-s.y0)*dy)/n))
	}
	return math.Hypot(u-s.x0-t*dx, v-s.y0-t*dy)
}

// turns is how often an area's outer ring goes round a place, anticlockwise in (u, v), and how often its holes do, of
// which only odd or even is told.
type turns struct{ outer, holes int32 }

func (t *turns) cross(s *seg, by int32) {
	if s.hole {
		t.holes ^= 1
	} else {
		t.outer += by
	}
}

// anchor is a place in (u, v) that no segment is near, with its turns.
type anchor struct {
	u, v float64
	turns
}

// moved is the anchor at (u, v), reached from a along v, then along u. The corner between and the end must be clear of
// all segs: then every segment that is crossed is told by which of its ends is on which side, without rounding.
func (a anchor) moved(segs []seg, use []int32, u, v float64) anchor {
	t := a.turns
	for _, k := range use {
		s := &segs[k]
		if (s.x0 <= a.u) != (s.x1 <= a.u) {
			y := s.y0 + (a.u-s.x0)*((s.y1-s.y0)/(s.x1-s.x0))
			if (y < a.v) != (y < v) {
				t.cross(s, sign((s.x1 > s.x0) == (v > a.v)))
			}
		}
		if (s.y0 <= v) != (s.y1 <= v) {
			x := s.x0 + (v-s.y0)*((s.x1-s.x0)/(s.y1-s.y0))
			if (x < a.u) != (x < u) {
				t.cross(s, sign((s.y1 > s.y0) != (u > a.u)))
			}
		}
	}
	return anchor{u, v, t}
}

func sign(plus bool) int32 {
	if plus {
		return 1
	}
	return -1
}

// apartFrom reports whether every segment is farther than margin from (u, v).
func apartFrom(segs []seg, use []int32, u, v, margin float64) bool {
	for _, k := range use {
		s := &segs[k]
		if u < min(s.x0, s.x1)-margin || u > max(s.x0, s.x1)+margin || v < min(s.y0, s.y1)-margin || v > max(s.y0, s.y1)+margin {
			continue
		}
		if s.distance(u, v) <= margin {
			return false
		}
	}
	return true
}
