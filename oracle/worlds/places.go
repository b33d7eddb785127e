package worlds

import (
	"math"
	"math/rand/v2"

	"truce/geo"
	"truce/oracle/karney"
)

const degree = math.Pi / 180

func beside(p geo.Point, metres, azimuth float64) geo.Point {
	return karney.Beside(p, metres, azimuth)
}

// awkward is a place where an engine may go wrong, or any.
func awkward(r *rand.Rand) geo.Point {
	switch r.IntN(9) {
	case 0: // a pole
		return geo.Point{Lat: oneOf(r, 90.0, -90, 89.9999999, -89.99, 89.5), Lon: oneOf(r, 0, 37, 180, -180, 45.0)}
	case 1: // the antimeridian
		return geo.Point{Lat: r.Float64()*178 - 89, Lon: oneOf(r, 180.0, -180, 179.9999999, -179.9999)}
	case 2, 3:
		return onCube(r)
	case 4: // the equator and the meridians that matter
		return geo.Point{Lat: oneOf(r, 0, 0, 1e-7, -45.0), Lon: oneOf(r, 0.0, 45, -45, 90, -90, 135, 180)}
	case 5: // towns
		return oneOf(r, geo.Point{Lat: 36.2, Lon: 37.1}, geo.Point{Lat: 68.97, Lon: 33.08}, geo.Point{Lat: -54.8, Lon: -68.3})
	}
	return anywhere(r)
}

// anywhere is uniform on the sphere.
func anywhere(r *rand.Rand) geo.Point {
	return geo.Point{Lat: math.Asin(2*r.Float64()-1) / degree, Lon: 360*r.Float64() - 180}
}

// onCube is a place where an edge or a corner of the cube about the Earth lies that
// has a face for each axis, seen from the centre.
func onCube(r *rand.Rand) geo.Point {
	v := [3]float64{1, 2*r.Float64() - 1, 1}
	switch r.IntN(4) {
	case 0: // a corner
		v[1] = 1
	case 1: // the middle of an edge
		v[1] = 0
	}
	k := r.IntN(3)
	v[0], v[k] = v[k], v[0]
	for i := range v {
		v[i] *= oneOf(r, 1.0, -1)
	}
	const f = 1 / 298.257223563
	geocentric := math.Atan2(v[2], math.Hypot(v[0], v[1]))
	return geo.Point{Lat: math.Atan(math.Tan(geocentric)/((1-f)*(1-f))) / degree, Lon: math.Atan2(v[1], v[0]) / degree}
}
