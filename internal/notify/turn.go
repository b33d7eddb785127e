package notify

import (
	"context"
	"math"
	"slices"

	"truce"
	"truce/internal/told"
	"truce/internal/view"
	"truce/internal/view/inbox"
)

// listeners are the desks over whose lines a party's feed goes: in turn up to the
// first that answers for everything, or all. Each is told what told.DesksFor says.
func listeners(sorted []*inbox.Desk) []*inbox.Desk {
	turn := inTurn(sorted)
	if i := slices.IndexFunc(turn, told.AnswersForAll); i >= 0 {
		return turn[:i+1]
	}
	return turn
}

// turn are the desks over whose lines a party's feed goes, for a while.
type turn struct {
	desks []*inbox.Desk
	from  int64 // when it began every line of the party had gone through the feed up to that entry
}

// same reports whether the desks are the same, and say the same.
func (t *turn) same(as *turn) bool {
	return slices.EqualFunc(t.desks, as.desks, func(a, b *inbox.Desk) bool { return a.ID == b.ID && a.Version == b.Version })
}

// manyTurns bounds how many turns a line remembers; what it was told by older ones it
// may be told again, under the same id.
const manyTurns = 100

// passed is a turn by which a line was told up to an entry.
type passed struct {
	*turn
	upTo int64
}

// slowest is up to which entry all lines of a party have gone through its feed.
func (n *Notifier) slowest(party truce.PartyID) int64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	from := int64(math.MaxInt64)
	for _, w := range n.wires {
		if w.party.ID == party {
			from = min(from, w.sent.Load())
		}
	}
	return from
}

// change goes over to the turn as it stands. What another line had not got to, which
// may be no more, is gone through again: it may be for this one now.
func (w *wire) change() {
	t := w.turn.Load()
	if t == w.now {
		return
	}
	w.passed = append(w.passed, passed{w.now, w.sent.Load()})
	w.passed = w.passed[max(0, len(w.passed)-manyTurns):]
	w.now = t
	w.sent.Store(min(w.sent.Load(), t.from))
}

// mine reports whether a line of the feed is told over this line: whether its desk is
// one of those that answer for the subject, and was not told of it by a turn before. An
// alarm goes to every desk: whoever can hold fire must hear it, wherever his area is
// said to end.
func (w *wire) mine(ctx context.Context, l *Line) (bool, error) {
	turns := []*turn{w.now}
	for _, p := range w.passed {
		if l.Entry <= p.upTo {
			turns = append(turns, p.turn)
		}
	}
	var g *told.Ground
	for i, t := range turns {
		is := len(t.desks) < 2 || l.What == view.ToldAlarm
		if !is && g == nil {
			var err error
			if g, err = w.Places.Ground(ctx, l.Subject); err != nil {
				return false, err
			}
		}
		is = is || slices.ContainsFunc(told.DesksFor(t.desks, g), func(d *inbox.Desk) bool { return d.ID == w.key.desk })
		if is != (i == 0) { // not by this turn, or by one before
			return false, nil
		}
	}
	return true, nil
}

// asked is the desk that is reminded so many after the first: of those that answer for
// the subject, in turn, whose roster names somebody now before the others. The last of
// them where there are not so many, nil where there is none.
func (n *Notifier) asked(ctx context.Context, sorted []*inbox.Desk, subject string, nth int) *inbox.Desk {
	turn := inTurn(sorted)
	if slices.ContainsFunc(turn, func(d *inbox.Desk) bool { return !told.AnswersForAll(d) }) {
		g, err := n.Places.Ground(ctx, subject)
		if err != nil {
			n.Logger.WarnContext(ctx, "it cannot be read where something is; desks are reminded in turn", "code", string(truce.CodeOf(err)))
		} else {
			turn = told.AskedOf(turn, g)
		}
	}
	if len(turn) == 0 {
		return nil
	}
	turn = slices.Clone(turn)
	now := n.Now()
	unmanned := func(d *inbox.Desk) bool { return len(d.Content.Roster) > 0 && len(told.OnDuty(d, now)) == 0 }
	slices.SortStableFunc(turn, func(a, b *inbox.Desk) int {
		switch {
		case unmanned(a) == unmanned(b):
			return 0
		case unmanned(a):
			return 1
		}
		return -1
	})
	return turn[min(nth, len(turn)-1)]
}
