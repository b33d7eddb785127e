package ledger

import (
	"os"
	"syscall"
)

// flushData flushes the content of f to the disk, and not the times in its
// inode: nobody needs them, and they cost a write of the journal.
func flushData(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }
