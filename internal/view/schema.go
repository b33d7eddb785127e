package view

import (
	"context"
	"fmt"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
)

// ownSchema are the runner's tables: where the views stand, and the tables that
// the set of views made, so that a later set can drop those it does not know.
var ownSchema = []string{
	`CREATE TABLE IF NOT EXISTS view_cursor (name TEXT NOT NULL PRIMARY KEY, next BIGINT NOT NULL, print TEXT NOT NULL)`,
	`CREATE TABLE IF NOT EXISTS view_table (name TEXT NOT NULL PRIMARY KEY)`,
}

// EnsureSchema creates the tables of an empty database. Where tables of another
// set of views stand, it leaves them as they are: Outdated then says so, and
// Rebuild replaces them.
func (r *Runner) EnsureSchema(ctx context.Context, tx store.Tx) error {
	if err := execAll(ctx, tx, ownSchema); err != nil {
		return err
	}
	found, err := store.One(ctx, tx, `SELECT next FROM view_cursor WHERE name = 'views'`, nil, new(int64))
	if err != nil || found {
		return err
	}
	return r.create(ctx, tx)
}

// Outdated reports whether the tables were made by another set of views than
// this one, or stand at another entry than a log of size entries, so that
// Rebuild is needed before anything is applied or read.
func (r *Runner) Outdated(ctx context.Context, q store.Reader, size int64) (bool, error) {
	var print string
	var next int64
	found, err := store.One(ctx, q, `SELECT next, print FROM view_cursor WHERE name = 'views'`, nil, &next, &print)
	return !found || print != r.print || next != size, err
}

// Replayer hands every entry from number from up to but not including to, in
// order, to fn: the Replay method of a ledger. It reads through q.
type Replayer func(ctx context.Context, q store.Reader, from, to int64, fn func(*ledger.Entry) error) error

// Rebuild drops every table of the views and works the log's first size entries
// into new ones, in one transaction: readers see the old tables until the new
// ones are complete, and an error leaves the old ones in place.
func (r *Runner) Rebuild(ctx context.Context, db store.DB, size int64, replay Replayer) error {
	return db.Update(ctx, func(tx store.Tx) error {
		if err := execAll(ctx, tx, ownSchema); err != nil {
			return err
		}
		if err := r.drop(ctx, tx); err != nil {
			return err
		}
		if err := r.create(ctx, tx); err != nil {
			return err
		}
		return r.refill(ctx, tx, size, replay)
	})
}

// refill works size entries into empty tables. The cursor moves once, at the end:
// nobody sees it before.
func (r *Runner) refill(ctx context.Context, tx store.Tx, size int64, replay Replayer) error {
	next := int64(0)
	err := replay(ctx, tx, 0, size, func(e *ledger.Entry) error {
		if e.Number != next {
			return truce.E(truce.CodeInternal, "entry %d was replayed where %d was next", e.Number, next)
		}
		next++
		_, err := r.Work(ctx, tx, e)
		return err
	})
	if err == nil && next != size {
		err = truce.E(truce.CodeInternal, "%d of %d entries were replayed", next, size)
	}
	if err == nil {
		_, err = tx.Exec(ctx, `UPDATE view_cursor SET next = ? WHERE name = 'views'`, size)
	}
	return err
}

func (r *Runner) create(ctx context.Context, tx store.Tx) error {
	for _, v := range r.views {
		if err := execAll(ctx, tx, v.Schema()); err != nil {
			return fmt.Errorf("view %s: %w", v.Name(), err)
		}
		for _, t := range v.Tables() {
			if _, err := tx.Exec(ctx, `INSERT INTO view_table (name) VALUES (?)`, t.Name); err != nil {
				return err
			}
		}
	}
	_, err := tx.Exec(ctx, `INSERT INTO view_cursor (name, next, print) VALUES ('views', 0, ?)`, r.print)
	return err
}

// drop removes the tables of whichever set of views made them. The names come
// from view_table, which only create writes; they are quoted all the same.
func (r *Runner) drop(ctx context.Context, tx store.Tx) error {
	names, err := texts(ctx, tx, `SELECT name FROM view_table ORDER BY name`)
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := tx.Exec(ctx, `DROP TABLE IF EXISTS `+quoted(name)); err != nil {
			return err
		}
	}
	return execAll(ctx, tx, []string{`DELETE FROM view_table`, `DELETE FROM view_cursor`})
}

func execAll(ctx context.Context, tx store.Tx, statements []string) error {
	for _, s := range statements {
		if _, err := tx.Exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func texts(ctx context.Context, q store.Reader, query string) ([]string, error) {
	rows, err := q.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}
