package schedule

import (
	"archive/zip"
	"bytes"
	_ "embed" // the tz database
	"io"
	"sync"
	"time"

	"truce"
)

// TZVersion is the version of the tz database that this package works with:
// zoneinfo.zip, a copy of lib/time/zoneinfo.zip of Go 1.26 (its update.bash names
// the version). The database is in the public domain (iana.org/time-zones). It is
// embedded, and the one of the machine never asked, so that every machine gives the
// same instants and can say by which version.
const TZVersion = "2025c"

//go:embed zoneinfo.zip
var zoneinfo []byte

// zoneFiles are the files of the database by the names of their zones.
// They are found on the first call, and not as the program begins: one that never looks
// a zone up, such as the page that checks packs, is linked without the database.
func zoneFiles() map[string]*zip.File {
	zonesFound.Do(findZones)
	return zonesInside
}

var (
	zonesFound  sync.Once
	zonesInside map[string]*zip.File
)

func findZones() {
	r, err := zip.NewReader(bytes.NewReader(zoneinfo), int64(len(zoneinfo)))
	if err != nil {
		panic("schedule: the embedded tz database: " + err.Error()) // a broken build, found by any test
	}
	files := make(map[string]*zip.File, len(r.File))
	for _, f := range r.File {
		files[f.Name] = f
	}
	zonesInside = files
}

// zones keeps what was read: a few hundred zones at most.
var zones sync.Map

// Zone is the IANA time zone called name, as the embedded database has it. Names
// are exact, letter case included. A zone that is not there is CodeInvalid.
func Zone(name string) (*time.Location, error) {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location), nil
	}
	f, ok := zoneFiles()[name]
	if !ok || f.FileInfo().IsDir() {
		return nil, truce.E(truce.CodeInvalid, "time zone %q is not known", clip(name)).
			WithHint("use an IANA name such as Asia/Damascus")
	}
	z, err := readZone(name, f)
	if err == nil {
		zones.Store(name, z)
	}
	return z, err
}

func readZone(name string, f *zip.File) (*time.Location, error) {
	r, err := f.Open()
	if err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "time zone %q cannot be read", name)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "time zone %q cannot be read", name)
	}
	z, err := time.LoadLocationFromTZData(name, data)
	if err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "time zone %q cannot be read", name)
	}
	return z, nil
}

// wallClock reads local times of one zone. It remembers the span between two
// changes of the zone's offset that it last looked into: most times lie in the
// same as the one before them.
type wallClock struct {
	zone        *time.Location
	from, until time.Time // UTC; the span, without the days next to its ends
	offset      time.Duration
}

// nearChange is how close to a change of offset a time is looked at in full: no
// two offsets lie further apart (zones run from -12 to +14 hours).
const nearChange = 26 * time.Hour

// instant is the UTC instant of a local time, which is handed as if it were UTC.
// The package comment says what is done with times that do not exist or exist
// twice: both take the offset from before the change.
func (w *wallClock) instant(local time.Time) time.Time {
	if t := local.Add(-w.offset); t.After(w.from) && t.Before(w.until) {
		return t
	}
	t := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), local.Second(), 0, w.zone)
	start, end := t.ZoneBounds()
	read := local.Add(-offsetAt(t))
	w.remember(t, start, end)
	switch {
	case !read.Equal(t) && !end.IsZero() && !read.Before(end): // skipped, and t lies before the change
		return read
	case start.IsZero():
		return t.UTC()
	}
	before := local.Add(-offsetAt(start.Add(-time.Second)))
	if !read.Equal(t) || before.Before(start) { // skipped, and t lies after the change; or the first of two
		return before
	}
	return t.UTC()
}

func (w *wallClock) remember(t, start, end time.Time) {
	w.offset = offsetAt(t)
	w.from, w.until = t.UTC(), t.UTC().AddDate(1, 0, 0) // where the zone never changes again
	if !start.IsZero() {
		w.from = start.UTC().Add(nearChange)
	}
	if !end.IsZero() {
		w.until = end.UTC().Add(-nearChange)
	}
}

// offsetAt is by how much local time is ahead of UTC at t, in t's zone.
func offsetAt(t time.Time) time.Duration {
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}
