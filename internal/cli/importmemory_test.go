package cli

import (
	"context"
	"math"
	"runtime/debug"
	"testing"
)

// TestImportBoundsMemory: the bound holds while the import runs, grows with what
// is registered, leaves a bound of the operator's alone, and is taken off again.
func TestImportBoundsMemory(t *testing.T) {
	sh := silent()
	env := ""
	sh.Env = func(string) string { return env }
	r := &register{head: func(context.Context) (head, error) { return head{Size: 1000}, nil }}
	before := debug.SetMemoryLimit(-1)
	end, err := sh.boundMemory(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if got := debug.SetMemoryLimit(-1); got != importHeap+1000*heapPerEntry {
		t.Errorf("the bound is %d", got)
	}
	end()
	env = "1GiB"
	if end, err = sh.boundMemory(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	end()
	if got := debug.SetMemoryLimit(-1); got != before || before != math.MaxInt64 {
		t.Errorf("the bound is %d afterwards, and was %d", got, before)
	}
}
