package geo

import (
	"fmt"
	"math"
	"sync"

	"github.com/golang/geo/s2"
	"github.com/tzneal/coordconv"
)

// This file is the only one that speaks to coordconv, a port of NGA's GEOTRANS. Nothing reaches it that is not finite
// and in range, and a panic of its would come out as an error.

// gridCoord is a position on the UTM grid (Zone 1..60) or the UPS grid (Zone 0), in metres.
type gridCoord struct {
	Zone              int
	North             bool // the hemisphere of the false origin
	Easting, Northing float64
}

// polar guards the UPS converter, which writes to itself while it converts.
var polar sync.Mutex

// guard turns a panic of the library into an error.
func guard(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("conversion failed: %v", r)
	}
}

func hemisphereOf(north bool) coordconv.Hemisphere {
	if north {
		return coordconv.HemisphereNorth
	}
	return coordconv.HemisphereSouth
}

func toLatLng(p Point) s2.LatLng { return s2.LatLngFromDegrees(p.Lat, p.Lon) }

// fromLatLng takes the rounding of radians at the edges away.
func fromLatLng(l s2.LatLng) (Point, error) {
	p := Point{Lat: l.Lat.Degrees(), Lon: wrapLon(l.Lng.Degrees())}
	p.Lat = math.Max(-90, math.Min(90, p.Lat))
	if !p.Valid() {
		return Point{}, outOfRange()
	}
	return p, nil
}

func pointToUTM(p Point) (g gridCoord, err error) {
	defer guard(&err)
	u, err := coordconv.DefaultUTMConverter.ConvertFromGeodetic(toLatLng(p), 0)
	return gridCoord{u.Zone, u.Hemisphere == coordconv.HemisphereNorth, u.Easting, u.Northing}, err
}

func pointToUPS(p Point) (g gridCoord, err error) {
	defer guard(&err)
	polar.Lock()
	defer polar.Unlock()
	u, err := coordconv.DefaultUPSConverter.ConvertFromGeodetic(toLatLng(p))
	return gridCoord{0, u.Hemisphere == coordconv.HemisphereNorth, u.Easting, u.Northing}, err
}

func utmToPoint(g gridCoord) (p Point, err error) {
	defer guard(&err)
	l, err := coordconv.DefaultUTMConverter.ConvertToGeodetic(
		coordconv.UTMCoord{Zone: g.Zone, Hemisphere: hemisphereOf(g.North), Easting: g.Easting, Northing: g.Northing})
	if err != nil {
		return Point{}, err
	}
	return fromLatLng(l)
}

func upsToPoint(g gridCoord) (p Point, err error) {
	defer guard(&err)
	polar.Lock()
	defer polar.Unlock()
	l, err := coordconv.DefaultUPSConverter.ConvertToGeodetic(
		coordconv.UPSCoord{Hemisphere: hemisphereOf(g.North), Easting: g.Easting, Northing: g.Northing})
	if err != nil {
		return Point{}, err
	}
	return fromLatLng(l)
}

func pointToMGRS(p Point, perAxis int) (s string, err error) {
	defer guard(&err)
	polar.Lock()
	defer polar.Unlock()
	return coordconv.DefaultMGRSConverter.ConvertFromGeodetic(toLatLng(p), perAxis)
}

// mgrsToPoint gives the south-west corner of the cell. The text has passed reMGRS.
func mgrsToPoint(s string) (p Point, err error) {
	defer guard(&err)
	polar.Lock()
	defer polar.Unlock()
	l, err := coordconv.DefaultMGRSConverter.ConvertToGeodetic(s)
	if err != nil {
		return Point{}, err
	}
	return fromLatLng(l)
}
