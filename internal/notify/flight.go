package notify

import (
	"context"
	"errors"
	"slices"

	"truce"
	"truce/internal/view/inbox"
)

func asError(err error) (*truce.Error, bool) { return errors.AsType[*truce.Error](err) }

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// raised sees to an alarm that is new: it goes to the desks of everybody who was
// told of the object, over every line at once. One that ended since does not.
func (n *Notifier) raised(ctx context.Context, s inbox.Said) error {
	if len(n.senders) == 0 {
		return nil
	}
	open, err := n.isOpen(ctx, s.ID)
	if err != nil || !open {
		return err
	}
	parties, err := n.Directory.Parties(ctx)
	if err != nil {
		return err
	}
	desks, err := n.Directory.Desks(ctx)
	if err != nil {
		return err
	}
	var first error
	for i := range parties {
		if err := n.alarm(ctx, s, parties[i], desksOf(desks, parties[i].ID)); err != nil && first == nil {
			first = err // the others are told all the same
		}
	}
	return first
}

// mustAlarm is raised, for an alarm that is not read again.
func (n *Notifier) mustAlarm(ctx context.Context, s inbox.Said) {
	if err := n.raised(ctx, s); err != nil && ctx.Err() == nil {
		n.Logger.ErrorContext(ctx, "an alarm that was open when telling began cannot be sent to all", "entry", s.Entry, "code", string(truce.CodeOf(err)))
	}
}

func (n *Notifier) isOpen(ctx context.Context, alarm string) (bool, error) {
	open, err := n.Records.OpenAlarms(ctx)
	return slices.ContainsFunc(open, func(s inbox.Said) bool { return s.ID == alarm }), err
}

// alarm sends an alarm to every desk of a party, if the party was told of it.
func (n *Notifier) alarm(ctx context.Context, s inbox.Said, p truce.PartyState, desks []*inbox.Desk) error {
	if !p.Active() || len(desks) == 0 {
		return nil
	}
	lines, err := n.Feeds.Feed(ctx, p, s.Entry-1, 1)
	if err != nil || len(lines) == 0 || lines[0].Entry != s.Entry {
		return err
	}
	for _, d := range desks {
		n.toDesk(ctx, p, d, &lines[0], "alarm", "")
	}
	return nil
}

// toDesk sends something over all lines of a desk, each by itself, and records
// what became of it. What is on record as delivered is not sent again.
func (n *Notifier) toDesk(ctx context.Context, p truce.PartyState, d *inbox.Desk, l *Line, reason, why string) {
	over, err := n.isOver(ctx, p.ID, l.Subject)
	if err != nil { // rather twice, under the same id, than not at all
		n.Logger.WarnContext(ctx, "it cannot be read what was delivered", "code", string(truce.CodeOf(err)))
	}
	for _, c := range d.Content.Channels {
		id := deliveryID(d.ID, c.Kind, c.Address, l.Entry, reason+why)
		if !n.automatic(c) || over[id] {
			continue
		}
		n.fly(ctx, &Message{ID: id, Attempt: 1, Register: n.Register, Party: p.ID, Desk: d, Channel: c, Reason: reason, Why: why, Line: l, Exercise: n.isExercise(l)},
			l.Subject, l.Version, nil)
	}
}

func (n *Notifier) isExercise(l *Line) bool {
	return n.Exercise || l.Status != "" && l.Status != truce.Actual
}

// isOver gives the ids of the deliveries to a party about a subject that are not
// tried any more: they arrived, or were given up.
func (n *Notifier) isOver(ctx context.Context, party truce.PartyID, subject string) (map[string]bool, error) {
	said, err := n.Records.Said(ctx, inbox.Filter{Subject: subject, Party: party, Object: "delivery", After: truce.NoEntry, AsOf: truce.Now})
	over := map[string]bool{}
	for _, s := range said {
		r, err := readRecord(s)
		if err != nil {
			return over, err
		}
		if r.Outcome == "delivered" || r.Outcome == "given-up" {
			over[r.Delivery] = true
		}
	}
	return over, err
}

// fly sends a message beside the feeds, unless it is on its way.
func (n *Notifier) fly(ctx context.Context, m *Message, subject, version string, upTo *int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.flights[m.ID] != nil {
		return
	}
	landed := make(chan struct{})
	n.flights[m.ID] = landed
	n.work.Go(func() {
		defer func() {
			n.mu.Lock()
			delete(n.flights, m.ID)
			n.mu.Unlock()
			close(landed)
		}()
		n.insist(ctx, m, subject, version, upTo)
	})
}

// landed waits until a message is not on its way any more.
func (n *Notifier) landed(ctx context.Context, id string) {
	n.mu.Lock()
	flight := n.flights[id]
	n.mu.Unlock()
	if flight == nil {
		return
	}
	select {
	case <-flight:
	case <-ctx.Done():
	}
}

// insistFor bounds how many attempts are made at what is sent beside the feed: the
// timers send further things before an hour has passed. An alarm is sent until it
// arrives or ends.
const insistFor = 10

// insist tries a message until it is taken, and records each attempt.
func (n *Notifier) insist(ctx context.Context, m *Message, subject, version string, upTo *int64) {
	for ; ctx.Err() == nil; m.Attempt++ {
		m.At = n.Now().UTC()
		reply, err := n.senders[m.Channel.Kind].Send(ctx, m)
		if err != nil && ctx.Err() != nil {
			return
		}
		r := record{Recipient: m.Party, Desk: m.Desk.ID, Channel: m.Channel.Kind, Version: version, UpTo: upTo, Reason: m.Reason, Why: m.Why,
			Delivery: m.ID, Attempt: m.Attempt, Outcome: "delivered"}
		if err != nil {
			r.Outcome, r.Detail = "failed", detailOf(err)
			if final(err) || m.Reason != "alarm" && m.Attempt >= insistFor {
				r.Outcome = "given-up"
			}
		}
		n.keep(ctx, subject, r)
		if err == nil {
			n.take(ctx, reply)
		}
		if r.Outcome != "failed" {
			return
		}
		if pause(ctx, waitAfter(m.Attempt)); !n.stillNeeded(ctx, m, version) {
			return
		}
	}
}

// keep records an attempt. A log that cannot be written to just then is asked
// again a few times: a record that is missing means that the message is sent again
// after a restart.
func (n *Notifier) keep(ctx context.Context, subject string, r record) {
	for tries := 1; ; tries++ {
		err := n.Pen.State(context.WithoutCancel(ctx), truce.DeliveryRecord, subject, r)
		if err == nil {
			return
		}
		n.Logger.WarnContext(ctx, "an attempt cannot be recorded", "code", string(truce.CodeOf(err)))
		if !undecided(err) || tries == 3 || ctx.Err() != nil {
			return
		}
		pause(ctx, firstWait)
	}
}

// stillNeeded reports whether the desk has that line still and, of an alarm, whether
// it goes on. What cannot be found out does not end it.
func (n *Notifier) stillNeeded(ctx context.Context, m *Message, version string) bool {
	if m.Reason == "alarm" {
		if open, err := n.isOpen(ctx, version); err == nil && !open {
			return false
		}
	}
	desks, err := n.Directory.Desks(ctx)
	return err != nil || slices.ContainsFunc(desks, func(d *inbox.Desk) bool {
		return d.ID == m.Desk.ID && !d.Withdrawn && slices.Contains(d.Content.Channels, m.Channel)
	})
}

// collectAll collects from time to time.
func (n *Notifier) collectAll(ctx context.Context) {
	for {
		if pause(ctx, watchEvery); ctx.Err() != nil {
			return
		}
		n.collect(ctx)
	}
}

// collect hands in what came over lines on which acknowledgements come by themselves.
func (n *Notifier) collect(ctx context.Context) {
	n.mu.Lock()
	var wires []*wire
	for _, w := range n.wires {
		wires = append(wires, w)
	}
	n.mu.Unlock()
	for _, w := range wires {
		c, ok := n.senders[w.key.channel].(Collector)
		if !ok {
			continue
		}
		err := c.Collect(ctx, *w.channel.Load(), func(e []byte) error { return n.Pen.HandIn(ctx, [][]byte{e}) })
		if err != nil && ctx.Err() == nil {
			n.Logger.WarnContext(ctx, "acknowledgements cannot be collected", "channel", w.key.channel, "code", string(truce.CodeOf(err)))
		}
	}
}
