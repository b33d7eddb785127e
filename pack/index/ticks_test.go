package index

import (
	"math"
	"testing"
)

// TestTicksRise: the tick of a later time is never less, not before the first step nor after the last one.
func TestTicksRise(t *testing.T) {
	for _, q := range []ticks{newTicks(1000, 7), newTicks(-5, 1), newTicks(math.MinInt64/2, 1<<47)} {
		last := q.of(Always)
		for _, at := range []int64{math.MinInt64 + 1, q.base - 1, q.base, q.base + 1, q.base + q.step, q.base + 3*q.step, q.base + lastTick*q.step, math.MaxInt64 - 1, Forever} {
			tick := q.of(at)
			if tick < last {
				t.Errorf("%+v: the tick of %d is %d, that of an earlier time %d", q, at, tick, last)
			}
			last = tick
		}
		if q.of(Always) != 0 || q.of(Forever) != lastTick || q.of(math.MinInt64+1) != 1 {
			t.Errorf("%+v: no beginning and no end have ticks of their own", q)
		}
	}
}
