package auth

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"truce"
	"truce/proof"
)

const register = "register.example/aleppo"

// book is a Directory that a test writes.
type book struct {
	mu      sync.Mutex
	keys    map[string]*truce.KeyState
	parties map[string]*truce.PartyState
	size    int64
	err     error
	asked   int
}

func (b *book) Key(_ context.Context, id string) (*truce.KeyState, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked++
	return b.keys[id], b.err
}

func (b *book) Party(_ context.Context, id string) (*truce.PartyState, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.parties[id], b.err
}

func (b *book) Size() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.size
}

// grow is an entry in the log that does change.
func (b *book) grow(change func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change()
	b.size++
}

// signer is a key that follows from its name.
func signer(name string) proof.Signer {
	var seed [32]byte
	copy(seed[:], name)
	return proof.NewSigner(ed25519.NewKeyFromSeed(seed[:]))
}

type desk struct {
	*testing.T
	*Sessions
	book  *book
	clock time.Time
}

// newDesk knows party north with the key "north", listed, and "root", a root key.
func newDesk(t *testing.T) *desk {
	d := &desk{T: t, clock: time.Date(2016, 8, 11, 10, 0, 0, 0, time.UTC), book: &book{size: 5, keys: map[string]*truce.KeyState{},
		parties: map[string]*truce.PartyState{"north": {ID: "north", Role: truce.RoleParty, Withdrawn: truce.NoEntry}}}}
	d.list("north", false)
	d.list("root", true)
	d.Sessions = NewSessions(Config{Register: register, Directory: d.book, Now: func() time.Time { return d.clock }})
	return d
}

func (d *desk) list(name string, root bool) {
	id := signer(name).KeyID()
	d.book.keys[id] = &truce.KeyState{Key: id, Party: "north", Root: root, Scopes: []truce.Scope{truce.ScopeAcknowledge}, Until: truce.NoEntry, Revoked: truce.NoEntry}
}

func (d *desk) challenge(key string) string {
	d.Helper()
	c, expires, err := d.Challenge(key)
	if err != nil || !expires.Equal(d.clock.Add(2*time.Minute)) {
		d.Fatal(expires, err)
	}
	return c
}

func envelope(in SignIn, payloadType string, keys ...proof.Signer) *proof.Envelope {
	payload, _ := json.Marshal(in)
	e, err := proof.Sign(payloadType, payload, keys...)
	if err != nil {
		panic(err)
	}
	return e
}

// good is the sign-in of the key of that name with a fresh challenge.
func (d *desk) good(name string) SignIn {
	k := signer(name).KeyID()
	return SignIn{Register: register, Challenge: d.challenge(k), Key: k, MadeAt: d.clock}
}

func (d *desk) token(name string) string {
	d.Helper()
	token, s, err := d.SignIn(d.Context(), envelope(d.good(name), SignInType, signer(name)))
	if err != nil || s.Party != "north" || s.Role != truce.RoleParty || !s.Expires.Equal(d.clock.Add(15*time.Minute)) {
		d.Fatal(s, err)
	}
	return token
}

func TestSignInAndOut(t *testing.T) {
	d := newDesk(t)
	token := d.token("north")
	if !strings.HasPrefix(token, "truce_") || len(token) != 49 {
		t.Errorf("token %q", token)
	}
	s, err := d.Who(t.Context(), token)
	if err != nil || s.Viewer() != (Viewer{"north", truce.RoleParty}) || len(s.Scopes) != 1 {
		t.Fatal(s, err)
	}
	d.SignOut(token)
	if _, err := d.Who(t.Context(), token); truce.CodeOf(err) != truce.CodeSignIn {
		t.Error(err)
	}
}

// Every attack on a sign-in, and the code that it must be refused with.
func TestSignInAttacks(t *testing.T) {
	weak := "ed25519:" + base64.RawURLEncoding.EncodeToString(append([]byte{1}, make([]byte, 31)...)) // the identity point
	for name, c := range map[string]struct {
		make func(*desk) *proof.Envelope
		want truce.Code
	}{
		"replayed challenge": {func(d *desk) *proof.Envelope {
			e := envelope(d.good("north"), SignInType, signer("north"))
			if _, _, err := d.SignIn(d.Context(), e); err != nil {
				d.Fatal(err)
			}
			return e
		}, truce.CodeUnsigned},
		"replayed challenge, signed anew": {func(d *desk) *proof.Envelope {
			in := d.good("north")
			if _, _, err := d.SignIn(d.Context(), envelope(in, SignInType, signer("north"))); err != nil {
				d.Fatal(err)
			}
			in.MadeAt = in.MadeAt.Add(time.Second)
			return envelope(in, SignInType, signer("north"))
		}, truce.CodeUnsigned},
		"other register": {func(d *desk) *proof.Envelope {
			in := d.good("north")
			in.Register = "register.example/other"
			return envelope(in, SignInType, signer("north"))
		}, truce.CodeRefused},
		"challenge of another register": {func(d *desk) *proof.Envelope {
			in := d.good("north")
			in.Challenge = newDesk(d.T).good("north").Challenge
			return envelope(in, SignInType, signer("north"))
		}, truce.CodeUnsigned},
		"challenge of another key": {func(d *desk) *proof.Envelope {
			in := d.good("north")
			in.Challenge = d.challenge(signer("root").KeyID())
			return envelope(in, SignInType, signer("north"))
		}, truce.CodeUnsigned},
		"expired challenge": {func(d *desk) *proof.Envelope {
			in := d.good("north")
			d.clock = d.clock.Add(2 * time.Minute)
			return envelope(in, SignInType, signer("north"))
		}, truce.CodeUnsigned},
		"made-up challenge": {func(d *desk) *proof.Envelope {
			in := d.good("north")
			in.Challenge = strings.Repeat("A", len(in.Challenge))
			return envelope(in, SignInType, signer("north"))
		}, truce.CodeUnsigned},
		"challenge spelt otherwise": {func(d *desk) *proof.Envelope {
			in := d.good("north")
			in.Challenge += "\n"
			return envelope(in, SignInType, signer("north"))
		}, truce.CodeUnsigned},
		"unknown key": {func(d *desk) *proof.Envelope { return envelope(d.good("stranger"), SignInType, signer("stranger")) }, truce.CodeUnsigned},
		"root key":    {func(d *desk) *proof.Envelope { return envelope(d.good("root"), SignInType, signer("root")) }, truce.CodeUnsigned},
		"revoked key": {func(d *desk) *proof.Envelope {
			d.book.grow(func() { d.book.keys[signer("north").KeyID()].Revoked = 5 })
			return envelope(d.good("north"), SignInType, signer("north"))
		}, truce.CodeUnsigned},
		"retired key": {func(d *desk) *proof.Envelope {
			d.book.grow(func() { d.book.keys[signer("north").KeyID()].Until = 5 })
			return envelope(d.good("north"), SignInType, signer("north"))
		}, truce.CodeUnsigned},
		"withdrawn party": {func(d *desk) *proof.Envelope {
			d.book.grow(func() { d.book.parties["north"].Withdrawn = 5 })
			return envelope(d.good("north"), SignInType, signer("north"))
		}, truce.CodeUnsigned},
		"another signs": {func(d *desk) *proof.Envelope { return envelope(d.good("north"), SignInType, signer("root")) }, truce.CodeUnsigned},
		"two sign": {func(d *desk) *proof.Envelope {
			return envelope(d.good("north"), SignInType, signer("north"), signer("root"))
		}, truce.CodeUnsigned},
		"a statement, not a sign-in": {func(d *desk) *proof.Envelope {
			return envelope(d.good("north"), truce.PayloadType, signer("north"))
		}, truce.CodeUnsigned},
		"altered signature": {func(d *desk) *proof.Envelope {
			e := envelope(d.good("north"), SignInType, signer("north"))
			e.Signatures[0].Sig[3] ^= 1
			return e
		}, truce.CodeUnsigned},
		"altered payload": {func(d *desk) *proof.Envelope {
			e := envelope(d.good("north"), SignInType, signer("north"))
			e.Payload = append(e.Payload, ' ')
			return e
		}, truce.CodeUnsigned},
		"weak key": {func(d *desk) *proof.Envelope {
			// With the identity as key, R = identity and S = 0 verify for any message.
			in := SignIn{register, d.challenge(weak), weak, d.clock}
			payload, _ := json.Marshal(in)
			sig := append([]byte{1}, make([]byte, 63)...)
			return &proof.Envelope{PayloadType: SignInType, Payload: payload, Signatures: []proof.Signature{{KeyID: weak, Sig: sig}}}
		}, truce.CodeUnsigned},
		"a member twice": {func(d *desk) *proof.Envelope {
			return raw(`{"register":"register.example/aleppo","register":"x","challenge":"x","key":"`+signer("north").KeyID()+`","madeAt":"2016-08-11T10:00:00Z"}`, "north")
		}, truce.CodeInvalid},
		"a member too many": {func(d *desk) *proof.Envelope {
			return raw(`{"register":"x","challenge":"x","key":"x","madeAt":"2016-08-11T10:00:00Z","admin":true}`, "north")
		}, truce.CodeInvalid},
		"a member in another case": {func(d *desk) *proof.Envelope {
			return raw(`{"Register":"x","challenge":"x","key":"x","madeAt":"2016-08-11T10:00:00Z"}`, "north")
		}, truce.CodeInvalid},
		"no object":     {func(d *desk) *proof.Envelope { return raw(`[]`, "north") }, truce.CodeInvalid},
		"a long sermon": {func(d *desk) *proof.Envelope { return raw(`{"register":"`+strings.Repeat("x", 4096)+`"}`, "north") }, truce.CodeTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			token, s, err := d.SignIn(t.Context(), c.make(d))
			if truce.CodeOf(err) != c.want || token != "" || s != nil {
				t.Errorf("%q %v: %v, want %s", token, s, err, c.want)
			}
		})
	}
}

func raw(payload, name string) *proof.Envelope {
	e, err := proof.Sign(SignInType, []byte(payload), signer(name))
	if err != nil {
		panic(err)
	}
	return e
}

// Unknown, retired, revoked and root keys, and those of withdrawn parties, are
// refused in the same words.
func TestRefusalsDoNotTellWhy(t *testing.T) {
	d := newDesk(t)
	d.list("revoked", false)
	d.book.keys[signer("revoked").KeyID()].Revoked = 3
	_, _, first := d.SignIn(t.Context(), envelope(d.good("stranger"), SignInType, signer("stranger")))
	for _, name := range []string{"revoked", "root"} {
		if _, _, err := d.SignIn(t.Context(), envelope(d.good(name), SignInType, signer(name))); err == nil || err.Error() != first.Error() {
			t.Errorf("%s: %v, want %v", name, err, first)
		}
	}
}

func TestChallengeIsTheSameForAnyKey(t *testing.T) {
	d := newDesk(t)
	known, _, err1 := d.Challenge(signer("north").KeyID())
	unknown, _, err2 := d.Challenge(signer("stranger").KeyID())
	if err1 != nil || err2 != nil || len(known) != len(unknown) || d.book.asked != 0 {
		t.Error(known, unknown, err1, err2, d.book.asked)
	}
	for _, bad := range []string{"", "north", "ed25519:short", "ed25519:" + strings.Repeat("!", 43), "rsa:" + strings.Repeat("A", 47)} {
		if _, _, err := d.Challenge(bad); truce.CodeOf(err) != truce.CodeInvalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestTokensThatDoNotCount(t *testing.T) {
	d := newDesk(t)
	good := d.token("north")
	for _, token := range []string{"", "x", good[:48], good + "A", strings.ToUpper(good), "truce_" + strings.Repeat("A", 43)} {
		if _, err := d.Who(t.Context(), token); truce.CodeOf(err) != truce.CodeSignIn {
			t.Errorf("%q: %v", token, err)
		}
	}
	d.clock = d.clock.Add(15 * time.Minute)
	if _, err := d.Who(t.Context(), good); truce.CodeOf(err) != truce.CodeSignIn {
		t.Error("a token outlives its time")
	}
}

func TestATokenFallsWithItsKey(t *testing.T) {
	for name, change := range map[string]func(*book){
		"revoked":   func(b *book) { b.keys[signer("north").KeyID()].Revoked = 5 },
		"retired":   func(b *book) { b.keys[signer("north").KeyID()].Until = 5 },
		"withdrawn": func(b *book) { b.parties["north"].Withdrawn = 5 },
	} {
		d := newDesk(t)
		token := d.token("north")
		d.book.grow(func() {}) // an entry about something else
		if _, err := d.Who(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		d.book.grow(func() { change(d.book) })
		if _, err := d.Who(t.Context(), token); truce.CodeOf(err) != truce.CodeSignIn {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The directory is asked once for each log size, not for each request.
func TestLookUpsAreRemembered(t *testing.T) {
	d := newDesk(t)
	token := d.token("north")
	before := d.book.asked
	for range 5 {
		if _, err := d.Who(t.Context(), token); err != nil {
			t.Fatal(err)
		}
	}
	d.book.grow(func() {})
	for range 5 {
		if _, err := d.Who(t.Context(), token); err != nil {
			t.Fatal(err)
		}
	}
	if d.book.asked != before+1 {
		t.Errorf("asked %d times", d.book.asked-before)
	}
}

// A fault of the directory is not a reason to sign somebody out, nor to let in.
func TestAFaultIsNoAnswer(t *testing.T) {
	d := newDesk(t)
	token := d.token("north")
	d.book.grow(func() { d.book.err = errors.New("disk") })
	if _, err := d.Who(t.Context(), token); truce.CodeOf(err) != truce.CodeInternal {
		t.Error(err)
	}
	d.book.grow(func() { d.book.err = nil })
	if _, err := d.Who(t.Context(), token); err != nil {
		t.Error(err)
	}
}

func TestSessionsOfOneKeyAreBounded(t *testing.T) {
	d := newDesk(t)
	first := d.token("north")
	d.clock = d.clock.Add(time.Second)
	for range maxPerKey {
		d.token("north")
	}
	if len(d.open) != maxPerKey {
		t.Errorf("%d sessions", len(d.open))
	}
	if _, err := d.Who(t.Context(), first); truce.CodeOf(err) != truce.CodeSignIn {
		t.Error("the oldest session should have gone")
	}
}

func TestUsedChallengesAreBounded(t *testing.T) {
	d := newDesk(t)
	later := d.clock.Add(challengeLife)
	for i := range maxUsed {
		d.challenges.used[[nonceLen]byte{byte(i), byte(i >> 8), byte(i >> 16)}] = later
	}
	if _, _, err := d.SignIn(t.Context(), envelope(d.good("north"), SignInType, signer("north"))); truce.CodeOf(err) != truce.CodeBusy {
		t.Error(err)
	}
	d.clock = later
	d.token("north")
	if len(d.challenges.used) != 1 {
		t.Errorf("%d are remembered", len(d.challenges.used))
	}
}

func TestOneChallengeOneTokenAtOnce(t *testing.T) {
	d := newDesk(t)
	e := envelope(d.good("north"), SignInType, signer("north"))
	var group sync.WaitGroup
	results := make([]error, 16)
	for i := range results {
		group.Go(func() { _, _, results[i] = d.SignIn(d.Context(), e) })
	}
	group.Wait()
	good := 0
	for _, err := range results {
		if err == nil {
			good++
		}
	}
	if good != 1 {
		t.Error(fmt.Sprint(good, " tokens for one challenge"))
	}
}

func FuzzSignIn(f *testing.F) {
	f.Add([]byte(`{"register":"register.example/aleppo","challenge":"AA","key":"ed25519:","madeAt":"2016-08-11T10:00:00Z"}`))
	f.Add([]byte(`{"register":1}`))
	f.Add([]byte(`[[[[`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		s, err := parseSignIn(payload)
		if (err == nil) != (s != nil) || err != nil && truce.CodeOf(err) == truce.CodeInternal {
			t.Fatal(s, err)
		}
	})
}
