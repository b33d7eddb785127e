package notify

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"time"

	"truce"
	"truce/internal/view/inbox"
	"truce/internal/view/protected"
)

// wire is one line of one desk at work: it tells the party's feed in order.
type wire struct {
	*Notifier
	party   truce.PartyState
	desk    atomic.Pointer[inbox.Desk] // as it stands
	channel inbox.Channel
	key     wireKey
	cursor  int64 // the feed was told up to that entry
	stop    context.CancelFunc
	woken   chan struct{}
}

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
			w.Logger.ErrorContext(ctx, "a line stands still; it is tried again", "channel", w.channel.Kind, "code", string(truce.CodeOf(err)))
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
// before an error is recorded all the same.
func (w *wire) feed(ctx context.Context) (more bool, err error) {
	lines, err := w.Feeds.Feed(ctx, w.party, w.cursor, feedAtOnce)
	if err != nil || len(lines) == 0 {
		return false, err
	}
	told, last := 0, w.cursor
	for i := range lines {
		if err = w.tell(ctx, &lines[i], func() error { return w.settle(ctx, told, last) }); err != nil {
			break
		}
		told, last = told+1, lines[i].Entry
	}
	if ctx.Err() != nil {
		ctx = context.WithoutCancel(ctx) // what was told is told
	}
	if e := w.settle(ctx, told, last); e != nil {
		return false, e
	}
	return len(lines) == feedAtOnce, err
}

// settle records that the feed was delivered up to an entry.
func (w *wire) settle(ctx context.Context, told int, last int64) error {
	if told == 0 || last == w.cursor {
		return nil
	}
	err := w.record(ctx, w.party.ID, record{Desk: w.key.desk, Channel: w.key.channel, UpTo: &last, Reason: "release", Attempt: 1, Outcome: "delivered",
		Delivery: deliveryID(w.key.desk, w.key.channel, w.key.address, last, "feed")})
	if err == nil {
		w.cursor = last
	}
	return err
}

// tell delivers one line of the feed, however long that takes. Alarms were sent
// over every line already. held is called before waiting, so that what was told
// before is on record.
func (w *wire) tell(ctx context.Context, l *Line, held func() error) error {
	if l.What == protected.ToldAlarm {
		return nil
	}
	m := w.message(l)
	for m.Attempt = 1; ; m.Attempt++ {
		m.At = w.Now().UTC()
		reply, err := w.senders[w.channel.Kind].Send(ctx, m)
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
		if e := w.record(ctx, l.Subject, record{Desk: m.Desk.ID, Channel: w.channel.Kind, Version: l.Version, Reason: m.Reason, Delivery: m.ID,
			Attempt: m.Attempt, Outcome: outcome, Detail: detailOf(err)}); e != nil {
			w.Logger.WarnContext(ctx, "an attempt cannot be recorded", "code", string(truce.CodeOf(e)))
		}
		if outcome == "given-up" {
			return nil
		}
		if e := held(); e != nil {
			return e
		}
		if pause(ctx, waitAfter(m.Attempt)); ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

func (w *wire) message(l *Line) *Message {
	return &Message{ID: deliveryID(w.key.desk, w.key.channel, w.key.address, l.Entry, "line"), Register: w.Register, Party: w.party.ID, Desk: w.desk.Load(), Channel: w.channel,
		Reason: reasonFor(l.What), Line: l, Exercise: w.Exercise}
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
