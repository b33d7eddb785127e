package mirror

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"truce"
	"truce/proof"
)

// Bounds of the folder of receipts.
const maxReceipts = 10_000

// oddTime is an entry whose time cannot be.
type oddTime struct {
	number int64
	at     time.Time
	future bool
}

// plausible is between which times new entries can have been received: not
// before the last look at the log, and not after now.
func (r *run) plausible(ctx context.Context) (oldest, newest time.Time) {
	newest = r.cfg.Now().Add(skew)
	if seen, err := r.cfg.Log.Seen(ctx, 1); err == nil && len(seen) > 0 {
		oldest = seen[0].At.Add(-r.cfg.Lag)
	}
	return oldest, newest
}

// misdated keeps evidence of entries with times that cannot be. The copy has
// adopted them by now, so that they can be proved.
func (r *run) misdated(ctx context.Context, seen *seenBefore) []error {
	var faults []error
	for _, o := range r.odd {
		leaf, path, err := r.cfg.Log.LeafProof(ctx, o.number)
		if err != nil {
			return append(faults, err)
		}
		e := &proof.Evidence{Kind: proof.BackDated, Newer: string(r.cp.Note), Leaf: string(leaf), LeafProof: proof.RawPath(path)}
		switch {
		case o.future:
			e.Kind, e.Given = proof.Mismatch, leaf
			e.Told = fmt.Sprintf("entry %d claims a time in the future, %s", o.number, o.at.Format(time.RFC3339))
		case seen == nil:
			continue
		default:
			e.Older, e.SeenAt, e.Witness = string(seen.note), seen.at.UTC().Format(time.RFC3339), seen.witness
			e.Told = fmt.Sprintf("entry %d claims to have been received at %s; at %s the log ended before it", o.number, o.at.Format(time.RFC3339), e.SeenAt)
		}
		faults = append(faults, r.keep(e))
	}
	return faults
}

// seenBefore is the copy's last look at the log before this run.
type seenBefore struct {
	note    []byte
	at      time.Time
	witness string // key of the cosigner, "" for none
}

func (m *Mirror) seenBefore(ctx context.Context) (*seenBefore, error) {
	seen, err := m.cfg.Log.Seen(ctx, 1)
	if err != nil || len(seen) == 0 {
		return nil, err
	}
	s := &seenBefore{note: seen[0].Note, at: seen[0].At}
	if m.cfg.Cosigner == nil {
		return s, nil
	}
	key, err := proof.ParseCosignerKey(m.cfg.Cosigner.Key())
	if err != nil {
		return nil, err
	}
	if _, ok := key.Of(seen[0].Checkpoint); ok {
		s.witness = key.Key
	}
	return s, nil
}

// hearsay compares what signers say to have seen of the log with the copy: the
// cheapest way to find out that others are shown another one.
func (r *run) hearsay(ctx context.Context) []error {
	var faults []error
	for _, g := range r.gossip {
		if g.seen.Size <= 0 || g.seen.Size > g.number || g.seen.Size > r.cp.Size {
			continue // nothing, or a claim about what was not there
		}
		root, err := r.cfg.Log.RootAt(ctx, g.seen.Size)
		if err != nil {
			return append(faults, err)
		}
		if base64.StdEncoding.EncodeToString(root[:]) == g.seen.Root {
			continue
		}
		faults = append(faults, r.keep(&proof.Evidence{Kind: proof.Mismatch, Newer: string(r.cp.Note), Given: g.given,
			Told: fmt.Sprintf("the signer of entry %d, %q, says to have seen another root for %d entries than this copy has", g.number, g.author, g.seen.Size)}))
	}
	return faults
}

// compareReceipts sees that what was acknowledged is in the log.
func (m *Mirror) compareReceipts(ctx context.Context) []error {
	if m.cfg.Receipts == "" {
		return nil
	}
	files, err := os.ReadDir(m.cfg.Receipts)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return []error{truce.Wrap(truce.CodeUnavailable, err, "the folder of receipts cannot be read")}
	}
	var faults []error
	for _, f := range files[:min(len(files), maxReceipts)] {
		if !strings.HasSuffix(f.Name(), ".proof") {
			continue
		}
		if err := m.compareReceipt(ctx, filepath.Join(m.cfg.Receipts, f.Name())); err != nil {
			faults = append(faults, err)
		}
	}
	return faults
}

func (m *Mirror) compareReceipt(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	if err != nil || info.Size() > proof.MaxReceipt {
		return truce.E(truce.CodeInvalid, "a receipt cannot be read, or is too large").At(filepath.Base(path))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "a receipt cannot be read").At(filepath.Base(path))
	}
	if _, err := proof.VerifyReceipt(data, m.cfg.Log.LogKey()); err != nil {
		m.cfg.Logger.Warn("a receipt does not verify, and proves nothing", "file", filepath.Base(path), "error", err)
		return nil // it is no receipt of this log: not the register's fault
	}
	return m.CompareReceipt(ctx, data)
}

// CompareReceipt sees that the entry of a receipt, which the caller has verified,
// stands in the copy as it was acknowledged. Where it does not it is evidence.
func (m *Mirror) CompareReceipt(ctx context.Context, data []byte) error {
	r, err := proof.ParseReceipt(data)
	if err != nil {
		return err
	}
	under, err := proof.OpenCheckpoint(r.Checkpoint, m.cfg.Log.LogKey())
	if err != nil {
		return err
	}
	head := m.cfg.Log.Head()
	e := &proof.Evidence{Kind: proof.Omission, Newer: string(head.Note), Receipt: data}
	if r.Entry.Number >= head.Size {
		if m.cfg.Now().Sub(r.Entry.Time) < m.cfg.Lag {
			return nil // it is on its way
		}
		e.Told = fmt.Sprintf("entry %d was acknowledged at %s, and the log is shown with %d entries", r.Entry.Number, r.Entry.Time.Format(time.RFC3339), head.Size)
		return m.keep(e)
	}
	leaf, path, err := m.cfg.Log.LeafProof(ctx, r.Entry.Number)
	if err != nil {
		return err
	}
	if string(leaf) != string(r.Leaf()) {
		e.Leaf, e.LeafProof = string(leaf), proof.RawPath(path)
		e.Told = fmt.Sprintf("entry %d was acknowledged, and another entry stands in its place", r.Entry.Number)
		return m.keep(e)
	}
	m.report.Receipts++
	if under.Size > head.Size {
		return nil
	}
	return m.Compare(ctx, under)
}

// Compare sees that a head that somebody else was shown is of the copy's history.
// One that is ahead of the copy cannot be compared: CodeNotFound.
func (m *Mirror) Compare(ctx context.Context, shown *proof.Checkpoint) error {
	head := m.cfg.Log.Head()
	if shown.Size > head.Size {
		return truce.E(truce.CodeNotFound, "the checkpoint has %d entries, the copy %d", shown.Size, head.Size).WithHint("bring the copy up to date first")
	}
	root, err := m.cfg.Log.RootAt(ctx, shown.Size)
	if err != nil {
		return err
	}
	if root == shown.Root {
		return nil
	}
	return m.older(ctx, shown)
}
