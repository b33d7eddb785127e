package holds

import (
	"time"

	"truce"
)

// moment is the time that is asked about. It is retrospective for an item that
// the register came to know of only later.
type moment struct {
	at    time.Time
	retro bool
}

// act is one statement about an item, with the time from which it counts.
type act struct {
	kind    truce.Kind
	author  truce.PartyID
	entry   int64
	id      string
	at      time.Time // received, UTC
	effect  time.Time // see effectOf
	undated bool      // no time is stated in it
	body    *truce.ActContent
	need    *truce.BudgetContent // of window.need
}

func newAct(s *Said, registered time.Time) (*act, error) {
	a := &act{kind: s.Kind, author: s.Author, entry: s.Entry, id: s.ID, at: second(s.At)}
	var err error
	if a.body, a.need, err = s.content(); err != nil {
		return nil, err
	}
	stated := a.body.From.Latest()
	a.undated = stated.IsZero()
	a.effect = bounded(effectOf(registered, a.at, stated))
	return a, nil
}

// effectOf is when a statement takes effect that was received at received and
// says so of the time stated (zero where it says nothing): then, or on receipt
// where that is later. Only what is stated of a time before the register knew of
// the subject counts from before its receipt: history being recorded. What
// happens under the eyes of the register cannot be dated back.
func effectOf(registered, received, stated time.Time) time.Time {
	if stated.After(received) || !stated.IsZero() && stated.Before(registered) {
		return stated
	}
	return received
}

// second is the second in which something was received: nobody asks about less, and
// who asks in the same second is told of it.
func second(received time.Time) time.Time { return received.Truncate(time.Second) }

// begun reports whether an act by which something begins counts at m: an
// acceptance, an announcement, an extension. Asked about a time before the register
// knew of the subject, whatever states no time counts, see the package.
func (a *act) begun(m moment) bool {
	return !m.at.Before(a.effect) || m.retro && a.undated
}

// over reports whether an act by which something ends counts at m: a suspension,
// a denunciation. It counts from its effect on, whatever is asked.
func (a *act) over(m moment) bool { return !m.at.Before(a.effect) }

// lasts reports whether an act with an end of its own counts at m.
func (a *act) lasts(m moment) bool {
	until := a.body.Until.Latest()
	return a.over(m) && (until.IsZero() || m.at.Before(until))
}

// since is when the act took effect, for an answer about m; nil where it counts
// for a time before its receipt without saying from when.
func (a *act) since(m moment) *time.Time {
	if m.at.Before(a.effect) {
		return nil
	}
	return optional(a.effect)
}

// when is the time that an act states of what it tells, or that of its receipt.
func (a *act) when(stated *truce.When) time.Time {
	if t := stated.Earliest(); !t.IsZero() {
		return bounded(t)
	}
	return a.at
}

// optional is a time, or nothing for the zero time.
func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = bounded(t)
	return &t
}

// The years that an answer can be written with: a time of somebody's that lies
// beyond them must not keep everybody from theirs.
var firstTime, lastTime = time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// bounded is t in UTC, or the nearest time that can be written.
func bounded(t time.Time) time.Time {
	switch t = t.UTC(); {
	case t.Before(firstTime):
		return firstTime
	case t.After(lastTime):
		return lastTime
	}
	return t
}

// later is the later of two times.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// earlier is the earlier of two times.
func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
