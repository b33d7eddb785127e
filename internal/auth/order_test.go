package auth

import (
	"encoding/json"
	"testing"

	"truce"
	"truce/internal/view/protected"
)

// TestNoPositionWithoutIdentity: whoever may read where something is may read
// what it is; a bare coordinate of something protected is a list of targets, not
// a notification. So in every row of both tables, and in what is then shown.
func TestNoPositionWithoutIdentity(t *testing.T) {
	tables := []struct {
		name      string
		relations []Relation
		may       func(Relation, truce.Disclosure) Extent
	}{{"objects", Relations(), May}, {"agreements", AgreementRelations(), MayOfAgreement}}
	for _, table := range tables {
		for _, rel := range table.relations {
			order := []truce.Disclosure{truce.DiscloseKind, truce.DiscloseIdentity, truce.DisclosePosition}
			for i, group := range order[1:] {
				if table.may(rel, group) > table.may(rel, order[i]) {
					t.Errorf("%s: a %s may read more of %s than of %s", table.name, rel, group, order[i])
				}
			}
			for _, beside := range []truce.Disclosure{truce.DisclosePeople, truce.DiscloseContact} {
				if table.may(rel, beside) > table.may(rel, truce.DiscloseIdentity) {
					t.Errorf("%s: a %s may read %s of something it may not read the identity of", table.name, rel, beside)
				}
			}
		}
	}
}

// TestShownTogether: of a real body nobody is shown the geometry without the names.
func TestShownTogether(t *testing.T) {
	released := protected.Grant{Recipient: "me", Author: "W-CELL", Entry: 7, Ended: truce.NoEntry}
	seen := 0
	for _, role := range append(truce.Roles(), truce.RolePublic) {
		for _, party := range []truce.PartyID{"", "me", "W-OWNER"} {
			for _, audience := range []truce.Audience{nil, {"public"}, {"party:me"}, {"role:" + string(role)}} {
				for _, releases := range [][]protected.Grant{nil, {released}} {
					o := object()
					o.Version.Audience, o.Content.Audience, o.Releases = audience, audience, releases
					got := Show(Viewer{party, role}, o)
					if got == nil || len(got.Object.Content.Body) == 0 {
						continue
					}
					var body map[string]json.RawMessage
					if err := json.Unmarshal(got.Object.Content.Body, &body); err != nil {
						t.Fatal(err)
					}
					if body["geometry"] != nil && (body["names"] == nil || body["function"] == nil) {
						t.Errorf("%q as %s, audience %v: %s", party, role, audience, got.Object.Content.Body)
					}
					if body["geometry"] != nil {
						seen++
					}
				}
			}
		}
	}
	if seen == 0 {
		t.Error("nobody was shown a position: the test looks at nothing")
	}
}
