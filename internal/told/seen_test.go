package told

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/internal/view/protected"
)

// TestSeen: who was told, of which versions, since and until when; who refused; from
// whom it is withheld, and where consent stands.
func TestSeen(t *testing.T) {
	g := newReg(t)
	v1 := g.say(truce.SiteRegister, "aid", "site-a", hospital, "role:monitor")
	g.say(truce.ConsentGive, "aid", "site-a", `{"recipients":["army","group"]}`)
	g.say(truce.ReleaseGive, "cell", "site-a", `{"recipients":["army"]}`)
	g.say(truce.ConsentWithdraw, "aid", "site-a", `{"recipients":["group"]}`)
	g.say(truce.AckReceive, "army", "site-a", `{"version":"`+v1+`"}`)
	g.say(truce.SiteAmend, "aid", "site-a", strings.Replace(hospital, "36.2", "36.3", 1), "role:monitor")
	g.say(truce.AckObject, "army", "site-a", `{"version":"`+id(5)+`","reason":"position-disputed"}`)
	g.say(truce.ReleaseEnd, "cell", "site-a", `{"recipients":["army"]}`)
	g.reading(truce.Now, func(q *Reading) {
		o, err := protected.View{}.Object(t.Context(), q.r, "site-a", truce.Now)
		if err != nil {
			t.Fatal(err)
		}
		s, err := q.Seen(o)
		if err != nil {
			t.Fatal(err)
		}
		var saw []string
		for _, x := range s.Saw {
			var levels []string
			for _, a := range x.Answered {
				levels = append(levels, string(a.Level))
			}
			saw = append(saw, fmt.Sprint(x.Party, " ", x.As, " ", len(x.Told), " ", x.Until != nil, " ", levels))
		}
		slices.Sort(saw)
		want := []string{"army [party:army] 3 true [received objects]", "cell [registrar] 0 false []", "watch [role:monitor] 2 false []"}
		if !slices.Equal(saw, want) {
			t.Errorf("saw %q, want %q", saw, want)
		}
		for _, x := range s.Saw {
			if x.Party == "army" && (!x.Since.Equal(start.Add(2*time.Minute)) || !x.Until.Equal(start.Add(7*time.Minute))) {
				t.Errorf("%+v", x)
			}
		}
		if len(s.Refused) != 1 || s.Refused[0].Reason != "position-disputed" || s.Refused[0].Newest {
			t.Errorf("refused %+v", s.Refused)
		}
		if len(s.Withheld) != 2 || s.Withheld[0] != (Withheld{"group", truce.RoleParty, "withdrawn"}) || s.Withheld[1] != (Withheld{"chair", truce.RoleGuarantor, "none"}) {
			t.Errorf("withheld %+v", s.Withheld)
		}
	})
}

// TestByParty: gaps turned round, the same gaps with one party alone, and the silence
// of single echelons, with the time since when.
func TestByParty(t *testing.T) {
	g := newReg(t)
	g.say(truce.DeskRegister, "army", "desk-hq", `{"name":"d","echelon":"headquarters"}`)
	g.say(truce.DeskRegister, "army", "desk-air", `{"name":"d","echelon":"air"}`)
	for _, s := range []string{"site-a", "site-b"} {
		g.say(truce.SiteRegister, "aid", s, hospital)
		g.say(truce.ReleaseGive, "cell", s, `{"recipients":["army"]}`)
	}
	g.say(truce.AckReceive, "army", "site-a", `{"version":"`+id(2)+`","echelon":"headquarters"}`)
	g.reading(truce.Now, func(q *Reading) {
		var gaps []*Gap
		for _, s := range []string{"site-a", "site-b"} {
			x, err := q.Gap(Subject{ID: s, Kind: "site", Owner: "aid"})
			if err != nil {
				t.Fatal(err)
			}
			gaps = append(gaps, x)
		}
		all := ByParty(gaps)
		if len(all) != 3 || all[0].Party != "army" || len(all[1].NotTold) != 2 || len(all[1].Waiting) != 0 {
			t.Fatalf("%+v", all)
		}
		a, b := all[0].Waiting[0], all[0].Waiting[1]
		if a.Subject != "site-a" || a.Unacknowledged || !slices.Equal(a.Echelons, []string{"air"}) || !a.Since.Equal(start.Add(3*time.Minute)) {
			t.Errorf("answered by one echelon: %+v", a)
		}
		if b.Subject != "site-b" || !b.Unacknowledged || !slices.Equal(b.Echelons, []string{"headquarters", "air"}) || !b.Since.Equal(start.Add(5*time.Minute)) {
			t.Errorf("answered by none: %+v", b)
		}
		if of := gaps[1].Of("army"); len(of.NotTold) != 0 || len(of.Unacknowledged) != 1 || len(of.Silent) != 1 || of.Of("group").Empty() != true || gaps[1].Of("group").Empty() {
			t.Errorf("%+v", of)
		}
	})
}
