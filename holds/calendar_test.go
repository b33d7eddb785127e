package holds

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"truce"
	"truce/schedule"
)

// TestRuns: instants kept as runs are the instants that were signed, and what is open
// at a time is what a look at each of them finds.
func TestRuns(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var all []schedule.Interval
		at := int64(1_470_000_000)
		for range rapid.IntRange(1, 12).Draw(rt, "runs") {
			length, step := rapid.Int64Range(1, 20_000).Draw(rt, "length"), rapid.Int64Range(20_001, 90_000).Draw(rt, "step")
			for range rapid.IntRange(1, 5).Draw(rt, "count") {
				all = append(all, schedule.Interval{From: time.Unix(at, 0).UTC(), Until: time.Unix(at+length, 0).UTC()})
				at += step
			}
		}
		c := &calendar{runs: runsOf(all), complete: true}
		c.ends = make([]int, len(c.runs))
		if err := c.count(); err != nil || c.len() != len(all) {
			rt.Fatalf("%d of %d instants, %v", c.len(), len(all), err)
		}
		for i, iv := range all {
			if c.interval(i) != iv {
				rt.Fatalf("instant %d is %v, want %v", i, c.interval(i), iv)
			}
			for _, edge := range []time.Time{iv.From, iv.Until} {
				for _, d := range []time.Duration{-time.Second, -time.Nanosecond, 0, time.Nanosecond, time.Second} {
					sameAs(rt, c, all, edge.Add(d))
				}
			}
		}
	})
}

func sameAs(rt *rapid.T, c *calendar, all []schedule.Interval, t time.Time) {
	open, end, next := c.at(t)
	i := slices.IndexFunc(all, func(iv schedule.Interval) bool { return iv.Holds(t) })
	later := slices.IndexFunc(all, func(iv schedule.Interval) bool { return iv.From.After(t) })
	if open != (i >= 0) || open && end != all[i].Until || next.IsZero() != (later < 0) || later >= 0 && next != all[later].From {
		rt.Fatalf("at %v: %v until %v, next %v", t, open, end, next)
	}
}

// TestBadRuns: runs of a stranger that are none are refused, however they are made.
func TestBadRuns(t *testing.T) {
	for _, runs := range [][]truce.Run{
		{{From: 0, Length: 0, Count: 1}}, {{From: 0, Length: 10, Count: 0}}, {{From: 0, Length: 10, Count: 2, Step: 10}},
		{{From: 0, Length: 10, Count: 2, Step: -5}}, {{From: 0, Length: 10, Count: 1 << 40, Step: 11}}, {{From: 1 << 60, Length: 10, Count: 1}},
		{{From: 0, Length: 1 << 62, Count: 1}}, {{From: 0, Length: 10, Count: 1400, Step: 1 << 50}}, {{From: 0, Length: 10, Count: 1}, {From: 10, Length: 5, Count: 1}},
		{{From: 0, Length: 1, Count: schedule.MaxInstants, Step: 5}, {From: 1 << 20, Length: 1, Count: 1}},
	} {
		if _, err := readCalendar(&truce.ScheduleContent{Runs: runs}); err == nil {
			t.Errorf("%v is taken", runs)
		}
	}
}
