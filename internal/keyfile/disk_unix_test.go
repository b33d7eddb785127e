//go:build unix

package keyfile

import (
	"path/filepath"
	"syscall"
	"testing"

	"truce"
)

// A pipe in the place of a key file must not make the program wait.
func TestLoadRefusesPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	_, err := Load(path, nil)
	wantCode(t, err, truce.CodeInvalid, "ordinary file")
}
