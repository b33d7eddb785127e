package holds

import (
	"slices"
	"sort"
	"time"

	"truce"
	"truce/schedule"
)

// calendar is when something holds; nil = always. It keeps the signed instants as they
// repeat: those of a year of daily pauses are a few runs.
type calendar struct {
	zone, tzVersion string
	complete        bool      // the instants are all that the rule means
	horizon         time.Time // else up to where they are
	runs            []truce.Run
	ends            []int // number of instants up to the end of each run
}

// readCalendar reads the signed instants. The rule beside them is not looked at.
func readCalendar(s *truce.ScheduleContent) (*calendar, error) {
	if s == nil || len(s.Instants)+len(s.Runs) == 0 {
		return nil, nil
	}
	if len(s.Runs) == 0 {
		runs, err := readInstants(s.Instants)
		if err != nil {
			return nil, err
		}
		s.Runs = runs
	}
	c := &calendar{zone: s.Zone, tzVersion: s.TZVersion, complete: s.Horizon == nil, horizon: s.Horizon.Instant(), runs: s.Runs, ends: make([]int, len(s.Runs))}
	return c, c.count()
}

// readInstants reads instants as they were signed into runs.
func readInstants(texts []string) ([]truce.Run, error) {
	all := make([]schedule.Interval, len(texts))
	for i, text := range texts {
		if err := all[i].UnmarshalText([]byte(text)); err != nil {
			return nil, err
		}
	}
	return runsOf(all), schedule.Valid(all)
}

// runsOf puts intervals together that repeat: each run is as long as it can be.
func runsOf(all []schedule.Interval) []truce.Run {
	var out []truce.Run
	for _, iv := range all {
		from, length := iv.From.Unix(), iv.Until.Unix()-iv.From.Unix()
		if n := len(out) - 1; n >= 0 && out[n].Length == length {
			r := &out[n]
			step := from - r.From - (r.Count-1)*r.Step
			if r.Count == 1 {
				r.Step = step
			}
			if step == r.Step {
				r.Count++
				continue
			}
		}
		out = append(out, truce.Run{From: from, Length: length, Count: 1})
	}
	return out
}

// The first and last second of the years that an answer can be written with.
var firstSecond, lastSecond = firstTime.Unix(), lastTime.Unix()

// count adds the runs up, and refuses what schedule.Valid would.
func (c *calendar) count() error {
	n, last := int64(0), firstSecond-1
	for i, r := range c.runs {
		if r.Count < 1 || r.Count > schedule.MaxInstants || r.Length < 1 || r.From <= last || r.From > lastSecond || r.Length > lastSecond ||
			r.Count > 1 && (r.Step <= r.Length || r.Step > lastSecond) {
			return truce.E(truce.CodeInvalid, "run %d of the instants is not one", i)
		}
		if n += r.Count; n > schedule.MaxInstants {
			return truce.E(truce.CodeTooLarge, "there are more than %d instants", schedule.MaxInstants)
		}
		if last = r.From + (r.Count-1)*r.Step + r.Length; last > lastSecond {
			return truce.E(truce.CodeInvalid, "run %d of the instants goes beyond the year 9999", i)
		}
		c.ends[i] = int(n)
	}
	return nil
}

// len is the number of instants.
func (c *calendar) len() int { return c.ends[len(c.ends)-1] }

// interval is instant i, from 0.
func (c *calendar) interval(i int) schedule.Interval {
	run := sort.SearchInts(c.ends, i+1)
	r := &c.runs[run]
	from := r.From + int64(i-c.ends[run]+int(r.Count))*r.Step
	return schedule.Interval{From: time.Unix(from, 0).UTC(), Until: time.Unix(from+r.Length, 0).UTC()}
}

// begun is the number of instants that begin at t or before.
func (c *calendar) begun(t time.Time) int {
	s := t.Unix() // a beginning is a whole second: one at s or before is one at t or before
	run := sort.Search(len(c.runs), func(i int) bool { return c.runs[i].From > s }) - 1
	if run < 0 {
		return 0
	}
	r := &c.runs[run]
	n := int64(1)
	if r.Count > 1 {
		n = min(r.Count, (s-r.From)/r.Step+1)
	}
	return c.ends[run] - int(r.Count-n)
}

// Covers reports whether the instants say anything of t: past where they reach, "not
// open" would be a guess.
func (c *calendar) Covers(t time.Time) bool { return c.complete || t.Before(c.horizon) }

// at is whether a calendar holds at t, until when, and when it begins next; no
// calendar always holds.
func (c *calendar) at(t time.Time) (open bool, end, next time.Time) {
	if c == nil {
		return true, end, next
	}
	n := c.begun(t)
	if n < c.len() {
		next = c.interval(n).From
	}
	if n > 0 {
		if iv := c.interval(n - 1); iv.Holds(t) {
			return true, iv.Until, next
		}
	}
	return false, end, next
}

// between are the times from from to until in which the calendar holds, cut at both.
func (c *calendar) between(from, until time.Time) (out []schedule.Interval) {
	for i := max(0, c.begun(from)-1); i < c.len(); i++ {
		iv := c.interval(i)
		if !iv.From.Before(until) {
			break
		}
		if iv.From, iv.Until = later(from, iv.From), earlier(iv.Until, until); iv.From.Before(iv.Until) {
			out = append(out, iv)
		}
	}
	return out
}

// same reports whether two calendars have the same instants.
func (c *calendar) same(d *calendar) bool {
	if c == nil || d == nil {
		return c == d
	}
	return slices.Equal(c.runs, d.runs)
}
