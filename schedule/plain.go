package schedule

import (
	"time"

	"github.com/teambition/rrule-go"
)

// plain are the parts of a rule that is stepped through here, which is most of them:
// every day or week, or every so many, on some days of the week, at the start's time
// of day. rrule-go, which builds a year of days to filter it, is asked for all others;
// the tests hold the two against each other.
var plain = map[string]bool{"FREQ": true, "INTERVAL": true, "COUNT": true, "UNTIL": true, "BYDAY": true, "WKST": true}

const daySeconds = 24 * 60 * 60

// steps goes through the days of a plain rule.
type steps struct {
	at     int64   // seconds of local time, as of 1970
	day    int64   // of the week, from Monday
	days   [7]bool // those on which it opens, from Monday
	period int64   // days from one day or week to the next, from their beginnings
	week   int64   // days of a period in which it may open: 1 or 7
	in     int64   // days since the period began
	left   int     // occurrences; -1 without end
}

// stepsOf makes the steps of a rule; nil where it is not plain.
func stepsOf(start time.Time, o *rrule.ROption, named map[string]string) *steps {
	for name := range named {
		if !plain[name] {
			return nil
		}
	}
	s := &steps{at: start.Unix(), day: (int64(start.Weekday()) + 6) % 7, left: -1, period: int64(max(1, o.Interval)), week: 1}
	if o.Count > 0 {
		s.left = o.Count
	}
	for _, d := range o.Byweekday {
		s.days[d.Day()] = true
	}
	switch {
	case o.Freq == rrule.WEEKLY:
		s.period, s.week = 7*s.period, 7
		s.in = (s.day - int64(o.Wkst.Day()) + 7) % 7
		if len(o.Byweekday) == 0 {
			s.days[s.day] = true
		}
	case o.Freq != rrule.DAILY:
		return nil
	case len(o.Byweekday) == 0:
		s.days = [7]bool{true, true, true, true, true, true, true}
	}
	return s
}

// next is the next occurrence, local time as if it were UTC; ok is false where the
// rule has no more. A rule whose days never come has none: it opens at its start on
// one of them, and a period later or seven of them it is that day of the week again.
func (s *steps) next() (local time.Time, ok bool) {
	if s.left == 0 {
		return local, false
	}
	for range 8 * 7 {
		opens, at := s.days[s.day], s.at
		s.step()
		if opens {
			s.left = max(-1, s.left-1)
			return time.Unix(at, 0).UTC(), true
		}
	}
	return local, false
}

// step goes on by a day, or to the next period behind its last day.
func (s *steps) step() {
	days := int64(1)
	if s.in++; s.in == s.week {
		days, s.in = s.period-s.week+1, 0
	}
	s.at, s.day = s.at+days*daySeconds, (s.day+days)%7
}
