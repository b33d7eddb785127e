package geo

import "math"

// FarApartM is where two statements of one place, in metres, cannot both be
// meant.
const FarApartM = 1000

// Comparison is how far apart two statements of one place are.
type Comparison struct {
	ApartM float64 // metres between them
	OpenM  float64 // metres that the coarser of them leaves open
}

// Agrees reports whether the coarser statement leaves room for the other. A cell
// on the diagonal of the last digit is 1.5 of its sides away; a metre is left
// for rounding.
func (c Comparison) Agrees() bool { return c.ApartM <= 1.5*c.OpenM+1 }

// Contradicts reports whether the two cannot both be meant.
func (c Comparison) Contradicts() bool { return !c.Agrees() && c.ApartM > FarApartM }

// CompareCoord holds a coordinate in any notation, as it was typed, against a
// shape. A text with several readings is compared in the one that lies nearest.
// An outline or line leaves FarApartM/2 open: the coordinate may be that of its
// gate. The error is that of ParseCoord, or of DistanceToShape.
func CompareCoord(text string, s Shape) (Comparison, error) {
	c, err := ParseCoord(text)
	if err != nil {
		return Comparison{}, err
	}
	readings := []Point{c.Point}
	for _, slip := range c.Slips {
		if slip.Proposed != nil && (slip.Code == SlipReading || slip.Code == SlipBand) {
			readings = append(readings, *slip.Proposed)
		}
	}
	best := Comparison{ApartM: math.Inf(1), OpenM: math.Max(c.AccuracyM, s.AccuracyM)}
	if s.Type != TypePoint {
		best.OpenM = math.Max(best.OpenM, FarApartM/2)
	}
	for _, p := range readings {
		apart, err := pointApart(p, s)
		if err != nil {
			return Comparison{}, err
		}
		best.ApartM = math.Min(best.ApartM, apart)
	}
	return best, nil
}

// pointApart is the distance to the point that was stated, not to the circle of
// its accuracy: that counts as room.
func pointApart(p Point, s Shape) (float64, error) {
	if s.Type == TypePoint && len(s.Points) == 1 {
		return Distance(p, s.Points[0]), nil
	}
	return DistanceToShape(PointShape(p, 0), s)
}
