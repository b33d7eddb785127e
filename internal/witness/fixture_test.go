package witness

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"truce/proof"
)

const origin = "register.example/test"

var noon = time.Date(2016, 8, 12, 12, 0, 0, 0, time.UTC)

// history is a log in memory that can be forked.
type history struct {
	t      testing.TB
	signer note.Signer
	vkey   string

	mu      sync.Mutex
	leaves  int64
	hashes  []tlog.Hash
	changed chan struct{}
}

func newHistory(t testing.TB) *history {
	t.Helper()
	skey, vkey, err := proof.NewLogKey(origin)
	must(t, err)
	signer, err := note.NewSigner(skey)
	must(t, err)
	return &history{t: t, signer: signer, vkey: vkey, changed: make(chan struct{})}
}

// fork is a log with the same key that was the same until now.
func (h *history) fork() *history {
	return &history{t: h.t, signer: h.signer, vkey: h.vkey, leaves: h.leaves, hashes: bytes2(h.hashes), changed: make(chan struct{})}
}

func bytes2(h []tlog.Hash) []tlog.Hash { return append([]tlog.Hash{}, h...) }

// grow appends n leaves; what makes them those of this history.
func (h *history) grow(n int, what string) *history {
	h.mu.Lock()
	defer h.mu.Unlock()
	for range n {
		more, err := tlog.StoredHashes(h.leaves, fmt.Appendf(nil, "%s %d", what, h.leaves), h)
		if err != nil {
			panic(err)
		}
		h.hashes = append(h.hashes, more...)
		h.leaves++
	}
	close(h.changed)
	h.changed = make(chan struct{})
	return h
}

// ReadHashes gives stored hashes; the caller holds the lock.
func (h *history) ReadHashes(at []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(at))
	for i, n := range at {
		out[i] = h.hashes[n]
	}
	return out, nil
}

func (h *history) Head() *proof.Checkpoint {
	h.mu.Lock()
	defer h.mu.Unlock()
	root, err := tlog.TreeHash(h.leaves, h)
	if err != nil {
		panic(err)
	}
	cp, err := proof.SignCheckpoint(h.signer, h.leaves, root)
	if err != nil {
		panic(err)
	}
	return cp
}

func (h *history) Changed() <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.changed
}

func (h *history) ConsistencyProof(_ context.Context, older, newer int64) ([]tlog.Hash, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if older == 0 || older == newer {
		return nil, nil
	}
	return tlog.ProveTree(newer, older, h)
}

// ask is the body of a request from old entries to the head of h.
func (h *history) ask(old int64) []byte {
	cp := h.Head()
	r := request{old: old, note: cp.Note}
	if old > 0 && old < cp.Size {
		path, err := h.ConsistencyProof(context.Background(), old, cp.Size)
		must(h.t, err)
		r.proof = path
	}
	return r.body()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func testCosigner(t testing.TB, name string, n byte) *proof.Cosigner {
	t.Helper()
	c, err := proof.NewCosigner(name, ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, 32)))
	must(t, err)
	return c
}

func newWitness(t testing.TB, dir string, logs ...string) *Witness {
	t.Helper()
	w, err := New(Config{Dir: dir, Cosigner: testCosigner(t, "w.example/one", 1), Logs: logs, Now: func() time.Time { return noon }})
	must(t, err)
	return w
}
