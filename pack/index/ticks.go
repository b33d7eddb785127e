package index

import (
	"math"
	"slices"
)

// ticks divides time into 65,534 steps, so that a leaf holds a period in four bytes. Tick 0 is no beginning, the last
// one no end; the first and last step hold all that is before and after. Two times in different ticks compare as their
// ticks do; two in the same are compared exactly.
type ticks struct {
	base, step int64   // milliseconds
	rate       float64 // ticks a millisecond
}

func newTicks(base, step int64) ticks { return ticks{base, step, 1 / float64(step)} }

const lastTick = math.MaxUint16

// of is the tick of t.
func (q ticks) of(t int64) uint16 {
	switch {
	case t == Always:
		return 0
	case t == Forever:
		return lastTick
	case t <= q.base:
		return 1
	}
	n := float64(uint64(t-q.base)) * q.rate // t-base as an unsigned number does not overflow; never less for a later t
	return uint16(1 + int(min(n, lastTick-2)))
}

// sampler keeps a sample of times, every one at first, then fewer.
type sampler struct {
	times []int64
	skip  int // one in so many is taken
	seen  int
}

const maxSample = 1 << 16

func (s *sampler) add(t int64) {
	if t == Always || t == Forever {
		return
	}
	if s.seen++; s.seen%max(1, s.skip) != 0 {
		return
	}
	s.times = append(s.times, t)
	if len(s.times) == maxSample {
		for i := range maxSample / 2 {
			s.times[i] = s.times[2*i]
		}
		s.times, s.skip = s.times[:maxSample/2], 2*max(1, s.skip)
	}
}

// ticks are steps over the middle 99 % of the sample, widened by a tenth.
func (s *sampler) ticks() ticks {
	if len(s.times) == 0 {
		return newTicks(0, 1)
	}
	slices.Sort(s.times)
	n := len(s.times)
	lo, hi := s.times[n/200], s.times[n-1-n/200]
	span := uint64(hi-lo)/10*11 + 1
	step := int64(span/(lastTick-2) + 1)
	margin := int64(span / 22)
	if lo > math.MinInt64/2 {
		lo -= min(margin, math.MaxInt64/4)
	}
	return newTicks(lo, step)
}
