package worlds

import (
	"math"
	"math/rand/v2"
)

// epoch is 2016-08-11T07:00:00Z in Unix milliseconds; hour is an hour of them.
const (
	epoch = 1470898800000
	hour  = 3600_000
)

// periods are when a zone applies.
func periods(r *rand.Rand) []Period {
	from := epoch + r.Int64N(200*24*hour) - 100*24*hour
	switch r.IntN(8) {
	case 0:
		return []Period{{from, from + 1}}
	case 1:
		return []Period{{math.MinInt64, from}}
	case 2:
		return []Period{{from, math.MaxInt64}}
	case 3:
		return []Period{{from, from + 1 + r.Int64N(90*24*hour)}}
	case 4:
		return daily(r, from)
	}
	return nil
}

// daily is a pause of some hours each day, as far as it was expanded.
func daily(r *rand.Rand, from int64) (out []Period) {
	for day := range int64(1 + r.IntN(60)) {
		begin := from + 24*hour*day
		if day > 20 {
			begin += hour // the clocks were changed
		}
		out = append(out, Period{begin, begin + 3*hour})
	}
	return out
}

// InForce, Later and Lapsed are the states of a zone at a time.
const (
	InForce = "in force"
	Later   = "later"
	Lapsed  = "lapsed"
)

// StateAt is what a zone is at an instant (from = until) or in a period.
func (z *Zone) StateAt(from, until int64) string {
	state := Lapsed
	for _, p := range z.Periods {
		meets := from == until && p.From <= from && from < p.Until || from < until && p.From < until && from < p.Until
		if meets {
			return InForce
		}
		if p.From >= until {
			state = Later
		}
	}
	if z.Periods == nil {
		return InForce
	}
	return state
}

// when is a time to ask about a zone: at the edges of its periods, a millisecond
// beside, or any.
func (z *Zone) when(r *rand.Rand) (from, until int64) {
	at := epoch + r.Int64N(300*24*hour) - 150*24*hour
	if n := len(z.Periods); n > 0 && r.IntN(4) != 0 {
		p := z.Periods[r.IntN(n)]
		if at = oneOf(r, p.From, p.Until); at == math.MinInt64 || at == math.MaxInt64 {
			at = epoch
		}
	}
	at += oneOf[int64](r, -1, 0, 0, 1, hour)
	switch r.IntN(6) {
	case 0:
		return at, at + 1
	case 1:
		return at - oneOf(r, 1, hour, int64(24*hour)), at
	case 2:
		return at, at + oneOf(r, int64(1000), hour, 400*24*hour)
	case 3:
		return oneOf(r, at, math.MinInt64), math.MaxInt64
	}
	return at, at
}
