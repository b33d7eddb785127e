package karney

import (
	"math"

	"github.com/golang/geo/r3"
	"github.com/pymaxion/geographiclib-go/geodesic"

	"truce/geo"
)

// edge is two positions in sequence, in both readings.
type edge struct {
	a, b     geo.Point
	straight straightCurve
	line     *geodesic.Line
	up       r3.Vector // the vertical at a
	length   float64   // metres of the geodesic
	longest  float64   // metres, not less than the length of either reading
}

// turn is how many degrees of longitude a piece of a straight reading may span: it
// turns by somewhat more than that beside the pole and by less elsewhere.
const turn = 5

func newEdge(a, b geo.Point) edge {
	e := edge{a: a, b: b, up: vertical(a), straight: straightCurve{a, b, shortWay(a.Lon, b.Lon)}}
	e.line = geodesic.WGS84.InverseLine(a.Lat, a.Lon, b.Lat, b.Lon)
	e.length = e.line.Distance()
	least := math.Min(math.Abs(a.Lat), math.Abs(b.Lat))
	if a.Lat*b.Lat < 0 {
		least = 0
	}
	bound := math.Hypot((b.Lat-a.Lat)*degree, math.Cos(least*degree)*e.straight.dlon*degree) * maxR
	e.longest = math.Max(bound, e.length) + 1e-6
	return e
}

// vertical is the direction upwards from the surface.
func vertical(p geo.Point) r3.Vector {
	sin, cos := math.Sincos(p.Lat * degree)
	sinLon, cosLon := math.Sincos(p.Lon * degree)
	return r3.Vector{X: cos * cosLon, Y: cos * sinLon, Z: sin}
}

// apart bounds the distance of two places in metres from below by their verticals:
// these turn by no more than one radian in leastR metres, the least radius of
// curvature of the ellipsoid (of the meridian, at the equator).
func apart(a, b r3.Vector) float64 {
	const leastR = 6335439.3
	return leastR*a.Sub(b).Norm()*(1-1e-12) - 1e-6
}

// from is the least distance of q from e, in both readings. da and db are those
// from its ends.
func (e *edge) from(q geo.Point, da, db float64) float64 {
	best := math.Min(da, db)
	if e.length > 0 {
		best = math.Min(best, e.fromGeodesic(q))
	}
	if e.straight.dlon != 0 {
		best = math.Min(best, e.fromStraight(q))
	}
	return best
}

// fromGeodesic looks at a few parts: the distance from a place far away may have
// more than one least value along a line of thousands of kilometres.
func (e *edge) fromGeodesic(q geo.Point) float64 {
	c := geodesicCurve{e.line}
	best := math.Inf(1)
	n := 1 + math.Floor(e.length/3e6)
	for i := range int(n) {
		best = math.Min(best, nearest(c, e.length*float64(i)/n, e.length*float64(i+1)/n, q))
	}
	return best
}

func (e *edge) fromStraight(q geo.Point) float64 {
	best := math.Inf(1)
	n := 1 + math.Floor(math.Max(math.Abs(e.straight.dlon)/turn, math.Abs(e.b.Lat-e.a.Lat)/(2*turn)))
	for i := range int(n) {
		best = math.Min(best, nearest(e.straight, float64(i)/n, float64(i+1)/n, q))
	}
	return best
}

// Reading is one of the two meanings of an edge.
type Reading int

// The two readings.
const (
	Straight Reading = iota // in longitude and latitude
	Geodesic
)

// Along is the place at the fraction t of the edge from a to b in a reading, and
// the azimuth of the edge there in degrees.
func Along(a, b geo.Point, t float64, r Reading) (geo.Point, float64) {
	e := newEdge(a, b)
	p, azimuth, _ := e.straight.at(t)
	if r == Geodesic && e.length > 0 {
		p, azimuth, _ = geodesicCurve{e.line}.at(t * e.length)
	}
	if p.Lon > 180 {
		p.Lon -= 360
	} else if p.Lon < -180 {
		p.Lon += 360
	}
	return p, azimuth
}
