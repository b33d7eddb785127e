package sqlite

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"truce/internal/store"
)

// logged is how many pages of the log are not in the file yet, of how many.
func logged(t testing.TB, db *DB) (left, log int64) {
	t.Helper()
	err := db.withWriter(t.Context(), func(c *conn) error {
		n, moved, err := c.checkpoint("NOOP")
		left, log = n-moved, n
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return left, log
}

// TestMover: the log is moved while others write and read, begins anew, and
// nothing of it is lost.
func TestMover(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.db")
	db := open(t, path)
	db.mover.limit, db.mover.every = 32, 4
	must(t, write(t, db, `CREATE TABLE t (n INTEGER PRIMARY KEY, data BLOB)`))
	ctx, stop := context.WithCancel(t.Context())
	reading := make(chan struct{})
	go func() {
		defer close(reading)
		for ctx.Err() == nil {
			db.View(context.Background(), func(r store.Reader) error {
				_, err := store.One(context.Background(), r, `SELECT COUNT(*) FROM t`, nil, new(int64))
				time.Sleep(time.Millisecond)
				return err
			})
		}
	}()
	rows, again, before := 0, 0, int64(0)
	for ; again < 3; rows++ { // until the log has begun anew three times
		must(t, write(t, db, `INSERT INTO t (data) VALUES (randomblob(6000))`))
		_, log := logged(t, db)
		if log < before {
			again++
		}
		before = log
	}
	stop()
	<-reading
	must(t, db.Close())
	if n := number(t, open(t, path), `SELECT COUNT(*) FROM t WHERE length(data) = 6000`); n != int64(rows) {
		t.Errorf("%d rows, %d were written", n, rows)
	}
}

// TestMoverAndOldSnapshot: what an older snapshot still needs stays in the log, and
// is moved once it is over.
func TestMoverAndOldSnapshot(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "m.db"))
	db.mover.limit, db.mover.every = 32, 4
	must(t, write(t, db, `CREATE TABLE t (n INTEGER PRIMARY KEY, data BLOB)`, `INSERT INTO t (data) VALUES ('x')`))
	must(t, db.View(t.Context(), func(r store.Reader) error {
		var n int64
		for i := range 200 {
			if i > 0 { // the snapshot is of the first question
				must(t, write(t, db, `INSERT INTO t (data) VALUES (randomblob(6000))`))
			}
			if _, err := store.One(t.Context(), r, `SELECT COUNT(*) FROM t`, nil, &n); err != nil || n != 1 {
				t.Fatalf("the snapshot has %d rows, %v", n, err)
			}
		}
		if left, _ := logged(t, db); left < 200 {
			t.Errorf("%d pages are left in the log while an old snapshot is read", left)
		}
		return nil
	}))
	for left := int64(1000); left > 64; left, _ = logged(t, db) {
		must(t, write(t, db, `INSERT INTO t (data) VALUES ('y')`))
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
