package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/client"
	"truce/internal/mirror"
	"truce/proof"
)

// later says which newer state of the log a receipt is held against.
type later struct{ checkpoint, server string }

// laterAnswer is what `truce verify` adds where it was held against a newer state.
type laterAnswer struct {
	Size       int64  `json:"size"`
	Root       string `json:"root"`
	Checkpoint string `json:"checkpoint"`
}

// published is a log as others serve it: a server, or a folder of static files.
type published interface {
	// Note is the newest signed head.
	Note(ctx context.Context) ([]byte, error)
	// Tile is a tile by its path (C2SP tlog-tiles); it is not verified yet.
	Tile(ctx context.Context, path string) ([]byte, error)
}

// noteFile is a folder of static files whose head is a file that was named.
type noteFile struct {
	mirror.Folder
	note []byte
}

// Note is the checkpoint that was named.
func (n noteFile) Note(context.Context) ([]byte, error) { return n.note, nil }

// source opens what was named; nil where nothing was.
func (l later) source(sh *shell, vkey string) (published, error) {
	switch {
	case l.checkpoint != "" && l.server != "":
		return nil, truce.E(truce.CodeUsage, "--checkpoint and --server contradict each other").WithHint("give one of them")
	case l.server != "":
		return client.New(l.server, client.Options{LogKey: vkey})
	case l.checkpoint == "":
		return nil, nil
	}
	if info, err := os.Stat(l.checkpoint); err == nil && info.IsDir() {
		return mirror.Folder(l.checkpoint), nil
	}
	note, err := sh.readInput(l.checkpoint, proof.MaxReceipt)
	return noteFile{mirror.Folder(filepath.Dir(l.checkpoint)), note}, err
}

// holds verifies that a newer state of the log contains the tree that a receipt
// proves its entry in: nothing under the receipt was rewritten or taken out since.
func (l later) holds(ctx context.Context, src published, vkey string, v *proof.Verified) (*laterAnswer, error) {
	note, err := src.Note(ctx)
	if err != nil {
		return nil, err
	}
	newer, err := proof.OpenCheckpoint(note, vkey)
	if err != nil {
		return nil, inFile(l.checkpoint, err)
	}
	older := &proof.Checkpoint{Origin: v.Origin, Size: v.Size, Root: v.Root}
	if newer.Size < older.Size {
		return nil, truce.E(truce.CodeStale, "the checkpoint is of %d entries, the receipt of %d", newer.Size, older.Size).
			WithHint("hold the receipt against a newer checkpoint")
	}
	if err := continues(ctx, src, older, newer); err != nil {
		return nil, l.evidence(err)
	}
	return &laterAnswer{newer.Size, newer.RootText(), string(newer.Note)}, nil
}

// continues verifies with tiles of the log that newer only appended to older.
func continues(ctx context.Context, src published, older, newer *proof.Checkpoint) error {
	var path []tlog.Hash
	if newer.Size > older.Size {
		tiles := &tilesOf{ctx: ctx, src: src}
		tree := tlog.Tree{N: newer.Size, Hash: newer.Root}
		var err error
		if path, err = tlog.ProveTree(newer.Size, older.Size, tlog.TileHashReader(tree, tiles)); tiles.err != nil {
			return tiles.err
		} else if err != nil {
			return truce.Wrap(truce.CodeTampered, err, "the tiles of the log do not lead to its signed root")
		}
	}
	return proof.CheckConsistency(older, newer, path)
}

// evidence says what to do about a log that does not contain what it has proven,
// or about tiles that are not there.
func (l later) evidence(err error) error {
	e, ok := errors.AsType[*truce.Error](err)
	switch {
	case ok && e.Code == truce.CodeTampered:
		return truce.Wrap(truce.CodeTampered, err, "the log does not contain any more what the receipt proves").
			WithHint("keep the receipt and the checkpoint: both are signed by the log, and together they are evidence")
	case ok && e.Code == truce.CodeNotFound && l.checkpoint != "":
		return truce.E(truce.CodeNotFound, "the checkpoint alone does not show what it contains: its tiles are not beside it").At(l.checkpoint).
			WithHint("name the folder of an exported log (truce log export), or ask the server with --server URL")
	}
	return err
}

// tilesOf reads the tiles of a log for the library, which verifies them.
type tilesOf struct {
	ctx context.Context
	src published
	err error // why a tile could not be had
}

// tilesHigh is the height of tiles in C2SP tlog-tiles.
const tilesHigh = 8

// Height is that of C2SP tlog-tiles.
func (*tilesOf) Height() int { return tilesHigh }

// ReadTiles reads tiles that are not verified yet.
func (t *tilesOf) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for i, tile := range tiles {
		if out[i], t.err = t.src.Tile(t.ctx, "tile/"+strings.TrimPrefix(tile.Path(), "tile/8/")); t.err != nil {
			return nil, t.err
		}
	}
	return out, nil
}

// SaveTiles keeps nothing: one receipt needs few.
func (*tilesOf) SaveTiles([]tlog.Tile, [][]byte) {}
