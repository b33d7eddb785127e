package notify

import (
	"context"
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

// mine reports whether a line of the feed is told over this line: whether its desk is
// the one that answers for the subject. An alarm goes to every desk: whoever can hold
// fire must hear it, wherever his area is said to end.
func (w *wire) mine(ctx context.Context, l *Line) (bool, error) {
	turn := *w.turn.Load()
	if len(turn) < 2 || l.What == view.ToldAlarm {
		return true, nil
	}
	g, err := w.Places.Ground(ctx, l.Subject)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(told.DesksFor(turn, g), func(d *inbox.Desk) bool { return d.ID == w.key.desk }), nil
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
