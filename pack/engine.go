package pack

import (
	"math"

	"truce/geo"
)

// hit is a part that comes near the place asked about.
type hit struct {
	zone      uint32  // number of the part
	distanceM float64 // metres; 0 = it touches
}

// engine finds the parts that come within radiusM metres of a place, whenever they apply, in order.
type engine interface {
	near(place geo.Shape, radiusM float64, buf []hit) ([]hit, error)
}

// plain compares the place with one part after the other.
type plain []*geo.Prepared

// toleranceM is what is added to the radius, metres, so that a tie counts however it is rounded.
const toleranceM = 1e-5

func (t *tables) plain() (plain, error) {
	out := make(plain, len(t.parts)-1)
	for i := range out {
		var err error
		if out[i], err = geo.Prepare(t.shape(i)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (all plain) near(place geo.Shape, radiusM float64, buf []hit) ([]hit, error) {
	region, err := geo.Prepare(place)
	if err != nil {
		return nil, err
	}
	for i, p := range all {
		if d, ok := p.Within(region, radiusM+toleranceM); ok {
			buf = append(buf, hit{uint32(i), math.Max(0, d)})
		}
	}
	return buf, nil
}
