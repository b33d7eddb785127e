package feeds

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"truce/geo"
	"truce/internal/i18n"
	"truce/schedule"
)

// Board is all that is told to the public, as known at one size of the log.
type Board struct {
	Base       string        // where the register is reached, without a slash at the end: https://truce.example
	Register   string        // origin of its log
	Size       int64         // number of entries that it knows
	KnownAt    time.Time     // UTC; when the register last vouched for that size: the time of its checkpoint
	Now        time.Time     // UTC; for when it is told
	StaleAfter time.Duration // knowledge older than this is called old; 0 = an hour
	Notices    []Notice      // in any order
}

// Words is one text in several languages.
type Words map[i18n.Lang]string

// In is the text in lang, or else in English, or else in the first language
// that it has; without control characters and without marks that turn the direction
// of the text around it.
func (w Words) In(lang i18n.Lang) string {
	for _, l := range append([]i18n.Lang{lang, i18n.English}, slices.Sorted(maps.Keys(w))...) {
		if text := clean(w[l]); text != "" {
			return text
		}
	}
	return ""
}

// longest is the most characters of a text of others that is passed on.
const longest = 2000

func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.Is(unicode.Cc, r) || r == unicode.ReplacementChar || bidi(r):
			return -1
		}
		return r
	}, text[:min(len(text), 4*longest)])
	if r := []rune(text); len(r) > longest {
		text = string(r[:longest]) + "…"
	}
	return strings.TrimSpace(text)
}

// bidi reports embeddings, overrides and isolates of direction (UAX 9): the names
// of others must not turn words of ours round.
func bidi(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// Notice is one window that the public is told of.
type Notice struct {
	ID       string // subject of the window
	Kind     string // see truce.WindowKindCodes
	Titles   Words
	PlaceOf  Words     // short name of the place
	Place    geo.Shape // zero: none is stated
	Zone     string    // IANA time zone that its times are shown in; UTC where empty
	Status   string    // actual, exercise or test
	Versions []Version // every entry that changed it, oldest first; at least one

	// Hours are the signed instants, in order with a gap between two. Complete
	// says that there are no others, and Horizon up to when they are known where it
	// is not.
	Hours    []schedule.Interval
	Complete bool
	Horizon  time.Time
	// Dropped are times that an earlier version had and the newest has not: a
	// phone that knows them is told that they are called off.
	Dropped []schedule.Interval

	Sides       []Side // those whose acceptance is needed, as the text orders them
	AgreedByAll bool   // every one of them has accepted, without condition
	Ready       bool
	Missing     []Gap // what it lacks to be ready
	Off         bool  // withdrawn or broken off
}

// Version is one state of a notice: the entry of the log that made it so.
type Version struct {
	Entry int64
	At    time.Time // UTC; time received
}

// Side is where one party stands.
type Side struct {
	ID    string
	Names Words
	State string // see truce.AcceptanceCodes
	Since time.Time
}

// Gap is one condition that is not met.
type Gap struct {
	Code  string    // what is missing: acceptance, attestation, times, …; the catalogue has its words as "gate." and the code
	Of    Words     // of what: a segment, a part; may be empty
	On    Words     // on whom it waits; may be empty
	Since time.Time // UTC; zero: not known
}

// first is the entry that the notice begins with; newest the one that it stands at.
func (n *Notice) first() Version  { return n.Versions[0] }
func (n *Notice) newest() Version { return n.Versions[len(n.Versions)-1] }

// end is when the last hour known is over; the zero time where there is none.
func (n *Notice) end() time.Time {
	if len(n.Hours) == 0 {
		return time.Time{}
	}
	return n.Hours[len(n.Hours)-1].Until
}

// hours is the notice's times as an expansion that can be asked.
func (n *Notice) hours() schedule.Expansion {
	return schedule.Expansion{Intervals: n.Hours, Complete: n.Complete, Horizon: n.Horizon}
}

// most is the number of notices that one document holds.
const most = 200

// shown are the notices of a document: those that change soonest first, over ones
// last, no more than most; and how many are left out. One without a version was
// never logged, and is not told.
func (b *Board) shown() (list []*Notice, more int) {
	for i := range b.Notices {
		if len(b.Notices[i].Versions) > 0 {
			list = append(list, &b.Notices[i])
		}
	}
	slices.SortStableFunc(list, func(x, y *Notice) int {
		if c := b.turn(x).Compare(b.turn(y)); c != 0 {
			return c
		}
		return strings.Compare(x.ID, y.ID)
	})
	if len(list) > most {
		return list[:most], len(list) - most
	}
	return list, 0
}

// turn is what notices are ordered by: the next change, or a time past all.
func (b *Board) turn(n *Notice) time.Time {
	if next, _, ok := n.hours().Next(b.Now); ok && !n.Off {
		return next
	}
	return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC).Add(-n.end().Sub(b.Now))
}

// stale reports whether what is known is old.
func (b *Board) stale() bool {
	after := b.StaleAfter
	if after <= 0 {
		after = time.Hour
	}
	return b.Now.Sub(b.KnownAt) > after
}
