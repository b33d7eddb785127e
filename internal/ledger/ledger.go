package ledger

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"truce"
	"truce/proof"
)

// Ledger is an open log. All methods are safe for concurrent use.
type Ledger struct {
	cfg   Config
	queue chan *job
	done  chan struct{}                    // closed when the writer has stopped
	head  atomic.Pointer[proof.Checkpoint] // what is shown: signed, committed, and in the head file
	grown atomic.Pointer[chan struct{}]    // closed at the next growth

	gate   sync.RWMutex // held for reading while a job is queued, for writing by Close
	closed bool         // guarded by gate

	// What follows belongs to the writer goroutine.
	edge    *edge
	last    time.Time         // time of the newest entry
	newest  *proof.Checkpoint // committed; ahead of head when the head file could not be written
	scrub   bool              // something was erased and the database's journal may still hold it
	rewrite bool              // the head file is older than newest
	unsure  bool              // a transaction failed: what is committed must be read again
}

// Head is the newest signed checkpoint: all that it covers is committed and can
// be read. Callers MUST NOT change it.
func (l *Ledger) Head() *proof.Checkpoint { return l.head.Load() }

// Origin is the name of the register.
func (l *Ledger) Origin() string { return l.cfg.Origin }

// LogKey is the log's public key, "origin+hash+base64".
func (l *Ledger) LogKey() string { return l.cfg.Verifier }

// Changed gives a channel that is closed at the next growth of the log. Take it
// before looking at Head, so that nothing is missed.
func (l *Ledger) Changed() <-chan struct{} { return *l.grown.Load() }

// show makes cp the head for all to see.
func (l *Ledger) show(cp *proof.Checkpoint) {
	l.head.Store(cp)
	next := make(chan struct{})
	if old := l.grown.Swap(&next); old != nil {
		close(*old)
	}
}

// Close lets what is queued finish and stops the writer; reading goes on as
// long as the database is open. Later appends are CodeUnavailable.
func (l *Ledger) Close() error {
	l.gate.Lock()
	first := !l.closed
	l.closed = true
	l.gate.Unlock()
	if first {
		close(l.queue)
	}
	<-l.done
	return nil
}

// retryEvery is how often the writer tries again what could not be done.
const retryEvery = time.Second

// write is the writer goroutine: it takes whatever is queued as one group.
func (l *Ledger) write() {
	defer close(l.done)
	for {
		select {
		case j, ok := <-l.queue:
			if !ok {
				l.catchUp()
				return
			}
			l.commit(l.gather(j))
		case <-l.retry():
			l.catchUp()
		}
	}
}

// retry is a clock that ticks only while something is left undone.
func (l *Ledger) retry() <-chan time.Time {
	if !l.rewrite && !l.scrub {
		return nil
	}
	return time.After(retryEvery)
}

// catchUp does what could not be done before.
func (l *Ledger) catchUp() {
	if l.rewrite {
		if err := l.publish(); err != nil {
			l.cfg.Logger.Warn("the head file still cannot be written", "error", err)
		}
	}
	l.clean()
}

// publish writes the newest checkpoint to the head file and then shows it.
func (l *Ledger) publish() error {
	if err := writeHeadFile(l.cfg.HeadPath, l.newest.Note); err != nil {
		l.rewrite = true
		return err
	}
	l.rewrite = false
	l.show(l.newest)
	return nil
}

// cleaner is a database that can move its journal away, so that erased bytes are
// in no file any more.
type cleaner interface {
	Checkpoint(ctx context.Context) error
}

// clean makes erased bytes vanish from the journal; while readers stand in the
// way it stays to be done.
func (l *Ledger) clean() {
	if !l.scrub {
		return
	}
	if c, ok := l.cfg.DB.(cleaner); ok {
		if err := c.Checkpoint(context.Background()); err != nil {
			return
		}
	}
	l.scrub = false
}

func errReadOnly() error {
	return truce.E(truce.CodeUnavailable, "the register is open for reading only")
}
