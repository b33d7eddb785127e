package notify

import (
	"context"
	"encoding/json"
	"slices"

	"truce"
	"truce/internal/told"
	"truce/internal/view/inbox"
)

// linesAtOnce bounds how many lines of a feed are read at a time for the timers.
const linesAtOnce = 5000

// follow works what parties were told below a size of the log into the timers.
func (n *Notifier) follow(ctx context.Context, size int64) error {
	parties, err := n.Directory.Parties(ctx)
	if err != nil {
		return err
	}
	for i := range parties {
		p := &parties[i]
		if !p.Active() {
			n.pending.Forget(p.ID)
			continue
		}
		if err := n.followOne(ctx, p, size); err != nil {
			return err
		}
	}
	return nil
}

func (n *Notifier) followOne(ctx context.Context, p *truce.PartyState, size int64) error {
	after, known := n.pending.Cursor(p.ID)
	if !known {
		from, err := n.Log.TimeOf(ctx, p.Enrolled)
		if err != nil {
			return err
		}
		if after = n.pending.Said(); p.Enrolled > after {
			after = truce.NoEntry // what its role was told before counts from its enrolment on
		}
		n.pending.Party(*p, after, from)
	}
	for {
		lines, err := n.Feeds.Lines(ctx, *p, after, size, linesAtOnce)
		if err != nil {
			return err
		}
		n.pending.Tell(p.ID, lines)
		if len(lines) < linesAtOnce {
			return nil
		}
		after = lines[len(lines)-1].Entry
	}
}

// late is what one rule found that lists are sent of.
type late struct {
	rule string
	open []Open
}

func (l *late) add(o Open, rule told.Rule) {
	l.rule = rule.String()
	l.open = append(l.open, o)
}

// mind sees to the timers that ran out.
func (n *Notifier) mind(ctx context.Context) error {
	if n.pending == nil {
		return nil
	}
	parties, err := n.Directory.Parties(ctx)
	if err != nil {
		return err
	}
	desks, err := n.Directory.Desks(ctx)
	if err != nil {
		return err
	}
	due, err := n.pending.Due(n.Now(), func(s string) (string, bool, error) { return n.Feeds.KindOf(ctx, s) })
	seniors, guarantors := map[listKey]*late{}, map[string]*late{}
	for _, d := range due {
		i := slices.IndexFunc(parties, func(p truce.PartyState) bool { return p.ID == d.Party })
		if i < 0 {
			continue
		}
		p, own := parties[i], desksOf(desks, d.Party)
		open := Open{Party: d.Party, Subject: d.Subject, Entry: d.Entry, Since: d.Since}
		switch rule := d.Rule.String(); d.Rule.Then {
		case told.Remind:
			n.remind(ctx, p, n.asked(ctx, own, d.Subject, 0), d, "reminder")
		case told.NextDesk:
			n.remind(ctx, p, n.asked(ctx, own, d.Subject, d.Nth+1), d, "escalation")
		case told.Seniors:
			addLate(seniors, listKey{p.ID, rule}, open, d.Rule)
		case told.Guarantors:
			open.Subject = "" // a guarantor need not know of the object
			addLate(guarantors, rule, open, d.Rule)
		}
	}
	n.publish(ctx, parties, desks, seniors, guarantors)
	return err
}

func addLate[K comparable](all map[K]*late, key K, o Open, r told.Rule) {
	if all[key] == nil {
		all[key] = &late{}
	}
	all[key].add(o, r)
}

// publish sends the lists: to the seniors of a party what is its own, to the
// guarantors what is anybody's.
func (n *Notifier) publish(ctx context.Context, parties []truce.PartyState, desks []*inbox.Desk, seniors map[listKey]*late, guarantors map[string]*late) {
	for i := range parties {
		p, own := parties[i], desksOf(desks, parties[i].ID)
		for key, l := range seniors {
			if key.party == p.ID {
				n.list(ctx, p, seniorDesks(own), l)
			}
		}
		if p.Role != truce.RoleGuarantor || !p.Active() {
			continue
		}
		for _, l := range guarantors {
			n.list(ctx, p, own, l)
		}
	}
}

// remind tells a desk once more of something that its party did not answer.
func (n *Notifier) remind(ctx context.Context, p truce.PartyState, d *inbox.Desk, due told.Due, reason string) {
	if d == nil {
		return
	}
	l := &Line{Entry: due.Entry, Subject: due.Subject, What: due.What, Version: due.Version, Answer: true}
	lines, err := n.Feeds.Feed(ctx, p, due.Entry-1, 1)
	if err == nil && len(lines) == 1 && lines[0].Entry == due.Entry {
		l = &lines[0]
	} else {
		l.Item, _ = json.Marshal(map[string]any{"entry": l.Entry, "subject": l.Subject, "what": l.What, "version": l.Version, "answer": true}) // plain values always marshal
	}
	n.toDesk(ctx, p, d, l, reason, due.Rule.String())
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

// listKey is one kind of list to one party.
type listKey struct{ party, rule string }

// list sends desks what is unacknowledged and stood on no list under that rule
// before. Under one rule things run out in the order in which they were told, so
// that the newest telling of the last list says what was on it.
func (n *Notifier) list(ctx context.Context, p truce.PartyState, desks []*inbox.Desk, l *late) {
	key := listKey{p.ID, l.rule}
	upTo, err := n.listedUpTo(ctx, key)
	if err != nil {
		n.Logger.ErrorContext(ctx, "it cannot be read which lists were sent; this one is", "code", string(truce.CodeOf(err)))
	}
	l = &late{l.rule, slices.DeleteFunc(slices.Clone(l.open), func(o Open) bool { return o.Entry <= upTo })}
	if len(l.open) == 0 {
		return
	}
	newest := upTo
	for _, o := range l.open {
		newest = max(newest, o.Entry)
	}
	n.listed[key] = newest
	for _, d := range desks {
		for _, c := range d.Content.Channels {
			if !n.automatic(c) {
				continue
			}
			m := &Message{ID: deliveryID(d.ID, c.Kind, c.Address, newest, "list"+l.rule), Attempt: 1, Register: n.Register, Party: p.ID, Desk: d, Channel: c,
				Reason: "list", Why: l.rule, Waiting: l.open, Exercise: n.Exercise}
			n.fly(ctx, m, p.ID, "", &newest)
		}
	}
}

// recordsAtOnce is how many records are read at a time, newest first, to find one.
const recordsAtOnce = 500

// listedUpTo is up to which telling a party was sent lists under a rule.
func (n *Notifier) listedUpTo(ctx context.Context, key listKey) (int64, error) {
	if upTo, ok := n.listed[key]; ok {
		return upTo, nil
	}
	upTo := truce.NoEntry
	err := n.backwards(ctx, key.party, func(r record) bool {
		if r.Reason != "list" || r.Why != key.rule || r.UpTo == nil || r.Outcome == "failed" {
			return false
		}
		upTo = *r.UpTo
		return true
	})
	if err == nil {
		n.listed[key] = upTo
	}
	return upTo, err
}

// backwards goes through the records about a party's whole feed, newest first,
// until found says so.
func (n *Notifier) backwards(ctx context.Context, party truce.PartyID, found func(r record) bool) error {
	for before := n.Log.Size(); ; {
		said, err := n.Records.Said(ctx, inbox.Filter{Subject: party, Party: party, Object: "delivery", After: truce.NoEntry, AsOf: before, Limit: recordsAtOnce, Newest: true})
		if err != nil {
			return err
		}
		for _, s := range said {
			r, err := readRecord(s)
			if err != nil {
				return err
			}
			if before = s.Entry; found(r) {
				return nil
			}
		}
		if len(said) < recordsAtOnce {
			return nil
		}
	}
}
