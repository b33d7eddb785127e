package schedule

import (
	"slices"
	"time"

	"github.com/teambition/rrule-go"

	"truce"
)

// cycles is by how many years a rule is moved while it is followed. The Gregorian
// calendar repeats every 400 years, days of the week included, so that the answer
// moves along. rrule-go gives up a rule that has no further occurrence only in the
// year 9999: from here that is some hundred years away instead of eight thousand.
const cycles = 19 * 400

// cycleSeconds is as long: 146,097 days for each 400 years.
const cycleSeconds = 19 * 146_097 * 24 * 60 * 60

// nearEnd is how many occurrences past its end a rule may have before it is known that all further ones lie past it.
const nearEnd = 3 * maxADay

// Expansion is what a rule means: when it is open, in UTC.
type Expansion struct {
	// Intervals are in order. Occurrences that overlap or touch are one
	// interval, so that between two there is always a gap.
	Intervals []Interval
	// TZVersion is the version of the tz database that it was worked out with.
	TZVersion string
	// Complete says that the rule has no occurrence beyond these.
	Complete bool
	// Horizon is how far the rule was followed, UTC: every occurrence that
	// starts before it is there (an end may lie beyond it).
	Horizon time.Time
}

// Expand works out when r is open: every occurrence that starts before horizon.
// A rule that never ends is cut there, which Complete says. More than max
// occurrences (MaxInstants where max is 0 or larger) are CodeTooLarge; a rule that
// is not right, or that never opens, is CodeInvalid. The field of an error is
// /start, /zone, /duration, /rrule, /exDates/3, /rDates/0 or /until.
func Expand(r Rule, horizon time.Time, max int) (Expansion, error) {
	horizon = horizon.UTC().Truncate(time.Second)
	list, complete, err := r.occurrences(horizon, max)
	if err != nil {
		return Expansion{}, err
	}
	if complete && len(list) == 0 {
		return Expansion{}, truce.E(truce.CodeInvalid, "every occurrence is taken away: it never opens").At("/exDates")
	}
	return Expansion{Intervals: merge(list), TZVersion: TZVersion, Complete: complete, Horizon: horizon}, nil
}

// occurrences are those that start before horizon, in order, none twice, not yet
// merged.
func (r Rule) occurrences(horizon time.Time, max int) (list []Interval, complete bool, err error) {
	p, err := r.parse(max)
	if err != nil {
		return nil, false, err
	}
	return p.occurrences(horizon)
}

func (p *parsed) occurrences(horizon time.Time) (list []Interval, complete bool, err error) {
	if horizon.Year() > lastYear {
		return nil, false, truce.E(truce.CodeInvalid, "a rule is followed until the year %d at most", lastYear)
	}
	starts, complete, err := p.starts(horizon)
	if err != nil {
		return nil, false, err
	}
	if starts, err = p.exclude(starts, horizon); err != nil {
		return nil, false, err
	}
	if len(starts) > p.max {
		return nil, false, p.tooMany()
	}
	list = make([]Interval, len(starts))
	for i, s := range starts {
		from := time.Unix(s, 0).UTC()
		list[i] = Interval{From: from, Until: p.end(from)}
	}
	return list, complete, nil
}

func (p *parsed) tooMany() error {
	return truce.E(truce.CodeTooLarge, "it opens more than %d times", p.max).At("/rrule").
		WithHint("end the rule earlier, or look less far ahead")
}

// starts are the instants before horizon at which it opens, in seconds as of 1970, in
// order, none twice, exceptions still among them.
func (p *parsed) starts(horizon time.Time) (starts []int64, complete bool, err error) {
	complete, starts = true, make([]int64, 0, 400) // a year of days and the changes of a season
	add := func(t time.Time) {
		switch {
		case !p.until.IsZero() && !t.Before(p.until):
		case !t.Before(horizon):
			complete = false
		default:
			starts = append(starts, t.Unix())
		}
	}
	if p.option == nil {
		add(p.clock.instant(p.start))
	} else if err = p.follow(horizon, add); err != nil {
		return nil, false, err
	}
	for _, t := range p.more {
		add(t)
	}
	slices.Sort(starts)
	return slices.Compact(starts), complete, nil
}

// follow hands every occurrence of the rule to add, until one past horizon or the
// end. A rule without any end goes to the horizon at least.
func (p *parsed) follow(horizon time.Time, add func(time.Time)) error {
	next, err := p.locals()
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		local, ok := next()
		if n == 0 && (!ok || !local.Equal(p.start)) {
			return notFirst()
		}
		if !ok {
			p.ranDry(horizon, add)
			return nil
		}
		if n > p.max+len(p.drop)+nearEnd {
			return p.tooMany()
		}
		t := p.clock.instant(local)
		if p.over(t) {
			if p.over(local.Add(-nearChange)) {
				return nil
			}
			continue
		}
		add(t)
		if local.Add(-nearChange).After(horizon) {
			return nil
		}
	}
}

// locals gives the occurrences of the rule in order, local times as if they were UTC.
func (p *parsed) locals() (func() (time.Time, bool), error) {
	if p.steps != nil {
		steps := *p.steps
		return steps.next, nil
	}
	rule, err := rrule.NewRRule(*p.option)
	if err != nil {
		return nil, badRule("%s", clip(err.Error()))
	}
	next := rule.Iterator()
	return func() (time.Time, bool) {
		moved, ok := next()
		return time.Unix(moved.Unix()-cycleSeconds, 0).UTC(), ok
	}, nil
}

// ranDry tells add of one more time where a rule without end has no occurrence for
// as long as it was followed: that it is over is not said of it.
func (p *parsed) ranDry(horizon time.Time, add func(time.Time)) {
	if p.option.Count == 0 && p.ruleUntil.IsZero() && p.until.IsZero() {
		add(horizon)
	}
}

// over reports whether nothing starts at t or later.
func (p *parsed) over(t time.Time) bool {
	return !p.ruleUntil.IsZero() && t.After(p.ruleUntil) || !p.until.IsZero() && !t.Before(p.until)
}

// exclude takes the exceptions away. One that hits nothing would leave a window
// open that its author believes closed.
func (p *parsed) exclude(starts []int64, horizon time.Time) ([]int64, error) {
	if len(p.drop) == 0 {
		return starts, nil
	}
	gone := make(map[int64]bool, len(p.drop))
	for i, t := range p.drop {
		_, hit := slices.BinarySearch(starts, t.Unix())
		if !hit && t.Before(horizon) {
			return nil, truce.E(truce.CodeInvalid, "nothing starts then, so that nothing can be left out").At("/exDates/" + itoa(i))
		}
		gone[t.Unix()] = true
	}
	return slices.DeleteFunc(starts, func(s int64) bool { return gone[s] }), nil
}

// end is when an occurrence closes.
func (p *parsed) end(from time.Time) time.Time {
	end := from.Add(p.duration)
	if !p.until.IsZero() && end.After(p.until) {
		return p.until
	}
	return end
}

// merge joins intervals, ordered by start, that overlap or touch. It writes over
// the list that it is handed.
func merge(list []Interval) []Interval {
	out := list[:0:len(list)]
	for _, i := range list {
		last := len(out) - 1
		if last < 0 || i.From.After(out[last].Until) {
			out = append(out, i)
		} else if i.Until.After(out[last].Until) {
			out[last].Until = i.Until
		}
	}
	return out
}
