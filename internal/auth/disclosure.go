package auth

import (
	"slices"

	"truce"
	"truce/internal/view/protected"
)

// Viewer is who asks: a party that signed in, or the public (the zero Viewer).
type Viewer struct {
	Party truce.PartyID // empty for the public
	Role  truce.Role
}

// Relation is what a viewer is to one object. It alone decides what the viewer
// may read of it.
type Relation string

// The relations, from nearest to farthest. A viewer that has several has the
// first of them.
const (
	RelationRegistrar Relation = "registrar" // runs the register's procedure
	RelationOwner     Relation = "owner"     // registered the object
	RelationRecipient Relation = "recipient" // has a release of it in force
	RelationAudience  Relation = "audience"  // is named in its audience, by id or by role
	RelationPublic    Relation = "public"    // its audience is public, and the viewer is nothing nearer
	RelationFormer    Relation = "former"    // had a release that ended: sees that it ended, and no content
	RelationNone      Relation = "none"      // to whom it does not exist
)

// Relations lists the relations in that order.
func Relations() []Relation {
	return []Relation{RelationRegistrar, RelationOwner, RelationRecipient, RelationAudience, RelationPublic, RelationFormer, RelationNone}
}

// Groups of facts about an object that stand beside the groups of fields of its
// body (truce.DiscloseKind and so on). How far it was verified and whether it is
// contested, without by whom, belong to truce.DiscloseKind.
const (
	DiscloseVersions     truce.Disclosure = "versions"     // contents before the one in force, and what revalidated them
	DiscloseConsents     truce.Disclosure = "consents"     // to whose being told the owner agreed
	DiscloseReleases     truce.Disclosure = "releases"     // who was told; the audience
	DiscloseVerification truce.Disclosure = "verification" // each step: by whom, with what evidence
	DiscloseChallenges   truce.Disclosure = "challenges"   // each challenge: by whom, in what words
)

// Disclosures lists every group, in the order of the table's columns.
func Disclosures() []truce.Disclosure {
	return []truce.Disclosure{truce.DiscloseKind, truce.DiscloseIdentity, truce.DisclosePosition, truce.DisclosePeople,
		truce.DiscloseContact, truce.DiscloseInternal,
		DiscloseVersions, DiscloseConsents, DiscloseReleases, DiscloseVerification, DiscloseChallenges}
}

// Extent is how much of a group may be read.
type Extent int

// The extents.
const (
	Nothing Extent = iota
	Own            // what concerns the viewer itself: its own release, its own words, the content that was in force when it was told and all since
	All
)

// disclosure is who may read what: domain.md 3.1, narrowed where it says
// "default". It is the only such table in the house. Columns as Disclosures.
//
//	kind  identity position people contact internal  versions consents releases verification challenges
var disclosure = map[Relation][11]Extent{
	RelationRegistrar: {All, All, All, All, All, All, All, All, All, All, All},
	RelationOwner:     {All, All, All, All, All, All, All, All, All, All, All},
	RelationRecipient: {All, All, All, All, Nothing, Nothing, Own, Own, Own, Own, Own},
	RelationAudience:  {All, All, All, All, Nothing, Nothing, Nothing, Own, Own, Own, Own},
	RelationPublic:    {All, Nothing, Nothing, Nothing, Nothing, Nothing, Nothing, Nothing, Own, Own, Own},
	RelationFormer:    {Nothing, Nothing, Nothing, Nothing, Nothing, Nothing, Nothing, Nothing, Own, Nothing, Nothing},
	RelationNone:      {},
}

// columns are the columns of the table.
var columns = Disclosures()

// May says how much of a group a viewer of that relation may read. A relation or
// a group that the table does not have gives Nothing.
func May(rel Relation, group truce.Disclosure) Extent {
	column := slices.Index(columns, group)
	if column < 0 {
		return Nothing
	}
	return disclosure[rel][column]
}

// ObjectFacts is what decides the relation of a viewer to an object.
type ObjectFacts struct {
	Owner    truce.PartyID
	Audience truce.Audience
	Releases []protected.Grant // ended ones too
}

// FactsOf gives the facts of o at the log size it was read at.
func FactsOf(o *protected.Object) *ObjectFacts {
	if o.Erased != nil {
		return &ObjectFacts{Owner: o.Erased.Author, Audience: o.Erased.Audience}
	}
	return &ObjectFacts{Owner: o.Owner, Audience: o.Version.Audience, Releases: o.Releases}
}

// RelationOf is what the viewer is to the object. An auditor is nothing to any
// object: it sees hashes only (domain.md 3.1).
func RelationOf(v Viewer, f *ObjectFacts) Relation {
	if v.Role == truce.RoleAuditor {
		return RelationNone
	}
	signedIn := v.Party != ""
	switch {
	case signedIn && v.Role == truce.RoleRegistrar:
		return RelationRegistrar
	case signedIn && v.Party == f.Owner:
		return RelationOwner
	case signedIn && f.released(v.Party, true):
		return RelationRecipient
	case signedIn && (slices.Contains(f.Audience, "party:"+v.Party) || slices.Contains(f.Audience, "role:"+string(v.Role))):
		return RelationAudience
	case slices.Contains(f.Audience, truce.AudiencePublic):
		return RelationPublic
	case signedIn && f.released(v.Party, false):
		return RelationFormer
	}
	return RelationNone
}

func (f *ObjectFacts) released(to truce.PartyID, inForce bool) bool {
	return slices.ContainsFunc(f.Releases, func(g protected.Grant) bool {
		return g.Recipient == to && (g.InForce() || !inForce)
	})
}
