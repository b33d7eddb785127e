package intake_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"truce"
	"truce/internal/compose"
	"truce/internal/intake"
	"truce/internal/ledger"
	"truce/internal/receipt"
	"truce/internal/store"
	"truce/internal/store/sqlite"
	"truce/internal/view"
	"truce/internal/view/agreement"
	"truce/internal/view/inbox"
	"truce/internal/view/party"
	"truce/internal/view/protected"
	"truce/proof"
)

const origin = "register.example/aleppo"

// register is a whole register for a test: ledger, views and door, with a clock
// that the test sets and keys that follow from their names.
type register struct {
	t       testing.TB
	db      store.DB
	runner  *view.Runner
	parties *party.View
	log     *ledger.Ledger
	in      *intake.Intake
	clock   time.Time
}

var parties = party.New()

// allScopes is a key for everything.
var allScopes = truce.Scopes()

// newRegister makes a register whose registrar "cell" has a root of one key and
// a key for everything.
func newRegister(t testing.TB) *register {
	r := emptyRegister(t)
	r.must(r.found("cell", truce.Actual)...)
	return r
}

func emptyRegister(t testing.TB) *register {
	t.Helper()
	dir := t.TempDir()
	db, err := sqlite.Open(filepath.Join(dir, "truce.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := &register{t: t, db: db, parties: parties, clock: time.Date(2016, 8, 11, 10, 0, 0, 0, time.UTC)}
	r.runner = view.New(parties, protected.View{}, inbox.View{}, agreement.View{})
	if err := db.Update(t.Context(), func(tx store.Tx) error { return r.runner.EnsureSchema(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return r.clock }
	r.log, err = ledger.Create(t.Context(), ledger.Config{DB: db, Origin: origin, Signer: logSigner, Verifier: logKey,
		HeadPath: filepath.Join(dir, "head"), Follower: r.runner, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.log.Close(); db.Close() })
	_, logKeyID, err := proof.ParseLogKey(logKey)
	if err != nil {
		t.Fatal(err)
	}
	r.in = intake.New(intake.Config{Ledger: r.log, DB: db, Parties: parties, Objects: protected.View{}, Telling: []intake.Telling{protected.Told}, Desks: inbox.View{}, Agreements: agreement.View{},
		Origin: origin, LogKeyID: logKeyID, Now: now})
	return r
}

// The log's key is that of the name "log", so that a party can try to use it.
var logSigner, logKey = newLogKey()

func newLogKey() (note.Signer, string) {
	vkey, err := note.NewEd25519VerifierKey(origin, private("log").Public().(ed25519.PublicKey))
	if err != nil {
		panic(err)
	}
	parts := strings.SplitN(vkey, "+", 3)
	secret := append([]byte{1}, private("log").Seed()...) // 1 is the algorithm Ed25519 (C2SP signed-note)
	skey := "PRIVATE+KEY+" + origin + "+" + parts[1] + "+" + base64.StdEncoding.EncodeToString(secret)
	signer, err := note.NewSigner(skey)
	if err != nil {
		panic(err)
	}
	return signer, vkey
}

// size is the number of entries in the log.
func (r *register) size() int64 { return r.log.Head().Size }

// key is a signer that follows from its name.
func key(name string) proof.Signer { return proof.NewSigner(private(name)) }

func private(name string) ed25519.PrivateKey {
	var seed [32]byte
	copy(seed[:], fmt.Sprintf("%-32s", name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func keys(names ...string) []proof.Signer {
	out := make([]proof.Signer, len(names))
	for i, n := range names {
		out[i] = key(n)
	}
	return out
}

func signing(name string, scopes ...truce.Scope) compose.SigningKey {
	return compose.SigningKey{Signer: key(name), Scopes: scopes}
}

func (r *register) found(id truce.PartyID, status truce.Status) [][]byte {
	envs, err := compose.Genesis(compose.Founding{Register: origin, Status: status, Party: id, Names: []truce.Name{{Text: id}},
		Threshold: 1, Roots: keys(id + "-root"), Keys: []compose.SigningKey{signing(id+"-key", allScopes...)}}, r.now())
	if err != nil {
		r.t.Fatal(err)
	}
	return [][]byte{envs[0].JSON(), envs[1].JSON()}
}

// now dates a statement by the register's clock.
func (r *register) now() compose.Option { return compose.MadeAt(r.clock) }

// make signs a statement with the keys of those names.
func (r *register) make(kind truce.Kind, author, subject string, body any, signers string, opts ...compose.Option) []byte {
	r.t.Helper()
	s, err := compose.Statement(kind, origin, author, subject, body, append([]compose.Option{r.now()}, opts...)...)
	if err != nil {
		r.t.Fatal(err)
	}
	return r.sign(s, signers)
}

func (r *register) sign(s *truce.Statement, signers string) []byte {
	r.t.Helper()
	env, err := compose.Sign(s, keys(strings.Fields(signers)...)...)
	if err != nil {
		r.t.Fatal(err)
	}
	return env.JSON()
}

// by makes a statement signed by the author's key.
func (r *register) by(author string, kind truce.Kind, subject string, body any, opts ...compose.Option) []byte {
	r.t.Helper()
	return r.make(kind, author, subject, body, author+"-key", opts...)
}

// must submits and fails the test when anything is refused; it gives the last result.
func (r *register) must(envelopes ...[]byte) ledger.Result {
	r.t.Helper()
	results := r.in.Submit(r.t.Context(), envelopes)
	for i, res := range results {
		if res.Err != nil {
			r.t.Fatalf("statement %d: %v (hint: %s)", i, res.Err, truce.HintOf(res.Err))
		}
	}
	return results[len(results)-1]
}

// refuse submits one envelope and fails the test unless it is refused with that
// code, with a message that contains text, and with a hint; Check must agree.
func (r *register) refuse(code truce.Code, text string, envelope []byte) {
	r.t.Helper()
	err := r.refuseForm(code, text, envelope)
	if truce.HintOf(err) == "" {
		r.t.Errorf("%v: there is no hint", err)
	}
}

// refuseForm is refuse for what the parsers refuse, which need give no hint.
func (r *register) refuseForm(code truce.Code, text string, envelope []byte) error {
	r.t.Helper()
	dry := r.in.Check(r.t.Context(), envelope)
	size := r.size()
	res := r.in.Submit(r.t.Context(), [][]byte{envelope})[0]
	if truce.CodeOf(res.Err) != code || !strings.Contains(fmt.Sprint(res.Err), text) {
		r.t.Fatalf("got %q, %v; want %q with %q", truce.CodeOf(res.Err), res.Err, code, text)
	}
	if fmt.Sprint(dry) != fmt.Sprint(res.Err) {
		r.t.Errorf("Check says %v, Submit %v", dry, res.Err)
	}
	if r.size() != size {
		r.t.Errorf("a refused statement made the log longer")
	}
	return res.Err
}

// enrol enrols a party with a root of one key and a key with the scopes (all
// when none is given).
func (r *register) enrol(id truce.PartyID, role truce.Role, scopes ...truce.Scope) {
	r.t.Helper()
	if scopes == nil {
		scopes = allScopes
	}
	body := compose.Enrolment{Names: []truce.Name{{Text: id}}, Role: role, Root: compose.RootOf(1, key(id+"-root"))}
	list, err := compose.ListKeys(origin, id, keys(id+"-root"), []compose.SigningKey{signing(id+"-key", scopes...)}, r.now())
	if err != nil {
		r.t.Fatal(err)
	}
	r.must(r.make(truce.PartyEnrol, "cell", id, body, "cell-key "+id+"-root"), list.JSON())
}

// site is the body of a hospital, a little different for each n.
func site(n int) map[string]any {
	return map[string]any{"function": "hospital", "names": []truce.Name{{Text: fmt.Sprintf("Hospital %d", n), Lang: "en"}},
		"geometry": map[string]any{"type": "Point", "coordinates": []float64{37.1166 + float64(n)/1e4, 36.2128}, "accuracyM": 25}}
}

// register registers a site for a party and gives its subject and version.
func (r *register) site(owner truce.PartyID, opts ...compose.Option) (subject, version string) {
	r.t.Helper()
	subject = compose.NewSubject("site")
	res := r.must(r.by(owner, truce.SiteRegister, subject, site(rand.IntN(1000)), opts...))
	return subject, res.ID
}

// replayed fails the test unless a rebuild of the views gives the same bytes.
func (r *register) replayed() {
	r.t.Helper()
	before := r.digest()
	if err := r.runner.Rebuild(r.t.Context(), r.db, r.size(), r.log.Replay); err != nil {
		r.t.Fatal(err)
	}
	if after := r.digest(); before != after {
		r.t.Fatalf("the views are not the same after a replay:\n%s\n%s", before, after)
	}
}

// proven fails the test unless every entry has a receipt with which a stranger
// can see whose keys signed it.
func (r *register) proven() {
	r.t.Helper()
	maker := receipt.Maker{Log: r.log, Parties: parties, DB: r.db}
	for n := range r.size() {
		rec, err := maker.Make(r.t.Context(), n, true, nil)
		if err != nil {
			r.t.Fatal(err)
		}
		v, err := proof.VerifyReceipt(rec.Marshal(), logKey)
		if err != nil {
			r.t.Fatalf("the receipt of entry %d does not verify: %v", n, err)
		}
		if !v.Withheld && !v.AuthorProven {
			r.t.Errorf("the receipt of entry %d (%s) does not show whose keys signed", n, v.Statement.Kind)
		}
	}
}

func (r *register) digest() (text string) {
	r.t.Helper()
	err := r.db.View(r.t.Context(), func(q store.Reader) error {
		d, err := r.runner.Digest(r.t.Context(), q)
		text = fmt.Sprintf("%x", d)
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return text
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func contextThatEnds(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithCancel(t.Context())
}

func raw(s string) json.RawMessage { return json.RawMessage(s) }
