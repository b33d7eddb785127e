package notify

import (
	"context"

	"truce"
	"truce/internal/view/inbox"
)

// readLines starts a worker for every line that there is, and ends those of lines
// that are no more.
func (n *Notifier) readLines(ctx context.Context) error {
	parties, err := n.Directory.Parties(ctx)
	if err != nil {
		return err
	}
	desks, err := n.Directory.Desks(ctx)
	if err != nil {
		return err
	}
	want := map[wireKey]bool{}
	for i := range parties {
		if !parties[i].Active() {
			continue
		}
		t := &turn{desks: listeners(desksOf(desks, parties[i].ID)), from: n.slowest(parties[i].ID)}
		for _, d := range t.desks {
			if err := n.openDesk(ctx, parties[i], d, t, want); err != nil {
				return err
			}
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for key, w := range n.wires {
		if !want[key] {
			w.stop()
			delete(n.wires, key)
		}
	}
	return nil
}

// openDesk starts the workers of a desk's lines.
func (n *Notifier) openDesk(ctx context.Context, p truce.PartyState, d *inbox.Desk, t *turn, want map[wireKey]bool) error {
	for _, c := range d.Content.Channels {
		key := wireKey{d.ID, c.Kind, c.Address}
		if !n.automatic(c) || want[key] {
			continue
		}
		want[key] = true
		if err := n.open(ctx, key, p, d, c, t); err != nil {
			return err
		}
	}
	return nil
}

// open starts the worker of a line, where it does not run.
func (n *Notifier) open(ctx context.Context, key wireKey, p truce.PartyState, d *inbox.Desk, c inbox.Channel, t *turn) error {
	n.mu.Lock()
	w := n.wires[key]
	n.mu.Unlock()
	if w != nil {
		w.desk.Store(d)
		w.channel.Store(&c) // its key may be another
		if !w.turn.Load().same(t) {
			w.turn.Store(t)
			w.wake()
		}
		return nil
	}
	cursor, again, err := n.cursor(ctx, key, p.ID, d)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	w = &wire{Notifier: n, party: p, key: key, born: n.Log.Size() - 1, stop: stop, woken: make(chan struct{}, 1), again: again}
	w.sent.Store(cursor)
	w.back.Store(notBack)
	w.recorded, w.told = cursor, cursor
	w.desk.Store(d)
	w.channel.Store(&c)
	w.turn.Store(t)
	w.now = t
	n.mu.Lock()
	n.wires[key] = w
	n.mu.Unlock()
	n.work.Go(func() { w.run(ctx) })
	return nil
}

// readFeeds wakes the lines of parties that were told something.
func (n *Notifier) readFeeds(ctx context.Context) error {
	n.mu.Lock()
	byParty := map[truce.PartyID][]*wire{}
	for _, w := range n.wires {
		byParty[w.party.ID] = append(byParty[w.party.ID], w)
	}
	n.mu.Unlock()
	for _, wires := range byParty {
		newest, err := n.Feeds.Newest(ctx, wires[0].party)
		if err != nil {
			return err
		}
		for _, w := range wires {
			if newest > w.sent.Load() {
				w.wake()
			}
		}
	}
	return nil
}

// cursor is up to which entry the party's feed was delivered over a line: the
// newest record of that line says it, or a request to send what is behind an entry
// again. A line whose address the desk replaced goes on where the old one was. Mail
// and short messages, which people read, begin where the party's other lines are;
// other lines that are new are told all of it. What stands up to the entry again was
// told over it before, and is told again on request.
func (n *Notifier) cursor(ctx context.Context, key wireKey, party truce.PartyID, d *inbox.Desk) (from, again int64, err error) {
	own, desk, any := truce.NoEntry-1, truce.NoEntry-1, truce.NoEntry
	again = truce.NoEntry
	replaying, asked := false, false
	err = n.backwards(ctx, party, func(r record) bool {
		if r.UpTo == nil || r.Reason == "list" || r.Outcome == "failed" || r.Outcome == "answered" {
			return false
		}
		same := r.Desk == key.desk && r.Channel == key.channel
		if replaying { // what was told before the replay, which may have been cut short, is told again
			if same && r.Reason == "release" {
				again = *r.UpTo
			}
			return same && r.Reason == "release"
		}
		if same && (r.Outcome == "queued" || r.Delivery == feedID(key, *r.UpTo)) {
			own, replaying, asked = *r.UpTo, r.Reason == "replay", r.Outcome == "queued"
			return !replaying
		}
		if same && desk < truce.NoEntry {
			desk = *r.UpTo
		}
		any = max(any, *r.UpTo)
		return false
	})
	if replaying && asked {
		own = min(own, again) // who asks for less than is missing is told what is missing
	}
	switch {
	case err != nil || own >= truce.NoEntry:
		return own, again, err
	case desk >= truce.NoEntry && oneOfItsKind(d, key.channel):
		return desk, again, nil
	case any >= truce.NoEntry && (key.channel == "email" || key.channel == "sms"):
		return n.joins(ctx, key, party, min(any, d.Entry)), again, nil
	}
	return truce.NoEntry, again, nil
}

// joins states where a line that is new begins: other lines go on, and a restart
// must not begin it behind what it was not told.
func (n *Notifier) joins(ctx context.Context, key wireKey, party truce.PartyID, at int64) int64 {
	if at < 0 {
		return truce.NoEntry
	}
	r := record{Recipient: party, Desk: key.desk, Channel: key.channel, UpTo: &at, Reason: "release", Why: "a new line begins where the others of its party are",
		Delivery: feedID(key, at), Attempt: 1, Outcome: "queued"}
	if err := n.Pen.State(ctx, truce.DeliveryRecord, party, r); err != nil {
		n.Logger.WarnContext(ctx, "where a line begins cannot be recorded", "channel", key.channel, "code", string(truce.CodeOf(err)))
	}
	return at
}

// feedID is the delivery id of a record about a line's feed.
func feedID(key wireKey, upTo int64) string {
	return deliveryID(key.desk, key.channel, key.address, upTo, "feed")
}

func oneOfItsKind(d *inbox.Desk, kind string) bool {
	n := 0
	for _, c := range d.Content.Channels {
		if c.Kind == kind {
			n++
		}
	}
	return n == 1
}

// rewind sees to a request to send again over a line what is behind an entry.
func (n *Notifier) rewind(s inbox.Said) {
	r, err := readRecord(s)
	if err != nil || r.Reason != "replay" || r.Outcome != "queued" || r.UpTo == nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for key, w := range n.wires {
		if key.desk == r.Desk && key.channel == r.Channel && w.born < s.Entry {
			w.back.Store(*r.UpTo)
			w.wake()
		}
	}
}
