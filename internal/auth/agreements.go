package auth

import (
	"bytes"
	"encoding/json"
	"slices"

	"truce"
	"truce/internal/view/agreement"
)

// RelationParty is what a party named in an agreement or window, or bound by it,
// is to it. The other relations to one are those to an object but for recipient
// and former: nobody is released an agreement, it has parties and an audience.
const RelationParty Relation = "party"

// AgreementRelations lists the relations to an agreement or window, from nearest
// to farthest.
func AgreementRelations() []Relation {
	return []Relation{RelationRegistrar, RelationOwner, RelationParty, RelationAudience, RelationPublic, RelationNone}
}

// Groups of facts about an agreement or window beside the groups of fields of its
// body. Where each party stands, as worked out, belongs to truce.DiscloseIdentity.
const (
	DiscloseInner     truce.Disclosure = "inner"     // texts and clauses that are for the parties alone
	DiscloseResponses truce.Disclosure = "responses" // the statements in which parties say where they stand
)

// AgreementDisclosures lists the groups, in the order of the table's columns.
func AgreementDisclosures() []truce.Disclosure {
	return []truce.Disclosure{truce.DiscloseKind, truce.DiscloseIdentity, truce.DisclosePosition, truce.DisclosePeople,
		truce.DiscloseContact, truce.DiscloseInternal, DiscloseVersions, DiscloseInner, DiscloseResponses}
}

// agreementDisclosure is who may read what of agreements and windows. It differs
// from that of objects in one row: what is made public of a pause or corridor is
// public with its place, because nobody could use it otherwise. Columns as
// AgreementDisclosures.
//
//	kind  identity position people contact internal  versions inner responses
var agreementDisclosure = map[Relation][9]Extent{
	RelationRegistrar: {All, All, All, All, All, All, All, All, All},
	RelationOwner:     {All, All, All, All, All, All, All, All, All},
	RelationParty:     {All, All, All, All, Nothing, Nothing, All, All, All},
	RelationAudience:  {All, All, All, All, Nothing, Nothing, Nothing, Nothing, Own},
	RelationPublic:    {All, All, All, All, Nothing, Nothing, Nothing, Nothing, Own},
	RelationNone:      {},
}

// MayOfAgreement says how much of a group of an agreement or window a viewer of
// that relation may read. What the table does not have gives Nothing.
func MayOfAgreement(rel Relation, group truce.Disclosure) Extent {
	column := slices.Index(AgreementDisclosures(), group)
	if column < 0 {
		return Nothing
	}
	return agreementDisclosure[rel][column]
}

// AgreementFacts is what decides the relation of a viewer to an agreement or window.
type AgreementFacts struct {
	Owner    truce.PartyID
	Audience truce.Audience
	Parties  []truce.PartyID // named in the newest version, or bound by any
}

// AgreementFactsOf gives the facts of r at the log size it was read at.
func AgreementFactsOf(r *agreement.Record) *AgreementFacts {
	if r.Erased != nil {
		return &AgreementFacts{Owner: r.Erased.Author, Audience: r.Erased.Audience}
	}
	f := &AgreementFacts{Owner: r.Owner}
	if v := r.Newest(); v != nil {
		f.Audience = v.Audience
		var body struct {
			Parties []truce.PartyContent `json:"parties"`
		}
		if json.Unmarshal(v.Body, &body) == nil { // intake has read it; damage tells nobody more
			for i := range body.Parties {
				f.Parties = append(f.Parties, body.Parties[i].Party)
			}
		}
	}
	for i := range r.Said {
		if truce.Binds(r.Said[i].Kind) {
			f.Parties = append(f.Parties, r.Said[i].Author)
		}
	}
	return f
}

// AgreementRelationOf is what the viewer is to the agreement or window. An auditor
// is nothing to any: it sees hashes only (domain.md 3.1).
func AgreementRelationOf(v Viewer, f *AgreementFacts) Relation {
	if v.Role == truce.RoleAuditor {
		return RelationNone
	}
	signedIn := v.Party != ""
	switch {
	case signedIn && v.Role == truce.RoleRegistrar:
		return RelationRegistrar
	case signedIn && v.Party == f.Owner:
		return RelationOwner
	case signedIn && slices.Contains(f.Parties, v.Party):
		return RelationParty
	case signedIn && (slices.Contains(f.Audience, "party:"+v.Party) || slices.Contains(f.Audience, "role:"+string(v.Role))):
		return RelationAudience
	case slices.Contains(f.Audience, truce.AudiencePublic):
		return RelationPublic
	}
	return RelationNone
}

// MaskAgreement is the body of a statement about an agreement or window without
// what a viewer of that relation may not read: see Mask. Texts and clauses that are
// for the parties alone are reduced, to the others, to the hash of a text.
func MaskAgreement(fields []truce.Field, body json.RawMessage, rel Relation) json.RawMessage {
	switch rel {
	case RelationRegistrar, RelationOwner:
		return body
	case RelationParty:
		return Mask(fields, body, RelationRecipient)
	case RelationAudience, RelationPublic:
		return withoutInner(Mask(fields, body, RelationAudience))
	}
	return nil
}

// withoutInner takes clauses for the parties alone out of a body, and of such texts
// all but the hash, the language and whether it is authentic.
func withoutInner(body json.RawMessage) json.RawMessage {
	var out bytes.Buffer
	object := truce.Members(body, func(name, value []byte) {
		switch string(name) {
		case "clauses":
			value = reduced(value, func(json.RawMessage) json.RawMessage { return nil })
		case "texts":
			value = reduced(value, hashAlone)
		}
		out.WriteByte(map[bool]byte{true: '{', false: ','}[out.Len() == 0])
		text, _ := json.Marshal(string(name)) // a string always marshals
		out.Write(text)
		out.WriteByte(':')
		out.Write(value)
	})
	if !object {
		return nil
	}
	if out.Len() == 0 {
		out.WriteByte('{')
	}
	out.WriteByte('}')
	return out.Bytes()
}

// reduced is a list in which what is for the parties alone was put through fn;
// nil leaves it out. Items that are no objects stay: hashes in acceptances.
func reduced(list json.RawMessage, fn func(json.RawMessage) json.RawMessage) json.RawMessage {
	kept := []json.RawMessage{}
	truce.Items(list, func(item []byte) {
		var inner struct {
			Disclosure string `json:"disclosure"`
		}
		x := json.RawMessage(item)
		if item[0] == '{' && (json.Unmarshal(item, &inner) != nil || inner.Disclosure != "" && inner.Disclosure != "public") {
			x = fn(x)
		}
		if x != nil {
			kept = append(kept, x)
		}
	})
	out, err := json.Marshal(kept)
	if err != nil {
		return json.RawMessage("[]")
	}
	return out
}

func hashAlone(text json.RawMessage) json.RawMessage {
	var t truce.TextContent
	if json.Unmarshal(text, &t) != nil {
		return nil
	}
	out, err := json.Marshal(t.Public())
	if err != nil {
		return nil
	}
	return out
}

// ShowAgreementStatement is what v may read of the body of one statement about r,
// the entry number n. ok is false when the statement does not exist to v. whole is
// true when all of the body may be read, so that its envelope may be handed out:
// also to its author, who signed it, and to the other parties, who can then verify
// each other's acceptances.
func ShowAgreementStatement(v Viewer, r *agreement.Record, n int64, s *truce.Statement) (body json.RawMessage, whole, ok bool) {
	if v.Party != "" && s.Author == v.Party {
		return s.Body, true, true
	}
	rel := AgreementRelationOf(v, AgreementFactsOf(r))
	if rel == RelationNone {
		return nil, false, false
	}
	group := DiscloseResponses
	switch s.Kind {
	case truce.AgreementRegister, truce.AgreementAmend, truce.WindowAnnounce, truce.WindowAmend:
		group = DiscloseVersions
		if newest := r.Newest(); newest != nil && newest.Entry == n {
			group = truce.DiscloseKind
		}
	case truce.AgreementWithdraw, truce.WindowWithdraw, truce.EraseContent:
		group = truce.DiscloseKind
	}
	spec, known := truce.SpecOf(s.Kind)
	if !known || MayOfAgreement(rel, group) != All {
		return nil, false, false
	}
	body = MaskAgreement(spec.Fields, s.Body, rel)
	whole = rel == RelationRegistrar || rel == RelationOwner ||
		(rel == RelationParty || namesOnly(s.Audience, v)) && sameContent(body, s.Body)
	return body, whole, true
}
