package notify

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"time"

	"truce"
	"truce/internal/view"
	"truce/internal/view/inbox"
)

// wire is one line of one desk at work: it tells the party's feed in order.
type wire struct {
	*Notifier
	party   truce.PartyState
	desk    atomic.Pointer[inbox.Desk]    // as it stands
	channel atomic.Pointer[inbox.Channel] // as it stands
	turn    atomic.Pointer[turn]          // over which desks the feed goes, as they stand
	key     wireKey
	born    int64        // log size when it began: older requests to send again were seen then
	sent    atomic.Int64 // the feed was gone through up to that entry
	back    atomic.Int64 // what is behind that entry is to be told again, or notBack
	stop    context.CancelFunc
	woken   chan struct{}

	told     int64 // the last entry that was told over it: others may be for other desks
	recorded int64 // the log holds that the feed was told up to that entry
	again    int64 // up to that entry it is told again

	now    *turn    // by which it is told at present
	passed []passed // by which it was told before
}

// notBack stands in wire.back where nothing is told again.
const notBack = truce.NoEntry - 1

// wake has the worker look again.
func (w *wire) wake() {
	select {
	case w.woken <- struct{}{}:
	default: // it is awake
	}
}

const (
	feedAtOnce = 100             // lines read, and recorded, together
	firstWait  = 5 * time.Second // after the first attempt that failed
	longWait   = time.Hour       // between attempts at most
)

// waitAfter is how long is waited after so many attempts that failed: five seconds,
// twice as long after each further one, an hour at most.
func waitAfter(attempts int) time.Duration {
	wait := firstWait
	for range attempts - 1 {
		if wait *= 2; wait >= longWait {
			return longWait
		}
	}
	return wait
}

func (w *wire) run(ctx context.Context) {
	for ctx.Err() == nil {
		more, err := w.feed(ctx)
		if err != nil && ctx.Err() == nil {
			w.Logger.ErrorContext(ctx, "a line stands still; it is tried again", "channel", w.key.channel, "code", string(truce.CodeOf(err)))
			pause(ctx, firstWait)
			continue
		}
		if more {
			continue
		}
		select {
		case <-ctx.Done():
		case <-w.woken:
		}
	}
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// feed tells the next lines of the feed and records up to where. What was told
// and could not be recorded is recorded first; it is not told again meanwhile.
func (w *wire) feed(ctx context.Context) (more bool, err error) {
	if back := w.back.Swap(notBack); back != notBack && back < w.sent.Load() {
		w.again = max(w.again, w.sent.Load())
		w.sent.Store(back)
		w.recorded, w.told, w.passed = back, back, nil
	}
	w.change()
	if err := w.settle(ctx); err != nil {
		return false, err
	}
	lines, err := w.Feeds.Feed(ctx, w.party, w.sent.Load(), feedAtOnce)
	if err != nil || len(lines) == 0 {
		return false, err
	}
	for i := range lines {
		if w.back.Load() != notBack || w.turn.Load() != w.now {
			break
		}
		if lines[i].What == view.ToldAlarm && lines[i].Entry > w.heard.Load() {
			lines = lines[:i] // it goes to every line at once in a moment, and this one is woken
			break
		}
		if err = w.tellMine(ctx, &lines[i]); err != nil {
			break
		}
		w.sent.Store(lines[i].Entry)
	}
	if ctx.Err() != nil {
		ctx = context.WithoutCancel(ctx) // what was told is told
	}
	if e := w.settle(ctx); e != nil {
		return false, e
	}
	return len(lines) == feedAtOnce || w.back.Load() != notBack || w.turn.Load() != w.now, err
}

// settle records that the feed was delivered up to an entry. One that the register
// refuses for good (the party was withdrawn) is not recorded.
func (w *wire) settle(ctx context.Context) error {
	last := w.told
	if last <= w.recorded {
		return nil
	}
	r := record{Desk: w.key.desk, Channel: w.key.channel, UpTo: &last, Reason: "release", Attempt: 1, Outcome: "delivered", Delivery: feedID(w.key, last)}
	if last <= w.again {
		r.Reason = "replay"
	}
	err := w.record(ctx, w.party.ID, r)
	if undecided(err) {
		return err
	}
	if err != nil {
		w.Logger.WarnContext(ctx, "a delivery cannot be recorded", "channel", w.key.channel, "code", string(truce.CodeOf(err)))
	}
	w.recorded = last
	return nil
}

// tellMine delivers one line of the feed, unless it is for other desks.
func (w *wire) tellMine(ctx context.Context, l *Line) error {
	mine, err := w.mine(ctx, l)
	if err != nil || !mine {
		return err
	}
	if err = w.tell(ctx, l); err == nil {
		w.told = max(w.told, l.Entry)
	}
	return err
}

// tell delivers one line of the feed, however long that takes. Before it waits it
// sees that what was told before is on record.
func (w *wire) tell(ctx context.Context, l *Line) error {
	m := w.message(l)
	if l.What == view.ToldAlarm && w.alarmed(ctx, m, l) {
		return nil
	}
	for m.Attempt = 1; ; m.Attempt++ {
		m.At, m.Desk, m.Channel = w.Now().UTC(), w.desk.Load(), *w.channel.Load()
		reply, err := w.senders[w.key.channel].Send(ctx, m)
		if err == nil {
			w.take(ctx, reply)
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		outcome := "failed"
		if final(err) {
			outcome = "given-up"
		}
		if e := w.record(ctx, l.Subject, record{Desk: m.Desk.ID, Channel: w.key.channel, Version: l.Version, Reason: m.Reason, Delivery: m.ID,
			Attempt: m.Attempt, Outcome: outcome, Detail: detailOf(err)}); e != nil {
			w.Logger.WarnContext(ctx, "an attempt cannot be recorded", "code", string(truce.CodeOf(e)))
		}
		if outcome == "given-up" {
			return nil
		}
		if e := w.settle(ctx); e != nil {
			w.Logger.WarnContext(ctx, "a delivery cannot be recorded yet", "code", string(truce.CodeOf(e)))
		}
		if pause(ctx, waitAfter(m.Attempt)); ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// alarmed waits for an alarm that is on its way over this line already, and reports
// whether it is over: what goes to all lines at once is not told a second time, unless
// that was asked for.
func (w *wire) alarmed(ctx context.Context, m *Message, l *Line) bool {
	m.ID = deliveryID(w.key.desk, w.key.channel, w.key.address, l.Entry, "alarm")
	w.landed(ctx, m.ID)
	over, err := w.isOver(ctx, w.party.ID, l.Subject)
	return ctx.Err() == nil && err == nil && over[m.ID] && l.Entry > w.again
}

func (w *wire) message(l *Line) *Message {
	m := &Message{ID: deliveryID(w.key.desk, w.key.channel, w.key.address, l.Entry, "line"), Register: w.Register, Party: w.party.ID, Desk: w.desk.Load(),
		Reason: reasonFor(l.What), Line: l, Exercise: w.isExercise(l)}
	if l.Entry <= w.again {
		m.Reason = "replay"
	}
	return m
}

// take hands in what a receiver signed in its reply.
func (n *Notifier) take(ctx context.Context, r *Reply) {
	if r == nil || len(r.Acks) == 0 {
		return
	}
	if err := n.Pen.HandIn(ctx, r.Acks); err != nil {
		n.Logger.WarnContext(ctx, "an acknowledgement in a reply was refused", "code", string(truce.CodeOf(err)))
	}
}

// record is the body of a delivery.record.
type record struct {
	Recipient truce.PartyID `json:"recipient"`
	Desk      string        `json:"desk,omitempty"`
	Channel   string        `json:"channel"`
	Version   string        `json:"version,omitempty"`
	UpTo      *int64        `json:"upTo,omitempty"`
	Reason    string        `json:"reason"`
	Why       string        `json:"why,omitempty"`
	Delivery  string        `json:"delivery"`
	Attempt   int           `json:"attempt"`
	Outcome   string        `json:"outcome"`
	Detail    string        `json:"detail,omitempty"`
}

func readRecord(s inbox.Said) (r record, err error) {
	if err = json.Unmarshal(s.Body, &r); err != nil {
		err = truce.Wrap(truce.CodeTampered, err, "entry %d cannot be read", s.Entry)
	}
	return r, err
}

// record states what became of an attempt. A record about a party's feed has the
// party as its subject.
func (w *wire) record(ctx context.Context, subject string, r record) error {
	r.Recipient = w.party.ID
	return w.Pen.State(ctx, truce.DeliveryRecord, subject, r)
}

// detailOf is what is recorded of an error: its message, without causes, which may
// hold addresses.
func detailOf(err error) string {
	e, ok := asError(err)
	if !ok {
		return "the line failed"
	}
	return cut(e.Message, 300)
}
