package told

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/internal/view/inbox"
)

// follow works all that a register holds into p, for the parties that it follows.
func (g *reg) follow(p *Pending, parties ...string) {
	g.t.Helper()
	g.reading(truce.Now, func(q *Reading) {
		for _, id := range parties {
			state := q.Party(id)
			if _, ok := p.Cursor(id); !ok {
				p.Party(*state, truce.NoEntry, time.Time{})
			}
			after, _ := p.Cursor(id)
			lines, _, err := q.Lines(q.ctx, q.r, Names(id, state.Role)[:2], after, q.asOf, 1000)
			if err != nil {
				g.t.Fatal(err)
			}
			p.Tell(id, lines)
		}
		said, err := q.Inbox.Said(q.ctx, q.r, inbox.Filter{After: p.Said(), AsOf: q.asOf})
		if err == nil {
			err = p.Hear(said)
		}
		if err != nil {
			g.t.Fatal(err)
		}
	})
}

func dueText(t *testing.T, p *Pending, now time.Time, kind string, emergency bool) string {
	t.Helper()
	due, err := p.Due(now, func(string) (string, bool, error) { return kind, emergency, nil })
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range due {
		out = append(out, d.Subject+" "+string(d.Rule.Then))
	}
	return strings.Join(out, ", ")
}

// TestPending: timers run from the telling, to the instant; each runs out once.
func TestPending(t *testing.T) {
	const reminded, next, guarantors = "site-a the desk is reminded", "site-a the next desk is told", "site-a the guarantors are told"
	for _, c := range []struct {
		kind      string
		emergency bool
		after     time.Duration
		want      string
	}{
		{"site", false, 24*time.Hour - 1, ""}, {"site", false, 24 * time.Hour, reminded}, {"site", false, 48 * time.Hour, reminded + ", " + next + ", " + guarantors},
		{"movement", false, 4 * time.Hour, reminded}, {"movement", true, 15*time.Minute - 1, ""}, {"movement", true, 15 * time.Minute, reminded},
		{"movement", true, 4 * time.Hour, reminded + ", " + next + ", " + guarantors}, {"agreement", false, 1000 * time.Hour, ""},
	} {
		g := newReg(t)
		g.say(truce.SiteRegister, "aid", "site-a", hospital)
		g.say(truce.ReleaseGive, "aid", "site-a", `{"recipients":["army"]}`) // at 06:01
		p := NewPending(Defaults(), truce.NoEntry)
		g.follow(p, "army", "group")
		at := start.Add(time.Minute).Add(c.after)
		if got := dueText(t, p, at, c.kind, c.emergency); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
		if got := dueText(t, p, at, c.kind, c.emergency); got != "" {
			t.Errorf("%+v: again %q", c, got)
		}
	}
}

// TestPendingAnswers: an answer stops the timers that wait for its level and no
// other; what nobody waits for is let go.
func TestPendingAnswers(t *testing.T) {
	rules, err := ParseRules("A site is to be received within 1h; else the desk is reminded.\nA site is to be read back within 2h; else the next desk is told.")
	if err != nil {
		t.Fatal(err)
	}
	answers := map[string]struct {
		kind truce.Kind
		body string
		want string
		left int
	}{
		"nothing":        {"", ``, "site-a the desk is reminded, site-a the next desk is told", 0},
		"received":       {truce.AckReceive, `{"version":"%s"}`, "site-a the next desk is told", 0},
		"read back":      {truce.AckReadBack, `{"version":"%s","coord":{"entered":"36.2, 37.1"}}`, "site-a the desk is reminded", 0},
		"another object": {truce.AckReceive, `{"version":"` + id(9) + `"}`, "site-a the desk is reminded, site-a the next desk is told", 0},
		"the link":       {truce.DeliveryRecord, `{"recipient":"army","version":"%s","channel":"email","reason":"release","delivery":"d","attempt":1,"outcome":"answered"}`, "site-a the next desk is told", 0},
		"only delivered": {truce.DeliveryRecord, `{"recipient":"army","version":"%s","channel":"email","reason":"release","delivery":"d","attempt":1,"outcome":"delivered"}`, "site-a the desk is reminded, site-a the next desk is told", 0},
	}
	for name, c := range answers {
		g := newReg(t)
		v := g.say(truce.SiteRegister, "aid", "site-a", hospital)
		g.say(truce.ReleaseGive, "aid", "site-a", `{"recipients":["army"]}`)
		p := NewPending(rules, truce.NoEntry)
		g.follow(p, "army")
		if c.kind != "" {
			g.say(c.kind, "army", "site-a", strings.Replace(c.body, "%s", v, 1))
		}
		g.follow(p, "army")
		if got := dueText(t, p, start.Add(24*time.Hour), "site", false); got != c.want || p.Waiting() != c.left {
			t.Errorf("%s: %q, %d waiting", name, got, p.Waiting())
		}
	}
}

// TestPendingFeed: an acknowledgement of the whole feed covers what stands below
// it; what is told after it, and an object that is told anew, wait again.
func TestPendingFeed(t *testing.T) {
	g := newReg(t)
	v := g.say(truce.SiteRegister, "aid", "site-a", hospital, "role:party")
	p := NewPending(Defaults(), truce.NoEntry)
	g.follow(p, "army", "group")
	if p.Waiting() != 2 {
		t.Fatalf("%d waiting", p.Waiting())
	}
	g.say(truce.AckReceive, "army", "army", `{"upTo":{"entries":1,"root":"x"}}`)
	g.follow(p, "army", "group")
	if p.Waiting() != 1 {
		t.Errorf("%d waiting after one acknowledged its feed", p.Waiting())
	}
	g.say(truce.AckReceive, "group", "site-a", `{"version":"`+v+`"}`)
	g.say(truce.SiteAmend, "aid", "site-a", strings.Replace(hospital, "36.2", "36.3", 1), "role:party")
	g.say(truce.AckReceive, "army", "army", `{"upTo":{"entries":3,"root":"x"}}`) // before the amendment
	g.follow(p, "army", "group")
	if p.Waiting() != 2 {
		t.Errorf("%d waiting after an amendment", p.Waiting())
	}
	alarm := g.say(truce.AlarmRaise, "aid", "site-a", `{"what":"under-fire"}`)
	g.follow(p, "army", "group")
	if got := dueText(t, p, start.Add(time.Duration(g.size-1)*time.Minute+2*time.Minute), "site", false); got != "site-a the next desk is told, site-a the next desk is told" {
		t.Errorf("an alarm: %q", got)
	}
	g.say(truce.AlarmEnd, "aid", "site-a", `{"alarm":"`+alarm+`"}`)
	g.follow(p, "army", "group")
	if p.Waiting() != 2 {
		t.Errorf("%d waiting after the alarm ended", p.Waiting())
	}
	p.Forget("army")
	if p.Waiting() != 1 {
		t.Errorf("%d waiting after a party left", p.Waiting())
	}
}

// TestPendingLate: the timers of a party that was enrolled after an audience named
// its role run from its enrolment.
func TestPendingLate(t *testing.T) {
	g := newReg(t)
	g.say(truce.SiteRegister, "aid", "site-a", hospital, "role:party")
	p := NewPending(Defaults(), truce.NoEntry)
	g.reading(truce.Now, func(q *Reading) { p.Party(*q.Party("army"), truce.NoEntry, start.Add(100*time.Hour)) })
	g.follow(p, "army")
	if got := dueText(t, p, start.Add(124*time.Hour-1), "site", false); got != "" {
		t.Errorf("before a day has passed: %q", got)
	}
	if got := dueText(t, p, start.Add(124*time.Hour), "site", false); got != "site-a the desk is reminded" {
		t.Errorf("after a day: %q", got)
	}
}

// TestSeveralNames: what ends for one name of a reader and goes on for another has
// not ended; what it knew is not new.
func TestSeveralNames(t *testing.T) {
	lines := func(g *reg, party string) string {
		var out []string
		g.reading(truce.Now, func(q *Reading) {
			all, _, err := q.Lines(q.ctx, q.r, Names(party, q.Party(party).Role), truce.NoEntry, q.asOf, 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range all {
				out = append(out, fmt.Sprint(l.Entry, " ", l.What, " ", l.Answer()))
			}
		})
		return strings.Join(out, ", ")
	}
	moved := strings.Replace(hospital, "36.2", "36.3", 1)
	for _, c := range []struct {
		name string
		do   func(g *reg)
		want string
		told bool
	}{
		{"released beside its role", func(g *reg) {
			g.say(truce.SiteRegister, "aid", "site-a", hospital, "role:party")
			g.say(truce.ReleaseGive, "aid", "site-a", `{"recipients":["army"]}`)
			g.say(truce.ReleaseEnd, "aid", "site-a", `{"recipients":["army"]}`)
		}, "0 new true, 1 revalidated false, 2 revalidated false", true},
		{"from itself to its role", func(g *reg) {
			g.say(truce.SiteRegister, "aid", "site-a", hospital, "party:army")
			g.say(truce.SiteAmend, "aid", "site-a", moved, "role:party")
		}, "0 new true, 1 changed true", true},
		{"out of both", func(g *reg) {
			g.say(truce.SiteRegister, "aid", "site-a", hospital, "party:army", "role:party")
			g.say(truce.SiteAmend, "aid", "site-a", moved)
		}, "0 new true, 1 ended true", false},
		{"told anew after an end", func(g *reg) {
			g.say(truce.SiteRegister, "aid", "site-a", hospital, "party:army")
			g.say(truce.SiteAmend, "aid", "site-a", moved)
			g.say(truce.SiteAmend, "aid", "site-a", hospital, "role:party")
		}, "0 new true, 1 ended true, 2 new true", true},
		{"public alone", func(g *reg) { g.say(truce.SiteRegister, "aid", "site-a", hospital, "public") }, "0 new false", false},
		{"public, then released", func(g *reg) {
			g.say(truce.SiteRegister, "aid", "site-a", hospital, "public")
			g.say(truce.ReleaseGive, "aid", "site-a", `{"recipients":["army"]}`)
		}, "0 new false, 1 new true", true},
		{"withdrawn", func(g *reg) {
			g.say(truce.SiteRegister, "aid", "site-a", hospital, "party:army", "role:party")
			g.say(truce.SiteWithdraw, "aid", "site-a", `{"reason":"closed"}`)
		}, "0 new true, 1 withdrawn true", true},
	} {
		g := newReg(t)
		c.do(g)
		if got := lines(g, "army"); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
		if s := g.standing("army", "site-a"); s.Told != c.told {
			t.Errorf("%s: told %v", c.name, s.Told)
		}
	}
}
