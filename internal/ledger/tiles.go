package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/internal/store"
	"truce/proof"
)

// tampered is evidence that what is stored is not what was written.
func tampered(format string, args ...any) *truce.Error {
	return truce.E(truce.CodeTampered, format, args...)
}

// noMeta reports whether err says that the table meta is not there: the database
// was never a register's.
func noMeta(err error) bool {
	e, ok := errors.AsType[*truce.Error](err)
	return ok && e.Code == truce.CodeTampered && e.Field == "meta"
}

// readTile reads a full tile. Open tiles are not stored: they follow from the
// newest entries and the full tiles, and are kept in memory.
func readTile(ctx context.Context, r store.Reader, level int, n int64) ([]byte, error) {
	var data blob
	found, err := store.One(ctx, r, "SELECT data FROM tile WHERE level = ? AND n = ?", []any{level, n}, &data)
	if err != nil {
		return nil, near(err, fmt.Sprintf("tile %d/%d", level, n))
	}
	if !found || len(data) != tileBytes {
		return nil, tampered("tile %d/%d is missing or has not 256 hashes", level, n)
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

// stored is the database as the source of an edge.
type stored struct {
	ctx context.Context
	r   store.Reader
}

func (s stored) full(level int, n int64) ([]byte, error) { return readTile(s.ctx, s.r, level, n) }

func (s stored) leaves(from, to int64) (out []byte, err error) {
	err = eachLeaf(s.ctx, s.r, from, to, func(leaf []byte) {
		h := tlog.RecordHash(leaf)
		out = append(out, h[:]...)
	})
	return out, err
}

// eachLeaf hands the public lines of the entries from number from up to but not
// including to, in order, to do.
func eachLeaf(ctx context.Context, r store.Reader, from, to int64, do func(leaf []byte)) error {
	if from == to {
		return nil
	}
	rows, err := r.Query(ctx, "SELECT number, time, commitment FROM entry WHERE number >= ? AND number < ? ORDER BY number", from, to)
	if err != nil {
		return err
	}
	defer rows.Close()
	next := from
	for ; rows.Next(); next++ {
		var number, ms int64
		var commitment blob
		if err := rows.Scan(&number, &ms, &commitment); err != nil {
			return nearEntry(err, next)
		}
		if number != next || len(commitment) != 32 {
			return tampered("entry %d is missing or its commitment is damaged", next)
		}
		do(proof.LeafData(number, time.UnixMilli(ms), [32]byte(commitment)))
	}
	if err := rows.Err(); err != nil {
		return nearEntry(err, next)
	}
	if next != to {
		return tampered("entry %d is missing", next)
	}
	return nil
}

// near says what was being read when the database found damage.
func near(err error, what string) error {
	if truce.CodeOf(err) != truce.CodeTampered {
		return err
	}
	return truce.Wrap(truce.CodeTampered, err, "%s", what)
}

func nearEntry(err error, number int64) error {
	return near(err, fmt.Sprintf("entry %d, or one near it", number))
}

// hashes reads single hashes of the tree out of stored tiles and the edge; each
// tile is read once. It implements tlog.HashReader for one transaction.
type hashes struct {
	ctx  context.Context
	r    store.Reader
	edge *edge
	seen map[tileName][]byte
}

type tileName struct {
	level int
	n     int64
}

func hashesFrom(ctx context.Context, r store.Reader, e *edge) *hashes {
	return &hashes{ctx, r, e, map[tileName][]byte{}}
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
	if data := h.edge.tile(level, n); data != nil {
		return data, nil
	}
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
