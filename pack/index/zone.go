package index

import (
	"math"

	"truce"
	"truce/geo"
)

// Tolerance is added to every radius, metres, so that a tie counts however it was computed. It is that of the spine's
// simple check.
const Tolerance = 1e-5

// MaxZones bounds the zones of one index.
const MaxZones = 1 << 27

// No beginning and no end of a Period.
const (
	Always  = math.MinInt64
	Forever = math.MaxInt64
)

// Period is the time from From until just before Until, Unix milliseconds, UTC. Always as From is no beginning, Forever
// as Until no end.
type Period struct{ From, Until int64 }

// Zone is one thing that can be hit. Its number, the ordinal, is its place in the Source, from 0.
type Zone struct {
	Shape   geo.Shape
	Periods []Period // when it applies, sorted and disjoint; nil = always
}

// Source gives all zones in the order of their ordinals to yield, and returns its error or its own. The Shape and
// Periods may be used again once yield has returned.
type Source func(yield func(Zone) error) error

// Zones is a Source of the zones of a list.
func Zones(list []Zone) Source {
	return func(yield func(Zone) error) error {
		for _, z := range list {
			if err := yield(z); err != nil {
				return err
			}
		}
		return nil
	}
}

// State says when a zone applies, seen from the instant or period that was asked about.
type State uint8

// The states of a hit.
const (
	InForce State = iota // it applies at the instant, or in some of the period
	Later                // not then, but it has a period that begins later
	Lapsed               // not then, and never again
)

// String is the word for s.
func (s State) String() string {
	return [...]string{"inForce", "later", "lapsed"}[min(s, Lapsed)]
}

// Hit is a zone that was found.
type Hit struct {
	Zone      uint32  // ordinal
	State     State   // seen from the time asked about
	DistanceM float64 // metres, rounded down to the millimetre; 0 = inside or touching
}

// PointQuery asks about a place (degrees, WGS-84) and the time [From, Until), Unix milliseconds. Until at or before From
// asks about the instant From.
type PointQuery struct {
	Lat, Lon    float64
	From, Until int64
	OnlyInForce bool // leave out what is Later or Lapsed
}

// Query asks for every zone within RadiusM metres of the region Shape, in the time [From, Until), Unix milliseconds.
// Until at or before From asks about the instant From.
type Query struct {
	Shape       geo.Shape
	RadiusM     float64
	From, Until int64
	OnlyInForce bool // leave out what is Later or Lapsed
}

// MaxRadiusM is the largest radius of a Query, metres.
const MaxRadiusM = geo.MaxExtentM

func checkPeriods(periods []Period) error {
	for i, p := range periods {
		if p.Until <= p.From {
			return truce.E(truce.CodeInvalid, "a period ends before it begins").At("/periods")
		}
		if i > 0 && p.From < periods[i-1].Until {
			return truce.E(truce.CodeInvalid, "periods overlap or are not sorted").At("/periods")
		}
	}
	return nil
}

// stateAt is the state of periods, sorted and disjoint, seen from [from, until).
func stateAt(periods []Period, from, until int64) State {
	lo, hi := 0, len(periods) // the first period that is not over at from
	for lo < hi {
		if m := (lo + hi) / 2; periods[m].Until > from {
			hi = m
		} else {
			lo = m + 1
		}
	}
	switch {
	case len(periods) == 0 || lo < len(periods) && periods[lo].From < until:
		return InForce
	case lo < len(periods):
		return Later
	}
	return Lapsed
}
