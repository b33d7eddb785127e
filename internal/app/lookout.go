package app

import (
	"context"
	"sync/atomic"
	"time"

	"truce"
	"truce/internal/ledger"
)

// lookout is the log as intake writes to it; it notes how that went.
type lookout struct {
	*ledger.Ledger
	state *writing
}

// Append is that of the ledger.
func (l *lookout) Append(ctx context.Context, candidates []ledger.Candidate) []ledger.Result {
	results := l.Ledger.Append(ctx, candidates)
	for i := range results {
		l.state.note(results[i].Err, time.Now())
	}
	return results
}

// writing is how the last attempt to write to the log went.
type writing struct {
	failed atomic.Pointer[failure] // nil when it went well
}

type failure struct {
	err error
	at  time.Time
}

// note takes the result of one statement. Refusals say nothing about the disk.
func (w *writing) note(err error, at time.Time) {
	switch truce.CodeOf(err) {
	case "":
		if w.failed.Load() != nil {
			w.failed.Store(nil)
		}
	case truce.CodeUnavailable, truce.CodeTampered:
		w.failed.Store(&failure{err, at})
	}
}

// failureTime is how long a failure keeps a register from being ready when
// nothing was submitted since: a proxy that sends nothing to what is not ready
// would otherwise never find out that it is well again.
const failureTime = 30 * time.Second

// lately is why the log could not be written to just now; nil when it could, or
// when nobody has tried for a while.
func (w *writing) lately(now time.Time) error {
	f := w.failed.Load()
	if f == nil || now.Sub(f.at) > failureTime {
		return nil
	}
	return truce.Wrap(truce.CodeUnavailable, f.err, "the last statement could not be written")
}
