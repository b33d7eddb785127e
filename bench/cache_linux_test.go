package bench

import (
	"os"
	"syscall"
)

const canDrop = true

// fadvDontNeed is POSIX_FADV_DONTNEED (include/uapi/linux/fadvise.h).
const fadvDontNeed = 4

// dropCache has the system forget what it keeps of a file in memory.
func dropCache(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return err
	}
	if _, _, e := syscall.Syscall6(syscall.SYS_FADVISE64, f.Fd(), 0, 0, fadvDontNeed, 0, 0); e != 0 {
		return e
	}
	return nil
}
