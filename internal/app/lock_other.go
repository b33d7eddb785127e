//go:build !unix

package app

import (
	"os"

	"truce"
)

// lockFile takes the folder for this process alone: elsewhere than on Unix a
// file that exists is the lock, and one left by a crash must be taken away.
func lockFile(path string, _ bool) (f *os.File, fixed bool, err error) {
	f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, false, truce.Wrap(truce.CodeUnavailable, err, "another process has the register open, or the folder cannot be written to").
			WithHint("ask the server instead with --server, or remove %s when none is running", path)
	}
	return f, false, nil
}

func unlock(f *os.File) {
	f.Close()
	os.Remove(f.Name())
}
