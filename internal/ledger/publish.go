package ledger

import (
	"context"
	"time"
)

// retryEvery is how often is tried again what could not be done.
const retryEvery = time.Second

// retry is a clock that ticks only while something is left undone.
func (l *Ledger) retry() <-chan time.Time {
	if !l.behind && !l.scrub {
		return nil
	}
	return time.After(retryEvery)
}

// catchUp does what could not be done before.
func (l *Ledger) catchUp() {
	if l.behind {
		if err := l.publish(); err != nil {
			l.cfg.Logger.Warn("the head file still cannot be written", "error", err)
		}
	}
	l.clean()
}

// publish writes the newest checkpoint to the head file and then shows it.
func (l *Ledger) publish() error {
	err := writeHeadFile(l.cfg.HeadPath, l.newest.cp.Note)
	if l.behind = err != nil; l.behind {
		return err
	}
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
