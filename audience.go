package truce

import (
	"slices"
	"strings"
)

// Audience says who may read the body of a statement besides its author and
// the registrar: a list of "public", "role:<role>" and "party:<id>". Empty
// means nobody else. Others see that something was logged, never what.
type Audience []string

// AudiencePublic is the member of an Audience that includes everybody.
const AudiencePublic = "public"

// Includes reports whether a party with that id and role is in the audience.
// The public is asked for with an empty id and RolePublic.
func (a Audience) Includes(id PartyID, role Role) bool {
	return slices.Contains(a, AudiencePublic) ||
		id != "" && slices.Contains(a, "party:"+id) ||
		role != RolePublic && slices.Contains(a, "role:"+string(role))
}

// Check reports the first member that is not formed right, as CodeInvalid.
func (a Audience) Check() error {
	if len(a) > 256 {
		return E(CodeTooLarge, "an audience has at most 256 members, this one %d", len(a)).At("/audience")
	}
	for _, m := range a {
		if !validAudienceMember(m) {
			return E(CodeInvalid, "audience member %q is not known", clip(m)).At("/audience").
				WithHint(`use "public", "role:<role>" or "party:<id>"`)
		}
	}
	return nil
}

func validAudienceMember(m string) bool {
	if m == AudiencePublic {
		return true
	}
	if role, ok := strings.CutPrefix(m, "role:"); ok {
		return ValidRole(Role(role))
	}
	id, ok := strings.CutPrefix(m, "party:")
	return ok && ValidPartyID(id)
}
