package notify

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"truce"
	"truce/internal/told"
	"truce/internal/view"
	"truce/internal/view/inbox"
)

// Config is what a Notifier is made of. Everything but Senders, Rules, Now and
// Logger is needed.
type Config struct {
	Register  string // origin
	Exercise  bool
	Directory Directory
	Feeds     Feeds
	Records   Records
	Log       Log
	Pen       Pen
	Places    Places
	Senders   []Sender    // without one, read-backs are looked at and nobody is told
	Rules     []told.Rule // timers; told.Defaults() when nil
	Now       func() time.Time
	Logger    *slog.Logger
}

// Notifier tells desks what their parties are told.
type Notifier struct {
	Config
	senders map[string]Sender

	mu      sync.Mutex
	wires   map[wireKey]*wire
	flights map[string]chan struct{} // by delivery id: what is on its way beside the feeds; closed when it is over
	work    sync.WaitGroup
	heard   atomic.Int64 // statements of telling up to that entry were seen to, alarms too

	// What follows belongs to the goroutine of Run.
	read    int64 // statements of telling up to that entry were looked at; unread before the first look
	pending *told.Pending
	listed  map[listKey]int64 // up to which telling lists were sent
	stuck   int64             // statement that could not be seen to
	tries   int               // how often
}

// wireKey is one line of one desk.
type wireKey struct{ desk, channel, address string }

// unread stands in Notifier.read before the first look.
const unread = truce.NoEntry - 1

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
	n := &Notifier{Config: c, senders: map[string]Sender{}, wires: map[wireKey]*wire{}, flights: map[string]chan struct{}{},
		read: unread, listed: map[listKey]int64{}}
	n.heard.Store(unread)
	for _, s := range c.Senders {
		n.senders[s.Kind()] = s
	}
	return n
}

const (
	// watchEvery is how often timers are looked at while the log is quiet.
	watchEvery = 15 * time.Second
	// gather is the least time between two looks at a log that grows: every record of
	// a delivery makes it grow.
	gather = 50 * time.Millisecond
	// lookBack is how far back, beyond the longest timer, a notifier looks that is
	// started: one that was down longer runs no timers for what was told before.
	lookBack = 32 * 24 * time.Hour
)

// Run tells until ctx ends, and then waits for what is under way.
func (n *Notifier) Run(ctx context.Context) {
	defer n.work.Wait()
	timers := time.NewTicker(watchEvery)
	defer timers.Stop()
	n.work.Go(func() { n.collectAll(ctx) }) // by itself: a folder that hangs delays nobody
	for ctx.Err() == nil {
		grown := n.Log.Changed() // before anything is read: nothing is missed
		n.look(ctx)
		pause(ctx, gather)
		select {
		case <-ctx.Done():
		case <-grown:
		case <-timers.C:
			n.step(ctx, "timers", n.mind)
		}
	}
}

// step does one thing. What goes wrong is logged, and tried again at the next look.
func (n *Notifier) step(ctx context.Context, what string, do func(context.Context) error) {
	if err := do(ctx); err != nil && ctx.Err() == nil {
		n.Logger.ErrorContext(ctx, "what is to be told cannot be seen to; it is tried again", "what", what, "code", string(truce.CodeOf(err)))
	}
}

// look reads what is new in the log and wakes whom it concerns.
func (n *Notifier) look(ctx context.Context) {
	n.step(ctx, "statements", n.readSaid) // first: alarms overtake the feeds
	if len(n.senders) > 0 {
		n.step(ctx, "lines", n.readLines)
		n.step(ctx, "feeds", n.readFeeds)
	}
}

// saidAtOnce bounds how many statements are read at a time.
const saidAtOnce = 5000

// readSaid looks at the statements of telling that are new.
func (n *Notifier) readSaid(ctx context.Context) error {
	if err := n.begin(ctx); err != nil {
		return err
	}
	size := n.Log.Size()
	if n.pending != nil {
		if err := n.follow(ctx, size); err != nil { // feeds first: see told.Pending
			return err
		}
	}
	for {
		said, err := n.Records.Said(ctx, inbox.Filter{After: n.read, AsOf: size, Limit: saidAtOnce})
		if err != nil {
			return err
		}
		for _, s := range said {
			if err := n.hear(ctx, s); err != nil {
				return err
			}
			n.read = s.Entry
			n.heard.Store(s.Entry)
		}
		if len(said) < saidAtOnce {
			return nil
		}
	}
}

// begin finds where to begin, once, and sees to alarms that are older and open.
func (n *Notifier) begin(ctx context.Context) error {
	if n.read != unread {
		return nil
	}
	longest := time.Duration(0)
	for _, r := range n.Rules {
		longest = max(longest, r.Within)
	}
	from, err := n.entryAt(ctx, n.Now().Add(-longest-lookBack))
	if err != nil {
		return err
	}
	open, err := n.Records.OpenAlarms(ctx)
	if err != nil {
		return err
	}
	for _, s := range open {
		if s.Entry <= from {
			n.mustAlarm(ctx, s)
		}
	}
	if len(n.senders) > 0 {
		n.pending = told.NewPending(n.Rules, from)
	}
	n.read = from
	n.heard.Store(from)
	return nil
}

// entryAt is the last entry received before t, or truce.NoEntry.
func (n *Notifier) entryAt(ctx context.Context, t time.Time) (int64, error) {
	lo, hi := truce.NoEntry, n.Log.Size()
	for hi-lo > 1 {
		mid := lo + (hi-lo)/2
		at, err := n.Log.TimeOf(ctx, mid)
		if err != nil {
			return 0, err
		}
		if at.Before(t) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo, nil
}

// hear sees to one statement of telling. Only what may end otherwise the next time
// is an error: one that cannot be seen to holds up no other.
func (n *Notifier) hear(ctx context.Context, s inbox.Said) (err error) {
	switch {
	case s.Kind == truce.AlarmRaise:
		err = n.raised(ctx, s)
	case s.Kind == truce.AckReadBack:
		err = n.readBack(ctx, s)
	case s.Kind == truce.DeliveryRecord:
		n.rewind(s)
	}
	if ctx.Err() != nil || undecided(err) && n.again(s.Entry) {
		return err
	}
	if err != nil {
		n.Logger.ErrorContext(ctx, "a statement of telling cannot be seen to", "entry", s.Entry, "code", string(truce.CodeOf(err)))
	}
	if n.pending == nil {
		return nil
	}
	if err := n.pending.Hear([]inbox.Said{s}); err != nil {
		n.Logger.ErrorContext(ctx, "a statement of telling cannot be read", "entry", s.Entry, "code", string(truce.CodeOf(err)))
	}
	return nil
}

// seenTo is how often a statement is looked at that cannot be seen to.
const seenTo = 20

// again reports whether the statement is to be looked at again.
func (n *Notifier) again(entry int64) bool {
	if n.stuck != entry {
		n.stuck, n.tries = entry, 0
	}
	n.tries++
	return n.tries < seenTo
}

// undecided reports whether trying again may have another end.
func undecided(err error) bool {
	c := truce.CodeOf(err)
	return err != nil && (c == truce.CodeUnavailable || c == truce.CodeBusy || c == truce.CodeInternal)
}

// automatic reports whether messages go over that kind of line by themselves.
func (n *Notifier) automatic(c inbox.Channel) bool { return n.senders[c.Kind] != nil }

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

// inTurn is the order in which desks are asked: that of desksOf, seniors last.
func inTurn(sorted []*inbox.Desk) []*inbox.Desk {
	out := slices.Clone(sorted)
	slices.SortStableFunc(out, func(a, b *inbox.Desk) int {
		switch {
		case a.Content.Senior == b.Content.Senior:
			return 0
		case a.Content.Senior:
			return 1
		}
		return -1
	})
	return out
}

// reasonFor is why a line of the feed is delivered.
func reasonFor(what string) string {
	switch what {
	case view.ToldNew:
		return "release"
	case view.ToldWithdrawn, view.ToldEnded, view.ToldErased:
		return "withdrawal"
	case view.ToldAlarm:
		return "alarm"
	}
	return "change"
}
