package inforce

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/internal/auth"
	"truce/schedule"
)

const w1 = "window-1"

// times is a schedule with the instants that its rule means.
func times(t testing.TB, start, zone string, minutes int64, rrule, horizon string) object {
	t.Helper()
	e, err := schedule.Expand(schedule.Rule{Start: start, Zone: zone, Duration: time.Duration(minutes) * time.Minute, RRule: rrule}, utc(horizon), 0)
	if err != nil {
		t.Fatal(err)
	}
	var instants []string
	for _, iv := range e.Intervals {
		instants = append(instants, iv.String())
	}
	out := obj("start", start, "zone", zone, "minutes", minutes, "instants", instants, "tzVersion", e.TZVersion)
	if rrule != "" {
		out["rrule"] = rrule
	}
	if !e.Complete {
		out["horizon"] = horizon
	}
	return out
}

// pause is the daily pause of August 2016: 10:00 to 13:00 in Damascus.
func pause(t testing.TB, more ...any) object {
	o := obj("names", []object{{"text": "Daily pause"}}, "windowKind", "pause", "parties", signatories("ru", "us"), "geometry", circle(36.2, 37.15, 8000),
		"schedule", times(t, "2016-08-11T10:00:00", "Asia/Damascus", 180, "FREQ=DAILY;COUNT=20", "2016-12-31T00:00:00Z"), "prohibits", []string{"fire"})
	for k, v := range obj(more...) {
		o[k] = v
	}
	return o
}

// TestDailyPause: announced by one side, open by its schedule, and nothing about
// it looks as if it were agreed.
func TestDailyPause(t *testing.T) {
	g := newReg(t)
	g.at("2016-08-10T12:00:00Z").say(truce.WindowAnnounce, "ru", w1, pause(t))
	for _, c := range []struct {
		at          string
		open        bool
		state       State
		until, next string
	}{
		{"2016-08-11T06:59:59Z", false, Later, "", "2016-08-11T07:00:00Z"},
		{"2016-08-11T07:00:00Z", true, Open, "2016-08-11T10:00:00Z", "2016-08-12T07:00:00Z"},
		{"2016-08-11T09:59:59Z", true, Open, "2016-08-11T10:00:00Z", "2016-08-12T07:00:00Z"},
		{"2016-08-11T10:00:00Z", false, Later, "", "2016-08-12T07:00:00Z"},
		{"2016-08-30T09:59:59Z", true, Open, "2016-08-30T10:00:00Z", ""},
		{"2016-08-30T10:00:00Z", false, Over, "", ""},
	} {
		w := g.window(w1, c.at)
		if w.Open != c.open || w.State != c.state || shown(w.Until) != c.until || shown(w.Next) != c.next {
			t.Errorf("at %s: %s until %s next %s", c.at, w.State, shown(w.Until), shown(w.Next))
		}
		if w.AgreedByAll || w.Ready || w.Acceptance["ru"] != "announced" || w.Acceptance["us"] != "silent" {
			t.Errorf("at %s: %v", c.at, w.Acceptance)
		}
	}
	a := g.now("2016-08-11T08:00:00Z", here(36.2, 37.15))
	if len(a.Prohibitions) != 1 || a.Prohibitions[0].AgreedByAll || !slices.Equal(a.Prohibitions[0].Parties, []string{"ru"}) {
		t.Errorf("%+v", a.Prohibitions)
	}
	if a := g.now("2016-08-11T08:00:00Z", here(35, 37.15)); len(a.Windows) != 0 {
		t.Error("it is met far from its place")
	}
}

func shown(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.Format(time.RFC3339)
}

// TestReady: a pause is ready once everything is there, and says what is not.
func TestReady(t *testing.T) {
	g := newReg(t)
	g.at("2016-08-10T12:00:00Z").say(truce.WindowAnnounce, "ru", w1, pause(t))
	const at = "2016-08-11T06:00:00Z"
	want := func(missing ...string) {
		t.Helper()
		w := g.window(w1, at)
		if !slices.Equal(w.Missing, missing) || w.Ready != (len(missing) == 0) {
			t.Errorf("missing %v, ready %v; want %v", w.Missing, w.Ready, missing)
		}
	}
	want("acceptance:us", "contact:ru", "contact:us", "budget")
	g.about(truce.WindowCondition, "us", w1, "condition", "48 hours a week")
	if w := g.window(w1, at); w.Acceptance["us"] != "conditional" || w.Parties[1].Text != "48 hours a week" || w.AgreedByAll {
		t.Errorf("%+v", w.Parties)
	}
	g.about(truce.WindowAccept, "us", w1)
	want("contact:ru", "contact:us", "budget")
	if !g.window(w1, at).AgreedByAll {
		t.Error("announced by one and accepted by the other is agreed by all")
	}
	g.at("2016-08-11T05:00:00Z").about(truce.WindowContact, "cell", w1, "party", "ru", "result", "answered")
	g.about(truce.WindowContact, "cell", w1, "party", "us", "result", "not-answered")
	want("contact:us", "budget")
	g.about(truce.WindowContact, "cell", w1, "party", "us", "result", "answered")
	g.about(truce.WindowNeed, "relief", w1, "loadMinutes", 120, "driveMinutes", 90, "unloadMinutes", 120, "returnMinutes", 90)
	want("budget:relief")
	if f := g.window(w1, at).Feasibility; len(f) != 1 || f[0].Needed != 420 || f[0].Available != 180 || f[0].Fits {
		t.Errorf("%+v", f)
	}
	g.about(truce.WindowNeed, "relief", w1, "loadMinutes", 30, "driveMinutes", 60, "unloadMinutes", 30, "returnMinutes", 60)
	want()
	g.about(truce.WindowSuspend, "us", w1, "reason", "violations")
	want("acceptance:us")
	if w := g.window(w1, at); w.Acceptance["us"] != "suspended" || !strings.Contains(w.Gates[3].Text+w.Gates[4].Text, "violations") {
		t.Errorf("%+v", w.Gates)
	}
	g.about(truce.WindowResume, "us", w1)
	want()
	// A line that was tried more than a day ago counts no more.
	if w := g.window(w1, "2016-08-12T05:00:01Z"); !slices.Equal(w.Missing, []string{"contact:ru", "contact:us"}) {
		t.Errorf("%v", w.Missing)
	}
}

func corridor(t testing.TB, more ...any) object {
	segment := func(id string, lon float64) object {
		return obj("id", id, "route", obj("type", "LineString", "coordinates", [][]float64{{lon, 36.2}, {lon + 0.01, 36.21}}, "bufferM", 50), "controlledBy", "sy")
	}
	o := obj("windowKind", "corridor", "parties", signatories("ru", "us"), "direction", "out", "mayPass", []string{"civilians"}, "vehicleClass", "bus",
		"segments", []object{segment("s1", 37.1), segment("s2", 37.11)}, "holdingPoints", []object{obj("id", "h1", "maxDwellMinutes", 60)},
		"schedule", times(t, "2016-08-11T10:00:00", "Asia/Damascus", 180, "", "2016-12-31T00:00:00Z"), "budget", obj("driveMinutes", 60))
	for k, v := range obj(more...) {
		if v == nil {
			delete(o, k)
			continue
		}
		o[k] = v
	}
	return o
}

// TestCorridorGates: each thing that a corridor lacks keeps it from being ready.
func TestCorridorGates(t *testing.T) {
	const at = "2016-08-11T08:00:00Z"
	ready := func(body object) *reg {
		g := newReg(t)
		g.at("2016-08-10T12:00:00Z").say(truce.WindowAnnounce, "ru", w1, body)
		g.about(truce.WindowAccept, "us", w1)
		for _, p := range []string{"ru", "us"} {
			g.about(truce.WindowContact, "cell", w1, "party", p, "result", "answered")
			for _, s := range []string{"s1", "s2"} {
				g.about(truce.CorridorAttest, p, w1, "segment", s, "result", "none-found", "until", "2016-08-11T09:00:00Z")
			}
		}
		return g
	}
	if w := ready(corridor(t)).window(w1, at); !w.Ready || len(w.Missing) != 0 {
		t.Errorf("%v", w.Missing)
	}
	for _, c := range []struct {
		name    string
		body    object
		missing []string
	}{
		{"no times", corridor(t, "schedule", nil), []string{"times", "budget:ru"}},
		{"no direction", corridor(t, "direction", nil), []string{"direction"}},
		{"who may pass", corridor(t, "mayPass", nil), []string{"mayPass"}},
		{"vehicles", corridor(t, "vehicleClass", nil), []string{"vehicleClass"}},
		{"one side", corridor(t, "parties", signatories("ru")), []string{"parties"}},
		{"budget", corridor(t, "budget", nil), []string{"budget"}},
		{"a segment without a route", corridor(t, "segments", []object{obj("id", "s1")}), []string{"route:s1"}},
		{"no segments", corridor(t, "segments", nil), []string{"route"}},
		{"an agreement that is not there", corridor(t, "agreement", "agreement-9"), []string{"agreement:agreement-9"}},
		{"a counterpart that is not there", corridor(t, "counterparts", []string{"window-9"}), []string{"identical:window-9"}},
	} {
		if w := ready(c.body).window(w1, at); !slices.Equal(w.Missing, c.missing) || w.Ready {
			t.Errorf("%s: %v, want %v", c.name, w.Missing, c.missing)
		}
	}
	g := ready(corridor(t))
	if w := g.window(w1, "2016-08-11T09:00:00Z"); len(w.Missing) != 4 || w.Gates[slices.IndexFunc(w.Gates, func(g Gate) bool { return g.Code == "attestation" })].Text != "the attestation has run out" {
		t.Errorf("attestations run out: %v", w.Missing)
	}
	g.about(truce.CorridorAttest, "us", w1, "segment", "s2", "result", "hazard", "hazards", []string{"mines"}, "until", "2016-08-12T00:00:00Z")
	if w := g.window(w1, "2016-08-11T08:30:00Z"); !slices.Equal(w.Missing, []string{"attestation:s2:us"}) {
		t.Errorf("%v", w.Missing)
	}
}

// TestCounterparts: what two sides announce of one corridor is compared.
func TestCounterparts(t *testing.T) {
	g := newReg(t)
	g.at("2016-08-10T12:00:00Z").say(truce.WindowAnnounce, "us", "window-2", corridor(t, "direction", "in"))
	g.say(truce.WindowAnnounce, "ru", w1, corridor(t, "counterparts", []string{"window-2"}))
	gate := func() Gate {
		w := g.window(w1, "2016-08-11T08:00:00Z")
		return w.Gates[slices.IndexFunc(w.Gates, func(g Gate) bool { return g.Code == "identical" })]
	}
	if x := gate(); x.Met || x.Text != "differs in [direction]" {
		t.Errorf("%+v", x)
	}
	g.say(truce.WindowAmend, "us", "window-2", corridor(t))
	if x := gate(); !x.Met {
		t.Errorf("%+v", x)
	}
}

// TestWindowAmended while it is open: acceptances are asked for again, at once.
func TestWindowAmended(t *testing.T) {
	g := newReg(t)
	g.at("2016-08-10T12:00:00Z").say(truce.WindowAnnounce, "ru", w1, pause(t))
	g.about(truce.WindowAccept, "us", w1)
	g.at("2016-08-11T08:00:00Z").say(truce.WindowAmend, "ru", w1, pause(t, "prohibits", []string{"attack-air"}))
	if w := g.window(w1, "2016-08-11T08:00:00Z"); !w.Open || w.AgreedByAll || w.Acceptance["us"] != "silent" || w.Acceptance["ru"] != "announced" || !slices.Contains(w.Missing, "identical:us") {
		t.Errorf("%+v %v", w.Acceptance, w.Missing)
	}
	if w := g.window(w1, "2016-08-11T07:59:59Z"); !w.AgreedByAll {
		t.Errorf("before the amendment: %+v", w.Acceptance)
	}
	// Amended by the registrar: who announced it did not say these terms.
	g.at("2016-08-12T08:00:00Z").say(truce.WindowAmend, "cell", w1, pause(t, "prohibits", []string{"shelling"}))
	if w := g.window(w1, "2016-08-12T08:00:00Z"); w.Acceptance["ru"] != "silent" || w.Acceptance["cell"] != "announced" || w.AgreedByAll {
		t.Errorf("%+v", w.Acceptance)
	}
}

func TestExtendAndAbort(t *testing.T) {
	g := newReg(t)
	g.at("2016-08-10T12:00:00Z").say(truce.WindowAnnounce, "ru", w1, pause(t))
	g.about(truce.WindowAccept, "us", w1)
	extend := func(at, party, until string) {
		g.at(at).about(truce.WindowExtend, party, w1, "occurrence", "2016-08-11T07:00:00Z", "until", until)
	}
	extend("2016-08-11T09:00:00Z", "ru", "2016-08-11T12:00:00Z")
	if w := g.window(w1, "2016-08-11T10:00:00Z"); w.Open {
		t.Error("one side extended it")
	}
	extend("2016-08-11T09:30:00Z", "us", "2016-08-11T11:00:00Z")
	for at, open := range map[string]bool{"2016-08-11T10:00:00Z": true, "2016-08-11T10:59:59Z": true, "2016-08-11T11:00:00Z": false, "2016-08-12T10:00:00Z": false} {
		if w := g.window(w1, at); w.Open != open {
			t.Errorf("at %s: %v until %s", at, w.State, shown(w.Until))
		}
	}
	if w := g.window(w1, "2016-08-11T10:30:00Z"); shown(w.Until) != "2016-08-11T11:00:00Z" || w.Minutes != 240 || shown(w.Next) != "2016-08-12T07:00:00Z" || len(w.Extensions) != 2 {
		t.Errorf("%+v", w)
	}
	g.at("2016-08-12T08:00:00Z").about(truce.WindowAbort, "us", w1, "until", "2016-08-13T00:00:00Z", "reason", "fire")
	for at, state := range map[string]State{"2016-08-12T07:59:59Z": Open, "2016-08-12T08:00:00Z": Aborted, "2016-08-12T23:59:59Z": Aborted, "2016-08-13T07:00:00Z": Open} {
		if w := g.window(w1, at); w.State != state {
			t.Errorf("at %s: %s, want %s", at, w.State, state)
		}
	}
	if a := g.now("2016-08-12T08:00:00Z", Query{}); len(a.Prohibitions) != 0 {
		t.Error("what was broken off prohibits nothing")
	}
	g.at("2016-08-14T00:00:00Z").say(truce.WindowWithdraw, "ru", w1, obj("reason", "cancelled"))
	if w := g.window(w1, "2016-08-14T08:00:00Z"); w.State != Withdrawn || w.Open || w.Ready {
		t.Errorf("%+v", w)
	}
}

// TestSteps: the swap of April 2017: 1,350 were agreed, 650 came, and the other
// side waited.
func TestSteps(t *testing.T) {
	g := newReg(t)
	step := func(id, side string, agreed int, more ...any) object {
		o := obj("id", id, "side", side, "category", "armed", "agreed", agreed, "limitMinutes", 60)
		for k, v := range obj(more...) {
			o[k] = v
		}
		return o
	}
	g.at("2016-08-10T12:00:00Z").say(truce.WindowAnnounce, "ru", w1, obj("windowKind", "step", "parties", signatories("ru", "us"),
		"schedule", times(t, "2016-08-11T10:00:00", "Asia/Damascus", 600, "", "2016-12-31T00:00:00Z"),
		"steps", []object{step("a1", "ru", 1350), step("b1", "us", 700, "against", []string{"a1"}), step("a2", "ru", 100, "order", 2)}))
	g.at("2016-08-11T07:30:00Z").about(truce.StepCount, "us", w1, "step", "b1", "count", 700)
	g.at("2016-08-11T08:00:00Z").about(truce.StepCount, "ru", w1, "step", "a1", "count", 1350)
	g.about(truce.StepCount, "us", w1, "step", "a1", "count", 650)
	w := g.window(w1, "2016-08-11T09:00:00Z")
	a, b := w.Steps[0], w.Steps[1]
	if a.Done || !a.Differs || *a.Counted != 650 || len(a.Counts) != 2 || !b.Done {
		t.Errorf("%+v", w.Steps)
	}
	rows := g.now("2016-08-11T09:00:00Z", Query{}).Waiting()
	i := slices.IndexFunc(rows, func(r Waiting) bool { return r.Step == "count" && r.Of == "a1" })
	if i < 0 || rows[i].Party != "ru" || slices.ContainsFunc(rows, func(r Waiting) bool { return r.Of == "a2" }) {
		t.Errorf("%+v", rows)
	}
}

// TestSubSteps: a step is the sum of its parts, where nobody counted it as a whole.
func TestSubSteps(t *testing.T) {
	g := newReg(t)
	part := func(id, of string, agreed int) object {
		o := obj("id", id, "side", "ru", "category", "armed", "agreed", agreed)
		if of != "" {
			o["partOf"] = of
		}
		return o
	}
	g.at("2016-08-10T12:00:00Z").say(truce.WindowAnnounce, "ru", w1, obj("windowKind", "step", "parties", signatories("ru", "us"),
		"steps", []object{part("all", "", 1000), part("day1", "all", 600), part("day2", "all", 300), part("am", "day1", 300), part("pm", "day1", 300)}))
	g.about(truce.StepCount, "us", w1, "step", "am", "count", 290)
	g.about(truce.StepCount, "us", w1, "step", "pm", "count", 310)
	g.about(truce.StepCount, "us", w1, "step", "day2", "count", 300)
	w := g.window(w1, "2016-08-11T09:00:00Z")
	if s := w.Steps; *s[0].Counted != 900 || s[0].Done || *s[1].Counted != 600 || !s[1].Done || !s[2].Done || s[3].Done {
		t.Errorf("%+v", s)
	}
	if !slices.Contains(w.Gaps, Gap{Code: "stepSum", Of: "all"}) || slices.Contains(w.Gaps, Gap{Code: "stepSum", Of: "day1"}) {
		t.Errorf("%+v", w.Gaps)
	}
}

// TestWindowGaps: a corridor under nothing that prohibits fire says so.
func TestWindowGaps(t *testing.T) {
	g := newReg(t)
	g.say(truce.AgreementRegister, "cell", a1, agreed("parties", signatories("ru", "us")))
	g.at("2016-08-10T12:00:00Z").say(truce.WindowAnnounce, "ru", w1, corridor(t, "agreement", a1))
	codes := func() (out []string) {
		for _, x := range g.window(w1, "2016-08-11T08:00:00Z").Gaps {
			out = append(out, x.Code)
		}
		return out
	}
	if got := codes(); !slices.Equal(got, []string{"noProhibition", "noAbortSignal"}) {
		t.Errorf("%v", got)
	}
	g.accept(a1, "ru", "us")
	other := corridor(t, "agreement", a1, "abortSignal", "red flare")
	other["schedule"].(object)["tzVersion"] = "2016f"
	g.say(truce.WindowAmend, "ru", w1, other)
	if got := codes(); !slices.Equal(got, []string{"otherTZ"}) {
		t.Errorf("%v", got)
	}
}

// TestResume: who resumes stands where it stood.
func TestResume(t *testing.T) {
	for _, c := range []struct {
		party, want string
		before      truce.Kind
	}{{"ru", "announced", ""}, {"us", "conditional", truce.WindowCondition}, {"us", "accepted", truce.WindowAccept}, {"us", "silent", ""}, {"us", "rejected", truce.WindowReject}} {
		g := newReg(t)
		g.at("2016-08-10T12:00:00Z").say(truce.WindowAnnounce, "ru", w1, pause(t))
		if c.before == truce.WindowCondition {
			g.about(c.before, c.party, w1, "condition", "48 hours")
		} else if c.before != "" {
			g.about(c.before, c.party, w1)
		}
		g.about(truce.WindowSuspend, c.party, w1)
		g.about(truce.WindowSuspend, c.party, w1, "reason", "again")
		if got := g.window(w1, "2016-08-11T08:00:00Z").Acceptance[c.party]; got != "suspended" {
			t.Errorf("%s is %s", c.party, got)
		}
		g.about(truce.WindowResume, c.party, w1)
		if got := g.window(w1, "2016-08-11T08:00:00Z").Acceptance[c.party]; got != c.want {
			t.Errorf("%s is %s, want %s", c.party, got, c.want)
		}
	}
}

// TestNowhere: what states no area is told at every place while it may bind, and at
// none once it is over.
func TestNowhere(t *testing.T) {
	g := newReg(t)
	g.say(truce.AgreementRegister, "cell", a1, agreed("durationHours", 48))
	count := func(at string) int { return len(g.now(at, here(36.2, 37.1)).Agreements) }
	if count("2016-02-20T00:00:00Z") != 1 {
		t.Error("a proposal is not told")
	}
	g.accept(a1, "xx", "yy")
	if count("2016-02-20T00:00:00Z") != 1 || count("2016-03-20T00:00:00Z") != 0 || len(g.now("2016-03-20T00:00:00Z", Query{}).Agreements) != 1 {
		t.Error("what is over is told at a place, or not told at all")
	}
}

// TestAsKnown: what was told once and is told no more is not reached by asking
// about the past, nor is what was told only later.
func TestAsKnown(t *testing.T) {
	g := newReg(t)
	g.at("2016-08-10T12:00:00Z").say(truce.WindowAnnounce, "ru", w1, pause(t), "public")
	g.say(truce.WindowAnnounce, "ru", "window-2", pause(t))
	g.at("2016-08-11T08:00:00Z").say(truce.WindowAmend, "ru", w1, pause(t))
	g.say(truce.WindowAmend, "ru", "window-2", pause(t), "public")
	for _, size := range []int64{1, 2, 3, 4} {
		a, err := g.engine.Now(t.Context(), Query{At: utc("2016-08-11T09:00:00Z"), AsKnownAt: size})
		want := 0
		if size == 4 {
			want = 1
		}
		if err != nil || len(a.Windows) != want || a.LogSize != size {
			t.Errorf("at size %d: %+v %v", size, a, err)
		}
	}
	if a := g.now("2016-08-11T09:00:00Z", Query{AsKnownAt: 1}); len(a.Windows) != 1 {
		t.Errorf("%+v", a.Windows)
	}
	if _, err := g.engine.Now(t.Context(), Query{AsKnownAt: 5}); truce.CodeOf(err) != truce.CodeInvalid {
		t.Errorf("%v", err)
	}
}

// TestPassages: what two parties say of one leg stands twice, and a wait that is
// too long is told.
func TestPassages(t *testing.T) {
	g := newReg(t)
	g.at("2016-08-10T12:00:00Z").say(truce.WindowAnnounce, "ru", w1, corridor(t))
	g.at("2016-08-11T08:00:00Z").about(truce.CorridorPass, "relief", w1, "passage", "p1", "segment", "h1", "outcome", "underway", "enteredAt", "2016-08-11T07:30:00Z")
	g.about(truce.CorridorPass, "ru", w1, "passage", "p1", "segment", "s1", "outcome", "facilitated", "enteredAt", "2016-08-11T07:00:00Z", "leftAt", "2016-08-11T07:20:00Z")
	g.about(truce.CorridorPass, "relief", w1, "passage", "p1", "segment", "s1", "outcome", "impeded", "by", "ru", "reason", "search")
	w := g.window(w1, "2016-08-11T08:31:00Z")
	if len(w.Passages) != 1 || len(w.Passages[0].Legs) != 3 || w.Passages[0].Legs[1].Minutes != 20 || w.Passages[0].Legs[2].HinderedBy != "ru" {
		t.Errorf("%+v", w.Passages)
	}
	if o := w.Holding[0].Overstays; len(o) != 1 || o[0].Minutes != 61 || o[0].Over {
		t.Errorf("%+v", o)
	}
	rows := g.now("2016-08-11T08:31:00Z", Query{}).Waiting()
	if !slices.ContainsFunc(rows, func(r Waiting) bool { return r.Step == "dwell" && r.Of == "h1" && r.Late }) {
		t.Errorf("%+v", rows)
	}
}

// TestWaiting: on whom, since when, why, and within what limit.
func TestWaiting(t *testing.T) {
	g := newReg(t)
	g.at("2016-08-10T12:00:00Z").say(truce.WindowAnnounce, "ru", w1, pause(t, "acceptBy", "2016-08-11T06:00:00Z"))
	g.about(truce.WindowReject, "us", w1, "reason", "too short")
	rows := g.now("2016-08-11T06:30:00Z", Query{}).Waiting()
	i := slices.IndexFunc(rows, func(r Waiting) bool { return r.Step == "acceptance" })
	if i < 0 || rows[i].Party != "us" || rows[i].Reason != "too short" || !rows[i].Late || shown(rows[i].Since) != "2016-08-10T12:00:00Z" || rows[i].Entry != 1 {
		t.Errorf("%+v", rows)
	}
	if rows := g.now("2016-10-01T00:00:00Z", Query{}).Waiting(); len(rows) != 0 {
		t.Errorf("what is over waits for nobody: %+v", rows)
	}
}

// TestConflicts: a local agreement permits what the one above prohibits; both are
// told, and which stands under which.
func TestConflicts(t *testing.T) {
	g := newReg(t)
	g.say(truce.AgreementRegister, "cell", a1, agreed("parties", signatories("xx", "yy", "zz")))
	g.say(truce.AgreementRegister, "cell", "agreement-2", agreed("parent", a1, "relation", "local-under-national", "geometry", circle(36.2, 37.1, 1000),
		"clauses", []object{noFire("id", "p1", "modality", "permits", "acts", []string{"shelling"}), noFire("id", "p2", "modality", "permits", "acts", []string{"monitoring"})}))
	g.accept(a1, "xx", "yy", "zz")
	g.accept("agreement-2", "xx", "yy")
	a := g.now("2016-03-01T00:00:00Z", here(36.2, 37.1))
	want := Conflict{Act: "shelling", A: Source{Agreement: a1, Clause: "c1"}, B: Source{Agreement: "agreement-2", Clause: "p1"}, Under: "agreement-2"}
	if len(a.Conflicts) != 1 || !reflect.DeepEqual(a.Conflicts[0], want) {
		t.Errorf("%+v", a.Conflicts)
	}
	if a := g.now("2016-03-01T00:00:00Z", here(30, 37.1)); len(a.Conflicts) != 0 || len(a.Agreements) != 1 {
		t.Errorf("%+v", a.Conflicts)
	}
	if got := g.agreement("agreement-2", "2016-03-01T00:00:00Z"); len(got.BreachOf) != 0 {
		t.Error("a breach of the one is none of the other unless it says so")
	}
}

// TestDisclosure: who is told of an agreement, and how much.
func TestDisclosure(t *testing.T) {
	g := newReg(t)
	hash := func(c string) string { return "sha256:" + strings.Repeat(c, 64) }
	body := agreed("texts", []object{{"hash": hash("a"), "authentic": true}, {"hash": hash("b"), "label": "map of the lines", "disclosure": "parties"}},
		"clauses", []object{noFire(), noFire("id", "c2", "disclosure", "parties", "acts", []string{"overflight"})})
	g.say(truce.AgreementRegister, "cell", a1, body, "party:aid")
	g.say(truce.AgreementRegister, "cell", "agreement-2", body, "public")
	for _, s := range []string{a1, "agreement-2"} {
		g.about(truce.AgreementAccept, "xx", s, "texts", []string{hash("a")})
		g.about(truce.AgreementAccept, "yy", s, "texts", []string{hash("a")})
	}
	at := "2016-03-01T00:00:00Z"
	for _, c := range []struct {
		viewer        auth.Viewer
		agreements    int
		clauses       int
		mapLabelShown bool
	}{
		{registrar, 2, 4, true}, {auth.Viewer{Party: "xx", Role: truce.RoleParty}, 2, 4, true}, {auth.Viewer{Party: "aid", Role: truce.RoleHumanitarian}, 2, 2, false},
		{auth.Viewer{Party: "other", Role: truce.RoleParty}, 1, 1, false}, {auth.Viewer{Party: "aud", Role: truce.RoleAuditor}, 0, 0, false}, {public, 1, 1, false},
	} {
		a, err := g.engine.Now(t.Context(), Query{At: utc(at), Viewer: c.viewer})
		if err != nil {
			t.Fatal(err)
		}
		text, _ := json.Marshal(a)
		if len(a.Agreements) != c.agreements || len(a.Prohibitions) != c.clauses || strings.Contains(string(text), "map of the lines") != c.mapLabelShown || strings.Contains(string(text), "overflight") != c.mapLabelShown {
			t.Errorf("%+v: %d agreements, %d prohibitions, %s", c.viewer, len(a.Agreements), len(a.Prohibitions), text)
		}
		_, err = g.engine.Agreement(t.Context(), a1, Query{At: utc(at), Viewer: c.viewer})
		_, none := g.engine.Agreement(t.Context(), "agreement-0", Query{At: utc(at), Viewer: c.viewer})
		if hidden := c.agreements < 2; hidden != (truce.CodeOf(err) == truce.CodeNotFound) || hidden && strings.ReplaceAll(err.Error(), a1, "") != strings.ReplaceAll(none.Error(), "agreement-0", "") {
			t.Errorf("%+v: %v, %v", c.viewer, err, none)
		}
	}
	// What was private when it stood is not told because a later version is public.
	g.at("2016-03-02T00:00:00Z").say(truce.AgreementAmend, "cell", a1, agreed(), "public")
	a, err := g.engine.Now(t.Context(), Query{At: utc("2016-03-01T12:00:00Z")})
	if err != nil || len(a.Agreements) != 1 {
		t.Errorf("%+v %v", a.Agreements, err)
	}
	if a, err = g.engine.Now(t.Context(), Query{At: utc("2016-03-02T00:00:00Z")}); err != nil || len(a.Agreements) != 2 {
		t.Errorf("%d %v", len(a.Agreements), err)
	}
	if i := slices.IndexFunc(a.Agreements, func(x Agreement) bool { return x.ID == a1 }); a.Agreements[i].Former != nil {
		t.Error("the former version was never public")
	}
}
