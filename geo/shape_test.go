package geo

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"truce"
)

func TestShapeJSON(t *testing.T) {
	for _, text := range []string{
		`{"type":"Point","coordinates":[37.1,36.2],"accuracyM":50}`,
		`{"type":"Point","coordinates":[37.1,36.2,-4]}`,
		`{"type":"Circle","coordinates":[37.1,36.2],"radiusM":300}`,
		`{"type":"MultiPoint","coordinates":[[37.1,36.2],[1,2]],"accuracyM":0.5}`,
		`{"type":"LineString","coordinates":[[37.1,36.2],[1e-7,2]],"bufferM":200}`,
		`{"type":"MultiLineString","coordinates":[[[37.1,36.2],[1,2]],[[3,4,5],[6,7]]],"bufferM":200}`,
		`{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}`,
		`{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[5,5],[6,5],[6,6],[5,5]]]]}`,
		`null`,
	} {
		var s Shape
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, err := json.Marshal(s); err != nil || string(got) != text {
			t.Errorf("%s became %s (%v)", text, got, err)
		}
		if err := s.Validate(); err != nil && !s.IsZero() {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestShapeJSONRefuses(t *testing.T) {
	long := strings.Repeat("[1,2],", MaxVertices) + "[1,2]"
	for _, tt := range []struct{ text, field string }{
		{`{"type":"Point","coordinates":[37,36],"colour":"red"}`, "/colour"},
		{`{"type":"Point","coordinates":[37,36],"a/b~":1}`, "/a~1b~0"},
		{`{"type":"Point","coordinates":[37,36],"type":"Point"}`, "/type"},
		{`{"type":"Point","coordinates":[37,36],"radiusM":5}`, "/radiusM"},
		{`{"type":"Point","coordinates":[37,36],"accuracyM":-1}`, "/accuracyM"},
		{`{"type":"Point","coordinates":[37,36],"accuracyM":"5"}`, "/accuracyM"},
		{`{"type":"Point","coordinates":[37,36],"accuracyM":1e400}`, "/accuracyM"},
		{`{"type":"Point","coordinates":[37,36],"accuracyM":null}`, "/accuracyM"},
		{`{"type":"Circle","coordinates":[37,36]}`, "/radiusM"},
		{`{"type":"Circle","coordinates":[37,36],"radiusM":1000001}`, "/radiusM"},
		{`{"type":"Circle","coordinates":[37,36,1,2],"radiusM":1}`, "/coordinates"},
		{`{"type":"point","coordinates":[37,36]}`, "/type"},
		{`{"type":"GeometryCollection","coordinates":[37,36]}`, "/type"},
		{`{"coordinates":[37,36]}`, "/type"},
		{`{"type":"Point"}`, "/coordinates"},
		{`{"type":"Point","coordinates":[37,96]}`, "/coordinates"},
		{`{"type":"Point","coordinates":["37",36]}`, "/coordinates"},
		{`{"type":"MultiPoint","coordinates":[]}`, "/coordinates"},
		{`{"type":"MultiPoint","coordinates":[[1,2],[1,[2]]]}`, "/coordinates/1"},
		{`{"type":"LineString","coordinates":[[1,2]]}`, "/coordinates"},
		{`{"type":"LineString","coordinates":[[180,2],[-180,2]]}`, "/coordinates"},
		{`{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}`, "/coordinates"},
		{`{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}`, "/coordinates"},
		{`{"type":"MultiPolygon","coordinates":[[]]}`, "/coordinates"},
		{`{"type":"MultiPoint","coordinates":[` + long + `]}`, "/coordinates/20000"},
		{`{"type":"MultiLineString","coordinates":[` + strings.Repeat("[[1,2],[3,4]],", MaxRings) + `[[1,2],[3,4]]]}`, "/coordinates"},
		{`{"type":"Polygon","coordinates":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`, "/coordinates/0/0"},
		{`[]`, ""}, {`"x"`, ""}, {`7`, ""},
	} {
		var s Shape
		err := json.Unmarshal([]byte(tt.text), &s)
		e, ok := errors.AsType[*truce.Error](err)
		if !ok || e.Field != tt.field {
			t.Errorf("%.80s: %v, want field %q", tt.text, err, tt.field)
		}
		if !reflect.DeepEqual(s, Shape{}) {
			t.Errorf("%.80s: half applied: %v", tt.text, s)
		}
	}
}

func TestShapeSaysSwapped(t *testing.T) {
	var s Shape
	err := json.Unmarshal([]byte(`{"type":"Point","coordinates":[36,137]}`), &s)
	if !strings.Contains(truce.HintOf(err), "swapped") {
		t.Errorf("hint %q", truce.HintOf(err))
	}
}

func TestMarshalRefusesWhatUnmarshalWould(t *testing.T) {
	for _, s := range []Shape{
		PointShape(Point{math.NaN(), 1}, 0), PointShape(Point{1, 1}, math.Inf(1)), CircleShape(Point{1, 1}, math.NaN()),
		{Type: TypePoint}, {Type: TypePoint, Points: []Point{{1, 1}}, Z: []float64{1, 2}}, {Type: "x"},
		{Type: TypePoint, Points: []Point{{1, 1}}, Z: []float64{math.Inf(1)}},
	} {
		if text, err := json.Marshal(s); err == nil {
			t.Errorf("%+v became %s", s, text)
		}
	}
}

func TestValidate(t *testing.T) {
	arctic := lonLats(0, 70, 90, 72, 180, 70, -90, 72, 0, 70)
	for _, tt := range []struct {
		name  string
		shape Shape
		valid bool
	}{
		{"box", polygon(boxRing(0, 0, 1, 1)), true},
		{"box over the antimeridian", polygon(boxRing(179, 0, -179, 1)), true},
		{"round the pole", polygon(arctic), true},
		{"round the pole, with a hole at the seam", polygon(arctic, boxRing(-1, 80, 1, 81)), true},
		{"round the pole, with a hole far from it", polygon(arctic, boxRing(-91, 80, -89, 81)), true},
		{"round the pole, with a hole round it", polygon(arctic, boxed(arctic, 80)), true},
		{"round the pole, with a wider hole round it", polygon(arctic, boxed(arctic, 60)), false},
		{"round the pole, with a hole outside", polygon(arctic, boxRing(-1, 50, 1, 51)), false},
		{"round the pole, with a hole across", polygon(arctic, boxRing(-1, 60, 1, 81)), false},
		{"twice round the pole", polygon(lonLats(0, 70, 120, 70, -120, 70, 0, 71, 120, 71, -120, 71, 0, 70)), false},
		{"out and back", polygon(lonLats(0, 0, 1, 0, 2, 0, 1, 0, 0, 0)), false},
		{"touches itself", polygon(lonLats(0, 0, 2, 0, 2, 2, 1, 0, 0, 2, 0, 0)), false},
		{"hole across", polygon(boxRing(0, 0, 4, 4), boxRing(3, 1, 5, 2)), false},
		{"hole in a hole", polygon(boxRing(0, 0, 9, 9), boxRing(1, 1, 8, 8), boxRing(2, 2, 3, 3)), false},
		{"overlapping parts", Shape{Type: TypeMultiPolygon, Polygons: [][][]Point{{boxRing(0, 0, 2, 2)}, {boxRing(1, 1, 3, 3)}}}, true},
	} {
		if err := tt.shape.Validate(); (err == nil) != tt.valid {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestBounds(t *testing.T) {
	near := func(a, b float64) bool { return math.Abs(a-b) < 0.02 }
	for _, tt := range []struct {
		name  string
		shape Shape
		want  Box
	}{
		{"point", PointShape(Point{36, 37}, 0), Box{37, 36, 37, 36}},
		{"circle", CircleShape(Point{0, 0}, 111_195), Box{-1, -1, 1, 1}},
		{"box, with the geodesic's bulge", polygon(boxRing(10, 50, 20, 60)), Box{10, 50, 20, 60.1}},
		{"antimeridian", polygon(boxRing(179, 10, -178, 11)), Box{179, 10, -178, 11}},
		{"two parts either side of it", Shape{Type: TypeMultiPoint, Points: []Point{{1, 179}, {2, -179}}}, Box{179, 1, -179, 2}},
		{"three parts", Shape{Type: TypeMultiPoint, Points: []Point{{1, -100}, {2, 0}, {2, 100}}}, Box{-100, 1, 100, 2}},
		{"round the pole", polygon(lonLats(0, 80, 120, 80, -120, 80, 0, 80)), Box{-180, 80, 180, 90}},
		{"a circle over the pole", CircleShape(Point{-89.5, 10}, 100_000), Box{-180, -90, 180, -88.6}},
		{"over the pole", Shape{Type: TypeLineString, Lines: [][]Point{lonLats(0, 80, 180, 80)}}, Box{0, 80, 180, 90}},
	} {
		b := tt.shape.Bounds()
		if tt.name == "over the pole" {
			b.West, b.East = 0, 180 // the pole has every longitude
		}
		if !near(b.West, tt.want.West) || !near(b.South, tt.want.South) || !near(b.East, tt.want.East) || !near(b.North, tt.want.North) {
			t.Errorf("%s: %v, want %v", tt.name, b, tt.want)
		}
	}
}

// Whatever is in or near a shape is in its box, and its centre too where the shape is round.
func TestBoundsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		centre, size := centres(t), sizes(t)*10
		s := somewhere(t, centre, size)
		if s.check() != nil {
			t.Skip("an edge from -180 to 180")
		}
		box := s.Bounds()
		for range 20 {
			q := beside(centre, size*rapid.Float64Range(0, 2).Draw(t, "r"), rapid.Float64Range(0, 360).Draw(t, "azimuth"))
			if mustDistance(t, PointShape(q, 0), s) == 0 && !box.Contains(q) {
				t.Fatalf("%v is in the shape, not in %v", q, box)
			}
		}
		if c := s.Centre(); !c.Valid() || Distance(c, centre) > 6*size {
			t.Fatalf("centre %v, of a shape about %v", c, centre)
		}
	})
}

// A part across the antimeridian and another inside its longitudes, west of 180 or east of it: the box holds both.
func TestBoundsOfPartsAcrossTheAntimeridian(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Shape{Type: TypeMultiLineString}
		for range rapid.IntRange(2, 4).Draw(t, "parts") {
			west, wide := rapid.Float64Range(170, 190).Draw(t, "west"), rapid.Float64Range(0.001, 150).Draw(t, "wide")
			lat := rapid.Float64Range(-60, 60).Draw(t, "lat")
			s.Lines = append(s.Lines, lonLats(wrapLon(west), lat, wrapLon(west+wide), lat))
		}
		if s.check() != nil {
			t.Skip("an edge from -180 to 180")
		}
		box := s.Bounds()
		for _, line := range s.Lines {
			for _, p := range line {
				if !box.Contains(p) {
					t.Fatalf("%v of %v is not in %v", p, s.Lines, box)
				}
			}
		}
	})
}

func FuzzShapeJSON(f *testing.F) {
	f.Add([]byte(`{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}`))
	f.Add([]byte(`{"type":"Circle","coordinates":[-180,90,1e9],"radiusM":1e6}`))
	f.Add([]byte(`{"type":"MultiPolygon","coordinates":[[[[170,80],[-170,80],[0,-80],[170,80]]]]}`))
	f.Add([]byte(`{"type":"MultiLineString","coordinates":[[[0,90],[180,-90]]],"bufferM":1}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var s Shape
		if err := json.Unmarshal(text, &s); err != nil || s.IsZero() {
			return
		}
		first, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var again Shape
		if err := json.Unmarshal(first, &again); err != nil {
			t.Fatal(err)
		}
		if second, err := json.Marshal(again); err != nil || string(second) != string(first) {
			t.Fatalf("%s became %s (%v)", first, second, err)
		}
		_ = s.Validate()
		if d, err := DistanceToShape(PointShape(Point{Lat: 1, Lon: 1}, 0), s); err != nil || math.IsNaN(d) || d < 0 {
			t.Fatal(d, err)
		}
		if !s.Centre().Valid() || math.IsNaN(s.Bounds().North) {
			t.Fatal(s.Centre(), s.Bounds())
		}
	})
}

// An edge that can be meant both ways round the earth is refused, not read as
// the way that covers the other half of it.
func TestEdgeThatCanBeMeantBothWays(t *testing.T) {
	for _, c := range []struct {
		name, text string
		ok         bool
	}{
		{"a box over more than half the earth", `{"type":"Polygon","coordinates":[[[-100,0],[100,0],[100,20],[-100,20],[-100,0]]]}`, false},
		{"the same with positions between", `{"type":"Polygon","coordinates":[[[-100,0],[-30,0],[40,0],[100,0],[100,20],[40,20],[-30,20],[-100,20],[-100,0]]]}`, true},
		{"across the antimeridian", `{"type":"Polygon","coordinates":[[[170,0],[-170,0],[-170,20],[170,20],[170,0]]]}`, true},
		{"round the pole in three", `{"type":"Polygon","coordinates":[[[-120,80],[0,80],[120,80],[-120,80]]]}`, true},
	} {
		var s Shape
		if err := s.UnmarshalJSON([]byte(c.text)); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
