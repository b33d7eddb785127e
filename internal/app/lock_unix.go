//go:build unix

package app

import (
	"fmt"
	"os"
	"strings"
	"syscall"

	"truce"
)

// lockFile takes the folder for this process alone, and gives it back at Close
// or when the process ends, however it ends.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, truce.Wrap(truce.CodeUnavailable, err, "the folder cannot be locked").
			WithHint("the folder must be writable for this user")
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder := make([]byte, 20)
		n, _ := f.Read(holder)
		f.Close()
		return nil, truce.E(truce.CodeUnavailable, "another process has the register open (pid %s)",
			strings.TrimSpace(string(holder[:n]))).
			WithHint("ask the server instead with --server http://…, or stop it first")
	}
	f.Truncate(0)
	fmt.Fprintf(f, "%d\n", os.Getpid())
	return f, nil
}
