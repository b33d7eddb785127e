package auth

import (
	"encoding/json"
	"strings"
	"testing"

	"truce"
	"truce/internal/view/protected"
)

// Each word below stands in one place of the object and is for some relations.
const hospital = `{"function":"hospital","names":[{"text":"W-NAME"}],"geometry":{"type":"Point","coordinates":[7.777,3]},
	"contacts":[{"phone":"W-PHONE"}],"notes":"W-NOTES","admin":{"country":"W-COUNTRY","adm1":"W-ADM1"}}`

func object() *protected.Object {
	content := protected.Version{Entry: 4, ID: "v4", Act: "register", Author: "W-OWNER", Audience: truce.Audience{"party:W-AUDIENCE", "role:mediator", "public"}, Body: []byte(hospital)}
	withdraw := content
	withdraw.Entry, withdraw.ID, withdraw.Act, withdraw.Body = 9, "v9", "withdraw", []byte(`{"reason":"closed","text":"W-WHY"}`)
	said := func(author, text string) *protected.Said {
		return &protected.Said{Author: author, Body: []byte(`{"challenge":"c","outcome":"corrected","text":"` + text + `","evidence":["W-EVIDENCE"]}`)}
	}
	return &protected.Object{Subject: "site-a", Kind: "site", Owner: "W-OWNER", First: 4, Version: withdraw, Content: content,
		Withdrawn: &protected.Withdrawal{Entry: 9, Author: "W-OWNER", Reason: "closed", Text: "W-WHY"},
		Freshened: &protected.Version{Entry: 8, Act: "revalidate", Author: "W-OWNER", Body: []byte(`{"revalidateBy":"2017","text":"W-HOW"}`)},
		Placed:    4,
		Steps:     []protected.Step{{Entry: 5, Author: "W-VERIFIER", Placed: 4, Step: "imagery", Result: "matches", Body: []byte(`{"text":"W-STEP"}`)}},
		Challenges: []protected.Challenge{
			{ID: "c", Author: "mine", Reason: "closed", Body: []byte(`{"text":"W-MINE"}`), Answers: []protected.Said{*said("W-OWNER", "W-ANSWER")}, Closed: said("W-CELL", "W-RULING")},
			{ID: "d", Author: "W-CHALLENGER", Reason: "closed", Body: []byte(`{"text":"W-WORDS"}`)}},
		Consents: []protected.Grant{{Recipient: "mine", Author: "W-OWNER", Entry: 6, Ended: truce.NoEntry}, {Recipient: "W-AGREED", Author: "W-OWNER", Entry: 6, Ended: truce.NoEntry}},
		Releases: []protected.Grant{{Recipient: "W-TOLD", Author: "W-OWNER", Entry: 7, Ended: truce.NoEntry}},
	}
}

func TestShow(t *testing.T) {
	everything := "W-NAME 7.777 W-PHONE W-NOTES W-COUNTRY W-ADM1 W-OWNER W-AUDIENCE W-WHY W-HOW W-VERIFIER W-STEP W-MINE W-ANSWER W-EVIDENCE W-CELL W-RULING W-CHALLENGER W-WORDS W-AGREED W-TOLD"
	told := "W-NAME 7.777 W-COUNTRY W-ADM1 W-OWNER W-MINE W-ANSWER W-CELL W-RULING"
	release := func(ended int64) func(*protected.Object) {
		return func(o *protected.Object) {
			o.Releases = append(o.Releases, protected.Grant{Recipient: "mine", Author: "W-CELL", Entry: 7, Ended: ended})
		}
	}
	hidden := func(o *protected.Object) { o.Version.Audience = nil }
	for _, c := range []struct {
		name   string
		v      Viewer
		change func(*protected.Object)
		rel    Relation // empty: it does not exist
		shows  string
	}{
		{"registrar", Viewer{"cell", truce.RoleRegistrar}, nil, RelationRegistrar, everything},
		{"owner", Viewer{"W-OWNER", truce.RoleHumanitarian}, nil, RelationOwner, everything},
		{"recipient", Viewer{"mine", truce.RoleParty}, release(truce.NoEntry), RelationRecipient, told},
		{"audience", Viewer{"mine", truce.RoleMediator}, nil, RelationAudience, told},
		{"public, signed in", Viewer{"mine", truce.RoleParty}, nil, RelationPublic, "W-COUNTRY W-MINE"},
		{"public", Viewer{}, nil, RelationPublic, "W-COUNTRY"},
		{"former", Viewer{"mine", truce.RoleParty}, func(o *protected.Object) { release(9)(o); hidden(o) }, RelationFormer, ""},
		{"none", Viewer{"mine", truce.RoleParty}, hidden, "", ""},
		{"nobody", Viewer{}, hidden, "", ""},
		{"auditor", Viewer{"mine", truce.RoleAuditor}, release(truce.NoEntry), "", ""},
	} {
		o := object()
		if c.change != nil {
			c.change(o)
		}
		before, _ := json.Marshal(o)
		got := Show(c.v, o)
		if (got == nil) != (c.rel == "") || got != nil && got.Relation != c.rel {
			t.Errorf("%s: %+v, want relation %q", c.name, got, c.rel)
			continue
		}
		if after, _ := json.Marshal(o); string(after) != string(before) {
			t.Errorf("%s: the object itself was changed", c.name)
		}
		shown := dump(t, got)
		for _, word := range strings.Fields(everything) {
			if want := strings.Contains(" "+c.shows+" ", " "+word+" "); strings.Contains(shown, word) != want {
				t.Errorf("%s: %s shown %v, want %v", c.name, word, !want, want)
			}
		}
		if got != nil && c.rel != RelationFormer && (!got.Contested || got.Verification.Step != "imagery") {
			t.Errorf("%s: contested %v, verification %+v", c.name, got.Contested, got.Verification)
		}
	}
	former := object()
	release(9)(former)
	hidden(former)
	got := Show(Viewer{"mine", truce.RoleParty}, former)
	if len(got.Object.Releases) != 1 || got.Object.Releases[0].Ended != 9 || got.Object.Kind != "" {
		t.Errorf("a former recipient sees %+v, want its ended release alone", got.Object)
	}
}

// dump is everything in a value, bodies as text.
func dump(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestShowErased(t *testing.T) {
	o := &protected.Object{Subject: "site-a", Erased: &protected.Tombstone{Entry: 9, Author: "msf", Reason: "legal", Audience: truce.Audience{"party:told"}}}
	for _, c := range []struct {
		v    Viewer
		want bool
	}{
		{Viewer{"msf", truce.RoleHumanitarian}, true}, {Viewer{"cell", truce.RoleRegistrar}, true},
		{Viewer{"told", truce.RoleParty}, true}, {Viewer{"x", truce.RoleParty}, false}, {Viewer{}, false},
	} {
		if got := Show(c.v, o); (got != nil) != c.want || got != nil && got.Object.Erased.Reason != "legal" {
			t.Errorf("%+v: %+v, want shown %v", c.v, got, c.want)
		}
	}
	if got := Show(Viewer{"told", truce.RoleParty}, o); got.Object.Erased.Audience != nil {
		t.Error("the audience is not for its members")
	}
}

func TestShowVersionsAndStatements(t *testing.T) {
	o := object()
	o.Withdrawn, o.Freshened = nil, nil
	var all []protected.Version
	for _, n := range []int64{1, 4, 6, 8} {
		v := o.Content
		v.Entry = n
		all = append(all, v)
	}
	o.Version, o.Content = all[3], all[3]
	o.Releases = append(o.Releases, protected.Grant{Recipient: "mine", Entry: 7, Ended: truce.NoEntry})
	seen := func(v Viewer) (out []int64) {
		for _, ver := range ShowVersions(v, o, all) {
			out = append(out, ver.Entry)
		}
		return out
	}
	for _, c := range []struct {
		name string
		v    Viewer
		want string
	}{
		{"owner", Viewer{"W-OWNER", truce.RoleHumanitarian}, "[1 4 6 8]"},
		{"recipient: what it was told and since", Viewer{"mine", truce.RoleParty}, "[6 8]"},
		{"audience: the one in force", Viewer{"W-AUDIENCE", truce.RoleParty}, "[8]"},
		{"public", Viewer{}, "[8]"},
		{"auditor", Viewer{"a", truce.RoleAuditor}, "[]"},
	} {
		got := seen(c.v)
		if s := strings.Trim(dumpInts(got), " "); s != c.want {
			t.Errorf("%s: versions %s, want %s", c.name, s, c.want)
		}
		for _, n := range []int64{1, 4, 6, 8} {
			_, whole, ok := ShowStatement(c.v, o, all, n, &truce.Statement{Kind: truce.SiteAmend, Author: "W-OWNER", Body: []byte(hospital)})
			if ok != strings.Contains(c.want, dumpInts([]int64{n})[1:2]) || whole && c.name != "owner" {
				t.Errorf("%s: statement %d ok %v, whole %v", c.name, n, ok, whole)
			}
		}
	}
}

// TestShowVersionInForce: whoever may read an object may read what is in force of it,
// however often it was revalidated or withdrawn since; a recipient also what was in
// force when it was told, and nothing before.
func TestShowVersionInForce(t *testing.T) {
	acts := []string{"register", "amend", "revalidate", "revalidate", "amend", "revalidate", "withdraw"} // of the entries 0, 10, 20 …
	recipient, audience := Viewer{"mine", truce.RoleParty}, Viewer{"W-AUDIENCE", truce.RoleParty}
	for _, c := range []struct {
		name     string
		upTo     int // versions that there are
		released int64
		v        Viewer
		want     string
	}{
		{"released before the amendment", 2, 5, recipient, "[0 10]"},
		{"released after the amendment", 2, 15, recipient, "[10]"},
		{"released after a revalidation", 3, 25, recipient, "[10 20]"},
		{"released after two, amended since", 5, 35, recipient, "[10 20 30 40]"},
		{"released after the last amendment was revalidated", 6, 55, recipient, "[40 50]"},
		{"released before a withdrawal", 7, 55, recipient, "[40 50 60]"},
		{"audience, revalidated", 3, 99, audience, "[10 20]"},
		{"audience, amended", 5, 99, audience, "[40]"},
		{"audience, withdrawn", 7, 99, audience, "[40 50 60]"},
		{"nobody", 7, 99, Viewer{"z", truce.RoleParty}, "[]"},
		{"owner", 3, 99, Viewer{"W-OWNER", truce.RoleHumanitarian}, "[0 10 20]"},
	} {
		o := object()
		o.Withdrawn, o.Freshened = nil, nil
		o.Version.Audience = truce.Audience{"party:W-AUDIENCE"}
		var all []protected.Version
		for i, act := range acts[:c.upTo] {
			v := o.Content
			v.Entry, v.Act, v.Audience = int64(10*i), act, o.Version.Audience
			all = append(all, v)
			if o.Version = v; holdsContent(v) {
				o.Content = v
			}
		}
		if c.v == recipient {
			o.Releases = append(o.Releases, protected.Grant{Recipient: "mine", Entry: c.released, Ended: truce.NoEntry})
		}
		var got []int64
		for _, v := range ShowVersions(c.v, o, all) {
			got = append(got, v.Entry)
		}
		if dumpInts(got) != c.want {
			t.Errorf("%s: %s, want %s", c.name, dumpInts(got), c.want)
		}
	}
}

func dumpInts(n []int64) string {
	if n == nil {
		return "[]"
	}
	b, _ := json.Marshal(n)
	return strings.ReplaceAll(string(b), ",", " ")
}

func TestShowStatementAbout(t *testing.T) {
	o := object()
	o.Releases = append(o.Releases, protected.Grant{Recipient: "mine", Entry: 7, Ended: truce.NoEntry})
	const (
		recipients = `{"recipients":["mine","W-TOLD"],"text":"W-TEXT"}`
		others     = `{"recipients":["W-TOLD"]}`
		answer     = `{"challenge":"c","text":"a","evidence":["W-EVIDENCE"]}`
	)
	mine, owner, stranger := Viewer{"mine", truce.RoleParty}, Viewer{"W-OWNER", truce.RoleHumanitarian}, Viewer{"z", truce.RoleAuditor}
	for _, c := range []struct {
		name, body string
		kind       truce.Kind
		author     string
		v          Viewer
		want       string // "" = does not exist
		whole      bool
	}{
		{"a release to me and another", recipients, truce.ReleaseGive, "cell", mine, `{"recipients":["mine"]}`, false},
		{"a release to another", others, truce.ReleaseGive, "cell", mine, "", false},
		{"a consent for me and another", recipients, truce.ConsentGive, "W-OWNER", mine, `{"recipients":["mine"]}`, false},
		{"to the owner", recipients, truce.ReleaseGive, "cell", owner, recipients, true},
		{"my own words", answer, truce.VerificationRecord, "mine", mine, answer, true},
		{"a step of another", answer, truce.VerificationRecord, "x", mine, "", false},
		{"an answer to my challenge", answer, truce.ChallengeAnswer, "W-OWNER", mine, `{"challenge":"c","text":"a"}`, false},
		{"an answer to another's", strings.Replace(answer, `"c"`, `"d"`, 1), truce.ChallengeAnswer, "W-OWNER", mine, "", false},
		{"an auditor", recipients, truce.ReleaseGive, "cell", stranger, "", false},
		{"nobody", recipients, truce.ReleaseGive, "cell", Viewer{}, "", false},
		{"erased, to the audience", `{"reason":"legal"}`, truce.EraseContent, "cell", Viewer{"W-AUDIENCE", truce.RoleParty}, `{"reason":"legal"}`, false},
		{"erased, to an auditor", `{"reason":"legal"}`, truce.EraseContent, "cell", stranger, "", false},
	} {
		body, whole, ok := ShowStatement(c.v, o, nil, 7, &truce.Statement{Kind: c.kind, Author: c.author, Body: []byte(c.body)})
		if string(body) != c.want || whole != c.whole || ok != (c.want != "") {
			t.Errorf("%s: %s whole %v ok %v, want %s", c.name, body, whole, ok, c.want)
		}
	}
}
