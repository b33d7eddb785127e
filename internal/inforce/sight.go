package inforce

import (
	"truce"
	"truce/holds"
	"truce/internal/auth"
	"truce/internal/view/agreement"
)

// sight is what a viewer may know, by the table of package auth.
type sight struct{ auth.Viewer }

var _ holds.Sight = sight{}

// Of says how much of what has those facts.
func (s sight) Of(f *holds.Facts) holds.Extent {
	rel := auth.AgreementRelationOf(s.Viewer, (*auth.AgreementFacts)(f))
	return holds.Extent{Known: rel != auth.RelationNone, Inner: auth.MayOfAgreement(rel, auth.DiscloseInner) == auth.All,
		People: auth.MayOfAgreement(rel, truce.DisclosePeople) == auth.All,
		Desks:  s.Role == truce.RoleRegistrar || s.Role == truce.RoleGuarantor}
}

// NewModel makes a model of records of the view as known at size entries.
func NewModel(size int64, records []*agreement.Record) *Model {
	out := make([]*holds.Record, len(records))
	for i, r := range records {
		out[i] = known(r)
	}
	return holds.NewModel(size, out)
}

// known is a record of the view as package holds reads it.
func known(r *agreement.Record) *holds.Record {
	out := &holds.Record{Subject: r.Subject, Object: r.Object, Owner: r.Owner, Status: r.Status, First: r.First,
		Facts: (*holds.Facts)(auth.AgreementFactsOf(r)), Versions: make([]holds.Version, len(r.Versions)), Said: make([]holds.Said, len(r.Said))}
	if r.Withdrawn != nil {
		out.Withdrawn = r.Withdrawn.At
	}
	for i, v := range r.Versions {
		out.Versions[i] = holds.Version{Entry: v.Entry, ID: v.ID, Author: v.Author, At: v.At, Terms: v.Terms, Audience: v.Audience, Body: v.Body}
	}
	for i, s := range r.Said {
		out.Said[i] = holds.Said{Entry: s.Entry, ID: s.ID, Kind: s.Kind, Author: s.Author, At: s.At, Terms: s.Terms, Body: s.Body}
	}
	return out
}
