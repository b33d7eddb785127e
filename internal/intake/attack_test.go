package intake_test

import (
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/internal/compose"
	"truce/internal/ledger"
	"truce/proof"
)

// The attacks of trust-interop.md 2.5 that come in through the door. Rollback
// and tampering with what is stored are tests of the ledger.

// scene is a register with a humanitarian party "msf", which has registered a
// site, and a second party "syria".
type scene struct {
	*register
	subject, version string
}

func newScene(t testing.TB) *scene {
	r := newRegister(t)
	r.enrol("msf", truce.RoleHumanitarian)
	r.enrol("syria", truce.RoleParty)
	s := &scene{register: r}
	s.subject, s.version = r.site("msf")
	return s
}

func TestReplayOfAStatement(t *testing.T) {
	s := newScene(t)
	st, err := compose.Statement(truce.SiteRegister, origin, "msf", compose.NewSubject("site"), site(1), s.now())
	if err != nil {
		t.Fatal(err)
	}
	list, err := compose.ListKeys(origin, "msf", keys("msf-root"), []compose.SigningKey{
		signing("msf-key", allScopes...), signing("msf-2", allScopes...)}, s.now())
	if err != nil {
		t.Fatal(err)
	}
	s.must(list.JSON())
	envelope := s.sign(st, "msf-key msf-2")
	first := s.must(envelope)
	size := s.size()
	s.clock = s.clock.Add(time.Hour)

	reversed, err := proof.ParseEnvelope(envelope)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(reversed.Signatures)
	oneSignature := s.sign(st, "msf-2")
	for name, again := range map[string][]byte{"identical": envelope, "indented": indent(t, envelope),
		"signatures in another order": reversed.JSON(), "other signatures": oneSignature} {
		got := s.must(again)
		if !got.Known || got.Number != first.Number || !got.Time.Equal(first.Time) || got.ID != first.ID {
			t.Errorf("%s: got %+v, want the first answer %+v", name, got, first)
		}
	}
	if s.size() != size {
		t.Errorf("the log grew from %d to %d", size, s.size())
	}
	urlBase64 := strings.NewReplacer("+", "-", "/", "_").Replace(string(envelope))
	if urlBase64 != string(envelope) {
		s.refuseForm(truce.CodeInvalid, "", []byte(urlBase64))
	}
}

func indent(t *testing.T, envelope []byte) []byte {
	var members map[string]any
	if err := json.Unmarshal(envelope, &members); err != nil {
		t.Fatal(err)
	}
	out, err := json.MarshalIndent(members, "", "   ")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestReplayInOneSubmission(t *testing.T) {
	s := newScene(t)
	envelope := s.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(1))
	results := s.in.Submit(t.Context(), [][]byte{envelope, []byte("{"), envelope})
	if results[0].Err != nil || results[2].Err != nil || results[0].Known || !results[2].Known || results[0].Number != results[2].Number {
		t.Errorf("results %+v", results)
	}
	if truce.CodeOf(results[1].Err) != truce.CodeInvalid {
		t.Errorf("the bad one in the middle: %v", results[1].Err)
	}
}

func TestOtherContext(t *testing.T) {
	s := newScene(t)
	other, err := compose.Statement(truce.SiteRegister, "register.example/idlib", "msf", compose.NewSubject("site"), site(1), s.now())
	if err != nil {
		t.Fatal(err)
	}
	s.refuse(truce.CodeRefused, "another register", s.sign(other, "msf-key"))

	elsewhere, _ := s.site("msf")
	s.refuse(truce.CodeStaleWrite, "newer version", s.by("cell", truce.VerificationRecord, elsewhere,
		map[string]any{"version": s.version, "step": "imagery", "result": "matches"}))

	env, err := proof.ParseEnvelope(s.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(1)))
	if err != nil {
		t.Fatal(err)
	}
	typed, err := proof.Sign("application/vnd.truce.checkpoint+json", env.Payload, key("msf-key"))
	if err != nil {
		t.Fatal(err)
	}
	s.refuse(truce.CodeInvalid, "not a statement", typed.JSON())
}

func TestSignatureThatDoesNotVerify(t *testing.T) {
	s := newScene(t)
	env, err := proof.ParseEnvelope(s.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(1)))
	if err != nil {
		t.Fatal(err)
	}
	env.Payload = []byte(strings.Replace(string(env.Payload), "hospital", "pharmacy", 1))
	s.refuse(truce.CodeUnsigned, "does not verify", env.JSON())
	env.Payload = []byte(strings.Replace(string(env.Payload), "pharmacy", "hospital", 1))
	env.Signatures[0].KeyID = key("syria-key").KeyID()
	s.refuse(truce.CodeUnsigned, "does not verify", env.JSON())
}

func TestForgedSeen(t *testing.T) {
	s := newScene(t)
	register := func(size int64, root string) []byte {
		return s.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(1), compose.Seen(size, root))
	}
	head := s.log.Head()
	s.must(register(head.Size, head.RootText()))
	s.must(register(head.Size, head.RootText())) // an older checkpoint by now, from the tiles
	s.must(register(head.Size, head.RootText())) // and from the cache
	wrong := base64.StdEncoding.EncodeToString(make([]byte, 32))
	s.must(register(0, wrong))
	s.refuse(truce.CodeTampered, "not that of this register", register(head.Size, wrong))
	s.refuse(truce.CodeTampered, "has seen 999 entries", register(999, head.RootText()))
}

// TestSplitViewIsTold: the operator hears of another history from those whose
// keys say so, and from nobody else.
func TestSplitViewIsTold(t *testing.T) {
	s := newScene(t)
	var log strings.Builder
	s.in.Logger = slog.New(slog.NewTextHandler(&log, nil))
	wrong := base64.StdEncoding.EncodeToString(make([]byte, 32))
	register := func(signers string) []byte {
		return s.make(truce.SiteRegister, "msf", compose.NewSubject("site"), site(1), signers, compose.Seen(2, wrong))
	}
	for _, signers := range []string{"stranger", "syria-key"} {
		s.refuse(truce.CodeUnsigned, "", register(signers))
	}
	if log.Len() > 0 {
		t.Errorf("a false alarm: %s", log.String())
	}
	s.refuse(truce.CodeTampered, "not that of this register", register("msf-key"))
	if !strings.Contains(log.String(), "author=msf") || !strings.Contains(log.String(), "seen=2") {
		t.Errorf("the operator is told %q", log.String())
	}
}

func TestEquivocation(t *testing.T) {
	s := newScene(t)
	s.refuse(truce.CodeConflict, "in use", s.by("msf", truce.SiteRegister, s.subject, site(2)))
	amend := func(n int) []byte {
		return s.by("msf", truce.SiteAmend, s.subject, site(n), compose.Replaces(s.version))
	}
	first, second := amend(3), amend(4)
	res := s.must(first)
	s.refuse(truce.CodeStaleWrite, "newer version", second)
	if hint := truce.HintOf(s.in.Check(t.Context(), second)); !strings.Contains(hint, res.ID) {
		t.Errorf("the hint %q does not name the newest version", hint)
	}
}

func TestRevokedKey(t *testing.T) {
	s := newScene(t)
	before := s.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(1))
	earlier := s.must(before)
	late := s.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(2))
	s.must(s.by("cell", truce.KeyRevoke, "msf", compose.Revocation{Key: key("msf-key").KeyID(), Reason: "lost"}))
	s.refuse(truce.CodeRefused, "was revoked at entry", late)
	if again := s.must(before); !again.Known || again.Number != earlier.Number {
		t.Errorf("what it signed before is not answered as before: %+v", again)
	}
	// A revoked key never comes back, not even when the root lists it.
	list, err := compose.ListKeys(origin, "msf", keys("msf-root"), []compose.SigningKey{signing("msf-key", allScopes...)}, s.now())
	if err != nil {
		t.Fatal(err)
	}
	s.refuse(truce.CodeRefused, "was revoked at entry", list.JSON())
	s.refuse(truce.CodeConflict, "was revoked at entry", s.by("cell", truce.KeyRevoke, "msf", compose.Revocation{Key: key("msf-key").KeyID()}))
	s.replayed()
}

// TestRevokedInOneGroup: the index counts, not the submission.
func TestRevokedInOneGroup(t *testing.T) {
	s := newScene(t)
	first := s.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(1))
	revoke := s.by("msf", truce.KeyRevoke, "msf", compose.Revocation{Key: key("msf-key").KeyID()})
	second := s.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(2))
	results := s.in.Submit(t.Context(), [][]byte{first, revoke, second})
	if results[0].Err != nil || results[1].Err != nil || truce.CodeOf(results[2].Err) != truce.CodeRefused {
		t.Errorf("results %+v", results)
	}
}

func TestKeysThatCannotBeUsed(t *testing.T) {
	s := newScene(t)
	weak := map[string]string{
		"identity":                "01" + strings.Repeat("00", 31),
		"order 4":                 strings.Repeat("00", 32),
		"order 8":                 "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"not canonical, order 2":  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"not canonical, identity": "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	}
	for name, hexKey := range weak {
		t.Run(name, func(t *testing.T) {
			id := "ed25519:" + base64.RawURLEncoding.EncodeToString(unhex(t, hexKey))
			enrol := compose.Enrolment{Names: []truce.Name{{Text: "weak"}}, Role: truce.RoleMonitor, Root: &truce.Root{Threshold: 1, Keys: []string{id}}}
			s.refuse(truce.CodeInvalid, "weak", s.by("cell", truce.PartyEnrol, "weak", enrol))
			list := compose.KeyList{Keys: []truce.ListedKey{{Key: id, Scopes: allScopes}}}
			s.refuse(truce.CodeInvalid, "weak", s.make(truce.KeyList, "msf", "msf", list, "msf-root"))
			s.refuse(truce.CodeInvalid, "weak", s.make(truce.KeyRoot, "msf", "msf", truce.Root{Threshold: 1, Keys: []string{id}}, "msf-root"))
		})
	}
	t.Run("signs", func(t *testing.T) {
		env, err := proof.ParseEnvelope(s.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(1)))
		if err != nil {
			t.Fatal(err)
		}
		// R = the identity, S = 0 verifies under the identity for every message in lenient libraries.
		env.Signatures[0] = proof.Signature{KeyID: "ed25519:" + base64.RawURLEncoding.EncodeToString(unhex(t, weak["identity"])),
			Sig: append(unhex(t, weak["identity"]), make([]byte, 32)...)}
		s.refuseForm(truce.CodeUnsigned, "weak", env.JSON())
	})
}

func TestKeyConfusion(t *testing.T) {
	s := newScene(t)
	root := func(name string) compose.Enrolment {
		return compose.Enrolment{Names: []truce.Name{{Text: "who"}}, Role: truce.RoleMonitor, Root: compose.RootOf(1, key(name))}
	}
	list := func(party, name string) []byte {
		env, err := compose.ListKeys(origin, party, keys(party+"-root"), []compose.SigningKey{signing(name, allScopes...)}, s.now())
		if err != nil {
			t.Fatal(err)
		}
		return env.JSON()
	}
	for _, c := range []struct {
		name, text string
		envelope   []byte
	}{
		{"root key of another party", "belongs to another party", s.make(truce.PartyEnrol, "cell", "who", root("msf-root"), "cell-key msf-root")},
		{"key in use of another party", "belongs to another party", s.make(truce.PartyEnrol, "cell", "who", root("msf-key"), "cell-key msf-key")},
		{"the log's key as a root", "key of the log", s.make(truce.PartyEnrol, "cell", "who", root("log"), "cell-key log")},
		{"the log's key in a list", "key of the log", list("msf", "log")},
		{"another party's key in a list", "belongs to another party", list("msf", "syria-key")},
		{"a root key in a list", "the other use", s.make(truce.KeyList, "msf", "msf",
			compose.KeyList{Keys: []truce.ListedKey{{Key: key("msf-root").KeyID(), Scopes: allScopes}}}, "msf-root")},
		{"a listed key as a root", "the other use", s.make(truce.KeyRoot, "msf", "msf", compose.RootOf(1, key("msf-key")), "msf-root msf-key")},
	} {
		t.Run(c.name, func(t *testing.T) { s.refuse(truce.CodeRefused, c.text, c.envelope) })
	}
}

func TestWhoMaySign(t *testing.T) {
	s := newScene(t)
	s.enrol("osce", truce.RoleMonitor, truce.ScopeReport)
	s.enrol("gone", truce.RoleHumanitarian)
	s.must(s.by("cell", truce.PartyWithdraw, "gone", map[string]any{"reason": "left"}))
	old, err := compose.ListKeys(origin, "msf", keys("msf-root"), []compose.SigningKey{
		signing("msf-key", allScopes...), signing("msf-old", allScopes...)}, s.now())
	if err != nil {
		t.Fatal(err)
	}
	newer, err := compose.ListKeys(origin, "msf", keys("msf-root"), []compose.SigningKey{signing("msf-key", allScopes...)}, s.now())
	if err != nil {
		t.Fatal(err)
	}
	s.must(old.JSON(), newer.JSON())
	register := func(author, signers string) []byte {
		return s.make(truce.SiteRegister, author, compose.NewSubject("site"), site(1), signers)
	}
	for _, c := range []struct {
		name     string
		code     truce.Code
		text     string
		envelope []byte
	}{
		{"wrong scope", truce.CodeRefused, "does not have the scope submit", register("osce", "osce-key")},
		{"retired key", truce.CodeRefused, "was retired at entry", register("msf", "msf-old")},
		{"withdrawn party", truce.CodeRefused, "was withdrawn at entry", register("gone", "gone-key")},
		{"unknown party", truce.CodeUnsigned, `party "nobody" is not enrolled`, register("nobody", "msf-key")},
		{"unknown key", truce.CodeUnsigned, "is not known here", register("msf", "stranger")},
		{"key of another party", truce.CodeUnsigned, `is not a key of party "msf"`, register("msf", "syria-key")},
		{"own and another party's key", truce.CodeUnsigned, `is not a key of party "msf"`, register("msf", "msf-key syria-key")},
		{"root key", truce.CodeRefused, "is a root key", register("msf", "msf-root")},
	} {
		t.Run(c.name, func(t *testing.T) { s.refuse(c.code, c.text, c.envelope) })
	}
}

func TestDates(t *testing.T) {
	s := newScene(t)
	at := func(d time.Duration) []byte {
		return s.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(1), compose.MadeAt(s.clock.Add(d)))
	}
	s.must(at(5*time.Minute), at(0), at(-366*24*time.Hour))
	s.refuse(truce.CodeRefused, "after the register's clock", at(5*time.Minute+time.Second))
	s.refuse(truce.CodeRefused, "before the register's clock", at(-366*24*time.Hour-time.Second))
}

func TestOversizeAndDepth(t *testing.T) {
	s := newScene(t)
	raw := func(payload string) []byte {
		env, err := proof.Sign(truce.PayloadType, []byte(payload), key("msf-key"))
		if err != nil {
			t.Fatal(err)
		}
		return env.JSON()
	}
	frame := func(body string) string {
		return `{"kind":"site.register","register":"` + origin + `","author":"msf","subject":"site-1","madeAt":"` +
			s.clock.Format(time.RFC3339) + `","status":"actual","nonce":"AAAAAAAAAAAAAAAA","body":` + body + `}`
	}
	s.refuseForm(truce.CodeTooLarge, "at most", raw(frame(`{"function":"hospital","notes":"`+strings.Repeat("x", truce.MaxStatement)+`"}`)))
	s.refuseForm(truce.CodeTooLarge, "", append([]byte(`{"payloadType":"`), make([]byte, proof.MaxEnvelope)...))
	deep := strings.Repeat("[", 4000) + strings.Repeat("]", 4000)
	s.refuseForm(truce.CodeInvalid, "nested deeper", raw(frame(`{"function":"hospital","geometry":{"type":"Polygon","coordinates":`+deep+`}}`)))
	s.refuseForm(truce.CodeInvalid, "", []byte(strings.Repeat("[", 100000)))
	s.refuseForm(truce.CodeInvalid, "twice", raw(strings.Replace(frame(`{}`), `"status"`, `"author":"syria","status"`, 1)))
	s.refuseForm(truce.CodeRefused, "positions of forces", raw(frame(`{"function":"hospital","target":"x","geometry":{"type":"Point","coordinates":[37,36]}}`)))
}

func TestSubmitAfterTheContextEnded(t *testing.T) {
	s := newScene(t)
	ctx, cancel := contextThatEnds(t)
	cancel()
	var envelopes [][]byte
	for range 8 {
		envelopes = append(envelopes, s.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(1)))
	}
	size := s.size()
	for _, res := range s.in.Submit(ctx, envelopes) {
		if truce.CodeOf(res.Err) != truce.CodeUnavailable {
			t.Errorf("got %+v", res)
		}
	}
	if s.size() != size {
		t.Error("something was written")
	}
	var none []ledger.Result
	if got := s.in.Submit(t.Context(), nil); len(got) != len(none) {
		t.Errorf("nothing submitted gives %+v", got)
	}
}
