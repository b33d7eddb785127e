package tabular

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"truce"
	"truce/geo"
)

// shapeBuilder puts together the geometry of one placemark, waypoint or track.
// It keeps the first error and then ignores the rest.
type shapeBuilder struct {
	points   []geo.Point
	lines    [][]geo.Point
	polygons [][][]geo.Point
	heights  []float64 // of every position in order, NaN where none is given
	unread   string    // the first coordinates that cannot be read, as they stand
	err      error
}

func (b *shapeBuilder) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

// position adds one position to the end of line.
func (b *shapeBuilder) position(line []geo.Point, lon, lat, height float64) []geo.Point {
	if len(b.heights) >= geo.MaxVertices {
		b.fail(truce.E(truce.CodeTooLarge, "the shape has more than %d positions", geo.MaxVertices).WithHint("simplify it or split it"))
		return line
	}
	b.heights = append(b.heights, height)
	return append(line, geo.Point{Lat: lat, Lon: lon})
}

// tuples reads the text of a KML <coordinates>: "lon,lat[,height]" between
// white space (OGC 07-147r2, 9.10).
func (b *shapeBuilder) tuples(text string) []geo.Point {
	var line []geo.Point
	for tuple := range strings.FieldsSeq(text) {
		parts := strings.SplitN(tuple, ",", 4)
		if len(parts) < 2 || len(parts) > 3 {
			b.fail(errTuple())
			return nil
		}
		n := [3]float64{2: math.NaN()}
		for i, p := range parts {
			n[i] = b.number(p)
		}
		if line = b.position(line, n[0], n[1], n[2]); b.err != nil {
			return nil
		}
	}
	return line
}

func errTuple() error {
	return truce.E(truce.CodeInvalid, "the coordinates are not \"longitude,latitude\" or \"longitude,latitude,height\" separated by spaces").
		At("coordinates").WithHint("put a space between positions and none after a comma")
}

// number reads a plain decimal number.
func (b *shapeBuilder) number(text string) float64 {
	text = strings.TrimSpace(text)
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || strings.Trim(text, "+-.0123456789eE") != "" {
		b.fail(truce.E(truce.CodeInvalid, "%.20q is not a number of degrees or metres", text).At("coordinates"))
		return 0
	}
	return f
}

// shape gives the geometry that was put together: nil when there is none.
func (b *shapeBuilder) shape() (*geo.Shape, error) {
	if b.err != nil {
		return nil, b.err
	}
	s := geo.Shape{Points: b.points, Lines: b.lines, Polygons: b.polygons, Z: b.keptHeights()}
	kinds := 0
	for _, k := range []struct {
		n         int
		one, many geo.ShapeType
	}{
		{len(b.points), geo.TypePoint, geo.TypeMultiPoint},
		{len(b.lines), geo.TypeLineString, geo.TypeMultiLineString},
		{len(b.polygons), geo.TypePolygon, geo.TypeMultiPolygon},
	} {
		if k.n > 0 {
			kinds++
			s.Type = k.many
		}
		if k.n == 1 {
			s.Type = k.one
		}
	}
	switch kinds {
	case 0:
		return nil, nil
	case 1:
		return &s, s.Validate()
	}
	return nil, truce.E(truce.CodeInvalid, "the geometry mixes points, lines and areas").WithHint("give each of them a placemark of its own")
}

// keptHeights leaves out heights that are all 0 or not given: programs write
// them as filling.
func (b *shapeBuilder) keptHeights() []float64 {
	if slices.ContainsFunc(b.heights, func(h float64) bool { return h != 0 && !math.IsNaN(h) }) {
		return b.heights
	}
	return nil
}
