package geo

import "math"

// corner is a position of a ring on the unrolled cylinder: its longitude is lon + 360*turn. Corners are compared by
// (turn, lon), which is exact: whatever the rounding, every edge that a meridian meets is counted once. A place that is
// asked about has lon -180 rather than 180, so none is between the two names of the antimeridian.
type corner struct {
	lat, lon float64
	turn     int
}

func (c corner) unrolled() float64 { return c.lon + 360*float64(c.turn) }
func (c corner) point() Point      { return Point{Lat: c.lat, Lon: c.lon} }
func (c corner) before(d corner) bool {
	return c.turn < d.turn || c.turn == d.turn && c.lon < d.lon
}

// ring is a closed ring. net is how many times it goes round the Earth eastwards: 0, or 1 or -1 where it encloses a
// pole; north says which.
type ring struct {
	corners []corner
	net     int
	north   bool
}

// newRing unrolls a closed ring, every edge the short way.
func newRing(points []Point) ring {
	r := ring{corners: make([]corner, 0, len(points))}
	turn := 0
	for i, p := range points {
		if i > 0 {
			switch d := p.Lon - points[i-1].Lon; {
			case d > 180:
				turn--
			case d < -180:
				turn++
			}
		}
		r.corners = append(r.corners, corner{lat: p.Lat, lon: p.Lon, turn: turn})
	}
	r.net = r.corners[len(points)-1].turn - r.corners[0].turn
	r.north = r.net != 0 && r.meanSine()*float64(r.net) >= 0
	return r
}

// meanSine is the integral of the sine of latitude over longitude along r: it has the sign of net where the cap to
// the north is the smaller one.
func (r *ring) meanSine() float64 {
	sum := 0.0
	for i := 1; i < len(r.corners); i++ {
		a, b := r.corners[i-1], r.corners[i]
		sum += (b.unrolled() - a.unrolled()) * (math.Sin(a.lat*degree) + math.Sin(b.lat*degree))
	}
	return sum
}

// winding is how many times r goes round q: not 0 is inside. In one reading of its edges, it counts those that the
// meridian from q to the north pole meets, eastward ones as 1, westward ones as -1.
func (r *ring) winding(q Point, northOf func(a, b, q corner) bool) int {
	w := 0
	if r.north {
		w = -r.net
	}
	lon := q.Lon
	if lon == 180 {
		lon = -180
	}
	for i := 1; i < len(r.corners); i++ {
		a, b, sign := r.corners[i-1], r.corners[i], 1
		if b.before(a) {
			a, b, sign = b, a, -1
		}
		at := corner{lat: q.Lat, lon: lon, turn: a.turn}
		if at.before(a) {
			at.turn++
		}
		if at.before(b) && northOf(a, b, at) {
			w += sign
		}
	}
	return w
}

// straightNorth reports whether the straight line in longitude and latitude from a east to b passes north of q, whose
// meridian it meets.
func straightNorth(a, b, q corner) bool {
	t := (q.unrolled() - a.unrolled()) / (b.unrolled() - a.unrolled())
	return a.lat+t*(b.lat-a.lat) > q.lat
}

// geodesicNorth is straightNorth for the geodesic: q is to its right, as seen from the end that is nearer in longitude.
func geodesicNorth(a, b, q corner) bool {
	from, to, side := a, b, 1.0
	if q.unrolled()-a.unrolled() > b.unrolled()-q.unrolled() {
		from, to, side = b, a, -1
	}
	return side*shortWay(azimuth(from, to), azimuth(from, q)) > 0
}

func azimuth(a, b corner) float64 {
	_, azimuth, _ := inverse(a.point(), b.point())
	return azimuth
}

// patch is one polygon: rings[0] the outer one, the rest holes, and a ball in space that holds the whole region.
type patch struct {
	rings []ring
	ball  ball
}

// contains reports whether q is in the polygon: inside the outer ring in either reading, and not inside a hole in both.
// A ring that crosses itself counts as protective as it can: any winding of an outer ring, only odd ones of a hole.
func (p *patch) contains(q Point, at vec) bool {
	if at.distance(p.ball.centre) > p.ball.radius {
		return false
	}
	outer := &p.rings[0]
	if outer.winding(q, straightNorth) == 0 && outer.winding(q, geodesicNorth) == 0 {
		return false
	}
	for i := range p.rings[1:] {
		h := &p.rings[1+i]
		if h.winding(q, straightNorth)&1 != 0 && h.winding(q, geodesicNorth)&1 != 0 {
			return false
		}
	}
	return true
}

// newPatch prepares a polygon whose outer ring is inside the ball.
//
// A ball of less than 5,000 km cuts one disc out of the surface. The ring is in the disc, so one of its two sides is,
// and it is the inside when a pole that is certainly outside the ring is outside the ball. Else the ball is the Earth.
func newPatch(rings [][]Point, outline ball) patch {
	p := patch{ball: outline}
	for _, r := range rings {
		p.rings = append(p.rings, newRing(r))
	}
	for _, pole := range []Point{{Lat: 90}, {Lat: -90}} {
		away := ecef(pole).distance(outline.centre) > outline.radius
		if outline.radius < 5e6 && away && p.rings[0].avoids(pole) {
			return p
		}
	}
	p.ball = ball{radius: wgsA + 1}
	return p
}

// avoids reports whether a pole is outside the ring and not on it.
func (r *ring) avoids(pole Point) bool {
	for _, c := range r.corners {
		if c.lat == pole.Lat {
			return false
		}
	}
	return r.winding(pole, straightNorth) == 0
}
