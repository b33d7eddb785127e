package auth

import (
	"encoding/json"
	"strings"
	"testing"

	"truce"
	"truce/internal/view/protected"
)

// TestToldTable is the table of telling a second time, by hand: A all, r all but
// contacts and internal, k the kind alone, - nothing.
func TestToldTable(t *testing.T) {
	letter := map[Relation]string{RelationRegistrar: "A", RelationOwner: "A", RelationRecipient: "r", RelationPublic: "k", RelationNone: "-"}
	want := map[string]string{ // registrar author concerned owner guarantor reader stranger
		"desk":     "A A - - k - -",
		"contact":  "A A r - k - -",
		"ack":      "A A - r k - -",
		"delivery": "A A A r k - -",
		"alarm":    "A A - A k r -",
		"journey":  "A A - A k r -",
	}
	if len(want) != len(toldTable) || len(Bystanders()) != 7 {
		t.Error("the table has kinds or bystanders that this test does not")
	}
	for object, line := range want {
		for i, l := range strings.Fields(line) {
			if got := letter[toldTable[object][i]]; got != l {
				t.Errorf("%s, %s: %s, want %s", object, Bystanders()[i], got, l)
			}
		}
	}
	for _, k := range truce.Kinds() {
		if _, is := want[k.Kind.Object()]; is != IsTold(k.Kind) {
			t.Errorf("%s: IsTold is %v", k.Kind, !is)
		}
	}
}

// TestBystanderOf: every role in every situation; nobody reads another
// recipient's acknowledgement.
func TestBystanderOf(t *testing.T) {
	const me = "me"
	mine := ToldFacts{Author: me, Object: &ObjectFacts{Owner: "o"}}
	owned := ToldFacts{Author: "x", Object: &ObjectFacts{Owner: me}}
	released := ToldFacts{Author: "x", Object: &ObjectFacts{Owner: "o", Releases: []protected.Grant{{Recipient: me, Ended: truce.NoEntry}}}}
	hidden := ToldFacts{Author: "x", Object: &ObjectFacts{Owner: "o"}}
	for _, role := range truce.Roles() {
		for _, c := range []struct {
			name string
			f    ToldFacts
			want Bystander
		}{{"author", mine, ByAuthor}, {"owner", owned, ByOwner}, {"recipient", released, ByReader}, {"hidden", hidden, ByStranger},
			{"concerned", ToldFacts{Author: "x", Concerned: me}, ByConcerned}, {"no object", ToldFacts{Author: "x"}, ByStranger}} {
			want := c.want
			switch {
			case role == truce.RoleRegistrar:
				want = ByRegistrar
			case role == truce.RoleAuditor:
				want = ByStranger
			case role == truce.RoleGuarantor && (c.name == "recipient" || c.name == "no object"):
				want = ByGuarantor
			}
			if got := BystanderOf(Viewer{me, role}, c.f); got != want {
				t.Errorf("%s, %s: %s, want %s", role, c.name, got, want)
			}
		}
	}
	if BystanderOf(Viewer{}, ToldFacts{Object: &ObjectFacts{Audience: truce.Audience{"public"}}}) != ByStranger {
		t.Error("the public is told who acknowledged")
	}
}

func TestShowTold(t *testing.T) {
	body := json.RawMessage(`{"version":"v","desk":"desk-1","text":"t","coord":{"entered":"36, 37"}}`)
	f := ToldFacts{Author: "army", Object: &ObjectFacts{Owner: "aid", Releases: []protected.Grant{{Recipient: "other", Ended: truce.NoEntry}}}}
	for _, c := range []struct {
		v     Viewer
		want  string
		whole bool
	}{
		{Viewer{"army", truce.RoleParty}, string(body), true},
		{Viewer{"cell", truce.RoleRegistrar}, string(body), true},
		{Viewer{"aid", truce.RoleHumanitarian}, `{"version":"v","coord":{"entered":"36, 37"}}`, false},
		{Viewer{"other", truce.RoleParty}, ``, false},
		{Viewer{"x", truce.RoleGuarantor}, ``, false},
		{Viewer{}, ``, false},
	} {
		got, whole, ok := ShowTold(c.v, f, truce.AckReadBack, body)
		if string(got) != c.want || whole != c.whole || ok != (c.want != "") {
			t.Errorf("%+v: %s, %v, %v; want %s", c.v, got, whole, ok, c.want)
		}
	}
	if _, _, ok := ShowTold(Viewer{"cell", truce.RoleRegistrar}, f, truce.SiteRegister, body); ok {
		t.Error("a site is no statement of telling")
	}
}
