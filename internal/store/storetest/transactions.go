package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"truce"
	"truce/internal/store"
)

func readYourOwnWrites(t *testing.T, b *bench) {
	b.must(b.Update(t.Context(), func(tx store.Tx) error {
		tx.Exec(t.Context(), makeCount)
		tx.Exec(t.Context(), "INSERT INTO c VALUES (1, 10), (2, 20)")
		tx.Exec(t.Context(), "UPDATE c SET v = v + 1 WHERE k = ?", 2)
		b.want(b.in(tx, "SELECT SUM(v) FROM c"), 31, "sum inside the transaction")
		return nil
	}))
	b.want(b.number("SELECT SUM(v) FROM c"), 31, "sum after the commit")
}

func rollbackOnError(t *testing.T, b *bench) {
	b.do(makeCount)
	mine := errors.New("mine")
	err := b.Update(t.Context(), func(tx store.Tx) error {
		tx.Exec(t.Context(), "INSERT INTO c VALUES (1, 1)")
		return mine
	})
	if !errors.Is(err, mine) {
		t.Errorf("the error of fn came back as %v", err)
	}
	b.want(b.number(countC), 0, "rows after the rollback")
}

func rollbackOnPanic(t *testing.T, b *bench) {
	b.do(makeCount)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		b.Update(t.Context(), func(tx store.Tx) error {
			tx.Exec(t.Context(), "INSERT INTO c VALUES (1, 1)")
			panic("in the middle")
		})
	}()
	b.want(b.number(countC), 0, "rows after the panic")
	b.do("INSERT INTO c VALUES (2, 2)")
	b.want(b.number(countC), 1, "rows after the next update")
}

func isolation(t *testing.T, b *bench) {
	b.do(makeCount)
	b.must(b.Update(t.Context(), func(tx store.Tx) error {
		tx.Exec(t.Context(), "INSERT INTO c VALUES (1, 1)")
		b.want(b.number(countC), 0, "rows seen from outside before the commit")
		return nil
	}))
	b.want(b.number(countC), 1, "rows seen from outside after the commit")
}

func snapshotDuringWrites(t *testing.T, b *bench) {
	b.do(makeCount, "INSERT INTO c VALUES (1, 1)")
	b.must(b.View(t.Context(), func(r store.Reader) error {
		b.want(b.in(r, countC), 1, "rows at first")
		b.do("INSERT INTO c VALUES (2, 2)")
		b.want(b.in(r, countC), 1, "rows in the same view after a commit")
		b.want(b.in(r, "SELECT COUNT(*) FROM c AS other"), 1, "rows by another query of the same view")
		return nil
	}))
	b.want(b.number(countC), 2, "rows in the next view")
}

func oneWriter(t *testing.T, b *bench) {
	var wg sync.WaitGroup
	inside, most := make(chan struct{}, 8), 0
	for range 8 {
		wg.Go(func() {
			b.Update(t.Context(), func(store.Tx) error {
				inside <- struct{}{}
				most = max(most, len(inside)) // guarded by the one writer; the race detector would tell
				<-inside
				return nil
			})
		})
	}
	wg.Wait()
	b.want(int64(most), 1, "writers at once")
}

func lostUpdates(t *testing.T, b *bench) {
	b.do(makeCount, "INSERT INTO c VALUES (1, 0)")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 25 {
				b.Update(t.Context(), func(tx store.Tx) error {
					v := b.in(tx, "SELECT v FROM c WHERE k = 1")
					_, err := tx.Exec(t.Context(), "UPDATE c SET v = ? WHERE k = 1", v+1)
					return err
				})
			}
		})
	}
	wg.Wait()
	b.want(b.number("SELECT v FROM c"), 100, "count after 100 read-and-write updates")
}

func reopening(t *testing.T, b *bench) {
	b.do(makeCount, "INSERT INTO c VALUES (7, 8)")
	b.must(b.Close())
	again := b.open(t, "main")
	defer again.Close()
	b.DB = again
	b.want(b.number("SELECT v FROM c WHERE k = 7"), 8, "value after the reopening")
}

func closed(t *testing.T, b *bench) {
	b.do(makeCount)
	b.must(b.Close())
	b.must(b.Close())
	for what, err := range map[string]error{
		"view":   b.View(t.Context(), func(store.Reader) error { return nil }),
		"update": b.Update(t.Context(), func(store.Tx) error { return nil }),
	} {
		if truce.CodeOf(err) != truce.CodeUnavailable {
			t.Errorf("%s of a closed database: %v", what, err)
		}
	}
}

func manyReaders(t *testing.T, b *bench) {
	b.do(makeCount, "INSERT INTO c VALUES (1, 5)")
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for range 10 {
				if v := b.number("SELECT v FROM c WHERE k = 1"); v != 5 {
					t.Errorf("a reader saw %d", v)
				}
			}
		})
	}
	wg.Wait()
}

func readersDoNotStop(t *testing.T, b *bench) {
	b.do(makeCount)
	b.must(b.View(t.Context(), func(r store.Reader) error {
		b.want(b.in(r, countC), 0, "rows at first")
		for i := range 200 {
			b.put("INSERT INTO c VALUES (?, ?)", i, i)
		}
		b.want(b.in(r, countC), 0, "rows still")
		return nil
	}))
	b.want(b.number(countC), 200, "rows at last")
}

func cancelledBefore(t *testing.T, b *bench) {
	b.do(makeCount)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := b.View(ctx, func(r store.Reader) error {
		_, err := r.Query(ctx, countC)
		return err
	})
	b.gaveUp(err)
}

// gaveUp wants err to be CodeUnavailable with the context's error inside.
func (b *bench) gaveUp(err error) {
	b.t.Helper()
	if truce.CodeOf(err) != truce.CodeUnavailable || !errors.Is(err, context.Canceled) {
		b.t.Errorf("after a cancellation: %v", err)
	}
}

func cancelledBetweenRows(t *testing.T, b *bench) {
	b.do(makeCount, "INSERT INTO c VALUES (1, 1), (2, 2), (3, 3)")
	ctx, cancel := context.WithCancel(t.Context())
	b.must(b.View(t.Context(), func(r store.Reader) error {
		rows, err := r.Query(ctx, "SELECT k FROM c ORDER BY k")
		b.must(err)
		defer rows.Close()
		if !rows.Next() {
			t.Fatal("no first row")
		}
		cancel()
		if rows.Next() {
			t.Error("a row after the cancellation")
		}
		b.gaveUp(rows.Err())
		return nil
	}))
}

func cancelledInUpdate(t *testing.T, b *bench) {
	b.do(makeCount)
	ctx, cancel := context.WithCancel(t.Context())
	err := b.Update(ctx, func(tx store.Tx) error {
		if _, err := tx.Exec(ctx, "INSERT INTO c VALUES (1, 1)"); err != nil {
			return err
		}
		cancel()
		_, err := tx.Exec(ctx, "INSERT INTO c VALUES (2, 2)")
		return err
	})
	b.gaveUp(err)
	b.want(b.number(countC), 0, "rows after the cancelled update")
}

func cancelledWaiting(t *testing.T, b *bench) {
	ctx, cancel := context.WithCancel(t.Context())
	b.must(b.Update(t.Context(), func(store.Tx) error {
		done := make(chan error)
		go func() { done <- b.Update(ctx, func(store.Tx) error { return nil }) }()
		cancel()
		b.gaveUp(<-done)
		return nil
	}))
}
