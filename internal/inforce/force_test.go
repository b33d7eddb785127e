package inforce

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"truce"
)

const a1 = "agreement-1"

// TestCessation: the agreement of February 2016, as it might have been entered
// then. It enters into force at the instant, not before, and once all accepted.
func TestCessation(t *testing.T) {
	g := newReg(t)
	g.say(truce.AgreementRegister, "cell", a1, agreed("entryIntoForce", obj("mode", "instant", "at", obj("at", "2016-02-27T00:00:00+02:00", "zone", "Asia/Damascus")),
		"until", obj("precision", "unknown"), "excluded", []object{{"name": "ISIL"}}))
	g.at("2016-02-25T10:00:00Z").accept(a1, "xx")
	g.state(a1, "2016-02-25T12:00:00Z", Proposed)
	g.at("2016-02-26T09:00:00Z").accept(a1, "yy")
	g.state(a1, "2016-02-26T08:59:59Z", Proposed)
	g.state(a1, "2016-02-26T09:00:00Z", Agreed)
	g.state(a1, "2016-02-26T21:59:59Z", Agreed)
	g.state(a1, "2016-02-26T22:00:00Z", InForce)
	got := g.agreement(a1, "2016-03-01T00:00:00Z")
	if !got.AgreedByAll || !got.EndUnknown || got.InForceUntil != nil || got.InForceFrom == nil || !got.InForceFrom.Equal(utc("2016-02-26T22:00:00Z")) {
		t.Errorf("%+v", got)
	}
	if len(got.Clauses) != 1 || !got.Clauses[0].Applies || !slices.Equal(got.Clauses[0].Bound, []string{"xx", "yy"}) {
		t.Errorf("%+v", got.Clauses)
	}
	a := g.now("2016-03-01T00:00:00Z", here(36.2, 37.1))
	if len(a.Prohibitions) != 1 || a.Prohibitions[0].Act != "fire" || !a.Prohibitions[0].AgreedByAll || len(a.Prohibits("shelling")) != 1 || len(a.Prohibits("overflight")) != 0 {
		t.Errorf("%+v", a.Prohibitions)
	}
}

// TestLateAcceptance: who accepts after the instant brings it into force then, not
// before.
func TestLateAcceptance(t *testing.T) {
	g := newReg(t)
	g.say(truce.AgreementRegister, "cell", a1, agreed("entryIntoForce", obj("mode", "instant", "at", "2016-02-27T00:00:00Z"), "durationHours", 48))
	g.accept(a1, "xx")
	g.at("2016-03-01T12:00:00Z").accept(a1, "yy")
	g.state(a1, "2016-02-28T00:00:00Z", Proposed)
	g.state(a1, "2016-03-01T11:59:59Z", Proposed)
	g.state(a1, "2016-03-01T12:00:00Z", InForce)
	g.state(a1, "2016-03-03T11:59:59Z", InForce)
	g.state(a1, "2016-03-03T12:00:00Z", Lapsed)
	if got := g.agreement(a1, "2016-03-02T00:00:00Z"); !got.InForceFrom.Equal(utc("2016-03-01T12:00:00Z")) {
		t.Errorf("in force from %v", got.InForceFrom)
	}
	// As known before it was received, it is not there at all.
	a, err := g.engine.Agreement(t.Context(), a1, Query{At: utc("2016-03-02T00:00:00Z"), AsKnownAt: 2, Viewer: registrar})
	if err != nil || a.State != Proposed || a.Acceptance["yy"] != "silent" {
		t.Errorf("%+v %v", a, err)
	}
}

// TestSameSecond: who asks in the second in which something was received is told of it.
func TestSameSecond(t *testing.T) {
	g := newReg(t)
	g.clock = utc("2016-02-21T00:00:00Z").Add(300 * time.Millisecond)
	g.say(truce.AgreementRegister, "cell", a1, agreed())
	g.accept(a1, "xx", "yy")
	g.state(a1, "2016-02-21T00:00:00Z", InForce)
	if g.agreement(a1, "2016-02-21T00:00:00Z").Retrospective {
		t.Error("it is known in that second")
	}
}

// TestBackdating: nothing that happens under the eyes of the register can be dated
// back; history that is entered later can say when it was.
func TestBackdating(t *testing.T) {
	g := newReg(t)
	g.say(truce.AgreementRegister, "cell", a1, agreed())
	g.at("2016-03-01T00:00:00Z").about(truce.AgreementAccept, "xx", a1, "from", "2016-02-21T00:00:00Z")
	g.about(truce.AgreementAccept, "yy", a1, "from", "2016-02-10T00:00:00Z")
	g.state(a1, "2016-02-25T00:00:00Z", Proposed)
	if got := g.agreement(a1, "2016-02-25T00:00:00Z"); got.Acceptance["xx"] != "silent" || got.Acceptance["yy"] != "accepted" {
		t.Errorf("x dates back what happened while the register looked on, y tells of the time before: %v", got.Acceptance)
	}
	g.state(a1, "2016-03-01T00:00:00Z", InForce)
	g.at("2016-03-05T00:00:00Z").about(truce.AgreementSuspend, "xx", a1, "from", "2016-03-02T00:00:00Z")
	g.state(a1, "2016-03-03T00:00:00Z", InForce)
	g.state(a1, "2016-03-05T00:00:00Z", Suspended)
}

// TestRetrospective: a time before the register knew of the agreement is answered
// from what was entered since, and says so.
func TestRetrospective(t *testing.T) {
	g := newReg(t)
	g.at("2026-11-22T00:00:00Z").say(truce.AgreementRegister, "cell", a1, agreed("entryIntoForce", obj("mode", "instant", "at", "2016-02-27T00:00:00Z")))
	g.accept(a1, "xx", "yy")
	g.about(truce.AgreementSuspend, "yy", a1)
	g.state(a1, "2016-02-26T23:59:59Z", Agreed)
	got := g.agreement(a1, "2016-03-01T00:00:00Z")
	if got.State != InForce || !got.Retrospective || !got.AgreedByAll || got.Parties[0].Since != nil {
		t.Errorf("%+v", got)
	}
	g.state(a1, "2026-11-22T00:00:00Z", Suspended)
	if g.agreement(a1, "2026-11-22T00:00:00Z").Retrospective {
		t.Error("it is known by then")
	}
}

func TestNotice(t *testing.T) {
	g := newReg(t)
	g.say(truce.AgreementRegister, "cell", a1, agreed("noticeHours", 72))
	g.accept(a1, "xx", "yy")
	g.at("2016-03-01T00:00:00Z").about(truce.AgreementDenounce, "yy", a1, "reason", "shelling")
	g.state(a1, "2016-03-03T23:59:59Z", InForce)
	if got := g.agreement(a1, "2016-03-02T00:00:00Z"); len(got.Notices) != 1 || !got.Notices[0].Running || !got.Notices[0].Effect.Equal(utc("2016-03-04T00:00:00Z")) {
		t.Errorf("%+v", got.Notices)
	}
	g.state(a1, "2016-03-04T00:00:00Z", Denounced)
	if got := g.agreement(a1, "2016-03-04T00:00:00Z"); got.Acceptance["yy"] != "denounced" || got.Acceptance["xx"] != "accepted" || got.AgreedByAll || len(got.Clauses) != 0 {
		t.Errorf("%+v", got)
	}
	// An earlier effect than the notice permits is not given; a later one is.
	g.at("2016-02-20T00:00:00Z").say(truce.AgreementRegister, "cell", "agreement-2", agreed("noticeHours", 72))
	g.accept("agreement-2", "xx", "yy")
	g.at("2016-03-01T00:00:00Z").about(truce.AgreementDenounce, "yy", "agreement-2", "from", "2016-03-01T01:00:00Z")
	g.state("agreement-2", "2016-03-03T23:59:59Z", InForce)
	g.state("agreement-2", "2016-03-04T00:00:00Z", Denounced)
}

// TestThree: where one of three leaves, the others stay bound.
func TestThree(t *testing.T) {
	g := newReg(t)
	g.say(truce.AgreementRegister, "cell", a1, agreed("parties", signatories("xx", "yy", "zz"), "clauses", []object{noFire(), noFire("id", "c2", "who", []string{"zz"})}))
	g.accept(a1, "xx", "yy")
	g.state(a1, "2016-02-21T00:00:00Z", Proposed)
	g.accept(a1, "zz")
	g.state(a1, "2016-02-21T00:00:00Z", InForce)
	g.at("2016-03-01T00:00:00Z").about(truce.AgreementSuspend, "zz", a1, "until", "2016-03-02T00:00:00Z")
	got := g.agreement(a1, "2016-03-01T00:00:00Z")
	if got.State != PartlyForce || got.AgreedByAll || len(got.Clauses) != 1 || len(got.OtherClauses) != 1 {
		t.Errorf("%+v", got)
	}
	g.state(a1, "2016-03-01T23:59:59Z", PartlyForce)
	g.state(a1, "2016-03-02T00:00:00Z", InForce)
}

func TestWaysIntoForce(t *testing.T) {
	for _, c := range []struct {
		name string
		body object
		acts func(g *reg)
		at   string
		want State
	}{
		{"per adherent, one", agreed("entryIntoForce", obj("mode", "per-adherent")), func(g *reg) { g.accept(a1, "xx") }, "2016-03-01T00:00:00Z", Proposed},
		{"per adherent, two of three", agreed("entryIntoForce", obj("mode", "per-adherent"), "parties", signatories("xx", "yy", "zz")),
			func(g *reg) { g.accept(a1, "xx", "yy") }, "2016-03-01T00:00:00Z", PartlyForce},
		{"condition not met", agreed("entryIntoForce", obj("mode", "condition", "condition", "hand over")), func(g *reg) { g.accept(a1, "xx", "yy") }, "2016-03-01T00:00:00Z", Agreed},
		{"condition met as one says", agreed("entryIntoForce", obj("mode", "condition", "condition", "hand over")),
			func(g *reg) { g.accept(a1, "xx", "yy"); g.about(truce.AgreementFulfil, "xx", a1) }, "2016-03-01T00:00:00Z", Agreed},
		{"condition met as all say", agreed("entryIntoForce", obj("mode", "condition", "condition", "hand over")),
			func(g *reg) {
				g.accept(a1, "xx", "yy")
				g.about(truce.AgreementFulfil, "xx", a1)
				g.about(truce.AgreementFulfil, "yy", a1)
			}, "2016-03-01T00:00:00Z", InForce},
		{"condition met as the depositary says", agreed("entryIntoForce", obj("mode", "condition", "condition", "hand over"),
			"parties", append(signatories("xx", "yy"), obj("party", "un", "roles", []string{"depositary"}))),
			func(g *reg) { g.accept(a1, "xx", "yy"); g.about(truce.AgreementFulfil, "un", a1) }, "2016-03-01T00:00:00Z", InForce},
		{"declared by one side", agreed("form", "unilateral", "parties", signatories("xx")), func(g *reg) { g.accept(a1, "xx") }, "2016-03-01T00:00:00Z", Declared},
		{"an adherent does not stand for a signatory", agreed("openToAdherence", true), func(g *reg) { g.accept(a1, "xx"); g.about(truce.AgreementAdhere, "zz", a1) }, "2016-03-01T00:00:00Z", Proposed},
		{"a reservation to the whole", agreed(), func(g *reg) { g.accept(a1, "xx"); g.about(truce.AgreementReserve, "yy", a1, "text", "if") }, "2016-03-01T00:00:00Z", Proposed},
		{"a reservation to the whole, then an acceptance", agreed(), func(g *reg) {
			g.accept(a1, "xx")
			g.about(truce.AgreementReserve, "yy", a1, "text", "if")
			g.accept(a1, "yy")
		}, "2016-03-01T00:00:00Z", InForce},
		{"no reservation after an acceptance", agreed(), func(g *reg) {
			g.accept(a1, "xx", "yy")
			g.about(truce.AgreementReserve, "yy", a1, "text", "if")
			g.about(truce.AgreementReserve, "yy", a1, "clauses", []string{"c1"})
		}, "2016-03-01T00:00:00Z", InForce},
		{"a reservation to a clause", agreed(), func(g *reg) {
			g.accept(a1, "xx")
			g.about(truce.AgreementReserve, "yy", a1, "clauses", []string{"c1"})
		}, "2016-03-01T00:00:00Z", InForce},
		{"rejected", agreed(), func(g *reg) { g.accept(a1, "xx"); g.about(truce.AgreementReject, "yy", a1) }, "2016-03-01T00:00:00Z", Proposed},
		{"no rejection of what one has accepted", agreed("noticeHours", 24), func(g *reg) { g.accept(a1, "xx", "yy"); g.about(truce.AgreementReject, "yy", a1) }, "2016-03-01T00:00:00Z", InForce},
		{"terminated by one of two", agreed(), func(g *reg) { g.accept(a1, "xx", "yy"); g.about(truce.AgreementTerminate, "yy", a1) }, "2016-03-01T00:00:00Z", InForce},
		{"terminated by both", agreed(), func(g *reg) {
			g.accept(a1, "xx", "yy")
			g.about(truce.AgreementTerminate, "yy", a1)
			g.about(truce.AgreementTerminate, "xx", a1)
		}, "2016-03-01T00:00:00Z", Terminated},
		{"terminated by any", agreed("termination", obj("mode", "any-party")), func(g *reg) { g.accept(a1, "xx", "yy"); g.about(truce.AgreementTerminate, "yy", a1) }, "2016-03-01T00:00:00Z", Terminated},
		{"reported, not accepted", agreed("parties", []object{{"name": "Group A", "roles": []string{"signatory"}, "reported": "signed"}, {"name": "Group B", "roles": []string{"signatory"}, "reported": "signed"}}),
			func(*reg) {}, "2016-03-01T00:00:00Z", Reported},
		{"a resumption", agreed(), func(g *reg) {
			g.accept(a1, "xx", "yy")
			g.about(truce.AgreementSuspend, "yy", a1)
			g.about(truce.AgreementResume, "yy", a1)
		}, "2016-03-01T00:00:00Z", InForce},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := newReg(t)
			g.say(truce.AgreementRegister, "cell", a1, c.body)
			c.acts(g)
			g.state(a1, c.at, c.want)
			if got := g.agreement(a1, c.at); got.AgreedByAll && !got.State.Binding() && got.State != Agreed && got.State != Terminated {
				t.Errorf("agreed by all, and %s", got.State)
			}
		})
	}
}

// TestReported: what others say of a party never looks like its own acceptance.
func TestReported(t *testing.T) {
	g := newReg(t)
	g.say(truce.AgreementRegister, "cell", a1, agreed("parties", append(signatories("xx", "yy"), obj("party", "un", "roles", []string{"depositary"}))))
	g.accept(a1, "xx")
	g.about(truce.AgreementDeposit, "un", a1, "party", "yy")
	got := g.agreement(a1, "2016-03-01T00:00:00Z")
	if got.Acceptance["yy"] != "reported" || got.AgreedByAll || got.State != Reported || len(got.Clauses) != 0 || len(got.Missing) != 1 || got.Missing[0].Party != "yy" {
		t.Errorf("%+v", got)
	}
}

// TestExtension: 48 hours, then 72 as both say, in time; one alone extends nothing.
func TestExtension(t *testing.T) {
	g := newReg(t)
	g.say(truce.AgreementRegister, "cell", a1, agreed("durationHours", 48))
	g.accept(a1, "xx", "yy")
	g.at("2016-02-21T00:00:00Z").about(truce.AgreementExtend, "xx", a1, "until", "2016-02-25T00:00:00Z")
	g.state(a1, "2016-02-22T00:00:00Z", Lapsed)
	g.at("2016-02-21T12:00:00Z").about(truce.AgreementExtend, "yy", a1, "until", "2016-02-24T00:00:00Z")
	g.state(a1, "2016-02-23T23:59:59Z", InForce)
	g.state(a1, "2016-02-24T00:00:00Z", Lapsed)
	g.at("2016-02-24T00:00:00Z").about(truce.AgreementExtend, "yy", a1, "until", "2016-02-25T00:00:00Z")
	g.state(a1, "2016-02-24T12:00:00Z", Lapsed)
}

func TestAutomaticExtension(t *testing.T) {
	g := newReg(t)
	g.say(truce.AgreementRegister, "cell", a1, agreed("durationHours", 24, "extension", obj("mode", "automatic", "hours", 24), "noticeHours", 12))
	g.accept(a1, "xx", "yy")
	for _, c := range []struct{ at, end string }{{"2016-02-20T12:00:00Z", "2016-02-21T00:00:00Z"}, {"2016-02-21T00:00:00Z", "2016-02-22T00:00:00Z"}, {"2030-02-21T06:00:00Z", "2030-02-22T00:00:00Z"}} {
		if got := g.agreement(a1, c.at); got.State != InForce || !got.InForceUntil.Equal(utc(c.end)) {
			t.Errorf("at %s: %s until %v", c.at, got.State, got.InForceUntil)
		}
	}
	g.at("2016-03-01T06:00:00Z").about(truce.AgreementDenounce, "xx", a1)
	g.state(a1, "2016-03-01T17:59:59Z", InForce)
	g.state(a1, "2016-03-01T18:00:00Z", Denounced)
	g.state(a1, "2016-03-05T00:00:00Z", Lapsed)
}

// TestAmendment: other terms ask everybody again, and take nothing away until all
// have accepted; a new name asks nobody.
func TestAmendment(t *testing.T) {
	g := newReg(t)
	g.say(truce.AgreementRegister, "cell", a1, agreed())
	g.accept(a1, "xx", "yy")
	g.at("2016-03-01T00:00:00Z").say(truce.AgreementAmend, "cell", a1, agreed("names", []object{{"text": "Another name"}}))
	got := g.agreement(a1, "2016-03-01T12:00:00Z")
	if got.State != InForce || !got.AgreedByAll || got.Title != "Another name" || got.Version != g.newest[a1] || got.Former != nil {
		t.Errorf("%+v", got)
	}
	g.at("2016-03-02T00:00:00Z").say(truce.AgreementAmend, "cell", a1, agreed("clauses", []object{noFire("acts", []string{"shelling"})}))
	got = g.agreement(a1, "2016-03-02T12:00:00Z")
	if got.State != Proposed || got.AgreedByAll || got.Acceptance["xx"] != "silent" || got.Parties[0].Earlier == "" {
		t.Errorf("%+v", got)
	}
	if f := got.Former; f == nil || f.State != InForce || !f.AgreedByAll || len(f.Clauses) != 1 || f.Clauses[0].Acts[0] != "fire" {
		t.Errorf("the former version: %+v", f)
	}
	a := g.now("2016-03-02T12:00:00Z", Query{})
	if len(a.Prohibits("small-arms-fire")) != 1 {
		t.Errorf("an amendment that nobody accepted took a prohibition away: %+v", a.Prohibitions)
	}
	if brief, _ := a.Brief(); len(brief) != 2 || len(brief[0].Clauses) != 1 || !brief[0].Applies() || brief[1].Applies() || !a.Applies() {
		t.Errorf("in short: %+v", brief)
	}
	if a := g.now("2016-03-02T12:00:00Z", Query{Until: utc("2016-03-03T00:00:00Z")}); len(a.Agreements) != 2 || len(a.Agreements[0].Clauses) != 1 || a.Agreements[1].State != Proposed {
		t.Errorf("over a period: %+v", a.Agreements)
	}
	g.accept(a1, "xx", "yy")
	got = g.agreement(a1, "2016-03-02T12:00:00Z")
	if got.State != InForce || got.Former != nil || got.Clauses[0].Acts[0] != "shelling" {
		t.Errorf("%+v", got)
	}
	// Asked about a time before the amendment: what stood then.
	if got := g.agreement(a1, "2016-03-01T23:59:59Z"); got.State != InForce || got.Clauses[0].Acts[0] != "fire" {
		t.Errorf("%+v", got)
	}
}

func TestSuperseded(t *testing.T) {
	g := newReg(t)
	g.say(truce.AgreementRegister, "cell", a1, agreed("parties", signatories("xx", "yy", "zz")))
	g.accept(a1, "xx", "yy", "zz")
	g.at("2016-03-01T00:00:00Z").say(truce.AgreementRegister, "xx", "agreement-2", agreed("supersedes", []string{a1}, "parties", signatories("xx", "yy")))
	g.state(a1, "2016-03-01T00:00:00Z", InForce)
	g.accept("agreement-2", "xx", "yy")
	got := g.agreement(a1, "2016-03-01T00:00:00Z")
	if got.State != InForce || !slices.ContainsFunc(got.Gaps, func(x Gap) bool { return x.Code == "supersededByOthers" && x.Of == "agreement-2" }) {
		t.Errorf("two of three ended what they owe to the third: %+v", got)
	}
	g.say(truce.AgreementRegister, "xx", "agreement-3", agreed("supersedes", []string{a1}, "parties", signatories("xx", "yy", "zz")))
	g.accept("agreement-3", "xx", "yy", "zz")
	if got := g.agreement(a1, "2016-03-01T00:00:00Z"); got.State != Superseded || got.SupersededBy != "agreement-3" {
		t.Errorf("%+v", got)
	}
}

// TestCircles: agreements that stand above one another in a circle, or take one
// another's place, are shown as they are.
func TestCircles(t *testing.T) {
	g := newReg(t)
	const n = 200
	for i := range n {
		next := fmt.Sprintf("agreement-%d", (i+1)%n)
		g.say(truce.AgreementRegister, "cell", fmt.Sprintf("agreement-%d", i), agreed("parent", next, "supersedes", []string{next}))
	}
	for i := range 3 {
		next := fmt.Sprintf("agreement-s%d", (i+1)%3)
		g.say(truce.AgreementRegister, "cell", fmt.Sprintf("agreement-s%d", i), agreed("parent", next, "supersedes", []string{next}))
	}
	for i := range 3 {
		g.accept(fmt.Sprintf("agreement-s%d", i), "xx", "yy")
	}
	a := g.now("2016-03-01T00:00:00Z", Query{})
	if len(a.Agreements) != n+3 || len(a.Prohibitions) != 3 {
		t.Errorf("%d agreements, %d prohibitions", len(a.Agreements), len(a.Prohibitions))
	}
	got := g.agreement("agreement-s1", "2016-03-01T00:00:00Z")
	if got.State != InForce || len(slices.DeleteFunc(got.Gaps, func(x Gap) bool { return x.Code != "cycle" })) != 2 {
		t.Errorf("%+v", got)
	}
}
