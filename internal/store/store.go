package store

import "context"

// Rows is the result of a query, read once, in order. Close is always called.
type Rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close() error
}

// Reader asks. Inside one DB.View all answers are of one moment.
type Reader interface {
	Query(ctx context.Context, query string, args ...any) (Rows, error)
}

// Tx asks and writes. What it writes it sees; others see it after the commit.
type Tx interface {
	Reader
	// Exec runs one statement and says how many rows it touched.
	Exec(ctx context.Context, query string, args ...any) (int64, error)
}

// DB is a database with one writer.
type DB interface {
	// View runs fn on a consistent snapshot. Snapshots do not block the writer.
	View(ctx context.Context, fn func(Reader) error) error
	// Update runs fn in a transaction and commits durably (power loss included)
	// when fn returns nil; otherwise nothing is written. One Update runs at a time.
	// A full disk or a read-only file is truce.CodeUnavailable, a damaged file
	// truce.CodeTampered.
	Update(ctx context.Context, fn func(Tx) error) error
	Close() error
}

// One scans the single row of a query into dest. found is false when there is none.
func One(ctx context.Context, r Reader, query string, args []any, dest ...any) (found bool, err error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	if !rows.Next() {
		return false, rows.Err()
	}
	return true, rows.Scan(dest...)
}

// Each calls fn on every row of a query, until there is none or fn fails.
func Each(ctx context.Context, r Reader, query string, args []any, fn func(Rows) error) error {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
