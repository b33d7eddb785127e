package tabular

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"

	"truce"
	"truce/geo"
)

// place is what the search for duplicates and for what is registered already
// needs to know of a row.
type place struct {
	at       geo.Point
	located  bool
	names    []string
	ids      []string // source, a zero byte, id
	function string
	operator string
}

// input is one way in which a row says where it is: a coordinate in one cell,
// or put together from two or three.
type input struct {
	cells []cell // that it is made of
	text  string // as geo is to read it
	typed string // as it was typed
	short string // what is missing; empty when it is whole
}

func (in input) empty() bool {
	for _, c := range in.cells {
		if c.text != "" {
			return false
		}
	}
	return true
}

// where names the cell that an error is about: the only one, or the first.
func (in input) where() cell { return in.cells[0] }

// inputs lists the ways in which the row says where it is, the preferred one
// first: decimal degrees, one coordinate, degrees with minutes and seconds, a
// grid.
func (r *rowDraft) inputs() []input {
	var out []input
	out = append(out, r.pairs("lat", "lon")...)
	for _, c := range r.at("coord") {
		out = append(out, input{cells: []cell{c}, text: geopoint(c.text), typed: c.text})
	}
	out = append(out, r.pairs("lat.dms", "lon.dms")...)
	out = append(out, r.grids()...)
	return out[:min(len(out), maxInputs)]
}

// maxInputs is how many ways to say where it is are looked at in one row.
const maxInputs = 8

// odkPoint is a geopoint of ODK and KoBo: latitude, longitude, height and
// accuracy in metres.
var odkPoint = regexp.MustCompile(`^(-?\d+\.\d+) (-?\d+\.\d+) -?\d+(?:\.\d+)? (\d+(?:\.\d+)?)$`)

// geopoint leaves out the height and the accuracy of an ODK geopoint.
func geopoint(text string) string {
	if f := odkPoint.FindStringSubmatch(text); f != nil {
		return f[1] + ", " + f[2]
	}
	return text
}

// accuracyCell is the column with the accuracy, or the one in a geopoint.
func (r *rowDraft) accuracyCell(from cell) cell {
	c := r.filled("coord.accuracyM")
	if f := odkPoint.FindStringSubmatch(from.text); f != nil && c.text == "" {
		return cell{from.column, f[3]}
	}
	return c
}

// at lists the cells for a field, empty ones included. "n/a" and a dash are
// empty.
func (r *rowDraft) at(path string) []cell {
	var out []cell
	for _, c := range r.cells {
		if c.path == path {
			if !plainDecimal(c.text) && meansNothing(c.text) {
				c.text = ""
			}
			out = append(out, c)
		}
	}
	return out
}

// pairs joins the latitudes with the longitudes in the order of the columns.
func (r *rowDraft) pairs(latPath, lonPath string) []input {
	lats, lons := r.at(latPath), r.at(lonPath)
	var out []input
	for i := range max(len(lats), len(lons)) {
		lat, lon := nth(lats, i, latPath), nth(lons, i, lonPath)
		in := input{cells: []cell{lat, lon}}
		switch {
		case lat.text == "":
			in.short = "latitude"
			in.cells = []cell{lat, lon}
		case lon.text == "":
			in.short = "longitude"
			in.cells = []cell{lon, lat}
		default:
			in.text = "lat " + decimalText(lat.text) + " lon " + decimalText(lon.text)
			in.typed = joinTyped(lat.text, lon.text)
		}
		out = append(out, in)
	}
	return out
}

func nth(cells []cell, i int, path string) cell {
	if i < len(cells) {
		return cells[i]
	}
	return cell{column: &column{target: target{path: path}}}
}

// joinTyped puts two cells beside each other as people write a coordinate,
// with a separator that neither of them holds.
func joinTyped(a, b string) string {
	if strings.Contains(a+b, ",") {
		return a + "; " + b
	}
	return a + ", " + b
}

// grids joins zone, easting and northing.
func (r *rowDraft) grids() []input {
	var out []input
	zones, east, north := r.at("utm.zone"), r.at("utm.easting"), r.at("utm.northing")
	for i := range max(len(zones), len(east), len(north)) {
		z, e, n := nth(zones, i, "utm.zone"), nth(east, i, "utm.easting"), nth(north, i, "utm.northing")
		in := input{cells: []cell{e, n, z}}
		switch {
		case e.text == "":
			in.short = "easting"
		case n.text == "":
			in.short, in.cells = "northing", []cell{n, e, z}
		case z.text == "":
			in.short, in.cells = "zone", []cell{z, e, n}
		default:
			in.text = z.text + " " + gridNumber(e.text) + " " + gridNumber(n.text)
			in.typed = z.text + " " + e.text + " " + n.text
		}
		out = append(out, in)
	}
	return out
}

// gridNumber is a number of metres without what divides its thousands.
func gridNumber(s string) string {
	t := strings.Map(foldNumber, foldDigits(s))
	if i := strings.LastIndexByte(t, ','); i >= 0 && (strings.Contains(t, ".") || len(t)-i == 4) {
		t = strings.ReplaceAll(t, ",", "")
	}
	return decimalText(t)
}

// locate finds out where the row is and makes the geometry of it.
func (r *rowDraft) locate(shape *geo.Shape) {
	r.datum()
	if shape == nil {
		shape = r.shapeCell()
	}
	if len(r.errs) > 0 {
		return
	}
	if shape != nil {
		r.fromShape(*shape)
		return
	}
	r.fromInputs()
}

// datum refuses positions that are not in WGS-84.
func (r *rowDraft) datum() {
	c := r.filled("coord.datum")
	key, _ := headingKey(c.text)
	switch key {
	case "", "wgs84", "wgs1984", "epsg4326", "4326", "crs84", "ogccrs84", "worldgeodeticsystem1984":
		return
	}
	r.fail(c, "invalid", "convert the coordinates to WGS-84 first; the difference can be hundreds of metres", "the datum is not WGS-84")
}

// fromInputs takes the preferred way that is whole, and holds the others
// against it.
func (r *rowDraft) fromInputs() {
	inputs := r.inputs()
	chosen := -1
	for i, in := range inputs {
		if in.short == "" && !in.empty() {
			chosen = i
			break
		}
	}
	if chosen < 0 {
		r.missing(inputs)
		return
	}
	in := inputs[chosen]
	coord, err := r.parse(in)
	if err != nil {
		r.unreadable(in, err)
		return
	}
	coord.Entered = in.typed
	if !r.believe(coord, in) {
		return
	}
	for i, other := range inputs {
		switch c := other.where(); {
		case i == chosen || other.empty():
		case other.short != "":
			r.warn(c.path, c.name, "incomplete_coordinates", "the "+other.short+" is empty; the place is taken from "+quoteName(in.where().name), "fill in both, or neither")
		default:
			r.crossCheck(coord.Point, coord.AccuracyM, other)
		}
	}
	r.accept(coord, in.where())
}

func (r *rowDraft) parse(in input) (geo.Coord, error) {
	return geo.ParseCoordNear(in.text, geo.Expect{Near: r.d.opt.Near, RadiusM: r.d.opt.RadiusM})
}

// missing says that there is no place, or what is missing of it.
func (r *rowDraft) missing(inputs []input) {
	for _, in := range inputs {
		if in.short == "" || in.empty() {
			continue
		}
		hint := "fill in both"
		if _, err := geo.ParseCoord(in.cells[1].text); err == nil {
			hint = "one cell seems to hold the whole coordinate: map its column with " + in.cells[1].name + "=coord"
		}
		r.fail(in.where(), "incomplete_coordinates", hint, "the %s is empty while %s is filled in", in.short, quoteName(in.cells[1].name))
		return
	}
	if len(inputs) == 0 {
		r.fail(cell{column: &column{target: target{path: "geometry"}}}, "no_coordinates",
			"name the columns lat and lon, or coordinates, or say which they are with --map header=lat", "no coordinates: no column holds them")
		return
	}
	in := inputs[0]
	r.fail(in.where(), "no_coordinates", `fill in where it is, such as 36.2128 and 37.1166, or 36°12'46"N and 37°07'00"E`, "no coordinates: %s", emptyWord(in))
}

func emptyWord(in input) string {
	switch len(in.cells) {
	case 1:
		return quoteName(in.cells[0].name) + " is empty"
	case 2:
		return "latitude and longitude are empty"
	}
	return "zone, easting and northing are empty"
}

func quoteName(s string) string { return `"` + clipText(s, 60) + `"` }

// unreadable says why a coordinate cannot be read, and in which cell.
func (r *rowDraft) unreadable(in input, err error) {
	code, message, hint := "invalid_coordinates", "the coordinate cannot be read", truce.HintOf(err)
	if own, ok := errors.AsType[*truce.Error](err); ok {
		message = own.Message
	}
	if strings.Contains(message, "over 90") || strings.Contains(message, "over 180") || strings.Contains(message, "out of range") {
		code = "out_of_range"
	}
	switch p, ok := r.exchanged(in); {
	case looksLikeMetres(in):
		hint = "these look like metres of a grid: name the columns utm zone, easting and northing, or give the zone"
	case ok && code == "out_of_range":
		hint += "; were the two exchanged, did you mean " + geo.FormatDD(p, 5) + "?"
	}
	r.fail(in.culprit(), code, hint, "%s", message)
}

// culprit is the cell that cannot be read: the longitude where the latitude
// alone can.
func (in input) culprit() cell {
	if len(in.cells) != 2 {
		return in.where()
	}
	_, latErr := geo.ParseCoord("lat " + decimalText(in.cells[0].text) + " lon 1")
	_, lonErr := geo.ParseCoord("lat 1 lon " + decimalText(in.cells[1].text))
	if latErr == nil && lonErr != nil {
		return in.cells[1]
	}
	return in.cells[0]
}

// exchanged is where the place would be with latitude and longitude exchanged,
// unless that is outside of the expected area.
func (r *rowDraft) exchanged(in input) (geo.Point, bool) {
	if len(in.cells) != 2 {
		return geo.Point{}, false
	}
	c, err := geo.ParseCoord("lat " + decimalText(in.cells[1].text) + " lon " + decimalText(in.cells[0].text))
	return c.Point, err == nil && (r.d.opt.RadiusM <= 0 || geo.Distance(c.Point, r.d.opt.Near) <= r.d.opt.RadiusM)
}

func looksLikeMetres(in input) bool {
	for _, c := range in.cells {
		f, err := strconv.ParseFloat(decimalText(c.text), 64)
		if err != nil || math.Abs(f) < 1000 {
			return false
		}
	}
	return len(in.cells) == 2
}

// accept makes a point, or a circle for an area, of a coordinate.
func (r *rowDraft) accept(coord geo.Coord, from cell) {
	stated, ok := r.statedMetres(r.accuracyCell(from))
	if len(r.errs) > 0 {
		return
	}
	accuracy := math.Max(roundUp(coord.AccuracyM), stated)
	shape := geo.PointShape(coord.Point, accuracy)
	switch r.d.schema.object {
	case "area":
		if !ok || stated <= 0 {
			r.fail(from, "geometry_kind", "give a polygon, or a column with the radius in metres", "an area needs an outline or a radius, this is a point")
			return
		}
		shape = geo.CircleShape(coord.Point, stated)
	case "movement":
		r.fail(from, "geometry_kind", "import the track or route of the movement", "a movement needs a line, this is a point")
		return
	}
	r.describe(coord, accuracy)
	r.setShape(shape, from)
}

// describe keeps the coordinate as it was entered.
func (r *rowDraft) describe(coord geo.Coord, accuracy float64) {
	about := groupIn(r.members["coord"])
	if about == nil {
		about = map[string]any{}
		r.members["coord"] = about
	}
	about["entered"] = coord.Entered
	about["format"] = string(coord.Format)
	about["datum"] = geo.Datum
	if accuracy > 0 {
		about["accuracyM"] = accuracy
	}
}

// roundUp cuts off digits of metres that mean nothing, upwards.
func roundUp(m float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(math.Max(m, 0.001)))-2)
	return math.Min(round3(math.Ceil(m/unit-1e-9)*unit), geo.MaxExtentM)
}

func round3(m float64) float64 { return math.Round(m*1e5) / 1e5 }

// statedMetres reads a distance; false where the cell holds none.
func (r *rowDraft) statedMetres(c cell) (float64, bool) {
	if c.text == "" || meansNothing(c.text) {
		return 0, false
	}
	m, ok := metres(c.text)
	switch {
	case !ok:
		r.warnOnce(c, "accuracy_unreadable", "\""+clipText(c.text, 40)+"\" is not a distance in metres; the precision of the digits is taken instead", "write 10 or 10 m")
		return 0, false
	case m > geo.MaxExtentM:
		r.fail(c, "invalid", "give it in metres", "an accuracy or radius of more than %d metres cannot be taken", geo.MaxExtentM)
		return 0, false
	}
	return m, true
}

// setShape stores the geometry.
func (r *rowDraft) setShape(shape geo.Shape, from cell) {
	if err := shape.Validate(); err != nil {
		r.failWith(orElse(from.path, "geometry"), from.name, err)
		return
	}
	value, err := shapeValue(shape)
	if err != nil {
		r.failWith("geometry", from.name, err)
		return
	}
	r.place.at, r.place.located = shape.Centre(), true
	if r.d.schema.object == "movement" {
		r.leg()["route"] = value
		return
	}
	r.members["geometry"] = value
}

// leg is the first leg of a movement.
func (r *rowDraft) leg() map[string]any {
	if leg := groupIn(r.members["legs"]); leg != nil {
		return leg
	}
	leg := map[string]any{}
	r.members["legs"] = []any{leg}
	return leg
}
