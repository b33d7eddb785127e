package geo

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func polygon(rings ...[]Point) Shape {
	return Shape{Type: TypePolygon, Polygons: [][][]Point{rings}}
}

// lonLats makes a ring or line of lon, lat pairs.
func lonLats(v ...float64) []Point {
	var out []Point
	for i := 0; i < len(v); i += 2 {
		out = append(out, Point{Lon: v[i], Lat: v[i+1]})
	}
	return out
}

func boxRing(w, s, e, n float64) []Point { return lonLats(w, s, e, s, e, n, w, n, w, s) }

func between(t *testing.T, q, s Shape) float64 {
	t.Helper()
	d, err := DistanceToShape(q, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestContainment(t *testing.T) {
	// The arctic ring runs at latitude 80; the geodesics between its corners reach farther north.
	var arctic, antarctic []Point
	for lon := -180.0; lon < 180; lon += 30 {
		arctic = append(arctic, Point{Lat: 80, Lon: lon})
		antarctic = append(antarctic, Point{Lat: -80, Lon: lon})
	}
	arctic, antarctic = append(arctic, arctic[0]), append(antarctic, antarctic[0])
	reversed := slices.Clone(arctic)
	slices.Reverse(reversed)
	overPole := lonLats(0, 80, 180, 80, 180, 85, 0, 85, 0, 80) // its geodesic edges run over the pole
	cut := lonLats(-180, -90, 180, -90, 180, -75, 0, -70, -180, -75, -180, -90)
	hole := polygon(boxRing(10, 50, 20, 60), boxRing(12, 52, 18, 58))
	seam := polygon(boxRing(179, 10, -179, 12))
	var rim []Point // of all but a strip along the antimeridian
	for lon := -170.0; lon <= 170; lon += 10 {
		rim = append(rim, Point{Lat: -85, Lon: lon})
	}
	for lat := -80.0; lat <= 80; lat += 10 {
		rim = append(rim, Point{Lat: lat, Lon: 170})
	}
	for lon := 170.0; lon >= -170; lon -= 10 {
		rim = append(rim, Point{Lat: 85, Lon: lon})
	}
	for lat := 80.0; lat >= -85; lat -= 10 {
		rim = append(rim, Point{Lat: lat, Lon: -170})
	}
	most := polygon(append(rim, rim[0]))
	bent := polygon(lonLats(170, 0, 180, -1, -170, 0, -170, 10, 180, 11, 170, 10, 170, 0)) // a corner on the antimeridian
	tests := []struct {
		name     string
		lon, lat float64
		shape    Shape
		inside   bool
	}{
		{"box", 15, 5, polygon(boxRing(10, 0, 20, 10)), true},
		{"box, clockwise", 15, 5, polygon(lonLats(10, 0, 10, 10, 20, 10, 20, 0, 10, 0)), true},
		{"box, west of it", 9.9, 5, polygon(boxRing(10, 0, 20, 10)), false},
		{"box, its antipode", -165, -5, polygon(boxRing(10, 0, 20, 10)), false},
		{"box, corner", 10, 0, polygon(boxRing(10, 0, 20, 10)), true},
		{"box, straight edge", 15, 10, polygon(boxRing(10, 0, 20, 10)), true},
		{"box, between straight edge and geodesic", 15, 60.05, polygon(boxRing(10, 50, 20, 60)), true},
		{"box, below the geodesic, above the straight edge", 15, 50.05, polygon(boxRing(10, 50, 20, 60)), true},
		{"box, north of the geodesic", 15, 60.3, polygon(boxRing(10, 50, 20, 60)), false},
		{"hole, middle", 15, 55, hole, false},
		{"hole, between the readings of its north edge", 15, 58.02, hole, true},
		{"hole, between the readings of its south edge", 15, 52.02, hole, true},
		{"hole, south of both readings", 15, 51.9, hole, true},
		{"antimeridian, on it", 180, 11, seam, true},
		{"antimeridian, on it, the other name", -180, 11, seam, true},
		{"antimeridian, east", -179.5, 11, seam, true},
		{"antimeridian, west", 179.5, 11, seam, true},
		{"antimeridian, far side", 0, 11, seam, false},
		{"arctic, pole", 77, 90, polygon(arctic), true},
		{"arctic, inside", 77, 81, polygon(arctic), true},
		{"arctic, outside", 77, 79, polygon(arctic), false},
		{"arctic, other pole", 77, -90, polygon(arctic), false},
		{"arctic, clockwise", -180, 85, polygon(reversed), true},
		{"antarctic, pole", 0, -90, polygon(antarctic), true},
		{"antarctic, outside", 180, -79, polygon(antarctic), false},
		{"antarctic, other pole", 180, 90, polygon(antarctic), false},
		{"antarctic, cut as RFC 7946 says, pole", 40, -90, polygon(cut), true},
		{"antarctic, cut, inside", 90, -80, polygon(cut), true},
		{"antarctic, cut, outside", 90, -60, polygon(cut), false},
		{"over the pole, straight reading", 90, 82, polygon(overPole), true},
		{"over the pole, pole", 0, 90, polygon(overPole), true},
		{"arctic with a hole, pole", 0, 90, polygon(arctic, boxed(arctic, 85)), false},
		{"arctic with a hole, band", 15, 83, polygon(arctic, boxed(arctic, 85)), true},
		{"most of the world", 0, 0, most, true},
		{"most of the world, the rest", 180, 0, most, false},
		{"corner on the antimeridian, inside", 180, 5, bent, true},
		{"corner on the antimeridian, inside, the other name", -180, 5, bent, true},
		{"corner on the antimeridian, north of it", 180, 20, bent, false},
		{"corner on the antimeridian, south of it", -180, -20, bent, false},
		{"half the world", 0, 0, polygon(lonLats(-90, -80, 0, -80, 90, -80, 90, 80, 0, 80, -90, 80, -90, -80)), true},
		{"half the world, the other half", 180, 0, polygon(lonLats(-90, -80, 0, -80, 90, -80, 90, 80, 0, 80, -90, 80, -90, -80)), false},
	}
	for _, tt := range tests {
		q := Point{Lat: tt.lat, Lon: tt.lon}
		if d := between(t, PointShape(q, 0), tt.shape); (d == 0) != tt.inside {
			t.Errorf("%s: %g m", tt.name, d)
		}
	}
}

// boxed is ring with every corner at the latitude.
func boxed(ring []Point, lat float64) []Point {
	out := slices.Clone(ring)
	for i := range out {
		out[i].Lat = lat
	}
	return out
}

func TestExtentsAndPairs(t *testing.T) {
	a := Point{Lat: 36.2, Lon: 37.1}
	b := beside(a, 1000, 30)
	line := func(buffer float64, v ...Point) Shape {
		return Shape{Type: TypeLineString, Lines: [][]Point{v}, BufferM: buffer}
	}
	big, small := polygon(boxRing(37, 36, 38, 37)), polygon(boxRing(37.4, 36.4, 37.5, 36.5))
	holed := polygon(boxRing(37, 36, 38, 37), boxRing(37.2, 36.2, 37.8, 36.8))
	tests := []struct {
		name string
		q, s Shape
		want float64
	}{
		{"points", PointShape(a, 0), PointShape(b, 0), 1000},
		{"accuracies", PointShape(a, 50), PointShape(b, 25), 925},
		{"circle", PointShape(a, 0), CircleShape(b, 300), 700},
		{"circle, at its edge", PointShape(a, 0), CircleShape(b, 1000), 0},
		{"circles overlap", CircleShape(a, 600), CircleShape(b, 500), 0},
		{"line with buffer", PointShape(a, 0), line(100, b, b), 900},
		{"lines cross", line(0, a, beside(a, 2000, 45)), line(0, beside(a, 500, 0), beside(a, 500, 90)), 0},
		{"lines in sequence", line(0, a, b), line(0, b, beside(b, 10, 0)), 0},
		{"polygon in polygon", small, big, 0},
		{"polygon round polygon", big, small, 0},
		{"polygon in a hole", small, holed, Distance(Point{36.45, 37.4}, Point{36.45, 37.2})},
		{"line in a polygon", line(0, Point{36.5, 37.5}, Point{36.6, 37.6}), big, 0},
		{"multipoint, one inside", Shape{Type: TypeMultiPoint, Points: []Point{{0, 0}, {36.5, 37.5}}}, big, 0},
		{"multipolygon, one part", small, Shape{Type: TypeMultiPolygon, Polygons: [][][]Point{{boxRing(0, 0, 1, 1)}, {boxRing(37, 36, 38, 37)}}}, 0},
		{"nothing", PointShape(a, 0), Shape{}, math.Inf(1)},
	}
	for _, tt := range tests {
		for _, got := range []float64{between(t, tt.q, tt.s), between(t, tt.s, tt.q)} {
			within := math.Abs(got-tt.want) < 1e-3 || math.IsInf(tt.want, 1) && got == tt.want
			if tt.name == "polygon in a hole" { // the west sides are nearest somewhat north of the middle
				within = got < tt.want && got > 0.99*tt.want
			}
			if !within || got > tt.want {
				t.Errorf("%s: %.6f m, want %.6f", tt.name, got, tt.want)
			}
		}
	}
	if _, err := DistanceToShape(PointShape(Point{Lat: math.NaN()}, 0), big); err == nil {
		t.Error("NaN has a distance")
	}
}

func TestLinesAgainstNestedSampling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		centre, size := centres(t), sizes(t)
		if math.Abs(centre.Lat) > 85 {
			centre.Lat = 85
		}
		other := beside(centre, size*rapid.Float64Range(0, 2).Draw(t, "far"), rapid.Float64Range(0, 360).Draw(t, "azimuth"))
		e, f := starRing(t, centre, size)[:2], starRing(t, other, size)[:2]
		want := math.Inf(1)
		for _, c := range oracleCurves(e[0], e[1]) {
			for _, d := range oracleCurves(f[0], f[1]) {
				want = math.Min(want, leastOf(8, 24, func(u float64) float64 {
					p := c(u)
					return leastOf(6, 24, func(v float64) float64 { return Distance(p, d(v)) })
				}))
			}
		}
		l, m := Shape{Type: TypeLineString, Lines: [][]Point{e}}, Shape{Type: TypeLineString, Lines: [][]Point{f}}
		got, back := mustDistance(t, l, m), mustDistance(t, m, l)
		if got > want+1e-6 || got < want-0.05-want*1e-4 || math.Abs(got-back) > 1e-3 {
			t.Fatalf("%.6f m, the other way %.6f m, oracle %.6f m", got, back, want)
		}
	})
}

// somewhere is any shape near centre.
func somewhere(t *rapid.T, centre Point, size float64) Shape {
	ring := starRing(t, centre, size)
	extent := rapid.SampledFrom([]float64{0, 1, size}).Draw(t, "extent")
	switch rapid.IntRange(0, 4).Draw(t, "kind") {
	case 0:
		return PointShape(ring[0], extent)
	case 1:
		return CircleShape(ring[0], extent+1)
	case 2:
		return Shape{Type: TypeLineString, Lines: [][]Point{ring[:3]}, BufferM: extent}
	case 3:
		return Shape{Type: TypeMultiPolygon, Polygons: [][][]Point{{ring}, {starRing(t, beside(centre, 3*size, 10), size)}}}
	}
	return polygon(ring)
}

func TestWithinIsDistanceTo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		centre, size := centres(t), sizes(t)
		other := beside(centre, size*rapid.Float64Range(0, 20).Draw(t, "far"), rapid.Float64Range(0, 360).Draw(t, "azimuth"))
		p, err := Prepare(somewhere(t, centre, size))
		if err != nil {
			t.Skip(err)
		}
		q, err := Prepare(somewhere(t, other, size))
		if err != nil {
			t.Skip(err)
		}
		want := p.DistanceTo(q)
		for _, limit := range []float64{0, want - 1e-6, want, want + 1e-6, want / 2, want * 2, 1e6} {
			got, ok := p.Within(q, limit)
			if ok != (want <= limit) || ok && got != want {
				t.Fatalf("within %.9f m: %v, %.9f m; the distance is %.9f m", limit, ok, got, want)
			}
		}
	})
}

func shifted(s Shape, by float64) Shape {
	turn := func(line []Point) []Point {
		out := slices.Clone(line)
		for i := range out {
			out[i].Lon = math.Remainder(out[i].Lon+by, 360)
		}
		return out
	}
	s.Points = turn(s.Points)
	s.Lines = slices.Clone(s.Lines)
	for i := range s.Lines {
		s.Lines[i] = turn(s.Lines[i])
	}
	polygons := make([][][]Point, len(s.Polygons))
	for i, rings := range s.Polygons {
		for _, r := range rings {
			polygons[i] = append(polygons[i], turn(r))
		}
	}
	s.Polygons = polygons
	return s
}

// Turning the Earth must change nothing, wherever the antimeridian comes to lie.
func TestShiftInvariance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		centre, size := centres(t), sizes(t)
		other := beside(centre, size*rapid.Float64Range(0, 3).Draw(t, "far"), rapid.Float64Range(0, 360).Draw(t, "azimuth"))
		s, q := somewhere(t, centre, size), somewhere(t, other, size)
		by := float64(rapid.IntRange(-180, 180).Draw(t, "by"))
		s2, q2 := shifted(s, by), shifted(q, by)
		for _, x := range []Shape{s, q, s2, q2} {
			if x.check() != nil || hasHalfTurn(x) {
				t.Skip("an edge that has no short way")
			}
		}
		a, b := mustDistance(t, q, s), mustDistance(t, q2, s2)
		if math.Abs(a-b) > 1e-3+1e-6*a {
			t.Fatalf("%.6f m, shifted by %g degrees %.6f m", a, by, b)
		}
	})
}

// hasHalfTurn reports an edge over about 180 degrees of longitude, which turns either way with rounding.
func hasHalfTurn(s Shape) bool {
	found := false
	s.eachLine(func(line []Point, _ bool) {
		for i := 1; i < len(line); i++ {
			found = found || math.Abs(math.Abs(line[i].Lon-line[i-1].Lon)-180) < 1e-6
		}
	})
	return found
}

func TestLongEdges(t *testing.T) {
	// Aleppo to Vladivostok and back along the parallel: 8,000 km; the readings are 1,500 km apart in the middle.
	line := lonLats(37, 43, 132, 43)
	for _, q := range []Point{{43, 80}, {60, 80}, {50, 80}, {43.5, 37.5}, {-40, 100}, {90, 0}} {
		got := between(t, PointShape(q, 0), Shape{Type: TypeLineString, Lines: [][]Point{line}})
		want := oracleDistance(q, line, 400)
		if got > want+1e-6 || got < want*(1-1e-6*(1+math.Pow(want/1e6, 4)))-1e-3 {
			t.Errorf("%v: %.6f m, oracle %.6f m", q, got, want)
		}
	}
}

// Lines that run beside each other for long use up the work allowed; the answer must then be at most the truth, and
// more than nothing.
func TestWorkIsBounded(t *testing.T) {
	parallels := func(lat float64) Shape {
		s := Shape{Type: TypeMultiLineString}
		for i := range 4 {
			var line []Point
			for k := range 5000 {
				line = append(line, Point{Lat: lat + float64(i), Lon: float64(k) / 100})
			}
			s.Lines = append(s.Lines, line)
		}
		return s
	}
	d := between(t, parallels(20), parallels(20.002))
	if truth := Distance(Point{20, 0}, Point{20.002, 0}); d > truth || d < truth*0.99 {
		t.Errorf("%g m, true %g m", d, truth)
	}
}
