package cli

import (
	"time"

	"truce"
	"truce/geo"
	"truce/holds"
	"truce/internal/packnotice"
	"truce/pack"
)

// packNowAnswer is the --json form of what holds, out of a pack.
type packNowAnswer struct {
	AsOf pack.AsOf `json:"asOf"`
	*holds.Answer
	Stale bool       `json:"stale,omitempty"`
	Slips []geo.Slip `json:"slips,omitempty"`
}

// nowInPack answers out of a pack what holds: no register is asked, and the place goes nowhere.
func (sh *shell) nowInPack(w *where, f *nowFlags, q nowQuery) error {
	switch {
	case w.data != "" || w.server != "":
		return truce.E(truce.CodeUsage, "--pack asks a file and no register").WithHint("leave out --data and --server")
	case f.knownAt > 0:
		return truce.E(truce.CodeUsage, "--as-known-at asks a register; a pack knows one state of the log").WithHint("truce pack info says which")
	}
	p, err := sh.openPack(f.pack, packTrust{logKey: w.logKey, after: f.after})
	if err != nil {
		return err
	}
	if p.Source == pack.FromFile {
		return truce.E(truce.CodeUsage, "the pack is a list that somebody made: no agreements stand in it").WithHint("ask a pack of a register: truce pack pull")
	}
	shape, slips, err := f.shape(sh)
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	if q.at.forceAt.IsZero() {
		q.at.forceAt = now
	}
	a, err := p.Now(holds.Query{Shape: shape, RadiusM: f.radius, At: q.at.forceAt, Until: q.until})
	if err != nil {
		return err
	}
	return sh.showPackNow(p, f, packNowAnswer{AsOf: p.AsOf(now), Answer: a, Slips: slips}, now)
}

// showPackNow prints the answer. A stale pack that names nothing gives none: it would read as if nothing were there.
func (sh *shell) showPackNow(p *pack.Pack, f *nowFlags, a packNowAnswer, now time.Time) error {
	stale := p.Fresh(now)
	if a.Stale = stale != nil; a.Stale && len(a.Agreements)+len(a.Windows) == 0 {
		return inFile(f.pack, stale)
	}
	a.Notice = packnotice.Now(&a.AsOf, a.Answer, p, (&where{lang: f.lang}).language())
	if sh.json {
		if err := sh.printJSON(a); err != nil {
			return err
		}
	} else {
		sh.printNow(a.Answer)
	}
	switch {
	case a.Stale:
		return inFile(f.pack, stale)
	case f.exitCode && a.Applies():
		return exitError(truce.ExitApplies)
	}
	return nil
}
