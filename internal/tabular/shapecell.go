package tabular

import (
	"bytes"
	"strings"

	"truce"
	"truce/geo"
)

// shapeCell reads a column with a geometry in it: GeoJSON, or WKT.
func (r *rowDraft) shapeCell() *geo.Shape {
	c := r.filled("geometry")
	if c.text == "" {
		return nil
	}
	shape, notes, err := cellShape(c.text)
	if err != nil {
		r.failWith("geometry", c.name, err)
		return nil
	}
	for _, n := range notes {
		r.warn("geometry", c.name, "note", n, "")
	}
	return shape
}

func cellShape(text string) (*geo.Shape, []string, error) {
	if strings.HasPrefix(text, "{") {
		return jsonShape([]byte(text))
	}
	shape, err := fromWKT(text)
	return shape, nil, err
}

// jsonShape reads a shape as statements and our copies of rejects write it, or
// else as any GeoJSON geometry, with the repairs that GeoJSON files get.
func jsonShape(text []byte) (*geo.Shape, []string, error) {
	if err := truce.CheckJSON(text, 16); err != nil {
		return nil, nil, err
	}
	var own geo.Shape
	if own.UnmarshalJSON(text) == nil && !own.IsZero() && own.Validate() == nil {
		return &own, nil, nil
	}
	var read geo.Feature
	err := geo.ReadGeoJSON(bytes.NewReader(text), geo.Limits{Features: 1}, func(f geo.Feature) error {
		read = f
		return f.Err
	})
	if err == nil && read.Shape.IsZero() {
		err = truce.E(truce.CodeInvalid, "the geometry is empty").WithHint("write a Point, a Polygon or a LineString")
	}
	return &read.Shape, read.Repairs, err
}

// cellFormat is the notation of a position that came as a geometry: that of the
// format, or of the cell it stands in.
func (r *rowDraft) cellFormat(from cell) geo.Format {
	if strings.HasPrefix(from.text, "{") {
		return shapeFormats[GeoJSON]
	}
	return shapeFormats[r.d.format]
}
