package ledger

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"truce/internal/store"
)

// A batch of rows is read at once; bounded in count and bytes, so that long
// entries do not fill the memory.
const (
	batchRows  = 1024
	batchBytes = 4 << 20
)

// Replay hands the entries from number from up to but not including to, in
// order, to fn, and stops at its first error. All reading goes through r, in
// the caller's goroutine and only between calls of fn, so that fn may use the
// same transaction; entries are parsed on all processors. Content that does not
// match its commitment is CodeTampered, as is a missing entry.
func (l *Ledger) Replay(ctx context.Context, r store.Reader, from, to int64, fn func(*Entry) error) error {
	var ready func() ([]*Entry, error)
	for from < to || ready != nil {
		rows, err := readRows(ctx, r, from, to)
		if err != nil {
			return err
		}
		from += int64(len(rows))
		next := l.parseRows(rows)
		if err := hand(ready, fn); err != nil {
			next() // nothing may run on behind the caller's back
			return err
		}
		if ready = next; len(rows) == 0 {
			ready = nil
		}
	}
	return nil
}

// hand waits for a parsed batch and gives it to fn.
func hand(ready func() ([]*Entry, error), fn func(*Entry) error) error {
	if ready == nil {
		return nil
	}
	entries, err := ready()
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}

// readRows reads the next batch: entries from on, below to, without a gap.
func readRows(ctx context.Context, r store.Reader, from, to int64) ([]row, error) {
	if from >= to {
		return nil, nil
	}
	rows, err := r.Query(ctx, "SELECT "+rowColumns+" FROM entry WHERE number >= ? AND number < ? ORDER BY number", from, min(to, from+batchRows))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []row
	for size := 0; size < batchBytes && rows.Next(); {
		var w row
		if err := w.scan(rows); err != nil {
			return nil, nearEntry(err, from+int64(len(out)))
		}
		if want := from + int64(len(out)); w.number != want {
			return nil, tampered("entry %d is missing", want)
		}
		size += len(w.record)
		out = append(out, w)
	}
	if len(out) == 0 && rows.Err() == nil {
		return nil, tampered("entry %d is missing", from)
	}
	return out, nearEntry(rows.Err(), from+int64(len(out)))
}

// parseRows parses rows in the background; what it returns waits for them, and
// gives the error of the lowest number.
func (l *Ledger) parseRows(rows []row) func() ([]*Entry, error) {
	entries, errs := make([]*Entry, len(rows)), make([]error, len(rows))
	wait := eachInParallel(len(rows), func(i int) { entries[i], errs[i] = l.parse(&rows[i]) })
	return func() ([]*Entry, error) {
		wait()
		return entries, firstOf(errs)
	}
}

func firstOf(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// eachInParallel calls do(0) to do(n-1) on all processors; wait returns when
// all have returned.
func eachInParallel(n int, do func(i int)) (wait func()) {
	const run = 16 // indexes taken at a time
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (n+run-1)/run) {
		group.Go(func() {
			for {
				end := int(next.Add(run))
				for i := end - run; i < min(end, n); i++ {
					do(i)
				}
				if end >= n {
					return
				}
			}
		})
	}
	return group.Wait
}
