//go:build !linux && !darwin

package cli

// freeSpace is not asked for on this system.
func freeSpace(string) (bytes int64, known bool) { return 0, false }
