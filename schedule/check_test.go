package schedule

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"truce"
)

func TestCheck(t *testing.T) {
	r := Rule{Start: "2016-10-26T23:30:00", Zone: "Asia/Damascus", Duration: 3 * hour, RRule: "FREQ=DAILY;COUNT=5"}
	right := expand(t, r, "2050-01-01T00:00:00Z").Intervals
	with := func(i int, by time.Duration) []Interval {
		out := append([]Interval(nil), right...)
		out[i] = Interval{From: out[i].From.Add(by), Until: out[i].Until.Add(by)}
		return out
	}
	longer := append([]Interval(nil), right...)
	longer[4].Until = longer[4].Until.Add(hour)
	for _, c := range []struct {
		name   string
		signed []Interval
		tz     string
		code   truce.Code // "" is right, "warn" a warning
		says   string
	}{
		{"right", right, TZVersion, "", ""},
		{"right, by another version", right, "2016f", "", ""},
		{"a part", right[:2], TZVersion, "", ""},
		{"without the first", right[1:], TZVersion, truce.CodeInvalid, "2016-10-26T20:30:00Z"},
		{"without the third", append(append([]Interval(nil), right[:2]...), right[3:]...), TZVersion, truce.CodeInvalid, "2016-10-28T21:30:00Z"},
		{"winter time missed", with(2, -hour), TZVersion, truce.CodeInvalid, "2016-10-28T20:30:00Z"},
		{"winter time unknown then", with(2, -hour), "2016a", "warn", "2016-10-28T20:30:00Z"},
		{"the last moved, then", with(4, hour), "2016a", "warn", "2016-10-30T21:30:00Z"},
		{"moved too far", with(2, -4*hour), "2016a", truce.CodeInvalid, "2016-10-28T17:30:00Z"},
		{"missing, by another version", right[1:], "2016a", truce.CodeInvalid, "2016-10-26T20:30:00Z"},
		{"longer", longer, TZVersion, truce.CodeInvalid, "2016-10-31T00:30:00Z"},
		{"more than the rule has", append(append([]Interval(nil), right...), Interval{utc("2016-11-20T00:00:00Z"), utc("2016-11-20T01:00:00Z")}), TZVersion,
			truce.CodeInvalid, "2016-11-20T00:00:00Z"},
		{"no version", right, "latest", truce.CodeInvalid, "latest"},
		{"nothing", nil, TZVersion, truce.CodeTooLarge, "0 intervals"},
		{"not in order", []Interval{right[1], right[0]}, TZVersion, truce.CodeInvalid, ""},
	} {
		err := Check(r, c.signed, c.tz)
		code := truce.CodeOf(err)
		if w, ok := errors.AsType[*OtherTZ](err); ok {
			code = "warn"
			if w.Signed != c.tz || w.Ours != TZVersion {
				t.Errorf("%s: %+v", c.name, w)
			}
		}
		if code != c.code || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	r.RRule = "FREQ=SECONDLY"
	if err := Check(r, right, TZVersion); truce.CodeOf(err) != truce.CodeInvalid {
		t.Errorf("a rule that cannot be followed: %v", err)
	}
}

// TestCheckWhatWasExpanded: what Expand gives at any horizon passes.
func TestCheckWhatWasExpanded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := someRule(t)
		begin, _ := time.Parse(localForm, r.Start)
		e, err := Expand(r, begin.Add(time.Duration(rapid.IntRange(30, 60*24).Draw(t, "hours"))*hour), 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := Check(r, e.Intervals, TZVersion); err != nil {
			t.Fatalf("%+v: %v: %v", r, texts(e.Intervals), err)
		}
	})
}
