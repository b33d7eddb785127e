package api

import (
	"cmp"
	"slices"

	"truce"
	"truce/internal/auth"
	"truce/internal/inforce"
	"truce/internal/store"
	"truce/internal/told"
	"truce/internal/view/agreement"
	"truce/internal/view/protected"
)

// mineAgreed is an agreement or window of which the viewer may read who was told:
// its own, and any for a registrar. To others it does not exist here.
func (c *call) mineAgreed(r store.Reader, id string, m moment) (s told.Subject, err error) {
	rec, err := c.Agreements.Record(c.ctx, r, id, m.size)
	if truce.CodeOf(err) == truce.CodeNotFound {
		return s, notFound()
	}
	if err != nil {
		return s, err
	}
	if rel := auth.AgreementRelationOf(c.viewer, auth.AgreementFactsOf(rec)); rel != auth.RelationOwner && rel != auth.RelationRegistrar {
		return s, notFound()
	}
	if rec.Erased != nil {
		return s, erased(rec.Erased.Entry, rec.Erased.Reason)
	}
	return told.SubjectAgreed(rec), nil
}

// numbered is a subject with the entry that registered it.
type numbered struct {
	first int64
	told.Subject
}

// tellable lists objects, agreements and windows behind the entry after, in order
// of registration, and the entry that the next page goes on behind.
func (c *call) tellable(r store.Reader, m moment, f protected.Filter, after int64) (subjects []told.Subject, next int64, err error) {
	objects, err := c.Objects.Page(c.ctx, r, m.size, f, after, gapsAtOnce)
	if err != nil {
		return nil, truce.NoEntry, err
	}
	records, err := c.Agreements.Page(c.ctx, r, m.size, agreement.Filter{Owner: f.Owner}, after, gapsAtOnce)
	if err != nil {
		return nil, truce.NoEntry, err
	}
	var all []numbered
	for _, o := range objects {
		all = append(all, numbered{o.First, told.SubjectOf(o)})
	}
	for _, rec := range records {
		all = append(all, numbered{rec.First, told.SubjectAgreed(rec)})
	}
	slices.SortFunc(all, func(a, b numbered) int { return cmp.Compare(a.first, b.first) })
	next = truce.NoEntry
	if len(all) >= gapsAtOnce {
		all = all[:gapsAtOnce]
		next = all[len(all)-1].first
	}
	for _, n := range all {
		subjects = append(subjects, n.Subject)
	}
	return subjects, next, nil
}

// restsOn are the windows that a movement rests on, and what is attested of them, as
// far as the viewer may know of them.
func (c *call) restsOn(movement string, m moment) ([]told.Condition, error) {
	a, err := c.InForce.Now(c.ctx, inforce.Query{At: m.force, AsKnownAt: m.size, Viewer: c.viewer, Object: "window", Statuses: everyStatus})
	if err != nil {
		return nil, err
	}
	var out []told.Condition
	for _, x := range a.Movement(movement) {
		out = append(out, told.Condition(x))
	}
	return out, nil
}
