package truce

import "slices"

// Role is what a party is in the register. One party has one role.
type Role string

// The roles (design.md 7). The public has none: it reads what is public.
const (
	RoleRegistrar    Role = "registrar"    // the notification cell that runs the register's procedure
	RoleParty        Role = "party"        // a party to the conflict
	RoleGuarantor    Role = "guarantor"    // guarantor or co-chair of an agreement
	RoleHumanitarian Role = "humanitarian" // humanitarian organisation or operator of a site
	RoleMonitor      Role = "monitor"      // monitoring mission
	RoleInspector    Role = "inspector"    // inspector of aid
	RoleMediator     Role = "mediator"     // mediator
	RoleAuditor      Role = "auditor"      // witness or auditor: sees hashes only
	RolePublic       Role = "public"       // anybody who has not signed in
)

// Roles lists the roles a party can be enrolled with.
func Roles() []Role {
	return []Role{RoleRegistrar, RoleParty, RoleGuarantor, RoleHumanitarian, RoleMonitor,
		RoleInspector, RoleMediator, RoleAuditor}
}

// Scope is what one key of a party may be used for.
type Scope string

// The scopes (design.md 7).
const (
	ScopeSubmit      Scope = "submit"      // register, amend, withdraw objects; give consent
	ScopeVerify      Scope = "verify"      // record a step of verification
	ScopeRelease     Scope = "release"     // release objects to recipients
	ScopeAcknowledge Scope = "acknowledge" // acknowledge what was told
	ScopeAccept      Scope = "accept"      // accept agreements
	ScopeReport      Scope = "report"      // report incidents, contest entries
	ScopeFind        Scope = "find"        // sign findings
	ScopeAdminister  Scope = "administer"  // enrol parties, revoke keys, erase
)

// Scopes lists every scope.
func Scopes() []Scope {
	return []Scope{ScopeSubmit, ScopeVerify, ScopeRelease, ScopeAcknowledge, ScopeAccept,
		ScopeReport, ScopeFind, ScopeAdminister}
}

// ValidRole reports whether r is a role that a party can be enrolled with.
func ValidRole(r Role) bool { return slices.Contains(Roles(), r) }

// ValidScope reports whether s is a known scope.
func ValidScope(s Scope) bool { return slices.Contains(Scopes(), s) }

// PartyID names a party: 2 to 64 characters of a-z, 0-9, '-' and '.', beginning
// with a letter. It is chosen at enrolment and never used again for another.
type PartyID = string

// ValidPartyID reports whether id is formed as PartyID says.
func ValidPartyID(id string) bool { return validName(id, 2, 64) }

// ValidSubject reports whether id can name the subject of a statement: 2 to 96
// characters of a-z, 0-9, '-' and '.', beginning with a letter. Subjects of
// objects are random, so that one cannot be guessed from what it stands for.
func ValidSubject(id string) bool { return validName(id, 2, 96) }

func validName(s string, lo, hi int) bool {
	if len(s) < lo || len(s) > hi || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.') {
			return false
		}
	}
	return true
}
