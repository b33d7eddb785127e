package oracle

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/transparency-dev/merkle/compact"
	merkle "github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/internal/store/sqlite"
	"truce/proof"
)

// The tree whose right edge the ledger's own tests build; its leaves are numbers.
const (
	tileWidth = 256
	edgeSize  = tileWidth*tileWidth + 300
)

// compared are the sizes at which roots are compared, kept those that go into
// the fixture: small ones, those around full tiles, and some between.
func compared(n int64) bool { return n < 600 || n > edgeSize-310 || n%4999 == 0 }
func kept(n int64) bool {
	atTile := (n+1)%tileWidth < 3 && compared(n)
	return n > 0 && (n <= 40 || atTile || n%4999 == 0 || n == edgeSize)
}

// TestEdgeRoots: transparency-dev/merkle and x/mod agree on the roots of the
// tree that the ledger's own tests compare with x/mod, and the fixture with which
// they compare too holds those of transparency-dev/merkle.
func TestEdgeRoots(t *testing.T) {
	var ours tree
	theirs := (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
	var fixture strings.Builder
	for n := int64(0); n <= edgeSize; n++ {
		if n > 0 && compared(n) {
			root, err := theirs.GetRootHash(nil)
			must(t, err)
			if want := ours.root(t, n); string(root) != string(want[:]) {
				t.Fatalf("size %d: x/mod and transparency-dev/merkle differ", n)
			}
			if kept(n) {
				fmt.Fprintf(&fixture, "%d %x\n", n, root)
			}
		}
		number := binary.BigEndian.AppendUint64(nil, uint64(n))
		ours.add(t, n, tlog.RecordHash(number))
		must(t, theirs.Append(rfc6962.DefaultHasher.HashLeaf(number), nil))
	}
	path := product("internal", "ledger", "testdata", "edge_roots.txt")
	keep(t, path, []byte(fixture.String()))
	got, err := os.ReadFile(path)
	must(t, err)
	if string(got) != fixture.String() {
		t.Errorf("%s holds other roots: was it edited? go test . -run TestEdgeRoots -update", path)
	}
}

// openLedger makes a register in a folder of its own, without views.
func openLedger(t *testing.T) *ledger.Ledger {
	t.Helper()
	dir := t.TempDir()
	skey, vkey, err := proof.NewLogKey(origin)
	must(t, err)
	signer, err := note.NewSigner(skey)
	must(t, err)
	db, err := sqlite.Open(filepath.Join(dir, "register.db"), sqlite.Options{CacheMB: 8})
	must(t, err)
	l, err := ledger.Create(t.Context(), ledger.Config{DB: db, Origin: origin, Signer: signer, Verifier: vkey, HeadPath: filepath.Join(dir, "head")})
	must(t, err)
	t.Cleanup(func() { l.Close(); db.Close() })
	return l
}

func candidate(t *testing.T, n int) ledger.Candidate {
	t.Helper()
	body := fmt.Sprintf(`{"word":"word-%d"}`, n)
	subject := fmt.Sprintf("site-%d", n)
	payload := fmt.Sprintf(`{"kind":"site.register","register":%q,"author":"msf","subject":%q,"madeAt":"2016-08-11T07:00:00Z","status":"exercise","nonce":"nonce-%016d","body":%s}`,
		origin, subject, n, body)
	env, err := proof.Sign(truce.PayloadType, []byte(payload), testKey(0))
	must(t, err)
	s := &truce.Statement{Kind: truce.SiteRegister, Register: origin, Author: "msf", Subject: subject, Body: []byte(body)}
	admit := func(context.Context, store.Reader, int64, time.Time) error { return nil }
	return ledger.Candidate{Envelope: env, Statement: s, ID: env.ID(), Admit: admit}
}

// TestLedgerProofs: what the ledger proves, transparency-dev/merkle accepts, and
// the roots are its roots at every size.
func TestLedgerProofs(t *testing.T) {
	l := openLedger(t)
	var all []ledger.Candidate
	for n := range 517 {
		all = append(all, candidate(t, n))
	}
	for _, r := range l.Append(t.Context(), all) {
		must(t, r.Err)
	}
	size := l.Head().Size
	leaves, roots := make([][]byte, size), make([]tlog.Hash, size+1)
	theirs := (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
	for n := range leaves {
		r, err := l.Receipt(t.Context(), int64(n), false)
		must(t, err)
		leaves[n] = rfc6962.DefaultHasher.HashLeaf(r.Leaf())
		must(t, theirs.Append(leaves[n], nil))
		root, err := theirs.GetRootHash(nil)
		must(t, err)
		if roots[n+1], err = l.RootAt(t.Context(), int64(n+1)); err != nil || string(root) != string(roots[n+1][:]) {
			t.Fatalf("size %d: the root differs from the library's: %v", n+1, err)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		size := rapid.Int64Range(1, size).Draw(rt, "size")
		n := rapid.Int64Range(0, size-1).Draw(rt, "number")
		older := rapid.Int64Range(1, size).Draw(rt, "older")
		path, err := l.InclusionProof(t.Context(), n, size)
		must(t, err)
		if err := merkle.VerifyInclusion(rfc6962.DefaultHasher, uint64(n), uint64(size), leaves[n], wide(path), roots[size][:]); err != nil {
			rt.Fatalf("inclusion of %d in %d: %v", n, size, err)
		}
		path, err = l.ConsistencyProof(t.Context(), older, size)
		must(t, err)
		if err := merkle.VerifyConsistency(rfc6962.DefaultHasher, uint64(older), uint64(size), wide(path), roots[older][:], roots[size][:]); err != nil {
			rt.Fatalf("consistency of %d and %d: %v", older, size, err)
		}
	})
}
