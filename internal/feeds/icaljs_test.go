package feeds

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"truce/internal/i18n"
)

// icalJS makes a folder with ical.js in it (MPL-2.0, Thunderbird's library for
// calendars), installed by npm with the lock file of testdata, and kept in the user's
// cache. Where there is no node, no npm or no registry, the test is left out.
func icalJS(t *testing.T) string {
	t.Helper()
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip("no " + tool + " here: calendars are not read by another implementation")
		}
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = t.TempDir()
	}
	dir := filepath.Join(cache, "truce-tests", "ical.js-2.2.1")
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "ical.js", "package.json")); err != nil {
		install(t, dir)
	}
	script, err := os.ReadFile(filepath.Join("testdata", "icaljs", "read.mjs"))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "read.mjs"), script, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func install(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Skip("no folder for ical.js: " + err.Error())
	}
	for _, name := range []string{"package.json", "package-lock.json"} {
		data, err := os.ReadFile(filepath.Join("testdata", "icaljs", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("ical.js cannot be had from npm here: %v: %.200s", err, out)
	}
}

// read is what ical.js found in a calendar.
type read struct {
	Version, Name, Refresh, RefreshType, Method string
	Longest                                     int
	Bare                                        bool
	Events                                      []struct {
		UID, Summary, Description, Location, From, Until, Status, Geo, Stamp, Modified, URL string
		UTC                                                                                 bool
		Sequence                                                                            int
	}
}

func readByICALjs(t *testing.T, dir string, calendar []byte) read {
	t.Helper()
	cmd := exec.Command("node", filepath.Join(dir, "read.mjs"))
	cmd.Stdin = bytes.NewReader(calendar)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	var r read
	if err != nil || json.Unmarshal(out, &r) != nil {
		t.Fatalf("ical.js: %v: %s", err, errs.String())
	}
	return r
}

// TestCalendarByAnother: what another implementation reads is what was meant.
func TestCalendarByAnother(t *testing.T) {
	dir := icalJS(t)
	for _, lang := range []i18n.Lang{i18n.English, i18n.Arabic} {
		b := aleppo()
		data, err := Calendar(b, lang)
		if err != nil {
			t.Fatal(err)
		}
		r := readByICALjs(t, dir, data)
		if r.Version != "2.0" || r.Refresh != "PT15M" || r.RefreshType != "duration" || r.Method != "PUBLISH" || r.Longest > 75 || r.Bare || len(r.Events) != 7 ||
			!strings.HasPrefix(r.Name, i18n.Text(lang, "public.title", nil)) {
			t.Fatalf("%+v", r)
		}
		status := map[string]string{"window-pause1": "TENTATIVE", "window-road2": "CONFIRMED", "window-evac3": "CANCELLED"}
		at := map[string]int{}
		for _, e := range r.Events {
			id, _, _ := strings.Cut(e.UID, ".")
			n := noticeOf(b, id)
			iv := n.Hours[at[id]]
			at[id]++
			if e.Status != status[id] || e.Sequence != len(n.Versions)-1 || !e.UTC || e.From != iv.From.Format("2006-01-02T15:04:05.000Z") ||
				e.Until != iv.Until.Format("2006-01-02T15:04:05.000Z") || e.Summary != b.tell(n, lang).headline() || e.Location != b.tell(n, lang).where() ||
				e.Modified != n.newest().At.Format(time.RFC3339) || e.Stamp != e.Modified || !strings.Contains(e.Description, i18n.Text(lang, "public.law", nil)) {
				t.Errorf("%+v", e)
			}
		}
		if got := r.Events[0].Geo; got != "36.2;37.16" {
			t.Errorf("at %s", got)
		}
	}
}

// TestOddCalendars: an empty board and hostile names are calendars too.
func TestOddCalendars(t *testing.T) {
	dir := icalJS(t)
	b := aleppo()
	b.Notices = nil
	data, err := Calendar(b, i18n.Arabic)
	if err != nil {
		t.Fatal(err)
	}
	if r := readByICALjs(t, dir, data); len(r.Events) != 1 || r.Events[0].Summary != i18n.Text(i18n.Arabic, "public.none", nil) {
		t.Errorf("empty: %+v", r)
	}
	b = aleppo()
	title := "a;b,c\\n \"d\" <e>: " + strings.Repeat("حلب ", 60)
	b.Notices[0].Titles = Words{"en": title + "\r\nSTATUS:CONFIRMED"}
	if data, err = Calendar(b, i18n.English); err != nil {
		t.Fatal(err)
	}
	r := readByICALjs(t, dir, data)
	if !strings.Contains(r.Events[0].Summary, title) || r.Events[0].Status != "TENTATIVE" || r.Longest > 75 {
		t.Errorf("hostile: %+v", r.Events[0])
	}
}

func noticeOf(b *Board, id string) *Notice {
	for i := range b.Notices {
		if b.Notices[i].ID == id {
			return &b.Notices[i]
		}
	}
	return &Notice{}
}

// TestDroppedTimes: a time that an amendment took away is told as called off, under
// the UID that phones know it by; one that only ends earlier is not.
func TestDroppedTimes(t *testing.T) {
	dir := icalJS(t)
	b := aleppo()
	n := &b.Notices[0]
	was := n.Hours[4]
	shorter := n.Hours[0]
	shorter.Until = shorter.Until.Add(time.Hour)
	n.Hours, n.Dropped = n.Hours[:4], append(daily("2016-08-15T07:00:00Z", 3, 1), shorter, was)
	b.Notices = b.Notices[:1]
	data, err := Calendar(b, i18n.English)
	if err != nil {
		t.Fatal(err)
	}
	events := readByICALjs(t, dir, data).Events
	if len(events) != 5 {
		t.Fatalf("%d events", len(events))
	}
	for i, e := range events {
		if cancelled := e.Status == "CANCELLED"; cancelled != (i == 4) || cancelled != strings.Contains(e.Summary, "Called off") || i == 4 && !strings.Contains(e.UID, "20160815T070000Z") {
			t.Errorf("%d: %s %s", i, e.Status, e.Summary)
		}
	}
}
