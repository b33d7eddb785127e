package check

import (
	"slices"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/i18n"
)

func TestAnswer(t *testing.T) {
	g := newReg(t, false)
	g.say(truce.PartyEnrol, "cell", "cell", `{}`)
	g.site("site-a", `{"type":"Point","coordinates":[37.1166,36.2128],"accuracyM":30}`,
		`,"validFrom":"2016-08-11T10:00:00+03:00","validUntil":{"at":"2016-09-01","zone":"Asia/Damascus"},"revalidateBy":"2016-12-01T00:00:00Z"`)
	g.say(truce.VerificationRecord, "cell", "site-a", `{"version":"`+id(1)+`","step":"imagery","result":"matches"}`)
	g.say(truce.ChallengeOpen, "party-x", "site-a", `{"reason":"closed","text":"t"}`)
	want := `{"asOf":{"logSize":4,"root":"root4","lastEntry":3,"lastEntryTime":"2016-08-11T06:03:00Z","ageS":107820,"register":"register.example/t","exercise":false,"lag":0},` +
		`"query":{"shape":"Point","radiusM":500,"from":"2016-08-12T12:00:00Z","until":"2016-08-12T12:00:00Z"},` +
		`"protections":[{"id":"site-a","kind":"site","type":"hospital","name":"M10","operator":"Aid","distanceM":0,"accuracyM":30,"state":"inForce",` +
		`"inForceFrom":"2016-08-11T07:00:00Z","inForceUntil":"2016-09-01T21:00:00Z","revalidateBy":"2016-12-01T00:00:00Z","contested":true,` +
		`"verification":"imagery","entry":1,"version":"` + id(1) + `","status":"actual","exercise":false}],` +
		`"agreements":[],"windows":[],"notice":"1 registered entry concerns this place. As of log entry 3, 107820 seconds old. ` +
		`Protection under the law does not depend on being registered."}`
	if got := text(t, g.check(here(36.2128, 37.1166, 500))); got != want {
		t.Errorf("the answer is\n%s\nwant\n%s", got, want)
	}
	empty := `"protections":[],"agreements":[],"windows":[],"notice":"Nothing registered here as of log entry 3, 107820 seconds old. ` +
		`Protection under the law does not depend on being registered."}`
	if got := text(t, g.check(here(10, 10, 500))); !strings.HasSuffix(got, empty) {
		t.Errorf("the answer is\n%s\nwant at its end\n%s", got, empty)
	}
}

// TestTimes: what the state is at the edges of time.
func TestTimes(t *testing.T) {
	g := newReg(t, false)
	g.site("site-a", point(36, 37), `,"validFrom":"2016-08-11T10:00:00Z","validUntil":"2016-08-11T13:00:00Z"`)
	g.site("site-b", point(36, 38), `,"validFrom":{"at":"2016-03-25","zone":"Asia/Damascus"},"validUntil":{"at":"2016-03-25","zone":"Asia/Damascus"}`)
	g.site("site-c", point(36, 39), `,"validFrom":{"precision":"unknown"},"revalidateBy":"2016-08-11T10:00:00Z"`)
	for _, c := range []struct {
		lon         float64
		from, until string
		want        string
	}{
		{37, "2016-08-11T09:59:59Z", "", "later"}, {37, "2016-08-11T10:00:00Z", "", "inForce"},
		{37, "2016-08-11T12:59:59.999Z", "", "inForce"}, {37, "2016-08-11T13:00:00Z", "", "lapsed"},
		{37, "2016-08-11T16:00:00+03:00", "", "lapsed"},
		{37, "2016-08-11T09:00:00Z", "2016-08-11T10:00:00Z", "later"}, {37, "2016-08-11T09:00:00Z", "2016-08-11T10:00:00.001Z", "inForce"},
		{37, "2016-08-11T13:00:00Z", "2016-08-11T14:00:00Z", "lapsed"}, {37, "2016-01-01T00:00:00Z", "2017-01-01T00:00:00Z", "inForce"},
		{38, "2016-03-24T21:59:59Z", "", "later"}, {38, "2016-03-24T22:00:00Z", "", "inForce"},
		{38, "2016-03-25T20:59:59Z", "", "inForce"}, {38, "2016-03-25T21:00:00Z", "", "lapsed"},
		{39, "1950-01-01T00:00:00Z", "", "inForce"}, {39, "2016-08-11T09:59:59Z", "", "inForce"},
		{39, "2016-08-11T10:00:00Z", "", "stale"}, {39, "2016-08-11T09:00:00Z", "2016-08-12T00:00:00Z", "inForce"},
	} {
		q := here(36, c.lon, 0)
		q.From = parse(t, c.from)
		if c.until != "" {
			q.Until = parse(t, c.until)
		}
		if a := g.check(q); len(a.Protections) != 1 || string(a.Protections[0].State) != c.want {
			t.Errorf("lon %v from %s until %s: %v, want %s", c.lon, c.from, c.until, told(a), c.want)
		}
	}
}

func parse(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestTies: what lies exactly at the radius counts.
func TestTies(t *testing.T) {
	g := newReg(t, false)
	g.site("site-a", point(36.2, 37.1), "")
	g.site("site-b", `{"type":"Circle","coordinates":[37.1,10],"radiusM":300}`, "")
	a, b := geo.Point{Lat: 36.21, Lon: 37.12}, geo.Point{Lat: 10.01, Lon: 37.11}
	toPoint := geo.Distance(a, geo.Point{Lat: 36.2, Lon: 37.1})
	toCircle := geo.Distance(b, geo.Point{Lat: 10, Lon: 37.1}) - 300
	for _, c := range []struct {
		name   string
		at     geo.Point
		acc, r float64
		want   bool
	}{
		{"a point at the radius", a, 0, toPoint, true}, {"1 mm within", a, 0, toPoint + 0.001, true}, {"2 mm beyond", a, 0, toPoint - 0.002, false},
		{"a circle at the radius", b, 0, toCircle, true}, {"1 mm within it", b, 0, toCircle + 0.001, true}, {"2 mm beyond it", b, 0, toCircle - 0.002, false},
		{"the accuracy of the place counts", a, 100, toPoint - 100, true}, {"to the millimetre", a, 100, toPoint - 100.002, false},
		{"no radius, the accuracy alone", a, toPoint, 0, true},
	} {
		q := Query{Shape: geo.PointShape(c.at, c.acc), RadiusM: c.r, Viewer: registrar}
		if got := g.check(q); (len(got.Protections) == 1) != c.want {
			t.Errorf("%s: %v, want found %v", c.name, told(got), c.want)
		}
	}
}

func TestShapes(t *testing.T) {
	g := newReg(t, false)
	g.site("ring", `{"type":"Polygon","coordinates":[[[37,36],[37.1,36],[37.1,36.1],[37,36.1],[37,36]],[[37.02,36.02],[37.02,36.08],[37.08,36.08],[37.08,36.02],[37.02,36.02]]]}`, "")
	g.site("dateline", `{"type":"Polygon","coordinates":[[[179.9,-17.1],[-179.9,-17.1],[-179.9,-16.9],[179.9,-16.9],[179.9,-17.1]]]}`, "")
	line := geo.Shape{Type: geo.TypeLineString, Lines: [][]geo.Point{{{Lat: 36.05, Lon: 36.9}, {Lat: 36.05, Lon: 36.95}}}, BufferM: 4000}
	hole := geo.Shape{Type: geo.TypePolygon, Polygons: [][][]geo.Point{{{{Lat: 36.04, Lon: 37.04}, {Lat: 36.04, Lon: 37.06}, {Lat: 36.06, Lon: 37.06}, {Lat: 36.04, Lon: 37.04}}}}}
	for _, c := range []struct {
		name   string
		shape  geo.Shape
		radius float64
		want   string
	}{
		{"in the ring", geo.PointShape(geo.Point{Lat: 36.01, Lon: 37.05}, 0), 0, "ring inForce"},
		{"in the hole", geo.PointShape(geo.Point{Lat: 36.05, Lon: 37.05}, 0), 2000, ""},
		{"in the hole, near the ring", geo.PointShape(geo.Point{Lat: 36.05, Lon: 37.05}, 0), 2800, "ring inForce 2703"},
		{"a polygon in the hole", hole, 1000, ""},
		{"a circle that reaches out of the hole", geo.CircleShape(geo.Point{Lat: 36.05, Lon: 37.05}, 2710), 0, "ring inForce"},
		{"on the corner", geo.PointShape(geo.Point{Lat: 36, Lon: 37}, 0), 0, "ring inForce"},
		{"a line whose buffer does not reach", line, 0, ""},
		{"with the radius it does", line, 520, "ring inForce 505"},
		{"west of the antimeridian", geo.PointShape(geo.Point{Lat: -17, Lon: 179.99}, 0), 0, "dateline inForce"},
		{"east of it", geo.PointShape(geo.Point{Lat: -17, Lon: -179.99}, 0), 0, "dateline inForce"},
		{"on it", geo.PointShape(geo.Point{Lat: -17, Lon: 180}, 0), 0, "dateline inForce"},
		{"near, across it", geo.PointShape(geo.Point{Lat: -17, Lon: -179.85}, 0), 6000, "dateline inForce 5324"},
	} {
		a := g.check(Query{Shape: c.shape, RadiusM: c.radius, Viewer: registrar})
		if got := strings.Join(told(a), ", "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestMovement: it is met leg by leg, and told once.
func TestMovement(t *testing.T) {
	g := newReg(t, false)
	g.say(truce.MovementRegister, "aid", "convoy", `{"purpose":"food-aid","mode":"land","validFrom":"2016-08-12T06:00:00Z","validUntil":"2016-08-12T18:00:00Z","legs":[
		{"from":{"name":"depot","point":`+point(36, 36.9)+`},"route":{"type":"LineString","coordinates":[[37,36],[37.1,36]],"bufferM":100},
		 "plannedStart":"2016-08-12T08:00:00Z","plannedEnd":"2016-08-12T10:00:00Z",
		 "halts":[{"point":{"type":"Circle","coordinates":[37.1,36],"radiusM":200},"from":"2016-08-12T09:30:00Z","until":"2016-08-12T11:00:00Z"},{"name":"somewhere"}]},
		{"route":{"type":"LineString","coordinates":[[37.1,36],[37.1,36.1]],"bufferM":100},"plannedStart":"2016-08-12T11:00:00Z"},
		{"to":{"point":`+point(36.3, 37.3)+`}}]}`)
	for _, c := range []struct {
		name     string
		lat, lon float64
		radius   float64
		at, want string // want: state leg part, or nothing
	}{
		{"on the first leg in its time", 36, 37.05, 0, "09:00", "inForce 0 route"},
		{"before its time", 36, 37.05, 0, "07:00", "later 0 route"},
		{"after its time", 36, 37.05, 0, "10:00", "lapsed 0 route"},
		{"at the halt, where three parts meet: the one in force", 36, 37.1, 0, "10:30", "inForce 0 halt"},
		{"there later", 36, 37.1, 0, "11:00", "inForce 1 route"},
		{"there when all is over", 36, 37.1, 0, "19:00", "lapsed 0 route"},
		{"the second leg ends with the movement", 36.05, 37.1, 0, "17:59", "inForce 1 route"},
		{"and then it is over", 36.05, 37.1, 0, "18:00", "lapsed 1 route"},
		{"the start of the first leg", 36, 36.9, 0, "08:00", "inForce 0 start"},
		{"the end of a leg without a route", 36.3, 37.3, 0, "12:00", "inForce 2 end"},
		{"between the depot and the route nothing is drawn", 36, 36.95, 0, "09:00", ""},
		{"in force and farther goes before near and over", 36.004, 37.09, 2000, "13:00", "inForce 1 route"},
		{"far from all of it", 35, 37, 0, "09:00", ""},
	} {
		q := here(c.lat, c.lon, c.radius)
		q.From = parse(t, "2016-08-12T"+c.at+":00Z")
		a := g.check(q)
		got := ""
		if len(a.Protections) == 1 {
			p := a.Protections[0]
			got = string(p.State) + " " + string(rune('0'+*p.Leg)) + " " + p.Part
		}
		if got != c.want || len(a.Protections) > 1 {
			t.Errorf("%s: %q %v, want %q", c.name, got, told(a), c.want)
		}
	}
}

// TestStatesStayVisible: no state takes an object out of an answer, and the
// order is that of Answer.
func TestStatesStayVisible(t *testing.T) {
	g := newReg(t, false)
	g.site("withdrawn", point(36, 37), "")
	g.site("lapsed", point(36.001, 37), `,"validUntil":"2016-08-01T00:00:00Z"`)
	g.site("later", point(36, 37), `,"validFrom":"2017-01-01T00:00:00Z"`)
	g.site("stale", point(36.002, 37), `,"revalidateBy":"2016-08-01T00:00:00Z"`)
	g.site("contested", point(36.003, 37), "")
	g.site("near", point(36.0005, 37), "")
	g.say(truce.SiteWithdraw, "aid", "withdrawn", `{"reason":"operator-risk"}`)
	g.say(truce.ChallengeOpen, "party-x", "contested", `{"reason":"misuse-alleged","text":"t"}`)
	a := g.check(here(36, 37, 1000))
	want := []string{"near inForce 55", "stale stale 222", "contested inForce 333", "later later", "withdrawn withdrawn", "lapsed lapsed 111"}
	if got := told(a); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for _, p := range a.Protections {
		if p.Contested != (p.ID == "contested") || (p.Withdrawn == "operator-risk") != (p.ID == "withdrawn") {
			t.Errorf("%+v", p)
		}
	}
	q := here(36, 37, 0)
	q.From = start // before the withdrawal was received
	if got := told(g.check(q)); !slices.Contains(got, "withdrawn inForce") {
		t.Errorf("before its withdrawal: %q", got)
	}
}

// TestNotices: in every language, with any number of entries, to anybody, the
// notice says that the law does not depend on the register, and never reassures.
func TestNotices(t *testing.T) {
	g, x := newReg(t, false), newReg(t, true)
	for n := range 4 {
		for _, lang := range i18n.Languages() {
			for _, r := range []*reg{g, x} {
				for _, q := range []Query{here(36, 37, 10), here(50, 37, 10), {Shape: geo.PointShape(geo.Point{Lat: 36, Lon: 37}, 0)}} {
					q.Lang = lang
					checkNotice(t, lang, r.check(q).Notice)
				}
			}
		}
		for _, r := range []*reg{g, x} {
			r.site("site-"+string(rune('a'+n)), point(36, 37), "")
		}
	}
	if n := x.check(here(36, 37, 10)).Notice; !strings.HasSuffix(n, "This register is an exercise.") {
		t.Errorf("an exercise: %q", n)
	}
	if n := g.check(Query{Shape: geo.PointShape(geo.Point{Lat: 36, Lon: 37}, 0)}).Notice; !strings.Contains(n, "only what was released to you") {
		t.Errorf("the public: %q", n)
	}
}

func checkNotice(t *testing.T, lang i18n.Lang, notice string) {
	t.Helper()
	if word, bad := i18n.Reassures(lang, notice); bad {
		t.Errorf("%s: %q says %q", lang, notice, word)
	}
	if !strings.Contains(notice, i18n.Text(lang, "notice.law", nil)) || strings.ContainsAny(notice, "{}") || strings.Contains(notice, "notice.") {
		t.Errorf("%s: %q", lang, notice)
	}
}
