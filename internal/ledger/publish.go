package ledger

import (
	"context"
	"time"
)

// retryEvery is how often is tried again what could not be done.
const retryEvery = time.Second

// retry is a clock that ticks only while something is left undone.
func (l *Ledger) retry() <-chan time.Time {
	if !l.behind.Load() && !l.scrub {
		return nil
	}
	return time.After(retryEvery)
}

// catchUp does what could not be done before.
func (l *Ledger) catchUp() {
	l.settle()
	if l.behind.Load() {
		if err := l.publish(l.newest); err != nil {
			l.cfg.Logger.Warn("the head file still cannot be written", "error", err)
		}
	}
	l.clean()
}

// publish writes a committed checkpoint to the head file and then shows it.
func (l *Ledger) publish(s shown) error {
	err := writeHeadFile(l.cfg.HeadPath, s.cp.Note)
	l.behind.Store(err != nil)
	if err == nil {
		l.show(s)
	}
	return err
}

// decided is a group that the writer has committed, or refused: what is left is
// the head file, and then the answers.
type decided struct {
	newest  shown // the log with it
	group   []*job
	settled chan struct{} // not nil: nothing but a mark, to be closed
}

// answer is the goroutine behind the writer: it writes the head file and answers
// while the next group is being decided. Of groups that wait it publishes the
// newest; they are answered in their order.
func (l *Ledger) answer() {
	defer close(l.done)
	for first := range l.out {
		waiting := []decided{first}
		for len(l.out) > 0 {
			waiting = append(waiting, <-l.out)
		}
		err := l.publishNewest(waiting)
		for _, d := range waiting {
			d.answer(l.Head().Size, err)
		}
	}
}

// publishNewest publishes the newest of some groups, if it is not known yet. Where
// that fails the writer is told, so that it tries again.
func (l *Ledger) publishNewest(waiting []decided) error {
	var newest shown
	for _, d := range waiting {
		if d.settled == nil {
			newest = d.newest
		}
	}
	if newest.cp == nil || newest.cp.Size <= l.Head().Size {
		return nil
	}
	err := l.publish(newest)
	if err != nil {
		select {
		case l.fell <- struct{}{}:
		default: // it was told already
		}
	}
	return err
}

// answer lets go of those who wait. What is in the log and not under the head of
// that size is not confirmed: err says why.
func (d *decided) answer(head int64, err error) {
	for _, j := range d.group {
		for _, p := range j.pieces {
			if p.result.Err == nil && p.result.Number >= head {
				*p.result = Result{ID: p.ID, Err: err}
			}
		}
		close(j.done)
	}
	if d.settled != nil {
		close(d.settled)
	}
}

// settle waits until everything that was handed to answer is done.
func (l *Ledger) settle() {
	done := make(chan struct{})
	l.out <- decided{settled: done}
	<-done
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
