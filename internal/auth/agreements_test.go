package auth

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"truce"
	"truce/internal/view/agreement"
)

// TestAgreementTable is the table of reading a second time, by hand: A all, o what
// is the viewer's own, - nothing.
func TestAgreementTable(t *testing.T) {
	letter := map[Extent]string{All: "A", Own: "o", Nothing: "-"}
	want := map[Relation]string{ // kind identity position people contact internal versions inner responses
		RelationRegistrar: "A A A A A A A A A",
		RelationOwner:     "A A A A A A A A A",
		RelationParty:     "A A A A - - A A A",
		RelationAudience:  "A A A A - - - - o",
		RelationPublic:    "A A A A - - - - o",
		RelationNone:      "- - - - - - - - -",
	}
	if len(want) != len(AgreementRelations()) || len(want) != len(agreementDisclosure) {
		t.Error("the table has relations that this test does not")
	}
	for rel, line := range want {
		for i, l := range strings.Fields(line) {
			if got := letter[MayOfAgreement(rel, AgreementDisclosures()[i])]; got != l {
				t.Errorf("%s, %s: %s, want %s", rel, AgreementDisclosures()[i], got, l)
			}
		}
	}
	if MayOfAgreement(RelationRegistrar, "unknown") != Nothing || MayOfAgreement("unknown", truce.DiscloseKind) != Nothing {
		t.Error("what the table does not have is open")
	}
}

// TestAgreementRelation: every role, in every way of being concerned.
func TestAgreementRelation(t *testing.T) {
	const me = "me"
	for _, role := range truce.Roles() {
		for _, c := range []struct {
			name string
			f    AgreementFacts
			want Relation
		}{
			{"owner", AgreementFacts{Owner: me}, RelationOwner}, {"party", AgreementFacts{Owner: "o", Parties: []string{"x", me}}, RelationParty},
			{"named in the audience", AgreementFacts{Owner: "o", Audience: truce.Audience{"party:me"}}, RelationAudience},
			{"role in the audience", AgreementFacts{Owner: "o", Audience: truce.Audience{"role:" + string(role)}}, RelationAudience},
			{"public", AgreementFacts{Owner: "o", Audience: truce.Audience{"public"}}, RelationPublic},
			{"hidden", AgreementFacts{Owner: "o", Parties: []string{"x"}, Audience: truce.Audience{"party:x"}}, RelationNone},
		} {
			want := c.want
			switch role {
			case truce.RoleRegistrar:
				want = RelationRegistrar
			case truce.RoleAuditor:
				want = RelationNone
			}
			if got := AgreementRelationOf(Viewer{me, role}, &c.f); got != want {
				t.Errorf("%s, %s: %s, want %s", role, c.name, got, want)
			}
		}
	}
	for _, audience := range []truce.Audience{nil, {"party:x"}, {"role:public"}, {"role:party"}} {
		if got := AgreementRelationOf(Viewer{}, &AgreementFacts{Parties: []string{""}, Audience: audience}); got != RelationNone {
			t.Errorf("the public, audience %v: %s", audience, got)
		}
	}
}

var treaty = json.RawMessage(`{"names":[{"text":"One"}],"class":"pause","parties":[{"party":"xx","roles":["signatory"]}],` +
	`"texts":[{"hash":"h1","label":"main"},{"hash":"h2","label":"map","disclosure":"parties","source":"s"}],` +
	`"clauses":[{"id":"c1","kind":"other","modality":"states","words":"open"},{"id":"c2","kind":"other","modality":"states","words":"secret","disclosure":"confidential"}],` +
	`"contacts":[{"phone":"1"}],"notes":"n"}`)

func TestMaskAgreement(t *testing.T) {
	spec, _ := truce.SpecOf(truce.AgreementRegister)
	for rel, want := range map[Relation]string{
		RelationRegistrar: "main map secret open 1 n", RelationOwner: "main map secret open 1 n", RelationParty: "main map secret open",
		RelationAudience: "main open h2", RelationPublic: "main open h2",
	} {
		got := string(MaskAgreement(spec.Fields, treaty, rel))
		for _, word := range []string{"main", "map", "secret", "open", `"1"`, `"n"`, `"s"`} {
			shown := strings.Contains(got, `"`+strings.Trim(word, `"`)+`"`)
			if may := slices.Contains(strings.Fields(want), strings.Trim(word, `"`)) || word == `"s"` && rel != RelationAudience && rel != RelationPublic; shown != may {
				t.Errorf("%s: %s shown %v in %s", rel, word, shown, got)
			}
		}
		if !json.Valid([]byte(got)) || !strings.Contains(got, `"h2"`) {
			t.Errorf("%s: %s", rel, got)
		}
	}
	if got := MaskAgreement(spec.Fields, treaty, RelationNone); got != nil {
		t.Errorf("%s", got)
	}
	for _, body := range []string{`[]`, `{}`, `{"texts":["h1"]}`, `{"texts":3,"clauses":null}`, `nothing`} {
		if got := MaskAgreement(spec.Fields, json.RawMessage(body), RelationPublic); got != nil && !json.Valid(got) {
			t.Errorf("%s gives %s", body, got)
		}
	}
}

// TestShowAgreementStatement: who reads which statement about an agreement.
func TestShowAgreementStatement(t *testing.T) {
	r := &agreement.Record{Subject: "agreement-1", Object: "agreement", Owner: "cell",
		Versions: []agreement.Version{{Entry: 1, Audience: truce.Audience{"party:aid"}, Body: treaty}, {Entry: 3, Audience: truce.Audience{"party:aid", "public"}, Body: treaty}},
		Said:     []agreement.Said{{Entry: 2, Kind: truce.AgreementAdhere, Author: "joined"}}}
	for _, c := range []struct {
		viewer Viewer
		want   string // old version, newest, an acceptance by xx: w whole, m masked, - none
	}{
		{Viewer{"registrar", truce.RoleRegistrar}, "www"}, {Viewer{"cell", truce.RoleMediator}, "www"}, {Viewer{"xx", truce.RoleParty}, "mmw"}, {Viewer{"joined", truce.RoleParty}, "mmw"},
		{Viewer{"aid", truce.RoleHumanitarian}, "-m-"}, {Viewer{}, "-m-"}, {Viewer{"other", truce.RoleParty}, "-m-"}, {Viewer{"eyes", truce.RoleAuditor}, "---"},
	} {
		got := ""
		for _, s := range []struct {
			n      int64
			kind   truce.Kind
			author string
			body   json.RawMessage
		}{{1, truce.AgreementRegister, "cell2", treaty}, {3, truce.AgreementAmend, "cell2", treaty}, {2, truce.AgreementAccept, "xx", json.RawMessage(`{"version":"v","text":"t"}`)}} {
			_, whole, ok := ShowAgreementStatement(c.viewer, r, s.n, &truce.Statement{Kind: s.kind, Author: s.author, Body: s.body})
			switch {
			case whole:
				got += "w"
			case ok:
				got += "m"
			default:
				got += "-"
			}
		}
		if got != c.want {
			t.Errorf("%+v: %s, want %s", c.viewer, got, c.want)
		}
	}
}
