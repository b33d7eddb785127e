package geo

import (
	"regexp"
	"strconv"
	"strings"

	"truce"
)

func isGeoURI(s string) bool { return len(s) > 4 && strings.EqualFold(s[:4], "geo:") }

const reSigned = `([+-]?\d{1,3}(?:\.\d{0,24})?)`

// reGeoPath is the path of a geo: URI: latitude, longitude, perhaps a height.
var reGeoPath = regexp.MustCompile(`^` + reSigned + `,` + reSigned + `(?:,[+-]?\d{1,9}(?:\.\d{0,24})?)?$`)

// parseGeoURI reads RFC 5870: geo:lat,lon[,height][;crs=wgs84][;u=metres]. It also reads the form of Android,
// geo:0,0?q=lat,lon(label). The height is not taken over. At a pole the longitude says nothing (RFC 5870, 3.4.2).
func parseGeoURI(s string) (draft, error) {
	rest, query, _ := strings.Cut(s[4:], "?")
	path, params, _ := strings.Cut(rest, ";")
	d, err := decimalPair(reGeoPath, strings.ReplaceAll(path, " ", ""), false)
	if err != nil {
		return d, err
	}
	if q := queryValue(query, "q"); q != "" {
		if d, err = queryPair(q, false); err != nil {
			return d, err
		}
	}
	d.coord.Format, d.dms = GeoURI, nil
	if d.coord.Point.Lat == 90 || d.coord.Point.Lat == -90 {
		d.coord.Point.Lon = 0
	}
	return d, d.geoParams(params)
}

// geoParams reads the parameters; unknown ones are allowed by the RFC and say nothing here.
func (d *draft) geoParams(params string) error {
	for p := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(p, "=")
		switch strings.ToLower(name) {
		case "crs":
			if !strings.EqualFold(value, "wgs84") {
				return invalid("the geo: URI is not in WGS-84").WithHint("only crs=wgs84 is understood: convert it first")
			}
		case "u":
			u, err := strconv.ParseFloat(value, 64)
			if err != nil || !(u >= 0 && u <= 20037509) { // half the equator
				return invalid("the uncertainty of the geo: URI is not a number of metres").WithHint("write it as ;u=25")
			}
			d.coord.AccuracyM = max(d.coord.AccuracyM, u)
		}
	}
	return nil
}

// decimalPair reads two decimal numbers by a pattern, latitude first unless lonFirst.
func decimalPair(re *regexp.Regexp, s string, lonFirst bool) (draft, error) {
	f := re.FindStringSubmatch(s)
	if f == nil {
		return draft{}, noPair()
	}
	a, b := linkComponent(f[1]), linkComponent(f[2])
	a.axis, b.axis = axisLat, axisLon
	if lonFirst {
		a.axis, b.axis = axisLon, axisLat
	}
	return pairUp([2]component{a, b})
}

// linkComponent makes a component of a plain decimal number.
func linkComponent(s string) component {
	n := numeral{neg: strings.HasPrefix(s, "-")}
	n.whole, n.frac, _ = strings.Cut(strings.TrimLeft(s, "+-"), ".")
	return component{parts: []numeral{n}}
}

func noPair() *truce.Error {
	return invalid("no latitude and longitude in the link").
		WithHint("open the place in the map, copy its coordinates and paste those")
}
