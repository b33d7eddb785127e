package worlds

import (
	"math"
	"math/rand/v2"

	"truce/geo"
)

// Period is a stretch of time in Unix milliseconds UTC, [From, Until).
type Period struct{ From, Until int64 }

// Zone is a shape and when it applies: periods sorted and disjoint, nil is always.
type Zone struct {
	Shape   geo.Shape
	Periods []Period
}

// World is a set of zones in a few places.
type World struct {
	Seed   uint64
	Zones  []Zone
	places []geo.Point
	lo, hi float64 // sizes of zones, metres
	round  bool    // coordinates have seven decimals
}

// scales are the sizes of zones of a world, metres.
var scales = [][2]float64{{0.01, 10}, {1, 1000}, {50, 2000}, {50, 20_000}, {1000, 500_000}, {100_000, 4_000_000}, {0.01, 4_000_000}}

// New makes the world of a seed.
func New(seed uint64) *World {
	r := rand.New(rand.NewPCG(seed, 0x7275))
	w := &World{Seed: seed, round: r.IntN(2) == 0}
	scale := scales[r.IntN(len(scales))]
	w.lo, w.hi = scale[0], scale[1]
	for range 1 + r.IntN(4) {
		w.places = append(w.places, awkward(r))
	}
	spread := logUniform(r, 2, 30)
	n := int(logUniform(r, 1, 400))
	if w.hi > 1e6 {
		n = 1 + n/10 // continents on continents are costly for the referee
	}
	for len(w.Zones) < n {
		size := logUniform(r, w.lo, w.hi)
		centre := w.near(r, size*spread)
		if s := w.shape(r, centre, size); usable(s) {
			w.Zones = append(w.Zones, Zone{Shape: s, Periods: periods(r)})
		}
	}
	return w
}

// near is a place about one of the world's, within some metres.
func (w *World) near(r *rand.Rand, metres float64) geo.Point {
	p := w.places[r.IntN(len(w.places))]
	if r.IntN(8) == 0 {
		return p
	}
	return w.at(beside(p, math.Min(metres*math.Sqrt(r.Float64()), 15_000_000), 360*r.Float64()))
}

// at is p as the world writes it.
func (w *World) at(p geo.Point) geo.Point {
	if !w.round {
		return p
	}
	return geo.Point{Lat: math.Round(p.Lat*1e7) / 1e7, Lon: math.Round(p.Lon*1e7) / 1e7}
}

// usable reports whether package geo takes the shape: what it refuses never comes
// into a register.
func usable(s geo.Shape) bool {
	_, err := geo.Prepare(s)
	return err == nil
}

func logUniform(r *rand.Rand, lo, hi float64) float64 {
	return lo * math.Exp(r.Float64()*math.Log(hi/lo))
}

func oneOf[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }
