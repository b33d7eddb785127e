package truce

import (
	"slices"
	"strings"
)

// Kind is what a statement says: an object and an act, "site.register".
type Kind string

// The kinds. Objects that are told of are site, area and movement; the others
// speak about those objects, about parties and about keys.
const (
	PartyEnrol    Kind = "party.enrol"
	PartyAmend    Kind = "party.amend"
	PartyWithdraw Kind = "party.withdraw"

	KeyRoot   Kind = "key.root"   // a party states its k-of-n root keys
	KeyList   Kind = "key.list"   // the root states the keys in use and their scopes
	KeyRevoke Kind = "key.revoke" // a key counts no more, from this entry on

	SiteRegister   Kind = "site.register"
	SiteAmend      Kind = "site.amend"
	SiteWithdraw   Kind = "site.withdraw"
	SiteRevalidate Kind = "site.revalidate"

	AreaRegister   Kind = "area.register"
	AreaAmend      Kind = "area.amend"
	AreaWithdraw   Kind = "area.withdraw"
	AreaRevalidate Kind = "area.revalidate"

	MovementRegister   Kind = "movement.register"
	MovementAmend      Kind = "movement.amend"
	MovementWithdraw   Kind = "movement.withdraw"
	MovementRevalidate Kind = "movement.revalidate"

	VerificationRecord Kind = "verification.record" // a step of the ladder, domain.md 3.3
	ChallengeOpen      Kind = "challenge.open"      // an entry is contested, with a reason
	ChallengeAnswer    Kind = "challenge.answer"
	ChallengeClose     Kind = "challenge.close"
	ConsentGive        Kind = "consent.give" // the operator agrees to disclosure, per recipient
	ConsentWithdraw    Kind = "consent.withdraw"
	ReleaseGive        Kind = "release.give" // the object is released to recipients
	ReleaseEnd         Kind = "release.end"
	EraseContent       Kind = "erase.content" // content goes; leaf and the fact of it stay
)

// Object is the part of k before the dot: "site" of "site.register".
func (k Kind) Object() string { o, _, _ := strings.Cut(string(k), "."); return o }

// Act is the part of k after the dot: "register" of "site.register".
func (k Kind) Act() string { _, a, _ := strings.Cut(string(k), "."); return a }

// Signers says whose signatures an envelope of a kind needs.
type Signers string

// The ways of signing. In all of them every key that the body lists as new
// signs too: that is its proof of possession.
const (
	ByKey  Signers = "key"  // one or more keys in use of the author, with the kind's scope
	ByRoot Signers = "root" // k of the n root keys of the author
)

// KindSpec is what the register demands of a kind: one row of the table that
// intake, the interfaces and the documents are driven by.
type KindSpec struct {
	Kind    Kind
	Doc     string  // what it says, one sentence
	Signers Signers // whose signatures it needs
	Scope   Scope   // scope that a signing key needs (ByKey)
	Roles   []Role  // roles that may author it; nil = every enrolled party
	Fields  []Field // the members of its body
}

// MayAuthor reports whether a party of role r may author the kind.
func (s KindSpec) MayAuthor(r Role) bool { return s.Roles == nil || slices.Contains(s.Roles, r) }

// SpecOf gives the row of k; ok is false for a kind that does not exist.
func SpecOf(k Kind) (spec *KindSpec, ok bool) { s, ok := specs[k]; return s, ok }

// Kinds lists the rows of all kinds, in a fixed order.
func Kinds() []KindSpec { return kindTable }

var kindTable = slices.Concat(partyKinds, objectKinds("site", SiteFields), objectKinds("area", AreaFields),
	objectKinds("movement", MovementFields), aboutKinds, toldKinds, agreementKinds)

var specs = indexKinds()

func indexKinds() map[Kind]*KindSpec {
	m := make(map[Kind]*KindSpec, len(kindTable))
	for i := range kindTable {
		m[kindTable[i].Kind] = &kindTable[i]
	}
	return m
}

// objectKinds are the four acts on a registered object, whose whole content
// stands in register and amend (an amendment replaces, it does not patch).
func objectKinds(object string, fields []Field) []KindSpec {
	writers := []Role{RoleRegistrar, RoleHumanitarian, RoleParty, RoleGuarantor, RoleMonitor, RoleMediator}
	kind := func(act, doc string, f []Field) KindSpec {
		return KindSpec{Kind: Kind(object + "." + act), Doc: doc, Signers: ByKey, Scope: ScopeSubmit, Roles: writers, Fields: f}
	}
	return []KindSpec{
		kind("register", "Registers a "+object+" with its whole content.", fields),
		kind("amend", "Replaces the content of a "+object+"; names the version it replaces.", fields),
		kind("withdraw", "Withdraws a "+object+"; it stays visible as withdrawn.", withdrawFields),
		kind("revalidate", "Says that the content of a "+object+" still holds, and until when.", revalidateFields),
	}
}
