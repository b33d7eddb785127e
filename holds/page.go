package holds

import (
	"cmp"
	"fmt"
	"slices"

	"truce"
)

// Page keeps the agreements and windows behind the entry after (truce.NoEntry begins),
// limit of them at most, in the order of the entries of their versions; with them the
// prohibitions that are theirs, and every conflict in which one of them takes part. next
// is what the following page begins behind; truce.NoEntry on the last.
func (a *Answer) Page(after int64, limit int) (next int64) {
	entries := a.entries()
	order := make([]string, 0, len(entries))
	for id, entry := range entries {
		if entry > after {
			order = append(order, id)
		}
	}
	slices.SortFunc(order, func(x, y string) int { return cmp.Compare(entries[x], entries[y]) })
	next = truce.NoEntry
	if len(order) > limit {
		order = order[:limit]
		next = entries[order[limit-1]]
	}
	kept := make(map[string]bool, len(order))
	for _, id := range order {
		kept[id] = true
	}
	a.keep(kept)
	return next
}

// entries is where each agreement and window stands in the order of pages: by the first
// entry of those of its versions that are told.
func (a *Answer) entries() map[string]int64 {
	out := map[string]int64{}
	note := func(id string, entry int64) {
		if first, ok := out[id]; !ok || entry < first {
			out[id] = entry
		}
	}
	for i := range a.Agreements {
		note(a.Agreements[i].ID, a.Agreements[i].Entry)
	}
	for i := range a.Windows {
		note(a.Windows[i].ID, a.Windows[i].Entry)
	}
	return out
}

func (a *Answer) keep(kept map[string]bool) {
	a.Agreements = slices.DeleteFunc(a.Agreements, func(x Agreement) bool { return !kept[x.ID] })
	a.Windows = slices.DeleteFunc(a.Windows, func(w Window) bool { return !kept[w.ID] })
	a.Prohibitions = slices.DeleteFunc(a.Prohibitions, func(p Prohibition) bool { return !kept[Source{Agreement: p.Agreement, Window: p.Window}.id()] })
	a.Conflicts = slices.DeleteFunc(a.Conflicts, func(c Conflict) bool { return !kept[c.A.id()] && !kept[c.B.id()] })
}

// id is the window where it is one, else the agreement.
func (s Source) id() string { return cmp.Or(s.Window, s.Agreement) }

// Join adds the page that follows: the whole knows no more than the page that knows
// least. A conflict between two pages stands on both, and is told once.
func (a *Answer) Join(page *Answer) {
	a.LogSize = min(a.LogSize, page.LogSize)
	a.Retrospective = a.Retrospective || page.Retrospective
	a.Agreements, a.Windows = append(a.Agreements, page.Agreements...), append(a.Windows, page.Windows...)
	a.Prohibitions = append(a.Prohibitions, page.Prohibitions...)
	told := map[string]bool{}
	key := func(c *Conflict) string { return fmt.Sprint(c.Act, c.A, c.B) }
	for i := range a.Conflicts {
		told[key(&a.Conflicts[i])] = true
	}
	for _, c := range page.Conflicts {
		if !told[key(&c)] {
			a.Conflicts = append(a.Conflicts, c)
		}
	}
	a.sort()
}

// PageByID is Page for those who name what the page before ended with: the id after, empty
// to begin. ok is false where the answer has none of that id.
func (a *Answer) PageByID(after string, limit int) (next string, ok bool) {
	entries := a.entries()
	behind, ok := entries[after]
	if after == "" {
		behind, ok = truce.NoEntry, true
	}
	last := truce.NoEntry
	if ok {
		last = a.Page(behind, limit)
	}
	for id, entry := range entries {
		if entry == last && last != truce.NoEntry {
			next = id
		}
	}
	return next, ok
}
