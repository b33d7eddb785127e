package ledger

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"truce"
	"truce/internal/store"
	"truce/proof"
)

// Copy names the two files of a backup, or of a register.
type Copy struct {
	Database string // path of the database file
	Head     string // path of the head file
}

// backuper is a database that can copy itself into a file while in use.
type backuper interface {
	Backup(ctx context.Context, path string) error
}

// Backup writes a consistent copy of the database, entries and views of one
// moment, and the head that goes with it, while the register is in use. Neither
// file may exist. The copy covers at least the entries under Head. It holds no
// secret key.
func (l *Ledger) Backup(ctx context.Context, to Copy) (*proof.Checkpoint, error) {
	db, ok := l.cfg.DB.(backuper)
	if !ok {
		return nil, truce.E(truce.CodeUnavailable, "this database cannot copy itself").
			WithHint("use the database's own tools")
	}
	if err := mustNotExist(to.Database, to.Head); err != nil {
		return nil, err
	}
	head := l.Head() // before the copy: a head ahead of its database is refused
	if err := db.Backup(ctx, to.Database); err != nil {
		return nil, err
	}
	if err := writeHeadFile(to.Head, head.Note); err != nil {
		return nil, errors.Join(err, os.Remove(to.Database))
	}
	return head, nil
}

func mustNotExist(paths ...string) error {
	for _, path := range paths {
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return truce.E(truce.CodeConflict, "%s exists already", filepath.Base(path)).
				WithHint("nothing is overwritten: name a new folder, or move the old files away")
		}
	}
	return nil
}

// Restore copies a backup into the files of a register that has no database,
// and verifies all of it first: what does not verify leaves nothing behind.
// Where a head file is there already and the backup is older than it, Restore
// refuses with CodeTampered: entries that were acknowledged would be lost, and
// the register would sign a second history. Move the head file away to accept
// that. open opens the database; cfg.DB and cfg.HeadPath are not used.
func Restore(ctx context.Context, cfg Config, from, to Copy, open func(path string) (store.DB, error), progress func(done, total int64)) (*Report, error) {
	if err := mustNotExist(to.Database, to.Database+"-wal"); err != nil {
		return nil, err
	}
	trial := to.Database + ".restoring"
	defer removeDatabase(trial)
	if err := copyFile(from.Database, trial); err != nil {
		return nil, truce.Wrap(truce.CodeUnavailable, err, "the backup cannot be copied").
			WithHint("look at the path of the backup, and free space and permissions of the folder")
	}
	cfg.Signer, cfg.Follower = nil, nil // nothing is written while it is on trial
	heads := []string{from.Head}
	if _, err := os.Stat(to.Head); err == nil {
		heads = append(heads, to.Head)
	}
	report, err := tryAll(ctx, cfg, trial, heads, open, progress)
	if err != nil {
		return nil, err
	}
	return report, adopt(trial, from, to)
}

// tryAll opens the copy beside each head file, and verifies it once.
func tryAll(ctx context.Context, cfg Config, path string, heads []string, open func(path string) (store.DB, error), progress func(done, total int64)) (*Report, error) {
	db, err := open(path)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	cfg.DB = db
	var l *Ledger
	for _, cfg.HeadPath = range heads {
		if l, err = Open(ctx, cfg); err != nil {
			return nil, err
		}
		l.Close()
	}
	return l.Verify(ctx, progress)
}

// adopt gives the copy its name, database last: a register without one is
// plainly not there.
func adopt(trial string, from, to Copy) error {
	err := func() error {
		if _, err := os.Stat(to.Head); errors.Is(err, fs.ErrNotExist) {
			if err := copyFile(from.Head, to.Head); err != nil {
				return err
			}
		}
		if err := os.Rename(trial, to.Database); err != nil {
			return err
		}
		return syncFolder(filepath.Dir(to.Database))
	}()
	if err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the restored files cannot be put in place")
	}
	return nil
}

// removeDatabase removes what a trial left; after an adoption nothing is there.
func removeDatabase(path string) {
	for _, end := range []string{"", "-wal", "-shm"} {
		os.Remove(path + end)
	}
}

// copyFile copies a file for its owner only and flushes it.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close(), syncFolder(filepath.Dir(to)))
}
