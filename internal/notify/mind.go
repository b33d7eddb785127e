package notify

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"truce"
	"truce/internal/told"
	"truce/internal/view/inbox"
)

func asError(err error) (*truce.Error, bool) { return errors.AsType[*truce.Error](err) }

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// readAlarms sees to alarms that are new: they go to every desk of everybody who
// was told of the object, over every line at once.
func (n *Notifier) readAlarms(ctx context.Context) error {
	said, err := n.Records.Said(ctx, "alarm", n.alarms)
	if err != nil || len(said) == 0 {
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
	ended := map[string]bool{}
	for _, s := range said {
		if s.Kind == truce.AlarmEnd {
			ended[s.Ref] = true
		}
	}
	for _, s := range said {
		if s.Kind == truce.AlarmRaise && !ended[s.ID] {
			for i := range parties {
				if err := n.alarm(ctx, s, parties[i], desksOf(desks, parties[i].ID)); err != nil {
					return err
				}
			}
		}
		n.alarms = s.Entry
	}
	return nil
}

// alarm sends an alarm to all desks of a party, if it was told of it.
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
	for _, c := range d.Content.Channels {
		if !n.automatic(c) {
			continue
		}
		m := &Message{ID: deliveryID(d.ID, c.Kind, c.Address, l.Entry, reason+why), Register: n.Register, Party: p.ID, Desk: d, Channel: c,
			Reason: reason, Why: why, Line: l, Exercise: n.Exercise}
		n.mu.Lock()
		done := n.delivered[m.ID]
		n.delivered[m.ID] = true // or on its way
		m.Attempt = n.tried[m.ID] + 1
		n.mu.Unlock()
		if !done {
			n.work.Go(func() { n.insist(ctx, m, l.Subject, l.Version, nil) })
		}
	}
}

// insistFor bounds how many attempts are made at what is sent beside the feed: the
// timers send further things before an hour has passed.
const insistFor = 10

// insist tries a message until it is taken, and records each attempt.
func (n *Notifier) insist(ctx context.Context, m *Message, subject, version string, upTo *int64) {
	for tries := 1; ctx.Err() == nil; tries++ {
		m.At = n.Now().UTC()
		reply, err := n.senders[m.Channel.Kind].Send(ctx, m)
		if err != nil && ctx.Err() != nil {
			return
		}
		r := record{Recipient: m.Party, Desk: m.Desk.ID, Channel: m.Channel.Kind, Version: version, UpTo: upTo, Reason: m.Reason, Why: m.Why,
			Delivery: m.ID, Attempt: m.Attempt, Outcome: "delivered"}
		if err != nil {
			r.Outcome, r.Detail = "failed", detailOf(err)
			if final(err) || tries == insistFor {
				r.Outcome = "given-up"
			}
		}
		if e := n.Pen.State(context.WithoutCancel(ctx), truce.DeliveryRecord, subject, r); e != nil {
			n.Logger.WarnContext(ctx, "an attempt cannot be recorded", "code", string(truce.CodeOf(e)))
		}
		if err == nil {
			n.take(ctx, reply)
		}
		if r.Outcome != "failed" {
			return
		}
		pause(ctx, waitAfter(tries))
		m.Attempt++
	}
}

// collect hands in what came over lines on which acknowledgements come by themselves.
func (n *Notifier) collect(ctx context.Context) {
	n.mu.Lock()
	wires := slices.Collect(maps.Values(n.wires))
	n.mu.Unlock()
	for _, w := range wires {
		c, ok := n.senders[w.channel.Kind].(Collector)
		if !ok {
			continue
		}
		err := c.Collect(ctx, w.channel, func(e []byte) error { return n.Pen.HandIn(ctx, [][]byte{e}) })
		if err != nil && ctx.Err() == nil {
			n.Logger.WarnContext(ctx, "acknowledgements cannot be collected", "channel", w.channel.Kind, "code", string(truce.CodeOf(err)))
		}
	}
}

// mind looks at the timers, and at what came in.
func (n *Notifier) mind(ctx context.Context) {
	n.collect(ctx)
	parties, err := n.Directory.Parties(ctx)
	if err == nil {
		var desks []*inbox.Desk
		if desks, err = n.Directory.Desks(ctx); err == nil {
			err = n.mindAll(ctx, parties, desks)
		}
	}
	if err != nil && ctx.Err() == nil {
		n.Logger.ErrorContext(ctx, "the timers cannot be looked at; it is tried again", "code", string(truce.CodeOf(err)))
	}
}

func (n *Notifier) mindAll(ctx context.Context, parties []truce.PartyState, desks []*inbox.Desk) error {
	late := map[told.Action][]Open{}
	rules := map[told.Action]string{}
	for i := range parties {
		p := parties[i]
		own := desksOf(desks, p.ID)
		if !p.Active() || len(own) == 0 {
			continue
		}
		items, err := n.Feeds.Inbox(ctx, p)
		if err != nil {
			return err
		}
		seniors := []Open{}
		for _, it := range items {
			for _, due := range it.Overdue(n.Rules, it.Kind, it.Emergency, n.Now()) {
				open := Open{Party: p.ID, Subject: it.Subject, Entry: it.ToldEntry, Since: *it.ToldAt}
				switch due.Rule.Then {
				case told.Remind:
					n.again(ctx, p, firstDesk(own), it, "reminder", due.Rule)
				case told.NextDesk:
					n.again(ctx, p, nextDesk(own), it, "escalation", due.Rule)
				case told.Seniors:
					seniors = append(seniors, open)
					rules[told.Seniors] = due.Rule.String()
				case told.Guarantors:
					open.Subject = "" // a guarantor need not know of the object
					late[told.Guarantors] = append(late[told.Guarantors], open)
					rules[told.Guarantors] = due.Rule.String()
				}
			}
		}
		n.list(ctx, p, seniorDesks(own), seniors, rules[told.Seniors])
	}
	if len(late[told.Guarantors]) == 0 {
		return nil
	}
	for i := range parties {
		if p := parties[i]; p.Role == truce.RoleGuarantor && p.Active() {
			n.list(ctx, p, desksOf(desks, p.ID), late[told.Guarantors], rules[told.Guarantors])
		}
	}
	return nil
}

// again tells a desk once more of something that its party did not answer.
func (n *Notifier) again(ctx context.Context, p truce.PartyState, d *inbox.Desk, it Entry, reason string, r told.Rule) {
	if d == nil {
		return
	}
	item, err := json.Marshal(it.Item)
	if err != nil {
		return // a struct of ours always marshals
	}
	l := &Line{Entry: it.ToldEntry, Subject: it.Subject, What: it.What, Version: it.Version, Answer: true, Item: item}
	n.toDesk(ctx, p, d, l, reason, r.String())
}

// nextDesk is the desk after the first; the first where there is no other.
func nextDesk(sorted []*inbox.Desk) *inbox.Desk {
	first := firstDesk(sorted)
	for _, d := range sorted {
		if d != first && !d.Content.Senior {
			return d
		}
	}
	for _, d := range sorted {
		if d != first {
			return d
		}
	}
	return first
}

func seniorDesks(all []*inbox.Desk) []*inbox.Desk {
	var out []*inbox.Desk
	for _, d := range all {
		if d.Content.Senior {
			out = append(out, d)
		}
	}
	return out
}

// list sends a list of what is unacknowledged to desks, once for each new line of it.
func (n *Notifier) list(ctx context.Context, p truce.PartyState, desks []*inbox.Desk, open []Open, why string) {
	if len(open) == 0 {
		return
	}
	newest := open[0].Entry
	for _, o := range open {
		newest = max(newest, o.Entry)
	}
	for _, d := range desks {
		for _, c := range d.Content.Channels {
			if !n.automatic(c) {
				continue
			}
			m := &Message{ID: deliveryID(d.ID, c.Kind, c.Address, newest, "list"+why), Register: n.Register, Party: p.ID, Desk: d, Channel: c, Reason: "list", Why: why,
				Waiting: open, Exercise: n.Exercise}
			n.mu.Lock()
			done := n.delivered[m.ID]
			n.delivered[m.ID] = true
			m.Attempt = n.tried[m.ID] + 1
			n.mu.Unlock()
			if !done {
				n.work.Go(func() { n.insist(ctx, m, p.ID, "", &newest) })
			}
		}
	}
}

// readAnswers looks at coordinates that were read back: one that is not where the
// object is registered contests the entry.
func (n *Notifier) readAnswers(ctx context.Context) error {
	said, err := n.Records.Said(ctx, "ack", n.answers)
	if err != nil {
		return err
	}
	for _, s := range said {
		if s.Kind == truce.AckReadBack {
			if err := n.readBack(ctx, s); err != nil {
				return err
			}
		}
		n.answers = s.Entry
	}
	return nil
}
