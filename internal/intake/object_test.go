package intake_test

import (
	"fmt"
	"strings"
	"testing"

	"truce"
	"truce/internal/compose"
)

// newCast is a register with an owner "msf" and its site, and parties that have
// nothing to do with it until the test says so.
func newCast(t testing.TB) *scene {
	s := newScene(t)
	s.enrol("osce", truce.RoleMonitor)
	s.enrol("wfp", truce.RoleHumanitarian)
	return s
}

// about makes a statement about the scene's site.
func (s *scene) about(author string, kind truce.Kind, body any, opts ...compose.Option) []byte {
	s.t.Helper()
	return s.by(author, kind, s.subject, body, opts...)
}

func to(ids ...string) compose.Recipients { return compose.Recipients{Recipients: ids} }

// release gives consent and releases the site to the parties.
func (s *scene) release(ids ...string) {
	s.t.Helper()
	s.must(s.about("msf", truce.ConsentGive, to(ids...)), s.about("cell", truce.ReleaseGive, to(ids...)))
}

func TestChangeIsForOwnerAndRegistrar(t *testing.T) {
	s := newCast(t)
	amend := func(author string) []byte {
		return s.about(author, truce.SiteAmend, site(2), compose.Replaces(s.version))
	}
	s.refuse(truce.CodeNotFound, "there is no object", amend("wfp"))
	s.release("wfp")
	s.refuse(truce.CodeRefused, "owner of the object or the registrar", amend("wfp"))
	s.version = s.must(amend("cell")).ID
	s.version = s.must(amend("msf")).ID
	if err := s.in.Check(t.Context(), s.by("msf", truce.AreaAmend, s.subject, content("area"), compose.Replaces(s.version))); truce.CodeOf(err) != truce.CodeConflict {
		t.Errorf("a site amended as an area: %v", err)
	}
	s.refuse(truce.CodeInvalid, "replaces is missing", s.about("msf", truce.SiteAmend, site(3)))
	s.refuse(truce.CodeInvalid, "no place in", s.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(3), compose.Replaces(s.version)))
	s.refuse(truce.CodeConflict, "the object has the status actual", s.about("msf", truce.SiteAmend, site(3), compose.Replaces(s.version), compose.As(truce.Exercise)))
}

// TestUnknownAndHiddenLookTheSame: an object that is not for the author's eyes
// is refused in the very words of one that does not exist.
func TestUnknownAndHiddenLookTheSame(t *testing.T) {
	s := newCast(t)
	id := strings.Repeat("0", 64)
	for kind, body := range map[truce.Kind]any{
		truce.SiteAmend:          site(1),
		truce.VerificationRecord: map[string]any{"version": s.version, "step": "imagery", "result": "matches"},
		truce.ChallengeOpen:      map[string]any{"version": s.version, "reason": "closed", "text": "x"},
		truce.ChallengeAnswer:    map[string]any{"challenge": id, "text": "x"},
		truce.ChallengeClose:     map[string]any{"challenge": id, "outcome": "retracted"},
		truce.ConsentGive:        to("osce"),
		truce.ConsentWithdraw:    to("osce"),
		truce.ReleaseGive:        to("osce"),
		truce.ReleaseEnd:         to("osce"),
		truce.EraseContent:       map[string]any{"reason": "error"},
	} {
		t.Run(string(kind), func(t *testing.T) {
			var opts []compose.Option
			if kind == truce.SiteAmend {
				opts = append(opts, compose.Replaces(s.version))
			}
			unknown := compose.NewSubject("site")
			hidden := s.in.Check(t.Context(), s.by("wfp", kind, s.subject, body, opts...))
			none := s.in.Check(t.Context(), s.by("wfp", kind, unknown, body, opts...))
			if truce.CodeOf(hidden) != truce.CodeNotFound || strings.ReplaceAll(fmt.Sprint(hidden), s.subject, "") != strings.ReplaceAll(fmt.Sprint(none), unknown, "") {
				t.Errorf("hidden: %v\nunknown: %v", hidden, none)
			}
		})
	}
}

func TestAudienceSees(t *testing.T) {
	s := newCast(t)
	for audience, wants := range map[string]truce.Code{"public": "", "role:humanitarian": "", "party:wfp": "", "role:monitor": truce.CodeNotFound, "party:osce": truce.CodeNotFound} {
		s.subject, s.version = s.site("msf", compose.To(audience))
		err := s.in.Check(t.Context(), s.about("wfp", truce.ChallengeOpen, map[string]any{"version": s.version, "reason": "closed", "text": "x"}))
		if truce.CodeOf(err) != wants {
			t.Errorf("audience %s: %v, want %q", audience, err, wants)
		}
	}
}

func TestWithdrawnObject(t *testing.T) {
	s := newCast(t)
	s.release("wfp")
	v := s.must(s.about("msf", truce.SiteWithdraw, map[string]any{"reason": "closed"}, compose.Replaces(s.version))).ID
	for _, envelope := range [][]byte{
		s.about("msf", truce.SiteAmend, site(2), compose.Replaces(v)),
		s.about("msf", truce.SiteRevalidate, map[string]any{"revalidateBy": "2017-01"}, compose.Replaces(v)),
		s.about("msf", truce.SiteWithdraw, map[string]any{"reason": "closed"}, compose.Replaces(v)),
		s.about("wfp", truce.VerificationRecord, map[string]any{"version": v, "step": "read-back", "result": "matches"}),
		s.about("wfp", truce.ChallengeOpen, map[string]any{"version": v, "reason": "closed", "text": "x"}),
		s.about("msf", truce.ConsentGive, to("osce")),
		s.about("msf", truce.ReleaseGive, to("osce")),
	} {
		s.refuse(truce.CodeConflict, "is withdrawn", envelope)
	}
	s.refuse(truce.CodeConflict, "in use", s.about("msf", truce.SiteRegister, site(1)))
	s.must(s.about("cell", truce.ReleaseEnd, to("wfp")), s.about("msf", truce.ConsentWithdraw, to("wfp")))
	s.replayed()
}

func TestConsentAndRelease(t *testing.T) {
	s := newCast(t)
	s.refuse(truce.CodeRefused, "no consent of the owner", s.about("cell", truce.ReleaseGive, to("wfp")))
	s.refuse(truce.CodeRefused, "owner's to give", s.about("cell", truce.ConsentGive, to("wfp")))
	s.refuse(truce.CodeRefused, `party "nobody" is not enrolled`, s.about("msf", truce.ConsentGive, to("wfp", "nobody")))
	s.refuse(truce.CodeInvalid, "not a recipient of its own", s.about("msf", truce.ConsentGive, to("msf")))
	s.refuse(truce.CodeInvalid, "named by the id", s.about("msf", truce.ConsentGive, to("W F P")))
	s.must(s.about("msf", truce.ConsentGive, to("wfp")))
	s.refuse(truce.CodeRefused, `to "osce"`, s.about("cell", truce.ReleaseGive, to("wfp", "osce")))
	s.must(s.about("cell", truce.ReleaseGive, to("wfp")))
	see := s.about("wfp", truce.ChallengeOpen, map[string]any{"version": s.version, "reason": "closed", "text": "x"})
	if err := s.in.Check(t.Context(), see); err != nil {
		t.Errorf("a recipient cannot speak about what it was told: %v", err)
	}
	s.refuse(truce.CodeRefused, "owner of the object or the registrar", s.about("wfp", truce.ReleaseGive, to("osce")))
	s.refuse(truce.CodeRefused, "owner of the object or the registrar", s.about("wfp", truce.ReleaseEnd, to("wfp")))
	s.refuse(truce.CodeRefused, "owner's to give", s.about("wfp", truce.ConsentWithdraw, to("wfp")))
	s.must(s.about("msf", truce.ConsentWithdraw, to("wfp")))
	s.refuse(truce.CodeNotFound, "there is no object", see)
	s.refuse(truce.CodeRefused, "no consent of the owner", s.about("cell", truce.ReleaseGive, to("wfp")))
	s.must(s.about("msf", truce.ReleaseGive, to("osce"))) // the owner needs nobody's consent
	s.must(s.about("cell", truce.ReleaseEnd, to("osce")))
	s.must(s.by("cell", truce.PartyWithdraw, "wfp", map[string]any{"reason": "left"}))
	s.refuse(truce.CodeRefused, `party "wfp" was withdrawn`, s.about("msf", truce.ReleaseGive, to("wfp")))
	s.must(s.about("msf", truce.ConsentWithdraw, to("wfp")))
	s.replayed()
}

func TestRegistrarsOwnObject(t *testing.T) {
	s := newCast(t)
	s.subject, s.version = s.site("cell")
	s.must(s.about("cell", truce.ConsentGive, to("wfp")), s.about("cell", truce.ReleaseGive, to("wfp", "osce")))
}

func TestVerification(t *testing.T) {
	s := newCast(t)
	s.release("wfp")
	step := func(author, step string) []byte {
		return s.about(author, truce.VerificationRecord, map[string]any{"version": s.version, "step": step, "result": "matches"})
	}
	for _, c := range []struct {
		author, step string
		code         truce.Code
		text         string
	}{
		{"msf", "entered", truce.CodeInvalid, "reached by registering"},
		{"cell", "sane", truce.CodeInvalid, "reached by registering"},
		{"msf", "read-back", "", ""},
		{"msf", "imagery", truce.CodeRefused, "another organisation"},
		{"cell", "imagery", "", ""},
		{"msf", "second-organisation", truce.CodeRefused, "another organisation"},
		{"wfp", "second-organisation", "", ""},
		{"cell", "recipient-read-back", truce.CodeRefused, "only a recipient"},
		{"wfp", "recipient-read-back", "", ""},
		{"osce", "imagery", truce.CodeNotFound, "no object"},
	} {
		if c.code == "" {
			s.must(step(c.author, c.step))
			continue
		}
		s.refuse(c.code, c.text, step(c.author, c.step))
	}
	old := step("wfp", "imagery")
	s.version = s.must(s.about("msf", truce.SiteAmend, site(9), compose.Replaces(s.version))).ID
	s.refuse(truce.CodeStaleWrite, "newer version of the object", old)
	s.replayed()
}

func TestChallenge(t *testing.T) {
	s := newCast(t)
	s.release("wfp", "osce")
	open := func() string {
		return s.must(s.about("wfp", truce.ChallengeOpen, map[string]any{"version": s.version, "reason": "wrong-position", "text": "x"})).ID
	}
	answer := func(author, id string) []byte {
		return s.about(author, truce.ChallengeAnswer, map[string]any{"challenge": id, "text": "x"})
	}
	end := func(author, id, outcome string) []byte {
		return s.about(author, truce.ChallengeClose, map[string]any{"challenge": id, "outcome": outcome})
	}
	id := open()
	other, _ := s.site("msf")
	s.refuse(truce.CodeNotFound, "no such challenge", s.by("cell", truce.ChallengeClose, other, map[string]any{"challenge": id, "outcome": "corrected"}))
	s.refuse(truce.CodeNotFound, "no such challenge", end("cell", s.version, "corrected"))
	s.refuse(truce.CodeRefused, "owner of the object or the registrar", answer("wfp", id))
	s.must(answer("msf", id), answer("cell", id))
	s.refuse(truce.CodeRefused, "by the registrar or by who opened it", end("osce", id, "retracted"))
	s.refuse(truce.CodeRefused, "by the registrar or by who opened it", end("msf", id, "not-upheld"))
	s.refuse(truce.CodeRefused, "can only retract", end("wfp", id, "upheld"))
	s.must(end("wfp", id, "retracted"))
	s.refuse(truce.CodeConflict, "is closed", answer("msf", id))
	s.refuse(truce.CodeConflict, "is closed", end("cell", id, "upheld"))
	id = open()
	s.refuse(truce.CodeConflict, "nothing was corrected", end("cell", id, "corrected"))
	s.refuse(truce.CodeConflict, "the object is not withdrawn", end("cell", id, "upheld"))
	s.must(end("cell", id, "unable-to-rule"))
	s.replayed()
}

func TestErase(t *testing.T) {
	s := newCast(t)
	s.release("wfp")
	erase := func(author string) []byte {
		return s.about(author, truce.EraseContent, map[string]any{"reason": "operator-risk"})
	}
	registered, err := s.log.EntryByID(t.Context(), s.version)
	if err != nil || registered.Erased() {
		t.Fatalf("%+v, %v", registered, err)
	}
	s.refuse(truce.CodeRefused, "owner of the object or the registrar", erase("wfp"))
	s.refuse(truce.CodeRefused, "not erased: signatures rest on it", s.by("cell", truce.EraseContent, "msf", map[string]any{"reason": "personal-data"}))
	s.must(erase("msf"))
	registered, err = s.log.EntryByID(t.Context(), s.version)
	if err != nil || !registered.Erased() {
		t.Errorf("the content is still there: %+v, %v", registered, err)
	}
	for _, envelope := range [][]byte{erase("cell"), s.about("msf", truce.SiteRegister, site(1)),
		s.about("msf", truce.SiteAmend, site(1), compose.Replaces(s.version)), s.about("msf", truce.ReleaseEnd, to("wfp"))} {
		s.refuse(truce.CodeGone, "was erased", envelope)
	}
	s.replayed()
}

// What was erased is gone for those who may know that it was there; to all others
// it never was, and its id is only not free.
func TestErasedIsHiddenToo(t *testing.T) {
	s := newCast(t)
	s.enrol("eye", truce.RoleAuditor)
	s.release("wfp")
	s.must(s.about("msf", truce.EraseContent, map[string]any{"reason": "operator-risk"}, compose.To("party:osce", "role:auditor")))
	for author, want := range map[string]truce.Code{"msf": truce.CodeGone, "cell": truce.CodeGone, "osce": truce.CodeGone,
		"wfp": truce.CodeNotFound, "syria": truce.CodeNotFound, "eye": truce.CodeNotFound} {
		challenge := s.about(author, truce.ChallengeOpen, map[string]any{"version": s.version, "reason": "closed", "text": "x"})
		if err := s.in.Check(t.Context(), challenge); truce.CodeOf(err) != want {
			t.Errorf("%s: %v, want %q", author, err, want)
		}
	}
	s.refuse(truce.CodeConflict, "in use", s.about("wfp", truce.SiteRegister, site(1)))
	s.refuse(truce.CodeGone, "was erased", s.about("osce", truce.SiteRegister, site(1)))
}

// TestOwnerIsToldOfAnErasure: what a registrar erases does not vanish for its owner.
func TestOwnerIsToldOfAnErasure(t *testing.T) {
	s := newCast(t)
	reason := map[string]any{"reason": "legal"}
	s.refuse(truce.CodeInvalid, "not told of its erasure", s.about("cell", truce.EraseContent, reason, compose.To("party:wfp")))
	s.must(s.about("cell", truce.EraseContent, reason, compose.To("party:msf")))
	s.refuse(truce.CodeGone, "was erased", s.about("msf", truce.SiteAmend, site(1), compose.Replaces(s.version)))
	s.replayed()
}

func TestAuditorSeesNothing(t *testing.T) {
	s := newCast(t)
	s.enrol("eye", truce.RoleAuditor)
	s.refuse(truce.CodeRefused, "sees hashes only", s.about("msf", truce.ReleaseGive, to("wfp", "eye")))
	s.refuse(truce.CodeRefused, "sees hashes only", s.about("msf", truce.ConsentGive, to("eye")))
	s.subject, s.version = s.site("msf", compose.To("public", "role:auditor", "party:eye"))
	s.refuse(truce.CodeNotFound, "there is no object", s.about("eye", truce.ChallengeOpen, map[string]any{"version": s.version, "reason": "closed", "text": "x"}))
	s.refuse(truce.CodeNotFound, "there is no object", s.about("eye", truce.VerificationRecord, map[string]any{"version": strings.Repeat("0", 64), "step": "imagery", "result": "matches"}))
}

// TestRegistrarCannotWidenAnAudience: an amendment is no way around consent.
func TestRegistrarCannotWidenAnAudience(t *testing.T) {
	s := newCast(t)
	s.subject, s.version = s.site("msf", compose.To("role:monitor", "party:wfp"))
	amend := func(author string, audience ...string) []byte {
		return s.about(author, truce.SiteAmend, site(2), compose.Replaces(s.version), compose.To(audience...))
	}
	s.refuse(truce.CodeRefused, `party "nobody" is not enrolled`, amend("cell", "party:wfp", "party:nobody"))
	for _, member := range []string{"public", "party:syria", "role:party"} {
		s.refuse(truce.CodeRefused, "no consent of the owner to disclose", amend("cell", "party:wfp", member))
	}
	s.version = s.must(amend("cell", "party:wfp", "party:osce", "party:msf", "party:cell", "role:registrar", "role:monitor")).ID
	s.must(s.about("msf", truce.ConsentGive, to("syria")))
	s.version = s.must(amend("cell", "party:syria")).ID
	s.refuse(truce.CodeRefused, "no consent of the owner to disclose", amend("cell", "role:monitor")) // narrowed since
	s.version = s.must(amend("msf", "public")).ID
	s.subject, s.version = s.site("cell")
	s.must(amend("cell", "public"))
}

func TestSubjectOfAParty(t *testing.T) {
	s := newCast(t)
	s.refuse(truce.CodeConflict, "in use", s.by("msf", truce.SiteRegister, "wfp", site(1)))
	s.must(s.by("msf", truce.SiteRegister, "clinic-of-nobody", site(1)))
}

func TestShapes(t *testing.T) {
	s := newScene(t)
	shape := func(v string) map[string]any {
		return map[string]any{"function": "hospital", "geometry": raw(v)}
	}
	area := func(v string) map[string]any {
		return map[string]any{"areaKind": "residential", "geometry": raw(v)}
	}
	leg := func(v string) map[string]any {
		return map[string]any{"purpose": "staff", "mode": "land", "legs": []any{map[string]any{}, raw(v)}}
	}
	for _, c := range []struct {
		name   string
		object string
		body   map[string]any
		field  string
		text   string
	}{
		{"null island", "site", shape(`{"type":"Point","coordinates":[0,0]}`), "/body/geometry", "latitude 0, longitude 0"},
		{"null island as a corner", "area", area(`{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}`), "/body/geometry", "latitude 0, longitude 0"},
		{"null island on a line", "movement", leg(`{"route":{"type":"LineString","coordinates":[[1,1],[0,0]],"bufferM":5}}`), "/body/legs/1/route", "latitude 0, longitude 0"},
		{"latitude 95", "site", shape(`{"type":"Point","coordinates":[37,95]}`), "/body/geometry/coordinates", ""},
		{"unknown type", "site", shape(`{"type":"Blob","coordinates":[37,36]}`), "/body/geometry", ""},
		{"unclosed ring", "area", area(`{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,2]]]}`), "/body/geometry", ""},
		{"bow tie", "area", area(`{"type":"Polygon","coordinates":[[[1,1],[2,2],[2,1],[1,2],[1,1]]]}`), "/body/geometry", ""},
		{"point as an area", "area", area(`{"type":"Point","coordinates":[37,36]}`), "/body/geometry", "a Point cannot stand here"},
		{"point as a route", "movement", leg(`{"route":{"type":"Point","coordinates":[37,36]}}`), "/body/legs/1/route", "a Point cannot stand here"},
		{"line as a halt", "movement", leg(`{"halts":[{"point":{"type":"LineString","coordinates":[[1,1],[2,2]]}}]}`), "/body/legs/1/halts/0/point", "cannot stand here"},
		{"place of a leg", "movement", leg(`{"from":{"point":{"type":"Point","coordinates":[200,36]}}}`), "/body/legs/1/from/point", ""},
		{"member twice", "site", shape(`{"type":"Point","coordinates":[37,36],"extra":1}`), "/body/geometry/extra", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := s.refuseForm(truce.CodeInvalid, c.text, s.by("msf", truce.Kind(c.object+".register"), compose.NewSubject(c.object), c.body))
			if e, ok := err.(*truce.Error); !ok || !strings.HasPrefix(e.Field, c.field) {
				t.Errorf("the error %v is not at %s", err, c.field)
			}
		})
	}
	s.must(s.by("msf", truce.SiteRegister, compose.NewSubject("site"), shape(`{"type":"Circle","coordinates":[37,36],"radiusM":50}`)))
}

func TestPeriods(t *testing.T) {
	s := newScene(t)
	with := func(object string, members map[string]any) []byte {
		body := content(object)
		for k, v := range members {
			body[k] = v
		}
		return s.by("msf", truce.Kind(object+".register"), compose.NewSubject(object), body)
	}
	subject := "site-self"
	body := content("site")
	body["parent"] = subject
	s.refuse(truce.CodeInvalid, "part of itself", s.by("msf", truce.SiteRegister, subject, body))
	s.refuse(truce.CodeInvalid, "ends before", with("site", map[string]any{"validFrom": "2016-08-12", "validUntil": "2016-08-08"}))
	s.refuse(truce.CodeInvalid, "ends before", with("movement", map[string]any{"legs": []any{map[string]any{"plannedStart": "2016-08-12T10:00:00Z", "plannedEnd": "2016-08-12T10:00:00Z"}}}))
	s.refuse(truce.CodeInvalid, "ends before", with("movement", map[string]any{"legs": []any{map[string]any{"halts": []any{map[string]any{"from": "2016", "until": "2014"}}}}}))
	s.must(with("site", map[string]any{"validFrom": "2016-08-11", "validUntil": "2016-08-11"})) // a day has a length
}

// TestSlipsInNamesAreSeen: who believes to have told a party, or to have ended
// that, and has mistyped its name, is not left in that belief.
func TestSlipsInNamesAreSeen(t *testing.T) {
	s := newCast(t)
	s.refuse(truce.CodeRefused, `/audience/1: party "ocse" is not enrolled`,
		s.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(1), compose.To("party:wfp", "party:ocse")))
	s.release("wfp")
	s.refuse(truce.CodeConflict, `no release to "osce" is in force`, s.about("msf", truce.ReleaseEnd, to("wfp", "osce")))
	s.must(s.about("msf", truce.ReleaseEnd, to("wfp")))
	s.refuse(truce.CodeConflict, `no release to "wfp" is in force`, s.about("msf", truce.ReleaseEnd, to("wfp")))
	s.must(s.by("cell", truce.PartyWithdraw, "osce", map[string]any{"reason": "left"}))
	s.must(s.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(1), compose.To("party:osce"))) // it was here
}

// TestEnteredIsHeldAgainstTheGeometry: what cannot both be meant is refused, in
// whatever notation it was entered; what is no coordinate is kept.
func TestEnteredIsHeldAgainstTheGeometry(t *testing.T) {
	s := newCast(t)
	with := func(entered string, accuracy float64) []byte {
		body := site(0) // 36.2128 north, 37.1166 east
		body["coord"] = map[string]any{"entered": entered, "format": "dd", "accuracyM": accuracy}
		return s.by("msf", truce.SiteRegister, compose.NewSubject("site"), body)
	}
	for _, entered := range []string{"36.2128, 37.1166", "36.21, 37.12", `36°12'46" N, 37°07'00" E`, "37S CA 30701 09195", "the yellow house behind the mill", "36.213,37.117 or so"} {
		s.must(with(entered, 25))
	}
	for _, entered := range []string{"37.1166, 36.2128", "36.2128, 38.1166", "36.2128,-37.1166", `36°21'28" N, 37°11'06" E`, "37S CA 30701 19195"} {
		if err := s.in.Check(t.Context(), with(entered, 25)); truce.CodeOf(err) != truce.CodeInvalid {
			t.Errorf("%s is taken: %v", entered, err)
		}
	}
	s.refuse(truce.CodeInvalid, "/body/coord/entered: coord.entered and the geometry are 128.8 km apart", with("37.1166, 36.2128", 25))
	s.must(with("36.2, 37.1", 50_000)) // as vague as it says
}
