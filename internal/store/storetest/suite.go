package storetest

import (
	"context"
	"testing"

	"truce/internal/store"
)

// Open opens the database called name, empty the first time. After a Close the
// same name opens what was written. It fails t when it cannot.
type Open func(t *testing.T, name string) store.DB

// Run runs the suite on fresh databases from open.
func Run(t *testing.T, open Open) {
	for name, test := range map[string]func(*testing.T, *bench){
		"read your own writes":        readYourOwnWrites,
		"rollback on error":           rollbackOnError,
		"rollback on panic":           rollbackOnPanic,
		"isolation":                   isolation,
		"snapshot during writes":      snapshotDuringWrites,
		"one writer":                  oneWriter,
		"lost updates":                lostUpdates,
		"types":                       types,
		"named types":                 namedTypes,
		"wrong types are refused":     wrongTypes,
		"integers of 64 bits":         integers,
		"blobs":                       blobs,
		"text":                        texts,
		"null":                        nulls,
		"order of blobs and text":     ordering,
		"many rows":                   manyRows,
		"nested queries":              nestedQueries,
		"rows left open":              rowsLeftOpen,
		"rows after the end":          rowsAfterEnd,
		"on conflict":                 onConflict,
		"constraint":                  constraint,
		"constraint keeps the rest":   constraintKeepsRest,
		"bad SQL":                     badSQL,
		"rows touched":                rowsTouched,
		"argument is never SQL":       injection,
		"cancelled before":            cancelledBefore,
		"cancelled between rows":      cancelledBetweenRows,
		"cancelled in an update":      cancelledInUpdate,
		"cancelled while waiting":     cancelledWaiting,
		"durable over a reopening":    reopening,
		"closed":                      closed,
		"views of many at once":       manyReaders,
		"readers do not stop writers": readersDoNotStop,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t, "main")
			t.Cleanup(func() { db.Close() })
			test(t, &bench{DB: db, t: t, open: open})
		})
	}
}

// bench is a database under test with short words for what tests do all the time.
type bench struct {
	store.DB
	t    *testing.T
	open Open
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// do runs statements in one Update.
func (b *bench) do(statements ...string) {
	b.t.Helper()
	b.must(b.Update(b.t.Context(), func(tx store.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(b.t.Context(), s); err != nil {
				return err
			}
		}
		return nil
	}))
}

// put runs one statement with arguments in an Update of its own.
func (b *bench) put(query string, args ...any) {
	b.t.Helper()
	b.must(b.Update(b.t.Context(), func(tx store.Tx) error {
		_, err := tx.Exec(b.t.Context(), query, args...)
		return err
	}))
}

// number is the single integer that query gives.
func (b *bench) number(query string, args ...any) (n int64) {
	b.t.Helper()
	b.must(b.View(b.t.Context(), func(r store.Reader) error {
		n = b.in(r, query, args...)
		return nil
	}))
	return n
}

// in is number inside a transaction.
func (b *bench) in(r store.Reader, query string, args ...any) (n int64) {
	b.t.Helper()
	found, err := store.One(context.Background(), r, query, args, &n)
	b.must(err)
	if !found {
		b.t.Fatalf("%s: no row", query)
	}
	return n
}

func (b *bench) want(got, want int64, what string) {
	b.t.Helper()
	if got != want {
		b.t.Errorf("%s: %d, want %d", what, got, want)
	}
}

const (
	makeCount = "CREATE TABLE c (k BIGINT PRIMARY KEY, v BIGINT NOT NULL)"
	countC    = "SELECT COUNT(*) FROM c"
)
