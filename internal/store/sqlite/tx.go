package sqlite

import (
	"context"
	"database/sql/driver"

	"truce"
	"truce/internal/store"
)

// tx is one transaction, reading or writing; it implements store.Tx.
type tx struct {
	c      *conn
	stop   context.Context // what statements are interrupted by
	open   []*rows         // to be closed at the end
	writes int             // statements that were run to write
	failed error           // after it SQLite may have rolled back by itself: nothing may follow
	over   bool
}

// View runs fn on one snapshot. fn MUST NOT call View again from within when
// many do so at once: each holds a reader.
func (db *DB) View(ctx context.Context, fn func(store.Reader) error) error {
	c, err := db.take(ctx, db.readers)
	if err != nil {
		return err
	}
	defer func() { db.readers <- c }()
	if _, err := c.exec(context.Background(), "BEGIN", nil); err != nil {
		return classify(err)
	}
	t := &tx{c: c, stop: ctx}
	defer t.end("ROLLBACK")
	return fn(reader{t})
}

// reader hides Exec from those who only read.
type reader struct{ *tx }

// Exec is refused: a view reads.
func (reader) Exec(context.Context, string, ...any) (int64, error) {
	return 0, truce.E(truce.CodeInternal, "a reader cannot write")
}

// Update runs fn in the one writing transaction and commits. An error or a
// panic of fn leaves nothing behind.
func (db *DB) Update(ctx context.Context, fn func(store.Tx) error) error {
	if !db.writable {
		return truce.E(truce.CodeUnavailable, "the database is open for reading only")
	}
	c, err := db.take(ctx, db.writer)
	if err != nil {
		return err
	}
	defer func() { db.writer <- c }()
	if _, err := c.exec(context.Background(), "BEGIN IMMEDIATE", nil); err != nil {
		return classify(err)
	}
	t := &tx{c: c, stop: context.Background()}
	defer t.end("ROLLBACK")
	if err := fn(t); err != nil {
		return err
	}
	if err := t.commit(); err != nil {
		return err
	}
	db.mover.committed(c, t.writes)
	return nil
}

// commit ends the transaction for good, or leaves it to the rollback.
func (t *tx) commit() error {
	if t.failed != nil {
		return t.failed
	}
	t.closeRows()
	if _, err := t.c.exec(context.Background(), "COMMIT", nil); err != nil {
		return classify(err)
	}
	t.over = true
	return nil
}

// end closes what is open and runs last unless the transaction is over. When
// SQLite has rolled back by itself, ROLLBACK has nothing to do and says so.
func (t *tx) end(last string) {
	t.closeRows()
	if !t.over {
		t.c.exec(context.Background(), last, nil)
		t.over = true
	}
}

func (t *tx) closeRows() {
	for _, r := range t.open {
		r.Close()
	}
	t.open = nil
}

// Query starts one SELECT. The rows are closed with the transaction at the latest.
func (t *tx) Query(ctx context.Context, query string, args ...any) (store.Rows, error) {
	if err := t.usable(ctx); err != nil {
		return nil, err
	}
	vals, err := t.c.bind(args)
	if err != nil {
		return nil, err
	}
	s, dr, err := t.c.query(t.stop, query, vals)
	if err != nil {
		return nil, t.note(err)
	}
	r := &rows{t: t, s: s, dr: dr, row: make([]driver.Value, len(dr.Columns())), ctx: ctx}
	t.track(r)
	return r, nil
}

// track remembers r, and forgets those that are closed once in a while.
func (t *tx) track(r *rows) {
	if len(t.open) < 64 {
		t.open = append(t.open, r)
		return
	}
	still := t.open[:0]
	for _, o := range t.open {
		if o.s != nil {
			still = append(still, o)
		}
	}
	t.open = append(still, r)
}

// Exec runs one statement and says how many rows it touched.
func (t *tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := t.usable(ctx); err != nil {
		return 0, err
	}
	vals, err := t.c.bind(args)
	if err != nil {
		return 0, err
	}
	t.writes++
	n, err := t.c.exec(t.stop, query, vals)
	if err != nil {
		return 0, t.note(err)
	}
	return n, nil
}

func (t *tx) usable(ctx context.Context) error {
	switch {
	case t.over:
		return truce.E(truce.CodeInternal, "the transaction is over")
	case t.failed != nil:
		return t.failed
	case ctx.Err() != nil:
		return cancelled(ctx)
	}
	return nil
}

// note classifies err and, when it is fatal, stops every later statement: after
// a full disk SQLite rolls back by itself, and what followed would be
// committed on its own.
func (t *tx) note(err error) error {
	out := classify(err)
	if fatal(err) && t.failed == nil {
		t.failed = out
	}
	return out
}
