package storetest

import (
	"os"
	"runtime"
	"testing"
)

// ReadOnlyFolder makes dir a folder that nobody can write to, until the test
// ends: a mount where the test runs as root (to whom permissions mean
// nothing), permissions elsewhere. Where neither works the test is skipped.
func ReadOnlyFolder(t testing.TB, dir string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("folders cannot be made read-only here")
	}
	if os.Getuid() == 0 {
		mountReadOnly(t, dir)
		return
	}
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(dir, 0o700) })
}
