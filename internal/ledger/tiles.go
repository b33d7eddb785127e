package ledger

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/internal/store"
)

// tampered is evidence that what is stored is not what was written.
func tampered(format string, args ...any) *truce.Error {
	return truce.E(truce.CodeTampered, format, args...)
}

// readTile reads the stored tile, which may be wider than the caller knows.
func readTile(ctx context.Context, r store.Reader, level int, n int64) ([]byte, error) {
	var data blob
	found, err := store.One(ctx, r, "SELECT data FROM tile WHERE level = ? AND n = ?", []any{level, n}, &data)
	if err != nil {
		return nil, err
	}
	if !found || len(data)%tlog.HashSize != 0 || len(data) > tileBytes {
		return nil, tampered("tile %d/%d is missing or malformed", level, n)
	}
	return data, nil
}

func writeTiles(ctx context.Context, tx store.Tx, tiles []tile) error {
	const put = `INSERT INTO tile (level, n, data) VALUES (?, ?, ?)
		ON CONFLICT (level, n) DO UPDATE SET data = excluded.data`
	for _, t := range tiles {
		if _, err := tx.Exec(ctx, put, t.level, t.n, t.data); err != nil {
			return err
		}
	}
	return nil
}

// hashes reads single hashes of the tree out of stored tiles; each tile is read
// once. It implements tlog.HashReader for one transaction.
type hashes struct {
	ctx  context.Context
	r    store.Reader
	seen map[tileName][]byte
}

type tileName struct {
	level int
	n     int64
}

func hashesFrom(ctx context.Context, r store.Reader) *hashes {
	return &hashes{ctx, r, map[tileName][]byte{}}
}

// ReadHashes gives the hashes with these storage indexes (tlog.StoredHashIndex).
func (h *hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		t := tlog.TileForIndex(tileHeight, index)
		data, err := h.tile(t.L, t.N)
		if err != nil {
			return nil, err
		}
		if out[i], err = tlog.HashFromTile(t, data, index); err != nil {
			return nil, tampered("tile %d/%d is too short", t.L, t.N)
		}
	}
	return out, nil
}

func (h *hashes) tile(level int, n int64) ([]byte, error) {
	name := tileName{level, n}
	if data, ok := h.seen[name]; ok {
		return data, nil
	}
	data, err := readTile(h.ctx, h.r, level, n)
	if err == nil {
		h.seen[name] = data
	}
	return data, err
}
