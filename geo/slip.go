package geo

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// SlipCode names a usual mistake. The codes are stable; translations hang on them.
type SlipCode string

// The slips.
const (
	SlipNullIsland   SlipCode = "null_island"        // exactly 0,0
	SlipCoarse       SlipCode = "coarse"             // the digits place it no better than a kilometre
	SlipTruncated    SlipCode = "mgrs_truncated"     // an MGRS cell of 1 km or more
	SlipDMSAsDecimal SlipCode = "dms_as_decimal"     // 35.5030 typed for 35°50'30"
	SlipSwapped      SlipCode = "swapped"            // latitude and longitude exchanged
	SlipMissingMinus SlipCode = "missing_minus"      // the hemisphere is the other one
	SlipFar          SlipCode = "far"                // outside of the expected area
	SlipReading      SlipCode = "ambiguous"          // the text has another reading
	SlipBand         SlipCode = "band_or_hemisphere" // UTM letter S: band, or southern hemisphere
	SlipMapCentre    SlipCode = "map_centre"         // the middle of a map, not a marked place
)

// Slip is a mistake that a coordinate may hold. It is a question to the person who typed it; nothing is changed by it.
type Slip struct {
	Code     SlipCode `json:"code"`
	Message  string   `json:"message"`            // what is odd: lower case, no full stop
	Hint     string   `json:"hint,omitempty"`     // what to do
	Proposed *Point   `json:"proposed,omitempty"` // what may have been meant
	Text     string   `json:"text,omitempty"`     // Proposed in decimal degrees, 5 decimals
	// DistanceM is how far off: for SlipFar from the typed place to the middle of the expected area, for a proposal
	// from the typed place to it, in metres (on a sphere: good to 0.5 %).
	DistanceM float64 `json:"distanceM,omitempty"`
}

func (s Slip) propose(p Point) Slip {
	s.Proposed, s.Text = &p, FormatDD(p, 5)
	return s
}

// findSlips adds every slip of the text to c, and settles an ambiguity by the expected area where that can be done.
func findSlips(c *Coord, d draft, e Expect) {
	p := c.Point
	if p.IsNull() {
		c.Slips = append(c.Slips, Slip{Code: SlipNullIsland, Message: "latitude 0, longitude 0 is usually a missing value",
			Hint: "check that both numbers were filled in"})
	}
	c.Slips = append(c.Slips, d.others...)
	if c.AccuracyM >= 1000 && c.Format != MGRS {
		c.Slips = append(c.Slips, Slip{Code: SlipCoarse, Message: "the place is given only to within " + distanceText(c.AccuracyM),
			Hint: "give more digits: five decimals of a degree are a metre"})
	}
	if e.RadiusM > 0 && e.Near.Valid() {
		c.Slips = append(c.Slips, againstExpect(c, d, e)...)
		c.settle(e)
	} else if d.dms != nil {
		c.Slips = append(c.Slips, dmsSlip(*d.dms))
	}
	for i, s := range c.Slips {
		if s.Proposed != nil {
			c.Slips[i].DistanceM = math.Round(metresApart(p, *s.Proposed))
		}
	}
}

// settle clears Ambiguous where the reading taken lies in the area and no other one does.
func (c *Coord) settle(e Expect) {
	if !c.Ambiguous || !e.holds(c.Point) {
		return
	}
	c.Ambiguous = slices.ContainsFunc(c.Slips, func(s Slip) bool {
		return (s.Code == SlipReading || s.Code == SlipBand) && s.Proposed != nil && e.holds(*s.Proposed)
	})
}

func (e Expect) holds(p Point) bool { return metresApart(p, e.Near) <= e.RadiusM }

// againstExpect says of a place outside of the area how far off it is, and proposes each usual mistake that would put
// it there, the nearest to the middle first. In the area only minutes and seconds typed as decimals are left to tell of,
// where that reading lies in the area too: the two are up to half a degree apart, and the area does not decide.
func againstExpect(c *Coord, d draft, e Expect) []Slip {
	if e.holds(c.Point) {
		if d.dms != nil && e.holds(*d.dms) {
			return []Slip{dmsSlip(*d.dms)}
		}
		return nil
	}
	far := metresApart(c.Point, e.Near)
	out := []Slip{{Code: SlipFar, Message: "this is " + distanceText(far) + " from your area of operation",
		Hint: "check the digits, the order and the hemispheres", DistanceM: math.Round(far)}}
	var fits []Slip
	for _, s := range usualMistakes(c, d) {
		if e.holds(*s.Proposed) {
			fits = append(fits, s)
		}
	}
	slices.SortStableFunc(fits, func(a, b Slip) int {
		return int(math.Round(metresApart(*a.Proposed, e.Near) - metresApart(*b.Proposed, e.Near)))
	})
	return append(out, fits...)
}

// usualMistakes lists what could have been meant. A grid coordinate cannot be swapped or miss a minus.
func usualMistakes(c *Coord, d draft) []Slip {
	var out []Slip
	if d.dms != nil {
		out = append(out, dmsSlip(*d.dms))
	}
	if c.Format == UTM || c.Format == UPS || c.Format == MGRS {
		return out
	}
	p := c.Point
	swapped := Point{Lat: p.Lon, Lon: p.Lat}
	for _, m := range []struct {
		code    SlipCode
		message string
		at      Point
	}{
		{SlipSwapped, "latitude and longitude may be exchanged", swapped},
		{SlipMissingMinus, "the latitude may lie in the other hemisphere", Point{-p.Lat, p.Lon}},
		{SlipMissingMinus, "the longitude may lie in the other hemisphere", Point{p.Lat, -p.Lon}},
		{SlipMissingMinus, "both hemispheres may be the other one", Point{-p.Lat, -p.Lon}},
		{SlipSwapped, "latitude and longitude may be exchanged, and a minus be missing", Point{-swapped.Lat, swapped.Lon}},
		{SlipSwapped, "latitude and longitude may be exchanged, and a minus be missing", Point{swapped.Lat, -swapped.Lon}},
	} {
		if m.at.Valid() && m.at != p {
			out = append(out, Slip{Code: m.code, Message: m.message, Hint: "compare it with the source"}.propose(m.at))
		}
	}
	return out
}

func dmsSlip(p Point) Slip {
	return Slip{Code: SlipDMSAsDecimal, Message: "the decimals may be minutes and seconds",
		Hint: "35.5030 is sometimes typed for 35°50'30\": check the source"}.propose(p)
}

func otherReading(p Point) Slip {
	return Slip{Code: SlipReading, Message: "the text can be read in another way",
		Hint: "write decimals with a point and hemispheres with letters"}.propose(p)
}

func bandOrHemisphere(p Point) Slip {
	return Slip{Code: SlipBand, Message: "the letter S was read as the latitude band from 32 to 40 north; it may mean the southern hemisphere",
		Hint: "write north or south in full"}.propose(p)
}

func mapCentre() Slip {
	return Slip{Code: SlipMapCentre, Message: "the link holds the middle of a map, not a marked place",
		Hint: "put a pin on the object and copy its coordinates"}
}

func truncatedMGRS(m mgrsText) Slip {
	return Slip{Code: SlipTruncated, Message: "the MGRS coordinate names a cell of " + distanceText(m.cellM()) + "; its centre is taken",
		Hint: "give ten digits for one metre, eight for ten"}
}

// distanceText writes metres for people: "31 m", "1.1 km", "130 km", "1 900 km".
func distanceText(m float64) string {
	switch km := m / 1000; {
	case m < 1000:
		return fmt.Sprintf("%.0f m", m)
	case km < 10:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", km), ".0") + " km"
	case km < 1000:
		return fmt.Sprintf("%.0f km", km)
	default:
		n := int(math.Round(km/100)) * 100
		return fmt.Sprintf("%d %03d km", n/1000, n%1000)
	}
}

// metresApart is the great-circle distance on a sphere of the mean radius 6,371,008.8 m (IUGG), by the haversine
// formula; it differs from the ellipsoid by at most 0.6 %. It ranks proposals; checks use Distance.
func metresApart(a, b Point) float64 {
	const radius, rad = 6371008.8, math.Pi / 180
	sLat := math.Sin((b.Lat - a.Lat) * rad / 2)
	sLon := math.Sin((b.Lon - a.Lon) * rad / 2)
	h := sLat*sLat + math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*sLon*sLon
	return 2 * radius * math.Asin(math.Sqrt(min(1, h)))
}
