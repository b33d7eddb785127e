package notify

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"truce"
	"truce/internal/told"
	"truce/internal/view"
	"truce/internal/view/inbox"
)

// raise puts an alarm into the log and into the feeds of those who were told.
func (f *fake) raise(subject string, to ...truce.PartyID) (id string, entry int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	id = f.say(truce.AlarmRaise, subject, "aid", "", []byte(`{"what":"under-fire"}`))
	for _, p := range to {
		f.feeds[p] = append(f.feeds[p], Line{Entry: f.size - 1, Subject: subject, What: view.ToldAlarm, Version: id, Answer: true, Item: json.RawMessage(`{}`)})
	}
	return id, f.size - 1
}

// down makes a receiver fail until it is up again.
func (r *receiver) down(desk string) (up func()) {
	var is atomic.Bool
	is.Store(true)
	r.fail = func(m *Message) error {
		if is.Load() && (desk == "" || m.Desk.ID == desk) {
			return truce.E(truce.CodeUnavailable, "no answer")
		}
		return nil
	}
	return func() { is.Store(false) }
}

// TestAlarmArrives: an alarm is sent until it arrives, however long the receiver is
// down; where it ended before, the feed tells of it in its place.
func TestAlarmArrives(t *testing.T) {
	for _, ends := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			f.party("army", truce.RoleParty, desk(0, "webhook"), desk(1, "webhook"))
			hook := newReceiver("webhook")
			up := hook.down("")
			defer running(f.notifier([]told.Rule{}, hook))()
			f.tell(view.ToldNew, "site-a", "army")
			id, n := f.raise("site-a", "army")
			time.Sleep(50 * time.Hour)
			if ends {
				f.mu.Lock()
				f.say(truce.AlarmEnd, "site-a", "aid", id, []byte(`{}`))
				f.mu.Unlock()
				time.Sleep(2 * time.Hour)
			}
			up()
			time.Sleep(3 * time.Hour)
			first, second := hook.all("desk-army-0"), hook.all("desk-army-1")
			alarm := fmt.Sprint("alarm ", n)
			if !strings.Contains(first, "release 0") || strings.Count(first, alarm) != 1 || (second == alarm) == ends {
				t.Errorf("ended %v: %q and %q", ends, first, second)
			}
		})
	}
}

// TestAlarmOvertakesOnce: an alarm is sent over a line once, by whichever way.
func TestAlarmOvertakesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.party("army", truce.RoleParty, desk(0, "webhook"))
		hook := newReceiver("webhook")
		hook.took = 300 * time.Millisecond
		var sent atomic.Int64
		hook.fail = func(m *Message) error {
			if m.Reason == "alarm" {
				sent.Add(1)
			}
			return nil
		}
		kill := running(f.notifier([]told.Rule{}, hook))
		f.tell(view.ToldNew, "site-a", "army")
		f.raise("site-a", "army")
		f.tell(view.ToldChanged, "site-a", "army")
		time.Sleep(time.Minute)
		kill()
		kill = running(f.notifier([]told.Rule{}, hook)) // nor after a restart
		time.Sleep(time.Minute)
		kill()
		if sent.Load() != 1 || hook.all("desk-army-0") != "alarm 1, release 0, change 2" && hook.all("desk-army-0") != "release 0, alarm 1, change 2" {
			t.Errorf("%d alarms; %q", sent.Load(), hook.all("desk-army-0"))
		}
	})
}

// TestOlderAlarm: one that was raised while nothing ran is sent when telling begins,
// also from before the time that is looked back over; one that ended is not.
func TestOlderAlarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.party("army", truce.RoleParty, desk(0, "webhook"), desk(1, "webhook"))
		_, open := f.raise("site-a", "army")
		over, _ := f.raise("site-a", "army")
		f.mu.Lock()
		f.say(truce.AlarmEnd, "site-a", "aid", over, []byte(`{}`))
		f.mu.Unlock()
		time.Sleep(100 * 24 * time.Hour)
		hook := newReceiver("webhook")
		defer running(f.notifier([]told.Rule{}, hook))()
		time.Sleep(time.Minute)
		if got := hook.all("desk-army-1"); got != fmt.Sprint("alarm ", open) {
			t.Errorf("%q", got)
		}
	})
}

// TestTwoLinesOfAKind: the slower of two lines of one kind loses nothing when the
// process is killed.
func TestTwoLinesOfAKind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		d := desk(0)
		d.Content.Channels = []inbox.Channel{{Kind: "webhook", Address: "a"}, {Kind: "webhook", Address: "b"}}
		f.party("army", truce.RoleParty, d)
		hook := newReceiver("webhook")
		got := map[string]int{}
		alive := false
		hook.fail = func(m *Message) error {
			if m.Channel.Address == "b" && !alive {
				return truce.E(truce.CodeUnavailable, "no answer")
			}
			got[m.Channel.Address]++
			return nil
		}
		kill := running(f.notifier([]told.Rule{}, hook))
		for range 5 {
			f.tell(view.ToldNew, "site-a", "army")
		}
		time.Sleep(time.Minute)
		kill()
		hook.mu.Lock()
		alive = true
		hook.mu.Unlock()
		kill = running(f.notifier([]told.Rule{}, hook))
		time.Sleep(time.Minute)
		kill()
		if got["a"] != 5 || got["b"] != 5 {
			t.Errorf("%v", got)
		}
	})
}

// TestDeskChanges: a line whose address is replaced goes on where it was; mail that
// is new begins where the others are; what the desk has no more ends.
func TestDeskChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.party("army", truce.RoleParty, desk(0, "webhook"))
		hook, mail := newReceiver("webhook"), newReceiver("email")
		var addresses []string
		hook.fail = func(m *Message) error {
			addresses = append(addresses, fmt.Sprint(m.Channel.Address, m.Line.Entry))
			return nil
		}
		defer running(f.notifier([]told.Rule{}, hook, mail))()
		f.tell(view.ToldNew, "site-a", "army")
		time.Sleep(time.Minute)
		f.mu.Lock()
		changed := *f.desks[0]
		changed.Entry = f.grow()
		changed.Content.Channels = []inbox.Channel{{Kind: "webhook", Address: "new"}, {Kind: "email", Address: "mail"}}
		f.desks[0] = &changed
		f.mu.Unlock()
		time.Sleep(time.Minute)
		last := entryOf(f.tell(view.ToldChanged, "site-a", "army"))
		time.Sleep(time.Minute)
		hook.mu.Lock()
		got := strings.Join(addresses, " ")
		hook.mu.Unlock()
		if got != fmt.Sprint("webhook0 new", last) {
			t.Errorf("%s", got)
		}
		if got := mail.all("desk-army-0"); got != fmt.Sprint("change ", last) {
			t.Errorf("mail: %q", got)
		}
	})
}

// TestReplay: what is behind an entry is sent again on request, once, under the ids
// that it had.
func TestReplay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.party("army", truce.RoleParty, desk(0, "webhook"))
		hook := newReceiver("webhook")
		sent := map[string]int{}
		again := 0
		hook.fail = func(m *Message) error {
			if sent[m.ID]++; m.Reason == "replay" {
				again++
			}
			return nil
		}
		kill := running(f.notifier([]told.Rule{}, hook))
		for range 3 {
			f.tell(view.ToldNew, "site-a", "army")
		}
		time.Sleep(time.Minute)
		f.mu.Lock()
		f.say(truce.DeliveryRecord, "army", "army", "", []byte(`{"recipient":"army","desk":"desk-army-0","channel":"webhook","upTo":0,"reason":"replay","delivery":"x","attempt":1,"outcome":"queued"}`))
		f.mu.Unlock()
		time.Sleep(time.Minute)
		kill()
		kill = running(f.notifier([]told.Rule{}, hook))
		time.Sleep(time.Minute)
		kill()
		if len(sent) != 3 || again != 2 || hook.all("desk-army-0") != "release 0, release 1, release 2" {
			t.Errorf("%d ids, %d again: %q", len(sent), again, hook.all("desk-army-0"))
		}
	})
}

// TestUnrecorded: while the log takes nothing, what was told is not told again and
// again; it is recorded when it can be.
func TestUnrecorded(t *testing.T) {
	for name, code := range map[string]truce.Code{"the disk is full": truce.CodeUnavailable, "the party was withdrawn": truce.CodeRefused} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			f.party("army", truce.RoleParty, desk(0, "email"))
			mail := newReceiver("email")
			sent := 0
			mail.fail = func(*Message) error { sent++; return nil }
			var full atomic.Bool
			full.Store(true)
			f.broken = func() error {
				if full.Load() {
					return truce.E(code, "%s", name)
				}
				return nil
			}
			defer running(f.notifier([]told.Rule{}, mail))()
			f.tell(view.ToldNew, "site-a", "army")
			time.Sleep(time.Hour)
			full.Store(false)
			time.Sleep(time.Hour)
			records := 0
			mail.mu.Lock()
			times := sent
			mail.mu.Unlock()
			f.mu.Lock()
			defer f.mu.Unlock()
			for _, s := range f.said {
				if s.Kind == truce.DeliveryRecord {
					records++
				}
			}
			if times != 1 || (records == 1) != (code == truce.CodeUnavailable) {
				t.Errorf("%s: sent %d times, %d records", name, times, records)
			}
		})
	}
}

// TestNoDesk: of a party without a desk the guarantors learn that it did not answer;
// one that takes part no more is not spoken of.
func TestNoDesk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.party("army", truce.RoleParty)
		f.party("gone", truce.RoleParty)
		f.parties[1].Withdrawn = 0
		f.party("chair", truce.RoleGuarantor, desk(0, "email"))
		mail := newReceiver("email")
		var lists []*Message
		mail.fail = func(m *Message) error { lists = append(lists, m); return nil }
		rules, err := told.ParseRules("A site is to be received within 3h; else the guarantors are told.")
		if err != nil {
			t.Fatal(err)
		}
		defer running(f.notifier(rules, mail))()
		f.tell(view.ToldNew, "site-a", "army", "gone")
		time.Sleep(3*time.Hour - time.Second)
		count := func() []*Message { mail.mu.Lock(); defer mail.mu.Unlock(); return slices.Clone(lists) }
		if got := count(); len(got) != 0 {
			t.Fatalf("before the time: %+v", got)
		}
		time.Sleep(watchEvery + 2*time.Second)
		if got := count(); len(got) != 1 || len(got[0].Waiting) != 1 || got[0].Waiting[0].Party != "army" || got[0].Waiting[0].Subject != "" {
			t.Errorf("%+v", got)
		}
	})
}

// TestDaysDown: forty recipients, one of them down for three days; everybody has
// everything once.
func TestDaysDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		var to []truce.PartyID
		for i := range 40 {
			id := fmt.Sprintf("party-%02d", i)
			f.party(id, truce.RoleParty, desk(0, "webhook"))
			to = append(to, id)
		}
		hook := newReceiver("webhook")
		up := hook.down("desk-party-07-0")
		defer running(f.notifier([]told.Rule{}, hook))()
		var want []string
		for range 72 {
			want = append(want, fmt.Sprint("change ", entryOf(f.tell(view.ToldChanged, "site-a", to...))))
			time.Sleep(time.Hour)
		}
		if got := hook.all("desk-party-08-0"); got != strings.Join(want, ", ") {
			t.Fatalf("a dead line delays another: %q", got)
		}
		up()
		time.Sleep(2 * time.Hour)
		for _, p := range to {
			if got := hook.all("desk-" + p + "-0"); got != strings.Join(want, ", ") {
				t.Errorf("%s: %q", p, got)
			}
		}
		attempts := 0
		f.mu.Lock()
		defer f.mu.Unlock()
		for _, s := range f.said {
			if r, _ := readRecord(s); r.Outcome == "failed" {
				attempts++
			}
		}
		if attempts < 70 || attempts > 100 {
			t.Errorf("%d attempts on record for a line that was down three days", attempts)
		}
	})
}
