package truce

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestWhenSpan(t *testing.T) {
	for _, c := range []struct{ text, zone, from, until string }{
		{"2016-08-11T10:00:00+03:00", "", "2016-08-11T07:00:00Z", "2016-08-11T07:00:00Z"},
		{"2016-08-11", "Asia/Damascus", "2016-08-10T21:00:00Z", "2016-08-11T21:00:00Z"},
		{"2016-02", "UTC", "2016-02-01T00:00:00Z", "2016-03-01T00:00:00Z"},
		{"2016", "UTC", "2016-01-01T00:00:00Z", "2017-01-01T00:00:00Z"},
		// Without a zone: widened by every zone on earth.
		{"2016-08-11", "", "2016-08-10T10:00:00Z", "2016-08-12T12:00:00Z"},
		// The day on which Damascus put its clocks forward, at midnight.
		{"2016-03-25", "Asia/Damascus", "2016-03-24T22:00:00Z", "2016-03-25T21:00:00Z"},
		// The same west of Greenwich: the day before lasts until the clocks jump.
		{"2016-03-12", "America/Havana", "2016-03-12T05:00:00Z", "2016-03-13T05:00:00Z"},
		{"2016-03-13", "America/Havana", "2016-03-13T05:00:00Z", "2016-03-14T04:00:00Z"},
		// The days on which clocks went back to midnight: it came twice, and the first begins the day.
		{"2016-10-29", "Asia/Gaza", "2016-10-28T21:00:00Z", "2016-10-29T22:00:00Z"},
		{"2016-10-28", "Asia/Gaza", "2016-10-27T21:00:00Z", "2016-10-28T21:00:00Z"},
		{"2006-10-28", "America/St_Johns", "2006-10-28T02:30:00Z", "2006-10-29T03:30:00Z"}, // 00:01 became 23:01
		{"2011-12-29", "Pacific/Apia", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"},     // the 30th was left out
		{"2016-11-06", "America/Havana", "2016-11-06T04:00:00Z", "2016-11-07T05:00:00Z"},
	} {
		w, err := ParseWhen(c.text, c.zone)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		a, b, _ := w.Span()
		if a.Format(time.RFC3339) != c.from || b.Format(time.RFC3339) != c.until {
			t.Errorf("%s %s: %s to %s", c.text, c.zone, a.Format(time.RFC3339), b.Format(time.RFC3339))
		}
	}
}

func TestWhenNeverInvents(t *testing.T) {
	for _, s := range []string{"-1", "2016-00", "2016-02-30", "2016-8-1", "11/08/2016", "tomorrow", "2016-08-11T25:00:00Z", "2016-08-11 10:00"} {
		if w, err := ParseWhen(s, ""); err == nil {
			t.Errorf("%q was read as %+v", s, w)
		}
	}
	w, err := ParseWhen("", "")
	if err != nil || w.Precision != Unknown {
		t.Errorf("the empty date is unknown: %+v, %v", w, err)
	}
}

func TestWhenJSONKeepsPrecision(t *testing.T) {
	for _, in := range []string{`"2016"`, `{"at":"2016-08","precision":"month","zone":"Europe/Kyiv"}`, `{"precision":"unknown"}`} {
		var w, again When
		if err := json.Unmarshal([]byte(in), &w); err != nil {
			t.Fatal(in, err)
		}
		out, _ := json.Marshal(w)
		if err := json.Unmarshal(out, &again); err != nil || again != w {
			t.Errorf("%s became %s: %v", in, out, err)
		}
	}
}

// One date has one spelling of its members, so that all readers read the same.
func TestWhenTakesNoOtherMembers(t *testing.T) {
	for _, in := range []string{`{"at":"2016","At":"2017"}`, `{"AT":"2016"}`, `{"at":2016}`, `{"at":null}`, `{"at":"2016","note":"x"}`, `[]`, `7`} {
		var w When
		if err := json.Unmarshal([]byte(in), &w); err == nil {
			t.Errorf("%s was read as %+v", in, w)
		}
	}
}

// Only names of the IANA database are zones: a path that leads to the same file
// has no end of spellings, and each would be kept in memory.
func TestWhenZones(t *testing.T) {
	for _, zone := range []string{"Asia/./Damascus", "Asia//Damascus", "../Asia/Damascus", "right/Asia/Damascus", "posix/Asia/Damascus",
		"Local", "localtime", "posixrules", "Asia/Damascus/", "/Asia/Damascus", strings.Repeat("A", 40), "Nowhere/None"} {
		if w, err := ParseWhen("2016-08-11", zone); CodeOf(err) != CodeInvalid {
			t.Errorf("%q was taken for a zone: %+v, %v", zone, w, err)
		}
	}
	for _, zone := range []string{"America/Argentina/Buenos_Aires", "Etc/GMT+3", "America/Port-au-Prince", "EST5EDT", "UTC", "Europe/Kyiv"} {
		if _, err := ParseWhen("2016-08-11", zone); err != nil {
			t.Errorf("%q: %v", zone, err)
		}
	}
	// Of an instant the zone decides nothing, and is no place for other texts.
	if _, err := ParseWhen("2016-08-11T10:00:00Z", "call the duty desk"); CodeOf(err) != CodeInvalid {
		t.Errorf("any text stands as a zone: %v", err)
	}
}

// What is read as a date has a span, and is the same when it is written and read again.
func FuzzWhen(f *testing.F) {
	for _, s := range []string{`"2016"`, `"2016-08-11T10:00:00+03:00"`, `{"at":"2016-08","precision":"month","zone":"Europe/Kyiv"}`, `null`, `{}`, `{"at"`,
		`{"at":"2016","At":"2017"}`, `{"zone":"Asia/./Damascus","at":"2016"}`, `""`, `[`, ``} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var w, again When
		if w.UnmarshalJSON(data) != nil {
			return
		}
		from, until, err := w.Span()
		if err != nil || until.Before(from) {
			t.Fatalf("%q: from %s until %s, %v", data, from, until, err)
		}
		out, err := json.Marshal(w)
		if err != nil || again.UnmarshalJSON(out) != nil || again != w {
			t.Fatalf("%q became %s: %+v, %+v, %v", data, out, w, again, err)
		}
	})
}
