package index

import (
	"math"

	"truce/geo"
)

// The WGS-84 ellipsoid (NIMA TR8350.2): semi-axes in metres, first eccentricity squared, and the least and the greatest
// radius of curvature of its normal sections.
const (
	axisA      = 6378137.0
	flattening = 1 / 298.257223563
	axisB      = axisA * (1 - flattening)
	ecc2       = flattening * (2 - flattening)
	curveMin   = axisB * axisB / axisA
	curveMax   = axisA * axisA / axisB
	degree     = math.Pi / 180
)

// vec is a place or direction in metres, Earth centred, Earth fixed.
type vec struct{ x, y, z float64 }

func (a vec) add(b vec) vec             { return vec{a.x + b.x, a.y + b.y, a.z + b.z} }
func (a vec) sub(b vec) vec             { return vec{a.x - b.x, a.y - b.y, a.z - b.z} }
func (a vec) scale(k float64) vec       { return vec{k * a.x, k * a.y, k * a.z} }
func (a vec) dot(b vec) float64         { return a.x*b.x + a.y*b.y + a.z*b.z }
func (a vec) norm() float64             { return math.Sqrt(a.dot(a)) }
func (a vec) lerp(b vec, t float64) vec { return a.add(b.sub(a).scale(t)) }
func (a vec) distance(b vec) float64    { return a.sub(b).norm() }

// segment is the distance of a from the segment pq.
func (a vec) segment(p, q vec) float64 {
	u, t := q.sub(p), 0.0
	if n := u.dot(u); n > 0 {
		t = max(0, min(1, a.sub(p).dot(u)/n))
	}
	return a.distance(p.add(u.scale(t)))
}

// sincos is the sine and cosine of an angle of at most 180 degrees either way, each to about 1e-16: the angle is
// brought within 45 degrees of a right angle's multiple, which is exact, and the series are those of fdlibm (k_sin.c,
// k_cos.c, Sun Microsystems 1993).
func sincos(deg float64) (sin, cos float64) {
	k := math.Floor(deg*(1.0/90) + 0.5)
	x := (deg - 90*k) * degree
	z := x * x
	w := z * z
	s := x + x*z*((-1.66666666666666324348e-01+z*8.33333333332248946124e-03)+
		w*((-1.98412698298579493134e-04+z*2.75573137070700676789e-06)+w*(-2.50507602534068634195e-08+z*1.58969099521155010221e-10)))
	c := 1 - 0.5*z + w*((4.16666666666666019037e-02+z*-1.38888888888741095749e-03)+
		w*((2.48015872894767294178e-05+z*-2.75573143513906633035e-07)+w*(2.08757232129817482790e-09+z*-1.13596475577881948265e-11)))
	quarters := [4]float64{s, c, -s, -c} // no branches: which quarter it is cannot be foreseen
	return quarters[int(k)&3], quarters[int(k+1)&3]
}

// direction is a vector from the centre of the Earth through p, of a length near 1, and the square of the sine of p's
// latitude.
func direction(lat, lon float64) (d vec, sin2 float64) {
	sinLat, cosLat := sincos(lat)
	sinLon, cosLon := sincos(lon)
	return vec{cosLat * cosLon, cosLat * sinLon, (1 - ecc2) * sinLat}, sinLat * sinLat
}

// ecef is the place of p on the surface of the ellipsoid.
func ecef(p geo.Point) vec {
	d, sin2 := direction(p.Lat, p.Lon)
	return d.scale(axisA / math.Sqrt(1-ecc2*sin2))
}

// place is the position of a place on the surface, whatever the length of the vector.
func (a vec) place() geo.Point {
	return geo.Point{Lat: math.Atan2(a.z, (1-ecc2)*math.Hypot(a.x, a.y)) / degree, Lon: math.Atan2(a.y, a.x) / degree}
}

// surface is where the ray from the centre through d meets the ellipsoid.
func surface(d vec) vec {
	return d.scale(1 / math.Sqrt((d.x*d.x+d.y*d.y)*(1/(axisA*axisA))+d.z*d.z*(1/(axisB*axisB))))
}

// chordBelow is a chord for which every geodesic is at most s metres long: no normal section is more curved than
// curveMin (Schur's comparison theorem).
func chordBelow(s float64) float64 { return 2 * curveMin * math.Sin(s/(2*curveMin)) }

// chordAbove is a chord for which every geodesic is longer than s metres, s at most 10,000 km.
func chordAbove(s float64) float64 {
	const r = 1.002 * curveMax
	return 2 * r * math.Sin(s/(2*r))
}

// ball is a ball in space, metres.
type ball struct {
	centre vec
	radius float64
}

// around is a ball that holds a and b.
func around(a, b ball) ball {
	d := a.centre.distance(b.centre)
	switch {
	case d+b.radius <= a.radius:
		return a
	case d+a.radius <= b.radius:
		return b
	}
	r := (d + a.radius + b.radius) / 2
	return ball{a.centre.lerp(b.centre, (r-a.radius)/d), r*(1+1e-12) + 1e-8}
}
