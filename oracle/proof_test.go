package oracle

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	formats "github.com/transparency-dev/formats/proof"
	merkle "github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"truce/proof"
)

// theirKey shows one of our keys to the DSSE library.
type theirKey struct{ id string }

func (k theirKey) KeyID() (string, error)   { return k.id, nil }
func (k theirKey) Public() crypto.PublicKey { return nil }
func (k theirKey) Verify(_ context.Context, data, sig []byte) error {
	key, err := proof.ParseKey(k.id)
	if err == nil && !ed25519.Verify(key, data, sig) {
		err = errors.New("does not verify")
	}
	return err
}

// Whatever we sign the DSSE library verifies, and PAE is the same for all input.
func TestDSSE(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		payloadType := rapid.StringMatching(`[a-zA-Z0-9/+.]{1,40}`).Draw(t, "type")
		payload := rapid.SliceOf(rapid.Byte()).Draw(t, "payload")
		if !bytes.Equal(proof.PAE(payloadType, payload), dsse.PAE(payloadType, payload)) {
			t.Fatal("PAE differs from the library")
		}
		n := rapid.IntRange(1, 4).Draw(t, "signers")
		var signers []proof.Signer
		var theirs []dsse.Verifier
		for i := range n {
			signers = append(signers, testKey(byte(i)))
			theirs = append(theirs, theirKey{testKey(byte(i)).KeyID()})
		}
		e, err := proof.Sign(payloadType, payload, signers...)
		if err != nil {
			t.Fatal(err)
		}
		var other dsse.Envelope
		if err := json.Unmarshal(e.JSON(), &other); err != nil {
			t.Fatal(err)
		}
		verifier, err := dsse.NewMultiEnvelopeVerifier(n, theirs...)
		if err != nil {
			t.Fatal(err)
		}
		if accepted, err := verifier.Verify(context.Background(), &other); err != nil || len(accepted) != n {
			t.Fatalf("the library accepts %d of %d signatures: %v", len(accepted), n, err)
		}
	})
}

// register is a log in memory of entries that hold nothing in particular.
type register struct {
	signer  note.Signer
	vkey    string
	entries []proof.Entry
	hashes  tree
}

func logOf(t testing.TB, n int) *register {
	t.Helper()
	skey, vkey, err := proof.NewLogKey(origin)
	must(t, err)
	signer, err := note.NewSigner(skey)
	must(t, err)
	r := &register{signer: signer, vkey: vkey}
	for i := range int64(n) {
		e := proof.Entry{Number: i, Time: time.Date(2016, 8, 11, 7, 0, int(i), 250e6, time.UTC), Salt: [32]byte{byte(i), 1, 2, 3}, Record: []byte("record")}
		r.entries = append(r.entries, e)
		r.hashes.add(t, i, proof.LeafHash(e.Leaf()))
	}
	return r
}

func (r *register) checkpoint(t testing.TB, size int64) *proof.Checkpoint {
	t.Helper()
	c, err := proof.SignCheckpoint(r.signer, size, r.hashes.root(t, size))
	must(t, err)
	return c
}

// For every size and number: our check, and the one of transparency-dev/merkle,
// agree on good paths and on bent ones.
func TestInclusion(t *testing.T) {
	r := logOf(t, 20)
	for size := int64(1); size <= 20; size++ {
		c := r.checkpoint(t, size)
		for n := range size {
			path, err := tlog.ProveRecord(size, n, r.hashes)
			must(t, err)
			leaf := r.entries[n].Leaf()
			if hash := proof.LeafHash(leaf); !bytes.Equal(hash[:], rfc6962.DefaultHasher.HashLeaf(leaf)) {
				t.Fatal("the leaf hash differs from the library's")
			}
			agree(t, c, n, leaf, path, true)
			agree(t, c, n, append(leaf, 'x'), path, false)
			agree(t, c, n, leaf, append(path, tlog.Hash{}), false)
			if len(path) > 0 {
				agree(t, c, n, leaf, path[1:], false)
				path[0][0] ^= 1
				agree(t, c, n, leaf, path, false)
			}
		}
	}
}

// agree wants the same verdict on a path from us and from the library.
func agree(t *testing.T, c *proof.Checkpoint, n int64, leaf []byte, path []tlog.Hash, good bool) {
	t.Helper()
	ours := c.CheckInclusion(n, leaf, path)
	theirs := merkle.VerifyInclusion(rfc6962.DefaultHasher, uint64(n), uint64(c.Size), rfc6962.DefaultHasher.HashLeaf(leaf), wide(path), c.Root[:])
	if (ours == nil) != good || (theirs == nil) != good {
		t.Fatalf("entry %d of %d, want good %v: we say %v, the library %v", n, c.Size, good, ours, theirs)
	}
}

func TestConsistency(t *testing.T) {
	r := logOf(t, 20)
	for newer := int64(1); newer <= 20; newer++ {
		for older := int64(1); older <= newer; older++ {
			a, b := r.checkpoint(t, older), r.checkpoint(t, newer)
			var path []tlog.Hash
			if older < newer {
				var err error
				path, err = tlog.ProveTree(newer, older, r.hashes)
				must(t, err)
			}
			agreeOnGrowth(t, a, b, path, true)
			agreeOnGrowth(t, a, b, append(path, tlog.Hash{}), false)
			if older < newer {
				bent := *a
				bent.Root[5] ^= 1
				agreeOnGrowth(t, &bent, b, path, false)
			}
		}
	}
}

func agreeOnGrowth(t *testing.T, a, b *proof.Checkpoint, path []tlog.Hash, good bool) {
	t.Helper()
	ours := proof.CheckConsistency(a, b, path)
	theirs := merkle.VerifyConsistency(rfc6962.DefaultHasher, uint64(a.Size), uint64(b.Size), wide(path), a.Root[:], b.Root[:])
	if (ours == nil) != good || (theirs == nil) != good {
		t.Fatalf("%d to %d, want good %v: we say %v, the library %v", a.Size, b.Size, good, ours, theirs)
	}
}

// The library for C2SP tlog-proof reads our file, and what it reads verifies
// with the library for Merkle proofs.
func TestReceipt(t *testing.T) {
	r := logOf(t, 9)
	c := r.checkpoint(t, 9)
	for n := range int64(9) {
		path, err := tlog.ProveRecord(9, n, r.hashes)
		must(t, err)
		receipt := &proof.Receipt{Entry: r.entries[n], Proof: path, Checkpoint: c.Note}
		var p formats.TLogProof
		must(t, p.Unmarshal(receipt.Marshal()))
		opened, err := proof.OpenCheckpoint(p.Checkpoint, r.vkey)
		must(t, err)
		var theirs [][]byte
		for i := range p.Hashes {
			theirs = append(theirs, p.Hashes[i][:])
		}
		leaf := rfc6962.DefaultHasher.HashLeaf(r.entries[n].Leaf())
		if err := merkle.VerifyInclusion(rfc6962.DefaultHasher, p.Index, uint64(opened.Size), leaf, theirs, opened.Root[:]); err != nil || p.Index != uint64(n) {
			t.Errorf("entry %d, read as %d: %v", n, p.Index, err)
		}
	}
}
