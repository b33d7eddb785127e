package geo

import (
	"math"
	"slices"

	"truce"
)

// ShapeType names a kind of shape. The values are the "type" members of the JSON form.
type ShapeType string

// The kinds of shape. All but Circle are geometry types of RFC 7946; GeometryCollection is not a shape.
const (
	TypePoint           ShapeType = "Point"
	TypeMultiPoint      ShapeType = "MultiPoint"
	TypeCircle          ShapeType = "Circle"
	TypeLineString      ShapeType = "LineString"
	TypeMultiLineString ShapeType = "MultiLineString"
	TypePolygon         ShapeType = "Polygon"
	TypeMultiPolygon    ShapeType = "MultiPolygon"
)

// Bounds on a shape inside a signed statement. Larger geometry is a blob named by its hash.
const (
	MaxVertices = 20_000    // positions in a shape, closing ones included
	MaxRings    = 1_000     // points, lines or rings in a shape
	MaxExtentM  = 1_000_000 // metres: accuracy, radius or buffer
)

// Shape is a region on the WGS-84 ellipsoid. Exactly one of Points, Lines and Polygons is used, as Type says:
//
//	Point, Circle                 Points, one
//	MultiPoint                    Points, one or more
//	LineString, MultiLineString   Lines, one, or one or more; each of two or more positions
//	Polygon, MultiPolygon         Polygons, one, or one or more; each a list of closed rings (first position = last,
//	                              at least four), the first the outer one, the rest holes
//
// The zero Shape is no shape (IsZero). What an edge between two positions means is written at DistanceToShape.
type Shape struct {
	Type     ShapeType
	Points   []Point
	Lines    [][]Point
	Polygons [][][]Point

	AccuracyM float64 // metres, Point and MultiPoint: the true place is within this distance; 0 = not stated
	RadiusM   float64 // metres, Circle: more than 0
	BufferM   float64 // metres, LineString and MultiLineString: half the width of the corridor

	// Z holds heights in metres, as given: one for each position in order of writing, NaN where a position has none;
	// nil when none has. Geometry ignores them.
	Z []float64
}

// PointShape is the point p, known to accuracyM metres (0 = not stated).
func PointShape(p Point, accuracyM float64) Shape {
	return Shape{Type: TypePoint, Points: []Point{p}, AccuracyM: accuracyM}
}

// CircleShape is everything within radiusM metres of p, on the ellipsoid.
func CircleShape(p Point, radiusM float64) Shape {
	return Shape{Type: TypeCircle, Points: []Point{p}, RadiusM: radiusM}
}

// IsZero reports whether s is no shape at all.
func (s Shape) IsZero() bool { return s.Type == "" }

// ExtentM is the distance in metres by which the region reaches beyond its points, lines or rings: the accuracy, the
// radius or the buffer.
func (s Shape) ExtentM() float64 {
	switch s.Type {
	case TypePoint, TypeMultiPoint:
		return s.AccuracyM
	case TypeCircle:
		return s.RadiusM
	case TypeLineString, TypeMultiLineString:
		return s.BufferM
	}
	return 0
}

// NumVertices counts the positions of s, closing ones included.
func (s Shape) NumVertices() int {
	n := len(s.Points)
	s.eachLine(func(line []Point, _ bool) { n += len(line) })
	return n
}

// eachLine calls f with every line and ring in order; closed is true for rings.
func (s Shape) eachLine(f func(line []Point, closed bool)) {
	for _, line := range s.Lines {
		f(line, false)
	}
	for _, rings := range s.Polygons {
		for _, ring := range rings {
			f(ring, true)
		}
	}
}

// check tests everything but topology: the counts, the ranges, the closing of rings and the members of the type.
func (s Shape) check() error {
	if err := s.checkForm(); err != nil {
		return err
	}
	if err := s.checkExtents(); err != nil {
		return err
	}
	parts, n := len(s.Points), s.NumVertices()
	s.eachLine(func([]Point, bool) { parts++ })
	switch {
	case n > MaxVertices:
		return truce.E(truce.CodeTooLarge, "the shape has %d positions; at most %d are taken", n, MaxVertices).At("/coordinates")
	case parts > MaxRings && len(s.Points) == 0:
		return truce.E(truce.CodeTooLarge, "the shape has %d parts; at most %d are taken", parts, MaxRings).At("/coordinates")
	case s.Z != nil && len(s.Z) != n:
		return truce.E(truce.CodeInvalid, "the shape has %d positions but %d heights", n, len(s.Z)).At("/coordinates")
	}
	return s.checkPositions()
}

// checkForm tests that the parts of s are those of its type.
func (s Shape) checkForm() error {
	p, l, g := len(s.Points), len(s.Lines), len(s.Polygons)
	ok := false
	switch s.Type {
	case TypePoint, TypeCircle:
		ok = p == 1 && l+g == 0
	case TypeMultiPoint:
		ok = p >= 1 && l+g == 0
	case TypeLineString:
		ok = l == 1 && p+g == 0
	case TypeMultiLineString:
		ok = l >= 1 && p+g == 0
	case TypePolygon:
		ok = g == 1 && p+l == 0
	case TypeMultiPolygon:
		ok = g >= 1 && p+l == 0
	default:
		return unknownType(string(s.Type))
	}
	if !ok {
		return truce.E(truce.CodeInvalid, "the coordinates are empty or not those of a %s", s.Type).At("/coordinates")
	}
	return nil
}

// known reports whether t is one of the types.
func (t ShapeType) known() bool {
	return slices.Contains([]ShapeType{
		TypePoint, TypeMultiPoint, TypeCircle, TypeLineString, TypeMultiLineString, TypePolygon, TypeMultiPolygon,
	}, t)
}

func unknownType(name string) *truce.Error {
	if len(name) > 40 {
		name = name[:40] + "…"
	}
	if name == "GeometryCollection" {
		return truce.E(truce.CodeInvalid, "a GeometryCollection has no place here").At("/type").
			WithHint("give each part a record of its own, or use a Multi type")
	}
	return truce.E(truce.CodeInvalid, "%q is not a type of shape", name).At("/type").
		WithHint("one of Point, MultiPoint, Circle, LineString, MultiLineString, Polygon, MultiPolygon")
}

// checkExtents tests accuracy, radius and buffer: finite, not negative, bounded, and only on their own type.
func (s Shape) checkExtents() error {
	for _, x := range []struct {
		name  string
		value float64
		own   bool
	}{
		{"/accuracyM", s.AccuracyM, s.Type == TypePoint || s.Type == TypeMultiPoint},
		{"/radiusM", s.RadiusM, s.Type == TypeCircle},
		{"/bufferM", s.BufferM, s.Type == TypeLineString || s.Type == TypeMultiLineString},
	} {
		if x.value != 0 && !x.own {
			return truce.E(truce.CodeInvalid, "a %s has no such member", s.Type).At(x.name)
		}
		if !(x.value >= 0 && x.value <= MaxExtentM) {
			return truce.E(truce.CodeInvalid, "not a distance from 0 to %d metres", MaxExtentM).At(x.name)
		}
	}
	if s.Type == TypeCircle && s.RadiusM == 0 {
		return truce.E(truce.CodeInvalid, "a circle needs a radius of more than 0 metres").At("/radiusM")
	}
	return nil
}

// checkPositions tests every position's range, every line's length and every ring's closing.
func (s Shape) checkPositions() error {
	for _, p := range s.Points {
		if err := checkRange(p); err != nil {
			return err.At("/coordinates")
		}
	}
	for _, z := range s.Z {
		if math.IsInf(z, 0) {
			return truce.E(truce.CodeInvalid, "a height is not finite").At("/coordinates")
		}
	}
	var first *truce.Error
	s.eachLine(func(line []Point, closed bool) {
		if first == nil {
			first = checkLine(line, closed)
		}
	})
	for _, rings := range s.Polygons {
		if len(rings) == 0 && first == nil {
			first = truce.E(truce.CodeInvalid, "a polygon without an outer ring")
		}
	}
	if first != nil {
		return first.At("/coordinates")
	}
	return nil
}

func checkLine(line []Point, closed bool) *truce.Error {
	for _, p := range line {
		if err := checkRange(p); err != nil {
			return err
		}
	}
	for i := 1; i < len(line); i++ {
		if err := checkEdge(line[i-1], line[i]); err != nil {
			return err
		}
	}
	switch {
	case !closed && len(line) < 2:
		return truce.E(truce.CodeInvalid, "a line needs two or more positions")
	case closed && len(line) < 4:
		return truce.E(truce.CodeInvalid, "a ring needs four or more positions, the last the same as the first")
	case closed && line[0] != line[len(line)-1]:
		return truce.E(truce.CodeInvalid, "a ring is not closed").WithHint("repeat the first position at the end")
	}
	return nil
}

// checkEdge refuses an edge that can be meant in two ways: one from longitude -180 to 180 or back, which is no movement
// or a whole turn, and one over more than 180 degrees of longitude whose short way is long too. A box drawn from -100 to
// 100 would otherwise cover the other side of the earth, which its author would not learn. Within 15 degrees of a pole,
// where rings go round it, and at a pole itself, the short way is meant.
func checkEdge(a, b Point) *truce.Error {
	turn := math.Abs(a.Lon - b.Lon)
	switch {
	case turn == 360 && math.Abs(a.Lat+b.Lat) != 180:
		return truce.E(truce.CodeInvalid, "an edge jumps between longitude -180 and 180").
			WithHint("add a position between, or cut the shape at the antimeridian (RFC 7946, 3.1.9)")
	case turn > 180 && 360-turn > maxShortWay && math.Max(math.Abs(a.Lat), math.Abs(b.Lat)) < polarRing:
		return truce.E(truce.CodeInvalid, "an edge spans more than 180 degrees of longitude: either way round can be meant").
			WithHint("add positions between, no more than 90 degrees apart")
	}
	return nil
}

// maxShortWay is the longest way across the antimeridian, in degrees of longitude, that an edge is believed to mean;
// polarRing is the latitude beyond which edges are believed to go round the pole.
const maxShortWay, polarRing = 90, 75

// checkRange tests one position, and says when latitude and longitude look swapped.
func checkRange(p Point) *truce.Error {
	if p.Valid() {
		return nil
	}
	e := truce.E(truce.CodeInvalid, "not a position: longitude is from -180 to 180, latitude from -90 to 90")
	if (Point{Lat: p.Lon, Lon: p.Lat}).Valid() {
		return e.WithHint("latitude and longitude look swapped: longitude comes first")
	}
	return e
}
