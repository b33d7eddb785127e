package mirror

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/internal/durable"
	"truce/proof"
)

// keep writes a finding into the folder of evidence, as a file to be checked and
// one to be read, and gives the error that says so (CodeTampered). What was found
// before is not written again.
func (m *Mirror) keep(e *proof.Evidence) error {
	e.Origin, e.LogKey, e.FoundAt = m.cfg.Log.Origin(), m.cfg.Log.LogKey(), m.cfg.Now().UTC()
	found := truce.E(truce.CodeTampered, "%s: %s", e.Kind, e.Told)
	f, err := e.Check(e.LogKey)
	if err != nil { // it is kept all the same: somebody may see more in it
		f = &proof.Finding{Kind: e.Kind, Origin: e.Origin}
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%s\n%x", e.Kind, e.Older, e.Newer, e.Leaf, sha256.Sum256(append(e.Given, e.Receipt...))))
	name := filepath.Join(m.cfg.Evidence, string(e.Kind)+"-"+hex.EncodeToString(sum[:8]))
	m.report.Evidence = append(m.report.Evidence, name+".json")
	hint := found.WithHint("evidence is kept in %s; give it to the other parties", name+".txt")
	if _, err := os.Stat(name + ".json"); err == nil {
		return hint
	}
	if err := os.MkdirAll(m.cfg.Evidence, 0o700); err != nil {
		return found.WithHint("the evidence could not be written: %v", err)
	}
	err = durable.Replace(name+".txt", []byte(e.Text(f)), 0o600)
	if err == nil {
		err = durable.Replace(name+".json", e.Marshal(), 0o600)
	}
	if err != nil {
		return found.WithHint("the evidence could not be written: %v", err)
	}
	return hint
}

// older deals with a head that is smaller than the copy's, or as large with
// another root.
func (m *Mirror) older(ctx context.Context, cp *proof.Checkpoint) error {
	own := m.cfg.Log.Head()
	if cp.Size == own.Size {
		return m.keep(&proof.Evidence{Kind: proof.SplitView, Older: string(own.Note), Newer: string(cp.Note),
			Told: fmt.Sprintf("the log shows two different roots for %d entries", cp.Size)})
	}
	root, err := m.cfg.Log.RootAt(ctx, cp.Size)
	if err != nil {
		return err
	}
	if root != cp.Root && cp.Size > 0 {
		path, err := m.cfg.Log.ConsistencyProof(ctx, cp.Size, own.Size)
		if err != nil {
			return err
		}
		return m.keep(&proof.Evidence{Kind: proof.Fork, Older: string(cp.Note), Newer: string(own.Note), OtherRoot: root[:], Proof: proof.RawPath(path),
			Told: fmt.Sprintf("the head of %d entries that is shown now is not of the history that was shown before", cp.Size)})
	}
	return m.keep(&proof.Evidence{Kind: proof.Rollback, Older: string(own.Note), Newer: string(cp.Note),
		Told: fmt.Sprintf("the log is shown with %d entries, after it was shown with %d", cp.Size, own.Size)})
}

// investigate finds out why the leaves do not lead to the root of cp: the log
// signed a tree that does not hold the copy's, or its leaves are not those of the
// tree that it signed. The tiles of hashes are verified against cp, so that they
// can be believed. before is a head that was shown and not adopted; nil for none.
func (m *Mirror) investigate(ctx context.Context, cp, before *proof.Checkpoint, why error) error {
	for _, older := range []*proof.Checkpoint{m.cfg.Log.Head(), before} {
		if older == nil || older.Size == 0 {
			continue
		}
		if err := m.forked(ctx, older, cp); err != nil {
			return err
		}
	}
	return m.keep(&proof.Evidence{Kind: proof.Mismatch, Newer: string(cp.Note), Given: []byte(why.Error()),
		Told: "the leaves that the register hands over are not those of the head that it signed"})
}

// forked keeps evidence where cp does not hold an older head; nil where it does.
func (m *Mirror) forked(ctx context.Context, older, cp *proof.Checkpoint) error {
	tiles := &tileReader{ctx: ctx, source: m.cfg.Source}
	reader := tlog.TileHashReader(tlog.Tree{N: cp.Size, Hash: cp.Root}, tiles)
	root, err := tlog.TreeHash(older.Size, reader)
	if tiles.failed != nil {
		return tiles.failed
	}
	if err != nil {
		return truce.Wrap(truce.CodeTampered, err, "the tiles of the log do not lead to its signed root")
	}
	if root == older.Root {
		return nil
	}
	path, err := tlog.ProveTree(cp.Size, older.Size, reader)
	if err != nil {
		return truce.Wrap(truce.CodeTampered, err, "the tiles of the log do not lead to its signed root")
	}
	return m.keep(&proof.Evidence{Kind: proof.Fork, Older: string(older.Note), Newer: string(cp.Note), OtherRoot: root[:], Proof: proof.RawPath(path),
		Told: fmt.Sprintf("the log of %d entries does not continue the one of %d entries that was shown before", cp.Size, older.Size)})
}

// tileReader reads tiles of hashes that are not verified yet.
type tileReader struct {
	ctx    context.Context
	source Source
	failed error // the source could not be read
}

// Height is that of C2SP tlog-tiles.
func (*tileReader) Height() int { return tileHeight }

// ReadTiles reads tiles; tlog.TileHashReader verifies them.
func (r *tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for i, t := range tiles {
		data, err := r.source.Tile(r.ctx, "tile/"+t.Path()[len("tile/8/"):])
		if err != nil {
			r.failed = err
			return nil, err
		}
		out[i] = data
	}
	return out, nil
}

// SaveTiles keeps nothing: this is done once.
func (*tileReader) SaveTiles([]tlog.Tile, [][]byte) {}
