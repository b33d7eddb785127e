package check

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/auth"
	"truce/internal/store"
	"truce/internal/view/protected"
)

// TestUnseen: to who may not see an object by its position, the answer is byte
// for byte the one of a register of the same length without the object.
func TestUnseen(t *testing.T) {
	with, without := newReg(t, false), newReg(t, false)
	both := func(kind truce.Kind, author, subject, body string, audience ...string) {
		with.say(kind, author, subject, body, audience...)
		without.say(truce.PartyAmend, "cell", "cell", `{}`)
	}
	for _, g := range []*reg{with, without} {
		g.site("seen", point(36.001, 37), "", "party:party-x", "role:monitor", "role:auditor")
	}
	body := siteBody(point(36, 37), `,"admin":{"country":"SY"}`)
	both(truce.SiteRegister, "aid", "closed", body)
	both(truce.SiteRegister, "aid", "public", body, "public") // known to the public by kind, not by place
	both(truce.SiteRegister, "aid", "others", body, "party:party-y")
	both(truce.SiteRegister, "aid", "ended", body)
	both(truce.ReleaseGive, "cell", "ended", `{"recipients":["party-x"]}`)
	both(truce.ReleaseEnd, "cell", "ended", `{"recipients":["party-x"]}`)
	both(truce.ChallengeOpen, "party-y", "others", `{"reason":"closed","text":"t"}`)
	both(truce.SiteWithdraw, "aid", "others", `{"reason":"closed"}`)
	both(truce.SiteRegister, "aid", "damaged", `{"function":"hospital","geometry":{"type":"Point"}}`)
	for _, c := range []struct {
		v    auth.Viewer
		want string // seen at the place
	}{
		{partyX, "seen inForce 111"}, {auth.Viewer{Party: "m", Role: truce.RoleMonitor}, "seen inForce 111"},
		{auth.Viewer{}, ""}, {auth.Viewer{Role: truce.RoleRegistrar}, ""}, {auth.Viewer{Party: "z", Role: truce.RoleGuarantor}, ""},
		{auth.Viewer{Party: "party-x", Role: truce.RoleAuditor}, ""},
	} {
		for _, asKnownAt := range []int64{0, 4} {
			q := here(36, 37, 1000)
			q.Viewer, q.AsKnownAt = c.v, asKnownAt
			got, want := with.check(q), without.check(q)
			if text(t, got) != text(t, want) {
				t.Errorf("%+v: the answer shows what may not be seen:\n%s\n%s", c.v, text(t, got), text(t, want))
			}
			if s := strings.Join(told(got), ", "); s != c.want {
				t.Errorf("%+v: %q, want %q", c.v, s, c.want)
			}
		}
	}
	for _, v := range []auth.Viewer{registrar, owner} {
		q := here(36, 37, 1000)
		q.Viewer = v
		if _, err := with.engine.Check(context.Background(), q); truce.CodeOf(err) != truce.CodeInternal {
			t.Errorf("%+v: %v; who may see a damaged entry must get an error", v, err)
		}
	}
}

func TestRecipient(t *testing.T) {
	g := newReg(t, false)
	g.site("a", point(36, 37), "")
	q := here(36, 37, 10)
	q.Viewer = partyX
	for _, c := range []struct {
		kind truce.Kind
		want int
	}{{truce.ConsentGive, 0}, {truce.ReleaseGive, 1}, {truce.ReleaseEnd, 0}, {truce.ReleaseGive, 1}, {truce.ConsentWithdraw, 0}} {
		g.say(c.kind, "aid", "a", `{"recipients":["party-x"]}`)
		if got := g.check(q); len(got.Protections) != c.want {
			t.Errorf("after %s: %v, want %d", c.kind, told(got), c.want)
		}
	}
	q.AsKnownAt = 3 // entries 0 to 2: it was released then
	if got := g.check(q); len(got.Protections) != 0 {
		t.Errorf("the past shows what is not released any more: %v", told(got))
	}
	g.say(truce.ReleaseGive, "aid", "a", `{"recipients":["party-x"]}`)
	for asKnownAt, want := range map[int64]int{3: 1, 4: 0, 6: 0, 7: 1} {
		q.AsKnownAt = asKnownAt
		if got := g.check(q); len(got.Protections) != want {
			t.Errorf("as known at %d: %v, want %d", asKnownAt, told(got), want)
		}
	}
}

func TestAsKnownAt(t *testing.T) {
	g := newReg(t, false)
	g.site("a", point(36, 37), "")
	g.say(truce.SiteAmend, "aid", "a", siteBody(point(36, 38), ""))
	g.site("b", point(36, 37), "")
	g.say(truce.SiteWithdraw, "aid", "a", `{"reason":"moved"}`)
	g.say(truce.EraseContent, "aid", "b", `{"reason":"legal"}`)
	for _, c := range []struct {
		at   int64
		lon  float64
		want string
	}{
		{1, 37, "a inForce"}, {2, 37, ""}, {2, 38, "a inForce"}, {3, 38, "a inForce"}, {4, 38, "a withdrawn"},
		{3, 37, ""}, {0, 37, ""}, {-1, 38, "a withdrawn"}, {5, 38, "a withdrawn"},
	} {
		q := here(36, c.lon, 0)
		q.AsKnownAt = c.at
		got := g.check(q)
		if s := strings.Join(told(got), ", "); s != c.want {
			t.Errorf("as known at %d, lon %v: %q, want %q", c.at, c.lon, s, c.want)
		}
		if size := got.AsOf.LogSize; c.at > 0 && size != c.at || c.at <= 0 && size != 5 || got.AsOf.LastEntry != size-1 ||
			!got.AsOf.LastEntryTime.Equal(start.Add(time.Duration(size-1)*time.Minute)) {
			t.Errorf("as known at %d: %+v", c.at, got.AsOf)
		}
	}
}

// TestExercise: a register made as an exercise answers with its entries, each so
// marked; another never does.
func TestExercise(t *testing.T) {
	for _, exercise := range []bool{false, true} {
		g := newReg(t, exercise)
		for _, status := range []truce.Status{truce.Actual, truce.Exercise, truce.Test} {
			g.status = status
			g.site("site-"+string(status), point(36, 37), "")
		}
		a := g.check(here(36, 37, 10))
		var got []string
		for _, p := range a.Protections {
			if p.Exercise != (p.Status != truce.Actual) {
				t.Errorf("%s is marked %v", p.ID, p.Exercise)
			}
			got = append(got, p.ID)
		}
		want := map[bool][]string{false: {"site-actual"}, true: {"site-exercise", "site-test"}}[exercise]
		if !slices.Equal(got, want) || a.AsOf.Exercise != exercise {
			t.Errorf("exercise %v: %v, want %v", exercise, got, want)
		}
		narrow := here(36, 37, 10)
		narrow.Statuses = []truce.Status{truce.Test}
		found, err := g.engine.Check(context.Background(), narrow)
		if exercise && (err != nil || len(found.Protections) != 1) || !exercise && truce.CodeOf(err) != truce.CodeInvalid {
			t.Errorf("exercise %v, tests alone: %v, %v", exercise, found, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	g := newReg(t, false)
	g.site("a", point(36, 37), "")
	good := here(36, 37, 10)
	for _, c := range []struct {
		name   string
		change func(*Query)
		code   truce.Code
		field  string
	}{
		{"no place", func(q *Query) { q.Shape = geo.Shape{} }, truce.CodeInvalid, "/shape"},
		{"latitude 95", func(q *Query) { q.Shape.Points[0].Lat = 95 }, truce.CodeInvalid, "/shape/coordinates"},
		{"NaN", func(q *Query) { q.Shape.Points[0].Lon = math.NaN() }, truce.CodeInvalid, "/shape/coordinates"},
		{"a radius below 0", func(q *Query) { q.RadiusM = -1 }, truce.CodeInvalid, "/radiusM"},
		{"a radius that is no number", func(q *Query) { q.RadiusM = math.NaN() }, truce.CodeInvalid, "/radiusM"},
		{"a radius without end", func(q *Query) { q.RadiusM = math.Inf(1) }, truce.CodeInvalid, "/radiusM"},
		{"a period backwards", func(q *Query) { q.From, q.Until = noon, start }, truce.CodeInvalid, "/until"},
		{"a period without a beginning", func(q *Query) { q.Until = start }, truce.CodeInvalid, "/from"},
		{"a size that is not reached", func(q *Query) { q.AsKnownAt = 2 }, truce.CodeInvalid, "/asKnownAt"},
		{"an entry that is not there yet", func(q *Query) { q.MinEntry = 1 }, truce.CodeStale, ""},
		{"an entry not known then", func(q *Query) { q.MinEntry, q.AsKnownAt = 7, 1 }, truce.CodeStale, ""},
		{"a status that is none", func(q *Query) { q.Statuses = []truce.Status{"draft"} }, truce.CodeInvalid, "/statuses"},
	} {
		q := good
		q.Shape.Points = slices.Clone(q.Shape.Points)
		c.change(&q)
		a, err := g.engine.Check(context.Background(), q)
		var e *truce.Error
		if a != nil || !errors.As(err, &e) || e.Code != c.code || e.Field != c.field {
			t.Errorf("%s: %v, %v; want %s at %q", c.name, a, err, c.code, c.field)
		}
		if err != nil && strings.ContainsAny(err.Error(), "°") || e != nil && strings.Contains(e.Error(), "36") {
			t.Errorf("%s: the error holds a coordinate: %v", c.name, err)
		}
	}
	many := g.engine.CheckMany(context.Background(), []Query{good, {}, good})
	if many[0].Err != nil || many[1].Err == nil || many[2].Err != nil || len(many[2].Answer.Protections) != 1 {
		t.Errorf("one bad query kept others from being answered: %+v", many)
	}
}

// TestUnreadableIsAnError: whatever keeps the register from being read gives an
// error, at first and later, and never an answer without what could not be read.
func TestUnreadableIsAnError(t *testing.T) {
	g := newReg(t, false)
	g.site("a", point(36, 37), "")
	ctx := context.Background()
	q := here(36, 37, 10)
	fail := func(name string, want truce.Code) {
		t.Helper()
		if a, err := g.engine.Check(ctx, q); a != nil || truce.CodeOf(err) != want {
			t.Errorf("%s: %v, %v; want %s", name, a, err, want)
		}
	}
	position, heads := g.stored.Position, g.stored.Heads
	behind := func(context.Context, store.Reader) (int64, error) { return 0, nil }
	g.stored.Position = behind
	fail("views that are behind", truce.CodeUnavailable)
	g.stored.Position = position
	g.check(q)
	g.site("b", point(36, 37), "")
	g.stored.Position = behind
	fail("views that fell behind", truce.CodeUnavailable)
	g.stored.Position = position
	g.stored.Heads = func(context.Context, int64) (Head, error) { return Head{}, truce.E(truce.CodeTampered, "no") }
	fail("a log that cannot be read", truce.CodeTampered)
	g.stored.Heads = heads
	canceled, cancel := context.WithCancel(ctx)
	cancel()
	if a, err := g.engine.Check(canceled, q); a != nil || err == nil {
		t.Errorf("canceled: %v, %v", a, err)
	}
	if got := g.check(q); len(got.Protections) != 2 {
		t.Errorf("after all that: %v", told(got))
	}
	for name, body := range map[string]string{"no geometry": `{"function":"hospital"}`, "null": siteBody("null", ""),
		"a bad date": siteBody(point(36, 37), `,"validFrom":"someday"`), "a bad zone": siteBody(point(36, 37), `,"validFrom":{"at":"2016","zone":"Mars/Base"}`),
		"open ring": siteBody(`{"type":"Polygon","coordinates":[[[1,1],[2,2],[3,1]]]}`, ""), "no JSON": `{`} {
		it := prepare(&protected.Object{Kind: "site", Content: protected.Version{Body: []byte(body)}})
		if it.broken == nil {
			t.Errorf("%s: read as %+v", name, it)
		}
	}
}
