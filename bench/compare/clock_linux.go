package main

import (
	"syscall"
	"time"
)

// rusageThread is RUSAGE_THREAD (include/uapi/linux/resource.h).
const rusageThread = 1

// threadTime is the processor time that this thread has used.
func threadTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(rusageThread, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
