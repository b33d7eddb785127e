//go:build unix

package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"truce"
)

// lockFile takes the folder for this process alone, and gives it back at unlock
// or when the process ends, however it ends. Where shared is set and nothing can
// be written there, it is shared with other readers and fixed is true.
func lockFile(path string, shared bool) (f *os.File, fixed bool, err error) {
	how := syscall.LOCK_EX
	f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil && shared {
		fixed, how = true, syscall.LOCK_SH
		if f, err = os.Open(path); errors.Is(err, fs.ErrNotExist) {
			return nil, true, nil // nobody can make one either
		}
	}
	if err != nil {
		return nil, false, truce.Wrap(truce.CodeUnavailable, err, "the folder cannot be written to").
			WithHint("check its permissions, and that the disk is neither full nor read-only")
	}
	if err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB); err != nil {
		defer f.Close()
		return nil, false, heldBy(f)
	}
	if !fixed {
		f.Truncate(0) // the pid is a courtesy to the next one; the lock is what counts
		fmt.Fprintf(f, "%d\n", os.Getpid())
	}
	return f, fixed, nil
}

func heldBy(f *os.File) error {
	holder := make([]byte, 20)
	n, _ := f.Read(holder) // without a pid the message says less
	return truce.E(truce.CodeUnavailable, "another process has the register open (pid %s)", strings.TrimSpace(string(holder[:n]))).
		WithHint("ask the server instead with --server http://…, or stop it first")
}

func unlock(f *os.File) { f.Close() }
