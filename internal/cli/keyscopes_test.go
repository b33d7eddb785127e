package cli

import (
	"slices"
	"testing"

	"truce"
)

// TestScopesOfRoles: a key with the scopes of its role signs whatever the role
// may author beyond what every party may, and an auditor's nothing but reports.
func TestScopesOfRoles(t *testing.T) {
	for _, role := range truce.Roles() {
		scopes := scopesOf[role]
		if len(scopes) == 0 || slices.ContainsFunc(scopes, func(s truce.Scope) bool { return !truce.ValidScope(s) }) {
			t.Errorf("%s: scopes %v", role, scopes)
		}
		for _, k := range truce.Kinds() {
			if k.Signers == truce.ByKey && k.Roles != nil && k.MayAuthor(role) && !slices.Contains(scopes, k.Scope) {
				t.Errorf("a %s may author %s, and its key lacks %s", role, k.Kind, k.Scope)
			}
		}
	}
	if len(scopesOf[truce.RoleRegistrar]) != len(truce.Scopes()) || len(scopesOf[truce.RoleAuditor]) != 1 {
		t.Errorf("registrar %v, auditor %v", scopesOf[truce.RoleRegistrar], scopesOf[truce.RoleAuditor])
	}
}
