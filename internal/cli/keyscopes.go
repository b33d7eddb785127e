package cli

import (
	"context"

	"truce"
)

// scopesOf are the scopes that a key gets where none are named: what a party of
// the role has use for. Only the registrar's reach to other parties:
// administer is, for every other role, over its own desks and keys.
var scopesOf = map[truce.Role][]truce.Scope{
	truce.RoleRegistrar: truce.Scopes(),
	truce.RoleParty: {truce.ScopeSubmit, truce.ScopeRelease, truce.ScopeAcknowledge, truce.ScopeAccept, truce.ScopeReport,
		truce.ScopeAdminister},
	truce.RoleGuarantor: {truce.ScopeSubmit, truce.ScopeVerify, truce.ScopeRelease, truce.ScopeAcknowledge, truce.ScopeAccept,
		truce.ScopeReport, truce.ScopeAdminister},
	truce.RoleHumanitarian: {truce.ScopeSubmit, truce.ScopeVerify, truce.ScopeRelease, truce.ScopeAcknowledge, truce.ScopeAccept,
		truce.ScopeReport, truce.ScopeAdminister},
	truce.RoleMonitor: {truce.ScopeSubmit, truce.ScopeVerify, truce.ScopeRelease, truce.ScopeAcknowledge, truce.ScopeAccept,
		truce.ScopeReport, truce.ScopeFind, truce.ScopeAdminister},
	truce.RoleInspector: {truce.ScopeVerify, truce.ScopeAcknowledge, truce.ScopeReport, truce.ScopeFind, truce.ScopeAdminister},
	truce.RoleMediator: {truce.ScopeSubmit, truce.ScopeRelease, truce.ScopeAcknowledge, truce.ScopeAccept, truce.ScopeReport,
		truce.ScopeAdminister},
	truce.RoleAuditor: {truce.ScopeReport},
}

// scopesFor are the scopes that were named, or those of the party's role.
func (r *register) scopesFor(ctx context.Context, e enrolment) ([]truce.Scope, error) {
	if len(e.scopes) > 0 {
		out := make([]truce.Scope, len(e.scopes))
		for i, s := range e.scopes {
			out[i] = truce.Scope(s)
		}
		return out, nil
	}
	p, err := r.Party(ctx, e.party)
	if err != nil {
		return nil, err
	}
	return scopesOf[p.Role], nil
}
