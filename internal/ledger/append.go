package ledger

import (
	"context"
	"encoding/hex"
	"sync/atomic"

	"truce"
	"truce/proof"
)

// maxGroup is how many candidates at most are decided in one transaction.
const maxGroup = 1024

// maxDecided is how many groups at most are committed ahead of the head file.
const maxDecided = 2

// maxQueue is how many calls of Append at most wait for the writer.
const maxQueue = 256

// Append decides on candidates in the order given and answers each, in the same
// order. A candidate with an error has left no trace; one without is committed
// to disk, stands under Head, and can be proved. What is refused does not
// hinder the others. Other callers' candidates may get numbers in between.
//
// While the queue is full Append waits. When ctx ends before the candidates are
// taken up, they are refused with CodeUnavailable; once taken up they are decided.
//
// CodeUnavailable may also mean that the statement is in the log but could not
// be confirmed (the head file could not be written): submit it again, and it
// will be answered as known.
func (l *Ledger) Append(ctx context.Context, candidates []Candidate) []Result {
	results := make([]Result, len(candidates))
	for from := 0; from < len(candidates); from += maxGroup {
		to := min(from+maxGroup, len(candidates))
		l.submit(ctx, candidates[from:to], results[from:to])
	}
	return results
}

// submit decides on one group's worth.
func (l *Ledger) submit(ctx context.Context, candidates []Candidate, results []Result) {
	j := &job{results: results, done: make(chan struct{})}
	for i := range candidates {
		results[i].ID = candidates[i].ID
		p, err := prepare(&candidates[i], &results[i])
		if err != nil {
			results[i].Err = err
			continue
		}
		p.batch = len(candidates) >= idsAtOnce
		j.pieces = append(j.pieces, p)
	}
	if len(j.pieces) == 0 {
		return
	}
	if err := l.enqueue(ctx, j); err != nil {
		j.refuse(err)
		return
	}
	select {
	case <-j.done:
	case <-ctx.Done():
		if j.taken.CompareAndSwap(false, true) {
			j.refuse(givenUp(ctx))
			return
		}
		<-j.done
	}
}

func givenUp(ctx context.Context) error {
	return truce.Wrap(truce.CodeUnavailable, context.Cause(ctx), "the submission was ended before it was taken up")
}

// enqueue waits for a place in the queue.
func (l *Ledger) enqueue(ctx context.Context, j *job) error {
	if l.cfg.Signer == nil {
		return errReadOnly()
	}
	l.gate.RLock()
	defer l.gate.RUnlock()
	if l.closed {
		return truce.E(truce.CodeUnavailable, "the register is closing")
	}
	select {
	case l.queue <- j:
		return nil
	default:
	}
	select {
	case l.queue <- j:
		return nil
	case <-ctx.Done():
		return givenUp(ctx)
	}
}

// job is one call's candidates on their way through the writer.
type job struct {
	pieces  []*piece
	results []Result
	taken   atomic.Bool // by the writer, or by a caller who gave up
	done    chan struct{}
}

func (j *job) refuse(err error) {
	for _, p := range j.pieces {
		*p.result = Result{ID: p.ID, Err: err}
	}
}

// piece is a candidate with what could be worked out before its turn.
type piece struct {
	*Candidate
	record []byte
	id     []byte // 32 bytes
	result *Result
	batch  bool // one of many of the same call
}

// prepare works out what does not depend on the number, in the caller's
// goroutine. A candidate that contradicts itself is a fault of ours.
func prepare(c *Candidate, result *Result) (*piece, error) {
	if c.Envelope == nil || c.Statement == nil || c.Admit == nil {
		return nil, truce.E(truce.CodeInternal, "a candidate is not complete")
	}
	if c.Envelope.ID() != c.ID {
		return nil, truce.E(truce.CodeInternal, "a candidate's id is not that of its envelope")
	}
	record := c.Envelope.Record()
	if len(record) > proof.MaxEnvelope {
		return nil, truce.E(truce.CodeTooLarge, "a statement with its signatures has at most %d bytes, this one %d", proof.MaxEnvelope, len(record))
	}
	id, err := hex.DecodeString(c.ID)
	if err != nil || len(id) != 32 {
		return nil, truce.E(truce.CodeInternal, "a candidate's id is no statement id")
	}
	return &piece{Candidate: c, record: record, id: id, result: result}, nil
}

// gather takes what else is queued, up to one group.
func (l *Ledger) gather(first *job) []*job {
	var group []*job
	total := 0
	for j, ok := first, true; ok; {
		if j.taken.CompareAndSwap(false, true) {
			group = append(group, j)
			total += len(j.pieces)
		}
		if total >= maxGroup {
			break
		}
		select {
		case j, ok = <-l.queue:
		default:
			return group
		}
	}
	return group
}

// commit decides on a group and hands it on to be answered, after what it erased
// is gone.
func (l *Ledger) commit(group []*job) {
	var pieces []*piece
	for _, j := range group {
		pieces = append(pieces, j.pieces...)
	}
	if len(pieces) > 0 {
		l.decide(pieces)
	}
	l.clean()
	l.out <- decided{newest: l.newest, group: group}
}
