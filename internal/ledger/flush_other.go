//go:build !linux

package ledger

import "os"

// flushData flushes the content of f to the disk.
func flushData(f *os.File) error { return f.Sync() }
