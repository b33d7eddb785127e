package auth

import (
	"encoding/json"

	"truce"
)

// Bystander is what a viewer is to a statement of telling: an acknowledgement, a
// delivery, a desk, a test of a line, an alarm, a report of a journey.
type Bystander string

// What viewers can be to such a statement. A viewer that is several has the first.
const (
	ByRegistrar Bystander = "registrar" // runs the register's procedure
	ByAuthor    Bystander = "author"    // said it
	ByConcerned Bystander = "concerned" // the recipient of a delivery; the party whose desk was tried
	ByOwner     Bystander = "owner"     // of the object that it is about
	ByGuarantor Bystander = "guarantor" // stands for agreements
	ByReader    Bystander = "reader"    // may read the object that it is about, as a recipient or a member of its audience
	ByStranger  Bystander = "stranger"
)

// Bystanders lists them in that order.
func Bystanders() []Bystander {
	return []Bystander{ByRegistrar, ByAuthor, ByConcerned, ByOwner, ByGuarantor, ByReader, ByStranger}
}

// toldTable says as which relation to an object (see disclosure) a viewer reads
// the body of a statement of telling: as the owner all of it; as a recipient all
// but contacts and what is internal; as the public its kind alone; as none
// nothing, and the statement does not exist to it. domain.md 3.1: operators see who
// received, acknowledged and objected; a party never sees the acknowledgements of
// another; guarantors see the level and the time.
//
//	registrar, author, concerned, owner, guarantor, reader, stranger
var toldTable = map[string][7]Relation{
	"desk":     {RelationRegistrar, RelationOwner, RelationNone, RelationNone, RelationPublic, RelationNone, RelationNone},
	"contact":  {RelationRegistrar, RelationOwner, RelationRecipient, RelationNone, RelationPublic, RelationNone, RelationNone},
	"ack":      {RelationRegistrar, RelationOwner, RelationNone, RelationRecipient, RelationPublic, RelationNone, RelationNone},
	"delivery": {RelationRegistrar, RelationOwner, RelationOwner, RelationRecipient, RelationPublic, RelationNone, RelationNone},
	"alarm":    {RelationRegistrar, RelationOwner, RelationNone, RelationOwner, RelationPublic, RelationRecipient, RelationNone},
	"journey":  {RelationRegistrar, RelationOwner, RelationNone, RelationOwner, RelationPublic, RelationRecipient, RelationNone},
}

// IsTold reports whether statements of the kind are statements of telling.
func IsTold(k truce.Kind) bool { _, ok := toldTable[k.Object()]; return ok }

// ToldFacts is what decides what a viewer is to a statement of telling.
type ToldFacts struct {
	Author    truce.PartyID
	Concerned truce.PartyID   // recipient of a delivery, party of a desk that was tried; empty = nobody
	Object    *ObjectFacts    // of the object that it is about; nil where it is about none
	Agreement *AgreementFacts // of the agreement or window that it is about; nil where it is about none
}

// relation is what the viewer is to what the statement is about. A party to an
// agreement is to its telling what a recipient is to that of an object.
func (f *ToldFacts) relation(v Viewer) Relation {
	switch {
	case f.Object != nil:
		return RelationOf(v, f.Object)
	case f.Agreement == nil:
		return RelationNone
	}
	if rel := AgreementRelationOf(v, f.Agreement); rel != RelationParty {
		return rel
	}
	return RelationRecipient
}

// BystanderOf is what the viewer is. An auditor is a stranger: it sees hashes only.
func BystanderOf(v Viewer, f ToldFacts) Bystander {
	if v.Party == "" || v.Role == truce.RoleAuditor {
		return ByStranger
	}
	rel := f.relation(v)
	switch {
	case v.Role == truce.RoleRegistrar:
		return ByRegistrar
	case v.Party == f.Author:
		return ByAuthor
	case v.Party == f.Concerned:
		return ByConcerned
	case rel == RelationOwner:
		return ByOwner
	case v.Role == truce.RoleGuarantor && (f.Object == nil && f.Agreement == nil || rel != RelationNone):
		return ByGuarantor
	case May(rel, truce.DiscloseIdentity) == All:
		return ByReader
	}
	return ByStranger
}

// ShowTold is what the viewer may read of the body of a statement of telling. ok
// is false when it does not exist to the viewer; whole when nothing was left out.
func ShowTold(v Viewer, f ToldFacts, k truce.Kind, raw json.RawMessage) (body json.RawMessage, whole, ok bool) {
	row, told := toldTable[k.Object()]
	spec, known := truce.SpecOf(k)
	if !told || !known {
		return nil, false, false
	}
	rel := RelationNone
	for i, b := range Bystanders() {
		if b == BystanderOf(v, f) {
			rel = row[i]
		}
	}
	if rel == RelationNone {
		return nil, false, false
	}
	body = Mask(spec.Fields, raw, rel)
	return body, readsAll(rel), body != nil
}
