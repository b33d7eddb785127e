package index

import "math"

// A cell is a square of the quadtree on a face of the cube round the Earth. Face 2k is towards the positive k-th axis
// (x, y, z), 2k+1 towards the negative one. On a face u and v, from -1 to 1, are the other two coordinates in cyclic
// order, divided by the length of the k-th: the gnomonic projection, in which a plane through the centre of the Earth
// is a straight line. A cell of level l is 2/2^l wide; i counts along u, j along v.
type cell struct {
	face, level int
	i, j        uint32
}

const (
	faces    = 6
	maxLevel = 17 // cells of 50 to 100 m
	binLevel = 6  // cells of 60 to 200 km: what a builder works on at a time
)

// onFace gives the coordinates of d on a face: d is (u, v, w) w away from the face's centre.
func (d vec) onFace(face int) (u, v, w float64) {
	switch face >> 1 {
	case 0:
		u, v, w = d.y, d.z, d.x
	case 1:
		u, v, w = d.z, d.x, d.y
	default:
		u, v, w = d.x, d.y, d.z
	}
	if face&1 != 0 {
		w = -w
	}
	return u, v, w
}

// ray is the direction at (u, v) of a face.
func ray(face int, u, v float64) vec {
	w := 1.0
	if face&1 != 0 {
		w = -1
	}
	switch face >> 1 {
	case 0:
		return vec{w, u, v}
	case 1:
		return vec{v, w, u}
	}
	return vec{u, v, w}
}

// project gives the face that d points at, and where on it. It has no branches, as which face it is cannot be foreseen;
// floats compare as their bits do when they are not negative.
func project(d vec) (face int, u, v float64) {
	const sign = 1 << 63
	bits := [4]uint64{math.Float64bits(d.x), math.Float64bits(d.y), math.Float64bits(d.z)}
	most, axis := bits[0]&^sign, 0
	if y := bits[1] &^ sign; y > most {
		most, axis = y, 1
	}
	if z := bits[2] &^ sign; z > most {
		most, axis = z, 2
	}
	k := 1 / math.Float64frombits(most)
	u = math.Float64frombits(bits[afterAxis[axis]&3]) * k
	v = math.Float64frombits(bits[afterAxis[axis+1]&3]) * k
	return axis<<1 | int(bits[axis]>>63), u, v
}

// afterAxis is the axis after each in cyclic order.
var afterAxis = [4]uint8{1, 2, 0, 1}

// fixed is u or v as a fraction of the face in 32 bits: 3 mm at the centre of a face.
func fixed(u float64) uint32 {
	x := int64((u + 1) * (1 << 31))
	return uint32(max(0, min(x, math.MaxUint32)))
}

// index is the number of c among the cells of its level.
func (c cell) index() uint32 {
	return (uint32(c.face)<<c.level|c.i)<<c.level | c.j
}

// child is one of the four quarters of c: bit 1 of k chooses along u, bit 0 along v.
func (c cell) child(k uint32) cell {
	return cell{c.face, c.level + 1, c.i<<1 | k>>1, c.j<<1 | k&1}
}

// cellOf is the cell with a number at a level.
func cellOf(level int, index uint32) cell {
	mask := uint32(1)<<level - 1
	return cell{int(index >> (2 * level)), level, index >> level & mask, index & mask}
}

// width is the width of c in u and v.
func (c cell) width() float64 { return math.Ldexp(2, -c.level) }

// rect is a cell as a rectangle in (u, v).
type rect struct{ u0, v0, u1, v1 float64 }

func (c cell) rect() rect {
	w := c.width()
	u, v := float64(c.i)*w-1, float64(c.j)*w-1
	return rect{u, v, u + w, v + w}
}

func (r rect) grown(by float64) rect { return rect{r.u0 - by, r.v0 - by, r.u1 + by, r.v1 + by} }

func (r rect) holds(u, v float64) bool { return u >= r.u0 && u <= r.u1 && v >= r.v0 && v <= r.v1 }

// centre is the place on the surface in the middle of c: the origin of the leaf's own coordinates.
func (c cell) centre() vec {
	w := c.width()
	return surface(ray(c.face, (float64(c.i)+0.5)*w-1, (float64(c.j)+0.5)*w-1))
}

// patch is a cell as a piece of the surface.
type patch struct {
	cell
	rect
	corners [4]vec // in order round the patch
	ball    ball   // holds it
	sag     float64
	size    float64 // metres, the longest side
	stretch float64 // how far two places a metre apart are in (u, v) at most, here and near
}

// newPatch measures c. A patch of level 2 or more is within sag metres of the hull of its corners: the angle between
// the middle and the rim is at most half the diagonal's, and 1-cos(x) <= x^2/2.
func newPatch(c cell) patch {
	p := patch{cell: c, rect: c.rect()}
	p.corners = [4]vec{
		surface(ray(c.face, p.u0, p.v0)), surface(ray(c.face, p.u1, p.v0)),
		surface(ray(c.face, p.u1, p.v1)), surface(ray(c.face, p.u0, p.v1)),
	}
	p.ball.centre = c.centre()
	for i, x := range p.corners {
		p.ball.radius = max(p.ball.radius, x.distance(p.ball.centre))
		p.size = max(p.size, x.distance(p.corners[(i+1)&3]))
	}
	p.sag = 0.55*p.ball.radius*p.ball.radius/curveMin + 0.001
	p.ball.radius += p.sag
	if c.level < 2 {
		p.ball.radius, p.sag = 2*axisA, 2*axisA
	}
	u := max(math.Abs(p.u0), math.Abs(p.u1)) + 0.5*c.width()
	v := max(math.Abs(p.v0), math.Abs(p.v1)) + 0.5*c.width()
	p.stretch = (1 + u*u + v*v) / axisB
	return p
}

// farthest bounds the distance from x to any place of p, in space.
func (p *patch) farthest(x vec) float64 {
	d := 0.0
	for _, c := range p.corners {
		d = max(d, x.distance(c))
	}
	return d + p.sag
}

// nearest bounds the distance from x, a place on the surface, to p in space from below.
func (p *patch) nearest(x vec) float64 {
	if u, v, w := x.onFace(p.face); w > 0 && p.holds(u/w, v/w) || p.level < 2 {
		return 0
	}
	d := math.Inf(1)
	for i, c := range p.corners {
		d = min(d, x.segment(c, p.corners[(i+1)&3]))
	}
	return d - p.sag
}
