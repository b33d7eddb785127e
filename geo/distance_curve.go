package geo

import "math"

// edge is two positions in sequence, or one position twice, with a ball in space that holds both readings of it.
type edge struct {
	a, b   Point
	dlon   float64 // degrees of longitude from a to b, the short way
	pa, pb vec
	planar bool // the geodesic need not be looked at: the point, the meridian
}

func newEdge(a, b Point) edge {
	e := edge{a: a, b: b, dlon: shortWay(a.Lon, b.Lon), pa: ecef(a), pb: ecef(b)}
	e.planar = e.dlon == 0
	return e
}

// shortWay is the change of longitude from one to the other in degrees: at most 180 either way.
func shortWay(from, to float64) float64 {
	d := to - from
	switch {
	case d > 180:
		return d - 360
	case d < -180:
		return d + 360
	}
	return d
}

// straight is the reading of e as a straight line in longitude and latitude.
func (e *edge) straight() curve {
	return curve{a: e.a, b: e.b, dlon: e.dlon}
}

// deviation bounds how far either reading of e is from its chord, in metres.
func (e *edge) deviation() float64 {
	c := e.straight()
	d := c.deviation(0, 1)
	if !e.planar {
		d = math.Max(d, geodesicDeviation(longest(e.pa.distance(e.pb))))
	}
	return d
}

// longest bounds the length of a geodesic from above by its chord: no normal section is more curved than rMin (Schur's
// comparison theorem).
func longest(c float64) float64 {
	if c >= 1.9*rMin {
		return math.Pi * wgsA
	}
	return 2 * rMin * math.Asin(c/(2*rMin))
}

// geodesicDeviation bounds how far a geodesic of length s is from its chord: a curve p with |p”| <= k is within
// k s^2/8 of it.
func geodesicDeviation(s float64) float64 { return s * s / (8 * rMin) }

// curves are the readings of e that differ by more than fine metres, each as one piece.
func (e *edge) curves(fine float64) []piece {
	c := e.straight()
	first := piece{curve: &c, t1: 1, p0: e.pa, p1: e.pb, dev: e.deviation()}
	if e.planar || first.dev <= fine {
		return []piece{first}
	}
	first.dev = c.deviation(0, 1)
	line := newShortest(e.a, e.b)
	g := curve{a: e.a, b: e.b, line: line, length: line.metres}
	second := first
	second.curve, second.dev = &g, g.deviation(0, 1)
	return []piece{first, second}
}

// curve is one reading of an edge: t from 0 at a to 1 at b.
type curve struct {
	a, b   Point
	dlon   float64
	line   *shortest // nil: straight in longitude and latitude
	length float64   // metres, of line
}

// at is the place at t. Its longitude may lie outside -180 to 180.
func (c *curve) at(t float64) Point {
	switch {
	case t <= 0:
		return c.a
	case t >= 1:
		return c.b
	case c.line != nil:
		return c.line.at(t * c.length)
	}
	return Point{Lat: c.a.Lat + t*(c.b.Lat-c.a.Lat), Lon: c.a.Lon + t*c.dlon}
}

// deviation bounds how far c between t0 and t1 is from the chord between its ends, in metres: |p”| (t1-t0)^2/8.
//
// For the straight reading, with latitude f, longitude l, N cos f the distance from the axis, and both rates constant,
// p” has a part away from the axis and along it of at most (M + |M'|) f'^2 with M' the change of the meridian's radius,
// one towards the axis of N cos f l'^2, and one sideways of 2 M sin f f' l'.
func (c *curve) deviation(t0, t1 float64) float64 {
	h := t1 - t0
	if c.line != nil {
		return geodesicDeviation(h * c.length)
	}
	lat0, lat1 := math.Abs(c.at(t0).Lat), math.Abs(c.at(t1).Lat)
	most, least := math.Max(lat0, lat1)*degree, math.Min(lat0, lat1)*degree
	if c.at(t0).Lat*c.at(t1).Lat < 0 {
		least = 0
	}
	dlat, dlon := math.Abs(c.b.Lat-c.a.Lat)*degree, math.Abs(c.dlon)*degree
	second := 1.02*rMax*dlat*dlat + rMax*math.Cos(least)*dlon*dlon + 2*rMax*math.Sin(most)*dlat*dlon
	return second * h * h / 8
}

// piece is a part of a curve, with its ends in space and a bound on how far it is from the chord between them.
type piece struct {
	curve  *curve
	t0, t1 float64
	p0, p1 vec
	dev    float64
}

// split halves x.
func (x *piece) split() (l, r piece) {
	t := (x.t0 + x.t1) / 2
	p := ecef(x.curve.at(t))
	l = piece{curve: x.curve, t0: x.t0, t1: t, p0: x.p0, p1: p, dev: x.curve.deviation(x.t0, t)}
	r = piece{curve: x.curve, t0: t, t1: x.t1, p0: p, p1: x.p1, dev: x.curve.deviation(t, x.t1)}
	return l, r
}

// at is the place at the fraction s of x.
func (x *piece) at(s float64) Point { return x.curve.at(x.t0 + s*(x.t1-x.t0)) }
