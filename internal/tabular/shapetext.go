package tabular

import (
	"encoding/json"
	"strings"

	"truce/geo"
)

// unreadable keeps the first coordinates that ended the reading of a shape.
func (b *shapeBuilder) unreadable(text string) {
	if b.err != nil && b.unread == "" {
		b.unread = clipText(strings.TrimSpace(text), maxUnread)
	}
}

// maxUnread bounds the text of coordinates that cannot be read, in characters.
const maxUnread = 4096

// text is what was put together, right or wrong, as a GeoJSON geometry without
// heights; or the coordinates that could not be read; "" where there is nothing.
func (b *shapeBuilder) text() string {
	if b.unread != "" {
		return b.unread
	}
	var parts []geometryJSON
	for _, p := range b.points {
		parts = append(parts, geometryJSON{Type: geo.TypePoint, Coordinates: position(p)})
	}
	for _, l := range b.lines {
		parts = append(parts, geometryJSON{Type: geo.TypeLineString, Coordinates: positions(l)})
	}
	for _, rings := range b.polygons {
		outline := make([][][2]float64, len(rings))
		for i, ring := range rings {
			outline[i] = positions(ring)
		}
		parts = append(parts, geometryJSON{Type: geo.TypePolygon, Coordinates: outline})
	}
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return textOf(parts[0])
	}
	return textOf(geometryJSON{Type: "GeometryCollection", Geometries: parts})
}

// geometryJSON is a geometry of RFC 7946, which may be one that no object can have.
type geometryJSON struct {
	Type        geo.ShapeType  `json:"type"`
	Coordinates any            `json:"coordinates,omitempty"`
	Geometries  []geometryJSON `json:"geometries,omitempty"`
}

func position(p geo.Point) [2]float64 { return [2]float64{p.Lon, p.Lat} }

func positions(line []geo.Point) [][2]float64 {
	out := make([][2]float64, len(line))
	for i, p := range line {
		out[i] = position(p)
	}
	return out
}

// textOf is a geometry as text; its numbers were read from decimals and are finite.
func textOf(g geometryJSON) string {
	raw, err := json.Marshal(g)
	if err != nil {
		return ""
	}
	return string(raw)
}

// geometryText is the place of a row as its format gives it, "" where the format
// says nothing of a place.
func geometryText(row Row) string {
	if row.Shape == nil {
		return row.Geometry
	}
	raw, err := row.Shape.MarshalJSON()
	if err != nil {
		return ""
	}
	return string(raw)
}
