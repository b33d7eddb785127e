package cli

import (
	"context"
	"runtime/debug"
)

// Bounds of the memory of an import, in bytes. A list of 200 MB that is read,
// compared and handed in stays below 256 MB beyond an idle process with them,
// for a twentieth more of processor time (measured with /usr/bin/time -v).
const (
	importHeap   = 176 << 20
	heapPerEntry = 256 // what is registered already is compared with, and held for it
)

// boundMemory makes the collector of garbage work harder during an import, and
// gives what ends that. A bound that was set for the process (GOMEMLIMIT) stays.
func (sh *shell) boundMemory(ctx context.Context, r *register) (end func(), err error) {
	if sh.Env("GOMEMLIMIT") != "" {
		return func() {}, nil
	}
	h, err := r.head(ctx)
	if err != nil {
		return nil, err
	}
	before := debug.SetMemoryLimit(importHeap + heapPerEntry*h.Size)
	return func() { debug.SetMemoryLimit(before) }, nil
}
