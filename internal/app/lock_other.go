//go:build !unix

package app

import (
	"os"

	"truce"
)

// lockFile takes the folder for this process alone: elsewhere than on Unix a
// file that exists is the lock, and one left by a crash must be taken away.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, truce.Wrap(truce.CodeUnavailable, err, "another process has the register open").
			WithHint("ask the server instead with --server, or remove %s when none is running", path)
	}
	return f, nil
}
