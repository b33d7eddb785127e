package geo

import (
	"regexp"

	"truce"
)

// parseLatLon reads degrees in any of their notations. A text may be read in several ways: commas as decimal signs or as
// separators, dashes as separators or as minus. Every way is tried; those that make no sense fall away, and if two remain
// that name different places the coordinate is ambiguous.
func parseLatLon(folded string) (draft, error) {
	if f := reISO6709.FindStringSubmatch(folded); f != nil {
		return parseISO6709(f[1], f[2])
	}
	toks, err := lexCoord(folded)
	if err != nil {
		return draft{}, err
	}
	var found []draft
	var first error
	for _, way := range waysOf(toks) {
		d, err := readWay(toks, way)
		if err == nil {
			found = append(found, d)
		} else if first == nil {
			first = err
		}
	}
	if len(found) == 0 {
		return draft{}, first
	}
	d := mergeReadings(found)
	if reArray.MatchString(folded) {
		d.orReversed()
	}
	return d, nil
}

// reArray is a JSON array of two bare numbers. Programs write it in either order, GeoJSON with the longitude first.
var reArray = regexp.MustCompile(`^\[\s*[-+]?[0-9.]+\s*,\s*[-+]?[0-9.]+\s*\]$`)

// orReversed adds the reading with the longitude first, where there is such a place.
func (d *draft) orReversed() {
	r := Point{Lat: d.coord.Point.Lon, Lon: d.coord.Point.Lat}
	if r.Valid() && r != d.coord.Point {
		d.coord.Ambiguous = true
		d.others = append(d.others, otherReading(r))
	}
}

// way is one reading of the signs that can mean two things.
type way struct{ commaDecimal, dashMinus bool }

// waysOf lists the readings worth trying, the likeliest first.
func waysOf(toks []token) []way {
	glued, dot, dash := false, false, false
	for _, t := range toks {
		glued = glued || t.kind == tokComma && t.pre && t.post
		dot = dot || t.kind == tokNum && t.num.frac != ""
		dash = dash || t.kind == tokDash
	}
	ways := []way{{}}
	if glued && !dot {
		ways = []way{{commaDecimal: true}, {}}
	}
	if dash {
		for _, w := range ways {
			ways = append(ways, way{w.commaDecimal, true})
		}
	}
	return ways
}

func readWay(toks []token, w way) (draft, error) {
	if w.commaDecimal {
		var err error
		if toks, err = decimalCommas(toks); err != nil {
			return draft{}, err
		}
	}
	comps, err := components(applyDashes(toks, w.dashMinus))
	if err != nil {
		return draft{}, err
	}
	return pairUp(comps)
}

// decimalCommas joins the numbers on both sides of a touching comma, in pairs from the left: 36,21,37,11 becomes 36.21 ,
// 37.11. A chain of an odd number of parts makes no sense this way.
func decimalCommas(toks []token) ([]token, error) {
	var out []token
	open := false // the last number may still take a fraction
	for i := 0; i < len(toks); i++ {
		t := toks[i]
		if t.kind != tokComma || !t.pre || !t.post {
			out, open = append(out, t), t.kind == tokNum
			continue
		}
		if !open {
			out = append(out, t)
			if !(i+2 < len(toks) && toks[i+2].kind == tokComma && toks[i+2].pre && toks[i+2].post) {
				return nil, countError()
			}
			continue
		}
		i++
		out[len(out)-1].num.frac = toks[i].num.whole
		open = false
	}
	return out, nil
}

// applyDashes drops the dashes between parts, or gives them to the number that follows as its minus.
func applyDashes(toks []token, minus bool) []token {
	out := make([]token, 0, len(toks))
	pending := false
	for _, t := range toks {
		switch {
		case t.kind == tokDash:
			pending = minus
			continue
		case pending && t.kind == tokNum:
			t.num.neg, t.num.signed = true, true
		}
		pending = false
		out = append(out, t)
	}
	return out
}

// mergeReadings keeps the first reading and lists the others that lie elsewhere.
func mergeReadings(found []draft) draft {
	d := found[0]
	for _, o := range found[1:] {
		if metresApart(d.coord.Point, o.coord.Point) > 1 {
			d.coord.Ambiguous = true
			d.others = append(d.others, otherReading(o.coord.Point))
		}
	}
	return d
}

// pairUp makes a point of two components.
func pairUp(c [2]component) (draft, error) {
	lat, lon, err := assignAxes(c)
	if err != nil {
		return draft{}, err
	}
	d := draft{signed: lat.hemi != 0 && lon.hemi != 0}
	d.coord.Point = Point{Lat: lat.signedDegrees(), Lon: lon.signedDegrees()}
	d.coord.Format = coarser(lat.format(), lon.format())
	d.coord.AccuracyM = max(lat.unit(), lon.unit()) * metresPerDegree
	if err := checkPair(d.coord.Point, c); err != nil {
		return draft{}, err
	}
	d.coord.AccuracyM = max(d.coord.AccuracyM, minAccuracyM)
	d.dms = asDMS(lat, lon)
	return d, nil
}

const (
	// metresPerDegree is the length of a degree of longitude on the equator of WGS-84, a·π/180; a degree of latitude is
	// between 110.6 and 111.7 km.
	metresPerDegree = 6378137 * 3.14159265358979323846 / 180
	// minAccuracyM stops digits without meaning from claiming more than a millimetre.
	minAccuracyM = 0.001
)

// assignAxes says which component is the latitude: the one labelled so, or the first.
func assignAxes(c [2]component) (lat, lon component, err error) {
	a, b := c[0].axis, c[1].axis
	switch {
	case a != 0 && a == b:
		return lat, lon, invalid("both numbers are the same kind of coordinate").
			WithHint("one latitude (N or S) and one longitude (E or W) are needed")
	case a == axisLon || b == axisLat:
		return c[1], c[0], nil
	}
	return c[0], c[1], nil
}

// coarser orders the notations of degrees: a pair written in two of them is named after the richer one.
func coarser(a, b Format) Format {
	order := map[Format]int{DD: 0, DDM: 1, DMS: 2}
	if order[a] > order[b] {
		return a
	}
	return b
}

func checkPair(p Point, c [2]component) error {
	if p.Valid() {
		return nil
	}
	swapped := Point{Lat: p.Lon, Lon: p.Lat}
	switch {
	case swapped.Valid() && c[0].axis == 0 && c[1].axis == 0:
		return invalid("the latitude is over 90 degrees").
			WithHint("latitude comes first: did you mean %s?", FormatDD(swapped, 5))
	case p.Lat >= -90 && p.Lat <= 90 && p.Lon > 180 && p.Lon < 360:
		return invalid("the longitude is over 180 degrees").
			WithHint("longitudes beyond 180 are written as west: did you mean %s?", FormatDD(Point{p.Lat, p.Lon - 360}, 5))
	}
	return outOfRange()
}

func countError() *truce.Error {
	return invalid("the numbers do not make a latitude and a longitude").
		WithHint(`give two numbers (36.2128, 37.1166), or degrees, minutes and seconds for each, with N or S and E or W`)
}
