package schedule

import (
	"testing"
	"time"
)

// FuzzExpand: whatever the rule, there is an answer, soon, and a valid one.
func FuzzExpand(f *testing.F) {
	for _, rule := range []string{"", "FREQ=DAILY", "FREQ=DAILY;COUNT=3", "FREQ=SECONDLY", "FREQ=HOURLY;INTERVAL=2;BYHOUR=11", "FREQ=HOURLY;INTERVAL=24;BYHOUR=10",
		"FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=5TH;BYMONTH=2", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=TH", "FREQ=YEARLY;BYDAY=-53TH", "FREQ=YEARLY;BYYEARDAY=-366,224",
		"FREQ=YEARLY;BYMONTHDAY=11;BYMONTH=8;BYSETPOS=-1,1", "FREQ=WEEKLY;WKST=SU;INTERVAL=999;BYDAY=TH,SU", "FREQ=DAILY;BYMONTH=8;BYMONTHDAY=11;BYDAY=TH",
		"FREQ=DAILY;BYHOUR=10,22;BYMINUTE=0,30;BYSECOND=0;BYSETPOS=4,-4", "FREQ=HOURLY;BYYEARDAY=224;BYHOUR=10", "FREQ=DAILY;UNTIL=20160820T000000Z", "=;=", "FREQ=YEARLY;BYWEEKNO=-1,1,52"} {
		f.Add("2016-08-11T10:00:00", "Asia/Damascus", int64(3*hour), rule, "2016-08-12T10:00:00", "", int64(400))
	}
	f.Add("2096-02-29T23:59:59", "Europe/Kyiv", int64(time.Second), "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "", "2199-12-31T23:59:59", int64(40_000))
	f.Fuzz(func(t *testing.T, start, zone string, duration int64, rule, ex, until string, days int64) {
		r := Rule{Start: start, Zone: zone, Duration: time.Duration(duration), RRule: rule, Until: until}
		if ex != "" {
			r.ExDates = []string{ex}
		}
		horizon := utc("2016-08-11T00:00:00Z").Add(time.Duration(days%60_000) * 24 * hour)
		e, err := Expand(r, horizon, 500)
		if err != nil || len(e.Intervals) == 0 {
			return
		}
		if err := Valid(e.Intervals); err != nil {
			t.Fatal(err)
		}
		if err := Check(r, e.Intervals, TZVersion); err != nil && ex == "" {
			t.Fatalf("%+v: %v", r, err)
		}
		if !e.Intervals[len(e.Intervals)-1].From.Before(horizon) {
			t.Fatal("a start past the horizon")
		}
	})
}

// FuzzInterval: what is read is written alike.
func FuzzInterval(f *testing.F) {
	f.Add("2016-08-11T07:00:00Z/2016-08-11T10:00:00Z")
	f.Add("/")
	f.Fuzz(func(t *testing.T, text string) {
		var iv Interval
		if err := iv.UnmarshalText([]byte(text)); err == nil && iv.String() != text {
			t.Fatalf("%q became %q", text, iv)
		}
	})
}
