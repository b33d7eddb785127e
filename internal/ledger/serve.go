package ledger

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/internal/store"
	"truce/proof"
)

// bundleLevel is the level that stands for entry bundles, as x/mod has it.
const bundleLevel = -1

func noTile() error { return truce.E(truce.CodeNotFound, "there is no such tile") }

// Tile serves the tree as C2SP tlog-tiles v0.1.0 does, by path:
//
//	tile/<L>/<N>[.p/<W>]       hashes of 32 bytes, 256 or W of them
//	tile/entries/<N>[.p/<W>]   leaves (proof.LeafData), each behind its length in
//	                           2 bytes, big-endian
//
// with N written as x001/x234/067. Tiles are those under Head. Full ones never
// change: immutable says so, for caches. What is malformed or beyond the tree is
// CodeNotFound.
func (l *Ledger) Tile(ctx context.Context, path string) (data []byte, immutable bool, err error) {
	t, err := parseTile(path)
	if err != nil {
		return nil, false, err
	}
	now := l.head.Load()
	if t.W > widthAt(now.cp.Size, t) {
		return nil, false, noTile()
	}
	err = l.cfg.DB.View(ctx, func(r store.Reader) (err error) {
		data, err = tileData(ctx, r, t, now.edge)
		return err
	})
	return data, t.W == tileWidth, err
}

// parseTile reads a path of tlog-tiles with the parser of x/mod, whose paths
// have the height in them and say "data" for bundles.
func parseTile(path string) (tlog.Tile, error) {
	rest, ok := strings.CutPrefix(path, "tile/")
	if !ok || len(path) > 100 || strings.HasPrefix(rest, "data/") {
		return tlog.Tile{}, noTile()
	}
	if n, ok := strings.CutPrefix(rest, "entries/"); ok {
		rest = "data/" + n
	}
	t, err := tlog.ParseTilePath("tile/8/" + rest)
	if err != nil || t.L > 7 || t.N < 0 || t.N > 1<<54 {
		return tlog.Tile{}, noTile()
	}
	return t, nil
}

// tilePath is the path of t in tlog-tiles.
func tilePath(t tlog.Tile) string {
	rest := strings.TrimPrefix(t.Path(), "tile/8/")
	if n, ok := strings.CutPrefix(rest, "data/"); ok {
		rest = "entries/" + n
	}
	return "tile/" + rest
}

// widthAt is how many hashes (or leaves) t has in a tree of the given size.
func widthAt(size int64, t tlog.Tile) int {
	hashes := size >> (tileHeight * max(t.L, 0))
	return int(max(0, min(hashes-t.N*tileWidth, tileWidth)))
}

func tileData(ctx context.Context, r store.Reader, t tlog.Tile, e *edge) ([]byte, error) {
	if t.L == bundleLevel {
		return bundle(ctx, r, t.N*tileWidth, t.W)
	}
	data, err := hashesFrom(ctx, r, e).tile(t.L, t.N)
	if err != nil {
		return nil, err
	}
	return data[:t.W*tlog.HashSize], nil
}

// bundle writes n leaves from entry first on.
func bundle(ctx context.Context, r store.Reader, first int64, n int) ([]byte, error) {
	out := make([]byte, 0, 128*n)
	err := eachLeaf(ctx, r, first, first+int64(n), func(leaf []byte) {
		out = append(binary.BigEndian.AppendUint16(out, uint16(len(leaf))), leaf...)
	})
	return out, err
}

// Export writes the log under Head into folder dir as the static files that
// tlog-tiles serves: checkpoint and tile/…. What is there already and right is
// left alone, so that exporting again only adds; other content in the place of
// a tile is CodeConflict. It writes no content of entries.
func (l *Ledger) Export(ctx context.Context, dir string) (*proof.Checkpoint, error) {
	head := l.Head()
	tiles := tlog.NewTiles(tileHeight, 0, head.Size)
	for n := int64(0); n*tileWidth < head.Size; n++ {
		t := tlog.Tile{H: tileHeight, L: bundleLevel, N: n}
		t.W = widthAt(head.Size, t)
		tiles = append(tiles, t)
	}
	for _, t := range tiles {
		path := tilePath(t)
		data, _, err := l.Tile(ctx, path)
		if err != nil {
			return nil, err
		}
		if err := exportFile(filepath.Join(dir, filepath.FromSlash(path)), data); err != nil {
			return nil, err
		}
	}
	if err := replaceFile(filepath.Join(dir, "checkpoint"), head.Note); err != nil {
		return nil, exportError(err)
	}
	return head, nil
}

func exportError(err error) error {
	return truce.Wrap(truce.CodeUnavailable, err, "the export cannot be written").
		WithHint("look at free space and permissions of the folder")
}

func exportFile(path string, data []byte) error {
	have, err := os.ReadFile(path)
	switch {
	case err == nil && bytes.Equal(have, data):
		return nil
	case err == nil:
		return truce.E(truce.CodeConflict, "%s holds something else", filepath.Base(path)).
			WithHint("the folder holds the export of another log, or a changed one; take an empty folder")
	case !errors.Is(err, fs.ErrNotExist):
		return exportError(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return exportError(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return exportError(err)
	}
	return nil
}
