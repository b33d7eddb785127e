package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"truce"
)

// readInput reads a file, or standard input for "-", of at most limit bytes.
func (sh *shell) readInput(path string, limit int64) ([]byte, error) {
	in := sh.In
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, fileError(path, err)
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, limit+1))
	if err != nil {
		return nil, fileError(path, err)
	}
	if int64(len(data)) > limit {
		return nil, truce.E(truce.CodeTooLarge, "at most %d bytes are read", limit).At(path)
	}
	return data, nil
}

// writeFile writes a new file that nobody else may read, or standard output for "-".
// It never overwrites.
func (sh *shell) writeFile(path string, data []byte) error {
	if path == "-" {
		_, err := sh.Out.Write(data)
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fileError(path, err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(path)
		return fileError(path, err)
	}
	return nil
}

// fileError says what is wrong with a file that a person named.
func fileError(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return truce.E(truce.CodeNotFound, "there is no such file or folder").At(path)
	case errors.Is(err, fs.ErrExist):
		return truce.E(truce.CodeConflict, "the file is there already, and nothing is overwritten").At(path).
			WithHint("name another file, or move the old one away")
	case errors.Is(err, fs.ErrPermission):
		return truce.E(truce.CodeUnavailable, "this account may not read or write the file").At(path)
	case errors.Is(err, syscall.EISDIR):
		return truce.E(truce.CodeUsage, "this is a folder; a file is needed").At(path)
	case errors.Is(err, syscall.ENOSPC):
		return truce.E(truce.CodeUnavailable, "the disk is full").At(path)
	}
	return truce.Wrap(truce.CodeUnavailable, err, "the file cannot be read or written").At(path)
}

// inFile names the file in an error that has none; a place inside it is kept.
func inFile(path string, err error) error {
	e, ok := errors.AsType[*truce.Error](err)
	if !ok || path == "-" {
		return err
	}
	return e.At(strings.TrimSuffix(path+": "+strings.TrimPrefix(e.Field, path+": "), ": "))
}
