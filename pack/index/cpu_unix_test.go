//go:build unix

package index

import (
	"syscall"
	"time"
)

// processorTime is what this process has used: it is what counts on a machine that is shared.
func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
