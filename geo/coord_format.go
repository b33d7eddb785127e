package geo

import (
	"fmt"
	"math"
	"strconv"

	"truce"
)

// Notation is a coordinate written in one format.
type Notation struct {
	Format Format `json:"format"`
	Text   string `json:"text"`
}

// Notations writes p in every notation that covers it: dd, ddm, dms, utm (latitude -80 to 84) or else ups, mgrs and
// geouri, each to a metre or better. It is empty where p is not valid.
func Notations(p Point) []Notation {
	if !p.Valid() {
		return nil
	}
	list := []Notation{{DD, FormatDD(p, 6)}, {DDM, FormatDDM(p, 4)}, {DMS, FormatDMS(p, 2)}}
	grids := []struct {
		format Format
		write  func(Point) (string, error)
	}{
		{UTM, FormatUTM}, {UPS, FormatUPS},
		{MGRS, func(p Point) (string, error) { return FormatMGRS(p, 10) }},
	}
	for _, g := range grids {
		if (g.format == UTM || g.format == UPS) && (g.format == UTM) != utmCovers(p) {
			continue
		}
		if text, err := g.write(p); err == nil {
			list = append(list, Notation{g.format, text})
		}
	}
	return append(list, Notation{GeoURI, FormatGeoURI(p, 0)})
}

// FormatDD writes decimal degrees with 0 to 9 decimals, latitude first: "36.21280, 37.11660". It is empty where p is not
// valid, as are FormatDDM, FormatDMS and FormatGeoURI.
func FormatDD(p Point, decimals int) string {
	if !p.Valid() {
		return ""
	}
	d := bound(decimals, 9)
	return decimalText(p.Lat, d) + ", " + decimalText(p.Lon, d)
}

// decimalText never writes a minus before zero.
func decimalText(v float64, decimals int) string {
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if back, err := strconv.ParseFloat(s, 64); err == nil && back == 0 {
		return strconv.FormatFloat(0, 'f', decimals, 64)
	}
	return s
}

func bound(decimals, most int) int { return min(max(decimals, 0), most) }

// FormatDDM writes degrees and minutes with 0 to 6 decimals: 36°12.7680'N 37°06.9960'E. It rounds the whole before it
// cuts it up, so that minutes never read 60.
func FormatDDM(p Point, decimals int) string {
	return sexagesimal(p, bound(decimals, 6), false)
}

// FormatDMS writes degrees, minutes and seconds with 0 to 6 decimals: 36°12'46.08"N 37°06'59.76"E. It rounds the whole
// before it cuts it up, so that minutes and seconds never read 60.
func FormatDMS(p Point, decimals int) string {
	return sexagesimal(p, bound(decimals, 6), true)
}

func sexagesimal(p Point, decimals int, seconds bool) string {
	if !p.Valid() {
		return ""
	}
	return angleText(p.Lat, decimals, seconds, "N", "S") + " " + angleText(p.Lon, decimals, seconds, "E", "W")
}

// angleText works in whole steps of the last digit: at most 180·3600·10⁶ of them, which a float64 holds exactly.
func angleText(v float64, decimals int, seconds bool, plus, minus string) string {
	step := int64(math.Pow10(decimals))
	parts := int64(60)
	if seconds {
		parts = 3600
	}
	total := int64(math.Round(math.Abs(v) * float64(parts) * float64(step)))
	letter := plus
	if v < 0 && total > 0 {
		letter = minus
	}
	rest := total % (60 * step) // the last part, in steps
	last := fmt.Sprintf("%02d", rest/step)
	if decimals > 0 {
		last += fmt.Sprintf(".%0*d", decimals, rest%step)
	}
	whole := total / (60 * step)
	if !seconds {
		return fmt.Sprintf("%d°%s'%s", whole, last, letter)
	}
	return fmt.Sprintf("%d°%02d'%s\"%s", whole/60, whole%60, last, letter)
}

// utmCovers reports whether the UTM grid is in use at p: from 80 south to 84 north.
func utmCovers(p Point) bool { return p.Lat >= -80 && p.Lat <= 84 }

// FormatUTM writes zone, latitude band, easting and northing in whole metres: "37S 330650 4009240". The letter is the
// band of MGRS, as receivers show it, never the hemisphere. The error is CodeInvalid outside of latitudes -80 to 84.
func FormatUTM(p Point) (string, error) {
	if !p.Valid() || !utmCovers(p) {
		return "", noGrid("UTM")
	}
	g, err := pointToUTM(p)
	if err != nil {
		return "", truce.Wrap(truce.CodeInvalid, err, "no UTM coordinate for this place")
	}
	return fmt.Sprintf("%d%s %.0f %.0f", g.Zone, bandFor(p.Lat, g.North), g.Easting, g.Northing), nil
}

// bandFor is the band of a latitude, on the side of the equator that the grid coordinate is on: coordconv takes the last
// millimetres south of the equator for the equator.
func bandFor(lat float64, north bool) string {
	if north {
		lat = math.Max(lat, 0)
	}
	return bandOf(lat)
}

// FormatUPS writes the polar grid in whole metres: "UPS N 2000000 1890000". The letter is the hemisphere. The error is
// CodeInvalid between 79.5 south and 83.5 north, where UPS does not reach.
func FormatUPS(p Point) (string, error) {
	if !p.Valid() || p.Lat > -79.5 && p.Lat < 83.5 {
		return "", noGrid("UPS")
	}
	g, err := pointToUPS(p)
	if err != nil {
		return "", truce.Wrap(truce.CodeInvalid, err, "no UPS coordinate for this place")
	}
	letter := "S"
	if g.North {
		letter = "N"
	}
	return fmt.Sprintf("UPS %s %.0f %.0f", letter, g.Easting, g.Northing), nil
}

// FormatMGRS writes the MGRS cell that holds p, with 0, 2, 4, 6, 8 or 10 digits (a cell of 100 km to 1 m), without
// spaces: "37SCA3065009240". Digits are cut off, never rounded. The error is CodeInvalid for another number of digits.
func FormatMGRS(p Point, digits int) (string, error) {
	if digits < 0 || digits > 10 || digits%2 != 0 {
		return "", invalid("MGRS has an even number of digits from 0 to 10")
	}
	if !p.Valid() {
		return "", outOfRange()
	}
	s, err := pointToMGRS(p, digits/2)
	if err != nil {
		return "", truce.Wrap(truce.CodeInvalid, err, "no MGRS coordinate for this place")
	}
	return s, nil
}

// FormatGeoURI writes a geo: URI (RFC 5870) with 6 decimals, and the uncertainty in metres where it is above zero.
func FormatGeoURI(p Point, uncertaintyM float64) string {
	if !p.Valid() {
		return ""
	}
	s := "geo:" + decimalText(p.Lat, 6) + "," + decimalText(p.Lon, 6)
	if uncertaintyM > 0 && !math.IsInf(uncertaintyM, 1) {
		s += ";u=" + strconv.FormatFloat(uncertaintyM, 'f', -1, 64)
	}
	return s
}

func noGrid(name string) *truce.Error {
	return invalid("%s does not cover this place", name).WithHint("UTM goes from 80 south to 84 north, UPS beyond")
}
