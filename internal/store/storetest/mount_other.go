//go:build !linux

package storetest

import "testing"

func mountReadOnly(t testing.TB, _ string) {
	t.Helper()
	t.Skip("mounting is done on Linux only")
}

// SmallDisk gives a folder on a small disk of its own; on Linux only.
func SmallDisk(t testing.TB, _ int) string {
	t.Helper()
	t.Skip("mounting is done on Linux only")
	return ""
}
