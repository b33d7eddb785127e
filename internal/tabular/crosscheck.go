package tabular

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"truce"
	"truce/geo"
)

// believe looks at the slips that geo found in a coordinate. What is surely
// wrong is an error with what was probably meant; what may be is a warning.
func (r *rowDraft) believe(coord geo.Coord, in input) bool {
	c := in.where()
	if len(in.cells) == 3 { // the letter of the zone is what can be read in two ways
		c = in.cells[2]
	}
	if coord.Point.IsNull() {
		r.fail(c, "null_island", "fill in where it is, or leave both cells empty", "latitude 0, longitude 0 stands where a position is missing")
		return false
	}
	if coord.Ambiguous {
		r.fail(c, "ambiguous", slipHint(coord.Slips, geo.SlipReading, geo.SlipBand), "the coordinate can be read in two ways")
		return false
	}
	if far := slipOf(coord.Slips, geo.SlipFar); far != nil {
		r.elsewhere(c, coord.Slips, far)
		return false
	}
	for _, s := range coord.Slips {
		r.suspect(c, s)
	}
	return true
}

// elsewhere reports a place outside of the expected area, with the mistake
// that would put it inside.
func (r *rowDraft) elsewhere(c cell, slips []geo.Slip, far *geo.Slip) {
	code, hint := "far", far.Hint
	for _, s := range slips {
		if s.Proposed != nil && s.Code != geo.SlipReading && s.Code != geo.SlipBand {
			code, hint = string(s.Code), fmt.Sprintf("%s: did you mean %s?", s.Message, s.Text)
			break
		}
	}
	r.fail(c, code, hint, "%s", far.Message)
}

func (r *rowDraft) suspect(c cell, s geo.Slip) {
	switch s.Code {
	case geo.SlipReading, geo.SlipBand: // settled by the expected area
	case geo.SlipDMSAsDecimal:
		w := r.warn(c.path, c.name, string(s.Code), s.Message, fmt.Sprintf("did you mean %s? compare it with the source", s.Text))
		w.once = sexagesimal
	default:
		r.warn(c.path, c.name, string(s.Code), s.Message, s.Hint)
	}
}

// sexagesimal marks the warnings about decimals that may be minutes and
// seconds. They are told one by one unless the list shows that it is decimal.
const sexagesimal = "dms"

func slipOf(slips []geo.Slip, code geo.SlipCode) *geo.Slip {
	for i := range slips {
		if slips[i].Code == code {
			return &slips[i]
		}
	}
	return nil
}

func slipHint(slips []geo.Slip, codes ...geo.SlipCode) string {
	for _, code := range codes {
		if s := slipOf(slips, code); s != nil {
			return strings.TrimSuffix(s.Hint+"; the other reading is "+s.Text, "; the other reading is ")
		}
	}
	return "write decimals with a point and hemispheres with letters"
}

// crossCheck holds a second statement of the place against the one taken.
// They may differ by what the coarser of them leaves open.
func (r *rowDraft) crossCheck(at geo.Point, accuracyM float64, other input) {
	c := other.where()
	coord, err := r.parse(other)
	if err != nil || coord.Point.IsNull() {
		r.warn(c.path, c.name, "cross_check_unreadable", "the second statement of the place in "+quoteName(c.name)+" cannot be read; the first is taken", truce.HintOf(err))
		return
	}
	apart := geo.Distance(at, coord.Point)
	r.compareAt(c, apart, math.Max(accuracyM, coord.AccuracyM))
}

// compareAt tells when two statements of the place are too far apart.
func (r *rowDraft) compareAt(c cell, apart, openM float64) {
	found := geo.Comparison{ApartM: apart, OpenM: openM}
	if found.Agrees() {
		return
	}
	const hint = "correct the one that is wrong; see which digits were mistyped"
	text := "the two statements of the place are " + apartText(apart) + " apart"
	if found.Contradicts() {
		r.fail(c, "coordinates_disagree", hint, "%s", text)
		return
	}
	w := r.warn(c.path, c.name, "coordinates_disagree", text+"; the first is taken", hint)
	w.DistanceM = metresValue(apart)
}

func apartText(m float64) string {
	if m < 10_000 {
		return strconv.Itoa(int(math.Round(m))) + " m"
	}
	return strconv.Itoa(int(math.Round(m/1000))) + " km"
}

// metresValue is a distance rounded to a tenth of a metre, for the summary.
func metresValue(m float64) *float64 {
	m = math.Round(m*10) / 10
	return &m
}

// fromShape takes the geometry that the format or a cell carries, and holds
// the columns against it.
func (r *rowDraft) fromShape(shape geo.Shape) {
	if !r.fits(shape) {
		return
	}
	from := r.filled("geometry")
	isPoint := shape.Type == geo.TypePoint
	if isPoint {
		coord, ok := r.shapeCoord(shape.Points[0], from)
		if !ok {
			return
		}
		r.checkColumns(shape, coord.AccuracyM)
		if len(r.errs) == 0 {
			z := shape.Z
			r.accept(coord, from)
			r.heights(z)
		}
		return
	}
	if !r.expected(shape.Centre(), from) {
		return
	}
	r.checkColumns(shape, 0)
	if len(r.errs) == 0 {
		r.widen(&shape)
		r.describeShape(shape)
		r.setShape(shape, from)
	}
}

// describeShape says what was entered, where columns tell how an outline was
// found: a body that says the one must say the other.
func (r *rowDraft) describeShape(shape geo.Shape) {
	for _, path := range []string{"coord.method", "coord.enteredBy"} {
		if r.filled(path).text == "" || r.d.schema.paths[path] == nil {
			continue
		}
		about := map[string]any{"entered": fmt.Sprintf("%s of %d positions", shape.Type, shape.NumVertices()), "datum": geo.Datum}
		if format := r.cellFormat(r.filled("geometry")); format != "" {
			about["format"] = string(format)
		}
		r.members["coord"] = about
		return
	}
}

// heights gives the point the height that the source has for it.
func (r *rowDraft) heights(z []float64) {
	geometry := groupIn(r.members["geometry"])
	if len(z) != 1 || math.IsNaN(z[0]) || math.IsInf(z[0], 0) || geometry == nil {
		return
	}
	geometry["coordinates"] = append(geometry["coordinates"].([]any), z[0])
}

// fits refuses a geometry that the object cannot have.
func (r *rowDraft) fits(shape geo.Shape) bool {
	isLine := shape.Type == geo.TypeLineString || shape.Type == geo.TypeMultiLineString
	isArea := shape.Type == geo.TypePolygon || shape.Type == geo.TypeMultiPolygon || shape.Type == geo.TypeCircle
	c := r.filled("geometry")
	switch object := r.d.schema.object; {
	case object == "site" && isLine:
		r.fail(c, "geometry_kind", "a line can be imported as a movement", "a site is a point or an outline, this is a line")
	case object == "movement" && !isLine:
		r.fail(c, "geometry_kind", "places can be imported as sites", "a movement needs a line, this is a %s", shape.Type)
	case object == "area" && !isArea && shape.Type != geo.TypePoint:
		r.fail(c, "geometry_kind", "give a polygon", "an area needs an outline, this is a %s", shape.Type)
	default:
		return true
	}
	return false
}

// shapeFormats are the notations of positions that come as numbers.
var shapeFormats = map[Format]geo.Format{GeoJSON: "geojson", KML: "kml", KMZ: "kml", GPX: "gpx"}

// shapeCoord is the coordinate of a point that came as numbers. Its precision
// is that of the shortest digits that give the same numbers.
func (r *rowDraft) shapeCoord(p geo.Point, from cell) (geo.Coord, bool) {
	lat, lon := strconv.FormatFloat(p.Lat, 'f', -1, 64), strconv.FormatFloat(p.Lon, 'f', -1, 64)
	in := input{cells: []cell{from}, text: "lat " + clipDigits(lat) + " lon " + clipDigits(lon), typed: lat + ", " + lon}
	coord, err := r.parse(in)
	if err != nil {
		r.unreadable(in, err)
		return coord, false
	}
	coord.Point, coord.Entered, coord.Format = p, in.typed, r.cellFormat(from)
	if coord.Format == "" {
		coord.Format = geo.DD
	}
	return coord, r.believe(coord, in)
}

// clipDigits leaves as many digits as geo takes for one number.
func clipDigits(s string) string { return s[:min(len(s), 22)] }

// expected tests the middle of an outline or line against the expectation.
func (r *rowDraft) expected(p geo.Point, from cell) bool {
	near, radius := r.d.opt.Near, r.d.opt.RadiusM
	if radius <= 0 || geo.Distance(p, near) <= radius {
		return true
	}
	r.fail(from, "far", "check the order of the numbers", "this is %s from your area of operation", apartText(geo.Distance(p, near)))
	return false
}

// checkColumns holds what the columns say of the place against the geometry.
func (r *rowDraft) checkColumns(shape geo.Shape, accuracyM float64) {
	for _, in := range r.inputs() {
		if in.short != "" || in.empty() {
			continue
		}
		if shape.Type == geo.TypePoint {
			r.crossCheck(shape.Points[0], accuracyM, in)
			continue
		}
		coord, err := r.parse(in)
		if err != nil {
			continue
		}
		apart, err := geo.DistanceToShape(geo.PointShape(coord.Point, 0), shape)
		if err == nil {
			r.compareAt(in.where(), apart, math.Max(coord.AccuracyM, geo.FarApartM/2))
		}
	}
}

// widen gives points their accuracy and lines their buffer, from the columns.
func (r *rowDraft) widen(shape *geo.Shape) {
	field := "coord.accuracyM"
	if r.d.schema.object == "movement" {
		field = "legs.bufferM"
	}
	m, ok := r.statedMetres(r.filled(field))
	if !ok {
		return
	}
	switch shape.Type {
	case geo.TypeMultiPoint:
		shape.AccuracyM = m
	case geo.TypeLineString, geo.TypeMultiLineString:
		shape.BufferM = m
	}
}

// shapeValue is a shape as plain JSON values.
func shapeValue(shape geo.Shape) (any, error) {
	if shape.Type == geo.TypePoint && shape.Z == nil {
		return pointValue(shape), nil
	}
	raw, err := shape.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var value any
	return value, json.Unmarshal(raw, &value)
}

// pointValue is shapeValue for what most rows are.
func pointValue(s geo.Shape) map[string]any {
	value := map[string]any{"type": string(s.Type), "coordinates": []any{s.Points[0].Lon, s.Points[0].Lat}}
	if s.AccuracyM > 0 {
		value["accuracyM"] = s.AccuracyM
	}
	return value
}
