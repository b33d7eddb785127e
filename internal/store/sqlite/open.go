package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"modernc.org/sqlite"

	"truce"
	"truce/internal/store"
)

// Options say how a database file is opened. The zero value is right for a
// register in use.
type Options struct {
	ReadOnly bool // opens for reading; creates nothing and needs no permission to write
	CacheMB  int  // page cache of each connection in mebibytes; 0 means 16
	Readers  int  // connections that read at the same time; 0 means 4
	BusyMS   int  // milliseconds to wait for another process that writes; 0 means 5000
}

func (o Options) withDefaults() Options {
	if o.CacheMB <= 0 {
		o.CacheMB = cacheMB
	}
	if o.Readers <= 0 {
		o.Readers = 4
	}
	if o.BusyMS <= 0 {
		o.BusyMS = 5000
	}
	return o
}

// DB is one SQLite file. It implements store.DB and is safe for concurrent use.
type DB struct {
	path     string
	opt      Options
	writable bool
	fixed    bool          // opened as immutable: no other process can be writing
	mover    *mover        // nil where nothing is written
	writer   chan *conn    // holds the one writer when it is free
	readers  chan *conn    // holds the free readers; nil stands for one not opened yet
	closed   chan struct{} // closed by Close
	once     sync.Once
}

var _ store.DB = (*DB)(nil)

// Open opens the database file at path and makes it when it is missing, with
// permissions for its owner only. It returns CodeUnavailable when the file
// cannot be opened or is in use, CodeTampered when it is no SQLite file or damaged.
func Open(path string, opt Options) (*DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, truce.Wrap(truce.CodeUnavailable, err, "the path of the database cannot be resolved")
	}
	opt = opt.withDefaults()
	if err := prepareFile(abs, opt.ReadOnly); err != nil {
		return nil, err
	}
	db := &DB{path: abs, opt: opt, writable: !opt.ReadOnly, closed: make(chan struct{}),
		writer: make(chan *conn, 1), readers: make(chan *conn, opt.Readers)}
	first, err := db.connectFirst()
	if err != nil {
		return nil, err
	}
	if db.writable {
		if err := db.startMover(); err != nil {
			first.close()
			return nil, err
		}
	}
	db.seat(first)
	return db, nil
}

// seat puts the first connection and the empty places of the readers.
func (db *DB) seat(first *conn) {
	places := db.opt.Readers
	if db.writable {
		db.writer <- first
	} else {
		db.readers <- first
		places--
	}
	for range places {
		db.readers <- nil
	}
}

// prepareFile makes an empty file for its owner only, or says that none is
// there. It never opens an existing one: closing it again would end the locks
// that SQLite holds on it in this process.
func prepareFile(path string, readOnly bool) error {
	_, err := os.Stat(path)
	if err == nil {
		return nil
	}
	if readOnly || !errors.Is(err, fs.ErrNotExist) {
		return openError(err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return openError(err)
	}
	return f.Close()
}

func openError(err error) error {
	e := truce.Wrap(truce.CodeUnavailable, err, "the database cannot be opened")
	if errors.Is(err, fs.ErrNotExist) {
		return e.WithHint("look whether the data folder is the right one")
	}
	return e.WithHint("look at the permissions and the owner of the data folder")
}

// connectFirst opens the first connection and reads the file's header, so that
// a damaged file is found now. A file in a folder that nobody can write to is
// opened as immutable when it has no write-ahead log that is not yet moved in.
func (db *DB) connectFirst() (*conn, error) {
	if db.writable {
		return db.connect(writes)
	}
	c, err := db.connect(reads)
	if err == nil || walWaits(db.path) {
		return c, err
	}
	if truce.CodeOf(err) != truce.CodeUnavailable {
		return nil, err
	}
	db.fixed = true
	if c, again := db.connect(reads); again == nil {
		return c, nil
	}
	return nil, err
}

func walWaits(path string) bool {
	info, err := os.Stat(path + "-wal")
	return err == nil && info.Size() > 0
}

// use is what a connection is for.
type use int

const (
	reads  use = iota // snapshots
	writes            // the one writer
	copies            // a backup: reads the register, writes another file
	moves             // the mover
)

// connect opens one connection and proves that it can read.
func (db *DB) connect(u use) (*conn, error) {
	dc, err := new(sqlite.Driver).Open(db.dsn(u))
	if err != nil {
		return nil, classify(err)
	}
	c := newConn(dc)
	if _, err := c.exec(context.Background(), "SELECT COUNT(*) FROM sqlite_schema", nil); err != nil {
		c.close()
		return nil, classify(err)
	}
	return c, nil
}

// dsn is the file URI with the pragmas of one connection. The path is escaped:
// folder and file names may hold any character.
func (db *DB) dsn(u use) string {
	q := url.Values{"_defensive": {"1"}, "_dqs": {"0"}, "_error_rc": {"1"},
		"_busy_timeout": {strconv.Itoa(db.opt.BusyMS)},
		"_pragma":       {"temp_store(MEMORY)", "foreign_keys(0)", "cell_size_check(1)"}}
	switch {
	case u == writes || u == moves:
		q["_pragma"] = append(q["_pragma"], "journal_mode(WAL)", "synchronous(FULL)", "secure_delete(ON)", "wal_autocheckpoint(0)")
	case u == reads && db.writable:
		q.Set("_query_only", "1")
	default:
		q.Set("mode", "ro")
	}
	q.Add("_pragma", fmt.Sprintf("cache_size(-%d)", db.opt.CacheMB<<10))
	if db.fixed {
		q.Set("immutable", "1")
	}
	file := url.URL{Scheme: "file", Path: filepath.ToSlash(db.path), RawQuery: q.Encode()}
	return file.String()
}

// cacheMB is the page cache of a connection, in mebibytes. A commit after which
// pages of an index were put in another order looks at every page that is kept
// (pcache1TruncateUnsafe, after balance_nonroot of btree.c has used a number
// beyond the end), which happens in most groups of statements; what is not kept
// is in the cache of the operating system.
const cacheMB = 16

// Close waits for the transactions that run and closes every connection. Work
// that comes later is CodeUnavailable.
func (db *DB) Close() error {
	var errs []error
	db.once.Do(func() { errs = db.closeAll() })
	return errors.Join(errs...)
}

func (db *DB) closeAll() (errs []error) {
	close(db.closed)
	for range db.opt.Readers {
		errs = append(errs, (<-db.readers).close())
	}
	if db.writable {
		w := <-db.writer
		errs = append(errs, db.mover.stop(), w.close())
	}
	return errs
}

// take waits for a free connection out of pool.
func (db *DB) take(ctx context.Context, pool chan *conn) (*conn, error) {
	select {
	case <-db.closed:
		return nil, errClosed()
	default:
	}
	select {
	case c := <-pool:
		if c != nil {
			return c, nil
		}
	case <-ctx.Done():
		return nil, cancelled(ctx)
	case <-db.closed:
		return nil, errClosed()
	}
	c, err := db.connect(reads)
	if err != nil {
		pool <- nil
	}
	return c, err
}

func errClosed() error { return truce.E(truce.CodeUnavailable, "the database is closed") }

// cancelled says that the asker went away or ran out of time.
func cancelled(ctx context.Context) error {
	return truce.Wrap(truce.CodeUnavailable, context.Cause(ctx), "the request was given up")
}
