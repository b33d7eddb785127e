package packnotice

import (
	"strings"

	"truce"
	"truce/holds"
	"truce/internal/i18n"
	"truce/pack"
)

// Of says in words what an answer of a pack is that names so much, and what it is not (design.md 2, 3).
func Of(asOf *pack.AsOf, named pack.Named, p *pack.Pack, lang i18n.Lang) string {
	n := named.Protections
	keys := listNotice(n)
	if p.Source == pack.FromRegister {
		keys = registerNotice(asOf, named, p.Audience.Role)
	}
	return said(asOf, keys, n, lang)
}

// said puts the keys into words, and behind them what every answer of a pack says. n is a number of protections.
func said(asOf *pack.AsOf, keys []string, n int, lang i18n.Lang) string {
	if asOf.Pack.Stale {
		keys = append(keys, "notice.packStale")
	}
	keys = append(keys, "notice.law")
	if asOf.Exercise {
		keys = append(keys, "notice.exercise")
	}
	args := i18n.Args{"entry": asOf.LastEntry, "seconds": int64(asOf.AgeS), "n": n}
	made := i18n.Args{"seconds": int64(asOf.Pack.AgeS)}
	texts := make([]string, len(keys))
	for i, k := range keys {
		if k == "notice.pack" {
			texts[i] = i18n.Text(lang, k, made)
		} else {
			texts[i] = i18n.Text(lang, k, args)
		}
	}
	return strings.Join(texts, " ")
}

// Now says in words what an answer of a pack about agreements and windows is, and what it is not.
func Now(asOf *pack.AsOf, a *holds.Answer, p *pack.Pack, lang i18n.Lang) string {
	keys := []string{"notice.oneSide", "notice.asOf"}
	if len(a.Agreements)+len(a.Windows) == 0 {
		keys[0] = "notice.noneAgreed"
	}
	if asOf.LogSize == 0 {
		keys = keys[:1]
	}
	if p.Audience.Role != truce.RoleRegistrar {
		keys = append(keys, "notice.limited")
	}
	return said(asOf, append(keys, "notice.pack"), 0, lang)
}

func registerNotice(asOf *pack.AsOf, n pack.Named, role truce.Role) []string {
	told := role != truce.RoleRegistrar // knows only what it was told
	var keys []string
	switch {
	case n.Protections > 0:
		keys = append(keys, "notice.applies", "notice.asOf")
	case n.Agreed > 0:
		keys = append(keys, "notice.noObject", "notice.asOf")
	case asOf.LogSize == 0:
		keys = append(keys, "notice.empty")
	case told:
		keys = append(keys, "notice.untold")
	default:
		keys = append(keys, "notice.nothing")
	}
	if n.Agreed > 0 {
		keys = append(keys, "notice.oneSide")
	}
	if told {
		keys = append(keys, "notice.limited")
	}
	return append(keys, "notice.pack")
}

func listNotice(n int) []string {
	if n > 0 {
		return []string{"notice.listApplies", "notice.pack", "notice.list"}
	}
	return []string{"notice.listNothing", "notice.pack", "notice.list"}
}
