package inforce

import (
	"strings"
	"testing"
	"time"

	"truce"
	"truce/internal/auth"
)

// desk registers a duty desk.
func (g *reg) desk(party, id string) {
	g.t.Helper()
	g.say(truce.DeskRegister, party, id, obj("name", "Duty desk", "echelon", "headquarters", "channels", []object{obj("kind", "voice", "address", "+963 1"), obj("kind", "sms", "address", "+963 2")}))
}

// try tries a line of a desk.
func (g *reg) try(by, desk, line, outcome string) int64 {
	g.t.Helper()
	return g.say(truce.ContactTest, by, desk, obj("channel", line, "at", g.clock.Format(time.RFC3339), "outcome", outcome))
}

// contact is the condition of the line of xx, at a time, as a viewer is told it.
func (g *reg) contact(at string, v auth.Viewer) Gate {
	g.t.Helper()
	for _, w := range g.now(at, Query{Viewer: v}).Windows {
		for _, gate := range w.Gates {
			if gate.Code == "contact" && gate.Party == "xx" {
				return gate
			}
		}
	}
	g.t.Fatal("there is no such condition")
	return Gate{}
}

// TestDeskTests: a test of a line of a party's duty desk meets the condition of a
// tested contact, for every window that waits for it, as long as it counts.
func TestDeskTests(t *testing.T) {
	g := newReg(t)
	g.say(truce.WindowAnnounce, "yy", w1, obj("windowKind", "pause", "prohibits", []string{"fire"}, "parties", signatories("xx", "yy"), "contactHours", 12,
		"schedule", times(t, "2016-03-01T10:00:00", "Asia/Damascus", 180, "FREQ=DAILY;COUNT=30", "2017-12-31T00:00:00Z")), "public")
	g.desk("xx", "desk-1")
	if c := g.contact("2016-03-01T00:00:00Z", registrar); c.Met || c.By != "" || c.Entry != truce.NoEntry {
		t.Errorf("never tried: %+v", c)
	}
	n := g.at("2016-03-01T06:00:00Z").try("cell", "desk-1", "voice", "answered")
	if c := g.contact("2016-03-01T06:00:00Z", registrar); !c.Met || c.By != "cell" || c.Entry != n || !c.Since.Equal(utc("2016-03-01T06:00:00Z")) {
		t.Errorf("answered: %+v", c)
	}
	if c := g.contact("2016-03-01T06:00:00Z", auth.Viewer{Party: "stranger", Role: truce.RoleHumanitarian}); !c.Met || c.By != "" || c.Entry != truce.NoEntry {
		t.Errorf("to somebody else: %+v", c)
	}
	if c := g.contact("2016-03-01T05:59:59Z", registrar); c.Met {
		t.Errorf("before it: %+v", c)
	}
	if c := g.contact("2016-03-01T18:00:00Z", registrar); c.Met || !c.Since.Equal(utc("2016-03-01T18:00:00Z")) || !strings.Contains(c.Text, "run out") {
		t.Errorf("twelve hours later: %+v", c)
	}
	a := g.now("2016-03-01T00:00:00Z", Query{AsKnownAt: n})
	if a.Windows[0].Contacts = append(a.Windows[0].Contacts, Contact{}); len(a.Windows[0].Contacts) != 1 {
		t.Errorf("as known before: %+v", a.Windows[0].Contacts)
	}
	g.at("2016-03-01T07:00:00Z").try("xx", "desk-1", "sms", "no-answer")
	if c := g.contact("2016-03-01T07:00:00Z", registrar); !c.Met {
		t.Errorf("one of two lines: %+v", c)
	}
	g.at("2016-03-01T08:00:00Z").about(truce.WindowContact, "yy", w1, "party", "xx", "result", "not-answered")
	if c := g.contact("2016-03-01T08:00:00Z", registrar); c.Met || c.By != "yy" {
		t.Errorf("tried for this window later, in vain: %+v", c)
	}
	g.at("2016-03-01T09:00:00Z").try("cell", "desk-1", "voice", "answered")
	if c := g.contact("2016-03-01T09:00:00Z", registrar); !c.Met {
		t.Errorf("answered again: %+v", c)
	}
	g.at("2016-03-01T10:00:00Z").say(truce.DeskWithdraw, "xx", "desk-1", obj("reason", "closed"))
	if c := g.contact("2016-03-01T10:00:00Z", registrar); c.Met {
		t.Errorf("the desk is gone: %+v", c)
	}
	if c := g.contact("2016-03-01T09:30:00Z", registrar); !c.Met {
		t.Errorf("before it went: %+v", c)
	}
}

// TestDeskTestsOverAPeriod: a window is ready as long as the test counts.
func TestDeskTestsOverAPeriod(t *testing.T) {
	g := newReg(t)
	g.say(truce.WindowAnnounce, "yy", w1, obj("windowKind", "repair", "repair", obj("assetText", "a pump"), "parties", signatories("xx", "yy"), "geometry", circle(36, 37, 100),
		"schedule", times(t, "2016-03-01T10:00:00", "Asia/Damascus", 24*60, "", "2017-12-31T00:00:00Z")), "public")
	g.accept(w1, "xx")
	for i, party := range []string{"xx", "yy"} {
		id := []string{"desk-1", "desk-2"}[i]
		g.desk(party, id)
		g.at("2016-03-01T06:00:00Z").try("cell", id, "voice", "answered")
	}
	parts := g.now("2016-03-01T00:00:00Z", Query{Until: utc("2016-03-05T00:00:00Z")}).Windows[0].Parts
	if len(parts) != 2 || !parts[0].Ready || parts[1].Ready || !parts[0].Until.Equal(utc("2016-03-02T06:00:00Z")) {
		t.Errorf("%+v", parts)
	}
}

// TestErasedDesk: what was erased does not count, also where nothing was said since.
func TestErasedDesk(t *testing.T) {
	g := newReg(t)
	g.say(truce.WindowAnnounce, "yy", w1, obj("windowKind", "pause", "parties", signatories("xx", "yy"),
		"schedule", times(t, "2016-03-01T10:00:00", "Asia/Damascus", 180, "FREQ=DAILY;COUNT=30", "2017-12-31T00:00:00Z")), "public")
	g.desk("xx", "desk-1")
	g.at("2016-03-01T06:00:00Z").try("cell", "desk-1", "voice", "answered")
	if c := g.contact("2016-03-01T07:00:00Z", registrar); !c.Met {
		t.Errorf("%+v", c)
	}
	g.say(truce.EraseContent, "cell", "desk-1", obj("reason", "operator-risk"))
	if c := g.contact("2016-03-01T07:00:00Z", registrar); c.Met {
		t.Errorf("%+v", c)
	}
}
