package holds

import (
	"cmp"
	"slices"
	"time"

	"truce"
)

// Waiting lists what every joint step of an answer waits for: on whom, since when,
// why as they say themselves, and within which agreed limit. What is over, broken
// off or withdrawn waits for nobody. The longest wait comes first.
func (a *Answer) Waiting() []Waiting {
	out := []Waiting{}
	for i := range a.Agreements {
		x := &a.Agreements[i]
		if x.State == Reported {
			continue // others told of it; nobody was asked
		}
		for _, g := range x.Missing {
			out = append(out, g.wait(x.ID, x.Title, "agreement", a.At))
		}
	}
	for i := range a.Windows {
		w := &a.Windows[i]
		if w.State == Over || w.State == Withdrawn || w.State == Aborted {
			continue
		}
		for _, g := range w.Gates {
			if !g.Met {
				out = append(out, g.wait(w.ID, w.Title, w.Kind, a.At))
			}
		}
		out = append(out, w.waitingSteps(a.At)...)
		out = append(out, w.waitingPeople(a.At)...)
	}
	slices.SortStableFunc(out, func(x, y Waiting) int { return cmp.Compare(began(x, a.At), began(y, a.At)) })
	return out
}

func began(w Waiting, now time.Time) int64 {
	if w.Since == nil {
		return now.Unix()
	}
	return w.Since.Unix()
}

func (g *Gate) wait(id, title, kind string, now time.Time) Waiting {
	return Waiting{ID: id, Title: title, Kind: kind, Step: g.Code, Of: g.Of, Party: g.Party, Since: g.Since, Reason: g.Text, Limit: g.Limit,
		Late: g.Limit != nil && !now.Before(*g.Limit), Entry: g.Entry}
}

// waitingSteps are the reciprocal steps whose turn it is: every step of a lower
// order is done, or those that it is done against have reached their number and it
// has not.
func (w *Window) waitingSteps(now time.Time) []Waiting {
	var out []Waiting
	for i := range w.Steps {
		s := &w.Steps[i]
		since, turn := w.turn(s)
		if s.Done || !turn {
			continue
		}
		x := Waiting{ID: w.ID, Title: w.Title, Kind: w.Kind, Step: "count", Of: s.ID, Party: s.Side, Since: since, Entry: truce.NoEntry}
		if s.Limit > 0 && since != nil {
			limit := since.Add(time.Duration(s.Limit) * time.Minute)
			x.Limit, x.Late = &limit, !now.Before(limit)
		}
		out = append(out, x)
	}
	return out
}

// turn reports whether it is a step's turn, and since when: since the last count
// that those before it needed, or the opening of the window.
func (w *Window) turn(s *Step) (since *time.Time, ok bool) {
	for i := range w.Steps {
		b := &w.Steps[i]
		before := b.Order < s.Order && !slices.Contains(s.Against, b.ID)
		if before && !b.Done {
			return nil, false
		}
		if before || b.Done && slices.Contains(s.Against, b.ID) {
			for _, c := range b.Counts {
				if since == nil || c.At.After(*since) {
					at := c.At
					since = &at
				}
			}
		}
	}
	return since, w.Open || since != nil
}

// waitingPeople are those who stay at a waiting point longer than agreed, now.
func (w *Window) waitingPeople(now time.Time) []Waiting {
	var out []Waiting
	for i := range w.Holding {
		h := &w.Holding[i]
		for _, s := range h.Overstays {
			if s.Over {
				continue
			}
			since := now.Add(-time.Duration(s.Minutes * float64(time.Minute)))
			limit := since.Add(time.Duration(h.MaxDwellMinutes) * time.Minute)
			out = append(out, Waiting{ID: w.ID, Title: w.Title, Kind: w.Kind, Step: "dwell", Of: h.ID, Since: &since, Reason: s.Passage, Limit: &limit, Late: true, Entry: truce.NoEntry})
		}
	}
	return out
}
