package told

import (
	"math"

	"truce/geo"
)

// Comparison is a coordinate that a recipient read back, held against what is
// registered.
type Comparison struct {
	Entered    string  `json:"entered"`        // as read back
	DistanceM  float64 `json:"distanceM"`      // metres to the nearest point of the registered shape, to the millimetre; 0 = inside or touching
	ToleranceM float64 `json:"toleranceM"`     // metres
	Matches    bool    `json:"matches"`        // within the tolerance
	Slip       string  `json:"slip,omitempty"` // the usual mistake that it looks like, see geo.SlipCode
}

// leastTolerance is what the fifth decimal of a degree is worth, in metres
// (domain.md 3.3: interchange is with five decimals).
const leastTolerance = 1.2

// mostTolerance is how coarse a notation may be, in metres: three decimals of a
// degree. What is stored more coarsely than that is another place, however near it
// happens to lie.
const mostTolerance = 120

// slipReach is how far from the registered place a usual mistake must lead back to
// be told, in metres beyond the extent of the shape.
const slipReach = 2000

// Compare holds a coordinate, in any notation, against a registered shape. It
// matches when it lies no farther from the shape than its notation can tell (a
// grid square, a number of decimals), and that is not coarser than mostTolerance. Errors are those of geo.ParseCoord.
func Compare(entered string, registered geo.Shape) (*Comparison, error) {
	near := geo.Expect{Near: registered.Centre(), RadiusM: registered.ExtentM() + slipReach}
	c, err := geo.ParseCoordNear(entered, near)
	if err != nil {
		return nil, err
	}
	d, err := geo.DistanceToShape(geo.PointShape(c.Point, 0), registered)
	if err != nil {
		return nil, err
	}
	tolerance := math.Min(mostTolerance, math.Max(leastTolerance, c.AccuracyM))
	out := &Comparison{Entered: entered, DistanceM: math.Floor(d*1000) / 1000, ToleranceM: math.Ceil(tolerance*10) / 10, Matches: d <= tolerance && c.AccuracyM <= mostTolerance}
	if out.Matches {
		return out, nil
	}
	if c.AccuracyM > mostTolerance {
		out.Slip = string(geo.SlipCoarse)
	}
	for _, s := range c.Slips {
		if s.Proposed != nil && out.Slip == "" {
			out.Slip = string(s.Code)
			break
		}
	}
	return out, nil
}
