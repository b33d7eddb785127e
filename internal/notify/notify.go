package notify

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"truce"
	"truce/internal/told"
	"truce/internal/view/inbox"
	"truce/internal/view/protected"
)

// Config is what a Notifier is made of. Everything but Rules, Now and Logger is
// needed.
type Config struct {
	Register  string // origin
	Exercise  bool
	Directory Directory
	Feeds     Feeds
	Records   Records
	Pen       Pen
	Places    Places
	Senders   []Sender
	Rules     []told.Rule // timers; told.Defaults() when nil
	Now       func() time.Time
	Logger    *slog.Logger
}

// Notifier tells desks what their parties are told.
type Notifier struct {
	Config
	senders map[string]Sender

	mu        sync.Mutex
	wires     map[wireKey]*wire
	delivered map[string]bool // delivery ids of what was bound to one version
	tried     map[string]int  // attempts by delivery id
	alarms    int64           // alarms up to that entry were seen to
	answers   int64           // acknowledgements up to that entry were looked at
	known     int64           // records up to that entry were read
	work      sync.WaitGroup
}

// wireKey is one line of one desk.
type wireKey struct{ desk, channel, address string }

// New makes a notifier. Run sets it going.
func New(c Config) *Notifier {
	if c.Rules == nil {
		c.Rules = told.Defaults()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	n := &Notifier{Config: c, senders: map[string]Sender{}, wires: map[wireKey]*wire{}, delivered: map[string]bool{}, tried: map[string]int{},
		alarms: truce.NoEntry, answers: truce.NoEntry, known: truce.NoEntry}
	for _, s := range c.Senders {
		n.senders[s.Kind()] = s
	}
	return n
}

// watchEvery is how often timers are looked at while the log is quiet.
const watchEvery = 15 * time.Second

// Run tells until ctx ends, and then waits for what is under way.
func (n *Notifier) Run(ctx context.Context) {
	defer n.work.Wait()
	timers := time.NewTicker(watchEvery)
	defer timers.Stop()
	for {
		grown := n.Records.Changed() // before anything is read: nothing is missed
		n.look(ctx)
		select {
		case <-ctx.Done():
			return
		case <-grown:
		case <-timers.C:
			n.mind(ctx)
		}
	}
}

// look reads what is new in the log and wakes whom it concerns.
func (n *Notifier) look(ctx context.Context) {
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{{"records", n.readRecords}, {"lines", n.readLines}, {"alarms", n.readAlarms}, {"answers", n.readAnswers}} {
		if err := step.do(ctx); err != nil && ctx.Err() == nil {
			n.Logger.ErrorContext(ctx, "what is to be told cannot be read; it is tried again", "what", step.what, "code", string(truce.CodeOf(err)))
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, w := range n.wires {
		w.wake()
	}
}

// readRecords learns from the log what was delivered.
func (n *Notifier) readRecords(ctx context.Context) error {
	said, err := n.Records.Said(ctx, "delivery", n.known)
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, s := range said {
		r, err := readRecord(s)
		if err != nil {
			return err
		}
		n.tried[r.Delivery] = max(n.tried[r.Delivery], r.Attempt)
		if r.Outcome == "delivered" || r.Outcome == "given-up" {
			n.delivered[r.Delivery] = true
		}
		n.known = s.Entry
	}
	return nil
}

// automatic reports whether messages go over that kind of line by themselves.
func (n *Notifier) automatic(c inbox.Channel) bool { return n.senders[c.Kind] != nil }

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
		p := parties[i]
		first := firstDesk(desksOf(desks, p.ID))
		if first == nil || !p.Active() {
			continue
		}
		for _, c := range first.Content.Channels {
			if n.automatic(c) {
				key := wireKey{first.ID, c.Kind, c.Address}
				want[key] = true
				if err := n.open(ctx, key, p, first, c); err != nil {
					return err
				}
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

// open starts the worker of a line, where it does not run.
func (n *Notifier) open(ctx context.Context, key wireKey, p truce.PartyState, d *inbox.Desk, c inbox.Channel) error {
	n.mu.Lock()
	w := n.wires[key]
	n.mu.Unlock()
	if w != nil {
		w.desk.Store(d)
		return nil
	}
	cursor, err := n.cursor(ctx, key)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	w = &wire{Notifier: n, party: p, channel: c, key: key, cursor: cursor, stop: stop, woken: make(chan struct{}, 1)}
	w.desk.Store(d)
	n.mu.Lock()
	n.wires[key] = w
	n.mu.Unlock()
	n.work.Go(func() { w.run(ctx) })
	return nil
}

// cursor is up to which entry the party's feed was delivered over a line.
func (n *Notifier) cursor(ctx context.Context, key wireKey) (int64, error) {
	said, err := n.Records.Said(ctx, "delivery", truce.NoEntry)
	if err != nil {
		return 0, err
	}
	cursor := truce.NoEntry
	for _, s := range said {
		r, err := readRecord(s)
		if err != nil {
			return 0, err
		}
		if r.Desk == key.desk && r.Channel == key.channel && r.UpTo != nil && (r.Outcome == "delivered" || r.Outcome == "given-up") && r.Reason != "list" {
			cursor = max(cursor, *r.UpTo)
		}
	}
	return cursor, nil
}

func desksOf(all []*inbox.Desk, party truce.PartyID) []*inbox.Desk {
	var out []*inbox.Desk
	for _, d := range all {
		if d.Party == party && !d.Withdrawn {
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(a, b *inbox.Desk) int {
		if a.Content.Order != b.Content.Order {
			return a.Content.Order - b.Content.Order
		}
		return int(a.First - b.First)
	})
	return out
}

// firstDesk is who is asked first: the desk of the lowest order, and of several the
// one that was stated first. Desks of seniors come last.
func firstDesk(sorted []*inbox.Desk) *inbox.Desk {
	for _, d := range sorted {
		if !d.Content.Senior {
			return d
		}
	}
	if len(sorted) > 0 {
		return sorted[0]
	}
	return nil
}

// reasonFor is why a line of the feed is delivered.
func reasonFor(what string) string {
	switch what {
	case protected.ToldNew:
		return "release"
	case protected.ToldWithdrawn, protected.ToldEnded, protected.ToldErased:
		return "withdrawal"
	case protected.ToldAlarm:
		return "alarm"
	}
	return "change"
}
