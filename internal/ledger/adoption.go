package ledger

import (
	"context"
	"encoding/hex"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/internal/store"
	"truce/proof"
)

// manyEntries is from how many new entries on the views are better rebuilt than
// followed entry by entry.
const manyEntries = 20_000

// keepHeads is how many adopted heads a copy remembers.
const keepHeads = 1000

// adoption is one run of Adopt.
type adoption struct {
	l       *Ledger
	ctx     context.Context
	tx      store.Tx
	cp      *proof.Checkpoint
	at      time.Time
	edge    *edge
	last    int64 // time of the newest entry, milliseconds
	rebuild bool
	erased  bool
}

func (a *adoption) run(tx store.Tx) error {
	a.tx = tx
	from := a.edge.size
	steps := []func() error{
		func() error { return a.leaves(from) },
		func() error { return meets(a.edge, a.cp) },
		func() error { return a.contents(from) },
		func() error { return a.follow(from) },
		a.head,
		a.clear,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// leaves writes the rows of the new entries, with the content that was put aside
// for them, and their tiles.
func (a *adoption) leaves(from int64) error {
	contents, err := a.aside("WHERE number >= ? AND number < ?", from, a.cp.Size)
	if err != nil {
		return err
	}
	defer contents.rows.Close()
	return eachStaged(a.ctx, a.tx, from, a.cp.Size, func(leaf []byte) error {
		number, at, commitment, err := proof.ParseLeaf(leaf)
		if err != nil {
			return err
		}
		w := &row{number: number, ms: at.UnixMilli(), commitment: commitment[:], erasedBy: notHanded}
		if w.ms < a.last {
			return tampered("entry %d: it is older than the entry before it", number)
		}
		a.last = w.ms
		if err := contents.fill(w); err != nil {
			return err
		}
		if err := a.insert(w); err != nil {
			return err
		}
		return writeTiles(a.ctx, a.tx, a.edge.append(tlog.RecordHash(leaf)))
	})
}

func (a *adoption) insert(w *row) error {
	const whole = "INSERT INTO entry (number, time, id, commitment, salt, record) VALUES (?, ?, ?, ?, ?, ?)"
	if w.held() {
		_, err := a.tx.Exec(a.ctx, whole, w.number, w.ms, []byte(w.id), []byte(w.commitment), []byte(w.salt), []byte(w.record))
		return err
	}
	const part = "INSERT INTO entry (number, time, commitment, erased_by, record) VALUES (?, ?, ?, ?, ?)"
	record := any(nil)
	if w.record != nil {
		record = []byte(w.record)
	}
	_, err := a.tx.Exec(a.ctx, part, w.number, w.ms, []byte(w.commitment), notHanded, record)
	return err
}

// aside are contents that were put aside, in order.
type aside struct {
	rows         store.Rows
	number       int64 // of the one read last; it was not used yet where more is set
	salt, record blob
	more         bool
}

func (a *adoption) aside(where string, args ...any) (*aside, error) {
	rows, err := a.tx.Query(a.ctx, "SELECT number, salt, record FROM copy_content "+where+" ORDER BY number", args...)
	return &aside{rows: rows}, err
}

// next reads one more; ok is false at the end.
func (c *aside) next() (ok bool, err error) {
	if !c.more {
		if !c.rows.Next() {
			return false, c.rows.Err()
		}
		c.salt, c.record = nil, nil
		if err := c.rows.Scan(&c.number, &c.salt, &c.record); err != nil {
			return false, err
		}
		c.more = true
	}
	return true, nil
}

// fill puts the content of entry w.number into w, if there is one.
func (c *aside) fill(w *row) error {
	ok, err := c.next()
	if err != nil || !ok || c.number != w.number {
		return err
	}
	c.more = false
	return w.fill(c.salt, c.record)
}

// fill sees that content belongs to the leaf of w: it may have been verified
// against that of a log that was thrown away since.
func (w *row) fill(salt, record blob) error {
	if salt == nil {
		w.record = record
		return nil
	}
	w.erasedBy, w.salt, w.record = -1, salt, record
	if len(salt) != 32 || w.entryCommitment() != [32]byte(w.commitment) {
		return tampered("entry %d: the content put aside does not match its commitment", w.number)
	}
	env, err := proof.ParseRecord(record)
	if err != nil {
		return truce.Wrap(truce.CodeTampered, err, "entry %d: the content put aside cannot be read", w.number)
	}
	w.id, err = hex.DecodeString(env.ID())
	return err
}

func (w *row) entryCommitment() [32]byte {
	e := w.entry()
	return e.Commitment()
}

// contents moves what was handed over late to entries that are in the copy already.
func (a *adoption) contents(from int64) error {
	late, err := a.aside("WHERE number < ?", from)
	if err != nil {
		return err
	}
	defer late.rows.Close()
	for {
		ok, err := late.next()
		if err != nil || !ok {
			return err
		}
		late.more = false
		fresh, err := a.content(late.number, late.salt, late.record)
		if err != nil {
			return err
		}
		a.rebuild = a.rebuild || fresh
	}
}

// content gives one entry its content. Whole content goes before what was told
// in part; fresh is false where nothing changed.
func (a *adoption) content(number int64, salt, record []byte) (fresh bool, err error) {
	if salt == nil {
		n, err := a.tx.Exec(a.ctx, "UPDATE entry SET record = ? WHERE number = ? AND erased_by = ? AND record IS NOT ?", record, number, notHanded, record)
		return n > 0, err
	}
	w, err := oneRow(a.ctx, a.tx, "SELECT "+rowColumns+" FROM entry WHERE number = ?", number)
	if err != nil || w == nil || !w.withheld() {
		return false, err
	}
	if err := w.fill(salt, record); err != nil {
		return false, err
	}
	n, err := a.tx.Exec(a.ctx, "UPDATE entry SET id = ?, salt = ?, record = ?, erased_by = NULL WHERE number = ? AND erased_by = ?", []byte(w.id), salt, record, number, notHanded)
	return n > 0, err
}

// follow lets the views work the new entries in, unless they are to be rebuilt.
func (a *adoption) follow(from int64) error {
	if a.l.cfg.Follower == nil {
		return nil
	}
	was, err := copyState(a.ctx, a.tx, "rebuild")
	if err != nil {
		return err
	}
	a.rebuild = a.rebuild || was != nil || a.cp.Size-from > manyEntries
	if a.rebuild {
		return putState(a.ctx, a.tx, "rebuild", []byte{1})
	}
	return a.l.Replay(a.ctx, a.tx, from, a.cp.Size, func(e *Entry) error {
		numbers, err := a.l.cfg.Follower.Apply(a.ctx, a.tx, e)
		for _, n := range numbers {
			if err == nil {
				err = eraseCopied(a.ctx, a.tx, n, e.Number)
			}
			a.erased = true
		}
		return err
	})
}

// head writes the head, and that it was seen.
func (a *adoption) head() error {
	day := dayOf(time.UnixMilli(a.last))
	_, err := a.tx.Exec(a.ctx, `DELETE FROM checkpoint WHERE day = ? OR size = ?`, day, a.cp.Size)
	if err == nil {
		err = insertCheckpoint(a.ctx, a.tx, a.cp, day)
	}
	if err == nil {
		_, err = a.tx.Exec(a.ctx, `INSERT INTO copy_head (size, at, note) VALUES (?, ?, ?)
			ON CONFLICT (size) DO UPDATE SET at = excluded.at, note = excluded.note`, a.cp.Size, a.at.UnixMilli(), a.cp.Note)
	}
	if err == nil {
		_, err = a.tx.Exec(a.ctx, `DELETE FROM copy_head WHERE size NOT IN (SELECT size FROM copy_head ORDER BY size DESC LIMIT ?)`, keepHeads)
	}
	return err
}

// clear removes what was put aside. A bundle that is not full yet stays away too:
// it is fetched again, longer.
func (a *adoption) clear() error {
	for _, s := range []string{"DELETE FROM copy_bundle", "DELETE FROM copy_state WHERE name = 'target'"} {
		if _, err := a.tx.Exec(a.ctx, s); err != nil {
			return err
		}
	}
	_, err := a.tx.Exec(a.ctx, "DELETE FROM copy_content WHERE number < ?", a.cp.Size)
	return err
}
