package schedule

import "testing"

// BenchmarkExpandYear: a year of daily windows of three hours, with two changes
// of the clocks in it (bar: 100 µs).
func BenchmarkExpandYear(b *testing.B) {
	r := Rule{Start: "2016-01-01T10:00:00", Zone: "Asia/Damascus", Duration: 3 * hour, RRule: "FREQ=DAILY"}
	horizon := utc("2016-12-31T00:00:00Z")
	b.ReportAllocs()
	for b.Loop() {
		if e, err := Expand(r, horizon, 0); err != nil || len(e.Intervals) != 365 {
			b.Fatal(len(e.Intervals), err)
		}
	}
}

// BenchmarkNeverHappens: the rule that takes the longest to refuse.
func BenchmarkNeverHappens(b *testing.B) {
	r := Rule{Start: "1900-01-01T10:00:00", Zone: "Asia/Damascus", Duration: 3 * hour, RRule: "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}
	for b.Loop() {
		if _, err := Expand(r, utc("2016-12-31T00:00:00Z"), 0); err == nil {
			b.Fatal("the 30 February")
		}
	}
}

// BenchmarkAt: is it open, in a year of daily windows.
func BenchmarkAt(b *testing.B) {
	r := Rule{Start: "2016-01-01T10:00:00", Zone: "Asia/Damascus", Duration: 3 * hour, RRule: "FREQ=DAILY"}
	e, err := Expand(r, utc("2016-12-31T00:00:00Z"), 0)
	if err != nil {
		b.Fatal(err)
	}
	at := utc("2016-08-11T08:00:00Z")
	for b.Loop() {
		if in, _ := e.At(at); !in {
			b.Fatal("closed")
		}
	}
}
