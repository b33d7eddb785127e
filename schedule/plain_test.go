package schedule

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// expandBy is Expand with the steps of plain rules, or with rrule-go alone.
func expandBy(r Rule, horizon time.Time, steps bool) (list []Interval, complete bool, err error) {
	p, err := r.parse(0)
	if err != nil {
		return nil, false, err
	}
	if p.option != nil && p.steps == nil {
		return nil, false, fmt.Errorf("%s is not plain", r.RRule)
	}
	if !steps {
		p.steps = nil
	}
	return p.occurrences(horizon)
}

// plainRule draws a rule of days or weeks, whose start may be none of its days.
func plainRule(t *rapid.T) Rule {
	days := []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}
	start := time.Unix(rapid.Int64Range(-2_200_000_000, 7_200_000_000).Draw(t, "start"), 0).UTC()
	if rapid.Bool().Draw(t, "leap") {
		start = time.Date(rapid.SampledFrom([]int{1904, 2000, 2016, 2024, 2096, 2100}).Draw(t, "year"), 2, rapid.IntRange(26, 29).Draw(t, "day"), 0, 30, 0, 0, time.UTC)
	}
	r := Rule{Start: start.Format(localForm), Zone: rapid.SampledFrom(someZones).Draw(t, "zone"), Duration: time.Duration(rapid.IntRange(1, 30*60).Draw(t, "minutes")) * time.Minute}
	parts := []string{"FREQ=" + rapid.SampledFrom([]string{"DAILY", "WEEKLY"}).Draw(t, "freq")}
	if n := rapid.SampledFrom([]int{0, 1, 2, 2, 3, 7, 13, 40}).Draw(t, "interval"); n > 0 {
		parts = append(parts, fmt.Sprint("INTERVAL=", n))
	}
	switch rapid.IntRange(0, 2).Draw(t, "ends") {
	case 1:
		parts = append(parts, fmt.Sprint("COUNT=", rapid.IntRange(1, 60).Draw(t, "count")))
	case 2:
		parts = append(parts, "UNTIL="+start.Add(time.Duration(rapid.IntRange(0, 300*24).Draw(t, "until"))*time.Hour).Format(untilForm))
	}
	list := rapid.SliceOfNDistinct(rapid.SampledFrom(days), 0, 7, rapid.ID[string]).Draw(t, "byday")
	if day := days[(int(start.Weekday())+6)%7]; len(list) > 0 && !slices.Contains(list, day) && rapid.IntRange(0, 9).Draw(t, "starts") > 0 {
		list = append(list, day) // otherwise the start is none of its days
	}
	if len(list) > 0 {
		parts = append(parts, "BYDAY="+strings.Join(list, ","))
	}
	if rapid.Bool().Draw(t, "wkst") {
		parts = append(parts, "WKST="+rapid.SampledFrom(days).Draw(t, "first"))
	}
	r.RRule = strings.Join(parts, ";")
	return r
}

// TestPlainRules: what is stepped through here is what rrule-go says, in every zone,
// over changes of clocks and leap days; an error is the same one.
func TestPlainRules(t *testing.T) {
	some := 0
	rapid.Check(t, func(t *rapid.T) { some += bothWays(t) })
	if some == 0 {
		t.Error("nothing was compared")
	}
}

func bothWays(t *rapid.T) (some int) {
	for range 8 {
		r := plainRule(t)
		begin, _ := time.Parse(localForm, r.Start)
		horizon := begin.Add(time.Duration(rapid.IntRange(-24, 500*24).Draw(t, "horizon")) * time.Hour)
		if horizon.Year() > lastYear {
			horizon = begin
		}
		got, complete, err := expandBy(r, horizon, true)
		want, wantComplete, wantErr := expandBy(r, horizon, false)
		if fmt.Sprint(err) != fmt.Sprint(wantErr) || complete != wantComplete || !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v to %s\n%v %v %v\nrrule-go:\n%v %v %v", r, horizon, texts(got), complete, err, texts(want), wantComplete, wantErr)
		}
		some += len(got)
	}
	return some
}

// TestNotPlain: with anything else in it, a rule is followed by rrule-go.
func TestNotPlain(t *testing.T) {
	for _, rule := range []string{"FREQ=DAILY;BYHOUR=10", "FREQ=WEEKLY;BYMONTH=8;BYDAY=TH", "FREQ=MONTHLY", "FREQ=HOURLY;INTERVAL=24", "FREQ=DAILY;BYMONTHDAY=11", "FREQ=YEARLY"} {
		p, err := (Rule{Start: "2016-08-11T10:00:00", Zone: "Asia/Damascus", Duration: hour, RRule: rule}).parse(0)
		if err != nil || p.steps != nil {
			t.Errorf("%s: %v", rule, err)
		}
	}
}
