package view

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
)

// layout is the version of the runner's own tables and of the way a digest is
// taken. Raise it when either changes.
const layout = 1

// Runner runs a fixed set of views as one: they are at the same entry at any
// time, and are rebuilt together. It is a ledger.GroupFollower. Its own table,
// view_cursor, says which entry comes next and which set of views wrote the
// tables.
type Runner struct {
	views []View
	print string
}

// Versioned is a View that says which version its Apply is. Raise the number
// when the meaning changes and the schema does not: the views are then rebuilt
// at the next start. A view without it is version 1.
type Versioned interface{ Version() int }

// New makes a runner of the views, which are always applied in this order. A
// name that stands twice is a fault of the program and panics.
func New(views ...View) *Runner {
	seen := make(map[string]bool, len(views))
	for _, v := range views {
		if seen[v.Name()] {
			panic("view: two views are named " + v.Name())
		}
		seen[v.Name()] = true
	}
	return &Runner{views: views, print: fingerprint(views)}
}

// fingerprint stands for the views, their versions and their schema.
func fingerprint(views []View) string {
	h := sha256.New()
	fmt.Fprintf(h, "layout %d\n", layout)
	for _, v := range views {
		version := 1
		if n, ok := v.(Versioned); ok {
			version = n.Version()
		}
		fmt.Fprintf(h, "view %q version %d\n", v.Name(), version)
		for _, s := range v.Schema() {
			fmt.Fprintf(h, "%q\n", s)
		}
		for _, t := range v.Tables() {
			fmt.Fprintf(h, "%q %q\n", t.Name, t.Order)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Apply works e into every view, in order, and notes that the next entry is
// e.Number+1. It returns the numbers of the entries whose content e erases. An
// entry that is not the next one is CodeInternal: views that missed an entry
// must be rebuilt, not patched.
func (r *Runner) Apply(ctx context.Context, tx store.Tx, e *ledger.Entry) ([]int64, error) {
	if err := r.Mark(ctx, tx, e.Number, e.Number+1); err != nil {
		return nil, err
	}
	return r.Work(ctx, tx, e)
}

// Mark notes that next is the entry that comes next, and no longer from. Where
// the views are not at from it is CodeInternal.
func (r *Runner) Mark(ctx context.Context, tx store.Tx, from, next int64) error {
	n, err := tx.Exec(ctx, `UPDATE view_cursor SET next = ? WHERE name = 'views' AND next = ?`, next, from)
	if err == nil && n != 1 {
		err = truce.E(truce.CodeInternal, "the views are not at entry %d", from).WithHint("run: truce views rebuild")
	}
	return err
}

// Work is Apply without the note of what comes next: who works in several
// entries calls Mark once.
func (r *Runner) Work(ctx context.Context, tx store.Tx, e *ledger.Entry) (erase []int64, err error) {
	for _, v := range r.views {
		nums, err := v.Apply(ctx, tx, e)
		if err != nil {
			return nil, fmt.Errorf("view %s: entry %d: %w", v.Name(), e.Number, err)
		}
		erase = append(erase, nums...)
	}
	return erase, nil
}

// Position is the number of the entry that the views expect next: the log size
// that they show. 0 when they have no tables yet.
func (r *Runner) Position(ctx context.Context, q store.Reader) (int64, error) {
	var next int64
	_, err := store.One(ctx, q, `SELECT next FROM view_cursor WHERE name = 'views'`, nil, &next)
	return next, err
}

// Lag is by how many entries the views are behind a log of size entries. It is
// 0 in good order, since entries and views are committed together.
func (r *Runner) Lag(ctx context.Context, q store.Reader, size int64) (int64, error) {
	next, err := r.Position(ctx, q)
	return size - next, err
}
