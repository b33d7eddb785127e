package sqlite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"truce"
	"truce/internal/store"
)

// Checkpoint moves the write-ahead log into the file and cuts it to nothing, so
// that erased content is gone from both. While somebody reads an older
// snapshot it cannot, and returns CodeUnavailable: try again later.
func (db *DB) Checkpoint(ctx context.Context) error {
	return db.withWriter(ctx, func(c *conn) error {
		c.patience(checkpointMS)
		defer c.patience(db.opt.BusyMS)
		var busy, pages, moved int64
		_, err := store.One(ctx, &tx{c: c, stop: ctx}, "PRAGMA wal_checkpoint(TRUNCATE)", nil, &busy, &pages, &moved)
		if err == nil && busy != 0 {
			err = truce.E(truce.CodeUnavailable, "older snapshots are still being read")
		}
		return err
	})
}

// checkpointMS is how long Checkpoint waits for readers, in milliseconds: the
// writer stands still meanwhile.
const checkpointMS = 50

// patience sets how many milliseconds c waits for a lock. A connection that
// does not take it keeps the old value, which only means another wait.
func (c *conn) patience(ms int) {
	c.exec(context.Background(), fmt.Sprintf("PRAGMA busy_timeout = %d", ms), nil)
}

// WithCache runs fn while the writer may keep up to mb mebibytes of pages in
// memory, for work that goes all over the file in one transaction. Commits scan
// what is kept, so that more is not better for small ones.
func (db *DB) WithCache(ctx context.Context, mb int, fn func() error) error {
	if err := db.setCache(ctx, mb); err != nil {
		return err
	}
	defer db.setCache(context.WithoutCancel(ctx), db.opt.CacheMB) // a large cache is no fault
	return fn()
}

func (db *DB) setCache(ctx context.Context, mb int) error {
	return db.withWriter(ctx, func(c *conn) error {
		db.mover.look(c) // such work makes the log long in one commit
		_, err := c.exec(ctx, fmt.Sprintf("PRAGMA cache_size = -%d", mb<<10), nil)
		return classify(err)
	})
}

// Vacuum writes the whole file anew without free pages. It needs as much free
// space again as the file has, and holds up the writer meanwhile.
func (db *DB) Vacuum(ctx context.Context) error {
	return db.withWriter(ctx, func(c *conn) error {
		_, err := c.exec(ctx, "VACUUM", nil)
		return classify(err)
	})
}

// withWriter lends the writer's connection outside any transaction.
func (db *DB) withWriter(ctx context.Context, fn func(*conn) error) error {
	if !db.writable {
		return truce.E(truce.CodeUnavailable, "the database is open for reading only")
	}
	c, err := db.take(ctx, db.writer)
	if err != nil {
		return err
	}
	defer func() { db.writer <- c }()
	return fn(c)
}

// Backup writes a consistent copy to the file at path, which must not exist,
// while others go on reading and writing, and flushes it to the disk. The copy
// holds no free pages, so nothing erased.
func (db *DB) Backup(ctx context.Context, path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the path of the copy cannot be resolved")
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the copy cannot be written").
			WithHint("name a file that does not exist, in a folder that does")
	}
	defer f.Close()
	if err := db.copyTo(ctx, path); err != nil {
		os.Remove(path) // half a copy is worth nothing
		return err
	}
	return flush(f, filepath.Dir(path))
}

func (db *DB) copyTo(ctx context.Context, path string) error {
	c, err := db.connect(copies)
	if err != nil {
		return err
	}
	defer c.close()
	vals, err := c.bind([]any{path})
	if err != nil {
		return err
	}
	_, err = c.exec(ctx, "VACUUM INTO ?", vals)
	return classify(err)
}

// flush makes a written file and its name in folder durable.
func flush(f *os.File, folder string) error {
	if err := f.Sync(); err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the copy cannot be flushed to the disk")
	}
	d, err := os.Open(folder)
	if err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the folder of the copy cannot be read")
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the folder of the copy cannot be flushed to the disk")
	}
	return nil
}

// Check reads the whole file and looks at its structure: every page, index and
// row format. Damage is CodeTampered with the first finding. It does not know
// what the rows mean; ledger.Verify does.
func (db *DB) Check(ctx context.Context) error {
	return db.View(ctx, func(r store.Reader) error {
		var finding string
		if _, err := store.One(ctx, r, "PRAGMA integrity_check(1)", nil, &finding); err != nil {
			return err
		}
		if finding != "ok" {
			return truce.E(truce.CodeTampered, "the database file is damaged: %s", finding).
				WithHint("restore a backup, then compare its head with the head file")
		}
		return nil
	})
}
