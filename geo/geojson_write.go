package geo

import (
	"bufio"
	"encoding/json"
	"io"
	"iter"
)

// WriteGeoJSON writes features as one FeatureCollection, a feature a line; see Feature.MarshalJSON. It stops at the
// first feature that cannot be written.
func WriteGeoJSON(w io.Writer, features iter.Seq[Feature]) error {
	b := bufio.NewWriter(w)
	b.WriteString(`{"type":"FeatureCollection","features":[`)
	lead := "\n"
	for f := range features {
		text, err := f.MarshalJSON()
		if err != nil {
			return err
		}
		b.WriteString(lead)
		b.Write(text)
		lead = ",\n"
	}
	b.WriteString("\n]}\n")
	return b.Flush()
}

// MarshalJSON writes f as an RFC 7946 Feature: id, properties, foreign members and heights as they are, a circle as a
// Point with the property radiusM, an accuracy or buffer as the property accuracyM or bufferM, in metres. Index, Repairs
// and Err are not written.
func (f Feature) MarshalJSON() ([]byte, error) {
	m := Members{{"type", json.RawMessage(`"Feature"`)}}
	if f.ID != nil {
		m = append(m, Member{"id", f.ID})
	}
	plain := f.Shape
	plain.AccuracyM, plain.RadiusM, plain.BufferM = 0, 0, 0
	if plain.Type == TypeCircle {
		plain.Type = TypePoint
	}
	geometry, err := plain.MarshalJSON()
	if err != nil {
		return nil, err
	}
	properties, err := f.withExtents().MarshalJSON()
	if err != nil {
		return nil, err
	}
	m = append(m, Member{"geometry", geometry}, Member{"properties", properties})
	return append(m, f.Foreign...).MarshalJSON()
}

// withExtents are the properties with the shape's extent in the place of any of that name.
func (f Feature) withExtents() Members {
	if err := f.Shape.checkExtents(); err != nil || f.Shape.ExtentM() == 0 {
		return f.Properties
	}
	name := map[ShapeType]string{
		TypePoint: "accuracyM", TypeMultiPoint: "accuracyM", TypeCircle: "radiusM",
		TypeLineString: "bufferM", TypeMultiLineString: "bufferM",
	}[f.Shape.Type]
	value, err := json.Marshal(f.Shape.ExtentM())
	if err != nil {
		return f.Properties
	}
	out := Members{}
	for _, x := range f.Properties {
		if x.Name != name {
			out = append(out, x)
		}
	}
	return append(out, Member{name, value})
}
