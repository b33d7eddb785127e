package feeds

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"truce/geo"
	"truce/internal/i18n"
	"truce/schedule"
)

var update = flag.Bool("update", false, "write the golden files anew")

func utc(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

func shape(text string) geo.Shape {
	var s geo.Shape
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		panic(err)
	}
	return s
}

func daily(start string, hours, days int) []schedule.Interval {
	var out []schedule.Interval
	for i := range days {
		from := utc(start).AddDate(0, 0, i)
		out = append(out, schedule.Interval{From: from, Until: from.Add(time.Duration(hours) * time.Hour)})
	}
	return out
}

var (
	russia = Side{ID: "russia", Names: Words{"en": "Russian Federation", "ar": "الاتحاد الروسي", "ru": "Российская Федерация"}, State: "announced"}
	group  = Side{ID: "group-a", Names: Words{"en": "Group A", "ar": "الجماعة أ"}, State: "silent"}
)

// aleppo is a pause that one side announced, a corridor that all agreed to, and an
// evacuation that was called off: an exercise.
func aleppo() *Board {
	agreed := group
	agreed.State = "accepted"
	return &Board{Base: "https://truce.example", Register: "demo.truce.example/aleppo-2016", Size: 43, KnownAt: utc("2016-08-11T08:00:00Z"),
		Now: utc("2016-08-11T08:00:30Z"), Notices: []Notice{
			{ID: "window-pause1", Kind: "pause", Titles: Words{"en": "Daily pause of three hours, Aleppo", "ar": "هدنة يومية من ثلاث ساعات، حلب"},
				PlaceOf: Words{"en": "Aleppo", "ar": "حلب", "ru": "Алеппо"}, Place: shape(`{"type":"Circle","coordinates":[37.16,36.2],"radiusM":12000}`),
				Zone: "Asia/Damascus", Status: "exercise", Versions: []Version{{12, utc("2016-08-10T15:00:00Z")}},
				Hours: daily("2016-08-11T07:00:00Z", 3, 5), Horizon: utc("2016-08-16T00:00:00Z"), Sides: []Side{russia, group},
				Missing: []Gap{{Code: "acceptance", On: group.Names, Since: utc("2016-08-10T15:00:00Z")}}},
			{ID: "window-road2", Kind: "corridor", Titles: Words{"en": "Castello road, northward"}, PlaceOf: Words{"en": "Castello road"},
				Place: shape(`{"type":"LineString","coordinates":[[37.12,36.24],[37.14,36.26],[37.15,36.29]],"bufferM":250}`),
				Zone:  "Asia/Damascus", Status: "exercise", Versions: []Version{{20, utc("2016-08-10T16:00:00Z")}, {31, utc("2016-08-11T05:30:00Z")}},
				Hours: daily("2016-08-12T07:00:00Z", 6, 1), Complete: true, Sides: []Side{russia, agreed}, AgreedByAll: true, Ready: true},
			{ID: "window-evac3", Kind: "evacuation", Titles: Words{"en": "Evacuation of wounded"}, Zone: "Asia/Damascus", Status: "exercise",
				Versions: []Version{{22, utc("2016-08-10T17:00:00Z")}, {25, utc("2016-08-10T18:00:00Z")}, {40, utc("2016-08-11T07:30:00Z")}},
				Hours:    daily("2016-08-11T07:00:00Z", 8, 1), Complete: true, Sides: []Side{russia, agreed}, AgreedByAll: true, Off: true},
		}}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || string(want) != string(got) {
		t.Errorf("%s is not what it was (go test -update writes it anew): %v", path, err)
	}
}

// documents are all that is made of a board, by name.
func documents(t *testing.T, b *Board) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	keep := func(name string, data []byte, err error) {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = data
	}
	for _, lang := range i18n.Languages() {
		page, err := Page(b, lang)
		keep("page."+string(lang)+".html", page, err)
		cal, err := Calendar(b, lang)
		keep("calendar."+string(lang)+".ics", cal, err)
		feed, err := Atom(b, lang)
		keep("feed."+string(lang)+".atom", feed, err)
		places, err := GeoJSON(b, lang)
		keep("places."+string(lang)+".geojson", places, err)
	}
	for i := range b.Notices {
		alert, err := Alert(b, &b.Notices[i])
		keep("alert."+b.Notices[i].ID+".xml", alert, err)
	}
	return out
}

func TestGolden(t *testing.T) {
	for name, data := range documents(t, aleppo()) {
		if strings.Contains(name, ".en.") || strings.Contains(name, ".ar.html") || strings.Contains(name, ".ru.html") || strings.HasPrefix(name, "alert") {
			golden(t, name, data)
		}
	}
}

// TestStanding: what one side announced is never agreed by all, whatever else is
// said of it.
func TestStanding(t *testing.T) {
	sides := func(states ...string) []Side {
		out := make([]Side, len(states))
		for i, s := range states {
			out[i] = Side{ID: "p", State: s}
		}
		return out
	}
	for _, c := range []struct {
		notice Notice
		want   Standing
	}{
		{Notice{}, NoSide},
		{Notice{Sides: sides("silent", "silent")}, NoSide},
		{Notice{Sides: sides("announced"), AgreedByAll: true}, OneSide},
		{Notice{Sides: sides("announced", "silent")}, OneSide},
		{Notice{Sides: sides("announced", "reported"), AgreedByAll: true}, OneSide},
		{Notice{Sides: sides("announced", "conditional"), AgreedByAll: true}, OneSide},
		{Notice{Sides: sides("announced", "accepted", "silent"), AgreedByAll: true}, AgreedBySome},
		{Notice{Sides: sides("announced", "accepted")}, AgreedBySome},
		{Notice{Sides: sides("announced", "accepted"), AgreedByAll: true}, AgreedByAll},
		{Notice{Sides: sides("accepted", "rejected"), AgreedByAll: true}, Rejected},
		{Notice{Sides: sides("accepted", "suspended"), AgreedByAll: true}, Suspended},
		{Notice{Sides: sides("accepted", "denounced")}, Suspended},
		{Notice{Sides: sides("suspended", "rejected")}, Rejected},
		{Notice{Sides: sides("announced", "accepted"), AgreedByAll: true, Off: true}, CalledOff},
	} {
		if got := c.notice.Standing(); got != c.want {
			t.Errorf("%+v: %s, want %s", c.notice, got, c.want)
		}
	}
}

// TestNeverAlike: in every language and document the words for one side and for all
// differ from their first word on.
func TestNeverAlike(t *testing.T) {
	for _, lang := range i18n.Languages() {
		b := aleppo()
		one, all := b.tell(&b.Notices[0], lang), b.tell(&b.Notices[1], lang)
		if one.notice.Standing() != OneSide || all.notice.Standing() != AgreedByAll {
			t.Fatal(one.notice.Standing(), all.notice.Standing())
		}
		if a, b := one.notice.standing(lang), all.notice.standing(lang); strings.Fields(a)[0] == strings.Fields(b)[0] {
			t.Errorf("%s: %q and %q", lang, a, b)
		}
		if one.hoursLabel() == all.hoursLabel() {
			t.Errorf("%s: %q for both", lang, one.hoursLabel())
		}
		if strings.Contains(strings.Join(one.lines(b.Now), "\n"), all.notice.standing(lang)) {
			t.Errorf("%s: the words for all in what one side announced", lang)
		}
	}
}

// TestNothingReassures: no document says a word that the register never says.
func TestNothingReassures(t *testing.T) {
	empty := aleppo()
	empty.Notices = nil
	for _, b := range []*Board{aleppo(), empty} {
		for _, lang := range i18n.Languages() {
			for i := range b.Notices {
				text := b.tell(&b.Notices[i], lang)
				if word, found := i18n.Reassures(lang, strings.Join(text.lines(b.Now), "\n")); found {
					t.Errorf("%s: %q", lang, word)
				}
			}
			for name, data := range map[string]func(*Board, i18n.Lang) ([]byte, error){"page": Page, "calendar": Calendar, "feed": Atom} {
				out, err := data(b, lang)
				if err != nil {
					t.Fatal(err)
				}
				if word, found := i18n.Reassures(lang, strings.ReplaceAll(string(out), "\r\n ", "")); found {
					t.Errorf("%s %s: %q", lang, name, word)
				}
				if law := i18n.Text(lang, "public.law", nil); !strings.Contains(strings.ReplaceAll(string(out), "\r\n ", ""), law) {
					t.Errorf("%s %s does not say: %s", lang, name, law)
				}
			}
		}
	}
}

// TestHostile: names of others stay text, and documents well formed.
func TestHostile(t *testing.T) {
	b := aleppo()
	evil := "<script>alert(1)</script>\r\nSTATUS:CONFIRMED\nEND:VEVENT]]>&amp;\x00\x1b[2J\u202eevil\u2066 \xff\ufffe\u2028 ; , \\ \" " + strings.Repeat("م", 5000)
	for i := range b.Notices {
		n := &b.Notices[i]
		n.ID, n.Kind, n.Zone = "a b,<&\"'>\r\n"+n.ID, evil, evil
		n.Titles, n.PlaceOf = Words{"en": evil}, Words{"zz": evil}
		n.Sides = append(n.Sides, Side{ID: evil, Names: Words{"fr": evil}, State: evil})
		n.Missing = []Gap{{Code: evil, Of: Words{"en": evil}, On: Words{"en": evil}}}
	}
	b.Register = "x " + evil
	for name, data := range documents(t, b) {
		text := string(data)
		if strings.Contains(text, "<script") && !strings.HasSuffix(name, ".ics") || strings.ContainsAny(text, "\x00\x1b\u202e") {
			t.Errorf("%s holds what it must not", name)
		}
		if strings.HasSuffix(name, ".ics") && strings.Contains(text, "\nSTATUS:CONFIRMED") {
			t.Errorf("%s was told a status by a name", name)
		}
		if strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".atom") {
			wellFormed(t, name, data)
		}
		if strings.HasSuffix(name, ".geojson") && !json.Valid(data) {
			t.Errorf("%s is no JSON", name)
		}
	}
}

// TestMany: documents are bounded, and say what they leave out.
func TestMany(t *testing.T) {
	b := aleppo()
	n := b.Notices[0]
	n.Hours = daily("2016-01-01T07:00:00Z", 3, 1500)
	b.Notices = nil
	for range 5000 {
		b.Notices = append(b.Notices, n)
	}
	for name, data := range map[string]func(*Board, i18n.Lang) ([]byte, error){"page": Page, "feed": Atom, "places": GeoJSON} {
		out, err := data(b, i18n.English)
		if err != nil || len(out) > 200*80_000 || name == "page" && (len(out) > 30_000 || !strings.Contains(string(out), "4980 more are not shown here")) {
			t.Errorf("%s: %d bytes, %v", name, len(out), err)
		}
	}
	if got := b.near(n.Hours); len(got) != mostEvents {
		t.Errorf("%d events", len(got))
	}
	b.Notices = []Notice{{ID: "never logged"}}
	if list, _ := b.shown(); len(list) != 0 {
		t.Error("a notice without a version was told")
	}
}
