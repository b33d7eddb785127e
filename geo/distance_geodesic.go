package geo

import "github.com/tidwall/geodesic"

// The WGS-84 ellipsoid (NIMA TR8350.2, 3.2): equatorial radius in metres, and flattening.
const (
	wgsA    = 6378137.0
	wgsFlat = 1 / 298.257223563
)

// inverse solves the inverse geodesic problem: the length in metres of the shortest path from a to b, and its azimuths
// there, degrees clockwise from north (C. F. F. Karney, Algorithms for geodesics, J. Geodesy 87, 43-55, 2013).
func inverse(a, b Point) (metres, azimuthA, azimuthB float64) {
	geodesic.WGS84.Inverse(a.Lat, a.Lon, b.Lat, b.Lon, &metres, &azimuthA, &azimuthB)
	return metres, azimuthA, azimuthB
}

// shortest is the shortest path between two places.
type shortest struct {
	line   geodesic.Line
	metres float64
}

func newShortest(a, b Point) *shortest {
	metres, azimuth, _ := inverse(a, b)
	return &shortest{geodesic.WGS84.LineInit(a.Lat, a.Lon, azimuth, geodesic.Latitude|geodesic.Longitude|geodesic.DistanceIn), metres}
}

// at is the place so many metres from the beginning.
func (s *shortest) at(metres float64) (p Point) {
	s.line.Position(metres, &p.Lat, &p.Lon, nil)
	return p
}

// Along gives the places that divide the shortest path from a to b into n equal parts, without a and b themselves.
func Along(a, b Point, n int) []Point {
	if n < 2 {
		return nil
	}
	s, out := newShortest(a, b), make([]Point, 0, n-1)
	for k := 1; k < n; k++ {
		out = append(out, s.at(s.metres*float64(k)/float64(n)))
	}
	return out
}
