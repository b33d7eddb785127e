package mirror

import (
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/internal/store/sqlite"
	"truce/proof"
)

const origin = "register.example/test"

var noon = time.Date(2016, 8, 12, 12, 0, 0, 0, time.UTC)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// register is a log in memory with whatever an operator may do to it; it is a
// Source of a mirror.
type register struct {
	t       testing.TB
	signer  note.Signer
	vkey    string
	author  proof.Signer
	entries []proof.Entry
	hashes  []tlog.Hash

	// What it does instead of the right thing; nil and zero do the right thing.
	note    func() []byte
	tile    func(path string, data []byte) []byte
	records func(h *proof.Handover)
	fail    func(call string) error // before each call
	page    int64                   // entries looked at by one call of Records; all when 0
}

func newRegister(t testing.TB) *register {
	t.Helper()
	skey, vkey, err := proof.NewLogKey(origin)
	must(t, err)
	signer, err := note.NewSigner(skey)
	must(t, err)
	return &register{t: t, signer: signer, vkey: vkey, author: proof.NewSigner(ed25519.NewKeyFromSeed(make([]byte, 32)))}
}

// fork is a register with the same keys and the first n entries.
func (r *register) fork(n int) *register {
	f := &register{t: r.t, signer: r.signer, vkey: r.vkey, author: r.author}
	for _, e := range r.entries[:n] {
		f.put(e)
	}
	return f
}

// statement makes a statement that nobody admitted.
func (r *register) statement(kind truce.Kind, subject, body string, seen *truce.Seen) []byte {
	r.t.Helper()
	payload, err := json.Marshal(truce.Statement{Kind: kind, Register: origin, Author: "aid", Subject: subject, MadeAt: noon, Seen: seen,
		Status: truce.Actual, Nonce: fmt.Sprintf("%022d", len(r.entries)), Body: json.RawMessage(body)})
	must(r.t, err)
	env, err := proof.Sign(truce.PayloadType, payload, r.author)
	must(r.t, err)
	return env.Record()
}

// say appends a statement about a subject, received at.
func (r *register) say(kind truce.Kind, subject, body string, at time.Time) int64 {
	n := int64(len(r.entries))
	r.put(proof.Entry{Number: n, Time: at, Salt: [32]byte{byte(n), byte(n >> 8), 7}, Record: r.statement(kind, subject, body, nil)})
	return n
}

func (r *register) put(e proof.Entry) {
	r.t.Helper()
	more, err := tlog.StoredHashes(e.Number, e.Leaf(), r)
	must(r.t, err)
	r.entries, r.hashes = append(r.entries, e), append(r.hashes, more...)
}

// grow appends n sites, one a millisecond from noon on.
func (r *register) grow(n int, word string) *register {
	for range n {
		i := len(r.entries)
		r.say(truce.SiteRegister, fmt.Sprintf("site-%s-%d", word, i), `{"function":"clinic"}`, noon.Add(time.Duration(i)*time.Millisecond))
	}
	return r
}

// ReadHashes gives stored hashes of the tree.
func (r *register) ReadHashes(at []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(at))
	for i, n := range at {
		out[i] = r.hashes[n]
	}
	return out, nil
}

// head is the signed head over the first size entries.
func (r *register) head(size int) *proof.Checkpoint {
	r.t.Helper()
	root, err := tlog.TreeHash(int64(size), r)
	must(r.t, err)
	cp, err := proof.SignCheckpoint(r.signer, int64(size), root)
	must(r.t, err)
	return cp
}

func (r *register) receipt(n int64) []byte {
	r.t.Helper()
	path, err := tlog.ProveRecord(int64(len(r.entries)), n, r)
	must(r.t, err)
	e := r.entries[n]
	return (&proof.Receipt{Entry: proof.Entry{Number: n, Time: e.Time}, Commitment: e.Commitment(), Proof: path, Checkpoint: r.head(len(r.entries)).Note}).Marshal()
}

func (r *register) failing(call string) error {
	if r.fail == nil {
		return nil
	}
	return r.fail(call)
}

func (r *register) Note(context.Context) ([]byte, error) {
	if err := r.failing("note"); err != nil {
		return nil, err
	}
	if r.note != nil {
		return r.note(), nil
	}
	return r.head(len(r.entries)).Note, nil
}

func (r *register) Tile(_ context.Context, path string) ([]byte, error) {
	path, from, _ := strings.Cut(path, "?from=")
	if err := r.failing(path); err != nil {
		return nil, err
	}
	data, err := r.readTile(path)
	if err == nil && r.tile != nil {
		data = r.tile(path, data)
	}
	if known, _ := strconv.Atoi(from); known%2 == 1 { // a server of tiles need not understand it
		for range known {
			data = data[min(len(data), 2+int(binary.BigEndian.Uint16(append(data, 0, 0)))):]
		}
	}
	return data, err
}

func (r *register) readTile(path string) ([]byte, error) {
	rest := strings.TrimPrefix(path, "tile/")
	if n, ok := strings.CutPrefix(rest, "entries/"); ok {
		t, err := tlog.ParseTilePath("tile/8/0/" + n)
		if err != nil {
			return nil, err
		}
		var out []byte
		for i := t.N * tileWidth; i < t.N*tileWidth+int64(t.W); i++ {
			leaf := r.entries[i].Leaf()
			out = append(binary.BigEndian.AppendUint16(out, uint16(len(leaf))), leaf...)
		}
		return out, nil
	}
	t, err := tlog.ParseTilePath("tile/8/" + rest)
	if err != nil {
		return nil, err
	}
	return tlog.ReadTileData(t, r)
}

func (r *register) Records(_ context.Context, from, until int64) (*proof.Handover, error) {
	if err := r.failing(fmt.Sprint("records ", from)); err != nil {
		return nil, err
	}
	h := &proof.Handover{From: from, To: until}
	if r.page > 0 {
		h.To = min(until, from+r.page)
	}
	for _, e := range r.entries[from:h.To] {
		h.Entries = append(h.Entries, proof.Handed{Number: e.Number, Salt: e.Salt, Record: e.Record})
	}
	if r.records != nil {
		r.records(h)
	}
	return h, nil
}

func (r *register) RecordsAbout(_ context.Context, subjects []string, until int64) (*proof.Handover, error) {
	if err := r.failing("about"); err != nil {
		return nil, err
	}
	h := &proof.Handover{To: int64(len(subjects))}
	for _, e := range r.entries[:until] {
		one := proof.Handed{Number: e.Number, Salt: e.Salt, Record: e.Record}
		if _, subject := aboutWhat(&one); strings.Contains(" "+strings.Join(subjects, " ")+" ", " "+subject+" ") {
			h.Entries = append(h.Entries, one)
		}
	}
	if r.records != nil {
		r.records(h)
	}
	return h, nil
}

// copyOf is a mirror in a folder.
type copyOf struct {
	*Mirror
	t    testing.TB
	dir  string
	db   *sqlite.DB
	wrap func(store.DB) store.DB
}

func newCopy(t testing.TB, src Source, vkey string, change ...func(*Config)) *copyOf {
	t.Helper()
	c := &copyOf{t: t, dir: t.TempDir(), wrap: func(db store.DB) store.DB { return db }}
	c.open(src, vkey, change...)
	t.Cleanup(c.shut)
	return c
}

// open opens the folder, again where it was open.
func (c *copyOf) open(src Source, vkey string, change ...func(*Config)) {
	c.t.Helper()
	c.shut()
	db, err := sqlite.Open(filepath.Join(c.dir, "truce.db"), sqlite.Options{})
	must(c.t, err)
	c.db = db
	lc := ledger.Config{DB: c.wrap(db), Origin: origin, Verifier: vkey, HeadPath: filepath.Join(c.dir, "head"), Copy: true}
	l, err := ledger.Open(c.t.Context(), lc)
	if truce.CodeOf(err) == truce.CodeNotFound {
		l, err = ledger.CreateCopy(c.t.Context(), lc)
	}
	must(c.t, err)
	cfg := Config{Log: l, Source: src, Evidence: filepath.Join(c.dir, "evidence"), Receipts: filepath.Join(c.dir, "receipts"), Now: func() time.Time { return noon }}
	for _, f := range change {
		f(&cfg)
	}
	c.Mirror = New(cfg)
}

func (c *copyOf) shut() {
	if c.Mirror != nil {
		c.cfg.Log.Close()
		c.db.Close()
		c.Mirror = nil
	}
}

// sync is a Sync that must succeed.
func (c *copyOf) sync() *Report {
	c.t.Helper()
	r, err := c.Sync(c.t.Context())
	if err != nil {
		c.t.Fatalf("%v (%s)", err, truce.HintOf(err))
	}
	return r
}

// sameAs wants the copy to be r's log, and to verify.
func (c *copyOf) sameAs(r *register) *ledger.Report {
	c.t.Helper()
	head, want := c.cfg.Log.Head(), r.head(len(r.entries))
	if head.Size != want.Size || head.Root != want.Root {
		c.t.Fatalf("the copy has %d entries, root %s; want %d, %s", head.Size, head.Root, want.Size, want.Root)
	}
	report, err := c.cfg.Log.Verify(c.t.Context(), nil)
	must(c.t, err)
	return report
}

func cosigner(t testing.TB) *proof.Cosigner {
	t.Helper()
	c, err := proof.NewCosigner("party.example/mirror", ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", 32))))
	must(t, err)
	return c
}
