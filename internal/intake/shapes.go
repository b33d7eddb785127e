package intake

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"truce"
	"truce/geo"
)

// shapeTypes narrows what kinds of shape may stand in a field, by the object and
// the name of the field; a field that is not here takes every kind.
var shapeTypes = map[string][]geo.ShapeType{
	"area/geometry":  {geo.TypePolygon, geo.TypeMultiPolygon, geo.TypeCircle},
	"movement/route": {geo.TypeLineString, geo.TypeMultiLineString},
	"movement/point": {geo.TypePoint, geo.TypeCircle, geo.TypePolygon, geo.TypeMultiPolygon},
}

// checkShapes reads and validates every shape in a body, wherever the fields say
// that one stands, and holds what was entered against the geometry. Errors are
// those of package geo, at the place in the body.
func checkShapes(object string, fields []truce.Field, body json.RawMessage) error {
	w := shapeWalk{object: object}
	if err := w.group(fields, body, "/body"); err != nil || w.geometry.IsZero() {
		return err
	}
	return w.entered(body)
}

type shapeWalk struct {
	object   string
	geometry geo.Shape // the object's own
}

// entered holds the member coord of a body against its geometry.
func (w *shapeWalk) entered(body json.RawMessage) error {
	var coord json.RawMessage
	truce.Members(body, func(name, value []byte) {
		if string(name) == "coord" {
			coord = value
		}
	})
	if coord == nil {
		return nil
	}
	return checkEntered(coord, w.geometry)
}

func (w *shapeWalk) group(fields []truce.Field, raw json.RawMessage, at string) error {
	if !holdShapes(fields) {
		return nil
	}
	var fault error
	object := truce.Members(raw, func(name, value []byte) {
		for i := range fields {
			if f := &fields[i]; fault == nil && f.Name == string(name) && mayHoldShape(f) {
				fault = w.field(f, value, at+"/"+f.Name)
			}
		}
	})
	if !object {
		return truce.E(truce.CodeInvalid, "an object must stand here").At(at)
	}
	return fault
}

func (w *shapeWalk) field(f *truce.Field, raw json.RawMessage, at string) error {
	switch f.Type {
	case truce.Shape:
		return w.shape(f, raw, at)
	case truce.Group:
		return w.group(f.Of, raw, at)
	case truce.List:
		return w.list(f, raw, at)
	}
	return nil
}

func (w *shapeWalk) list(f *truce.Field, raw json.RawMessage, at string) error {
	if !holdShapes(f.Of) {
		return nil
	}
	n := 0
	var fault error
	array := truce.Items(raw, func(item []byte) {
		if fault == nil {
			fault = w.group(f.Of, item, at+"/"+strconv.Itoa(n))
		}
		n++
	})
	if !array {
		return truce.E(truce.CodeInvalid, "a list must stand here").At(at)
	}
	return fault
}

func (w *shapeWalk) shape(f *truce.Field, raw json.RawMessage, at string) error {
	var s geo.Shape
	if err := s.UnmarshalJSON(raw); err != nil {
		return within(err, at)
	}
	if want := shapeTypes[w.object+"/"+f.Name]; want != nil && !slices.Contains(want, s.Type) {
		return truce.E(truce.CodeInvalid, "a %s cannot stand here", s.Type).At(at).WithHint("use one of %v", want)
	}
	if err := s.Validate(); err != nil {
		return within(err, at)
	}
	if onNullIsland(s) {
		return truce.E(truce.CodeInvalid, "the position is latitude 0, longitude 0: where records without a position end up").At(at).
			WithHint("give the real position; one that is not known cannot be registered")
	}
	if at == "/body/geometry" {
		w.geometry = s
	}
	return nil
}

// within puts an error about a shape at the shape's place in the body.
func within(err error, at string) error {
	if e, ok := errors.AsType[*truce.Error](err); ok {
		return e.At(at + e.Field)
	}
	return truce.Wrap(truce.CodeInvalid, err, "the geometry cannot be read").At(at)
}

// onNullIsland reports whether any position of s is 0,0.
func onNullIsland(s geo.Shape) bool {
	if slices.ContainsFunc(s.Points, geo.Point.IsNull) {
		return true
	}
	null := func(line []geo.Point) bool { return slices.ContainsFunc(line, geo.Point.IsNull) }
	return slices.ContainsFunc(s.Lines, null) ||
		slices.ContainsFunc(s.Polygons, func(rings [][]geo.Point) bool { return slices.ContainsFunc(rings, null) })
}

// holdShapes reports whether a shape can stand anywhere in the fields.
func holdShapes(fields []truce.Field) bool {
	for i := range fields {
		if mayHoldShape(&fields[i]) {
			return true
		}
	}
	return false
}

func mayHoldShape(f *truce.Field) bool { return f.Type == truce.Shape || holdShapes(f.Of) }
