package demo_test

import (
	"testing"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/app"
	"truce/internal/auth"
	"truce/internal/demo"
	"truce/internal/inforce"
)

func nowAt(t *testing.T, reg *app.Register, text string, viewer auth.Viewer, shape geo.Shape) *inforce.Answer {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	a, err := reg.InForce.Now(t.Context(), inforce.Query{At: at, Viewer: viewer, Shape: shape})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

var (
	registrar = auth.Viewer{Party: demo.Registrar, Role: truce.RoleRegistrar}
	public    = auth.Viewer{Role: truce.RolePublic}
	inTown    = geo.PointShape(geo.Point{Lat: 36.2070, Lon: 37.1740}, 10)
)

func windowOf(t *testing.T, a *inforce.Answer, id string) *inforce.Window {
	t.Helper()
	for i := range a.Windows {
		if a.Windows[i].ID == id {
			return &a.Windows[i]
		}
	}
	t.Fatalf("the window %s is not in the answer", id)
	return nil
}

// At half past ten on 12 August the pause is open by its schedule, announced by one
// side and not agreed; the convoy does not fit into it, and the register says so.
func TestPauseIsAnnouncedNotAgreed(t *testing.T) {
	reg, played := play(t)
	w := windowOf(t, nowAt(t, reg, "2016-08-12T10:30:00+03:00", registrar, inTown), played.Pause)
	if !w.Open || w.AgreedByAll || w.Ready || w.Acceptance["russian-federation"] != "announced" || w.Acceptance["united-states"] != "silent" {
		t.Errorf("%+v", w)
	}
	if w.Until == nil || !w.Until.Equal(time.Date(2016, 8, 12, 10, 0, 0, 0, time.UTC)) || w.Next == nil || !w.Next.Equal(time.Date(2016, 8, 13, 7, 0, 0, 0, time.UTC)) {
		t.Errorf("until %v, next %v", w.Until, w.Next)
	}
	fits := 0
	for _, f := range w.Feasibility {
		if f.Fits {
			fits++
		}
		if f.By == "relief-agency" && (f.Needed != 420 || f.Available != 180) {
			t.Errorf("%+v", f)
		}
	}
	if len(w.Feasibility) != 2 || fits != 0 {
		t.Errorf("%d of %d stated needs fit", fits, len(w.Feasibility))
	}
	for _, at := range []string{"2016-08-12T09:59:59+03:00", "2016-08-12T13:00:00+03:00", "2016-08-10T11:00:00+03:00"} {
		if windowOf(t, nowAt(t, reg, at, registrar, inTown), played.Pause).Open {
			t.Errorf("open at %s", at)
		}
	}
}

// The cessation of hostilities holds from its first second, without a known end;
// the local agreement of group A stands under it; that of group B binds nobody.
func TestCessation(t *testing.T) {
	reg, played := play(t)
	states := func(at string) map[string]inforce.State {
		out := map[string]inforce.State{}
		for _, a := range nowAt(t, reg, at, registrar, inTown).Agreements {
			out[a.Title] = a.State
			if a.ID == played.Cessation && (!a.EndUnknown || a.InForceUntil != nil) {
				t.Errorf("an end of the cessation: %+v", a.InForceUntil)
			}
			if !a.Exercise {
				t.Errorf("%s is not marked as an exercise", a.Title)
			}
		}
		return out
	}
	for _, c := range []struct {
		at, title string
		want      inforce.State
	}{
		{"2016-02-26T23:59:59+02:00", "Cessation of hostilities of 27 February 2016", inforce.Agreed},
		{"2016-02-27T00:00:00+02:00", "Cessation of hostilities of 27 February 2016", inforce.InForce},
		{"2016-08-15T12:00:00+03:00", "Cessation of hostilities of 27 February 2016", inforce.InForce},
		{"2016-08-15T12:00:00+03:00", "Local ceasefire with group A", inforce.InForce},
		{"2016-08-15T12:00:00+03:00", "Local ceasefire with group B", inforce.Proposed},
	} {
		if got := states(c.at)[c.title]; got != c.want {
			t.Errorf("%s at %s: %s, want %s", c.title, c.at, got, c.want)
		}
	}
	a := nowAt(t, reg, "2016-08-15T12:00:00+03:00", registrar, geo.Shape{})
	for _, x := range a.Agreements {
		if x.Class == "regime-of-silence" && x.State != inforce.Lapsed {
			t.Errorf("%s: %s", x.Title, x.State)
		}
	}
}

// No corridor is ever ready: the other sides have neither accepted nor attested,
// and no times were stated.
func TestCorridorsAreNeverReady(t *testing.T) {
	reg, played := play(t)
	for _, at := range []string{"2016-07-28T12:00:00+03:00", "2016-08-12T11:00:00+03:00", "2026-01-01T00:00:00Z"} {
		n := 0
		for _, w := range nowAt(t, reg, at, registrar, geo.Shape{}).Windows {
			if w.Kind != "corridor" {
				continue
			}
			n++
			missing := map[string]bool{}
			for _, m := range w.Missing {
				missing[m] = true
			}
			if w.Ready || w.AgreedByAll || !missing["attestation:s1:local-group-b"] || !missing["times"] || !missing["acceptance:local-group-a"] {
				t.Errorf("%s at %s: ready %v, missing %v", w.Title, at, w.Ready, w.Missing)
			}
		}
		if n != 4 {
			t.Errorf("%d corridors at %s", n, at)
		}
	}
	w := windowOf(t, nowAt(t, reg, "2016-08-12T11:00:00+03:00", registrar, geo.Shape{}), played.Corridor)
	if len(w.MayPass) != 1 || w.MayPass[0] != "laid-down-arms" {
		t.Errorf("%v may pass by the Castello road", w.MayPass)
	}
}

// The public knows of what was announced publicly; of the local agreements it is
// told nothing.
func TestPublicSeesNoLocalAgreement(t *testing.T) {
	reg, _ := play(t)
	a := nowAt(t, reg, "2016-08-15T12:00:00+03:00", public, geo.Shape{})
	if len(a.Agreements) != 3 || len(a.Windows) != 5 {
		t.Errorf("%d agreements, %d windows", len(a.Agreements), len(a.Windows))
	}
	for _, x := range a.Agreements {
		if x.Class == "local-ceasefire" {
			t.Errorf("the public is told of %s", x.Title)
		}
	}
	if mine := nowAt(t, reg, "2016-08-15T12:00:00+03:00", auth.Viewer{Party: "local-group-a", Role: truce.RoleParty}, geo.Shape{}); len(mine.Agreements) != 4 {
		t.Errorf("group A is told of %d agreements", len(mine.Agreements))
	}
}
