package ledger

import (
	"bytes"
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/internal/store"
)

// Report is what Verify found to be right.
type Report struct {
	Size        int64     // entries
	Root        tlog.Hash // over all of them
	Erased      int64     // entries whose content is gone
	Withheld    int64     // entries of a copy whose content was not handed over
	Signatures  int64     // signatures of parties that verify
	Tiles       int64     // stored tiles that match
	Checkpoints int       // stored checkpoints that match
	HeadFile    int64     // size in the head file
}

// Verify reads every entry again and works everything out from there:
// commitments, ids and signatures of parties, the order of numbers and times,
// leaves, tiles, the roots and signatures of every stored checkpoint, the head
// file, and the structure of the database file. What does not match is
// CodeTampered, and the message names it: "entry 17: …", "tile 0/2: …",
// "checkpoint of size 400: …", "head file: …".
//
// It covers the entries that are committed when it begins; the register may go
// on meanwhile. progress, when not nil, is told how many of how many entries are
// done, from one goroutine.
func (l *Ledger) Verify(ctx context.Context, progress func(done, total int64)) (*Report, error) {
	return Verify(ctx, l.cfg, progress)
}

// Verify is the method of the same name for a log that Open refuses: it says
// where the damage is. Of cfg it uses DB, Origin, Verifier and HeadPath.
func Verify(ctx context.Context, cfg Config, progress func(done, total int64)) (*Report, error) {
	if progress == nil {
		progress = func(int64, int64) {}
	}
	l := &Ledger{cfg: cfg.withDefaults()}
	if err := l.cfg.check(); err != nil {
		return nil, err
	}
	a := &audit{l: l, edge: &edge{}, expect: map[int64][]expectation{}, erasers: map[int64]int64{}}
	if err := a.begin(ctx); err != nil {
		return nil, err
	}
	for a.edge.size < a.size {
		if err := a.step(ctx); err != nil {
			return nil, err
		}
		progress(a.edge.size, a.size)
	}
	if err := a.finish(ctx); err != nil {
		return nil, err
	}
	a.report.Size, a.report.Root = a.size, a.edge.root()
	return &a.report, nil
}

// audit is one run of Verify.
type audit struct {
	l       *Ledger
	size    int64
	edge    *edge // rebuilt from the entries
	lastMS  int64
	expect  map[int64][]expectation // by size
	erasers map[int64]int64         // an entry that is said to have erased -> one that it erased
	finding *mismatch               // the first tile that differs
	report  Report
}

// expectation is a root that something stored claims for a size.
type expectation struct {
	what string // "checkpoint of size 400"
	root tlog.Hash
}

// begin reads the claims: head file first, so that it cannot be ahead of the
// database unless something is wrong.
func (a *audit) begin(ctx context.Context) error {
	head, err := readHead(a.l.cfg.HeadPath, a.l.cfg.Verifier)
	if err != nil {
		return err
	}
	if head == nil && !a.l.cfg.Copy {
		return tampered("head file: it is missing")
	}
	if err := a.l.cfg.DB.View(ctx, func(r store.Reader) error { return a.claims(ctx, r) }); err != nil {
		return err
	}
	switch {
	case head == nil && a.size == 0: // a copy that has adopted nothing yet
		return nil
	case head == nil:
		return tampered("head file: it is missing")
	}
	if head.Size > a.size {
		return tampered("head file: it covers %d entries, the database has %d", head.Size, a.size)
	}
	a.report.HeadFile = head.Size
	a.claim(head.Size, "head file", head.Root)
	return a.meet()
}

func (a *audit) claim(size int64, what string, root tlog.Hash) {
	a.expect[size] = append(a.expect[size], expectation{what, root})
}

// claims reads the stored checkpoints and the newest number, of one moment.
func (a *audit) claims(ctx context.Context, r store.Reader) error {
	if err := a.l.checkMeta(ctx, r); err != nil {
		return err
	}
	newest, err := newestCheckpoint(ctx, r, a.l.cfg)
	if err != nil {
		return err
	}
	a.size = newest.Size
	var next int64
	if _, err := store.One(ctx, r, "SELECT COALESCE(MAX(number), -1) + 1 FROM entry", nil, &next); err != nil {
		return err
	}
	if next != a.size {
		return tampered("checkpoint of size %d: the newest entry is %d", a.size, next-1)
	}
	return a.checkpoints(ctx, r)
}

func (a *audit) checkpoints(ctx context.Context, r store.Reader) error {
	rows, err := r.Query(ctx, "SELECT size, note FROM checkpoint ORDER BY size")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var size int64
		var note blob
		if err := rows.Scan(&size, &note); err != nil {
			return err
		}
		cp, err := openStored(size, note, a.l.cfg.Verifier)
		if err != nil {
			return err
		}
		a.claim(size, fmt.Sprintf("checkpoint of size %d", size), cp.Root)
		a.report.Checkpoints++
	}
	return rows.Err()
}

// meet compares the root so far with what is claimed for its size. Where they
// differ, an entry whose leaf differs from its tile says more than the root.
func (a *audit) meet() error {
	for _, e := range a.expect[a.edge.size] {
		if a.edge.root() == e.root {
			continue
		}
		if a.finding != nil {
			return a.finding.entries
		}
		err := tampered("%s: its root is not the one that the entries lead to", e.what)
		if first := a.edge.size - a.edge.size%tileWidth; first < a.edge.size {
			err = err.WithHint("the full tiles match: it is the %s itself, or one of the entries %d to %d", e.what, first, a.edge.size-1)
		}
		return err
	}
	return nil
}

// step takes the next batch of entries.
func (a *audit) step(ctx context.Context) error {
	var rows []row
	err := a.l.cfg.DB.View(ctx, func(r store.Reader) (err error) {
		rows, err = readRows(ctx, r, a.edge.size, a.size)
		return err
	})
	if err != nil {
		return err
	}
	checked := make([]checkedRow, len(rows))
	eachInParallel(len(rows), func(i int) { checked[i] = a.checkRow(&rows[i]) })()
	var full []tile
	for i := range checked {
		if err := a.fold(&rows[i], &checked[i]); err != nil {
			return err
		}
		full = append(full, a.edge.append(checked[i].leaf)...)
		if err := a.compareTiles(ctx, &full); err != nil {
			return err
		}
		if err := a.meet(); err != nil {
			return err
		}
	}
	return nil
}

// checkedRow is what the parallel part of a step finds out.
type checkedRow struct {
	leaf       tlog.Hash
	signatures int64
	erases     bool
	err        error
}

// checkRow checks all of an entry that does not depend on its neighbours.
func (a *audit) checkRow(w *row) (c checkedRow) {
	e, err := a.l.parse(w)
	if err != nil {
		c.err = err
		return c
	}
	c.leaf = tlog.RecordHash(w.leaf())
	if e.Envelope == nil {
		return c
	}
	c.erases = e.Statement.Kind == truce.EraseContent
	c.signatures = int64(len(e.Envelope.Signatures))
	if err := e.Envelope.Verify(); err != nil {
		c.err = truce.Wrap(truce.CodeTampered, err, "entry %d", e.Number)
	} else if e.Statement.Register != a.l.cfg.Origin {
		c.err = tampered("entry %d: its statement is meant for another register", e.Number)
	}
	return c
}

// fold checks an entry against those before it.
func (a *audit) fold(w *row, c *checkedRow) error {
	if c.err != nil {
		return c.err
	}
	if w.ms < a.lastMS {
		return tampered("entry %d: it is older than the entry before it", w.number)
	}
	a.lastMS = w.ms
	a.report.Signatures += c.signatures
	if w.withheld() {
		a.report.Withheld++
		return nil
	}
	if w.record == nil {
		a.report.Erased++
		a.erasers[w.erasedBy] = w.number
	}
	if erased, ok := a.erasers[w.number]; ok {
		delete(a.erasers, w.number)
		if !c.erases {
			return noEraser(erased, w.number)
		}
	}
	return nil
}

func noEraser(erased, by int64) error {
	return tampered("entry %d: it is marked as erased by entry %d, which erases nothing", erased, by)
}

// compareTiles compares finished tiles with the stored ones, and empties the list.
func (a *audit) compareTiles(ctx context.Context, full *[]tile) error {
	if len(*full) == 0 {
		return nil
	}
	defer func() { *full = (*full)[:0] }()
	return a.l.cfg.DB.View(ctx, func(r store.Reader) error {
		for _, t := range *full {
			stored, err := readTile(ctx, r, t.level, t.n)
			if err != nil {
				return err
			}
			a.compareTile(t, stored)
		}
		return nil
	})
}

// compareTile notes the first difference.
func (a *audit) compareTile(t tile, stored []byte) {
	a.report.Tiles++
	if bytes.Equal(stored, t.data) || a.finding != nil {
		return
	}
	i := 0
	for bytes.Equal(t.data[i*tlog.HashSize:(i+1)*tlog.HashSize], stored[i*tlog.HashSize:(i+1)*tlog.HashSize]) {
		i++
	}
	below := t.n*tileWidth + int64(i) // number of the entry, or of the tile of the level below
	a.finding = &mismatch{
		tile:    tampered("tile %d/%d: hash %d is not the one that the entries lead to", t.level, t.n, i),
		entries: tampered("entry %d: its leaf is not the one in tile 0/%d", below, t.n),
	}
	if t.level > 0 {
		a.finding.entries = a.finding.tile
	}
}

// mismatch is a tile that differs from the entries. When the roots that follow
// are right it is the tile that was altered, otherwise the entry.
type mismatch struct{ tile, entries error }

// finish looks at what is left: a tile at odds with roots that are right, late
// erasers, and the structure of the file.
func (a *audit) finish(ctx context.Context) error {
	if a.finding != nil {
		return a.finding.tile
	}
	if err := a.lateErasers(ctx); err != nil {
		return err
	}
	if c, ok := a.l.cfg.DB.(checker); ok {
		return c.Check(ctx)
	}
	return nil
}

// checker is a database that can examine the structure of its own files.
type checker interface {
	Check(ctx context.Context) error
}

// lateErasers looks at entries that came in while Verify ran and erased others.
func (a *audit) lateErasers(ctx context.Context) error {
	for by, erased := range a.erasers {
		var e *Entry
		err := a.l.cfg.DB.View(ctx, func(r store.Reader) error {
			w, err := oneRow(ctx, r, "SELECT "+rowColumns+" FROM entry WHERE number = ?", by)
			if err == nil && w != nil {
				e, err = a.l.parse(w)
			}
			return err
		})
		if err != nil {
			return err
		}
		if e == nil || e.Erased() || e.Statement.Kind != truce.EraseContent {
			return noEraser(erased, by)
		}
	}
	return nil
}
