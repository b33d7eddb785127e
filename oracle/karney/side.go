package karney

import (
	"math"
	"math/big"

	"github.com/golang/geo/r3"
	"github.com/golang/geo/s2"
	"github.com/pymaxion/geographiclib-go/geodesic"

	"truce/geo"
)

// corner is a position of a ring on the unrolled cylinder: longitude lon + 360 turn.
type corner struct {
	lat, lon float64
	turn     int
}

// ring is a closed ring, unrolled the short way, and cut into short geodesics.
type ring struct {
	corners []corner
	points  []geo.Point
	arcs    [][]s2.Point // of each edge
	net     int          // times round the Earth, eastwards
	pole    s2.Point     // a pole that is outside
}

// cut is how long a piece of a geodesic may be, in metres, before it is too far
// from the plane through its ends and the Earth's centre (TestCutIsFine).
const cut = 10_000

func newRing(points []geo.Point, edges []edge) ring {
	r := ring{points: points}
	now := 0
	for i, p := range points {
		if i > 0 {
			switch d := p.Lon - points[i-1].Lon; {
			case d > 180:
				now--
			case d < -180:
				now++
			}
		}
		r.corners = append(r.corners, corner{p.Lat, p.Lon, now})
	}
	r.net = now - r.corners[0].turn
	for i := range edges {
		r.arcs = append(r.arcs, cutArc(&edges[i]))
	}
	r.pole = r.outside()
	return r
}

// outside is the pole that is not in the cap of a ring that goes round one (the
// smaller part of the Earth), or that another ring does not touch.
func (r *ring) outside() s2.Point {
	north, south := s2.PointFromCoords(0, 0, 1), s2.PointFromCoords(0, 0, -1)
	if r.net != 0 {
		if r.sineIntegral()*float64(r.net) >= 0 {
			return south
		}
		return north
	}
	for _, c := range r.corners {
		if c.lat == 90 {
			return south
		}
	}
	return north
}

// sineIntegral is the integral of the sine of latitude over longitude along r.
func (r *ring) sineIntegral() (sum float64) {
	for i := 1; i < len(r.corners); i++ {
		a, b := r.corners[i-1], r.corners[i]
		width := b.lon - a.lon + 360*float64(b.turn-a.turn)
		fa, fb := a.lat*degree, b.lat*degree
		mean := math.Sin((fa + fb) / 2)
		if h := fb - fa; math.Abs(h) > 1e-4 {
			mean = (math.Cos(fa) - math.Cos(fb)) / h
		}
		sum += width * mean
	}
	return sum
}

// cutArc is e as a chain of places, as directions from the Earth's centre.
func cutArc(e *edge) []s2.Point {
	n := 1 + int(e.length/cut)
	out := []s2.Point{direction(e.a)}
	for i := 1; i < n; i++ {
		d := e.line.Position(e.length * float64(i) / float64(n))
		out = append(out, direction(geo.Point{Lat: d.Lat2, Lon: d.Lon2}))
	}
	return append(out, direction(e.b))
}

// direction is the place as seen from the centre of the Earth.
func direction(p geo.Point) s2.Point {
	if math.Abs(p.Lat) == 90 {
		return s2.PointFromCoords(0, 0, p.Lat)
	}
	sin, cos := math.Sincos(p.Lat * degree)
	sinLon, cosLon := math.Sincos(p.Lon * degree)
	const b2a2 = (1 - geodesic.WGS84_f) * (1 - geodesic.WGS84_f)
	return s2.Point{Vector: r3.Vector{X: cos * cosLon, Y: cos * sinLon, Z: b2a2 * sin}.Normalize()}
}

// windsStraight is how often r goes round q in the straight reading: the edges
// north of q, eastward ones as 1, westward ones as -1. It is exact.
func (r *ring) windsStraight(q geo.Point) (w int) {
	if r.pole.Z < 0 {
		w = -r.net
	}
	for i := 1; i < len(r.corners); i++ {
		a, b, sign := r.corners[i-1], r.corners[i], 1
		if compare(b, a) < 0 {
			a, b, sign = b, a, -1
		}
		for k := a.turn - 1; k <= b.turn+1; k++ {
			at := corner{q.Lat, q.Lon, k}
			if compare(a, at) <= 0 && compare(at, b) < 0 && leftOf(a, b, at) < 0 {
				w += sign
			}
		}
	}
	return w
}

// compare is the sign of the difference of the unrolled longitudes, exactly.
func compare(a, b corner) int {
	if a.turn == b.turn {
		return sign(a.lon - b.lon) // gradual underflow: 0 only where they are equal
	}
	d := a.lon - b.lon + 360*float64(a.turn-b.turn)
	if math.Abs(d) > 1e-9 {
		return sign(d)
	}
	return exact(a.lon, 360*float64(a.turn)).Cmp(exact(b.lon, 360*float64(b.turn)))
}

func sign(x float64) int {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

func exact(terms ...float64) *big.Rat {
	sum := new(big.Rat)
	for _, t := range terms {
		sum.Add(sum, new(big.Rat).SetFloat64(t))
	}
	return sum
}

// leftOf is the sign of the turn from a over b to q: 1 to the left, exactly.
func leftOf(a, b, q corner) int {
	abx, aby := b.lon-a.lon+360*float64(b.turn-a.turn), b.lat-a.lat
	aqx, aqy := q.lon-a.lon+360*float64(q.turn-a.turn), q.lat-a.lat
	if l, r := abx*aqy, aby*aqx; math.Abs(l-r) > 1e-11*(math.Abs(l)+math.Abs(r))+1e-9*(math.Abs(abx)+math.Abs(aby)+math.Abs(aqx)+math.Abs(aqy)) {
		return sign(l - r)
	}
	x, y := exact(a.lon, 360*float64(a.turn)), exact(a.lat)
	difference := func(c corner) (dx, dy *big.Rat) {
		return exact(c.lon, 360*float64(c.turn)).Sub(exact(c.lon, 360*float64(c.turn)), x), exact(c.lat).Sub(exact(c.lat), y)
	}
	bx, by := difference(b)
	qx, qy := difference(q)
	return bx.Mul(bx, qy).Cmp(by.Mul(by, qx))
}

// windsSeen is how often r goes round q in the geodesic reading, by the sum of the
// angles under which q sees its edges. It is for a place beside the ring: from one
// beyond the horizon of the Earth a ring round its antipode looks the same.
func (r *ring) windsSeen(q geo.Point) int {
	sum := 0.0
	_, last := towards(q, r.points[0])
	for _, p := range r.points[1:] {
		_, azimuth := towards(q, p)
		sum += math.Remainder(azimuth-last, 360)
		last = azimuth
	}
	return int(math.Round(sum / 360))
}

// windsGeodesic is the same for a place that is not beside the ring: the crossings
// of the ring by the way along the meridian of q to the pole outside.
func (r *ring) windsGeodesic(q geo.Point) (w int) {
	from := direction(q)
	toLat := math.Copysign(90, r.pole.Z)
	way := []s2.Point{from, direction(geo.Point{Lat: q.Lat + 0.4871*(toLat-q.Lat), Lon: q.Lon}), r.pole}
	for k := 1; k < len(way); k++ {
		if way[k-1] != way[k] {
			w += r.crossings(way[k-1], way[k], q.Lon)
		}
	}
	return w
}

// crossings counts how the way ab along the meridian lon crosses r: 1 or -1 each time,
// by side.
func (r *ring) crossings(a, b s2.Point, lon float64) (w int) {
	crosser := s2.NewEdgeCrosser(a, b)
	for i, arc := range r.arcs {
		if !r.meets(i+1, lon) {
			continue
		}
		crosser.RestartAt(arc[0])
		for k := 1; k < len(arc); k++ {
			if crosser.ChainCrossingSign(arc[k]) == s2.Cross {
				w += int(s2.RobustSign(arc[k-1], arc[k], a))
			}
		}
	}
	return w
}

// meets reports whether the geodesic edge that ends at corner i may meet the meridian.
func (r *ring) meets(i int, lon float64) bool {
	a, b := r.corners[i-1], r.corners[i]
	if math.Max(math.Abs(a.lat), math.Abs(b.lat)) > 89.99 {
		return true
	}
	d := shortWay(a.lon, b.lon)
	x := math.Mod(lon-a.lon+720, 360)
	if d < 0 {
		d, x = -d, math.Mod(360-x, 360)
	}
	const margin = 1e-6
	return x <= d+margin || x >= 360-margin
}
