package view

import (
	"context"

	"truce/internal/ledger"
	"truce/internal/store"
)

// View is one reading of the log, kept in tables of its own. All its reads and
// writes go through the transaction it is handed. It MUST be deterministic: no
// clock, no randomness, no iteration over maps into rows.
type View interface {
	// Name is the prefix of its tables: "party".
	Name() string
	// Schema creates its tables: one SQL statement each.
	Schema() []string
	// Tables lists its tables with the columns of their primary key, in order;
	// the digest of a view is taken over all rows in that order.
	Tables() []Table
	// Apply works e into the tables. See ledger.Follower.
	Apply(ctx context.Context, tx store.Tx, e *ledger.Entry) (erase []int64, err error)
}

// Table names a table and what to order its rows by.
type Table struct{ Name, Order string }
