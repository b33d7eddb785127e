package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"truce"
)

// openInput opens a file, or gives standard input for "-", which is not closed.
func (sh *shell) openInput(path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(sh.In), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		f.Close()
		return nil, fileError(path, syscall.EISDIR)
	}
	return f, nil
}

// readInput reads a file, or standard input for "-", of at most limit bytes.
func (sh *shell) readInput(path string, limit int64) ([]byte, error) {
	in, err := sh.openInput(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
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
		return truce.E(truce.CodeNotFound, "there is no such file or folder").At(path).
			WithHint("look whether the path is right; what holds spaces stands in quotation marks")
	case errors.Is(err, fs.ErrExist):
		return truce.E(truce.CodeConflict, "the file is there already, and nothing is overwritten").At(path).
			WithHint("name another file, or move the old one away")
	case errors.Is(err, fs.ErrPermission):
		return truce.E(truce.CodeUnavailable, "this account may not read or write the file").At(path).
			WithHint("ls -l shows whose it is")
	case errors.Is(err, syscall.EISDIR):
		return truce.E(truce.CodeUsage, "this is a folder; a file is needed").At(path).WithHint("name a file in it")
	case errors.Is(err, syscall.ENOSPC):
		return truce.E(truce.CodeUnavailable, "the disk is full").At(path).WithHint("free space on it, or name a file on another one")
	}
	return truce.Wrap(truce.CodeUnavailable, err, "the file cannot be read or written").At(path)
}

// inFile names the file in an error that has none; a place inside it is kept.
func inFile(path string, err error) error {
	e, ok := errors.AsType[*truce.Error](err)
	if !ok || path == "-" {
		return err
	}
	where := path + ": "
	if e.Row > 0 {
		where += fmt.Sprintf("row %d: ", e.Row)
	}
	named := e.At(strings.TrimSuffix(where+strings.TrimPrefix(e.Field, path+": "), ": "))
	named.Row = 0
	return named
}
