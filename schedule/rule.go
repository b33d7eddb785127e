package schedule

import (
	"strconv"
	"time"

	"github.com/teambition/rrule-go"

	"truce"
)

// Rule is a schedule as a person writes it. Times are local, in Zone, and look
// like "2016-08-11T10:00:00".
type Rule struct {
	// Start is when it first opens. It is the first occurrence of RRule.
	Start string
	// Zone is the IANA name of the time zone of all local times here.
	Zone string
	// Duration is how long it stays open each time: elapsed time, whole
	// seconds, more than none and at most MaxDuration.
	Duration time.Duration
	// RRule is the value of an RRULE (RFC 5545 3.3.10) without "RRULE:"; empty
	// where it opens once. Its UNTIL is in UTC and may itself be an occurrence.
	RRule string
	// ExDates are occurrences that do not happen, RDates further ones; an
	// exception that hits none is an error.
	ExDates, RDates []string
	// Until is when the whole schedule ends; empty for never. Nothing opens
	// then or later, and what is open closes.
	Until string
}

// The bounds of a rule, checked before it is followed.
const (
	MaxInstants = 5000                  // occurrences of one expansion
	MaxDuration = 3660 * 24 * time.Hour // of one occurrence
	maxText     = 500                   // bytes of an RRULE
	maxDates    = 1000                  // exceptions, and likewise further dates
	maxADay     = 96                    // times of day of one RRULE: every quarter of an hour
	maxInterval = 1000                  // INTERVAL of an RRULE
	firstYear   = 1900
	lastYear    = 2199
)

// parsed is a rule whose every part was looked at.
type parsed struct {
	clock      *wallClock
	start      time.Time // local
	duration   time.Duration
	option     *rrule.ROption // nil: once
	steps      *steps         // nil: rrule-go is asked
	ruleUntil  time.Time      // UTC, inclusive; zero: none
	drop, more []time.Time    // UTC
	until      time.Time      // UTC, exclusive; zero: none
	max        int
}

func (r Rule) parse(maximum int) (*parsed, error) {
	zone, err := Zone(r.Zone)
	if err != nil {
		return nil, truce.Within(err, "/zone")
	}
	p := &parsed{clock: &wallClock{zone: zone}, duration: r.Duration, max: MaxInstants}
	if maximum > 0 {
		p.max = min(maximum, MaxInstants)
	}
	if r.Duration <= 0 || r.Duration > MaxDuration || r.Duration%time.Second != 0 {
		return nil, truce.E(truce.CodeInvalid, "it must stay open for a time: whole seconds, more than none and at most %d days", MaxDuration/(24*time.Hour)).
			At("/duration")
	}
	if p.start, err = localTime(r.Start, "/start"); err != nil {
		return nil, err
	}
	return p, p.dates(r)
}

func (p *parsed) dates(r Rule) (err error) {
	if p.drop, err = p.instants(r.ExDates, "/exDates"); err != nil {
		return err
	}
	if p.more, err = p.instants(r.RDates, "/rDates"); err != nil {
		return err
	}
	if r.Until != "" {
		local, err := localTime(r.Until, "/until")
		if err != nil {
			return err
		}
		p.until = p.clock.instant(local)
		if !p.clock.instant(p.start).Before(p.until) {
			return truce.E(truce.CodeInvalid, "it ends before it starts").At("/until")
		}
	}
	return p.rule(r.RRule)
}

func (p *parsed) instants(texts []string, field string) ([]time.Time, error) {
	if len(texts) > maxDates {
		return nil, truce.E(truce.CodeTooLarge, "%d dates, and %d is the most", len(texts), maxDates).At(field)
	}
	out := make([]time.Time, len(texts))
	for i, text := range texts {
		local, err := localTime(text, field+"/"+strconv.Itoa(i))
		if err != nil {
			return nil, err
		}
		out[i] = p.clock.instant(local)
	}
	return out, nil
}

const localForm = "2006-01-02T15:04:05"

// localTime reads a local time, and gives it as if it were UTC.
func localTime(text, field string) (time.Time, error) {
	t, err := time.Parse(localForm, text[:min(len(text), 40)])
	if err != nil || t.Format(localForm) != text {
		return t, truce.E(truce.CodeInvalid, "%q is not a local time", clip(text)).At(field).
			WithHint("write 2016-08-11T10:00:00, without an offset: the zone stands beside it")
	}
	if t.Year() < firstYear || t.Year() > lastYear {
		return t, truce.E(truce.CodeInvalid, "the year %d is not between %d and %d", t.Year(), firstYear, lastYear).At(field)
	}
	return t, nil
}
