package demo_test

import (
	"slices"
	"testing"
	"time"

	"truce"
	"truce/internal/app"
	"truce/internal/demo"
	"truce/internal/store"
	"truce/internal/told"
)

// telling reads the telling of one object of the scenario.
func telling(t *testing.T, reg *app.Register, id string) (out *told.Telling) {
	t.Helper()
	err := reg.DB.View(t.Context(), func(r store.Reader) error {
		q, err := reg.Told().At(t.Context(), r, truce.Now)
		if err != nil {
			return err
		}
		o, err := reg.Objects.Object(t.Context(), r, id, truce.Now)
		if err != nil {
			return err
		}
		out, err = q.Telling(told.SubjectOf(o), nil, time.Date(2016, 8, 15, 5, 30, 0, 0, time.UTC)) // the convoy is about to leave
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func standing(t *testing.T, x *told.Telling, party string) *told.Standing {
	t.Helper()
	i := slices.IndexFunc(x.Standings, func(s *told.Standing) bool { return s.Party == party })
	if i < 0 {
		t.Fatalf("%s has no standing", party)
	}
	return x.Standings[i]
}

// TestTold looks at one register in several ways.
func TestTold(t *testing.T) {
	reg, played := play(t)
	for name, look := range map[string]func(*testing.T, *app.Register, *demo.Played){"telling": testTelling, "gap": testGapStays, "convoy": testConvoyDay, "alarm": testAlarmClock} {
		t.Run(name, func(t *testing.T) { look(t, reg, played) })
	}
}

// Received, read back, passed on and in use are told apart, by echelon; who was never
// told of the hospital stays visible.
func testTelling(t *testing.T, reg *app.Register, played *demo.Played) {
	x := telling(t, reg, played.Hospital)
	ru, us := standing(t, x, "russian-federation"), standing(t, x, "united-states")
	for _, l := range []told.Level{told.Received, told.ReadBack, told.Relayed, told.Loaded, told.Noted} {
		if !ru.Has(l) {
			t.Errorf("one side is not %s", l)
		}
	}
	if ru.Has(told.WillComply) || ru.Has(told.Objects) || !slices.Equal(ru.Echelons, []string{"headquarters", "air"}) || len(ru.Silent) > 0 {
		t.Errorf("one side: %+v", ru)
	}
	if !us.Has(told.Received) || !us.Has(told.Relayed) || us.Has(told.ReadBack) || us.Has(told.Loaded) || !slices.Equal(us.Silent, []string{"air"}) {
		t.Errorf("the other side: %+v", us)
	}
	if !slices.Equal(x.Gap.NotTold, []string{"government-of-syria", "local-group-a", "local-group-b"}) {
		t.Errorf("not told: %v", x.Gap.NotTold)
	}
}

// The gap that stays: one recipient of the shelter was called three times and says nothing.
func testGapStays(t *testing.T, reg *app.Register, played *demo.Played) {
	g := telling(t, reg, played.Shelter).Gap
	if len(g.Unacknowledged) != 1 || g.Unacknowledged[0].Party != "united-states" || g.Unacknowledged[0].Tried != 3 {
		t.Errorf("%+v", g.Unacknowledged)
	}
}

// The convoy arrived after it was out of reach; what it waited for never came.
func testConvoyDay(t *testing.T, reg *app.Register, played *demo.Played) {
	x := telling(t, reg, played.Convoy)
	var events []string
	for _, r := range x.Journey.Reports {
		events = append(events, r.Event)
	}
	if !slices.Equal(events, []string{"departed", "halted", "delayed", "unreachable", "resumed", "arrived"}) {
		t.Errorf("%v", events)
	}
	if x.Journey.Alarm || x.Journey.Delay != 90 || x.Journey.Outcome != "partially-facilitated" {
		t.Errorf("%+v", x.Journey)
	}
	if len(x.Board.Missing) != 0 { // the windows are no part of this reading; the command line adds them
		t.Errorf("missing: %v", x.Board.Missing)
	}
}

// The alarm has the clock of every call and answer, and what nobody took.
func testAlarmClock(t *testing.T, reg *app.Register, played *demo.Played) {
	all := telling(t, reg, played.Razi).Alarms
	if len(all) != 1 || all[0].Ended == nil || len(all[0].Told) != 2 {
		t.Fatalf("%+v", all)
	}
	for _, p := range all[0].Told {
		failed := slices.ContainsFunc(p.Attempts, func(a told.Attempt) bool { return a.Outcome == "failed" })
		if len(p.Attempts) != 2 || failed != (p.Party == "united-states") || len(p.Steps) == 0 {
			t.Errorf("%+v", p)
		}
		for _, s := range p.Steps {
			if s.At.Before(all[0].Raised) || s.At.After(*all[0].Ended) {
				t.Errorf("%s answered at %s", p.Party, s.At)
			}
		}
	}
}
