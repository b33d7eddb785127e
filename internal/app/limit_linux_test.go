package app

import (
	"os/signal"
	"syscall"
)

// limitFiles lets no file of this process grow beyond size bytes, until raise.
func limitFiles(size uint64) (raise func()) {
	signal.Ignore(syscall.SIGXFSZ) // so that writing fails instead
	var old syscall.Rlimit
	syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old)
	syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: old.Max})
	return func() { syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old) }
}

const canLimitFiles = true
