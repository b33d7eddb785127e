package app

import (
	"context"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"testing"
	"time"

	"truce"
	"truce/client"
	"truce/internal/compose"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/proof"
)

// forge puts an entry into the log past the front door, as the operator of a register
// can who holds the log's key.
func forge(t *testing.T, r *Register, e *proof.Envelope) {
	t.Helper()
	s, err := truce.ParseStatement(e.Payload)
	must(t, err)
	c := ledger.Candidate{Envelope: e, Statement: s, ID: e.ID(), Admit: func(context.Context, store.Reader, int64, time.Time) error { return nil }}
	must(t, r.Ledger.Append(t.Context(), []ledger.Candidate{c})[0].Err)
}

// named is a key that nobody else has.
func named(name string) proof.Signer {
	var seed [32]byte
	copy(seed[:], name)
	return proof.NewSigner(ed25519.NewKeyFromSeed(seed[:]))
}

// aidsKeys is a register with a party aid, whose root and keys of several scopes are known.
type aidsKeys struct {
	t    *testing.T
	r    *Register
	root proof.Signer
	by   *registrar
}

func (a aidsKeys) hand(envelopes ...*proof.Envelope) {
	a.t.Helper()
	for _, e := range envelopes {
		must(a.t, a.r.Intake.Submit(a.t.Context(), [][]byte{e.JSON()})[0].Err)
	}
}

// list lists keys of aid, by name and what they may do.
func (a aidsKeys) list(root proof.Signer, keys map[string][]truce.Scope) *proof.Envelope {
	a.t.Helper()
	var all []compose.SigningKey
	for name, scopes := range keys {
		all = append(all, compose.SigningKey{Signer: named(name), Scopes: scopes})
	}
	e, err := compose.ListKeys(a.r.Origin, "aid", []proof.Signer{root}, all)
	must(a.t, err)
	return e
}

// say is a statement in the name of aid to north.
func (a aidsKeys) say(kind truce.Kind, subject string, body any, key proof.Signer, opts ...compose.Option) *proof.Envelope {
	a.t.Helper()
	s, err := compose.Statement(kind, a.r.Origin, "aid", subject, body, opts...)
	must(a.t, err)
	e, err := compose.Sign(s, key)
	must(a.t, err)
	return e
}

func (a aidsKeys) site(key string) *proof.Envelope {
	return a.say(truce.SiteRegister, compose.NewSubject("site"), siteBody(1, 10), named(key), compose.To("party:north"))
}

func withAid(t *testing.T) (a aidsKeys, north proof.Signer) {
	dir, by := create(t, t.TempDir())
	r := reopen(t, dir)
	a = aidsKeys{t, r, named("aid root"), by}
	s, err := compose.Statement(truce.PartyEnrol, r.Origin, RegistrarID, "aid",
		compose.Enrolment{Names: []truce.Name{{Text: "aid"}}, Role: truce.RoleHumanitarian, Root: compose.RootOf(1, a.root)})
	must(t, err)
	e, err := compose.Sign(s, by.signer, a.root)
	must(t, err)
	a.hand(e, a.list(a.root, map[string][]truce.Scope{"aid all": truce.Scopes(), "aid ack": {truce.ScopeAcknowledge}, "aid old": truce.Scopes(), "aid lost": truce.Scopes()}))
	north = enrolled(t, r, by, "north", 7)
	a.hand(a.site("aid all"), a.site("aid lost"), a.site("aid old"))
	a.hand(a.list(a.root, map[string][]truce.Scope{"aid all": truce.Scopes(), "aid ack": {truce.ScopeAcknowledge}, "aid lost": truce.Scopes()})) // without the old one
	a.hand(a.say(truce.KeyRevoke, "aid", map[string]any{"key": named("aid lost").KeyID(), "reason": "lost"}, named("aid all")))
	return a, north
}

// TestForeignKeys: an operator who puts an entry into the log in the name of a party
// whose keys did not sign it is found out by a mirror, with evidence that others can
// check; whoever signs as it may is not.
func TestForeignKeys(t *testing.T) {
	for name, c := range map[string]struct {
		forged func(a aidsKeys) []*proof.Envelope
		honest bool
	}{
		"nothing":         {func(a aidsKeys) []*proof.Envelope { return nil }, true},
		"its own key":     {func(a aidsKeys) []*proof.Envelope { return []*proof.Envelope{a.site("aid all")} }, true},
		"a key of nobody": {func(a aidsKeys) []*proof.Envelope { return []*proof.Envelope{a.site("stranger")} }, false},
		"a key of another": {func(a aidsKeys) []*proof.Envelope {
			return []*proof.Envelope{a.say(truce.SiteRegister, "site-x", siteBody(1, 10), seeded(8), compose.To("party:north"))}
		}, false},
		"its root key":   {func(a aidsKeys) []*proof.Envelope { return []*proof.Envelope{a.site("aid root")} }, false},
		"a revoked key":  {func(a aidsKeys) []*proof.Envelope { return []*proof.Envelope{a.site("aid lost")} }, false},
		"a retired key":  {func(a aidsKeys) []*proof.Envelope { return []*proof.Envelope{a.site("aid old")} }, false},
		"a key for less": {func(a aidsKeys) []*proof.Envelope { return []*proof.Envelope{a.site("aid ack")} }, false},
		"a list by its root": {func(a aidsKeys) []*proof.Envelope {
			return []*proof.Envelope{a.list(a.root, map[string][]truce.Scope{"new": truce.Scopes()}), a.site("new")}
		}, true},
		"a list by a stranger": {func(a aidsKeys) []*proof.Envelope {
			return []*proof.Envelope{a.list(named("stranger"), map[string][]truce.Scope{"new": truce.Scopes()}), a.site("new")}
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, north := withAid(t)
			for _, before := range []bool{true, false} { // the mirror copies the forged entry with the rest, or later
				m, look := watching(t, a.r, north)
				if before {
					if evidence, err := look(); err != nil || len(evidence) != 0 {
						t.Fatalf("before: %v, %v", evidence, err)
					}
					for _, e := range c.forged(a) {
						forge(t, a.r, e)
					}
				}
				evidence, err := look()
				if c.honest {
					if err != nil || len(evidence) != 0 {
						t.Errorf("found %v, %v", evidence, err)
					}
					continue
				}
				if truce.CodeOf(err) != truce.CodeTampered || len(evidence) == 0 || m.Ledger.Head().Size != a.r.Ledger.Head().Size {
					t.Fatalf("not found out: %v, %v", evidence, err)
				}
				holds(t, a.r.LogKey, evidence)
			}
		})
	}
}

// holds checks evidence as somebody does who has nothing but the log's key.
func holds(t *testing.T, logKey string, files []string) {
	t.Helper()
	for _, path := range files {
		data, err := os.ReadFile(path)
		must(t, err)
		e, err := proof.ParseEvidence(data)
		must(t, err)
		f, err := e.Check(logKey)
		if err != nil || f.Kind != proof.Foreign || f.Proven || len(f.Shows) != 2 || len(f.Claims) != 1 {
			t.Errorf("%+v, %v", f, err)
		}
		e.Given = e.Given[:len(e.Given)-1]
		if _, err := e.Check(logKey); err == nil {
			t.Error("evidence that is cut short holds")
		}
	}
}

// watching is a mirror of a register, as the party of a key, and its look at it.
func watching(t *testing.T, r *Register, key proof.Signer) (*Register, func() ([]string, error)) {
	t.Helper()
	url, dir := served(t, r, ServeOptions{}), filepath.Join(t.TempDir(), "m")
	c, err := client.New(url, client.Options{LogKey: r.LogKey, Signer: key})
	must(t, err)
	m, mirror, err := OpenMirror(t.Context(), Folder(dir), MirrorOptions{MirrorSettings: MirrorSettings{From: url}, LogKey: r.LogKey, Source: c})
	must(t, err)
	t.Cleanup(func() { m.Close() })
	return m, func() ([]string, error) {
		report, err := mirror.Sync(t.Context())
		return report.Evidence, err
	}
}

// TestForeignKeysLate: what is forged where the party may not read it is found out
// when it is released to the party.
func TestForeignKeysLate(t *testing.T) {
	t.Parallel()
	a, north := withAid(t)
	_, look := watching(t, a.r, north)
	forged := a.say(truce.SiteRegister, "site-hidden", siteBody(1, 10), named("stranger"))
	forge(t, a.r, forged)
	if evidence, err := look(); err != nil || len(evidence) != 0 {
		t.Fatalf("while it is hidden: %v, %v", evidence, err)
	}
	to := compose.Recipients{Recipients: []truce.PartyID{"north"}}
	a.hand(a.say(truce.ConsentGive, "site-hidden", to, named("aid all")), a.say(truce.ReleaseGive, "site-hidden", to, named("aid all")))
	evidence, err := look()
	if truce.CodeOf(err) != truce.CodeTampered || len(evidence) != 1 {
		t.Fatalf("not found out: %v, %v", evidence, err)
	}
	holds(t, a.r.LogKey, evidence)
	if evidence, err := look(); err != nil || len(evidence) != 0 {
		t.Errorf("told twice: %v, %v", evidence, err)
	}
}

// TestForeignKeysUnclear: of a party whose enrolment is not readable, as lines of its
// seniors stand in it, nothing is said, at the first look or a later one.
func TestForeignKeysUnclear(t *testing.T) {
	t.Parallel()
	a, north := withAid(t)
	dir := a.r
	root, key := named("west root"), named("west")
	s, err := compose.Statement(truce.PartyEnrol, dir.Origin, RegistrarID, "west", map[string]any{"names": []truce.Name{{Text: "West"}}, "role": truce.RoleHumanitarian,
		"root": truce.Root{Keys: []string{root.KeyID()}, Threshold: 1}, "seniorContacts": []any{map[string]any{"role": "duty officer", "phone": "+41220000000"}}})
	must(t, err)
	enrol, err := compose.Sign(s, a.by.signer, root)
	must(t, err)
	list, err := compose.ListKeys(dir.Origin, "west", []proof.Signer{root}, []compose.SigningKey{{Signer: key, Scopes: truce.Scopes()}})
	must(t, err)
	a.hand(enrol, list)
	_, look := watching(t, a.r, north)
	for range 3 {
		s, err := compose.Statement(truce.SiteRegister, dir.Origin, "west", compose.NewSubject("site"), siteBody(3, 10), compose.To("party:north"))
		must(t, err)
		e, err := compose.Sign(s, key)
		must(t, err)
		a.hand(e)
		if evidence, err := look(); err != nil || len(evidence) != 0 {
			t.Fatalf("%v, %v", evidence, err)
		}
	}
}
