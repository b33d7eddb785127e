package told

import (
	"slices"
	"strings"
	"testing"
	"time"

	"truce"
)

const convoy = `{"purpose":"food-aid","mode":"land","legs":[{"route":{"type":"LineString","coordinates":[[37,36],[37.1,36]],"bufferM":100}}]}`

// TestGo: what a movement waits for, condition by condition.
func TestGo(t *testing.T) {
	g := newReg(t)
	v := g.say(truce.MovementRegister, "aid", "movement-a", convoy)
	board := func(now time.Time) *Board {
		var b *Board
		g.reading(truce.Now, func(q *Reading) {
			h, err := q.History("movement-a")
			if err != nil {
				t.Fatal(err)
			}
			standings, err := h.Standings("aid")
			if err != nil {
				t.Fatal(err)
			}
			tests, err := q.Tests(h)
			if err != nil {
				t.Fatal(err)
			}
			b = h.Go(standings, tests, []Condition{{What: Windows, Met: true}}, now)
		})
		return b
	}
	missing := func(want string) {
		t.Helper()
		if got := strings.Join(board(start.Add(time.Hour)).Missing, " "); got != want {
			t.Errorf("missing %q, want %q", got, want)
		}
	}
	missing("acknowledged tested")
	g.say(truce.ReleaseGive, "aid", "movement-a", `{"recipients":["army"]}`)
	missing("acknowledged tested")
	if b := board(start.Add(time.Hour)); !slices.Equal(b.Conditions[0].Waiting, []string{"army"}) || !b.Conditions[0].Since.Equal(start.Add(time.Minute)) {
		t.Errorf("%+v", b.Conditions[0])
	}
	g.say(truce.AckReceive, "army", "movement-a", `{"version":"`+v+`"}`)
	g.say(truce.DeskRegister, "army", "desk-a", `{"name":"d","echelon":"headquarters"}`)
	missing("tested")
	g.say(truce.ContactTest, "cell", "desk-a", `{"channel":"voice","at":"2016-08-11T06:00:00Z","outcome":"answered"}`)
	missing("")
	if got := board(start.Add(48 * time.Hour)).Missing; !slices.Equal(got, []string{Tested}) {
		t.Errorf("two days later a test counts no more: %v", got)
	}
	g.say(truce.ContactTest, "cell", "desk-a", `{"channel":"voice","at":"2016-08-11T06:00:00Z","outcome":"no-answer"}`)
	missing("tested")
	g.say(truce.AckObject, "army", "movement-a", `{"version":"`+v+`","reason":"conflict"}`)
	missing("noObjection tested")
}

// TestJourney: a report that does not come is an alarm.
func TestJourney(t *testing.T) {
	g := newReg(t)
	g.say(truce.MovementRegister, "aid", "movement-a", convoy)
	journey := func(now string) *Journey {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		var j *Journey
		g.reading(truce.Now, func(q *Reading) {
			h, err := q.History("movement-a")
			if err == nil {
				j, err = h.Journey(at)
			}
			if err != nil {
				t.Fatal(err)
			}
		})
		return j
	}
	if j := journey("2016-08-11T06:00:00Z"); j.Event != "" || j.Alarm {
		t.Errorf("%+v", j)
	}
	g.say(truce.JourneyReport, "aid", "movement-a", `{"event":"departed","nextBy":"2016-08-11T08:00:00Z"}`)
	if j := journey("2016-08-11T07:59:59Z"); j.Event != "departed" || j.Alarm || j.Overdue {
		t.Errorf("%+v", j)
	}
	if j := journey("2016-08-11T08:00:00Z"); !j.Overdue || !j.Alarm {
		t.Errorf("%+v", j)
	}
	g.say(truce.JourneyReport, "aid", "movement-a", `{"event":"delayed","delayMinutes":30,"nextBy":"2016-08-11T09:00:00Z"}`)
	g.say(truce.JourneyReport, "aid", "movement-a", `{"event":"unreachable"}`)
	if j := journey("2016-08-11T08:30:00Z"); j.Overdue || !j.Alarm || j.Delay != 30 {
		t.Errorf("%+v", j)
	}
	g.say(truce.JourneyReport, "aid", "movement-a", `{"event":"arrived","outcome":"partially-facilitated"}`)
	if j := journey("2016-08-12T08:30:00Z"); j.Alarm || j.Outcome != "partially-facilitated" || len(j.Reports) != 4 {
		t.Errorf("%+v", j)
	}
}

// TestAlarm: the clocks of an alarm, by party.
func TestAlarm(t *testing.T) {
	g := newReg(t)
	g.say(truce.SiteRegister, "aid", "site-a", hospital)
	alarm := g.say(truce.AlarmRaise, "aid", "site-a", `{"what":"under-fire"}`)
	g.say(truce.DeliveryRecord, "cell", "site-a", `{"recipient":"army","version":"`+alarm+`","channel":"voice","reason":"alarm","delivery":"d","attempt":1,"outcome":"delivered"}`)
	g.say(truce.AckReceive, "army", "site-a", `{"version":"`+alarm+`"}`)
	g.say(truce.AlarmEnd, "cell", "site-a", `{"alarm":"`+alarm+`"}`)
	g.reading(truce.Now, func(q *Reading) {
		h, err := q.History("site-a")
		if err != nil {
			t.Fatal(err)
		}
		all, err := h.Alarms()
		if err != nil || len(all) != 1 || len(all[0].Told) != 1 {
			t.Fatalf("%+v, %v", all, err)
		}
		a, told := all[0], all[0].Told[0]
		if told.Party != "army" || len(told.Attempts) != 1 || len(told.Steps) != 1 || !told.Steps[0].Newest || !told.Steps[0].At.Equal(a.Raised.Add(2*time.Minute)) || a.Ended == nil {
			t.Errorf("%+v", a)
		}
	})
}
