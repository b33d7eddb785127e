package ledger

import (
	"context"
	"encoding/binary"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/internal/store"
	"truce/proof"
)

// maxLeaf bounds one leaf in a bundle, in bytes; proof.ParseLeaf takes no longer one.
const maxLeaf = 128

// SplitBundle cuts an entry bundle of tlog-tiles into its leaves: 1 to 256 of
// them, the first of which has the number first. Each is read, and its number
// checked. Errors are CodeTampered.
func SplitBundle(data []byte, first int64) ([][]byte, error) {
	var out [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(out) == tileWidth {
			return nil, tampered("the bundle from entry %d on is cut short or too long", first)
		}
		n := int(binary.BigEndian.Uint16(data))
		if n > maxLeaf || n > len(data)-2 {
			return nil, tampered("the bundle from entry %d on is cut short or holds what is no leaf", first)
		}
		leaf := data[2 : 2+n : 2+n]
		number, _, _, err := proof.ParseLeaf(leaf)
		if err != nil || number != first+int64(len(out)) {
			return nil, tampered("the bundle from entry %d on: what stands at place %d is not the leaf of that entry", first, len(out))
		}
		out, data = append(out, leaf), data[2+n:]
	}
	if len(out) == 0 {
		return nil, tampered("the bundle from entry %d on is empty", first)
	}
	return out, nil
}

// Staged is what a copy has fetched and not adopted yet.
type Staged struct {
	Target  []byte        // signed head that is being fetched; nil for none
	Bundles map[int64]int // number of the bundle -> leaves in it
	Read    int64         // contents of the entries below it were asked for
	Late    []string      // objects about which earlier entries are to be asked for
}

// Staged tells what was put aside, so that a link that broke is taken up again
// where it broke.
func (l *Ledger) Staged(ctx context.Context) (*Staged, error) {
	if err := l.certain(); err != nil {
		return nil, err
	}
	s := &Staged{Bundles: map[int64]int{}}
	err := l.cfg.DB.View(ctx, func(r store.Reader) (err error) {
		if s.Target, err = copyState(ctx, r, "target"); err != nil {
			return err
		}
		if s.Read, err = copyNumber(ctx, r, "read"); err != nil {
			return err
		}
		late, err := copyState(ctx, r, "late")
		if err != nil {
			return err
		}
		s.Late = strings.Fields(string(late))
		return eachBundle(ctx, r, func(n int64, data []byte) error {
			leaves, err := SplitBundle(data, n*tileWidth)
			s.Bundles[n] = len(leaves)
			return err
		})
	})
	return s, err
}

// Looked is up to which entry, exclusive, the copy was held against what it says of
// keys, and which entries about keys it was told in part till then; see SetLooked.
func (l *Ledger) Looked(ctx context.Context) (n int64, parts []int64, err error) {
	err = l.cfg.DB.View(ctx, func(r store.Reader) error {
		if n, err = copyNumber(ctx, r, "looked"); err != nil {
			return err
		}
		raw, err := copyState(ctx, r, "parts")
		for ; len(raw) >= 8; raw = raw[8:] {
			parts = append(parts, int64(binary.BigEndian.Uint64(raw)))
		}
		return err
	})
	return n, parts, err
}

// SetLooked remembers n and parts for Looked.
func (l *Ledger) SetLooked(ctx context.Context, n int64, parts []int64) error {
	raw := []byte{}
	for _, p := range parts {
		raw = binary.BigEndian.AppendUint64(raw, uint64(p))
	}
	return l.cfg.DB.Update(ctx, func(tx store.Tx) error {
		if err := putState(ctx, tx, "parts", raw); err != nil {
			return err
		}
		return putState(ctx, tx, "looked", binary.BigEndian.AppendUint64(nil, uint64(n)))
	})
}

// Each hands the entries from number from up to but not including to, in order, to fn:
// Replay on a snapshot of its own. fn must not read from the log.
func (l *Ledger) Each(ctx context.Context, from, to int64, fn func(*Entry) error) error {
	return l.cfg.DB.View(ctx, func(r store.Reader) error { return l.Replay(ctx, r, from, to, fn) })
}

// certain reads the state of the copy again after an adoption failed: it may have
// been committed all the same.
func (l *Ledger) certain() error {
	l.copying.Lock()
	defer l.copying.Unlock()
	if l.unsure {
		if err := l.resync(); err != nil {
			return err
		}
	}
	if l.newest.cp.Size > l.Head().Size {
		return l.publish(l.newest)
	}
	return nil
}

func copyState(ctx context.Context, r store.Reader, name string) ([]byte, error) {
	var value blob
	_, err := store.One(ctx, r, "SELECT value FROM copy_state WHERE name = ?", []any{name}, &value)
	return value, err
}

func copyNumber(ctx context.Context, r store.Reader, name string) (int64, error) {
	value, err := copyState(ctx, r, name)
	if err != nil || value == nil {
		return 0, err
	}
	if len(value) != 8 {
		return 0, tampered("the state of the copy is damaged")
	}
	return int64(binary.BigEndian.Uint64(value)), nil
}

func putState(ctx context.Context, tx store.Tx, name string, value []byte) error {
	_, err := tx.Exec(ctx, "INSERT INTO copy_state (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value)
	return err
}

func eachBundle(ctx context.Context, r store.Reader, do func(n int64, data []byte) error) error {
	rows, err := r.Query(ctx, "SELECT n, data FROM copy_bundle ORDER BY n")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		var data blob
		if err := rows.Scan(&n, &data); err != nil {
			return err
		}
		if err := do(n, data); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Fetched is what was fetched towards a signed head.
type Fetched struct {
	Target   []byte           // the signed head
	Bundles  map[int64][]byte // by number, each read by SplitBundle
	Contents []Content        // verified with CheckContent
	Read     int64            // see Staged
	Late     []string         // see Staged
}

// Stage puts aside what was fetched, all or nothing.
func (l *Ledger) Stage(ctx context.Context, f *Fetched) error {
	return l.cfg.DB.Update(ctx, func(tx store.Tx) error {
		for n, data := range f.Bundles {
			if _, err := tx.Exec(ctx, "INSERT INTO copy_bundle (n, data) VALUES (?, ?) ON CONFLICT (n) DO UPDATE SET data = excluded.data", n, data); err != nil {
				return err
			}
		}
		for i := range f.Contents {
			if err := stageContent(ctx, tx, &f.Contents[i]); err != nil {
				return err
			}
		}
		err := putState(ctx, tx, "read", binary.BigEndian.AppendUint64(nil, uint64(f.Read)))
		if err == nil {
			err = putState(ctx, tx, "late", []byte(strings.Join(f.Late, " ")))
		}
		if err == nil {
			err = putState(ctx, tx, "target", f.Target)
		}
		return err
	})
}

func stageContent(ctx context.Context, tx store.Tx, c *Content) error {
	record, salt := c.Partial, any(nil)
	if c.Record != nil {
		record, salt = c.Record, c.Salt[:]
	}
	_, err := tx.Exec(ctx, `INSERT INTO copy_content (number, salt, record) VALUES (?, ?, ?)
		ON CONFLICT (number) DO UPDATE SET salt = excluded.salt, record = excluded.record`, c.Number, salt, record)
	return err
}

// Unstage throws away what was put aside for entries that are not in the copy
// yet: it is not of the log that was signed, or of another one.
func (l *Ledger) Unstage(ctx context.Context) error {
	size := l.Head().Size
	return l.cfg.DB.Update(ctx, func(tx store.Tx) error {
		for _, s := range []string{"DELETE FROM copy_bundle", "DELETE FROM copy_state WHERE name IN ('target', 'late')"} {
			if _, err := tx.Exec(ctx, s); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, "DELETE FROM copy_content WHERE number >= ?", size); err != nil {
			return err
		}
		read, err := copyNumber(ctx, tx, "read")
		if err != nil || read <= size {
			return err
		}
		return putState(ctx, tx, "read", binary.BigEndian.AppendUint64(nil, uint64(size)))
	})
}

// StagedBundle is a bundle that was put aside; CodeNotFound where it was not.
func (l *Ledger) StagedBundle(ctx context.Context, n int64) (data []byte, err error) {
	err = l.cfg.DB.View(ctx, func(r store.Reader) error {
		found, err := store.One(ctx, r, "SELECT data FROM copy_bundle WHERE n = ?", []any{n}, (*blob)(&data))
		if err == nil && !found {
			err = truce.E(truce.CodeNotFound, "the bundle was not put aside")
		}
		return err
	})
	return data, err
}

// CheckStaged works out whether the bundles that were put aside continue the copy
// to cp, and hands every new leaf to visit. before, where it is not nil, is another
// head in between that they must lead through. Where they do not it is
// CodeTampered: they are not what the log signed, or the log was rewritten.
func (l *Ledger) CheckStaged(ctx context.Context, cp, before *proof.Checkpoint, visit func(leaf []byte)) error {
	e := l.newest.edge.clone()
	err := l.cfg.DB.View(ctx, func(r store.Reader) error {
		return eachStaged(ctx, r, e.size, cp.Size, func(leaf []byte) error {
			e.append(tlog.RecordHash(leaf))
			visit(leaf)
			if before != nil && before.Size == e.size {
				return meets(e, before)
			}
			return nil
		})
	})
	if err == nil {
		err = meets(e, cp)
	}
	return err
}

// eachStaged hands over the leaves of the entries from (inclusive) to (exclusive)
// that were put aside, in order.
func eachStaged(ctx context.Context, r store.Reader, from, to int64, do func(leaf []byte) error) error {
	next := from
	err := eachBundle(ctx, r, func(n int64, data []byte) error {
		leaves, err := SplitBundle(data, n*tileWidth)
		if err != nil {
			return err
		}
		for i, leaf := range leaves {
			if n*tileWidth+int64(i) != next || next >= to {
				continue
			}
			if err := do(leaf); err != nil {
				return err
			}
			next++
		}
		return nil
	})
	if err == nil && next != to {
		err = tampered("entry %d was not handed over", next)
	}
	return err
}

func meets(e *edge, cp *proof.Checkpoint) error {
	if e.size != cp.Size || e.root() != cp.Root {
		return tampered("the entries that were handed over do not lead to the root of the checkpoint of size %d", cp.Size)
	}
	return nil
}

// An adoption of many entries goes all over the index of ids in one transaction, and
// may keep more of it in memory.
const (
	roomyFrom = 50_000
	adoptMB   = 128
)

// roomy runs an adoption of n entries.
func (l *Ledger) roomy(ctx context.Context, n int64, adopt func() error) error {
	db, ok := l.cfg.DB.(interface {
		WithCache(ctx context.Context, mb int, fn func() error) error
	})
	if !ok || n < roomyFrom {
		return adopt()
	}
	return db.WithCache(ctx, adoptMB, adopt)
}

// Adopt makes cp the head of the copy with all that was put aside for it: leaves,
// contents, tiles and views, in one transaction; then it writes the head file.
// cp is what is served as the head, with any cosignatures; at is the time by the
// copy's own clock. rebuild says that the views are now to be rebuilt (and
// Rebuilt to be called then): contents of earlier entries came in, or many.
// Errors are those of CheckStaged, and CodeUnavailable of the disk.
func (l *Ledger) Adopt(ctx context.Context, cp *proof.Checkpoint, at time.Time) (rebuild bool, err error) {
	l.copying.Lock()
	defer l.copying.Unlock()
	a := &adoption{l: l, ctx: ctx, cp: cp, at: at, edge: l.newest.edge.clone(), last: l.last.UnixMilli()}
	if err := l.roomy(ctx, cp.Size-l.newest.cp.Size, func() error { return l.cfg.DB.Update(ctx, a.run) }); err != nil {
		l.unsure = true
		return false, err
	}
	l.newest, l.last = shown{cp, a.edge}, time.UnixMilli(a.last).UTC()
	l.scrub = l.scrub || a.erased
	l.clean()
	return a.rebuild, l.publish(l.newest)
}

// Rebuilt notes that the views are what the entries say, and erases what they
// say was erased. The views are rebuilt before by the caller.
func (l *Ledger) Rebuilt(ctx context.Context, erased map[int64]int64) error {
	l.copying.Lock()
	defer l.copying.Unlock()
	err := l.cfg.DB.Update(ctx, func(tx store.Tx) error {
		for number, by := range erased {
			if err := eraseCopied(ctx, tx, number, by); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, "DELETE FROM copy_state WHERE name = 'rebuild'")
		return err
	})
	l.scrub = l.scrub || len(erased) > 0
	l.clean()
	return err
}

// MustRebuild reports whether the views of the copy are to be rebuilt before
// they are read: Adopt said so, and Rebuilt was not called since.
func (l *Ledger) MustRebuild(ctx context.Context) (must bool, err error) {
	if !l.cfg.Copy {
		return false, nil
	}
	err = l.cfg.DB.View(ctx, func(r store.Reader) error {
		value, err := copyState(ctx, r, "rebuild")
		must = value != nil
		return err
	})
	return must, err
}

func eraseCopied(ctx context.Context, tx store.Tx, number, by int64) error {
	_, err := tx.Exec(ctx, `UPDATE entry SET salt = NULL, record = NULL, erased_by = ? WHERE number = ? AND number < ? AND id IS NOT NULL`, by, number, by)
	if err == nil { // what was told in part has no id, and is not known to have been there
		_, err = tx.Exec(ctx, `UPDATE entry SET record = NULL WHERE number = ? AND id IS NULL`, number)
	}
	return err
}

// Seen are the heads that this copy adopted, newest first, at most limit, each
// with the time by its own clock.
func (l *Ledger) Seen(ctx context.Context, limit int) (out []SeenHead, err error) {
	err = l.cfg.DB.View(ctx, func(r store.Reader) error {
		rows, err := r.Query(ctx, "SELECT size, at, note FROM copy_head ORDER BY size DESC LIMIT ?", limit)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var size, ms int64
			var note blob
			if err := rows.Scan(&size, &ms, &note); err != nil {
				return err
			}
			cp, err := openStored(size, note, l.cfg.Verifier)
			if err != nil {
				return err
			}
			out = append(out, SeenHead{cp, time.UnixMilli(ms).UTC()})
		}
		return rows.Err()
	})
	return out, err
}

// SeenHead is a head that a copy adopted.
type SeenHead struct {
	*proof.Checkpoint
	At time.Time // by the copy's clock, UTC
}
