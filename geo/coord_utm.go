package geo

import (
	"regexp"
	"strconv"
	"strings"

	"truce"
)

// gridText prepares folded text for the readers of grids: upper case, without the words that only name the grid.
func gridText(folded string) string {
	s := reGridWords.ReplaceAllString(strings.ToUpper(folded), " ")
	return strings.Join(strings.Fields(s), " ")
}

var reGridWords = regexp.MustCompile(`\b(?:UTM|MGRS|USNG|ZONE|GRID|EASTING|NORTHING)\b|[:=()/]`)

const (
	reNumber = `((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\d+,\d{1,2})` // 329000  329,000.5  329000,5
	reLetter = `(NORTH|SOUTH|[A-Z]|С|Ю)`
	rePair   = `([EN]?)\s*` + reNumber + `\s*M?\s*([EN]?)[\s,;]+([EN]?)\s*` + reNumber + `\s*M?\s*([EN]?)`
)

var (
	reZoneFirst = regexp.MustCompile(`^(\d{1,2})\s*` + reLetter + `?[\s,;]+` + rePair + `$`)
	reZoneLast  = regexp.MustCompile(`^` + rePair + `[\s,;]+(\d{1,2})\s*` + reLetter + `?$`)
	reNoZone    = regexp.MustCompile(`^` + rePair + `$`)
	reUPS       = regexp.MustCompile(`^(UPS)?\s*(NORTH|SOUTH|[ABYZNS])[\s,;]+` + rePair + `$`)
)

// gridPair is an easting and a northing as written.
type gridPair struct {
	easting, northing float64
	unit              float64 // metres of the last digit
	big               bool    // large enough to be metres and not degrees
}

// newGridPair reads the six groups of rePair. Letters may put the northing first.
func newGridPair(f []string) gridPair {
	a, unitA := metresOf(f[1])
	b, unitB := metresOf(f[4])
	if f[0] == "N" || f[2] == "N" || f[3] == "E" || f[5] == "E" {
		a, b = b, a
	}
	return gridPair{easting: a, northing: b, unit: max(unitA, unitB), big: a >= 10000}
}

// metresOf reads a number of metres with commas in groups of three or one decimal comma; it also gives the value of the
// last digit.
func metresOf(s string) (v, unit float64) {
	if i := strings.LastIndexByte(s, ','); i >= 0 && len(s)-i != 4 && !strings.Contains(s, ".") {
		s = s[:i] + "." + s[i+1:]
	}
	n := numeral{whole: strings.ReplaceAll(s, ",", "")}
	if i := strings.IndexByte(n.whole, '.'); i >= 0 {
		n.whole, n.frac = n.whole[:i], n.whole[i+1:]
	}
	if len(n.whole) > maxDigits || len(n.frac) > maxDigits {
		return -1, 1 // out of every range
	}
	return n.value(), component{parts: []numeral{n}}.unit()
}

// parseUTM reads zone, letter, easting and northing in either order; mine is false where the text is not UTM.
func parseUTM(grid string) (d draft, mine bool, err error) {
	var zone, letter string
	var pair gridPair
	if f := reZoneFirst.FindStringSubmatch(grid); f != nil {
		zone, letter, pair = f[1], f[2], newGridPair(f[3:9])
	} else if f := reZoneLast.FindStringSubmatch(grid); f != nil {
		zone, letter, pair = f[7], f[8], newGridPair(f[1:7])
	}
	if !pair.big {
		return d, false, nil
	}
	if err := pair.checkUTM(); err != nil {
		return d, true, err
	}
	n, _ := strconv.Atoi(zone) // one or two digits
	if n < 1 || n > 60 {
		return d, true, invalid("the UTM zone is out of range").WithHint("zones go from 1 to 60")
	}
	d, err = utmByLetter(gridCoord{Zone: n, Easting: pair.easting, Northing: pair.northing}, letter)
	d.coord.AccuracyM = max(pair.unit, minAccuracyM)
	return d, true, err
}

// checkUTM holds the bounds of NGA.SIG.0012: easting 100 to 900 km, northing 0 to 10,000 km.
func (g gridPair) checkUTM() error {
	switch {
	case g.easting >= 100000 && g.easting <= 900000 && g.northing >= 0 && g.northing <= 10000000:
		return nil
	case g.northing >= 100000 && g.northing <= 900000 && g.easting > 900000:
		return invalid("the UTM easting is out of range").WithHint("the easting, of six digits, comes before the northing: exchange them")
	}
	return invalid("the UTM easting or northing is out of range").
		WithHint("the easting is from 100000 to 900000 metres, the northing from 0 to 10000000")
}

// utmByLetter reads the letter after the zone: a latitude band, or for N and S possibly the hemisphere.
func utmByLetter(g gridCoord, letter string) (draft, error) {
	switch letter {
	case "":
		return draft{}, invalid("the letter after the UTM zone is missing").
			WithHint("write the band, as in 37S, or north or south")
	case "NORTH", "N", "С": // band N begins at the equator: it never differs from the northern hemisphere
		return utmDraft(g, true)
	case "SOUTH", "Ю":
		return utmDraft(g, false)
	case "S":
		return bandOrSouth(g)
	}
	i := strings.Index(bandLetters, letter)
	if i < 0 {
		return draft{}, invalid("the letter after the UTM zone is not a band").
			WithHint("bands are letters from C to X without I and O; near the poles write UPS")
	}
	d, err := utmDraft(g, letter >= "N")
	if err == nil && !inBand(d.coord.Point.Lat, letter) {
		err = invalid("the UTM band does not fit the northing").
			WithHint("with this northing the band would be %s", bandOf(d.coord.Point.Lat))
	}
	return d, err
}

// bandOrSouth reads S: as the band from 32 to 40 degrees north where the northing fits it, else as the southern
// hemisphere. Where it fits, the southern reading is kept as a proposal.
func bandOrSouth(g gridCoord) (draft, error) {
	d, err := utmDraft(g, true)
	if err != nil || !inBand(d.coord.Point.Lat, "S") {
		return utmDraft(g, false)
	}
	if s, err := utmDraft(g, false); err == nil {
		d.coord.Ambiguous = true
		d.others = append(d.others, bandOrHemisphere(s.coord.Point))
	}
	return d, nil
}

func utmDraft(g gridCoord, north bool) (draft, error) {
	g.North = north
	p, err := utmToPoint(g)
	if err != nil {
		return draft{}, invalid("there is no such place on the UTM grid").
			WithHint("UTM covers latitudes from 80 south to 84 north; near the poles write UPS")
	}
	d := draft{signed: true}
	d.coord.Point, d.coord.Format = p, UTM
	return d, nil
}

// bandLetters are the latitude bands from 80 south in steps of 8 degrees; X is 12 degrees high.
const bandLetters = "CDEFGHJKLMNPQRSTUVWX"

func bandOf(lat float64) string {
	i := min(max(int((lat+80)/8), 0), len(bandLetters)-1)
	return bandLetters[i : i+1]
}

// inBand allows 0.01 degrees, 1.1 km, at the edges: rounding must not make a coordinate wrong.
func inBand(lat float64, letter string) bool {
	const edge = 0.01
	return bandOf(lat-edge) == letter || bandOf(lat+edge) == letter || bandOf(lat) == letter
}

// parseUPS reads the polar grid: hemisphere or band letter, easting and northing.
func parseUPS(grid string) (d draft, mine bool, err error) {
	f := reUPS.FindStringSubmatch(grid)
	if f == nil {
		return d, false, nil
	}
	pair := newGridPair(f[3:9])
	lettered := f[3]+f[5]+f[6]+f[8] != ""
	if f[1] == "" && (pair.easting < 700000 || pair.northing < 700000 || lettered && strings.Contains("NS", f[2])) {
		return d, false, nil // degrees, such as N 361246 E 0370700
	}
	d, err = placeUPS(pair, f[2])
	d.coord.AccuracyM = max(pair.unit, minAccuracyM)
	return d, true, err
}

func placeUPS(pair gridPair, letter string) (draft, error) {
	const edge = 1 // metre
	eastSide := pair.easting >= 2000000-edge
	westSide := pair.easting <= 2000000+edge
	if strings.Contains("AY", letter) && !westSide || strings.Contains("BZ", letter) && !eastSide {
		return draft{}, invalid("the UPS letter does not fit the easting").
			WithHint("A and Y lie west of easting 2000000, B and Z east of it")
	}
	g := gridCoord{North: strings.Contains("NORTHYZ", letter) && letter != "S", Easting: pair.easting, Northing: pair.northing}
	p, err := Point{}, error(nil)
	if g.Easting < 0 || g.Northing < 0 || g.Easting > 4000000 || g.Northing > 4000000 {
		err = outOfRange()
	} else {
		p, err = upsToPoint(g)
	}
	if err != nil {
		return draft{}, invalid("there is no such place on the UPS grid").
			WithHint("UPS covers the poles beyond 84 north and 80 south; easting and northing are near 2000000")
	}
	d := draft{signed: true}
	d.coord.Point, d.coord.Format = p, UPS
	return d, nil
}

// gridComplaint explains text that is no coordinate but looks like a grid without its zone. It is nil where it does not.
func gridComplaint(grid string, expect Expect) error {
	if reSquareOnly.MatchString(cyrillicShapes.Replace(grid)) {
		return invalid("the MGRS grid zone is missing").WithHint("write the zone and band first, as in 37S CA 30650 09240")
	}
	f := reNoZone.FindStringSubmatch(grid)
	if f == nil {
		return nil
	}
	if pair := newGridPair(f[1:7]); pair.big && pair.checkUTM() == nil {
		return zoneMissing(pair, expect)
	}
	return nil
}

var reSquareOnly = regexp.MustCompile(`^[C-X]?\s?[A-HJ-NP-Z]\s?[A-HJ-NP-V]\s*(?:\d{4}|\d{6}|\d{8}|\d{10}|\d{2,5}\s\d{2,5})$`)

// zoneMissing proposes the zone of the expected area where there is one.
func zoneMissing(pair gridPair, expect Expect) *truce.Error {
	err := invalid("the UTM zone is missing")
	if expect.RadiusM > 0 && expect.Near.Valid() && utmCovers(expect.Near) {
		if g, e := pointToUTM(expect.Near); e == nil {
			return err.WithHint("in your area of operation it would be %d%s %.0f %.0f", g.Zone, bandOf(expect.Near.Lat), pair.easting, pair.northing)
		}
	}
	return err.WithHint("write the zone and band first, as in 37S 330650 4009240")
}
