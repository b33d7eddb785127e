package geo

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// reMGRS is the shape of an MGRS text: zone (none near the poles), band, square, digits.
var reMGRS = regexp.MustCompile(`^(\d{1,2})?\s*([A-Z])\s*([A-Z]\s*[A-Z])[\s,]*(\d[\d\s,]*)?$`)

// cyrillicShapes are the Cyrillic letters that look like Latin ones, for grid squares typed on the wrong keyboard.
var cyrillicShapes = strings.NewReplacer("А", "A", "В", "B", "С", "C", "Е", "E", "Н", "H", "К", "K", "М", "M", "Р", "P",
	"Т", "T", "Х", "X", "У", "Y", "Ѕ", "S", "Ј", "J")

// mgrsText is an MGRS coordinate in its parts.
type mgrsText struct {
	zone   int
	band   string
	square string
	digits string // easting and northing, equally long
}

func (m mgrsText) String() string {
	if m.zone == 0 {
		return m.band + m.square + m.digits
	}
	return fmt.Sprintf("%02d%s%s%s", m.zone, m.band, m.square, m.digits)
}

// cellM is the side of the cell in metres: 100 km without digits, 1 m with ten.
func (m mgrsText) cellM() float64 { return math.Pow10(5 - len(m.digits)/2) }

// centre is the cell's centre written as MGRS: one digit more, a 5, on each axis.
func (m mgrsText) centre() mgrsText {
	half := len(m.digits) / 2
	m.digits = m.digits[:half] + "5" + m.digits[half:] + "5"
	return m
}

// parseMGRS reads an MGRS coordinate; mine is false where the text is not one.
func parseMGRS(grid string) (d draft, mine bool, err error) {
	f := reMGRS.FindStringSubmatch(cyrillicShapes.Replace(grid))
	if f == nil || f[1] == "" && !strings.Contains("ABYZ", f[2]) || reLabelled.MatchString(grid) {
		return d, false, nil
	}
	m, err := checkMGRS(f)
	if err != nil {
		return d, true, err
	}
	d, err = placeMGRS(m)
	return d, true, err
}

// reLabelled is a word that stands apart between two short numbers, as in "36 sud 37": it is a label beside degrees and
// no grid square, although 36SUD is one.
var reLabelled = regexp.MustCompile(`^\d{1,2} (?:LAT|LNG|LON|EST|OST|SUD|SUR)(?: \d{1,3}){0,2}$`)

func checkMGRS(f []string) (mgrsText, error) {
	m := mgrsText{band: f[2], square: strings.Join(strings.Fields(f[3]), "")}
	if f[1] != "" {
		m.zone, _ = strconv.Atoi(f[1]) // one or two digits
	}
	groups := strings.FieldsFunc(f[4], func(r rune) bool { return !isDigit(r) })
	m.digits = strings.Join(groups, "")
	switch {
	case strings.ContainsAny(m.band+m.square, "IO"):
		return m, invalid("MGRS never uses the letters I and O").WithHint("check for J, 1 or L in place of I, and Q, P, D or 0 in place of O")
	case f[1] != "" && (m.zone < 1 || m.zone > 60):
		return m, invalid("the MGRS zone is out of range").WithHint("zones go from 1 to 60")
	case m.zone != 0 && strings.Contains("ABYZ", m.band):
		return m, invalid("the MGRS band is not right").WithHint("with a zone number the band is a letter from C to X")
	case len(m.digits) > 10:
		return m, invalid("the MGRS coordinate has too many digits").WithHint("at most 5 for the easting and 5 for the northing")
	case len(m.digits)%2 != 0 || len(groups) == 2 && len(groups[0]) != len(groups[1]):
		return m, invalid("the MGRS coordinate has an odd number of digits, or two unequal halves").
			WithHint("easting and northing have the same number of digits: a digit is missing or too much")
	}
	return m, nil
}

func placeMGRS(m mgrsText) (draft, error) {
	p, err := mgrsToPoint(m.String())
	if err != nil {
		return draft{}, invalid("there is no such MGRS square").
			WithHint("the square %s does not exist in %s: check the letters", m.square, gridZone(m))
	}
	d := draft{signed: true}
	d.coord.Point, d.coord.Format = p, MGRS
	d.coord.AccuracyM = m.cellM() * math.Sqrt2
	if len(m.digits) < 10 {
		if c, err := mgrsToPoint(m.centre().String()); err == nil { // else the centre lies outside of the zone's band
			d.coord.Point, d.coord.AccuracyM = c, d.coord.AccuracyM/2
		}
	}
	if len(m.digits) <= 4 {
		d.others = append(d.others, truncatedMGRS(m))
	}
	return d, nil
}

func gridZone(m mgrsText) string {
	if m.zone == 0 {
		return m.band
	}
	return strconv.Itoa(m.zone) + m.band
}
