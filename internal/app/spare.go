package app

import (
	"os"
	"runtime"
	"sync"
)

// SpareProcessor lets Go run one goroutine more than there are processors, once a
// process, unless the environment sets GOMAXPROCS. The ledger's writer waits for
// the disk after each group. Its place is taken meanwhile, by signature checks of
// others that stand in a long row, and Go would let it wait behind them when it
// comes back; with a place to spare it goes on at once, and the system shares the
// processors. On two of them a tenth more statements are taken (docs/benchmarks.md).
var SpareProcessor = sync.OnceFunc(func() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	}
})
