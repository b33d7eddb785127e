package told

import (
	"cmp"
	"context"
	"slices"

	"truce"
	"truce/internal/store"
	"truce/internal/view"
)

// Line is one line of a reader's feed: what one entry told it.
type Line struct {
	view.Telling
	Own bool // told to the reader or its role, not to the public alone: an answer is waited for
}

// Answer reports whether an acknowledgement of the line is waited for.
func (l *Line) Answer() bool {
	return l.Own && (view.AsksForAnswer(l.What) || l.What == view.ToldAlarm)
}

// Lines are what the members of an audience that name one reader were told behind
// the entry after and below the log size asOf, at most limit, one an entry; prev is
// the entry of the line before the first, or truce.NoEntry.
//
// One reader can be named several times: as a party, by its role, as the public.
// What ends for one name and goes on for another has not ended for the reader, and
// what it knew by one name is not new by another: see reach.
func (v Views) Lines(ctx context.Context, r store.Reader, names []string, after, asOf int64, limit int) (lines []Line, prev int64, err error) {
	prev = truce.NoEntry
	for _, t := range v.Tellings {
		more, err := t.Told(ctx, r, names, after, asOf, limit*len(names))
		if err != nil {
			return nil, prev, err
		}
		before, err := t.ToldBefore(ctx, r, names, after)
		if err != nil {
			return nil, prev, err
		}
		prev = max(prev, before)
		some, err := linesOf(ctx, r, t, names, more)
		if err != nil {
			return nil, prev, err
		}
		lines = append(lines, some...)
	}
	slices.SortStableFunc(lines, func(a, b Line) int { return cmp.Compare(a.Entry, b.Entry) })
	return lines[:min(len(lines), limit)], prev, nil
}

// linesOf works the tellings of one view, by entry, into lines.
func linesOf(ctx context.Context, r store.Reader, t Tellings, names []string, tellings []view.Telling) ([]Line, error) {
	known := map[string]*reach{}
	several, err := namedTwice(ctx, r, t, names, tellings)
	if err != nil {
		return nil, err
	}
	var out []Line
	for i, j := 0, 0; i < len(tellings); i = j {
		for j = i; j < len(tellings) && tellings[j].Entry == tellings[i].Entry; j++ {
		}
		subject := tellings[i].Subject
		if !several {
			out = append(out, Line{tellings[i], tellings[i].Recipient != truce.AudiencePublic})
			continue
		}
		if known[subject] == nil {
			known[subject] = newReach(names)
			earlier, err := t.ToldOf(ctx, r, subject, tellings[i].Entry)
			if err != nil {
				return nil, err
			}
			known[subject].all(earlier)
		}
		out = append(out, known[subject].next(tellings[i:j]))
	}
	return out, nil
}

// namedTwice reports whether several of the names were ever told anything: only
// then can two of them be told of the same subject.
func namedTwice(ctx context.Context, r store.Reader, t Tellings, names []string, page []view.Telling) (bool, error) {
	if len(page) == 0 {
		return false, nil
	}
	told := 0
	for _, n := range names {
		last, err := t.ToldBefore(ctx, r, []string{n}, page[len(page)-1].Entry)
		if err != nil {
			return false, err
		}
		if last != truce.NoEntry {
			told++
		}
	}
	return told > 1, nil
}

// reach follows by which of its names a reader is told of one subject.
type reach struct {
	names   []string
	by      map[string]bool // told now, by name
	version string          // told last by a name of its own
}

func newReach(names []string) *reach { return &reach{names: names, by: map[string]bool{}} }

// all follows the tellings of the subject, by entry, and gives the lines that reach
// the reader.
func (k *reach) all(tellings []view.Telling) []Line {
	var out []Line
	for i, j := 0, 0; i < len(tellings); i = j {
		var mine []view.Telling
		for j = i; j < len(tellings) && tellings[j].Entry == tellings[i].Entry; j++ {
			if slices.Contains(k.names, tellings[j].Recipient) {
				mine = append(mine, tellings[j])
			}
		}
		if len(mine) > 0 {
			out = append(out, k.next(mine))
		}
	}
	return out
}

// own reports whether the reader is told now as itself or by its role.
func (k *reach) own() bool {
	return slices.ContainsFunc(k.names, func(n string) bool { return n != truce.AudiencePublic && k.by[n] })
}

// next is the line of one entry, which may name the reader several times.
func (k *reach) next(rows []view.Telling) Line {
	public := slices.IndexFunc(rows, func(t view.Telling) bool { return t.Recipient == truce.AudiencePublic })
	own := slices.DeleteFunc(slices.Clone(rows), func(t view.Telling) bool { return t.Recipient == truce.AudiencePublic })
	before := k.own()
	for _, t := range rows {
		k.by[t.Recipient] = t.What != view.ToldEnded && t.What != view.ToldErased
	}
	if len(own) == 0 {
		l := Line{rows[public], false}
		if before && (l.What == view.ToldNew || l.What == view.ToldEnded) {
			l.What = view.ToldRevalidated // it holds for the reader as it did
		}
		return l
	}
	l := Line{own[0], true}
	was := k.version
	if view.AsksForAnswer(l.What) || l.What == view.ToldRevalidated {
		k.version = l.Version
	}
	switch now := k.own(); {
	case !now || !k.turns(own): // the same for all its names, or all of them end
		l.What = ending(own)
	case before && l.Version == was:
		l.What = view.ToldRevalidated
	case before:
		l.What = view.ToldChanged
	default:
		l.What = view.ToldNew
	}
	return l
}

// turns reports whether a name of the reader begins or ends with the rows.
func (k *reach) turns(rows []view.Telling) bool {
	return slices.ContainsFunc(rows, func(t view.Telling) bool { return t.What == view.ToldNew || t.What == view.ToldEnded })
}

// ending is what rows say of which none begins beside one that ends.
func ending(rows []view.Telling) string {
	for _, t := range rows {
		if t.What != view.ToldEnded {
			return t.What
		}
	}
	return rows[0].What
}
