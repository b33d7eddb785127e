package truce

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Precision says how much of a date is known. Nothing is ever made up to fill
// the rest: an unknown day stays unknown (domain.md F34).
type Precision string

// The precisions, from best to none (after ACLED time_precision, with the
// exact instant and the unknown added).
const (
	Exact   Precision = "exact" // an instant, to the second
	Day     Precision = "day"
	Month   Precision = "month"
	Year    Precision = "year"
	Unknown Precision = "unknown"
)

// worked is the precision of a moment that was worked out already, see Between. It is
// in no statement: nothing that is read has it.
const worked Precision = "worked"

// Between is the When of a moment that lies in [earliest, latest): what a date in a
// time zone means, for those who must not look the zone up again. A zero latest, or
// one that is not later, is an exact moment.
func Between(earliest, latest time.Time) When {
	from, to := earliest.UTC().Format(time.RFC3339Nano), latest.UTC().Format(time.RFC3339Nano)
	if latest.IsZero() || from == to {
		return When{At: from, Precision: Exact, Zone: "UTC"}
	}
	return When{At: from + "/" + to, Precision: worked}
}

// workedSpan is the span of a moment that was worked out.
func (w When) workedSpan() (earliest, latest time.Time, err error) {
	from, to, _ := strings.Cut(w.At, "/")
	if earliest, err = time.Parse(time.RFC3339, from); err == nil {
		latest, err = time.Parse(time.RFC3339, to)
	}
	if err != nil {
		return time.Time{}, time.Time{}, w.invalid()
	}
	return earliest.UTC(), latest.UTC(), nil
}

// When is a moment as well as it is known: its text in ISO 8601 reduced to its
// precision ("2016-08-11T10:00:00+03:00", "2016-08-11", "2016-08", "2016"), and
// the IANA name of the zone that the text was written in.
//
// In JSON it is an object {"at","precision","zone"}, or a bare string where
// the text says the precision. The empty When is unknown.
type When struct {
	At        string    `json:"at,omitempty"`
	Precision Precision `json:"precision,omitempty"`
	Zone      string    `json:"zone,omitempty"`
}

// Instant is the When of an exact moment, written in UTC.
func Instant(t time.Time) When {
	return When{At: t.UTC().Format(time.RFC3339), Precision: Exact, Zone: "UTC"}
}

// IsZero reports whether w says nothing at all.
func (w When) IsZero() bool { return w == When{} }

// ParseWhen reads s at the precision that its form implies. zone is the IANA
// name of the zone that s was written in, or empty when that is not known.
// A text of another form is CodeInvalid.
func ParseWhen(s, zone string) (When, error) {
	w := When{At: s, Precision: impliedPrecision(s), Zone: zone}
	if w.Precision == "" {
		return When{}, E(CodeInvalid, "%q is not a date", clip(s)).
			WithHint("write 2016-08-11T10:00:00+03:00, 2016-08-11, 2016-08 or 2016")
	}
	return w, w.check()
}

func impliedPrecision(s string) Precision {
	switch len(s) {
	case 0:
		return Unknown
	case 4:
		return Year
	case 7:
		return Month
	case 10:
		return Day
	}
	if len(s) >= 20 && len(s) <= 35 {
		return Exact
	}
	return ""
}

// UnmarshalJSON reads either form that When describes.
func (w *When) UnmarshalJSON(data []byte) error {
	if s, ok := unquoted(bytes.TrimSpace(data)); ok {
		v, err := ParseWhen(s, "")
		*w = v
		return err
	}
	*w = When{}
	if string(bytes.TrimSpace(data)) != "null" && !w.members(data) {
		return E(CodeInvalid, "a date is a string, or an object with at, precision and zone")
	}
	return w.fill()
}

// members reads the object form. The standard decoder would take "At" for "at",
// and one statement would then say two dates to two readers.
func (w *When) members(data []byte) bool {
	known := true
	object := Members(data, func(name, value []byte) {
		into := map[string]*string{"at": &w.At, "precision": (*string)(&w.Precision), "zone": &w.Zone}[string(name)]
		text, ok := unquoted(value)
		if into == nil || !ok {
			known = false
			return
		}
		*into = text
	})
	return object && known
}

func (w *When) fill() error {
	implied := impliedPrecision(w.At)
	if w.Precision == "" {
		w.Precision = implied
	}
	if w.Precision != implied {
		return E(CodeInvalid, "the date %q does not have the precision %q", clip(w.At), w.Precision)
	}
	return w.check()
}

// check holds what every date must be: one that has a span, in a zone that is
// named as one. Whether the zone exists is asked where the span depends on it.
func (w When) check() error {
	if w.Zone != "" && !zoneForm.MatchString(w.Zone) {
		return w.noZone()
	}
	_, _, err := w.Span()
	return err
}

// zoneForm is the form of the names in the IANA database (its file "theory", of
// names: parts of at most 14 characters, and a few legacy ones longer). A path
// such as Asia/./Damascus opens the same file and is no name.
var zoneForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+_-]{0,31}(/[A-Za-z0-9+_-]{1,32}){0,2}$`)

// notZones lie among the zones of many systems: the zone of the machine, and
// copies that count leap seconds or not.
var notZones = regexp.MustCompile(`^(Local|localtime|posixrules|Factory|leapseconds|(posix|right)/.*)$`)

// widest is how far a local date of an unknown zone can lie from UTC: zones
// run from -12 h to +14 h (IANA tz database).
const widestEast, widestWest = 14 * time.Hour, 12 * time.Hour

// Span is the interval [earliest, latest) in UTC in which the moment lies. An
// exact moment has earliest == latest. An unknown one has two zero times. A
// date without a zone is widened by every zone there is, so that a protection
// computed from it is never too short.
func (w When) Span() (earliest, latest time.Time, err error) {
	if w.Precision == Unknown || w.IsZero() {
		return time.Time{}, time.Time{}, nil
	}
	if w.Precision == Exact {
		t, err := time.Parse(time.RFC3339, w.At)
		if err != nil {
			return t, t, w.invalid()
		}
		return t.UTC(), t.UTC(), nil
	}
	if w.Precision == worked {
		return w.workedSpan()
	}
	return w.localSpan()
}

func (w When) localSpan() (time.Time, time.Time, error) {
	loc, err := w.location()
	if err != nil {
		return time.Time{}, time.Time{}, err
	}
	layout := map[Precision]string{Day: "2006-01-02", Month: "2006-01", Year: "2006"}[w.Precision]
	day, err := time.Parse(layout, w.At)
	if layout == "" || err != nil {
		return time.Time{}, time.Time{}, w.invalid()
	}
	next := map[Precision]time.Time{Day: day.AddDate(0, 0, 1), Month: day.AddDate(0, 1, 0), Year: day.AddDate(1, 0, 0)}[w.Precision]
	start, end := midnight(day, loc, false), midnight(next, loc, true)
	if w.Zone == "" {
		return start.Add(-widestEast), end.Add(widestWest), nil
	}
	return start, end, nil
}

// midnight is the first instant of a calendar day in loc, or, for the end of the
// day before, the first after all of that day. Where clocks go forward at midnight
// (Damascus and Havana did) the day begins at one: for the missing hour time.Date
// gives, west of Greenwich, 23:00 of the day before. Where they go back to midnight
// (Gaza, Amman) the day has two and begins with the first; where they go back past
// it (Newfoundland did) the day before ends with the second.
func midnight(day time.Time, loc *time.Location, end bool) time.Time {
	t := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, loc)
	before, after := t.ZoneBounds()
	if t.Day() != day.Day() && !after.IsZero() {
		return after.UTC()
	}
	first, second, change := t, t, before
	if x := t.Add(-wentBack(before)); x.Before(before) {
		first = x
	} else if x := t.Add(wentBack(after)); !x.Before(after) {
		second, change = x, after
	}
	if end && change.Day() != day.Day() {
		return second.UTC()
	}
	return first.UTC()
}

// wentBack is by how much clocks went back at a change of a zone; less than 0
// where they went forward, 0 at the zero time.
func wentBack(change time.Time) time.Duration {
	if change.IsZero() {
		return 0
	}
	_, old := change.Add(-time.Second).Zone()
	_, now := change.Zone()
	return time.Duration(old-now) * time.Second
}

func (w When) location() (*time.Location, error) {
	if w.Zone == "" {
		return time.UTC, nil
	}
	if loc, ok := zones.Load(w.Zone); ok {
		return loc.(*time.Location), nil
	}
	if !zoneForm.MatchString(w.Zone) || notZones.MatchString(w.Zone) {
		return nil, w.noZone()
	}
	loc, err := time.LoadLocation(w.Zone)
	if err != nil {
		return nil, w.noZone()
	}
	zones.Store(w.Zone, loc)
	return loc, nil
}

// zones keeps the zones once loaded: there are a few hundred at most, and the
// standard library reads a file each time.
var zones sync.Map

func (w When) noZone() error {
	return E(CodeInvalid, "time zone %q is not known", clip(w.Zone)).
		WithHint("use an IANA name such as Asia/Damascus")
}

func (w When) invalid() error {
	return E(CodeInvalid, "%q is not a date", clip(w.At)).
		WithHint("write 2016-08-11T10:00:00+03:00, 2016-08-11, 2016-08 or 2016")
}

// clip shortens text of others for a message.
func clip(s string) string {
	r := []rune(s)
	if len(r) <= 40 {
		return s
	}
	return string(r[:40]) + "…"
}
