package ledger

import (
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
	out   chan decided  // from the writer to answer
	fell  chan struct{} // from answer to the writer: the head file fell behind
	done  chan struct{} // closed when writer and answer have stopped
	head  atomic.Pointer[shown]
	grown atomic.Pointer[chan struct{}] // closed at the next growth

	copying sync.Mutex // held by the one that changes a copy

	gate   sync.RWMutex // held for reading while a job is queued, for writing by Close
	closed bool         // guarded by gate

	behind atomic.Bool // the head file could not be written

	// What follows belongs to the writer goroutine.
	last   time.Time // time of the newest entry
	newest shown     // committed; ahead of head while the head file is not written
	scrub  bool      // something was erased and the database's journal may still hold it
	day    int64     // UTC day of newest, since 1970
	unsure bool      // a transaction failed: what is committed must be read again
}

// Head is the newest signed checkpoint: all that it covers is committed and can
// be read. Callers MUST NOT change it.
func (l *Ledger) Head() *proof.Checkpoint { return l.head.Load().cp }

// Origin is the name of the register.
func (l *Ledger) Origin() string { return l.cfg.Origin }

// LogKey is the log's public key, "origin+hash+base64".
func (l *Ledger) LogKey() string { return l.cfg.Verifier }

// Changed gives a channel that is closed at the next growth of the log. Take it
// before looking at Head, so that nothing is missed.
func (l *Ledger) Changed() <-chan struct{} { return *l.grown.Load() }

// shown is what readers see.
type shown struct {
	cp   *proof.Checkpoint // signed, committed, and in the head file
	edge *edge             // of cp, or of a later commit
}

// show makes s the head for all to see.
func (l *Ledger) show(s shown) {
	l.head.Store(&s)
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

// write is the writer goroutine: it takes whatever is queued as one group, and
// hands it to answer.
func (l *Ledger) write() {
	defer close(l.out)
	for {
		select {
		case j, ok := <-l.queue:
			if !ok {
				l.catchUp()
				return
			}
			l.commit(l.gather(j))
		case <-l.fell:
		case <-l.retry():
			l.catchUp()
		}
	}
}

func errReadOnly() error {
	return truce.E(truce.CodeUnavailable, "the register is open for reading only").
		WithHint("open the data folder with its log key, where it can be written to")
}
