package intake_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"truce"
	"truce/internal/compose"
)

// TestRoleByKind: for every role and kind, a party of that role gets past the
// rules of authorship exactly where truce.Kinds() says so. The object it speaks
// about is its own where it may register, so that nothing else is in the way.
func TestRoleByKind(t *testing.T) {
	r := newRegister(t)
	for _, role := range truce.Roles() {
		author := "of-" + string(role)
		r.enrol(author, role)
		for _, spec := range truce.Kinds() {
			if spec.Signers != truce.ByKey {
				continue // roots sign for their own party whatever its role: party_test.go
			}
			t.Run(fmt.Sprintf("%s/%s", role, spec.Kind), func(t *testing.T) {
				_, err := r.try(author, spec.Kind)
				refused := strings.Contains(fmt.Sprint(err), "cannot author")
				if refused == spec.MayAuthor(role) {
					t.Errorf("%s authors %s: %v; the table says %v", role, spec.Kind, err, spec.MayAuthor(role))
				}
				if refused && truce.CodeOf(err) != truce.CodeRefused {
					t.Errorf("the code is %s", truce.CodeOf(err))
				}
			})
		}
	}
}

// TestScopeByKind: each kind needs its scope, and no other opens it.
func TestScopeByKind(t *testing.T) {
	r := newRegister(t)
	for _, scope := range truce.Scopes() {
		author := "registrar-" + string(scope)
		r.enrol(author, truce.RoleRegistrar, scope)
		r.enrol("party-"+string(scope), truce.RoleParty, scope)
		for _, spec := range truce.Kinds() {
			if spec.Signers != truce.ByKey {
				continue
			}
			t.Run(fmt.Sprintf("%s/%s", scope, spec.Kind), func(t *testing.T) {
				author := author
				if !spec.MayAuthor(truce.RoleRegistrar) {
					author = "party-" + string(scope)
				}
				_, err := r.try(author, spec.Kind)
				if refused := strings.Contains(fmt.Sprint(err), "does not have the scope"); refused == (spec.Scope == scope) {
					t.Errorf("a key with the scope %s signs %s: %v", scope, spec.Kind, err)
				}
			})
		}
	}
}

// try submits a statement of the kind that is right in all but, perhaps, who says it.
func (r *register) try(author string, kind truce.Kind) (string, error) {
	subject, body := r.plausible(author, kind)
	opts := []compose.Option{}
	if slices.Contains([]string{"amend", "withdraw", "revalidate"}, kind.Act()) && kind.Object() != "party" && kind.Object() != "consent" {
		opts = append(opts, compose.Replaces(strings.Repeat("0", 64)))
	}
	err := r.in.Check(r.t.Context(), r.by(author, kind, subject, body, opts...))
	return subject, err
}

// plausible is a subject and body that the kind's form accepts.
func (r *register) plausible(author string, kind truce.Kind) (string, any) {
	id := strings.Repeat("0", 64)
	object := kind.Object()
	if subject, body, ok := toldBody(author, kind); ok {
		return subject, body
	}
	if subject, body, ok := agreementBody(kind); ok {
		return subject, body
	}
	switch {
	case object == "party" && kind.Act() == "withdraw":
		return author, map[string]any{"reason": "left"}
	case object == "party":
		body := map[string]any{"names": []truce.Name{{Text: "x"}}, "role": "monitor"}
		if kind == truce.PartyEnrol {
			body["invitation"] = truce.InvitationHash("x")
		}
		return compose.NewSubject("new"), body
	case kind == truce.KeyRevoke:
		return author, compose.Revocation{Key: key("nobody").KeyID()}
	case kind.Act() == "register" || kind.Act() == "amend":
		return compose.NewSubject(object), content(object)
	}
	return compose.NewSubject("site"), map[string]map[string]any{
		"withdraw":   {"reason": "closed"},
		"revalidate": {"revalidateBy": "2017-01-01"},
		"record":     {"version": id, "step": "read-back", "result": "matches"},
		"open":       {"version": id, "reason": "wrong-position", "text": "x"},
		"answer":     {"challenge": id, "text": "x"},
		"close":      {"challenge": id, "outcome": "corrected"},
		"content":    {"reason": "error"},
		"give":       {"recipients": []string{"cell"}},
		"end":        {"recipients": []string{"cell"}},
	}[act(kind)]
}

// act folds the withdrawal of consent, which has the body of recipients.
func act(kind truce.Kind) string {
	if kind == truce.ConsentWithdraw {
		return "end"
	}
	return kind.Act()
}

// content is the body of an object of each kind.
func content(object string) map[string]any {
	point := map[string]any{"type": "Point", "coordinates": []float64{37.1, 36.2}}
	switch object {
	case "area":
		return map[string]any{"areaKind": "de-escalation", "geometry": map[string]any{"type": "Circle", "coordinates": []float64{37.1, 36.2}, "radiusM": 500}}
	case "movement":
		return map[string]any{"purpose": "food-aid", "mode": "land", "legs": []any{map[string]any{
			"route": map[string]any{"type": "LineString", "coordinates": [][]float64{{37.1, 36.2}, {37.2, 36.3}}, "bufferM": 100}}}}
	}
	return map[string]any{"function": "hospital", "geometry": point}
}

func TestRegisterEveryObject(t *testing.T) {
	r := newRegister(t)
	r.enrol("msf", truce.RoleHumanitarian)
	for _, object := range []string{"site", "area", "movement"} {
		subject := compose.NewSubject(object)
		kind := func(act string) truce.Kind { return truce.Kind(object + "." + act) }
		first := r.must(r.by("msf", kind("register"), subject, content(object)))
		second := r.must(r.by("msf", kind("amend"), subject, content(object), compose.Replaces(first.ID)))
		third := r.must(r.by("msf", kind("revalidate"), subject, map[string]any{"revalidateBy": "2017-01-01"}, compose.Replaces(second.ID)))
		r.refuse(truce.CodeStaleWrite, "newer version", r.by("msf", kind("withdraw"), subject, map[string]any{"reason": "closed"}, compose.Replaces(second.ID)))
		r.must(r.by("msf", kind("withdraw"), subject, map[string]any{"reason": "closed"}, compose.Replaces(third.ID)))
	}
	r.replayed()
}
