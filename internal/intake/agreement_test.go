package intake_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/internal/compose"
)

type fields = map[string]any

func hashOf(c string) string { return "sha256:" + strings.Repeat(c, 64) }

// table is a register with an agreement of party "syria" and guarantors "ru" and
// "us", kept by the mediator "un", with a text in two authentic languages.
type negotiation struct {
	*register
	subject, version string
}

func signatory(ids ...string) []fields {
	var out []fields
	for _, id := range ids {
		out = append(out, fields{"party": id, "roles": []string{"signatory"}})
	}
	return out
}

func cessation() fields {
	return fields{"names": []truce.Name{{Text: "Cessation"}}, "class": "cessation-of-hostilities",
		"parties": append(signatory("ru", "us"), fields{"party": "un", "roles": []string{"depositary"}}, fields{"party": "syria", "roles": []string{"adherent"}},
			fields{"name": "Local group B", "roles": []string{"signatory"}}),
		"texts":   []fields{{"hash": hashOf("a"), "lang": "en", "authentic": true}, {"hash": hashOf("b"), "lang": "ru", "authentic": true}, {"hash": hashOf("c"), "lang": "ar"}},
		"clauses": []fields{{"id": "c1", "kind": "prohibited-act", "modality": "prohibits", "acts": []string{"fire"}}}}
}

func newNegotiation(t testing.TB) *negotiation {
	r := newRegister(t)
	for _, p := range []string{"ru", "us"} {
		r.enrol(p, truce.RoleGuarantor)
	}
	r.enrol("un", truce.RoleMediator)
	r.enrol("syria", truce.RoleParty)
	r.enrol("stranger", truce.RoleParty)
	n := &negotiation{register: r}
	n.put(cessation())
	return n
}

// put registers an agreement or announces a window.
func (n *negotiation) put(body fields, opts ...compose.Option) {
	n.t.Helper()
	kind, object := truce.AgreementRegister, "agreement"
	if body["windowKind"] != nil {
		kind, object = truce.WindowAnnounce, "window"
	}
	n.subject = compose.NewSubject(object)
	n.version = n.must(n.by("un", kind, n.subject, body, opts...)).ID
}

func (n *negotiation) about(author string, kind truce.Kind, more fields, opts ...compose.Option) []byte {
	n.t.Helper()
	body := fields{"version": n.version}
	for k, v := range more {
		body[k] = v
	}
	return n.by(author, kind, n.subject, body, opts...)
}

var bothTexts = fields{"texts": []string{hashOf("a"), hashOf("b")}}

func TestAccept(t *testing.T) {
	n := newNegotiation(t)
	accept := func(author string, more fields) []byte { return n.about(author, truce.AgreementAccept, more) }
	n.refuse(truce.CodeConflict, "none of the version", accept("ru", fields{"texts": []string{hashOf("a"), hashOf("d")}}))
	n.refuse(truce.CodeConflict, "an authentic text", accept("ru", fields{"texts": []string{hashOf("a")}}))
	n.refuse(truce.CodeConflict, "an authentic text", accept("ru", nil))
	n.refuse(truce.CodeStaleWrite, "newer version", n.about("ru", truce.AgreementAccept, fields{"version": strings.Repeat("0", 64)}))
	n.refuse(truce.CodeRefused, "named as an adherent", accept("syria", bothTexts))
	n.refuse(truce.CodeRefused, "not named in it as one of [signatory]", accept("un", bothTexts))
	n.refuse(truce.CodeNotFound, "there is no agreement", accept("stranger", bothTexts))
	n.refuse(truce.CodeRefused, "the role registrar cannot author", accept("cell", bothTexts))
	n.refuse(truce.CodeUnsigned, "not a key of party", n.make(truce.AgreementAccept, "ru", n.subject, fields{"version": n.version, "texts": bothTexts["texts"]}, "us-key"))
	n.must(accept("ru", bothTexts))
	n.refuse(truce.CodeConflict, "said so already", accept("ru", bothTexts))
	n.refuse(truce.CodeConflict, "has accepted it", n.about("ru", truce.AgreementReject, nil))
	n.must(accept("us", fields{"texts": []string{hashOf("b"), hashOf("c"), hashOf("a")}}))
	n.must(n.about("syria", truce.AgreementAdhere, bothTexts))
	n.replayed()
}

// TestAcceptWithTheRightKey: a key that was revoked, that is a root, or that may
// not accept, accepts nothing; a forged signature is no signature.
func TestAcceptWithTheRightKey(t *testing.T) {
	n := newNegotiation(t)
	list, err := compose.ListKeys(origin, "ru", keys("ru-root"), []compose.SigningKey{signing("ru-key", allScopes...), signing("ru-old", allScopes...),
		signing("ru-press", truce.ScopeSubmit, truce.ScopeReport)}, n.now())
	if err != nil {
		t.Fatal(err)
	}
	n.must(list.JSON(), n.by("ru", truce.KeyRevoke, "ru", compose.Revocation{Key: key("ru-old").KeyID()}))
	body := fields{"version": n.version, "texts": bothTexts["texts"]}
	n.refuse(truce.CodeRefused, "was revoked", n.make(truce.AgreementAccept, "ru", n.subject, body, "ru-old"))
	n.refuse(truce.CodeRefused, "does not have the scope accept", n.make(truce.AgreementAccept, "ru", n.subject, body, "ru-press"))
	n.refuse(truce.CodeRefused, "root key", n.make(truce.AgreementAccept, "ru", n.subject, body, "ru-root"))
	forged := strings.Replace(string(n.about("ru", truce.AgreementAccept, bothTexts)), `"sig":"`, `"sig":"AAAA`, 1)
	if res := n.in.Submit(t.Context(), [][]byte{[]byte(forged)})[0]; res.Err == nil {
		t.Error("a forged acceptance was taken")
	}
}

// TestExcluded: who is excluded by name does not join, however open it is.
func TestExcluded(t *testing.T) {
	n := newNegotiation(t)
	body := cessation()
	body["openToAdherence"], body["excluded"] = true, []fields{{"name": "STRANGER", "list": "Security Council"}}
	n.put(body, compose.To("role:party"))
	n.refuse(truce.CodeRefused, "excludes party", n.about("stranger", truce.AgreementAdhere, bothTexts))
	n.refuse(truce.CodeRefused, "excludes party", n.about("stranger", truce.AgreementReserve, bothTexts))
	n.must(n.about("syria", truce.AgreementAdhere, bothTexts))
}

func TestDeadline(t *testing.T) {
	n := newNegotiation(t)
	body := cessation()
	body["acceptBy"] = n.clock.Add(time.Hour).Format(time.RFC3339)
	n.put(body)
	n.clock = n.clock.Add(time.Hour - time.Second)
	n.must(n.about("ru", truce.AgreementAccept, bothTexts))
	n.clock = n.clock.Add(time.Second)
	n.refuse(truce.CodeRefused, "the deadline of acceptance was", n.about("us", truce.AgreementAccept, bothTexts))
	n.refuse(truce.CodeRefused, "the deadline of acceptance was", n.about("us", truce.AgreementReserve, bothTexts))
	n.must(n.about("syria", truce.AgreementAdhere, bothTexts))
}

func TestAmendmentIsForItsOwner(t *testing.T) {
	n := newNegotiation(t)
	amend := func(author string, body fields, opts ...compose.Option) []byte {
		return n.by(author, truce.AgreementAmend, n.subject, body, append(opts, compose.Replaces(n.version))...)
	}
	n.refuse(truce.CodeRefused, "for its owner or the registrar", amend("ru", cessation()))
	n.refuse(truce.CodeRefused, "only its owner tells others", amend("cell", cessation(), compose.To("public")))
	n.version = n.must(amend("cell", cessation(), compose.To("party:ru"))).ID
	n.version = n.must(amend("un", cessation(), compose.To("public"))).ID
	n.must(n.about("ru", truce.AgreementAccept, bothTexts))
	withdraw := n.by("un", truce.AgreementWithdraw, n.subject, fields{"reason": "error"}, compose.Replaces(n.version))
	n.refuse(truce.CodeRefused, "others have accepted it", withdraw)
	n.refuse(truce.CodeRefused, "others have accepted it", n.by("un", truce.EraseContent, n.subject, fields{"reason": "error"}))
	n.refuse(truce.CodeInvalid, "is not told of its erasure", n.by("cell", truce.EraseContent, n.subject, fields{"reason": "legal"}))
	n.must(n.by("cell", truce.EraseContent, n.subject, fields{"reason": "legal"}, compose.To("party:un")))
	n.refuse(truce.CodeGone, "was erased", n.about("un", truce.AgreementFulfil, nil))
	n.replayed()
}

// TestLeaving: who has not accepted has nothing to suspend, resume or leave.
func TestLeaving(t *testing.T) {
	n := newNegotiation(t)
	n.refuse(truce.CodeConflict, "is not bound", n.about("ru", truce.AgreementSuspend, nil))
	n.refuse(truce.CodeConflict, "is not bound", n.about("ru", truce.AgreementDenounce, nil))
	n.refuse(truce.CodeConflict, "has not suspended it", n.about("ru", truce.AgreementResume, nil))
	n.must(n.about("ru", truce.AgreementAccept, bothTexts))
	n.refuse(truce.CodeInvalid, "no clause", n.about("ru", truce.AgreementSuspend, fields{"clauses": []string{"c9"}}))
	n.refuse(truce.CodeInvalid, "ends before it begins", n.about("ru", truce.AgreementSuspend, fields{"from": "2016-08-12T00:00:00Z", "until": "2016-08-11T00:00:00Z"}))
	n.refuse(truce.CodeConflict, "bound already", n.about("ru", truce.AgreementReserve, fields{"clauses": []string{"c1"}}))
	n.must(n.about("ru", truce.AgreementSuspend, nil), n.about("ru", truce.AgreementResume, nil), n.about("ru", truce.AgreementDenounce, nil))
	n.refuse(truce.CodeConflict, "said so already", n.about("ru", truce.AgreementDenounce, nil))
	n.refuse(truce.CodeRefused, "one of [depositary]", n.about("ru", truce.AgreementDeposit, fields{"party": "us"}))
	n.refuse(truce.CodeInvalid, "names no other party", n.about("un", truce.AgreementDeposit, fields{"party": "un"}))
	n.refuse(truce.CodeInvalid, "is not said", n.about("un", truce.AgreementDeposit, nil))
	n.must(n.about("un", truce.AgreementDeposit, fields{"name": "Local group B", "texts": []string{hashOf("a")}}))
	n.refuse(truce.CodeRefused, "one of [depositary]", n.about("ru", truce.AgreementFulfil, nil))
	n.refuse(truce.CodeInvalid, "exact time", n.about("us", truce.AgreementExtend, fields{"until": "2017"}))
}

// TestAgreementForm: bodies that cannot be meant.
func TestAgreementForm(t *testing.T) {
	n := newNegotiation(t)
	for _, c := range []struct {
		name, text string
		code       truce.Code
		change     fields
	}{
		{"a party twice", "stands twice", truce.CodeInvalid, fields{"parties": signatory("ru", "ru")}},
		{"a party without a name", "without an id or a name", truce.CodeInvalid, fields{"parties": []fields{{"roles": []string{"witness"}}}}},
		{"a party that is not there", "is not enrolled", truce.CodeRefused, fields{"parties": signatory("ru", "nobody")}},
		{"a word of others for an enrolled party", "not stated here", truce.CodeInvalid, fields{"parties": []fields{{"party": "ru", "roles": []string{"signatory"}, "reported": "signed"}}}},
		{"the same text twice", "same text stands twice", truce.CodeInvalid, fields{"texts": []fields{{"hash": hashOf("a"), "lang": "en"}, {"hash": hashOf("a"), "lang": "ar"}}}},
		{"a clause twice", `"c1" stands twice`, truce.CodeInvalid, fields{"clauses": []fields{{"id": "c1", "kind": "other", "modality": "states"}, {"id": "c1", "kind": "other", "modality": "states"}}}},
		{"a clause without acts", "names no act", truce.CodeInvalid, fields{"clauses": []fields{{"id": "c1", "kind": "other", "modality": "prohibits"}}}},
		{"a clause of strangers", "does not name", truce.CodeInvalid, fields{"clauses": []fields{{"id": "c1", "kind": "other", "modality": "states", "who": []string{"stranger"}}}}},
		{"a clause of no text", "none of this agreement", truce.CodeInvalid, fields{"clauses": []fields{{"id": "c1", "kind": "other", "modality": "states", "text": hashOf("e")}}}},
		{"no instant", "is missing", truce.CodeInvalid, fields{"entryIntoForce": fields{"mode": "instant"}}},
		{"no condition", "is missing", truce.CodeInvalid, fields{"entryIntoForce": fields{"mode": "condition"}}},
		{"end and duration", "both given", truce.CodeInvalid, fields{"until": "2017", "durationHours": 4}},
		{"an extension of nothing", "no end that could be extended", truce.CodeInvalid, fields{"extension": fields{"mode": "automatic", "hours": 4}}},
		{"an end before the beginning", "ends before it begins", truce.CodeInvalid, fields{"until": "2015", "entryIntoForce": fields{"mode": "instant", "at": "2016-02-27T00:00:00Z"}}},
		{"an imprecise deadline", "exact time", truce.CodeInvalid, fields{"acceptBy": "2016-02-26"}},
		{"its own parent", "to itself", truce.CodeInvalid, fields{"parent": "self"}},
		{"a parent that is not there", "there is no agreement", truce.CodeNotFound, fields{"parent": "agreement-none"}},
		{"a parent that is none", "must stand here", truce.CodeInvalid, fields{"parent": "site-1"}},
		{"positions of forces", "is refused", truce.CodeRefused, fields{"forcePositions": []fields{}}},
		{"origin of fire", "is refused", truce.CodeRefused, fields{"originOfFire": "x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := n.on(t)
			subject, body := compose.NewSubject("agreement"), cessation()
			for k, v := range c.change {
				if v == "self" {
					v = subject
				}
				body[k] = v
			}
			n.refusal(c.code, c.text, truce.AgreementRegister, subject, body)
		})
	}
	n.refusal(truce.CodeInvalid, "does not begin with", truce.AgreementRegister, "treaty-1", cessation())
	n.refusal(truce.CodeInvalid, "ids of that form", truce.SiteRegister, "agreement-1", site(1))
}

// on is n for a part of a test.
func (n *negotiation) on(t testing.TB) *negotiation {
	r := *n.register
	r.t = t
	return &negotiation{&r, n.subject, n.version}
}

// refusal fails the test unless a statement of the mediator is refused, at the
// author's own machine or at the door.
func (n *negotiation) refusal(code truce.Code, text string, kind truce.Kind, subject string, body any) {
	n.t.Helper()
	s, err := compose.Statement(kind, origin, "un", subject, body, n.now())
	if err == nil {
		env, fault := compose.Sign(s, key("un-key"))
		if err = fault; err == nil {
			err = n.in.Check(n.t.Context(), env.JSON())
		}
	}
	if truce.CodeOf(err) != code || !strings.Contains(fmt.Sprint(err), text) {
		n.t.Errorf("got %q, %v; want %q with %q", truce.CodeOf(err), err, code, text)
	}
}

// TestNoCircles: parents and superseding agreements lead nowhere back, and a chain
// has an end.
func TestNoCircles(t *testing.T) {
	n := newNegotiation(t)
	first, version := n.subject, n.version
	for _, edge := range []string{"parent", "supersedes"} {
		to := func(id string) any {
			if edge == "parent" {
				return id
			}
			return []string{id}
		}
		body := cessation()
		body[edge] = to(first)
		n.put(body)
		second := n.subject
		body[edge] = to(second)
		n.put(body)
		body[edge] = to(n.subject)
		n.refuse(truce.CodeConflict, "in a circle", n.by("un", truce.AgreementAmend, first, body, compose.Replaces(version)))
	}
	body := cessation()
	last := first
	for range 70 {
		body["parent"] = last
		n.put(body)
		last = n.subject
	}
	body["parent"] = last
	n.refuse(truce.CodeTooLarge, "above one another", n.by("un", truce.AgreementAmend, first, body, compose.Replaces(version)))
}

func pauseBody(more fields) fields {
	body := fields{"windowKind": "pause", "parties": signatory("ru", "us"), "schedule": fields{"start": "2016-08-11T10:00:00", "zone": "Asia/Damascus", "minutes": 180,
		"rrule": "FREQ=DAILY;COUNT=2", "tzVersion": "2025c", "instants": []string{"2016-08-11T07:00:00Z/2016-08-11T10:00:00Z", "2016-08-12T07:00:00Z/2016-08-12T10:00:00Z"}}}
	for k, v := range more {
		body[k] = v
	}
	return body
}

// TestSchedules: what is signed is what the rule says, to its end or horizon.
func TestSchedules(t *testing.T) {
	n := newNegotiation(t)
	for _, c := range []struct {
		name, text string
		code       truce.Code
		change     fields
	}{
		{"as it is", "", "", nil},
		{"worked out with other zones, an hour apart", "", "", fields{"tzVersion": "2016f", "instants": []string{"2016-08-11T08:00:00Z/2016-08-11T11:00:00Z", "2016-08-12T08:00:00Z/2016-08-12T11:00:00Z"}}},
		{"another instant", "not what the rule says", truce.CodeInvalid, fields{"instants": []string{"2016-08-11T08:00:00Z/2016-08-11T11:00:00Z"}}},
		{"no instants", "no instants are signed", truce.CodeInvalid, fields{"instants": []string{}}},
		{"an instant that is none", "not an interval", truce.CodeInvalid, fields{"instants": []string{"noon"}}},
		{"it goes on", "goes on after", truce.CodeInvalid, fields{"rrule": "FREQ=DAILY"}},
		{"it goes on, and says up to where", "", "", fields{"rrule": "FREQ=DAILY", "horizon": "2016-08-13T00:00:00Z"}},
		{"an instant before the horizon is missing", "an instant is missing", truce.CodeInvalid, fields{"rrule": "FREQ=DAILY", "horizon": "2016-08-14T00:00:00Z"}},
		{"without end, every minute", "", truce.CodeInvalid, fields{"rrule": "FREQ=MINUTELY"}},
		{"without end, every second", "", truce.CodeInvalid, fields{"rrule": "FREQ=SECONDLY"}},
		{"no zone", "time zone", truce.CodeInvalid, fields{"zone": "Damascus"}},
		{"a rule without a beginning", "without a beginning", truce.CodeInvalid, fields{"start": nil}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := n.on(t)
			body := pauseBody(nil)
			schedule := body["schedule"].(fields)
			for k, v := range c.change {
				schedule[k] = v
				if v == nil {
					delete(schedule, k)
				}
			}
			if c.code == "" {
				n.put(body)
				return
			}
			n.refusal(c.code, c.text, truce.WindowAnnounce, compose.NewSubject("window"), body)
		})
	}
}

// TestEndlessBodies: a corridor of a million segments and the like are refused at
// once, wherever they come in.
func TestEndlessBodies(t *testing.T) {
	n := newNegotiation(t)
	huge := fields{"windowKind": "corridor", "segments": json.RawMessage("[" + strings.Repeat(`{"id":"s"},`, 1_000_000) + `{"id":"s"}]`)}
	n.refusal(truce.CodeTooLarge, "", truce.WindowAnnounce, compose.NewSubject("window"), huge)
	raw, err := json.Marshal(huge)
	if err != nil {
		t.Fatal(err)
	}
	spec, _ := truce.SpecOf(truce.WindowAnnounce)
	if err := truce.CheckBody(spec.Fields, raw); err == nil || !strings.Contains(err.Error(), "1000001") {
		t.Errorf("a million segments: %v", err)
	}
	steps := []fields{}
	for i := range 100 {
		steps = append(steps, fields{"id": fmt.Sprint("a", i), "category": "civilians", "agreed": 1, "partOf": fmt.Sprint("a", (i+1)%100)})
	}
	n.refusal(truce.CodeInvalid, "a part of itself", truce.WindowAnnounce, compose.NewSubject("window"), fields{"windowKind": "step", "steps": steps})
}

func TestWindowActs(t *testing.T) {
	n := newNegotiation(t)
	n.put(pauseBody(fields{"windowKind": "corridor", "segments": []fields{{"id": "s1"}}, "holdingPoints": []fields{{"id": "h1", "maxDwellMinutes": 30}}, "steps": []fields{{"id": "a1", "category": "civilians", "agreed": 5}}}))
	n.refuse(truce.CodeNotFound, "there is no window", n.about("stranger", truce.WindowAccept, nil))
	n.refuse(truce.CodeRefused, "one of [signatory]", n.about("un", truce.WindowAccept, nil))
	n.must(n.about("ru", truce.WindowAccept, nil), n.about("us", truce.WindowCondition, fields{"condition": "48 hours"}))
	extend := func(from, until string) []byte {
		return n.about("ru", truce.WindowExtend, fields{"occurrence": from, "until": until})
	}
	n.refuse(truce.CodeInvalid, "no occurrence begins then", extend("2016-08-11T08:00:00Z", "2016-08-11T12:00:00Z"))
	n.refuse(truce.CodeInvalid, "ends at 2016-08-11T10:00:00Z already", extend("2016-08-11T07:00:00Z", "2016-08-11T10:00:00Z"))
	n.must(extend("2016-08-11T07:00:00Z", "2016-08-11T12:00:00Z"))
	attest := func(author, segment string) []byte {
		return n.about(author, truce.CorridorAttest, fields{"segment": segment, "result": "none-found", "until": "2016-08-12T00:00:00Z"})
	}
	n.refuse(truce.CodeInvalid, "nothing with the id", attest("ru", "s2"))
	n.refuse(truce.CodeRefused, "not named in the corridor", attest("un", "s1"))
	n.must(attest("ru", "s1"), n.about("cell", truce.CorridorPass, fields{"passage": "p1", "segment": "h1", "outcome": "impeded"}),
		n.about("cell", truce.StepCount, fields{"step": "a1", "count": 3}), n.about("un", truce.WindowNeed, fields{"loadMinutes": 4}),
		n.about("cell", truce.WindowContact, fields{"party": "ru", "result": "answered"}), n.about("us", truce.WindowAbort, fields{"reason": "fire"}))
	n.refuse(truce.CodeInvalid, "nothing with the id", n.about("cell", truce.StepCount, fields{"step": "a2", "count": 3}))
	n.must(n.by("un", truce.WindowWithdraw, n.subject, fields{"reason": "cancelled"}, compose.Replaces(n.version)))
	n.refuse(truce.CodeConflict, "is withdrawn", n.about("ru", truce.WindowAccept, nil))
	n.replayed()
}

// TestAnnouncingBinds: who announces a window as one of its signatories needs a key
// that may accept.
func TestAnnouncingBinds(t *testing.T) {
	n := newNegotiation(t)
	n.enrol("press", truce.RoleParty, truce.ScopeSubmit)
	announce := func(parties []fields) []byte {
		return n.by("press", truce.WindowAnnounce, compose.NewSubject("window"), pauseBody(fields{"parties": parties}))
	}
	n.refuse(truce.CodeRefused, "does not have the scope accept", announce(signatory("press", "us")))
	n.must(announce(signatory("ru", "us")))
}

// TestHiddenAgreements: what is not for the author's eyes is refused in the very
// words of what does not exist.
func TestHiddenAgreements(t *testing.T) {
	n := newNegotiation(t)
	hidden := n.subject
	body := cessation()
	for _, id := range []string{hidden, compose.NewSubject("agreement")} {
		body["parent"] = id
		body["parties"] = signatory("stranger", "syria")
		err := n.in.Check(t.Context(), n.by("stranger", truce.AgreementRegister, compose.NewSubject("agreement"), body))
		if truce.CodeOf(err) != truce.CodeNotFound || strings.ReplaceAll(fmt.Sprint(err), id, "ID") != `/body/parent: there is no agreement "ID"` {
			t.Errorf("%v", err)
		}
		body["texts"] = nil
		delete(body, "texts")
	}
	for kind, more := range map[truce.Kind]fields{truce.AgreementAccept: nil, truce.AgreementDenounce: nil, truce.AgreementAdhere: nil} {
		known := n.in.Check(t.Context(), n.about("stranger", kind, more))
		none := n.in.Check(t.Context(), n.by("stranger", kind, "agreement-none", fields{"version": n.version}))
		if truce.CodeOf(known) != truce.CodeNotFound || strings.ReplaceAll(fmt.Sprint(known), hidden, "") != strings.ReplaceAll(fmt.Sprint(none), "agreement-none", "") {
			t.Errorf("%s: %v, %v", kind, known, none)
		}
	}
}
