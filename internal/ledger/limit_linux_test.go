package ledger

import (
	"os/signal"
	"syscall"
	"testing"
)

// limitFiles lets no file of this process grow beyond size bytes, until raise.
func limitFiles(t *testing.T, size uint64) (raise func()) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ) // so that writing fails instead
	var old syscall.Rlimit
	must(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old))
	must(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: old.Max}))
	return func() { must(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old)) }
}
