package notify

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/told"
	"truce/internal/view"
	"truce/internal/view/inbox"
)

func covering(d *inbox.Desk, covers string, kinds ...string) *inbox.Desk {
	d.Content.Kinds = kinds
	if covers != "" {
		d.Content.Covers = []byte(covers)
	}
	return d
}

const (
	northOf = `{"type":"Circle","coordinates":[37,37],"radiusM":20000}`
	southOf = `{"type":"Circle","coordinates":[37,36],"radiusM":20000}`
)

func groundAt(lats ...float64) *told.Ground {
	g := &told.Ground{Kind: "site"}
	for _, lat := range lats {
		g.Places = append(g.Places, []geo.Shape{geo.PointShape(geo.Point{Lat: lat, Lon: 37}, 0)})
	}
	return g
}

// covered is a party with a desk for the north, one for the south and one for all.
func covered() (*fake, *receiver) {
	f := newFake()
	f.party("army", truce.RoleParty, covering(desk(0, "webhook"), northOf), covering(desk(1, "webhook"), southOf), desk(2, "webhook"))
	f.grounds = map[string]*told.Ground{"site-n": groundAt(37), "site-s": groundAt(36), "site-moved": groundAt(37, 36), "site-far": groundAt(10),
		"site-gone": {Lost: true}, "site-edge": groundAt(37.25)}
	return f, newReceiver("webhook")
}

func gotBy(r *receiver) string {
	return strings.Join([]string{"north: " + r.all("desk-army-0"), "south: " + r.all("desk-army-1"), "all: " + r.all("desk-army-2")}, "; ")
}

// TestCovers: a telling goes to the first desk that answers for the place; what moved
// to both, what is lost to all, what nobody has in his area to the desk that answers
// for everything. Nothing is told to nobody.
func TestCovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, hook := covered()
		f.lostFor = 1 // once it cannot be read where something is: that line waits, and is told
		defer running(f.notifier(nil, hook))()
		for _, s := range []string{"site-n", "site-s", "site-moved", "site-far", "site-gone"} {
			f.tell(view.ToldNew, s, "army")
		}
		time.Sleep(time.Minute)
		if got := gotBy(hook); got != "north: release 0, release 2, release 4; south: release 1, release 2, release 4; all: release 3, release 4" {
			t.Error(got)
		}
	})
}

// TestCoversOverRestarts: what was for other desks is not recorded as delivered over a
// line, and nothing is told twice as new or not at all, however often it is killed.
func TestCoversOverRestarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, hook := covered()
		for range 3 {
			kill := running(f.notifier(nil, hook))
			f.tell(view.ToldNew, "site-n", "army")
			f.tell(view.ToldNew, "site-s", "army")
			time.Sleep(time.Second)
			kill()
			f.tell(view.ToldNew, "site-n", "army")
		}
		kill := running(f.notifier(nil, hook))
		time.Sleep(time.Minute)
		kill()
		told := strings.Count(gotBy(hook), "release")
		north, south := strings.Count(hook.all("desk-army-0"), "release"), strings.Count(hook.all("desk-army-1"), "release")
		if told != 9 || north != 6 || south != 3 {
			t.Error(gotBy(hook))
		}
		for _, s := range f.said {
			if r, _ := readRecord(s); r.Desk == "desk-army-2" {
				t.Errorf("recorded as delivered to a desk that was told nothing: %+v", r)
			}
		}
	})
}

// TestAlarmsGoToEveryDesk: what a desk says to answer for keeps no alarm from it,
// neither when it is raised nor when the register starts while it goes on.
func TestAlarmsGoToEveryDesk(t *testing.T) {
	const want = "north: alarm 0; south: alarm 0; all: alarm 0"
	for _, subject := range []string{"site-n", "site-edge", "site-gone", "site-far"} {
		synctest.Test(t, func(t *testing.T) {
			f, hook := covered()
			kill := running(f.notifier(nil, hook))
			f.raise(subject, "army")
			time.Sleep(10 * time.Second) // before anybody is reminded
			kill()
			defer running(f.notifier(nil, hook))()
			time.Sleep(10 * time.Second) // before anybody is reminded
			if got := gotBy(hook); got != want {
				t.Errorf("%s: %s, want %s", subject, got, want)
			}
		})
	}
}

// TestAsked: reminders go round the desks that answer for the subject; a desk whose
// roster names nobody just now comes after the others.
func TestAsked(t *testing.T) {
	f, hook := covered()
	f.desks[0].Content.Roster = []inbox.Duty{{Duty: "past", Until: truce.Instant(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))}}
	n := f.notifier(nil, hook)
	for _, c := range []struct {
		subject string
		nth     int
		want    string
	}{{"site-s", 0, "desk-army-1"}, {"site-s", 1, "desk-army-2"}, {"site-s", 9, "desk-army-2"}, {"site-n", 0, "desk-army-2"}, {"site-n", 1, "desk-army-0"}, {"site-far", 0, "desk-army-2"}} {
		if got := n.asked(t.Context(), f.desks, c.subject, c.nth); got == nil || got.ID != c.want {
			t.Errorf("%s, %d: %+v, want %s", c.subject, c.nth, got, c.want)
		}
	}
	if n.asked(t.Context(), nil, "site-s", 0) != nil {
		t.Error("a desk where there is none")
	}
}

// TestReplayedAlarm: an alarm that went to all lines at once is sent again where that
// was asked for, also by a notifier that was started after the request.
func TestReplayedAlarm(t *testing.T) {
	for _, restart := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			f.party("army", truce.RoleParty, desk(0, "webhook"))
			sent := map[string]int{}
			hook := newReceiver("webhook")
			hook.fail = func(m *Message) error { sent[m.Line.What+" "+m.Reason]++; return nil }
			kill := running(f.notifier(nil, hook))
			f.tell(view.ToldNew, "site-a", "army")
			time.Sleep(time.Second)
			f.raise("site-a", "army")
			time.Sleep(time.Second)
			if restart {
				kill()
			}
			f.mu.Lock()
			f.say(truce.DeliveryRecord, "army", "army", "", []byte(`{"recipient":"army","desk":"desk-army-0","channel":"webhook","upTo":0,"reason":"replay","delivery":"x","attempt":1,"outcome":"queued"}`))
			f.mu.Unlock()
			if restart {
				kill = running(f.notifier(nil, hook))
			}
			time.Sleep(time.Second)
			kill()
			if sent["new release"] != 1 || sent["alarm alarm"] != 1 || sent["alarm replay"] != 1 || len(sent) != 3 {
				t.Errorf("restart %v: %v", restart, sent)
			}
		})
	}
}

// TestReplayKilled: a replay that is cut short goes on as a replay: what was told
// before is not told as new, and what was not is.
func TestReplayKilled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.party("army", truce.RoleParty, desk(0, "webhook"))
		var mu sync.Mutex
		asNew, stop := map[int64]int{}, false
		hook := newReceiver("webhook")
		hook.fail = func(m *Message) error {
			mu.Lock()
			defer mu.Unlock()
			if stop && m.Line.Entry > 120 {
				return errors.New("the line is down")
			}
			if m.Reason != "replay" {
				asNew[m.Line.Entry]++
			}
			return nil
		}
		kill := running(f.notifier([]told.Rule{}, hook))
		for range 200 {
			f.tell(view.ToldNew, "site-a", "army")
		}
		time.Sleep(time.Minute)
		mu.Lock()
		stop = true
		mu.Unlock()
		f.mu.Lock()
		f.say(truce.DeliveryRecord, "army", "army", "", []byte(`{"recipient":"army","desk":"desk-army-0","channel":"webhook","upTo":0,"reason":"replay","delivery":"x","attempt":1,"outcome":"queued"}`))
		f.mu.Unlock()
		time.Sleep(time.Second)
		kill()
		stop = false // nobody is there who asks
		f.tell(view.ToldNew, "site-a", "army")
		defer running(f.notifier([]told.Rule{}, hook))()
		time.Sleep(time.Minute)
		mu.Lock()
		defer mu.Unlock()
		if len(asNew) != 201 {
			t.Errorf("%d lines were told as new, want 201", len(asNew))
		}
		for entry, n := range asNew {
			if n != 1 {
				t.Errorf("entry %d was told as new %d times", entry, n)
			}
		}
	})
}

// TestReplayAhead: who asks to be told again behind an entry that his line has not
// reached is told all of what is missing, also after a restart.
func TestReplayAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.party("army", truce.RoleParty, desk(0, "webhook"))
		hook, down := newReceiver("webhook"), true
		hook.fail = func(m *Message) error {
			if down && m.Line.Entry > 0 {
				return errors.New("the line is down")
			}
			return nil
		}
		kill := running(f.notifier([]told.Rule{}, hook))
		for range 4 {
			f.tell(view.ToldNew, "site-a", "army")
		}
		time.Sleep(time.Second)
		f.mu.Lock()
		f.say(truce.DeliveryRecord, "army", "army", "", []byte(`{"recipient":"army","desk":"desk-army-0","channel":"webhook","upTo":2,"reason":"replay","delivery":"x","attempt":1,"outcome":"queued"}`))
		f.mu.Unlock()
		time.Sleep(time.Second)
		kill()
		down = false
		defer running(f.notifier([]told.Rule{}, hook))()
		time.Sleep(time.Minute)
		if got := hook.all("desk-army-0"); got != "release 0, release 1, release 2, release 3" {
			t.Error(got)
		}
	})
}

// TestDeskGone: what a desk was not told before it was withdrawn is told to who answers
// for its area then, and nothing is told again to who was told.
func TestDeskGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, hook := covered()
		hook.fail = func(m *Message) error {
			if m.Desk.ID == "desk-army-1" && m.Line.Entry > 0 {
				return errors.New("the line is down")
			}
			return nil
		}
		defer running(f.notifier([]told.Rule{}, hook))()
		for _, s := range []string{"site-s", "site-far", "site-s", "site-n", "site-moved", "site-far"} {
			f.tell(view.ToldNew, s, "army")
		}
		time.Sleep(time.Minute)
		f.mu.Lock()
		f.desks = []*inbox.Desk{f.desks[0], f.desks[2]}
		f.say(truce.DeskWithdraw, "desk-army-1", "army", "", []byte(`{}`))
		f.mu.Unlock()
		time.Sleep(time.Minute)
		if got := gotBy(hook); got != "north: release 3, release 4; south: release 0; all: release 1, release 5, release 2, release 4" {
			t.Error(got)
		}
		if hook.again() > 0 {
			t.Errorf("%d messages were sent twice", hook.again())
		}
	})
}
