package karney

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/golang/geo/s2"
	"github.com/pymaxion/geographiclib-go/geodesic"
	"pgregory.net/rapid"

	"truce/geo"
)

// TestCutIsFine: a geodesic of the length of a cut is within half of what s2 is not
// asked about, of the plane through its ends and the Earth's centre.
func TestCutIsFine(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	worst := 0.0
	for range 20_000 {
		line := geodesic.WGS84.DirectLine(math.Asin(2*r.Float64()-1)/degree, r.Float64()*360-180, r.Float64()*360, cut)
		at := func(s float64) s2.Point {
			d := line.Position(s)
			return direction(geo.Point{Lat: d.Lat2, Lon: d.Lon2})
		}
		a, b := at(0), at(cut)
		plane := a.Cross(b.Vector).Normalize()
		for i := 1; i < 10; i++ {
			worst = math.Max(worst, math.Abs(plane.Dot(at(cut*float64(i)/10).Vector))*meanR)
		}
	}
	if worst > bySight/2 {
		t.Errorf("%g m from the plane", worst)
	}
}

func lonLats(v ...float64) (out []geo.Point) {
	for i := 0; i < len(v); i += 2 {
		out = append(out, geo.Point{Lon: v[i], Lat: v[i+1]})
	}
	return out
}

func polygon(rings ...[]geo.Point) geo.Shape {
	return geo.Shape{Type: geo.TypePolygon, Polygons: [][][]geo.Point{rings}}
}

func region(t testing.TB, s geo.Shape) *Region {
	t.Helper()
	r, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestKnownDistances: what can be told without a machine, or is one geodesic.
func TestKnownDistances(t *testing.T) {
	box := polygon(lonLats(10, 50, 20, 50, 20, 60, 10, 60, 10, 50), lonLats(12, 52, 18, 52, 18, 58, 12, 58, 12, 52))
	line := geo.Shape{Type: geo.TypeLineString, Lines: [][]geo.Point{lonLats(37, 0, 38, 0)}, BufferM: 100}
	beside := func(lon, lat, m, azimuth float64) geo.Point { return Beside(geo.Point{Lat: lat, Lon: lon}, m, azimuth) }
	for _, c := range []struct {
		name string
		s    geo.Shape
		q    geo.Point
		want float64
	}{
		{"circle, inside", geo.CircleShape(geo.Point{Lat: 36, Lon: 37}, 500), beside(37, 36, 499, 33), 0},
		{"circle, outside", geo.CircleShape(geo.Point{Lat: 36, Lon: 37}, 500), beside(37, 36, 700, 33), 200},
		{"corridor along the equator", line, beside(37.5, 0, 350, 0), 250},
		{"beyond its end", line, beside(38, 0, 350, 90), 250},
		{"box, inside both readings", box, geo.Point{Lat: 51, Lon: 15}, 0},
		{"box, between the readings in the north", box, geo.Point{Lat: 60.05, Lon: 15}, 0},
		{"box, between the readings in the south", box, geo.Point{Lat: 50.05, Lon: 15}, 0},
		{"box, west edge, a meridian", box, beside(10, 55, 1000, -90), Metres(beside(10, 55, 1000, -90), geo.Point{Lat: 55, Lon: 10}) - 0.0005},
		{"hole, its middle is far from every edge", box, geo.Point{Lat: 55, Lon: 15}, 1},
		{"hole, between the readings of its north edge", box, geo.Point{Lat: 58.02, Lon: 15}, 0},
		{"antarctic cap", polygon(lonLats(-120, -80, 0, -80, 120, -80, -120, -80)), geo.Point{Lat: -89, Lon: 3}, 0},
		{"not the rest of the Earth", polygon(lonLats(-120, -80, 0, -80, 120, -80, -120, -80)), geo.Point{Lat: 10, Lon: 3}, 1},
		{"antimeridian", polygon(lonLats(179, 10, -179, 10, -179, 12, 179, 12, 179, 10)), geo.Point{Lat: 11, Lon: -180}, 0},
	} {
		got := region(t, c.s).From(c.q, 1e6)
		far := c.want == 1 && got.Lo > 1000
		if !far && (math.Abs(got.Lo-c.want) > 1e-3 || math.Abs(got.Hi-c.want) > 1e-3) {
			t.Errorf("%s: %+v, want %v", c.name, got, c.want)
		}
	}
	if _, err := New(polygon(lonLats(0, 0, 180, 0, 180, 10, 0, 0))); err == nil {
		t.Error("an edge over half the Earth has two short ways")
	}
}

// star is a ring about a centre.
func star(t *rapid.T, centre geo.Point, size float64) []geo.Point {
	n := rapid.IntRange(3, 9).Draw(t, "corners")
	from := rapid.Float64Range(0, 360).Draw(t, "turn")
	var ring []geo.Point
	for i := range n {
		ring = append(ring, Beside(centre, size*rapid.Float64Range(0.3, 1).Draw(t, "r"), from-360*float64(i)/float64(n)))
	}
	return append(ring, ring[0])
}

// TestAgainstPackageGeo: two implementations that share no code agree.
func TestAgainstPackageGeo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		centre := geo.Point{
			Lat: rapid.SampledFrom([]float64{0, 36, -60, 80, 89, 89.999, -90}).Draw(t, "lat"),
			Lon: rapid.SampledFrom([]float64{0, 37, 180, -180, 45, -179.9}).Draw(t, "lon"),
		}
		size := math.Pow(10, rapid.Float64Range(0, 6.3).Draw(t, "log size"))
		rings := [][]geo.Point{star(t, centre, size)}
		if rapid.Bool().Draw(t, "hole") {
			rings = append(rings, star(t, centre, size*0.25))
		}
		s := polygon(rings...)
		if rapid.Bool().Draw(t, "line") {
			s = geo.Shape{Type: geo.TypeMultiLineString, Lines: rings, BufferM: math.Min(geo.MaxExtentM, size/10)}
		}
		prepared, err := geo.Prepare(s)
		if err != nil {
			t.Skip(err)
		}
		r, err := New(s)
		if err != nil {
			t.Skip(err)
		}
		for range 20 {
			q := Beside(centre, size*rapid.Float64Range(0, 1.5).Draw(t, "far"), rapid.Float64Range(0, 360).Draw(t, "azimuth"))
			theirs, err := geo.Prepare(geo.PointShape(q, 0))
			if err != nil {
				t.Fatal(err)
			}
			got, want := r.From(q, math.Inf(1)), prepared.DistanceTo(theirs)
			raw := got.Lo + s.ExtentM() // what package geo documents its error for
			if want > got.Hi+1e-6 || want < got.Lo-2e-3-1e-6*raw*(1+math.Pow(raw/1e6, 4)) {
				t.Fatalf("%v from %+v: %+v, package geo says %v", q, s, got, want)
			}
		}
	})
}

func BenchmarkFrom(b *testing.B) {
	centre := geo.Point{Lat: 36.2, Lon: 37.1}
	var ring []geo.Point
	for i := range 20 {
		ring = append(ring, Beside(centre, 300+float64(i%3)*50, -18*float64(i)))
	}
	r := region(b, polygon(append(ring, ring[0])))
	for _, c := range []struct {
		name string
		m    float64
	}{{"far", 10_000}, {"near", 500}, {"edge", 370}, {"inside", 50}} {
		q := Beside(centre, c.m, 77)
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				r.From(q, 0)
			}
		})
	}
}
