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

// leaves writes the rows of the new entries, without content, and their tiles.
func (a *adoption) leaves(from int64) error {
	const put = "INSERT INTO entry (number, time, commitment, erased_by) VALUES (?, ?, ?, ?)"
	return eachStaged(a.ctx, a.tx, from, a.cp.Size, func(leaf []byte) error {
		number, at, commitment, err := proof.ParseLeaf(leaf)
		if err != nil {
			return err
		}
		ms := at.UnixMilli()
		if ms < a.last {
			return tampered("entry %d: it is older than the entry before it", number)
		}
		a.last = ms
		if _, err := a.tx.Exec(a.ctx, put, number, ms, commitment[:], notHanded); err != nil {
			return err
		}
		return writeTiles(a.ctx, a.tx, a.edge.append(tlog.RecordHash(leaf)))
	})
}

// contents moves what was handed over to its entries.
func (a *adoption) contents(from int64) error {
	rows, err := a.tx.Query(a.ctx, "SELECT number, salt, record FROM copy_content ORDER BY number")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var c Content
		var salt, record blob
		if err := rows.Scan(&c.Number, &salt, &record); err != nil {
			return err
		}
		if c.Number >= a.cp.Size {
			continue // of a later head; it stays aside
		}
		fresh, err := a.content(c.Number, salt, record)
		if err != nil {
			return err
		}
		a.rebuild = a.rebuild || fresh && c.Number < from
	}
	return rows.Err()
}

// content gives one entry its content. Whole content goes before what was told
// in part; fresh is false where nothing changed.
func (a *adoption) content(number int64, salt, record []byte) (fresh bool, err error) {
	if salt == nil {
		n, err := a.tx.Exec(a.ctx, "UPDATE entry SET record = ? WHERE number = ? AND erased_by = ? AND record IS NOT ?", record, number, notHanded, record)
		return n > 0, err
	}
	env, err := a.fits(number, salt, record)
	if err != nil {
		return false, err
	}
	id, err := hex.DecodeString(env.ID())
	if err != nil {
		return false, err
	}
	n, err := a.tx.Exec(a.ctx, "UPDATE entry SET id = ?, salt = ?, record = ?, erased_by = NULL WHERE number = ? AND erased_by = ?", id, salt, record, number, notHanded)
	return n > 0, err
}

// fits sees that content that was put aside belongs to the leaf that stands now: it
// may have been verified against that of a log that was thrown away since.
func (a *adoption) fits(number int64, salt, record []byte) (*proof.Envelope, error) {
	w, err := oneRow(a.ctx, a.tx, "SELECT "+rowColumns+" FROM entry WHERE number = ?", number)
	if err != nil {
		return nil, err
	}
	if w == nil || len(salt) != 32 || len(w.commitment) != 32 {
		return nil, tampered("entry %d: the content put aside is damaged", number)
	}
	e := proof.Entry{Number: number, Time: w.time(), Salt: [32]byte(salt), Record: record}
	if e.Commitment() != [32]byte(w.commitment) {
		return nil, tampered("entry %d: the content put aside does not match its commitment", number)
	}
	env, err := proof.ParseRecord(record)
	if err != nil {
		return nil, truce.Wrap(truce.CodeTampered, err, "entry %d: the content put aside cannot be read", number)
	}
	return env, nil
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
