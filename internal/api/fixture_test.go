package api

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"truce"
	"truce/internal/auth"
	"truce/internal/check"
	"truce/internal/compose"
	"truce/internal/inforce"
	"truce/internal/intake"
	"truce/internal/ledger"
	"truce/internal/obs"
	"truce/internal/store"
	"truce/internal/store/sqlite"
	"truce/internal/told"
	"truce/internal/view"
	"truce/internal/view/agreement"
	"truce/internal/view/inbox"
	"truce/internal/view/party"
	"truce/internal/view/protected"
	"truce/proof"
)

const origin = "register.example/aleppo"

// world is a whole register behind HTTP, in a folder that goes with the test.
type world struct {
	testing.TB
	db      store.DB
	log     *ledger.Ledger
	parties *party.View
	api     *Server
	http    *httptest.Server
	logs    *syncBuffer

	mu    sync.Mutex
	clock time.Time
	count int // of statements made, for their nonces
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// newWorld is a register of the registrar "cell" alone; limits may be left zero.
func newWorld(t testing.TB, limits Limits) *world {
	t.Helper()
	dir := t.TempDir()
	db, err := sqlite.Open(filepath.Join(dir, "truce.db"), sqlite.Options{})
	w := &world{TB: t, db: db, parties: party.New(), logs: &syncBuffer{}, clock: time.Date(2016, 8, 11, 10, 0, 0, 0, time.UTC)}
	w.must(err)
	runner := view.New(w.parties, protected.View{}, inbox.View{}, agreement.View{})
	w.must(db.Update(t.Context(), func(tx store.Tx) error { return runner.EnsureSchema(t.Context(), tx) }))
	skey, vkey, err := proof.NewLogKey(origin)
	w.must(err)
	signer, err := note.NewSigner(skey)
	w.must(err)
	w.log, err = ledger.Create(t.Context(), ledger.Config{DB: db, Origin: origin, Signer: signer, Verifier: vkey,
		HeadPath: filepath.Join(dir, "head"), Follower: runner, Now: w.now})
	w.must(err)
	w.start(runner, vkey, limits)
	genesis, err := compose.Genesis(compose.Founding{Register: origin, Status: truce.Actual, Party: "cell", Names: named("Notification cell"),
		Threshold: 1, Roots: []proof.Signer{key("cell-root")}, Keys: []compose.SigningKey{{Signer: key("cell"), Scopes: truce.Scopes()}}}, w.madeNow()...)
	w.must(err)
	for _, e := range genesis {
		w.submit(e.JSON())
	}
	return w
}

func (w *world) start(runner *view.Runner, vkey string, limits Limits) {
	_, logKeyID, err := proof.ParseLogKey(vkey)
	w.must(err)
	logger := obs.NewLogger(w.logs, obs.LogOptions{Level: slog.LevelDebug})
	in := intake.New(intake.Config{Ledger: w.log, DB: w.db, Parties: w.parties, Objects: protected.View{}, Telling: []intake.Telling{protected.Told, agreement.Told}, Desks: inbox.View{}, Agreements: agreement.View{}, Origin: origin, LogKeyID: logKeyID, Logger: logger, Now: w.now})
	agreed := inforce.New(inforce.Config{Now: w.now, Tests: &inforce.StoredTests{DB: w.db}, Register: &inforce.Stored{DB: w.db, Position: runner.Position}})
	engine := check.New(check.Config{Agreed: agreedBeside{agreed}, Origin: origin, Now: w.now, Register: &check.Stored{DB: w.db, Heads: w.head, Position: runner.Position}})
	w.api = New(Config{Origin: origin, LogKey: vkey, Version: "test", DB: w.db, Intake: in, Log: w.log, Entries: w.log, Proofs: w.log,
		Parties: w.parties, Objects: protected.View{}, Histories: protected.View{}, Agreements: agreement.View{}, InForce: agreed, Check: engine, Told: told.Views{Parties: w.parties, Tellings: []told.Tellings{protected.Told, agreement.Told}, Inbox: inbox.View{}}, Metrics: obs.NewMetrics(), Logger: logger, Now: w.now, Limits: limits,
		Sessions: auth.NewSessions(auth.Config{Register: origin, Directory: directory{w}, Now: w.now}),
		Probes:   []obs.Probe{{Name: "log", Look: func(context.Context) error { return nil }}}})
	w.http = httptest.NewServer(w.api)
	w.Cleanup(func() { w.api.Close(); w.http.Close(); w.log.Close(); w.db.Close() })
}

// agreedBeside tells checks what was agreed, as package app does.
type agreedBeside struct{ *inforce.Engine }

func (a agreedBeside) Agreed(ctx context.Context, q check.Query, size int64) (agreements, windows []json.RawMessage, err error) {
	answer, err := a.Now(ctx, inforce.Query{Shape: q.Shape, RadiusM: q.RadiusM, At: q.From, AsKnownAt: size, Viewer: q.Viewer})
	if err != nil {
		return nil, nil, err
	}
	x, y := answer.Brief()
	for i := range x {
		agreements = append(agreements, encodeJSON(x[i]))
	}
	for i := range y {
		windows = append(windows, encodeJSON(y[i]))
	}
	return append([]json.RawMessage{}, agreements...), append([]json.RawMessage{}, windows...), nil
}

func (w *world) head(ctx context.Context, size int64) (check.Head, error) {
	cp := w.log.Head()
	h := check.Head{Size: cp.Size, Root: cp.RootText()}
	if size != truce.Now {
		root, err := w.log.RootAt(ctx, size)
		if err != nil {
			return h, err
		}
		h = check.Head{Size: size, Root: root.String()}
	}
	if h.Size == 0 {
		return h, nil
	}
	e, err := w.log.Entry(ctx, h.Size-1)
	if err == nil {
		h.LastEntryTime = e.Time
	}
	return h, err
}

// directory tells sessions whose a key is.
type directory struct{ w *world }

func (d directory) Key(ctx context.Context, id string) (k *truce.KeyState, err error) {
	err = d.w.db.View(ctx, func(r store.Reader) error { k, err = d.w.parties.Key(ctx, r, id, truce.Now); return err })
	return k, err
}

func (d directory) Party(ctx context.Context, id string) (p *truce.PartyState, err error) {
	err = d.w.db.View(ctx, func(r store.Reader) error { p, err = d.w.parties.Party(ctx, r, id, truce.Now); return err })
	return p, err
}

func (d directory) Size() int64 { return d.w.log.Head().Size }

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

func (w *world) madeNow() []compose.Option {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.count++
	return []compose.Option{compose.MadeAt(w.clock), compose.Nonce(fmt.Sprintf("nonce-%016d", w.count))}
}

// key is a signer that follows from its name.
func key(name string) proof.Signer {
	var seed [32]byte
	copy(seed[:], fmt.Sprintf("%-32s", name))
	return proof.NewSigner(ed25519.NewKeyFromSeed(seed[:]))
}

func named(text string) []truce.Name { return []truce.Name{{Text: text}} }

// say signs a statement of a party with its key, and gives the envelope.
func (w *world) say(kind truce.Kind, author, subject string, body any, opts ...compose.Option) *proof.Envelope {
	w.Helper()
	s, err := compose.Statement(kind, origin, author, subject, body, append(w.madeNow(), opts...)...)
	w.must(err)
	e, err := compose.Sign(s, key(author))
	w.must(err)
	return e
}

// submit hands an envelope in over HTTP.
func (w *world) submit(envelope []byte) Accepted {
	w.Helper()
	res := w.do("POST", "/v1/statements", "", envelope)
	var a Accepted
	if res.status != 201 {
		w.Fatalf("%d %s", res.status, res.body)
	}
	w.must(json.Unmarshal(res.body, &a))
	return a
}

// state says and submits.
func (w *world) state(kind truce.Kind, author, subject string, body any, opts ...compose.Option) Accepted {
	w.Helper()
	return w.submit(w.say(kind, author, subject, body, opts...).JSON())
}

// enrol makes a party of that role with a key of its name.
func (w *world) enrol(id truce.PartyID, role truce.Role) {
	w.Helper()
	root := key(id + "-root")
	s, err := compose.Statement(truce.PartyEnrol, origin, "cell", id, compose.Enrolment{Names: named(id), Role: role, Root: compose.RootOf(1, root)}, w.madeNow()...)
	w.must(err)
	e, err := compose.Sign(s, key("cell"), root)
	w.must(err)
	w.submit(e.JSON())
	list, err := compose.ListKeys(origin, id, []proof.Signer{root}, []compose.SigningKey{{Signer: key(id), Scopes: truce.Scopes()}}, w.madeNow()...)
	w.must(err)
	w.submit(list.JSON())
}

// site is the body of a site at a place.
func site(lat, lon float64) map[string]any {
	return map[string]any{
		"function": "hospital", "names": named("Al-Salam hospital"), "operatorOrg": "Relief", "admin": map[string]any{"country": "SY", "adm1": "Aleppo"},
		"geometry": map[string]any{"type": "Point", "coordinates": []float64{lon, lat}, "accuracyM": 10},
		"contacts": []map[string]any{{"role": "duty officer", "phone": "+963 21 555"}},
		"notes":    "the cellar is used too",
	}
}

// bare is a site without what only owner and registrar read.
func bare(lat, lon float64) map[string]any {
	b := site(lat, lon)
	delete(b, "contacts")
	delete(b, "notes")
	return b
}

func to(parties ...truce.PartyID) compose.Recipients { return compose.Recipients{Recipients: parties} }

// reply is an answer that was read whole.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// do asks, as a party where one is given; a fixed request id makes answers comparable.
func (w *world) do(method, path, as string, body []byte, headers ...string) reply {
	w.Helper()
	req, err := http.NewRequest(method, w.http.URL+path, bytes.NewReader(body))
	w.must(err)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("X-Request-Id", "0123456789abcdef")
	if as != "" {
		req.Header.Set("Authorization", "Bearer "+w.token(as))
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := w.http.Client().Do(req)
	w.must(err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	w.must(err)
	return reply{res.StatusCode, res.Header, data}
}

func (w *world) get(path, as string) reply { w.Helper(); return w.do("GET", path, as, nil) }

// into reads a good answer.
func (w *world) into(r reply, v any) {
	w.Helper()
	if r.status/100 != 2 {
		w.Fatalf("%d %s", r.status, r.body)
	}
	reflect.ValueOf(v).Elem().SetZero()
	w.must(json.Unmarshal(r.body, v))
}

func (w *world) problem(r reply) *Problem {
	w.Helper()
	var p Problem
	if r.header.Get("Content-Type") != mediaProblem {
		w.Fatalf("%d %s is no problem: %s", r.status, r.header.Get("Content-Type"), r.body)
	}
	w.must(json.Unmarshal(r.body, &p))
	return &p
}

// signIn is the envelope of a signed challenge.
func signIn(register, challenge string, k proof.Signer, named string) *proof.Envelope {
	payload, _ := json.Marshal(auth.SignIn{Register: register, Challenge: challenge, Key: named, MadeAt: time.Date(2016, 8, 11, 10, 0, 0, 0, time.UTC)})
	e, err := proof.Sign(auth.SignInType, payload, k)
	if err != nil {
		panic(err)
	}
	return e
}

func (w *world) challenge(keyID string) string {
	w.Helper()
	var c Challenge
	w.into(w.do("POST", "/v1/auth/challenge", "", encodeJSON(ChallengeRequest{keyID})), &c)
	return c.Challenge
}

// token signs a party in.
func (w *world) token(as string) string {
	w.Helper()
	if strings.HasPrefix(as, "truce_") {
		return as
	}
	k := key(as)
	var t Token
	w.into(w.do("POST", "/v1/auth/token", "", signIn(origin, w.challenge(k.KeyID()), k, k.KeyID()).JSON()), &t)
	return t.Token
}

func sortedStrings(s []string) []string {
	slices.Sort(s)
	return s
}

func (w *world) viewer(id truce.PartyID) auth.Viewer {
	w.Helper()
	p, err := directory{w}.Party(w.Context(), id)
	w.must(err)
	return auth.Viewer{Party: id, Role: p.Role}
}

func indented(data []byte) []byte {
	var b bytes.Buffer
	if json.Indent(&b, data, "", "  ") != nil {
		return data
	}
	return append(b.Bytes(), '\n')
}
