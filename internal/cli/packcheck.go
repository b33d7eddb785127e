package cli

import (
	"context"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/check"
	"truce/internal/i18n"
	"truce/internal/packnotice"
	"truce/internal/view/protected"
	"truce/pack"
)

// packAnswered is an answer of a pack with what may be wrong with the coordinate as typed.
type packAnswered struct {
	*pack.Answer
	Slips []geo.Slip `json:"slips,omitempty"`
}

// checkPack answers out of a pack: no register is asked, and the place goes nowhere.
func (sh *shell) checkPack(ctx context.Context, f checkFlags) error {
	if f.knownAt > 0 {
		return truce.E(truce.CodeUsage, "--as-known-at asks a register; a pack knows one state of the log").
			WithHint("truce pack info says which")
	}
	p, err := sh.openPack(f.pack, packTrust{logKey: f.logKey, after: f.after})
	if err != nil {
		return err
	}
	if err := knows(p, &check.Query{MinEntry: f.minEntry}); err != nil {
		return err
	}
	if err := sh.useIndex(p); err != nil {
		return err
	}
	if f.batch != "" {
		return sh.checkBatch(ctx, nil, f, p)
	}
	return sh.checkOneInPack(p, f)
}

func (sh *shell) checkOneInPack(p *pack.Pack, f checkFlags) error {
	q, err := f.question()
	if err != nil {
		return err
	}
	if err := sh.place(&q, f); err != nil {
		return err
	}
	query, slips, err := q.query(i18n.Match(f.lang))
	for _, s := range slips {
		sh.say("note: %s. %s", s.Message, s.Hint)
	}
	if err != nil {
		return err
	}
	a, err := answerFrom(p, query, time.Now().UTC())
	if err != nil {
		return err
	}
	if err := sh.showPackAnswer(packAnswered{a, slips}, query.Lang); err != nil {
		return err
	}
	if err := p.Fresh(time.Now()); err != nil {
		return inFile(f.pack, err)
	}
	return applies(f, a.Named().Applying)
}

// answerFrom is the answer of a pack with its notice. A stale pack that names nothing gives no answer: it would read as if
// nothing were there.
func answerFrom(p *pack.Pack, q check.Query, now time.Time) (*pack.Answer, error) {
	a, err := p.Check(pack.Query{Shape: q.Shape, RadiusM: q.RadiusM, From: q.From, Until: q.Until}, now)
	if err != nil {
		return nil, err
	}
	if a.Stale && a.Named().None() {
		return nil, p.Fresh(now)
	}
	a.Notice = packnotice.Of(&a.AsOf, a.Named(), p, q.Lang)
	return a, nil
}

func (sh *shell) showPackAnswer(a packAnswered, lang i18n.Lang) error {
	if sh.json {
		return sh.printJSON(a)
	}
	for i := range a.Protections {
		p := registered(&a.Protections[i])
		if a.AsOf.Pack.Source == pack.FromFile {
			sh.listed(p, lang)
		} else {
			sh.protection(p, lang)
		}
	}
	sh.agreedLines(a.Agreements, a.Windows)
	sh.printf("%s\n", a.Notice)
	return nil
}

// listed prints an entry of a plain list, which has no log and no verification.
func (sh *shell) listed(p check.Protection, lang i18n.Lang) {
	sh.printf("%8s  %s  %s\n          %s; %s of the list\n", metres(p.DistanceM), p.Type, orDash(p.Name), stateText(p, lang), p.ID)
}

// registered is a protection of a pack as a register would tell it.
func registered(p *pack.Protection) check.Protection {
	return check.Protection{ID: p.ID, Kind: p.Kind, Type: p.Type, Name: p.Name, Operator: p.Operator, DistanceM: p.DistanceM, AccuracyM: p.AccuracyM,
		State: protected.State(p.State), InForceFrom: p.InForceFrom, InForceUntil: p.InForceUntil, RevalidateBy: p.RevalidateBy, Withdrawn: p.Withdrawn,
		Contested: p.Contested, Verification: p.Verification, Differs: p.Differs, Leg: p.Leg, Part: p.Part, Entry: p.Entry, Version: p.Version,
		Status: p.Status, Exercise: p.Exercise}
}
