package oracle

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
)

// statuses are those of the three windows of the golden calendar: what one side alone
// announced is never CONFIRMED.
var statuses = map[string]string{"window-pause1": "TENTATIVE", "window-road2": "CONFIRMED", "window-evac3": "CANCELLED"}

// TestCalendar: another implementation of RFC 5545, in Go and so wherever the tests
// run, reads the calendar that package feeds writes with go-ical: its golden file, which
// the tests of feeds hold equal to what is written.
func TestCalendar(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "internal", "feeds", "testdata", "golden", "calendar.en.ics"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	calendar, err := ics.ParseCalendar(f)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, e := range calendar.Events() {
		if id := e.Id(); id == "" || seen[id] {
			t.Errorf("id %q", id)
		}
		seen[e.Id()] = true
		event(t, e)
	}
	if len(seen) != 7 {
		t.Errorf("%d events", len(seen))
	}
}

func event(t *testing.T, e *ics.VEvent) {
	t.Helper()
	text := func(p ics.ComponentProperty) string {
		if v := e.GetProperty(p); v != nil {
			return v.Value
		}
		return ""
	}
	from, err1 := e.GetStartAt()
	until, err2 := e.GetEndAt()
	if err1 != nil || err2 != nil || !from.Before(until) || from.Location() != time.UTC {
		t.Errorf("%s: from %v to %v, %v, %v", e.Id(), from, until, err1, err2)
	}
	window, _, _ := strings.Cut(e.Id(), ".")
	if is := text(ics.ComponentPropertyStatus); is == "" || is != statuses[window] {
		t.Errorf("%s: %s", e.Id(), is)
	}
	if text(ics.ComponentPropertySummary) == "" || !strings.Contains(text(ics.ComponentPropertyDescription), "Protection under the law does not depend") {
		t.Errorf("%s: %q", e.Id(), text(ics.ComponentPropertyDescription))
	}
}
