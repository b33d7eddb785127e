package keyfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"truce"
)

// readPrivate reads a file that nobody but its owner may touch.
func readPrivate(path string) ([]byte, error) {
	return read(path, maxFile, func(info fs.FileInfo) error {
		// Windows has no such bits; there the folder's rights decide.
		if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
			return truce.E(truce.CodeRefused, "others on this machine can reach the private key: its mode is %04o", mode).
				At(path).WithHint("chmod 600 %s, and make a new key if somebody may have read it", path)
		}
		return nil
	})
}

// read reads a regular file of at most limit bytes that check accepts.
func read(path string, limit int64, check func(fs.FileInfo) error) ([]byte, error) {
	// Asked before opening: to open a pipe would wait for its writer.
	info, err := os.Stat(path)
	if err != nil {
		return nil, diskError(path, err)
	}
	if !info.Mode().IsRegular() {
		return nil, truce.E(truce.CodeInvalid, "this is not an ordinary file").At(path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, diskError(path, err)
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil {
		return nil, diskError(path, err)
	}
	if err := check(info); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, diskError(path, err)
	}
	if int64(len(data)) > limit {
		return nil, truce.E(truce.CodeTooLarge, "a key file has at most %d bytes", limit).At(path)
	}
	return data, nil
}

// writeNew writes a file that is not there yet, whole or not at all: first
// under another name, synced, then linked to its own, which fails where that
// one exists. Where links are not possible it is created in place.
func writeNew(path string, data []byte, mode fs.FileMode) error {
	if _, err := os.Lstat(path); err == nil {
		return exists(path)
	}
	dir := filepath.Dir(path)
	tmp, err := os.CreateTemp(dir, ".key-*")
	if err != nil {
		return diskError(path, err)
	}
	defer os.Remove(tmp.Name())
	if err := fill(tmp, data, mode); err != nil {
		return diskError(path, err)
	}
	err = os.Link(tmp.Name(), path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = createInPlace(path, data, mode)
	}
	if errors.Is(err, fs.ErrExist) {
		return exists(path)
	}
	if err != nil {
		return diskError(path, err)
	}
	syncFolder(dir)
	return nil
}

func fill(f *os.File, data []byte, mode fs.FileMode) error {
	_, err := f.Write(data)
	return errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
}

func createInPlace(path string, data []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	if err := fill(f, data, mode); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// syncFolder makes the new name last. A folder that cannot be synced (some file
// systems) still holds the file.
func syncFolder(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}

func exists(path string) error {
	return truce.E(truce.CodeConflict, "a file is there already, and a key is never overwritten").
		At(path).WithHint("choose another name, or move the old file away first")
}

func diskError(path string, err error) error {
	code, message, hint := truce.CodeUnavailable, "the file cannot be read or written", "look at the state of the disk"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		code, message, hint = truce.CodeNotFound, "there is no such file or folder", "look whether the path is right"
	case errors.Is(err, fs.ErrPermission):
		code, message, hint = truce.CodeRefused, "this account may not read or write there", "look at the owner and the permissions of file and folder"
	case errors.Is(err, syscall.ENOSPC):
		message, hint = "the disk is full", "make room on the disk"
	}
	return truce.Wrap(code, err, "%s", message).At(path).WithHint("%s", hint)
}
