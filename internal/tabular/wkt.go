package tabular

import (
	"strconv"
	"strings"

	"truce"
	"truce/geo"
)

// fromWKT reads a geometry as databases and GIS write it into a cell:
// "POINT (37.1 36.2)", "POLYGON ((…))", with MULTI forms and an SRID=4326;
// before it (OGC 06-103r4, 7; longitude first, as PostGIS and QGIS write it).
func fromWKT(text string) (*geo.Shape, error) {
	upper := strings.ToUpper(strings.TrimSpace(text))
	if rest, ok := strings.CutPrefix(upper, "SRID="); ok {
		srid, body, _ := strings.Cut(rest, ";")
		if srid != "4326" {
			return nil, truce.E(truce.CodeInvalid, "the geometry is not in WGS-84 (SRID 4326)").WithHint("convert it to EPSG:4326 first")
		}
		upper = strings.TrimSpace(body)
	}
	open := strings.IndexByte(upper, '(')
	if open < 0 {
		return nil, errWKT()
	}
	kind := strings.TrimSpace(upper[:open])
	w := &wktReader{text: upper[open:]}
	for _, dim := range []string{" ZM", " Z", " M"} {
		kind = strings.TrimSpace(strings.TrimSuffix(kind, dim))
	}
	shape, err := w.shape(kind)
	if err == nil && strings.TrimSpace(w.text) != "" {
		err = errWKT()
	}
	if err != nil {
		return nil, err
	}
	return shape, nil
}

func errWKT() error {
	return truce.E(truce.CodeInvalid, "the geometry is neither GeoJSON nor WKT").
		WithHint("write POINT (37.1166 36.2128), POLYGON ((…)), or leave the column out")
}

// wktReader reads the brackets of a geometry. Heights are left out.
type wktReader struct {
	text string
	n    int
}

func (w *wktReader) shape(kind string) (*geo.Shape, error) {
	s := &geo.Shape{}
	var err error
	switch kind {
	case "POINT":
		s.Type = geo.TypePoint
		s.Points, err = w.positions()
	case "MULTIPOINT":
		s.Type = geo.TypeMultiPoint
		w.text = strings.ReplaceAll(strings.ReplaceAll(w.text, "(", " "), ")", " ")
		w.text = "(" + w.text + ")"
		s.Points, err = w.positions()
	case "LINESTRING":
		s.Type = geo.TypeLineString
		var line []geo.Point
		line, err = w.positions()
		s.Lines = [][]geo.Point{line}
	case "MULTILINESTRING":
		s.Type = geo.TypeMultiLineString
		s.Lines, err = wktList(w, w.positions)
	case "POLYGON":
		s.Type = geo.TypePolygon
		var rings [][]geo.Point
		rings, err = w.rings()
		s.Polygons = [][][]geo.Point{rings}
	case "MULTIPOLYGON":
		s.Type = geo.TypeMultiPolygon
		s.Polygons, err = wktList(w, w.rings)
	default:
		err = errWKT()
	}
	return s, err
}

func (w *wktReader) rings() ([][]geo.Point, error) { return wktList(w, w.positions) }

// take takes the character that must come next.
func (w *wktReader) take(c byte) bool {
	w.text = strings.TrimLeft(w.text, " \t\r\n")
	if w.text == "" || w.text[0] != c {
		return false
	}
	w.text = w.text[1:]
	return true
}

// wktList reads members in brackets, divided by commas.
func wktList[T any](w *wktReader, one func() (T, error)) ([]T, error) {
	if !w.take('(') {
		return nil, errWKT()
	}
	var out []T
	for {
		item, err := one()
		if err != nil {
			return nil, err
		}
		out = append(out, item)
		if w.take(',') {
			continue
		}
		if !w.take(')') {
			return nil, errWKT()
		}
		return out, nil
	}
}

// positions reads "(lon lat, lon lat)".
func (w *wktReader) positions() ([]geo.Point, error) {
	if !w.take('(') {
		return nil, errWKT()
	}
	inner, rest, ok := strings.Cut(w.text, ")")
	if !ok {
		return nil, errWKT()
	}
	w.text = rest
	var out []geo.Point
	for tuple := range strings.SplitSeq(inner, ",") {
		p, err := wktPosition(tuple)
		if err != nil {
			return nil, err
		}
		if w.n++; w.n > geo.MaxVertices {
			return nil, truce.E(truce.CodeTooLarge, "the shape has more than %d positions", geo.MaxVertices).WithHint("simplify it or split it")
		}
		out = append(out, p)
	}
	return out, nil
}

func wktPosition(tuple string) (geo.Point, error) {
	parts := strings.Fields(tuple)
	if len(parts) < 2 || len(parts) > 4 {
		return geo.Point{}, errWKT()
	}
	lon, err1 := strconv.ParseFloat(parts[0], 64)
	lat, err2 := strconv.ParseFloat(parts[1], 64)
	if err1 != nil || err2 != nil {
		return geo.Point{}, errWKT()
	}
	return geo.Point{Lat: lat, Lon: lon}, nil
}
