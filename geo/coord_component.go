package geo

import (
	"math"
	"regexp"
	"strings"
)

// component is a latitude or a longitude as written: one to three numbers and what the words beside them say.
type component struct {
	parts []numeral
	axis  axis // 0 = not said
	hemi  byte // 0 = not said
}

// magnitude is the angle in degrees without its sign.
func (c component) magnitude() float64 {
	v, scale := 0.0, 1.0
	for _, p := range c.parts {
		v += p.value() / scale
		scale *= 60
	}
	return v
}

// signedDegrees takes the sign from the hemisphere where there is one: "-36.2 S" is 36.2 south.
func (c component) signedDegrees() float64 {
	v := c.magnitude()
	if v == 0 {
		return 0 // never minus zero
	}
	if c.hemi == 'S' || c.hemi == 'W' || c.hemi == 0 && c.parts[0].neg {
		return -v
	}
	return v
}

// unit is the value of one step of the last digit, in degrees.
func (c component) unit() float64 {
	last := c.parts[len(c.parts)-1]
	return math.Pow10(-len(last.frac)) / math.Pow(60, float64(len(c.parts)-1))
}

func (c component) format() Format {
	return [...]Format{DD, DDM, DMS}[len(c.parts)-1]
}

// mark joins what a word says to the component; it is false where the words contradict each other.
func (c *component) mark(m marker) bool {
	if c.axis != 0 && c.axis != m.axis || c.hemi != 0 && m.hemi != 0 && c.hemi != m.hemi {
		return false
	}
	c.axis = m.axis
	if m.hemi != 0 {
		c.hemi = m.hemi
	}
	return true
}

// newComponent reads the numbers and marks of one component.
func newComponent(toks []token, marks []marker) (component, error) {
	var c component
	for _, m := range marks {
		if !c.mark(m) {
			return c, invalid("the words beside one number contradict each other").
				WithHint("one of N, S, E or W for each number")
		}
	}
	if err := c.collect(toks); err != nil {
		return c, err
	}
	c.unpack()
	return c, c.check()
}

// collect takes the numbers and sees to it that each mark stands at its place.
func (c *component) collect(toks []token) error {
	for _, t := range toks {
		switch t.kind {
		case tokNum:
			c.parts = append(c.parts, t.num)
		case tokDeg, tokMin, tokSec:
			if !unitFits(t.kind, len(c.parts)) {
				return invalid("the marks for degrees, minutes and seconds are out of order").
					WithHint(`write them as 36°12'46"N`)
			}
		}
	}
	if len(c.parts) == 0 || len(c.parts) > 3 {
		return countError()
	}
	return nil
}

// unitFits allows a single prime after seconds, a usual slip of the keyboard.
func unitFits(k tokenKind, n int) bool {
	switch k {
	case tokDeg:
		return n == 1
	case tokMin:
		return n == 2 || n == 3
	}
	return n == 3
}

// unpack cuts the compact form of aviation, 361246N 0370700E or 3612N 03707E, into degrees, minutes and seconds (ICAO
// Doc 4444, appendix 3). It needs the hemisphere: without it such numbers may be anything.
func (c *component) unpack() {
	if len(c.parts) != 1 || c.hemi == 0 {
		return
	}
	n := c.parts[0]
	w := n.whole
	if len(w) == 5 || len(w) == 7 {
		if c.axis != axisLon {
			return
		}
	} else if len(w) != 4 && len(w) != 6 {
		return
	}
	c.parts = cutDigits(n, len(w)-2*((len(w)-2)/2))
}

// cutDigits takes deg digits for the degrees and two for each part after.
func cutDigits(n numeral, deg int) []numeral {
	w := n.whole
	cut := []numeral{{whole: w[:deg], neg: n.neg, signed: n.signed}}
	for i := deg; i < len(w); i += 2 {
		cut = append(cut, numeral{whole: w[i : i+2]})
	}
	cut[len(cut)-1].frac = n.frac
	return cut
}

// reISO6709 is the point string of ISO 6709:2022, annex H: latitude and longitude with their signs and fixed numbers of
// digits, a height that is not taken over, perhaps the reference system.
var reISO6709 = regexp.MustCompile(`(?i)^([+-]\d{1,6}(?:\.\d{0,24})?)([+-]\d{1,7}(?:\.\d{0,24})?)(?:[+-]\d{1,9}(?:\.\d{0,24})?)?\s*(?:crs)?\s*/?$`)

// parseISO6709 tells degrees, minutes and seconds by the number of digits: ±DD, ±DDMM, ±DDMMSS and ±DDD, ±DDDMM,
// ±DDDMMSS.
func parseISO6709(lat, lon string) (draft, error) {
	a, b := linkComponent(lat), linkComponent(lon)
	a.axis, b.axis = axisLat, axisLon
	if n := a.parts[0]; len(n.whole) == 4 || len(n.whole) == 6 {
		a.parts = cutDigits(n, 2)
	}
	if n := b.parts[0]; len(n.whole) == 5 || len(n.whole) == 7 {
		b.parts = cutDigits(n, 3)
	}
	for _, c := range []component{a, b} {
		if err := c.check(); err != nil {
			return draft{}, err
		}
	}
	return pairUp([2]component{a, b})
}

// check refuses parts over 60, decimals before the last part, signs and bare fractions inside ("36 .2128" is no 36°0.2128'),
// and a minus beside N or E.
func (c component) check() error {
	for i, p := range c.parts {
		switch {
		case i > 0 && (p.signed || p.whole == ""):
			return countError()
		case i > 0 && p.value() >= 60:
			return invalid("minutes or seconds are 60 or more").WithHint("minutes and seconds go from 0 to 59.99")
		case i < len(c.parts)-1 && strings.Trim(p.frac, "0") != "":
			return invalid("only the last part of a coordinate may have decimals").
				WithHint(`write 36.2128, or 36°12.77', or 36°12'46"`)
		}
	}
	if c.parts[0].neg && (c.hemi == 'N' || c.hemi == 'E') {
		return invalid("a minus stands beside N or E").WithHint("write either the sign or the letter")
	}
	return nil
}

// asDMS is where the pair would be if its decimals were minutes and seconds typed after a point: 35.5030 for 35°50'30".
// It is nil unless both numbers have exactly four decimals, or exactly two, and every pair of them is below 60.
func asDMS(lat, lon component) *Point {
	a, okA := lat.decimalsAsSixtieths()
	b, okB := lon.decimalsAsSixtieths()
	if !okA || !okB || len(lat.parts[0].frac) != len(lon.parts[0].frac) {
		return nil
	}
	p := Point{Lat: a, Lon: b}
	if !p.Valid() || p == (Point{Lat: lat.signedDegrees(), Lon: lon.signedDegrees()}) {
		return nil
	}
	return &p
}

func (c component) decimalsAsSixtieths() (float64, bool) {
	n := c.parts[0]
	if len(c.parts) != 1 || len(n.frac) != 2 && len(n.frac) != 4 {
		return 0, false
	}
	d := component{parts: []numeral{{whole: n.whole, neg: n.neg, signed: n.signed}}, axis: c.axis, hemi: c.hemi}
	for i := 0; i < len(n.frac); i += 2 {
		d.parts = append(d.parts, numeral{whole: n.frac[i : i+2]})
	}
	return d.signedDegrees(), d.check() == nil
}
