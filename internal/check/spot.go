package check

import (
	"encoding/json"
	"math"
	"strconv"
	"time"
	"unsafe"

	"truce/geo"
)

// Spot is a question about a point in JSON, as lists of thousands ask it, read without
// a decoder: an object with the members lat, lon, radiusM, accuracyM, time, from,
// until, asKnownAt, minEntry and id, each at most once, texts without escapes. HTTP and
// command line share it.
type Spot struct {
	Lat, Lon            float64 // degrees, WGS-84
	RadiusM, AccuracyM  float64 // metres, 0 where they are not given
	From, Until         int64   // Unix milliseconds, equal for an instant; see HasTime
	AsKnownAt, MinEntry int64
	ID                  json.RawMessage // in the bytes that were read; a text or a number
	HasRadius, HasTime  bool            // what was given

	rest []byte
	seen uint16
}

// The members that were seen.
const (
	sawLat = 1 << iota
	sawLon
	sawRadius
	sawAccuracy
	sawTime
	sawFrom
	sawUntil
	sawKnown
	sawEntry
	sawID
)

// Read reads a question at the beginning of text, and gives what follows it. Whatever
// is not as simple as a Spot, or not right, is not taken and left to the full reader,
// which says what is wrong with it: Read takes nothing that the full one would not
// take, and reads it as that one does.
func (s *Spot) Read(text []byte) (rest []byte, ok bool) {
	*s = Spot{rest: text}
	if !s.skip('{') {
		return nil, false
	}
	for {
		if !s.member() {
			return nil, false
		}
		if s.skip(',') {
			continue
		}
		ok := s.skip('}') && s.fits()
		return s.rest, ok
	}
}

// ReadAll is Read for a text in which nothing but white space follows.
func (s *Spot) ReadAll(text []byte) bool {
	_, ok := s.Read(text)
	s.space()
	return ok && len(s.rest) == 0
}

// Query is the question for the check, about at; now where it names no time. at is
// where its place is kept: its Lat and Lon are set.
func (s *Spot) Query(at *[1]geo.Point) Query {
	at[0] = geo.Point{Lat: s.Lat, Lon: s.Lon}
	q := Query{Shape: geo.Shape{Type: geo.TypePoint, Points: at[:], AccuracyM: s.AccuracyM}, RadiusM: s.RadiusM, AsKnownAt: s.AsKnownAt, MinEntry: s.MinEntry}
	if s.HasTime {
		q.From, q.Until = time.UnixMilli(s.From).UTC(), time.UnixMilli(s.Until).UTC()
	}
	return q
}

// SetLat sets the latitude to a number as JSON writes it, and reports whether text is
// one and the first for it; the others do so for what they are named after, times being
// in RFC 3339. Complete is to follow.
func (s *Spot) SetLat(text []byte) bool { return s.once(sawLat) && s.whole(text, &s.Lat) }

// SetLon sets the longitude.
func (s *Spot) SetLon(text []byte) bool { return s.once(sawLon) && s.whole(text, &s.Lon) }

// SetRadius sets how near something counts, metres.
func (s *Spot) SetRadius(text []byte) bool { return s.once(sawRadius) && s.whole(text, &s.RadiusM) }

// SetAccuracy sets within how many metres the place is known.
func (s *Spot) SetAccuracy(text []byte) bool {
	return s.once(sawAccuracy) && s.whole(text, &s.AccuracyM)
}

// SetTime sets the instant.
func (s *Spot) SetTime(text []byte) bool { return s.once(sawTime) && s.instant(text, &s.From) }

// SetFrom sets the beginning of the period.
func (s *Spot) SetFrom(text []byte) bool { return s.once(sawFrom) && s.instant(text, &s.From) }

// SetUntil sets its end.
func (s *Spot) SetUntil(text []byte) bool { return s.once(sawUntil) && s.instant(text, &s.Until) }

// Complete reports whether what was set is a question that the full reader would take.
func (s *Spot) Complete() bool { return s.fits() }

func (s *Spot) whole(text []byte, into *float64) bool {
	s.rest = text
	return s.number(into) && len(s.rest) == 0
}

func (s *Spot) fits() bool {
	const place = sawLat | sawLon
	at := geo.Point{Lat: s.Lat, Lon: s.Lon}
	s.HasRadius, s.HasTime = s.seen&sawRadius != 0, s.seen&(sawTime|sawFrom|sawUntil) != 0
	switch {
	case s.seen&place != place || !at.Valid() || at.IsNull():
		return false
	case !(s.RadiusM >= 0 && s.RadiusM <= MaxRadiusM && s.AccuracyM >= 0 && s.AccuracyM <= geo.MaxExtentM):
		return false
	case s.seen&sawTime != 0:
		s.Until = s.From
		return s.seen&(sawFrom|sawUntil) == 0
	case s.seen&sawUntil != 0:
		return s.seen&sawFrom != 0 && s.Until >= s.From
	}
	if s.seen&sawFrom != 0 {
		s.Until = s.From
	}
	return true
}

func (s *Spot) member() bool {
	name, ok := s.text()
	if !ok || !s.skip(':') {
		return false
	}
	s.space()
	switch string(name) {
	case "lat":
		return s.once(sawLat) && s.number(&s.Lat)
	case "lon":
		return s.once(sawLon) && s.number(&s.Lon)
	case "radiusM":
		return s.once(sawRadius) && s.number(&s.RadiusM)
	case "accuracyM":
		return s.once(sawAccuracy) && s.number(&s.AccuracyM)
	case "time":
		return s.once(sawTime) && s.moment(&s.From)
	case "from":
		return s.once(sawFrom) && s.moment(&s.From)
	case "until":
		return s.once(sawUntil) && s.moment(&s.Until)
	case "asKnownAt":
		return s.once(sawKnown) && s.count(&s.AsKnownAt)
	case "minEntry":
		return s.once(sawEntry) && s.count(&s.MinEntry)
	case "id":
		return s.once(sawID) && s.identity()
	}
	return false
}

func (s *Spot) once(bit uint16) bool {
	again := s.seen&bit != 0
	s.seen |= bit
	return !again
}

func (s *Spot) space() {
	i := 0
	for i < len(s.rest) && (s.rest[i] == ' ' || s.rest[i] == '\t' || s.rest[i] == '\r' || s.rest[i] == '\n') {
		i++
	}
	s.rest = s.rest[i:]
}

// skip takes c, and the spaces before it.
func (s *Spot) skip(c byte) bool {
	s.space()
	if len(s.rest) == 0 || s.rest[0] != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

// text takes a text of printable ASCII without escapes.
func (s *Spot) text() ([]byte, bool) {
	s.space()
	if len(s.rest) == 0 || s.rest[0] != '"' {
		return nil, false
	}
	for i := 1; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case c == '"':
			t := s.rest[1:i]
			s.rest = s.rest[i+1:]
			return t, true
		case c < ' ' || c >= 0x7f || c == '\\':
			return nil, false
		}
	}
	return nil, false
}

// identity takes a text or a number as it is.
func (s *Spot) identity() bool {
	begin := s.rest
	if _, ok := s.text(); !ok {
		var v float64
		if !s.number(&v) {
			return false
		}
	}
	s.ID = json.RawMessage(begin[:len(begin)-len(s.rest)])
	return true
}

// count takes a whole number from 0 of up to 15 digits.
func (s *Spot) count(into *int64) bool {
	i := 0
	for i < len(s.rest) && isDigit(s.rest[i]) {
		i++
	}
	if i == 0 || i > 15 || s.rest[0] == '0' && i > 1 || i < len(s.rest) && (s.rest[i] == '.' || s.rest[i]|0x20 == 'e') {
		return false
	}
	for _, c := range s.rest[:i] {
		*into = *into*10 + int64(c-'0')
	}
	s.rest = s.rest[i:]
	return true
}

// number takes a number of JSON (RFC 8259, 6). One of few digits is exact as a quotient of two numbers that are (W. D.
// Clinger, How to read floating point numbers accurately, 1990); the rest is left to strconv.
func (s *Spot) number(into *float64) bool {
	t := s.rest
	i, digits, decimals := 0, uint64(0), 0
	if i < len(t) && t[i] == '-' {
		i++
	}
	first := i
	for i < len(t) && isDigit(t[i]) {
		digits = digits*10 + uint64(t[i]-'0')
		i++
	}
	if i == first || t[first] == '0' && i > first+1 {
		return false
	}
	if i < len(t) && t[i] == '.' {
		point := i
		for i++; i < len(t) && isDigit(t[i]); i++ {
			digits = digits*10 + uint64(t[i]-'0')
		}
		if decimals = i - point - 1; decimals == 0 {
			return false
		}
	}
	if i < len(t) && (t[i] == 'e' || t[i] == 'E' || t[i] == '.' || t[i] == '+') {
		return false
	}
	s.rest = t[i:]
	if i-first <= 16 {
		v := float64(digits) / powers[decimals]
		if t[0] == '-' {
			v = -v
		}
		*into = v
		return digits < 1<<53
	}
	v, err := strconv.ParseFloat(unsafe.String(&t[0], i), 64)
	*into = v
	return err == nil && !math.IsInf(v, 0)
}

var powers = [17]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// moment takes an instant: RFC 3339 in whole milliseconds.
func (s *Spot) moment(into *int64) bool {
	t, ok := s.text()
	return ok && s.instant(t, into)
}

func (s *Spot) instant(t []byte, into *int64) bool {
	if len(t) < len("2006-01-02T15:04:05Z") || len(t) > 35 {
		return false
	}
	if ms, ok := utcSecond(t); ok {
		*into = ms
		return true
	}
	var at time.Time
	err := at.UnmarshalText(t)
	*into = at.UnixMilli()
	return err == nil && at.Nanosecond()%1_000_000 == 0
}

// utcSecond reads the commonest form, 2016-08-11T10:00:00Z, as Unix milliseconds. Days from 29 on are left to the library.
func utcSecond(t []byte) (int64, bool) {
	const form = "0000-00-00T00:00:00Z"
	if len(t) != len(form) {
		return 0, false
	}
	for i := range t {
		if digit := form[i] == '0'; digit != isDigit(t[i]) || !digit && t[i] != form[i] {
			return 0, false
		}
	}
	two := func(i int) int { return int(t[i]-'0')*10 + int(t[i+1]-'0') }
	year, month, day, hour, minute, second := two(0)*100+two(2), two(5), two(8), two(11), two(14), two(17)
	if month < 1 || month > 12 || day < 1 || day > 28 || hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	days := int64(daysBefore(year, month)) + int64(day-1)
	return (days*86_400 + int64(hour*3600+minute*60+second)) * 1000, true
}

// daysBefore are the days from 1970-01-01 to the first of a month (H. Hinnant, chrono-compatible low-level date
// algorithms, days_from_civil).
func daysBefore(year, month int) int {
	if month <= 2 {
		year--
	}
	era := (year+400)/400 - 1 // year is not below -1
	ofEra := year - era*400
	ofYear := (153*((month+9)%12) + 2) / 5
	return era*146_097 + ofEra*365 + ofEra/4 - ofEra/100 + ofYear - 719_468
}
