package geo

import (
	"math"
	"strings"
	"unicode/utf8"

	"truce"
)

// MaxCoordBytes is the longest text that ParseCoord looks at, in bytes. Map links are the longest notation.
const MaxCoordBytes = 4096

// Datum is the only datum of the register. A text that names another one is refused.
const Datum = "WGS84"

// Format is the notation a coordinate was written in. The codes are stable.
type Format string

// The notations.
const (
	DD     Format = "dd"     // decimal degrees
	DDM    Format = "ddm"    // degrees and decimal minutes
	DMS    Format = "dms"    // degrees, minutes and seconds
	UTM    Format = "utm"    // zone, easting and northing
	UPS    Format = "ups"    // the polar grid beside UTM
	MGRS   Format = "mgrs"   // Military Grid Reference System
	GeoURI Format = "geouri" // geo: URI, RFC 5870
	Link   Format = "link"   // a link copied from a web map
)

// Coord is a coordinate as it was understood, together with what was typed.
//
// Point is where it is. For MGRS with fewer than ten digits it is the centre of the cell, not the south-west corner that
// the text names, because the thing to be spared lies somewhere in the cell; with ten digits it is the corner of the
// 1 m cell. Slips are mistakes that the text may hold: they are proposals and Point is never changed by them.
type Coord struct {
	Point   Point  `json:"point"`
	Entered string `json:"entered"` // the text as it was given
	Format  Format `json:"format"`
	// AccuracyM is the precision that the notation implies, as a radius round Point in metres. It is one unit of the
	// last digit of the less precise component (2 decimals of a degree: 1,113 m; whole seconds: 31 m), since people
	// cut digits off as often as they round them; half the diagonal of the cell for MGRS; the stated uncertainty of a
	// geo: URI where that is larger. It says nothing about how well the place was measured.
	AccuracyM float64 `json:"accuracyM"`
	Datum     string  `json:"datum"` // always "WGS84"
	// Ambiguous is set where the text has a second sensible reading: ask before it is used. The other readings are
	// among the Slips.
	Ambiguous bool   `json:"ambiguous,omitempty"`
	Slips     []Slip `json:"slips,omitempty"`
}

// Expect is where a coordinate ought to be, such as an area of operation. The zero value expects nothing.
type Expect struct {
	Near    Point   // the middle of the area
	RadiusM float64 // metres; 0 or less = no expectation
}

// ParseCoord reads one coordinate in any notation: decimal degrees, degrees and minutes, degrees, minutes and seconds,
// UTM, UPS, MGRS, a geo: URI or a link of a web map, with hemisphere letters and words, digits and marks as they are
// written in English, French, Arabic, Russian and Ukrainian. A pair without labels is latitude first.
//
// Errors are *truce.Error: CodeTooLarge over MaxCoordBytes, otherwise CodeInvalid with a hint of what would be right.
// The values typed stand in the hint only, never in the message.
func ParseCoord(text string) (Coord, error) {
	return ParseCoordNear(text, Expect{})
}

// ParseCoordNear is ParseCoord with an expectation. Where the place typed lies outside of the expected area it adds a
// slip that says how far, and a proposal for each usual mistake that leads into the area (swapped, missing minus, DMS
// typed as decimal), the nearest first. Where the text is ambiguous and only its first reading lies inside the area,
// the area settles it.
func ParseCoordNear(text string, expect Expect) (Coord, error) {
	d, err := parseAny(text, expect)
	if err != nil {
		return Coord{}, err
	}
	c := d.coord
	c.Entered, c.Datum = text, Datum
	if !c.Point.Valid() {
		return Coord{}, outOfRange()
	}
	findSlips(&c, d, expect)
	return c, nil
}

// draft is a coordinate on its way: what was understood, and what the search for slips must know about the text.
type draft struct {
	coord  Coord
	others []Slip // other readings of the same text
	dms    *Point // where it would be if its decimals were minutes and seconds; nil = the digits do not fit
	signed bool   // a hemisphere was written: the sign is not likely to have been forgotten
}

// parseAny sends the text to the reader of its notation. The order matters: a notation with a distinct shape goes first.
func parseAny(text string, expect Expect) (draft, error) {
	clean, err := cleanCoord(text)
	if err != nil {
		return draft{}, err
	}
	switch {
	case isGeoURI(clean):
		return parseGeoURI(clean)
	case isLink(clean):
		return parseLink(clean)
	}
	folded := foldCoord(clean)
	if name := otherDatum(folded); name != "" {
		return draft{}, invalid("the coordinate is not in WGS-84").
			WithHint("convert it from %s to WGS-84 first; the difference can be hundreds of metres", name)
	}
	return parseFolded(folded, expect)
}

func parseFolded(folded string, expect Expect) (draft, error) {
	grid := gridText(folded)
	for _, read := range []func(string) (draft, bool, error){parseMGRS, parseUTM, parseUPS} {
		if d, mine, err := read(grid); mine {
			return d, err
		}
	}
	d, err := parseLatLon(folded)
	if err != nil {
		if better := gridComplaint(grid, expect); better != nil {
			return draft{}, better
		}
	}
	return d, err
}

// cleanCoord bounds the text and takes away what is invisible.
func cleanCoord(text string) (string, error) {
	if len(text) > MaxCoordBytes {
		return "", truce.E(truce.CodeTooLarge, "the text is too long for a coordinate").
			WithHint("at most %d bytes; paste one coordinate at a time", MaxCoordBytes)
	}
	if !utf8.ValidString(text) {
		return "", invalid("the text is not valid UTF-8").WithHint("save or copy it again as UTF-8")
	}
	clean := strings.TrimSpace(strings.Map(visible, text))
	if clean == "" {
		return "", invalid("no coordinate given").WithHint(hintForms)
	}
	return clean, nil
}

const hintForms = `write for example "36.2128, 37.1166", "36°12'46"N 37°07'00"E", "37SCA3065009240" or "37S 330650 4009240"`

func invalid(format string, args ...any) *truce.Error {
	return truce.E(truce.CodeInvalid, format, args...)
}

func outOfRange() *truce.Error {
	return invalid("the coordinate is out of range").
		WithHint("latitude is from -90 to 90 degrees, longitude from -180 to 180")
}

// wrapLon brings a longitude that left the range by rounding back into -180..180.
func wrapLon(lon float64) float64 {
	if math.Abs(lon) <= 180 {
		return lon
	}
	return math.Remainder(lon, 360)
}
