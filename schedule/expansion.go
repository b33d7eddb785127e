package schedule

import (
	"sort"
	"strconv"
	"time"

	"truce"
)

func itoa(i int) string { return strconv.Itoa(i) }

// after is the number of the first interval that ends after t.
func (e Expansion) after(t time.Time) int {
	return sort.Search(len(e.Intervals), func(i int) bool { return e.Intervals[i].Until.After(t) })
}

// At reports whether it is open at t, and the interval that t lies in. Whether
// anything is known of t is another question: Covers.
func (e Expansion) At(t time.Time) (in bool, iv Interval) {
	if i := e.after(t); i < len(e.Intervals) && e.Intervals[i].Holds(t) {
		return true, e.Intervals[i]
	}
	return false, Interval{}
}

// Covers reports whether the expansion says anything of t: it was followed that
// far, or the rule is over. Past that, "not open" would be a guess.
func (e Expansion) Covers(t time.Time) bool {
	return e.Complete || t.Before(e.Horizon)
}

// Next is the first instant after t at which it opens or closes. ok is false
// where none is known.
func (e Expansion) Next(t time.Time) (change time.Time, opens, ok bool) {
	i := e.after(t)
	if i == len(e.Intervals) {
		return time.Time{}, false, false
	}
	if iv := e.Intervals[i]; iv.From.After(t) {
		return iv.From, true, true
	}
	return e.Intervals[i].Until, false, true
}

// Overlaps reports whether it is open at any instant from from (included) to
// until (not included).
func (e Expansion) Overlaps(from, until time.Time) bool {
	i := e.after(from)
	return from.Before(until) && i < len(e.Intervals) && e.Intervals[i].From.Before(until)
}

// Between is when it is open from from (included) to until (not included), cut
// at both.
func (e Expansion) Between(from, until time.Time) []Interval {
	var out []Interval
	for i := e.after(from); i < len(e.Intervals) && e.Intervals[i].From.Before(until); i++ {
		iv := e.Intervals[i]
		if iv.From.Before(from) {
			iv.From = from.UTC()
		}
		if iv.Until.After(until) {
			iv.Until = until.UTC()
		}
		if iv.From.Before(iv.Until) {
			out = append(out, iv)
		}
	}
	return out
}

// Valid looks at intervals that somebody else wrote down: at least one and at most
// MaxInstants, whole seconds, each with its end after its start, in order, with a
// gap between two. The field of its error, CodeInvalid or CodeTooLarge, is the number
// of the interval: /3.
func Valid(intervals []Interval) error {
	if len(intervals) == 0 || len(intervals) > MaxInstants {
		return truce.E(truce.CodeTooLarge, "%d intervals: it is between 1 and %d", len(intervals), MaxInstants)
	}
	for i, iv := range intervals {
		at := "/" + itoa(i)
		switch {
		case iv.From.Nanosecond() != 0 || iv.Until.Nanosecond() != 0:
			return truce.E(truce.CodeInvalid, "an interval has whole seconds").At(at)
		case !iv.From.Before(iv.Until):
			return truce.E(truce.CodeInvalid, "an interval ends after it starts").At(at)
		case i > 0 && !iv.From.After(intervals[i-1].Until):
			return truce.E(truce.CodeInvalid, "an interval starts after the end of the one before it").At(at).
				WithHint("write those that overlap or touch as one")
		}
	}
	return nil
}
