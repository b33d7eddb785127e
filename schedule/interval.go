package schedule

import (
	"strings"
	"time"

	"truce"
)

// Interval is a span of time in UTC, whole seconds: From belongs to it, Until
// does not. Its text is that of ISO 8601: "2016-08-11T07:00:00Z/2016-08-11T10:00:00Z".
type Interval struct{ From, Until time.Time }

// Holds reports whether t lies in the interval.
func (i Interval) Holds(t time.Time) bool { return !t.Before(i.From) && t.Before(i.Until) }

// Length is the elapsed time from start to end.
func (i Interval) Length() time.Duration { return i.Until.Sub(i.From) }

// String is the text of the interval.
func (i Interval) String() string {
	return i.From.UTC().Format(time.RFC3339) + "/" + i.Until.UTC().Format(time.RFC3339)
}

// MarshalText writes the text of the interval. It does not fail.
func (i Interval) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads the text of an interval: exactly the spelling that String
// writes, with the end after the start. Anything else is CodeInvalid.
func (i *Interval) UnmarshalText(text []byte) error {
	from, until, ok := strings.Cut(string(text[:min(len(text), 64)]), "/")
	f, err1 := time.Parse(time.RFC3339, from)
	u, err2 := time.Parse(time.RFC3339, until)
	read := Interval{From: f.UTC(), Until: u.UTC()}
	if !ok || err1 != nil || err2 != nil || read.String() != string(text) || !f.Before(u) {
		return truce.E(truce.CodeInvalid, "%q is not an interval of time", clip(string(text))).
			WithHint("write 2016-08-11T07:00:00Z/2016-08-11T10:00:00Z, in UTC, the end after the start")
	}
	*i = read
	return nil
}

// clip shortens text of others for a message.
func clip(s string) string {
	r := []rune(s[:min(len(s), 400)])
	if len(r) <= 40 {
		return s
	}
	return string(r[:40]) + "…"
}
