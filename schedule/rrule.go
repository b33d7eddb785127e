package schedule

import (
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"truce"
)

// parts says with which frequencies a part of an RRULE goes (the table of RFC
// 5545 3.3.10; BYSETPOS with HOURLY selects nothing of use and is left out).
var parts = map[string][]rrule.Frequency{
	"FREQ": nil, "INTERVAL": nil, "COUNT": nil, "UNTIL": nil, "WKST": nil,
	"BYMONTH": nil, "BYDAY": nil, "BYHOUR": nil, "BYMINUTE": nil, "BYSECOND": nil,
	"BYWEEKNO":   {rrule.YEARLY},
	"BYYEARDAY":  {rrule.YEARLY, rrule.HOURLY},
	"BYMONTHDAY": {rrule.YEARLY, rrule.MONTHLY, rrule.DAILY, rrule.HOURLY},
	"BYSETPOS":   {rrule.YEARLY, rrule.MONTHLY, rrule.WEEKLY, rrule.DAILY},
}

const untilForm = "20060102T150405Z"

// rule reads an RRULE and refuses what rrule-go would follow for long, read in
// another way than RFC 5545 does, or pass over.
func (p *parsed) rule(text string) error {
	if text == "" {
		return nil
	}
	named, err := splitRule(text)
	if err != nil {
		return err
	}
	option, err := rrule.StrToROption(text)
	if err != nil {
		return badRule("it cannot be read: %s", clip(err.Error()))
	}
	if option.Freq > rrule.HOURLY {
		return badRule("FREQ=%s repeats too often", option.Freq).WithHint("use DAILY or HOURLY, with BYHOUR and BYMINUTE")
	}
	for name := range named {
		if with := parts[name]; with != nil && !slices.Contains(with, option.Freq) {
			return badRule("%s does not go with FREQ=%s", name, option.Freq)
		}
	}
	for _, check := range []func(*rrule.ROption, map[string]string) error{p.ends, once, p.clockTimes, weekdays, positions} {
		if err := check(option, named); err != nil {
			return err
		}
	}
	option.Until = time.Date(9998, 1, 1, 0, 0, 0, 0, time.UTC) // the rule's own is looked at in UTC, by over
	option.Dtstart = p.start.AddDate(cycles, 0, 0)
	p.option, p.steps = option, stepsOf(p.start, option, named)
	return nil
}

// splitRule gives the parts of an RRULE by name: known names, each once.
func splitRule(text string) (map[string]string, error) {
	if len(text) > maxText {
		return nil, truce.E(truce.CodeTooLarge, "a rule has at most %d characters", maxText).At("/rrule")
	}
	named := map[string]string{}
	for part := range strings.SplitSeq(text, ";") {
		name, value, _ := strings.Cut(part, "=")
		if _, known := parts[name]; !known {
			return nil, badRule("%q is no part of a rule", clip(name)).WithHint("write FREQ=DAILY;COUNT=3, without RRULE: before it")
		}
		if _, twice := named[name]; twice || value == "" {
			return nil, badRule("%s stands there twice, or without a value", name)
		}
		named[name] = value
	}
	return named, nil
}

func badRule(format string, args ...any) *truce.Error {
	return truce.E(truce.CodeInvalid, format, args...).At("/rrule")
}

// ends looks at how often and until when.
func (p *parsed) ends(o *rrule.ROption, named map[string]string) error {
	_, counted := named["COUNT"]
	until, limited := named["UNTIL"]
	if _, ok := named["INTERVAL"]; ok && (o.Interval < 1 || o.Interval > maxInterval) {
		return badRule("INTERVAL is between 1 and %d", maxInterval)
	}
	if counted && (o.Count < 1 || o.Count > p.max) {
		return truce.E(truce.CodeTooLarge, "COUNT is between 1 and %d", p.max).At("/rrule")
	}
	if counted && limited {
		return badRule("COUNT and UNTIL exclude each other")
	}
	if !limited {
		return nil
	}
	t, err := time.Parse(untilForm, until)
	if err != nil || t.Year() > lastYear {
		return badRule("UNTIL is a time in UTC here").WithHint("write UNTIL=20160901T000000Z, or give the end as a local time beside the rule")
	}
	p.ruleUntil = t
	return nil
}

// once refuses lists with a value twice: rrule-go counts it twice.
func once(o *rrule.ROption, _ map[string]string) error {
	for _, list := range [][]int{o.Bysetpos, o.Bymonth, o.Bymonthday, o.Byyearday, o.Byweekno, o.Byhour, o.Byminute, o.Bysecond} {
		sorted := slices.Sorted(slices.Values(list))
		if len(slices.Compact(sorted)) != len(list) {
			return badRule("a list holds a value twice")
		}
	}
	return nil
}

// clockTimes bounds the times of day and asks that the start be one of them.
// Without that, rrule-go looks for an hour that an hourly rule never reaches for
// ever.
func (p *parsed) clockTimes(o *rrule.ROption, _ map[string]string) error {
	hours := max(1, len(o.Byhour))
	if o.Freq == rrule.HOURLY && len(o.Byhour) == 0 {
		hours = 24
	}
	if hours*max(1, len(o.Byminute))*max(1, len(o.Bysecond)) > maxADay {
		return truce.E(truce.CodeTooLarge, "it opens more than %d times a day", maxADay).At("/rrule")
	}
	h, m, s := p.start.Clock()
	for _, c := range []struct {
		list []int
		is   int
	}{{o.Byhour, h}, {o.Byminute, m}, {o.Bysecond, s}} {
		if len(c.list) > 0 && !slices.Contains(c.list, c.is) {
			return notFirst()
		}
	}
	return nil
}

// weekdays refuses "the second Monday" where there is no month or year that it
// could be the second of; rrule-go passes over the number, or fails on it.
func weekdays(o *rrule.ROption, _ map[string]string) error {
	most := 0
	switch {
	case o.Freq == rrule.MONTHLY || o.Freq == rrule.YEARLY && len(o.Bymonth) > 0:
		most = 5
	case o.Freq == rrule.YEARLY && len(o.Byweekno) == 0:
		most = 53
	}
	seen := map[rrule.Weekday]bool{}
	for _, d := range o.Byweekday {
		if n := d.N(); n > most || n < -most || seen[d] {
			return badRule("BYDAY has %s, which does not go with FREQ=%s, or stands there twice", d, o.Freq)
		}
		seen[d] = true
	}
	if o.Wkst.N() != 0 {
		return badRule("WKST is a day of the week")
	}
	return nil
}

// positions asks that BYSETPOS has something to choose from.
func positions(o *rrule.ROption, named map[string]string) error {
	if len(o.Bysetpos) == 0 {
		return nil
	}
	for name := range named {
		if strings.HasPrefix(name, "BY") && name != "BYSETPOS" {
			return nil
		}
	}
	return badRule("BYSETPOS chooses among the days or times of another BY part, and there is none")
}

func notFirst() error {
	return badRule("the start is not an occurrence of the rule").WithHint("let the start be the first time that the rule gives")
}
