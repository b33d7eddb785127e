package auth

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"truce"
	"truce/internal/view/protected"
)

// TestDisclosureTable is domain.md 3.1 written a second time, by hand: one line
// for each relation, one letter for each group. A all, o own, - nothing.
func TestDisclosureTable(t *testing.T) {
	groups := []truce.Disclosure{"kind", "identity", "position", "people", "contact", "internal",
		"versions", "consents", "releases", "verification", "challenges"}
	for rel, want := range map[Relation]string{
		"registrar": "A A A A A A A A A A A",
		"owner":     "A A A A A A A A A A A",
		"recipient": "A A A A - - o o o o o", // never contacts, nor who else was told
		"audience":  "A A A A - - - o o o o",
		"public":    "A - - - - - - - o o o", // no coordinates, names, description
		"former":    "- - - - - - - - o - -", // that its release ended, and nothing else
		"none":      "- - - - - - - - - - -",
	} {
		letters := strings.Fields(want)
		for i, g := range groups {
			if got := May(rel, g); got != map[string]Extent{"A": All, "o": Own, "-": Nothing}[letters[i]] {
				t.Errorf("%s may read %v of %s, want %q", rel, got, g, letters[i])
			}
		}
	}
	if len(groups) != len(Disclosures()) || len(Relations()) != 7 || len(disclosure) != 7 {
		t.Error("the table has relations or groups that this test does not")
	}
	if May("friend", truce.DiscloseKind) != Nothing || May(RelationOwner, "everything") != Nothing || May(RelationOwner, "") != Nothing {
		t.Error("what the table does not have must give nothing")
	}
}

// TestRelationOf: every role in every situation.
func TestRelationOf(t *testing.T) {
	const me = "me"
	released := []protected.Grant{{Recipient: me, Entry: 3, Ended: truce.NoEntry}}
	ended := []protected.Grant{{Recipient: me, Entry: 3, Ended: 5}, {Recipient: "other", Entry: 3, Ended: truce.NoEntry}}
	situations := map[string]func(role truce.Role) *ObjectFacts{
		"owner": func(truce.Role) *ObjectFacts {
			return &ObjectFacts{Owner: me, Audience: []string{"public"}, Releases: released}
		},
		"recipient": func(truce.Role) *ObjectFacts {
			return &ObjectFacts{Owner: "o", Audience: []string{"public"}, Releases: released}
		},
		"audience id": func(truce.Role) *ObjectFacts {
			return &ObjectFacts{Owner: "o", Audience: []string{"party:me"}, Releases: ended}
		},
		"audience role": func(r truce.Role) *ObjectFacts {
			return &ObjectFacts{Owner: "o", Audience: []string{"public", "role:" + string(r)}}
		},
		"public": func(truce.Role) *ObjectFacts {
			return &ObjectFacts{Owner: "o", Audience: []string{"public"}, Releases: ended}
		},
		"former": func(truce.Role) *ObjectFacts {
			return &ObjectFacts{Owner: "o", Audience: []string{"party:you"}, Releases: ended}
		},
		"none": func(truce.Role) *ObjectFacts {
			return &ObjectFacts{Owner: "o", Audience: []string{"party:meme", "party:"}}
		},
	}
	ordinary := map[string]Relation{"owner": RelationOwner, "recipient": RelationRecipient, "audience id": RelationAudience,
		"audience role": RelationAudience, "public": RelationPublic, "former": RelationFormer, "none": RelationNone}
	for _, role := range truce.Roles() {
		for name, facts := range situations {
			want := ordinary[name]
			switch role {
			case truce.RoleRegistrar:
				want = RelationRegistrar
			case truce.RoleAuditor:
				want = RelationNone
			}
			if got := RelationOf(Viewer{me, role}, facts(role)); got != want {
				t.Errorf("%s, %s: %s, want %s", role, name, got, want)
			}
		}
	}
	for name, facts := range situations { // nobody signed in
		want := RelationNone
		if name == "owner" || name == "recipient" || name == "audience role" || name == "public" {
			want = RelationPublic
		}
		for _, v := range []Viewer{{}, {Role: truce.RolePublic}, {Role: truce.RoleRegistrar}} {
			if got := RelationOf(v, facts("public")); got != want {
				t.Errorf("%+v, %s: %s, want %s", v, name, got, want)
			}
		}
	}
}

func TestMaskCountry(t *testing.T) {
	body := `{"function":"hospital","names":[{"text":"M10"}],"admin":{"country":"SY","adm1":"SY02"},"geometry":{"type":"Point"},"notes":"n","surprise":1}`
	for rel, want := range map[Relation]string{
		RelationPublic:    `{"admin":{"country":"SY"},"function":"hospital"}`,
		RelationRecipient: `{"names":[{"text":"M10"}],"admin":{"country":"SY","adm1":"SY02"},"function":"hospital","geometry":{"type":"Point"}}`,
		RelationOwner:     body,
		RelationFormer:    `{}`,
		RelationNone:      `{}`,
	} {
		if got := string(Mask(truce.SiteFields, json.RawMessage(body), rel)); got != want {
			t.Errorf("%s: %s, want %s", rel, got, want)
		}
	}
	if got := Mask(truce.SiteFields, json.RawMessage(`{"admin":{"adm1":"SY02"}}`), RelationPublic); string(got) != `{}` {
		t.Errorf("an empty group must not show that it is there: %s", got)
	}
	for _, bad := range []string{``, `[]`, `null`, `7`} {
		if got := Mask(truce.SiteFields, json.RawMessage(bad), RelationPublic); got != nil {
			t.Errorf("%q: %s, want nil", bad, got)
		}
	}
}

// The id of another object shows that it exists: it is not for the public.
func TestMaskHidesOtherObjects(t *testing.T) {
	body := json.RawMessage(`{"function":"hospital","parent":"site-hidden","subSites":["site-ward"]}`)
	if got := string(Mask(truce.SiteFields, body, RelationPublic)); got != `{"function":"hospital"}` {
		t.Errorf("the public reads %s", got)
	}
	if got := string(Mask(truce.AreaFields, json.RawMessage(`{"parent":"area-hidden"}`), RelationPublic)); got != `{}` {
		t.Errorf("the public reads %s", got)
	}
	if got := string(Mask(truce.SiteFields, body, RelationRecipient)); !strings.Contains(got, "site-hidden") || !strings.Contains(got, "site-ward") {
		t.Errorf("a recipient reads %s", got)
	}
}

// marked makes a body in which every leaf that is drawn holds a marker, and notes
// the group of each marker.
func marked(rt *rapid.T, fields []truce.Field, parent truce.Disclosure, of map[string]truce.Disclosure) map[string]any {
	out := map[string]any{}
	for i := range fields {
		f := &fields[i]
		if !rapid.Bool().Draw(rt, f.Name) {
			continue
		}
		group := f.Disclose
		if group == "" {
			group = parent
		}
		switch f.Type {
		case truce.Group:
			out[f.Name] = marked(rt, f.Of, group, of)
		case truce.List:
			out[f.Name] = []any{marked(rt, f.Of, group, of), marked(rt, f.Of, group, of)}
		default:
			marker := fmt.Sprintf("marker%04d", len(of))
			of[marker] = group
			out[f.Name] = map[bool]any{true: marker, false: []any{marker}}[f.Type != truce.Texts]
		}
	}
	return out
}

// TestMaskHidesAndKeeps: for every kind and relation, a masked body holds the
// values of the groups that may be read and never one of another group.
func TestMaskHidesAndKeeps(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		spec := rapid.SampledFrom(truce.Kinds()).Draw(rt, "kind")
		of := map[string]truce.Disclosure{}
		body, err := json.Marshal(marked(rt, spec.Fields, truce.DiscloseInternal, of))
		if err != nil {
			rt.Fatal(err)
		}
		for _, rel := range Relations() {
			got := string(Mask(spec.Fields, body, rel))
			if !json.Valid([]byte(got)) {
				rt.Fatalf("%s of %s is no JSON: %s", rel, spec.Kind, got)
			}
			for marker, group := range of {
				if shown := strings.Contains(got, marker); shown != (May(rel, group) == All) {
					rt.Fatalf("%s of %s, a value of group %s: shown %v\n%s\n%s", rel, spec.Kind, group, shown, body, got)
				}
			}
		}
	})
}

// FuzzMask: whatever the body, a mask is a JSON object or nothing.
func FuzzMask(f *testing.F) {
	for _, seed := range []string{`{}`, `{"admin":{"country":"SY"}}`, `{"admin":[]}`, `{"contacts":[{"phone":1},2]}`, `{"names":null}`, `[`, ``,
		`{"legs":[{"halts":[{"point":{}}]}],"function":"hospital","function":"clinic"}`, "{\"function\":\"\xff\"}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, rel := range []Relation{RelationRecipient, RelationPublic, RelationNone} {
			for _, fields := range [][]truce.Field{truce.SiteFields, truce.MovementFields} {
				var object map[string]json.RawMessage
				if out := Mask(fields, body, rel); out != nil && (json.Unmarshal(out, &object) != nil || rel == RelationNone && len(object) > 0) {
					t.Fatalf("%s of %q: %q", rel, body, out)
				}
			}
		}
	})
}
