package app

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/proof"
)

// archived are the files of a backup, in the order they stand in it. The keys
// are in it only when they were asked for.
var (
	archived     = []string{"log.pub", "head", "truce.db"}
	archivedKeys = []string{"log.key", "keys/registrar.key", "keys/registrar-root.key"}
)

// Backup writes the register into one new file, a tar archive, while it is in
// use: database, head and public key, of one moment. Private keys are left out
// unless withKeys is set; they are archived as they are, protected by their
// passphrase or not. The file may not exist (CodeConflict). It is put in place
// whole or not at all, for its owner only.
func (r *Register) Backup(ctx context.Context, path string, withKeys bool) (*proof.Checkpoint, error) {
	if _, err := os.Lstat(path); err == nil {
		return nil, truce.E(truce.CodeConflict, "the file is there already, and nothing is overwritten").At(path).
			WithHint("name another file, or move the old one away")
	}
	tmp, err := os.MkdirTemp(filepath.Dir(path), ".backup-*")
	if err != nil {
		return nil, cannotBackUp(err)
	}
	defer os.RemoveAll(tmp)
	cp, err := r.Ledger.Backup(ctx, ledger.Copy{Database: filepath.Join(tmp, "truce.db"), Head: filepath.Join(tmp, "head")})
	if err != nil {
		return nil, err
	}
	whole := filepath.Join(tmp, "whole")
	if err := r.archive(whole, tmp, withKeys); err != nil {
		return nil, cannotBackUp(err)
	}
	if err := os.Rename(whole, path); err != nil {
		return nil, cannotBackUp(err)
	}
	return cp, nil
}

func cannotBackUp(err error) error {
	return truce.Wrap(truce.CodeUnavailable, err, "the backup cannot be written").
		WithHint("look at free space and permissions of the folder; it takes twice the size of the database meanwhile")
}

func (r *Register) archive(path, tmp string, withKeys bool) error {
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w := tar.NewWriter(out)
	names := archived
	if withKeys {
		names = append(append([]string{}, archived...), archivedKeys...)
	}
	for _, name := range names {
		from := tmp
		if name != "truce.db" && name != "head" {
			from = string(r.Folder)
		}
		if err = addFile(w, filepath.Join(from, filepath.FromSlash(name)), name); err != nil {
			break
		}
	}
	return errors.Join(err, w.Close(), out.Sync(), out.Close())
}

func addFile(w *tar.Writer, path, name string) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	h := &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o600, Size: info.Size(), ModTime: time.Now().Truncate(time.Second)}
	if err := w.WriteHeader(h); err != nil {
		return err
	}
	_, err = io.Copy(w, in)
	return err
}

// Restored is what Restore put in place.
type Restored struct {
	*ledger.Report
	Origin string
	Keys   bool // the private keys are in the folder
}

// Restore puts a backup into a folder that holds no database, and believes
// nothing of it: every entry is hashed and verified again, and the views are
// worked out anew. logKey is the public key that the log must have, or "" for the
// one in the folder or, failing that, in the backup. Where the folder holds a
// head that is ahead of the backup it is CodeTampered: entries that were
// acknowledged would be lost. What fails leaves nothing behind.
func Restore(ctx context.Context, archive string, dir Folder, logKey string, progress func(done, total int64)) (*Restored, error) {
	_, statErr := os.Stat(string(dir))
	if err := os.MkdirAll(dir.keys(), 0o700); err != nil {
		return nil, truce.Wrap(truce.CodeUnavailable, err, "the folder cannot be made")
	}
	out, err := restore(ctx, archive, dir, logKey, progress)
	if err != nil && errors.Is(statErr, fs.ErrNotExist) {
		os.RemoveAll(string(dir))
	}
	return out, err
}

func restore(ctx context.Context, archive string, dir Folder, logKey string, progress func(done, total int64)) (*Restored, error) {
	lock, _, err := lockFile(dir.lock(), false)
	if err != nil {
		return nil, err
	}
	defer unlock(lock)
	tmp, err := os.MkdirTemp(string(dir), ".restore-*")
	if err != nil {
		return nil, truce.Wrap(truce.CodeUnavailable, err, "the folder cannot be written to")
	}
	defer os.RemoveAll(tmp)
	if err := unpack(archive, tmp); err != nil {
		return nil, err
	}
	origin, vkey, err := dir.restoredKey(Folder(tmp), logKey)
	if err != nil {
		return nil, err
	}
	open := func(path string) (store.DB, error) { return openDatabase(path, false) }
	from := ledger.Copy{Database: Folder(tmp).Database(), Head: Folder(tmp).Head()}
	report, err := ledger.Restore(ctx, ledger.Config{Origin: origin, Verifier: vkey}, from,
		ledger.Copy{Database: dir.Database(), Head: dir.Head()}, open, progress)
	if err != nil {
		return nil, err
	}
	if err := dir.adopt(Folder(tmp)); err != nil {
		return nil, err
	}
	unlock(lock) // it is opened again to be rebuilt
	out := &Restored{Report: report, Origin: origin, Keys: exists(dir.LogPrivate()) && exists(dir.RegistrarKey())}
	return out, dir.rebuild(ctx)
}

// restoredKey is the public key that everything in the backup must verify with.
func (f Folder) restoredKey(backup Folder, wanted string) (origin, vkey string, err error) {
	if vkey, err = backup.LogKey(); err != nil {
		return "", "", err
	}
	own, ownErr := f.LogKey()
	if wanted == "" && ownErr == nil {
		wanted = own
	}
	if wanted != "" && wanted != vkey {
		return "", "", truce.E(truce.CodeTampered, "the backup is of a log with another public key").
			WithHint("it is not a backup of this register; compare the log.pub that you kept elsewhere")
	}
	origin, _, err = proof.ParseLogKey(vkey)
	return origin, vkey, err
}

// adopt moves the keys of a backup to where none are.
func (f Folder) adopt(backup Folder) error {
	for _, name := range append([]string{"log.pub"}, archivedKeys...) {
		from, to := filepath.Join(string(backup), filepath.FromSlash(name)), filepath.Join(string(f), filepath.FromSlash(name))
		if !exists(from) || exists(to) {
			continue
		}
		if err := os.Rename(from, to); err != nil {
			return truce.Wrap(truce.CodeUnavailable, err, "the restored files cannot be put in place")
		}
	}
	return os.Chmod(f.LogPublic(), 0o644)
}

// rebuild works the views out anew: those of a backup are believed no more than
// the rest of it.
func (f Folder) rebuild(ctx context.Context) error {
	r, err := Open(ctx, f, Options{ReadOnly: true})
	if err != nil {
		return err
	}
	return errors.Join(r.RebuildViews(ctx), r.Close())
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// unpack writes the files of a backup into a folder: those that a backup has,
// each once, and nothing else, whatever the archive says.
func unpack(archive, dir string) error {
	in, err := os.Open(archive)
	if errors.Is(err, fs.ErrNotExist) {
		return truce.E(truce.CodeNotFound, "there is no such file").At(archive)
	}
	if err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the backup cannot be read").At(archive)
	}
	defer in.Close()
	if err := os.Mkdir(filepath.Join(dir, "keys"), 0o700); err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the folder cannot be written to")
	}
	expected := map[string]bool{}
	for _, name := range append(append([]string{}, archived...), archivedKeys...) {
		expected[name] = true
	}
	for r := tar.NewReader(in); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return notABackup(archive)
		}
		if !expected[h.Name] || h.Typeflag != tar.TypeReg {
			return notABackup(archive)
		}
		delete(expected, h.Name)
		if err := writeOut(filepath.Join(dir, filepath.FromSlash(h.Name)), r); err != nil {
			return truce.Wrap(truce.CodeUnavailable, err, "the backup cannot be unpacked").
				WithHint("it may be cut off, or the disk full")
		}
	}
	for _, name := range archived {
		if expected[name] {
			return notABackup(archive)
		}
	}
	return nil
}

func notABackup(archive string) error {
	return truce.E(truce.CodeInvalid, "this is not a backup of a register, or it is cut off").At(archive).
		WithHint("backups are made with: truce backup create")
}

func writeOut(path string, in io.Reader) error {
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}
