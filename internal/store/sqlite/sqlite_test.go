package sqlite

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"truce"
	"truce/internal/store"
	"truce/internal/store/storetest"
)

func TestSuite(t *testing.T) {
	var folders sync.Map
	storetest.Run(t, func(t *testing.T, name string) store.DB {
		dir, _ := folders.LoadOrStore(t.Name(), t.TempDir())
		return open(t, filepath.Join(dir.(string), name+".db"))
	})
}

func open(t testing.TB, path string) *DB {
	t.Helper()
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// write runs statements in one update and gives its error.
func write(t testing.TB, db *DB, statements ...string) error {
	t.Helper()
	return db.Update(t.Context(), func(tx store.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(t.Context(), s); err != nil {
				return err
			}
		}
		return nil
	})
}

func number(t testing.TB, db *DB, query string, args ...any) (n int64) {
	t.Helper()
	err := db.View(t.Context(), func(r store.Reader) error {
		_, err := store.One(t.Context(), r, query, args, &n)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

const (
	makeT = "CREATE TABLE t (k BIGINT PRIMARY KEY, v BLOB)"
	fillT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT i, randomblob(500) FROM n"
)

func wantCode(t testing.TB, what string, err error, code truce.Code, hint bool) {
	t.Helper()
	if truce.CodeOf(err) != code {
		t.Errorf("%s: %v, want the code %s", what, err, code)
	}
	if hint && truce.HintOf(err) == "" {
		t.Errorf("%s: no hint in %v", what, err)
	}
}

func TestPragmas(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	for pragma, want := range map[string]int64{"synchronous": 2, "secure_delete": 1, "foreign_keys": 0,
		"temp_store": 2, "cache_size": -cacheMB << 10, "wal_autocheckpoint": 0, "busy_timeout": 5000, "query_only": 0} {
		err := db.Update(t.Context(), func(tx store.Tx) error {
			var n int64
			_, err := store.One(t.Context(), tx, "PRAGMA "+pragma, nil, &n)
			if n != want {
				t.Errorf("%s of the writer is %d, want %d", pragma, n, want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := number(t, db, "PRAGMA query_only"); n != 1 {
		t.Errorf("query_only of a reader is %d", n)
	}
	if n := number(t, db, "SELECT COUNT(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"); n != 1 {
		t.Error("the journal is no write-ahead log")
	}
}

func TestAnyPath(t *testing.T) {
	for _, name := range []string{"a b", "q?mode=ro", "h#x", "100%41", "مشفى", "'quote\"", "file:x", "a&b=c;d"} {
		dir := filepath.Join(t.TempDir(), name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name+".db")
		db := open(t, path)
		if err := write(t, db, makeT, fillT); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the permissions %v", name, info.Mode())
		}
		if err := db.Backup(t.Context(), filepath.Join(dir, name+".copy")); err != nil {
			t.Errorf("%s: backup: %v", name, err)
		}
	}
}

func TestReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	_, err := Open(path, Options{ReadOnly: true})
	wantCode(t, "a missing file", err, truce.CodeUnavailable, true)
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Error("opening for reading made the file")
	}
	rw := open(t, path)
	if err := write(t, rw, makeT, fillT); err != nil {
		t.Fatal(err)
	}
	ro, err := Open(path, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer ro.Close()
	if n := number(t, ro, "SELECT COUNT(*) FROM t"); n != 2000 {
		t.Errorf("%d rows beside a writer", n)
	}
	wantCode(t, "update", write(t, ro, "DELETE FROM t"), truce.CodeUnavailable, false)
	wantCode(t, "checkpoint", ro.Checkpoint(t.Context()), truce.CodeUnavailable, false)
}

func TestFolderNobodyMayWriteTo(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.db")
	db := open(t, path)
	if err := write(t, db, makeT, fillT); err != nil {
		t.Fatal(err)
	}
	db.Close()
	storetest.ReadOnlyFolder(t, dir)
	ro, err := Open(path, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer ro.Close()
	if n := number(t, ro, "SELECT COUNT(*) FROM t"); n != 2000 {
		t.Errorf("%d rows in a folder that nobody may write to", n)
	}
	_, err = Open(filepath.Join(dir, "new.db"), Options{})
	wantCode(t, "a new file", err, truce.CodeUnavailable, true)
	rw, err := Open(path, Options{})
	if err == nil {
		defer rw.Close()
		err = write(t, rw, "DELETE FROM t")
	}
	wantCode(t, "writing", err, truce.CodeUnavailable, true)
}

func TestFullDisk(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	if err := write(t, db, makeT, "INSERT INTO t VALUES (0, 'before')", "PRAGMA max_page_count = 20"); err != nil {
		t.Fatal(err)
	}
	err := db.Update(t.Context(), func(tx store.Tx) error {
		tx.Exec(t.Context(), "INSERT INTO t VALUES (-1, 'half')")
		_, err := tx.Exec(t.Context(), fillT)
		wantCode(t, "the statement that did not fit", err, truce.CodeUnavailable, true)
		_, err = tx.Exec(t.Context(), "INSERT INTO t VALUES (-2, 'after')")
		wantCode(t, "a statement after it", err, truce.CodeUnavailable, true)
		return nil // an fn that overlooks the errors must not commit either
	})
	wantCode(t, "the update", err, truce.CodeUnavailable, true)
	if n := number(t, db, "SELECT COUNT(*) FROM t"); n != 1 {
		t.Errorf("%d rows, want the one from before", n)
	}
	if err := write(t, db, "PRAGMA max_page_count = 100000", fillT); err != nil {
		t.Errorf("with space again: %v", err)
	}
}

func TestDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	db := open(t, path)
	if err := write(t, db, makeT, fillT); err != nil {
		t.Fatal(err)
	}
	if err := db.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	db.Close()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for what, at := range map[string]int{"header": 3, "root page of the table": 4096, "a leaf": 4096 * 30} {
		broken := bytes.Clone(whole)
		copy(broken[at:], "\xff\xff\xff\xff\xff\xff\xff\xff")
		if err := os.WriteFile(path, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		db, err := Open(path, Options{})
		if err == nil {
			err = db.Check(t.Context())
			db.Close()
		}
		wantCode(t, what, err, truce.CodeTampered, true)
	}
}

func TestAnotherWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	one := open(t, path)
	if err := write(t, one, makeT); err != nil {
		t.Fatal(err)
	}
	two, err := Open(path, Options{BusyMS: 20})
	if err != nil {
		t.Fatal(err)
	}
	defer two.Close()
	err = one.Update(t.Context(), func(store.Tx) error {
		wantCode(t, "while another writes", write(t, two, "DELETE FROM t"), truce.CodeUnavailable, true)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := write(t, two, "DELETE FROM t"); err != nil {
		t.Errorf("after the other has written: %v", err)
	}
}

// TestErasedBytes looks into the files: what was set to NULL is in none of them.
func TestErasedBytes(t *testing.T) {
	dir := t.TempDir()
	db := open(t, filepath.Join(dir, "x.db"))
	secret := strings.Repeat("the-erased-content-", 1000) // over several pages
	err := db.Update(t.Context(), func(tx store.Tx) error {
		tx.Exec(t.Context(), makeT)
		_, err := tx.Exec(t.Context(), "INSERT INTO t VALUES (1, ?), (2, 'stays')", secret)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !holds(t, dir, "the-erased-content-") {
		t.Fatal("the test does not find what is there")
	}
	if err := write(t, db, "UPDATE t SET v = NULL WHERE k = 1"); err != nil {
		t.Fatal(err)
	}
	if err := db.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if holds(t, dir, "erased-content") {
		t.Error("erased content is still in the files")
	}
}

func holds(t *testing.T, dir, what string) bool {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(what)) {
			return true
		}
	}
	return false
}

func TestCheckpointWaitsForReaders(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	if err := write(t, db, makeT, fillT); err != nil {
		t.Fatal(err)
	}
	err := db.View(t.Context(), func(r store.Reader) error {
		var n int64
		if _, err := store.One(t.Context(), r, "SELECT COUNT(*) FROM t", nil, &n); err != nil {
			return err
		}
		if err := write(t, db, "DELETE FROM t WHERE k < 1000"); err != nil {
			return err
		}
		wantCode(t, "beside a reader", db.Checkpoint(t.Context()), truce.CodeUnavailable, false)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Checkpoint(t.Context()); err != nil {
		t.Errorf("without readers: %v", err)
	}
	if err := db.Vacuum(t.Context()); err != nil {
		t.Errorf("vacuum: %v", err)
	}
}

func TestBackupDuringWrites(t *testing.T) {
	dir := t.TempDir()
	db := open(t, filepath.Join(dir, "x.db"))
	if err := write(t, db, makeT, fillT); err != nil {
		t.Fatal(err)
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default: // each update keeps the number of rows
				write(t, db, "DELETE FROM t WHERE k = 1", "INSERT INTO t VALUES (1, randomblob(500))")
			}
		}
	}()
	for i := range 3 {
		path := filepath.Join(dir, fmt.Sprintf("copy%d", i))
		if err := db.Backup(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		c := open(t, path)
		if n := number(t, c, "SELECT COUNT(*) FROM t"); n != 2000 {
			t.Errorf("a copy has %d rows", n)
		}
	}
	close(stop)
	<-stopped
	wantCode(t, "over an existing file", db.Backup(t.Context(), filepath.Join(dir, "copy0")), truce.CodeUnavailable, true)
}

func TestStatementsAreBounded(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	for i := range 3 * maxStatements {
		number(t, db, fmt.Sprintf("SELECT %d", i))
	}
	for range db.opt.Readers {
		c := <-db.readers
		if c != nil && c.kept > maxStatements {
			t.Errorf("a connection keeps %d statements", c.kept)
		}
		defer func() { db.readers <- c }()
	}
}

// TestWithCache: the writer's cache grows for the time of a call, and fn's error
// comes through.
func TestWithCache(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	size := func() (kb int64) {
		err := db.Update(t.Context(), func(tx store.Tx) error {
			_, err := store.One(t.Context(), tx, "PRAGMA cache_size", nil, &kb)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return -kb
	}
	before, during, mine := size(), int64(0), errors.New("mine")
	if err := db.WithCache(t.Context(), 123, func() error { during = size(); return mine }); err != mine {
		t.Errorf("got %v", err)
	}
	if during != 123<<10 || size() != before {
		t.Errorf("the cache had %d KiB, then %d, then %d", before, during, size())
	}
}
