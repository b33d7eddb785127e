package app

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ed25519"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"truce"
	"truce/client"
	"truce/geo"
	"truce/internal/auth"
	"truce/internal/check"
	"truce/internal/compose"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/proof"
)

// served serves an open register until the test ends, and gives its URL.
func served(t *testing.T, r *Register, o ServeOptions) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan string, 1), make(chan error, 1)
	o.Addr, o.Version, o.Ready = "127.0.0.1:0", "test", func(url string) { ready <- url }
	go func() { done <- r.Serve(ctx, o) }()
	t.Cleanup(func() { cancel(); <-done })
	select {
	case url := <-ready:
		return url
	case err := <-done:
		t.Fatal(err)
		return ""
	}
}

// wire counts what goes over connections, both ways, headers included.
type wire struct{ bytes atomic.Int64 }

type countedConn struct {
	net.Conn
	w *wire
}

func (c countedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.w.bytes.Add(int64(n))
	return n, err
}

func (c countedConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.w.bytes.Add(int64(n))
	return n, err
}

func (w *wire) client() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		return countedConn{c, w}, err
	}}}
}

// mirrorOf opens a mirror of the register at url in a folder, as the party of a key.
func mirrorOf(t *testing.T, dir, url, logKey string, key proof.Signer, h *http.Client) (*Register, func() (int64, error)) {
	t.Helper()
	c, err := client.New(url, client.Options{LogKey: logKey, Signer: key, HTTP: h})
	must(t, err)
	r, m, err := OpenMirror(t.Context(), Folder(dir), MirrorOptions{MirrorSettings: MirrorSettings{From: url}, LogKey: logKey, Source: c})
	must(t, err)
	t.Cleanup(func() { r.Close() })
	return r, func() (int64, error) {
		report, err := m.Sync(t.Context())
		return report.Added, err
	}
}

// TestCatchUpBytes: catching up 100 entries over the network, sign-in and headers
// included, takes at most 200 bytes an entry beyond the bodies, at the best and at
// the worst place within a bundle.
func TestCatchUpBytes(t *testing.T) {
	dir, by := create(t, t.TempDir())
	r := reopen(t, dir)
	url := served(t, r, ServeOptions{})
	w := &wire{}
	for _, before := range []int{3, 150} { // entries 5 to 104, and 155 to 254
		size := r.Ledger.Head().Size
		add(t, r, by, before+2-int(size))
		_, sync := mirrorOf(t, filepath.Join(t.TempDir(), "m"), url, r.LogKey, by.signer, w.client())
		if _, err := sync(); err != nil {
			t.Fatal(err)
		}
		from := r.Ledger.Head().Size
		add(t, r, by, 100)
		w.bytes.Store(0)
		if n, err := sync(); err != nil || n != 100 {
			t.Fatalf("%d entries, %v", n, err)
		}
		bodies := payloads(t, r, from)
		over := (w.bytes.Load() - int64(packed(bodies))) / 100
		t.Logf("from entry %d: %d bytes for 100 entries, whose bodies have %d bytes, %d compressed: %d an entry beyond them", from, w.bytes.Load(), len(bodies), packed(bodies), over)
		if over > 200 {
			t.Errorf("%d bytes an entry beyond the bodies, at most 200", over)
		}
	}
}

// payloads are the statements from an entry on, one after the other.
func payloads(t *testing.T, r *Register, from int64) []byte {
	t.Helper()
	var out []byte
	must(t, r.DB.View(t.Context(), func(q store.Reader) error {
		return r.Ledger.Replay(t.Context(), q, from, r.Ledger.Head().Size, func(e *ledger.Entry) error {
			out = append(out, e.Envelope.Payload...)
			return nil
		})
	}))
	return out
}

func packed(b []byte) int {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Len()
}

// TestMirrorOfAParty: over the whole life of an object a mirror answers checks as
// the register answers the party itself, and forgets what is erased.
func TestMirrorOfAParty(t *testing.T) {
	dir, by := create(t, t.TempDir())
	r := reopen(t, dir)
	url := served(t, r, ServeOptions{})
	north := enrolled(t, r, by, "north", 7)
	folder := filepath.Join(t.TempDir(), "m")
	m, sync := mirrorOf(t, folder, url, r.LogKey, north, nil)
	say := func(kind truce.Kind, subject string, body any, opts ...compose.Option) string {
		t.Helper()
		res := r.Intake.Submit(t.Context(), [][]byte{by.sign(kind, subject, body, opts...).JSON()})[0]
		must(t, res.Err)
		if _, err := sync(); err != nil {
			t.Fatal(err)
		}
		compareChecks(t, r, m)
		return res.ID
	}
	site := compose.NewSubject("site")
	body := siteBody(1, 10)
	secret := siteBody(2, 10)
	secret["notes"] = "an inner matter"
	first := say(truce.SiteRegister, site, body)
	say(truce.ConsentGive, site, compose.Recipients{Recipients: []truce.PartyID{"north"}})
	say(truce.ReleaseGive, site, compose.Recipients{Recipients: []truce.PartyID{"north"}})
	second := say(truce.SiteAmend, site, secret, compose.Replaces(first))
	other := compose.NewSubject("site")
	say(truce.SiteRegister, other, secret, compose.To("role:party"))
	say(truce.SiteWithdraw, site, map[string]any{"reason": "closed"}, compose.Replaces(second))
	say(truce.EraseContent, other, map[string]any{"reason": "operator-risk"}, compose.To("role:party"))
	// A mirror that begins now, or that has to rebuild, comes to the same.
	late, sync := mirrorOf(t, filepath.Join(t.TempDir(), "late"), url, r.LogKey, north, nil)
	if _, err := sync(); err != nil {
		t.Fatal(err)
	}
	compareChecks(t, r, late)
	must(t, m.rebuildCopy(t.Context()))
	compareChecks(t, r, m)
	if err := m.VerifyViews(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := m.Ledger.Verify(t.Context(), nil); err != nil {
		t.Error(err)
	}
	must(t, m.Close())
	again, err := Open(t.Context(), Folder(folder), Options{ReadOnly: true})
	must(t, err)
	defer again.Close()
	compareChecks(t, r, again)
	if n := held(t, again, other); n != 0 {
		t.Errorf("%d entries about an erased object still hold content", n)
	}
}

// TestErasedWhileAway: content that is erased between two looks goes when the views
// are rebuilt, as they are where earlier entries come in with it.
func TestErasedWhileAway(t *testing.T) {
	dir, by := create(t, t.TempDir())
	r := reopen(t, dir)
	url := served(t, r, ServeOptions{})
	north := enrolled(t, r, by, "north", 7)
	m, sync := mirrorOf(t, filepath.Join(t.TempDir(), "m"), url, r.LogKey, north, nil)
	submit := func(e *proof.Envelope) {
		t.Helper()
		must(t, r.Intake.Submit(t.Context(), [][]byte{e.JSON()})[0].Err)
	}
	one, two := compose.NewSubject("site"), compose.NewSubject("site")
	submit(by.sign(truce.SiteRegister, one, siteBody(1, 10), compose.To("role:party")))
	submit(by.sign(truce.SiteRegister, two, siteBody(2, 10)))
	if _, err := sync(); err != nil || held(t, m, one) != 1 || held(t, m, two) != 0 {
		t.Fatal(err, held(t, m, one), held(t, m, two))
	}
	submit(by.sign(truce.EraseContent, one, map[string]any{"reason": "operator-risk"}, compose.To("role:party")))
	submit(by.sign(truce.ConsentGive, two, compose.Recipients{Recipients: []truce.PartyID{"north"}}))
	submit(by.sign(truce.ReleaseGive, two, compose.Recipients{Recipients: []truce.PartyID{"north"}}))
	if _, err := sync(); err != nil || held(t, m, one) != 0 || held(t, m, two) == 0 {
		t.Fatal(err, held(t, m, one), held(t, m, two))
	}
	compareChecks(t, r, m)
	if _, err := m.Ledger.Verify(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

// enrolled enrols a party with one key, which is its root's too, and gives the key in use.
func enrolled(t *testing.T, r *Register, by *registrar, id truce.PartyID, n byte) proof.Signer {
	t.Helper()
	root, key := seeded(n), seeded(n+1)
	_, logID, err := proof.ParseLogKey(r.LogKey)
	must(t, err)
	if logID == root.KeyID() {
		t.Fatal("two keys are one")
	}
	s, err := compose.Statement(truce.PartyEnrol, r.Origin, RegistrarID, id,
		map[string]any{"names": []truce.Name{{Text: "North"}}, "role": truce.RoleParty, "root": truce.Root{Keys: []string{root.KeyID()}, Threshold: 1}})
	must(t, err)
	e, err := compose.Sign(s, by.signer, root)
	must(t, err)
	list, err := compose.ListKeys(r.Origin, id, []proof.Signer{root}, []compose.SigningKey{{Signer: key, Scopes: truce.Scopes(), Label: "desk"}})
	must(t, err)
	for _, e := range []*proof.Envelope{e, list} {
		must(t, r.Intake.Submit(t.Context(), [][]byte{e.JSON()})[0].Err)
	}
	return key
}

func seeded(n byte) proof.Signer {
	return proof.NewSigner(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize)))
}

// compareChecks asks both about everywhere: the register as the party, the mirror
// as whoever has its folder.
func compareChecks(t *testing.T, r, m *Register) {
	t.Helper()
	q := check.Query{Shape: geo.PointShape(geo.Point{Lat: 36, Lon: 37}, 0), RadiusM: 500_000}
	q.Viewer = auth.Viewer{Party: "north", Role: truce.RoleParty}
	want, err := r.Check.Check(t.Context(), q)
	must(t, err)
	q.Viewer = auth.Viewer{Party: RegistrarID, Role: truce.RoleRegistrar}
	got, err := m.Check.Check(t.Context(), q)
	must(t, err)
	if a, b := idsOf(want), idsOf(got); a != b {
		t.Errorf("the register answers %s, the mirror %s", a, b)
	}
	if got.AsOf.LogSize != want.AsOf.LogSize || got.AsOf.Root != want.AsOf.Root {
		t.Errorf("as of %+v, want %+v", got.AsOf, want.AsOf)
	}
	if !strings.Contains(got.Notice, "released to you") {
		t.Errorf("the mirror does not say that it was told a part only: %s", got.Notice)
	}
}

func idsOf(a *check.Answer) string {
	var out []string
	for _, p := range a.Protections {
		out = append(out, fmt.Sprintf("%s %s %s", p.ID, p.State, p.Type))
	}
	return strings.Join(out, "; ")
}

// held counts the entries about a subject whose content a mirror holds.
func held(t *testing.T, m *Register, subject string) (n int) {
	t.Helper()
	must(t, m.DB.View(t.Context(), func(q store.Reader) error {
		return m.Ledger.Replay(t.Context(), q, 0, m.Ledger.Head().Size, func(e *ledger.Entry) error {
			if e.Statement != nil && e.Statement.Subject == subject && e.Statement.Kind != truce.EraseContent {
				n++
			}
			return nil
		})
	}))
	return n
}

// TestWitnessedRegister: a register and the mirror of a party that witnesses it,
// both served, with real requests in between.
func TestWitnessedRegister(t *testing.T) {
	dir, by := create(t, t.TempDir())
	r := reopen(t, dir)
	m, _, err := OpenMirror(t.Context(), Folder(filepath.Join(t.TempDir(), "m")), MirrorOptions{MirrorSettings: MirrorSettings{From: "nowhere", Name: "north.example/mirror"}, LogKey: r.LogKey})
	must(t, err)
	defer m.Close()
	_, key, err := m.CosignerKeys()
	must(t, err)
	p, err := proof.ParsePolicy([]byte("log " + r.LogKey + "\nwitness north " + key + " " + served(t, m, ServeOptions{}) + "/witness\nquorum north\n"))
	must(t, err)
	url := served(t, r, ServeOptions{Policy: p, Patience: time.Minute, AllowPrivate: true})
	c, err := client.New(url, client.Options{LogKey: r.LogKey, Signer: by.signer})
	must(t, err)
	for n := range 5 {
		add(t, r, by, 3)
		for tries := 0; ; tries++ {
			note, err := c.Note(t.Context())
			must(t, err)
			cp, err := p.Open(note)
			must(t, err)
			if cp.Size == r.Ledger.Head().Size && p.Judge(cp, time.Now(), time.Minute).Fresh {
				break
			}
			if tries > 500 {
				t.Fatalf("round %d: the head is not cosigned: %s", n, note)
			}
			time.Sleep(10 * time.Millisecond)
		}
		receipt, _, err := c.Receipt(t.Context(), fmt.Sprint(r.Ledger.Head().Size-1))
		must(t, err)
		if _, _, err := proof.VerifyReceiptUnder(receipt, p, time.Now(), time.Minute); err != nil {
			t.Error(err)
		}
	}
}
