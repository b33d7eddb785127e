package protected

import (
	"context"
	"reflect"
	"testing"

	"truce"
	"truce/internal/store"
)

func TestRegisterAmendWithdraw(t *testing.T) {
	l := newLog(t)
	reg := l.say(truce.SiteRegister, msf, "site-a", site("37.1"), "role:party")
	if got := l.object("site-a", truce.Now); got.Owner != msf || got.Kind != "site" || got.Content.Entry != reg || got.First != reg ||
		got.Version.ID != idOf(reg) || !got.Version.Audience.Includes("x", truce.RoleParty) || string(got.Content.Body) != site("37.1") {
		t.Fatalf("after register: %+v", got)
	}
	fresh := l.say(truce.SiteRevalidate, cell, "site-a", `{"revalidateBy":"2017-01-01"}`)
	if got := l.object("site-a", truce.Now); got.Version.Entry != fresh || got.Content.Entry != reg || got.Freshened == nil ||
		len(got.Version.Audience) != 1 {
		t.Fatalf("after revalidate: %+v", got)
	}
	am := l.say(truce.SiteAmend, cell, "site-a", site("37.2"))
	if got := l.object("site-a", truce.Now); got.Owner != msf || got.Content.Entry != am || got.Placed != am || got.Freshened != nil ||
		len(got.Version.Audience) != 0 || got.First != reg {
		t.Fatalf("after amend: %+v", got)
	}
	wd := l.say(truce.SiteWithdraw, msf, "site-a", `{"reason":"closed","text":"moved out"}`)
	got := l.object("site-a", truce.Now)
	want := &Withdrawal{Entry: wd, ID: idOf(wd), Author: msf, At: l.entries[wd].Time, Reason: "closed", Text: "moved out"}
	if !reflect.DeepEqual(got.Withdrawn, want) || got.Content.Entry != am || got.Version.Entry != wd {
		t.Fatalf("after withdraw: %+v", got)
	}
	if h := l.head("site-a"); h.State != truce.ObjectWithdrawn || h.Version != idOf(wd) || h.Owner != msf || h.Entry != wd {
		t.Fatalf("head after withdraw: %+v", h)
	}
}

func TestAsKnownAt(t *testing.T) {
	l := newLog(t)
	l.say(truce.SiteRegister, msf, "site-a", site("37.1"))
	l.say(truce.SiteAmend, msf, "site-a", site("37.2"))
	l.say(truce.SiteWithdraw, msf, "site-a", `{"reason":"closed"}`)
	if _, err := l.tryObject("site-a", 0); truce.CodeOf(err) != truce.CodeNotFound {
		t.Errorf("as known at 0: %v, want not found", err)
	}
	if o := l.object("site-a", 1); string(o.Content.Body) != site("37.1") || o.Withdrawn != nil {
		t.Errorf("as known at 1: %+v", o)
	}
	if o := l.object("site-a", 2); string(o.Content.Body) != site("37.2") || o.Withdrawn != nil {
		t.Errorf("as known at 2: %+v", o)
	}
	if o := l.object("site-a", 3); o.Withdrawn == nil {
		t.Errorf("as known at 3: %+v", o)
	}
}

func TestVerificationLadder(t *testing.T) {
	l := newLog(t)
	reg := l.say(truce.SiteRegister, msf, "site-a", site("37.1"))
	check := func(when, step string, entry int64, differs bool) {
		t.Helper()
		if got := l.object("site-a", truce.Now).Verification(); got != (Verification{step, entry, differs}) {
			t.Errorf("%s: %+v, want %s by entry %d, differs %v", when, got, step, entry, differs)
		}
	}
	check("registered", "entered", reg, false)
	img := l.say(truce.VerificationRecord, cell, "site-a", step(reg, "imagery", "matches"))
	check("imagery", "imagery", img, false)
	l.say(truce.VerificationRecord, cell, "site-a", step(reg, "read-back", "matches"))
	check("a lower step after a higher", "imagery", img, false)
	l.say(truce.VerificationRecord, opx, "site-a", step(reg, "recipient-read-back", "differs"))
	check("differs", "imagery", img, true)
	l.say(truce.VerificationRecord, opx, "site-a", step(reg, "second-organisation", "unable"))
	check("unable", "imagery", img, true)
	rb := l.say(truce.VerificationRecord, opx, "site-a", step(reg, "recipient-read-back", "matches"))
	check("differs, then matches", "recipient-read-back", rb, false)
	same := l.say(truce.SiteAmend, msf, "site-a", `{"function":"clinic","geometry":{ "type":"Point", "coordinates":[37.1,36.2]}}`)
	check("amended without a move", "recipient-read-back", rb, false)
	l.say(truce.VerificationRecord, cell, "site-a", step(reg, "imagery", "differs"))
	check("a step about a version that is not the newest", "recipient-read-back", rb, false)
	moved := l.say(truce.SiteAmend, msf, "site-a", site("37.2"))
	check("moved", "entered", moved, false)
	l.say(truce.VerificationRecord, cell, "site-a", step(same, "imagery", "matches"))
	check("a step about the place before", "entered", moved, false)
}

func TestMoved(t *testing.T) {
	leg := func(s string) string { return `{"legs":[` + s + `]}` }
	for _, c := range []struct {
		name, before, after string
		want                bool
	}{
		{"the same", site("37.1"), site("37.1"), false},
		{"white space", site("37.1"), `{ "geometry" : {"type":"Point", "coordinates":[37.1,36.2]} }`, false},
		{"another point", site("37.1"), site("37.11"), true},
		{"no geometry any more", site("37.1"), `{}`, true},
		{"times of a leg", leg(`{"route":{"a":1},"plannedStart":"2016"}`), leg(`{"route":{"a":1},"plannedStart":"2017"}`), false},
		{"another route", leg(`{"route":{"a":1}}`), leg(`{"route":{"a":2}}`), true},
		{"a halt more", leg(`{"halts":[{"point":{}}]}`), leg(`{"halts":[{"point":{}},{"point":{}}]}`), true},
		{"another end", leg(`{"to":{"point":{"a":1}}}`), leg(`{"to":{"point":{"a":2}}}`), true},
		{"a leg more", leg(`{}`), leg(`{},{}`), true},
		{"unreadable", `[]`, `[]`, true},
	} {
		if got := moved([]byte(c.before), []byte(c.after)); got != c.want {
			t.Errorf("%s: moved = %v, want %v", c.name, got, c.want)
		}
	}
}

func TestChallenge(t *testing.T) {
	l := newLog(t)
	l.say(truce.SiteRegister, msf, "site-a", site("37.1"))
	open := l.say(truce.ChallengeOpen, opx, "site-a", `{"reason":"wrong-position","text":"it is a kilometre north"}`)
	about := `{"challenge":"` + idOf(open) + `","text":"t","outcome":"not-upheld"}`
	l.say(truce.ChallengeAnswer, msf, "site-a", about)
	if o := l.object("site-a", truce.Now); !o.Contested() || len(o.Challenges) != 1 || len(o.Challenges[0].Answers) != 1 ||
		o.Challenges[0].Reason != "wrong-position" || o.Challenges[0].Author != opx {
		t.Fatalf("open: %+v", o.Challenges)
	}
	second := l.say(truce.ChallengeOpen, opy, "site-a", `{"reason":"closed","text":"empty"}`)
	closed := l.say(truce.ChallengeClose, cell, "site-a", about)
	l.say(truce.ChallengeClose, cell, "site-a", `{"challenge":"`+idOf(open)+`","outcome":"upheld"}`)
	o := l.object("site-a", truce.Now)
	if !o.Contested() || o.Challenges[0].Outcome != "not-upheld" || o.Challenges[0].Closed.Entry != closed {
		t.Fatalf("one of two closed: contested %v, %+v", o.Contested(), o.Challenges[0])
	}
	l.say(truce.ChallengeClose, opy, "site-a", `{"challenge":"`+idOf(second)+`","outcome":"retracted"}`)
	if l.object("site-a", truce.Now).Contested() || !l.object("site-a", closed+1).Contested() {
		t.Fatal("contested after both were closed, or not before")
	}
	l.view(func(r store.Reader) error {
		c, err := l.v.Challenge(context.Background(), r, idOf(open))
		none, err2 := l.v.Challenge(context.Background(), r, idOf(0))
		if err != nil || err2 != nil || c.Open || none != nil || c.By != opx || c.Subject != "site-a" {
			t.Errorf("challenge heads: %+v %+v", c, none)
		}
		return nil
	})
}

func TestGrants(t *testing.T) {
	l := newLog(t)
	l.say(truce.SiteRegister, msf, "site-a", site("37.1"))
	state := func(consentX, releaseX, releaseY bool) {
		t.Helper()
		l.view(func(r store.Reader) error {
			ctx := context.Background()
			c, _ := l.v.HasConsent(ctx, r, "site-a", opx)
			x, _ := l.v.Released(ctx, r, "site-a", opx)
			y, _ := l.v.Released(ctx, r, "site-a", opy)
			if c != consentX || x != releaseX || y != releaseY {
				t.Errorf("consent x %v, release x %v, release y %v; want %v %v %v", c, x, y, consentX, releaseX, releaseY)
			}
			return nil
		})
	}
	l.say(truce.ConsentGive, msf, "site-a", `{"recipients":["party-x","party-y"]}`)
	state(true, false, false)
	l.say(truce.ReleaseGive, cell, "site-a", `{"recipients":["party-x","party-y"]}`)
	state(true, true, true)
	l.say(truce.ReleaseGive, cell, "site-a", `{"recipients":["party-x"]}`) // again: nothing new
	l.say(truce.ReleaseEnd, cell, "site-a", `{"recipients":["party-y"]}`)
	state(true, true, false)
	end := l.say(truce.ConsentWithdraw, msf, "site-a", `{"recipients":["party-x"]}`)
	state(false, false, false)
	l.say(truce.ConsentGive, msf, "site-a", `{"recipients":["party-x"]}`)
	state(true, false, false)
	o := l.object("site-a", truce.Now)
	want := []Grant{{opx, cell, 2, end}, {opy, cell, 2, 4}}
	if !reflect.DeepEqual(o.Releases, want) {
		t.Errorf("releases %+v, want %+v", o.Releases, want)
	}
	if then := l.object("site-a", end); !then.Releases[0].InForce() || then.Releases[1].InForce() || len(then.Consents) != 2 {
		t.Errorf("as known before the end: %+v %+v", then.Releases, then.Consents)
	}
}

// TestOtherStatus: an exercise cannot touch what is actual.
func TestOtherStatus(t *testing.T) {
	l := newLog(t)
	l.say(truce.SiteRegister, msf, "site-a", site("37.1"))
	for _, c := range []struct {
		kind truce.Kind
		body string
	}{
		{truce.SiteAmend, site("40")}, {truce.SiteWithdraw, `{"reason":"closed"}`},
		{truce.ChallengeOpen, `{"reason":"closed","text":"t"}`}, {truce.ReleaseGive, `{"recipients":["party-x"]}`},
		{truce.VerificationRecord, step(0, "imagery", "matches")},
	} {
		e := l.entry(c.kind, msf, "site-a", c.body)
		e.Statement.Status = truce.Exercise
		l.apply(e)
	}
	l.say(truce.AreaAmend, msf, "site-a", `{}`) // nor another kind of object
	o := l.object("site-a", truce.Now)
	if o.Version.Entry != 0 || o.Contested() || len(o.Releases)+len(o.Steps) != 0 || o.Withdrawn != nil {
		t.Errorf("changed by statements of another status: %+v", o)
	}
	l.view(func(r store.Reader) error {
		all, err := l.v.Entries(context.Background(), r, "site-a", truce.Now)
		if err != nil || len(all) != 7 {
			t.Errorf("entries %v, %v: all seven must be listed", all, err)
		}
		return err
	})
}
