package geo

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"slices"

	"truce"
)

// maxShapeBytes bounds the JSON text of one shape before it is parsed.
const maxShapeBytes = 4 << 20

// shapeJSON is the form in which a shape is written. The order of its fields is part of the format.
type shapeJSON struct {
	Type        ShapeType `json:"type"`
	Coordinates any       `json:"coordinates"`
	AccuracyM   float64   `json:"accuracyM,omitempty"`
	RadiusM     float64   `json:"radiusM,omitempty"`
	BufferM     float64   `json:"bufferM,omitempty"`
}

// MarshalJSON writes the form used inside signed statements: GeoJSON's "type" and "coordinates" (longitude first, with
// the height where there is one), and "accuracyM", "radiusM" or "bufferM" in metres where it is not 0. Equal shapes give
// equal bytes. It fails for a shape that UnmarshalJSON would refuse. The zero Shape is null.
func (s Shape) MarshalJSON() ([]byte, error) {
	if s.IsZero() {
		return []byte("null"), nil
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	return json.Marshal(shapeJSON{s.Type, s.coordinates(), s.AccuracyM, s.RadiusM, s.BufferM})
}

// coordinates is the nested array of GeoJSON for s.
func (s Shape) coordinates() any {
	z := s.Z
	switch s.Type {
	case TypePoint, TypeCircle:
		return numbers(s.Points, &z)[0]
	case TypeMultiPoint:
		return numbers(s.Points, &z)
	case TypeLineString:
		return numbers(s.Lines[0], &z)
	case TypeMultiLineString:
		return ringNumbers(s.Lines, &z)
	case TypePolygon:
		return ringNumbers(s.Polygons[0], &z)
	}
	out := make([][][][]float64, len(s.Polygons))
	for i, rings := range s.Polygons {
		out[i] = ringNumbers(rings, &z)
	}
	return out
}

func ringNumbers(rings [][]Point, z *[]float64) [][][]float64 {
	out := make([][][]float64, len(rings))
	for i, ring := range rings {
		out[i] = numbers(ring, z)
	}
	return out
}

// numbers takes the heights of its positions from the front of z.
func numbers(line []Point, z *[]float64) [][]float64 {
	out := make([][]float64, len(line))
	for i, p := range line {
		out[i] = []float64{p.Lon, p.Lat}
		if len(*z) > 0 {
			if h := (*z)[0]; !math.IsNaN(h) {
				out[i] = append(out[i], h)
			}
			*z = (*z)[1:]
		}
	}
	return out
}

// UnmarshalJSON reads the form that MarshalJSON writes and nothing else: an unknown, repeated or misplaced member, a
// number out of range, an open ring, or more than MaxVertices positions is a *truce.Error with Field a JSON pointer
// inside the shape. It does not test topology: see Validate. null gives the zero Shape.
func (s *Shape) UnmarshalJSON(data []byte) error {
	if bytes.Equal(bytes.TrimSpace(data), []byte("null")) {
		*s = Shape{}
		return nil
	}
	if len(data) > maxShapeBytes {
		return truce.E(truce.CodeTooLarge, "the shape is longer than %d bytes", maxShapeBytes)
	}
	members, err := shapeMembers(data)
	if err != nil {
		return err
	}
	out, err := shapeOf(members)
	if err != nil {
		return err
	}
	*s = out
	return nil
}

// maxShapeDepth is the nesting of a MultiPolygon in its object.
const maxShapeDepth = 5

// shapeMembers splits the object of a shape. It passes over each byte twice and
// copies none: every statement with a position comes through here.
func shapeMembers(data []byte) (Members, error) {
	if truce.CheckJSON(data, maxShapeDepth) != nil {
		return objectMembers(data) // slower, and tells where the fault is
	}
	var out Members
	if !truce.Members(data, func(name, value []byte) { out = append(out, Member{Name: string(name), Value: value}) }) {
		return nil, truce.E(truce.CodeInvalid, "an object is needed for a shape").WithHint("a shape has type and coordinates")
	}
	return out, nil
}

func shapeOf(m Members) (Shape, error) {
	for _, x := range m {
		if !slices.Contains([]string{"type", "coordinates", "accuracyM", "radiusM", "bufferM"}, x.Name) {
			return Shape{}, truce.E(truce.CodeInvalid, "unknown member").At(pointer(x.Name)).
				WithHint("a shape has type, coordinates and one of accuracyM, radiusM, bufferM")
		}
	}
	t, err := m.text("type")
	if err != nil {
		return Shape{}, err
	}
	raw, ok := m.Get("coordinates")
	if !ok {
		raw = json.RawMessage("null")
	}
	s, err := shapeCoords(ShapeType(t), raw, MaxVertices)
	if err != nil {
		return Shape{}, err
	}
	err = errors.Join(m.metres("accuracyM", &s.AccuracyM), m.metres("radiusM", &s.RadiusM), m.metres("bufferM", &s.BufferM))
	if err == nil {
		err = s.check()
	}
	return s, err
}
