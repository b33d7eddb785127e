package karney

import (
	"math"

	"github.com/pymaxion/geographiclib-go/geodesic"
	"github.com/pymaxion/geographiclib-go/geodesic/capabilities"

	"truce/geo"
)

const (
	degree = math.Pi / 180
	meanR  = 6371008.8 // metres: only where a step is guessed that is then corrected
	// the largest radius of curvature of the ellipsoid, metres, a little rounded up.
	maxR = 6399594
)

// Metres is the length of the geodesic between two places.
func Metres(a, b geo.Point) float64 {
	return geodesic.WGS84.InverseWithCapabilities(a.Lat, a.Lon, b.Lat, b.Lon, capabilities.Distance).S12
}

// towards is the length of the geodesic from a to b and its azimuth at a, degrees.
func towards(a, b geo.Point) (metres, azimuth float64) {
	d := geodesic.WGS84.InverseWithCapabilities(a.Lat, a.Lon, b.Lat, b.Lon, capabilities.Distance|capabilities.Azimuth)
	return d.S12, d.Azi1
}

// Beside is the place at a distance in metres and an azimuth in degrees from a.
func Beside(a geo.Point, metres, azimuth float64) geo.Point {
	d := geodesic.WGS84.Direct(a.Lat, a.Lon, azimuth, metres)
	return geo.Point{Lat: math.Max(-90, math.Min(90, d.Lat2)), Lon: math.Max(-180, math.Min(180, d.Lon2))}
}

// curve is one reading of an edge, or a part of it: t runs from 0 to span.
type curve interface {
	// at is the place at t, the azimuth there in degrees, and the metres a unit of t.
	at(t float64) (p geo.Point, azimuth, speed float64)
}

// nearest is the least distance of q from c between t0 and t1, where c turns by
// less than a quarter. The foot is where the geodesic to q leaves c at a right
// angle; where there is none between the ends, one of them is nearest.
func nearest(c curve, t0, t1 float64, q geo.Point) float64 {
	d0, step0, _ := approach(c, t0, q)
	d1, step1, _ := approach(c, t1, q)
	best := math.Min(d0, d1)
	if step0 <= 0 || step1 >= 0 {
		return best
	}
	lo, hi := t0, t1
	t := t0 + (t1-t0)*step0/(step0-step1)
	for range 60 {
		d, step, speed := approach(c, t, q)
		best = math.Min(best, d)
		if step > 0 {
			lo = t
		} else {
			hi = t
		}
		next := t + step
		if !(next > lo && next < hi) {
			next = (lo + hi) / 2
		}
		if math.Abs(next-t)*speed < 2e-10 {
			break
		}
		t = next
	}
	return best
}

// approach is the distance from the place of c at t to q, and by how much t must
// change to come to the foot, were the Earth a sphere and c a great circle.
func approach(c curve, t float64, q geo.Point) (metres, step, speed float64) {
	p, azimuth, speed := c.at(t)
	metres, to := towards(p, q)
	cos := math.Cos((to - azimuth) * degree)
	along := metres * cos
	if metres < 0.4*math.Pi*meanR {
		along = meanR * math.Atan(cos*math.Tan(metres/meanR))
	}
	return metres, along / speed, speed
}

// geodesicCurve is an edge as a geodesic; t is in metres.
type geodesicCurve struct{ line *geodesic.Line }

func (c geodesicCurve) at(t float64) (geo.Point, float64, float64) {
	d := c.line.PositionWithCapabilities(t, capabilities.Standard)
	return geo.Point{Lat: d.Lat2, Lon: d.Lon2}, d.Azi2, 1
}

// straightCurve is an edge as a straight line in longitude and latitude; t is from
// 0 to 1.
type straightCurve struct {
	a, b geo.Point
	dlon float64 // degrees, the short way
}

func (c straightCurve) at(t float64) (geo.Point, float64, float64) {
	p := geo.Point{Lat: c.a.Lat + t*(c.b.Lat-c.a.Lat), Lon: c.a.Lon + t*c.dlon}
	switch t {
	case 0:
		p = c.a
	case 1:
		p = c.b
	}
	north, east := rates(p.Lat)
	north, east = north*(c.b.Lat-c.a.Lat)*degree, east*c.dlon*degree
	return p, math.Atan2(east, north) / degree, math.Max(math.Hypot(north, east), 1e-9)
}

// rates are the metres a radian of latitude and of longitude: the radius of
// curvature of the meridian and the distance from the axis.
func rates(lat float64) (north, east float64) {
	const e2 = geodesic.WGS84_f * (2 - geodesic.WGS84_f)
	sin, cos := math.Sincos(lat * degree)
	w := 1 - e2*sin*sin
	return geodesic.WGS84_a * (1 - e2) / (w * math.Sqrt(w)), geodesic.WGS84_a * cos / math.Sqrt(w)
}

// shortWay is the change of longitude from one to the other, at most 180 degrees.
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
