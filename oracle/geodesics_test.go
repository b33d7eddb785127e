package oracle

import (
	"math"
	"testing"

	"github.com/pymaxion/geographiclib-go/geodesic"
	"pgregory.net/rapid"

	"truce/geo"
)

// TestGeodesicsAgainstAnother: two translations of Karney's algorithms agree,
// everywhere on the Earth: nearly antipodal, close by, and at the poles.
func TestGeodesicsAgainstAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := place(t, "a"), place(t, "b")
		switch rapid.IntRange(0, 3).Draw(t, "how") {
		case 0:
			b = beside(geo.Point{Lat: -a.Lat, Lon: math.Remainder(a.Lon+180, 360)}, rapid.Float64Range(0, 30_000).Draw(t, "off"), rapid.Float64Range(0, 360).Draw(t, "azimuth"))
		case 1:
			b = beside(a, math.Pow(10, rapid.Float64Range(-6, 6).Draw(t, "log metres")), rapid.Float64Range(0, 360).Draw(t, "azimuth"))
		}
		want := geodesic.WGS84.Inverse(a.Lat, a.Lon, b.Lat, b.Lon)
		if metres := geo.Distance(a, b); math.Abs(metres-want.S12) > 5e-8 {
			t.Fatalf("%v %v: %.9f m, another %.9f m", a, b, metres, want.S12)
		}
		if want.S12 > 1.99e7 {
			return // of several shortest paths each takes its own
		}
		n := rapid.IntRange(2, 9).Draw(t, "parts")
		line := geodesic.WGS84.InverseLine(a.Lat, a.Lon, b.Lat, b.Lon)
		for k, p := range geo.Along(a, b, n) {
			q := line.Position(want.S12 * float64(k+1) / float64(n))
			if d := geo.Distance(p, geo.Point{Lat: q.Lat2, Lon: q.Lon2}); d > 1e-6 {
				t.Fatalf("%v %v: %g m apart at %d of %d", a, b, d, k+1, n)
			}
		}
	})
}

func place(t *rapid.T, name string) geo.Point {
	if rapid.IntRange(0, 9).Draw(t, "pole") == 0 {
		return geo.Point{Lat: rapid.SampledFrom([]float64{90, -90, 89.9999, -89.99}).Draw(t, name), Lon: rapid.Float64Range(-180, 180).Draw(t, name)}
	}
	return geo.Point{Lat: rapid.Float64Range(-90, 90).Draw(t, name), Lon: rapid.Float64Range(-180, 180).Draw(t, name)}
}

func beside(p geo.Point, metres, azimuth float64) geo.Point {
	d := geodesic.WGS84.Direct(p.Lat, p.Lon, azimuth, metres)
	return geo.Point{Lat: d.Lat2, Lon: d.Lon2}
}
