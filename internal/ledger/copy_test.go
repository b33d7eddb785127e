package ledger

import (
	"encoding/binary"
	"path/filepath"
	"testing"
	"time"

	"truce"
	"truce/internal/store"
	"truce/proof"
)

// bundles are the entry bundles of a log, by number.
func bundles(t *testing.T, l *Ledger) map[int64][]byte {
	t.Helper()
	out := map[int64][]byte{}
	for n := int64(0); n*tileWidth < l.Head().Size; n++ {
		must(t, l.cfg.DB.View(t.Context(), func(r store.Reader) error {
			data, err := bundle(t.Context(), r, n*tileWidth, int(min(tileWidth, l.Head().Size-n*tileWidth)))
			out[n] = data
			return err
		}))
	}
	return out
}

// contents are all entries of a log, whole.
func contents(t *testing.T, l *Ledger) (out []Content) {
	t.Helper()
	must(t, l.cfg.DB.View(t.Context(), func(r store.Reader) error {
		return l.Replay(t.Context(), r, 0, l.Head().Size, func(e *Entry) error {
			out = append(out, Content{Number: e.Number, Salt: e.Salt, Record: e.Envelope.Record()})
			return nil
		})
	}))
	return out
}

// copyKit is an empty copy of k's log in a folder of its own, with the same view.
func copyKit(t *testing.T, k *kit) (Config, *Ledger) {
	t.Helper()
	dir := t.TempDir()
	db, err := openSQLite(filepath.Join(dir, "copy.db"))
	must(t, err)
	t.Cleanup(func() { db.Close() })
	must(t, db.Update(t.Context(), (&words{}).schema))
	cfg := Config{DB: db, Origin: origin, Verifier: k.cfg.Verifier, HeadPath: filepath.Join(dir, "head"), Follower: &words{}}
	c, err := CreateCopy(t.Context(), cfg)
	must(t, err)
	cfg.Copy = true
	return cfg, c
}

// TestCopy: a copy comes to the same tiles, proofs, receipts and views.
func TestCopy(t *testing.T) {
	k := newKit(t)
	k.fill(0, 300)
	cfg, c := copyKit(t, k)
	head := k.l.Head()
	must(t, c.Stage(t.Context(), &Fetched{Target: head.Note, Bundles: bundles(t, k.l), Contents: contents(t, k.l), Read: 300}))
	staged, err := c.Staged(t.Context())
	if err != nil || len(staged.Bundles) != 2 || staged.Bundles[1] != 44 || staged.Read != 300 || string(staged.Target) != string(head.Note) {
		t.Fatalf("%+v, %v", staged, err)
	}
	must(t, c.CheckStaged(t.Context(), head, nil, func([]byte) {}))
	if _, err := c.Adopt(t.Context(), head, time.Now()); err != nil {
		t.Fatal(err)
	}
	report, err := c.Verify(t.Context(), nil)
	if err != nil || report.Size != 300 || report.Withheld != 0 || report.Tiles != 1 {
		t.Fatalf("%+v, %v", report, err)
	}
	for _, path := range []string{"tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"} {
		a, _, err := k.l.Tile(t.Context(), path)
		must(t, err)
		b, _, err := c.Tile(t.Context(), path)
		if err != nil || string(a) != string(b) {
			t.Errorf("%s differs: %v", path, err)
		}
	}
	for _, n := range []int64{0, 255, 299} {
		a, err := k.l.Receipt(t.Context(), n, true)
		must(t, err)
		b, err := c.Receipt(t.Context(), n, true)
		if err != nil || string(a.Marshal()) != string(b.Marshal()) {
			t.Errorf("receipt %d differs: %v", n, err)
		}
	}
	if r := c.Append(t.Context(), []Candidate{k.statement(truce.SiteRegister, "site-x", "x", 1)}); truce.CodeOf(r[0].Err) != truce.CodeUnavailable {
		t.Errorf("a copy takes a statement: %v", r[0].Err)
	}
	must(t, c.Close())
	again, err := Open(t.Context(), cfg)
	if err != nil || again.Head().Root != head.Root || !again.IsCopy() {
		t.Fatalf("opened again: %v", err)
	}
	must(t, again.Close())
}

// TestCopyOfSomethingElse: a copy is no register, a register no copy, and neither
// is opened as the other.
func TestCopyOfSomethingElse(t *testing.T) {
	k := newKit(t)
	k.fill(0, 3)
	cfg, c := copyKit(t, k)
	must(t, c.Close())
	asRegister := cfg
	asRegister.Copy = false
	_, err := Open(t.Context(), asRegister)
	wantCode(t, "a copy as a register", err, truce.CodeConflict)
	asCopy := k.cfg
	asCopy.Copy, asCopy.Signer = true, nil
	_, err = Open(t.Context(), asCopy)
	wantCode(t, "a register as a copy", err, truce.CodeConflict)
	signed := cfg
	signed.Signer = k.cfg.Signer
	_, err = Open(t.Context(), signed)
	wantCode(t, "a copy with a signer", err, truce.CodeInvalid)
	_, err = CreateCopy(t.Context(), cfg)
	wantCode(t, "a copy over a copy", err, truce.CodeConflict)
}

// TestWithheldInARegister: content that somebody took out of a register, and
// marked as never handed over, is missed.
func TestWithheldInARegister(t *testing.T) {
	k := newKit(t)
	k.fill(0, 3)
	must(t, k.db.Update(t.Context(), func(tx store.Tx) error {
		_, err := tx.Exec(t.Context(), "UPDATE entry SET record = NULL, salt = NULL, erased_by = ? WHERE number = 1", notHanded)
		return err
	}))
	_, err := k.l.Entry(t.Context(), 1)
	wantCode(t, "reading it", err, truce.CodeTampered)
	_, err = k.l.Verify(t.Context(), nil)
	wantCode(t, "verifying", err, truce.CodeTampered)
	_, err = k.l.Receipt(t.Context(), 1, true)
	wantCode(t, "its receipt", err, truce.CodeTampered)
}

// TestAdoptRefuses: what was put aside and does not fit is not adopted.
func TestAdoptRefuses(t *testing.T) {
	k := newKit(t)
	k.fill(0, 5)
	all, first := contents(t, k.l), bundles(t, k.l)
	_, newer := k.fillTo(8)
	for name, change := range map[string]func(*Fetched) *proof.Checkpoint{
		"another head":            func(*Fetched) *proof.Checkpoint { return newer },
		"no leaves":               func(f *Fetched) *proof.Checkpoint { f.Bundles = nil; return nil },
		"content of another leaf": func(f *Fetched) *proof.Checkpoint { f.Contents[1].Record = f.Contents[2].Record; return nil },
		"another salt":            func(f *Fetched) *proof.Checkpoint { f.Contents[1].Salt[0] ^= 1; return nil },
		"an older entry after":    func(f *Fetched) *proof.Checkpoint { f.Bundles[0] = backwards(t); return nil },
	} {
		_, c := copyKit(t, k)
		f := &Fetched{Target: newer.Note, Bundles: map[int64][]byte{}, Contents: append([]Content{}, all...), Read: 5}
		for n, b := range first {
			f.Bundles[n] = b
		}
		cp := change(f)
		if cp == nil {
			cp = k.headAt(5)
		}
		must(t, c.Stage(t.Context(), f))
		_, err := c.Adopt(t.Context(), cp, time.Now())
		wantCode(t, name, err, truce.CodeTampered)
		if c.Head().Size != 0 {
			t.Errorf("%s: %d entries were adopted", name, c.Head().Size)
		}
		must(t, c.Unstage(t.Context()))
		if s, err := c.Staged(t.Context()); err != nil || len(s.Bundles) != 0 || s.Read != 0 || s.Target != nil {
			t.Errorf("%s: thrown away, and %+v is left, %v", name, s, err)
		}
		must(t, c.Close())
	}
}

// fillTo appends up to size entries and gives the head.
func (k *kit) fillTo(size int) (int, *proof.Checkpoint) {
	k.fill(int(k.l.Head().Size), size-int(k.l.Head().Size))
	return size, k.l.Head()
}

// headAt is a signed head of an earlier size.
func (k *kit) headAt(size int64) *proof.Checkpoint {
	k.t.Helper()
	root, err := k.l.RootAt(k.t.Context(), size)
	must(k.t, err)
	cp, err := proof.SignCheckpoint(k.cfg.Signer, size, root)
	must(k.t, err)
	return cp
}

// backwards is a bundle of leaves whose times go back.
func backwards(t *testing.T) []byte {
	t.Helper()
	var out []byte
	for i := range int64(5) {
		leaf := proof.LeafData(i, time.UnixMilli(1_500_000_000_000-i), [32]byte{byte(i)})
		out = append(binary.BigEndian.AppendUint16(out, uint16(len(leaf))), leaf...)
	}
	return out
}
