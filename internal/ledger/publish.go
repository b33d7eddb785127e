package ledger

import "time"

// delivery is a group on its way from the writer to its submitters. It may be
// answered once its checkpoint stands in the head file.
type delivery struct {
	shown
	group []*job
	tried chan<- error // wants to know whether that succeeded; may be nil
}

// maxOutbox is how many groups may wait for the head file.
const maxOutbox = 4

// publish is the publishing goroutine: while the writer commits the next group
// it writes the head file for those committed, the newest head for all of them,
// and answers them in order. What fails it tries again by itself; late is what
// is to stand in the head file.
func (l *Ledger) publish(late shown) {
	defer close(l.done)
	for {
		select {
		case first, ok := <-l.outbox:
			if !ok {
				l.again(late)
				return
			}
			late = l.deliver(first)
		case <-after(l.stuck.Load()):
			l.again(late)
		}
	}
}

// retryEvery is how often is tried again what could not be done.
const retryEvery = time.Second

// after is a clock that ticks only while something is left undone.
func after(undone bool) <-chan time.Time {
	if !undone {
		return nil
	}
	return time.After(retryEvery)
}

// deliver answers first and those that wait behind it, and gives the newest
// checkpoint among them.
func (l *Ledger) deliver(first delivery) shown {
	batch := []delivery{first}
	for len(l.outbox) > 0 && len(batch) < maxOutbox {
		batch = append(batch, <-l.outbox)
	}
	newest := batch[len(batch)-1].shown
	err := l.putHead(newest)
	for _, d := range batch {
		d.answer(err)
	}
	return newest
}

func (l *Ledger) again(late shown) {
	if err := l.putHead(late); err != nil {
		l.cfg.Logger.Warn("the head file still cannot be written", "error", err)
	}
}

// putHead writes the checkpoint to the head file and then shows it.
func (l *Ledger) putHead(s shown) error {
	if now := l.head.Load(); now != nil && s.cp.Size <= now.cp.Size {
		return nil
	}
	err := writeHeadFile(l.cfg.HeadPath, s.cp.Note)
	l.stuck.Store(err != nil)
	if err == nil {
		l.show(s)
	}
	return err
}

// answer lets the submitters go. With an error what was committed is not
// acknowledged; what was refused stays refused.
func (d *delivery) answer(err error) {
	for _, j := range d.group {
		for _, p := range j.pieces {
			if err != nil && p.result.Err == nil {
				*p.result = Result{ID: p.ID, Err: err}
			}
		}
		close(j.done)
	}
	if d.tried != nil {
		d.tried <- err
	}
}

// unstick has the head file written if that failed before. Nothing else is on
// its way then.
func (l *Ledger) unstick() error {
	if !l.stuck.Load() {
		return nil
	}
	tried := make(chan error, 1)
	l.outbox <- delivery{shown: l.newest, tried: tried}
	return <-tried
}
