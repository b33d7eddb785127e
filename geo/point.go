package geo

import "math"

// Point is a position on the WGS-84 ellipsoid, in degrees: Lat from -90 (south) to 90 (north), Lon from -180 (west) to
// 180 (east). The zero Point is latitude 0, longitude 0, which is a real place but nearly always a missing value: see
// IsNull.
type Point struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}

// Valid reports whether both components are finite and in range.
func (p Point) Valid() bool {
	return math.Abs(p.Lat) <= 90 && math.Abs(p.Lon) <= 180
}

// IsNull reports whether the point is exactly latitude 0, longitude 0 ("null island"), the place where records without
// a position end up.
func (p Point) IsNull() bool {
	return p.Lat == 0 && p.Lon == 0
}
