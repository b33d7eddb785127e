package check

import (
	"math"
	"strings"
	"time"

	"truce"
	"truce/internal/i18n"
)

// asOf is what is known at a head of the log, which has size entries.
func (b *batch) asOf(head Head, size int64) AsOf {
	a := AsOf{LogSize: head.Size, Root: head.Root, LastEntry: head.Size - 1, LastEntryTime: head.LastEntryTime.UTC(),
		Register: b.cfg.Origin, Exercise: b.cfg.Exercise, Lag: max(0, size-head.Size)}
	if head.Size > 0 {
		age := b.now.Sub(head.LastEntryTime).Round(time.Millisecond).Seconds()
		a.AgeS = math.Max(0, age) // a clock that is behind the log's makes nothing younger than now
	}
	return a
}

// notice says in words what the answer is and what it is not (design.md 2, 3). It
// depends on nothing but what is in the answer, and whether who asks knows only what
// it was told.
func notice(a *Answer, lang i18n.Lang, told bool) string {
	args := i18n.Args{"entry": a.AsOf.LastEntry, "seconds": int64(a.AsOf.AgeS), "n": len(a.Protections)}
	var keys []string
	switch {
	case len(a.Protections) > 0:
		keys = append(keys, "notice.applies", "notice.asOf")
	case len(a.Agreements)+len(a.Windows) > 0:
		keys = append(keys, "notice.noObject", "notice.asOf")
	case a.AsOf.LogSize == 0:
		keys = append(keys, "notice.empty")
	case told:
		keys = append(keys, "notice.untold")
	default:
		keys = append(keys, "notice.nothing")
	}
	if len(a.Agreements)+len(a.Windows) > 0 {
		keys = append(keys, "notice.oneSide")
	}
	if told {
		keys = append(keys, "notice.limited")
	}
	keys = append(keys, "notice.law")
	if a.AsOf.Exercise {
		keys = append(keys, "notice.exercise")
	}
	texts := make([]string, len(keys))
	for i, k := range keys {
		texts[i] = i18n.Text(lang, k, args)
	}
	return strings.Join(texts, " ")
}

// toldOnly reports whether who asks knows only what it was told.
func (q *question) toldOnly() bool {
	return q.Viewer.Party == "" || q.Viewer.Role != truce.RoleRegistrar
}
