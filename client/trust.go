package client

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/proof"
)

// tileHeight is that of C2SP tlog-tiles.
const tileHeight = 8

// trust is what was verified of the log so far.
type trust struct {
	mu    sync.Mutex
	last  *proof.Checkpoint // newest one seen; nil before the first
	roots map[int64]tlog.Hash
	tiles map[string][]byte // full tiles, which never change
}

// Bounds of what is remembered.
const (
	maxRoots = 256
	maxTiles = 4096 // of 8 KiB each
)

func (t *trust) load(o Options) error {
	t.roots, t.tiles = map[int64]tlog.Hash{}, map[string][]byte{}
	if o.Store == nil {
		return nil
	}
	note, err := o.Store.Load()
	if err != nil || note == nil {
		return err
	}
	t.last, err = proof.OpenCheckpoint(note, o.LogKey)
	return err
}

// Checkpoint is the newest checkpoint that was verified; nil before the first.
func (c *Client) Checkpoint() *proof.Checkpoint {
	c.trust.mu.Lock()
	defer c.trust.mu.Unlock()
	return c.trust.last
}

// Update asks for the newest checkpoint and verifies that the log only grew since
// the last one seen. A log that shrank or was rewritten is CodeTampered.
func (c *Client) Update(ctx context.Context) (*proof.Checkpoint, error) {
	seen := c.Checkpoint()
	note, err := c.ask(ctx, request{method: http.MethodGet, path: "/log/checkpoint", open: true, limit: maxSmall})
	if err != nil {
		return nil, err
	}
	cp, err := c.believe(ctx, note)
	if err != nil {
		return nil, err
	}
	if seen != nil && cp.Size < seen.Size {
		// The register may hold back what its witnesses have not cosigned yet, and
		// show it in its answers all the same.
		if in, err := c.Info(ctx); err == nil && in.Published == cp.Size && in.Checkpoint.Size >= seen.Size {
			return in.Checkpoint, nil
		}
		return nil, truce.E(truce.CodeTampered, "the log has %d entries now, and had %d", cp.Size, seen.Size).
			WithHint("keep both checkpoints: they are evidence")
	}
	return cp, nil
}

// newest is the newest head there is, published or not.
func (c *Client) newest(ctx context.Context) (*proof.Checkpoint, error) {
	in, err := c.Info(ctx)
	if err != nil {
		return nil, err
	}
	return in.Checkpoint, nil
}

// believe verifies a checkpoint: its signature, and that it and the last one seen
// are of one history. The newer of the two is the last one seen from now on.
func (c *Client) believe(ctx context.Context, note []byte) (*proof.Checkpoint, error) {
	cp, err := proof.OpenCheckpoint(note, c.opts.LogKey)
	if err != nil {
		return nil, err
	}
	c.trust.mu.Lock()
	defer c.trust.mu.Unlock()
	last := c.trust.last
	if last == nil {
		return cp, c.remember(cp)
	}
	older, newer := last, cp
	if cp.Size < last.Size {
		older, newer = cp, last
	}
	if err := c.consistent(ctx, older, newer); err != nil {
		return nil, err
	}
	if cp.Size > last.Size {
		return cp, c.remember(cp)
	}
	return cp, nil
}

// remember makes cp the last one seen. The caller holds the lock.
func (c *Client) remember(cp *proof.Checkpoint) error {
	if c.opts.Store != nil {
		if err := c.opts.Store.Save(cp.Note); err != nil {
			return err
		}
	}
	c.trust.last = cp
	return nil
}

// consistent verifies with tiles of the log that newer continues older. The
// caller holds the lock.
func (c *Client) consistent(ctx context.Context, older, newer *proof.Checkpoint) error {
	if older.Size == 0 || older.Size == newer.Size {
		return proof.CheckConsistency(older, newer, nil)
	}
	path, err := tlog.ProveTree(newer.Size, older.Size, c.hashes(ctx, newer))
	if err != nil {
		return tileError(err)
	}
	return proof.CheckConsistency(older, newer, path)
}

// hashes reads hashes out of tiles that are verified against cp.
func (c *Client) hashes(ctx context.Context, cp *proof.Checkpoint) tlog.HashReader {
	return tlog.TileHashReader(tlog.Tree{N: cp.Size, Hash: cp.Root}, &tileReader{c, ctx})
}

// tileError tells a log that lies from one that cannot be reached.
func tileError(err error) error {
	if truce.CodeOf(err) != truce.CodeInternal {
		return err
	}
	return truce.Wrap(truce.CodeTampered, err, "the tiles of the log do not lead to its signed root").
		WithHint("keep the checkpoint: it is evidence")
}

// confirm verifies that the log had that root at that size. root is base64; ""
// where an answer does not say.
func (c *Client) confirm(ctx context.Context, size int64, root string) error {
	if root == "" {
		return nil
	}
	last := c.Checkpoint()
	if last == nil || last.Size < size {
		var err error
		if last, err = c.Update(ctx); err == nil && last.Size < size {
			last, err = c.newest(ctx)
		}
		if err != nil {
			return err
		}
	}
	actual, err := c.rootAt(ctx, last, size)
	if err != nil {
		return err
	}
	if root != base64.StdEncoding.EncodeToString(actual[:]) {
		return truce.E(truce.CodeTampered, "the answer is of a log of %d entries that is not this one", size).
			WithHint("keep the answer and the checkpoint: together they are evidence")
	}
	return nil
}

func (c *Client) rootAt(ctx context.Context, last *proof.Checkpoint, size int64) (tlog.Hash, error) {
	switch {
	case size == last.Size:
		return last.Root, nil
	case size > last.Size || size < 0:
		return tlog.Hash{}, truce.E(truce.CodeTampered, "the answer claims to know %d entries of a log that has %d", size, last.Size)
	}
	c.trust.mu.Lock()
	defer c.trust.mu.Unlock()
	if root, ok := c.trust.roots[size]; ok {
		return root, nil
	}
	root, err := tlog.TreeHash(size, c.hashes(ctx, last))
	if err != nil {
		return root, tileError(err)
	}
	if len(c.trust.roots) >= maxRoots {
		clear(c.trust.roots)
	}
	c.trust.roots[size] = root
	return root, nil
}

// tileReader reads tiles from the server. Full ones are kept, once the library
// has verified them.
type tileReader struct {
	*Client
	ctx context.Context
}

// Height is that of C2SP tlog-tiles.
func (*tileReader) Height() int { return tileHeight }

// ReadTiles reads tiles that are not verified yet.
func (r *tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for i, t := range tiles {
		path := tilePath(t)
		if data, ok := r.trust.tiles[path]; ok {
			out[i] = data
			continue
		}
		data, err := r.ask(r.ctx, request{method: http.MethodGet, path: "/log/" + path, open: true, limit: maxSmall})
		if err != nil {
			return nil, err
		}
		out[i] = data
	}
	return out, nil
}

// SaveTiles keeps full tiles that were verified.
func (r *tileReader) SaveTiles(tiles []tlog.Tile, data [][]byte) {
	for i, t := range tiles {
		if t.W != 1<<tileHeight {
			continue
		}
		if len(r.trust.tiles) >= maxTiles {
			clear(r.trust.tiles)
		}
		r.trust.tiles[tilePath(t)] = data[i]
	}
}

// tilePath is the path of C2SP tlog-tiles, which leaves out the height.
func tilePath(t tlog.Tile) string {
	return "tile/" + strings.TrimPrefix(t.Path(), "tile/8/")
}
