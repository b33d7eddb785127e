package truce

import (
	"encoding/json"
	"testing"
)

// TestTermsHash: what describes can change, what binds cannot, and the order of
// members is not a term.
func TestTermsHash(t *testing.T) {
	const base = `{"names":[{"text":"a"}],"class":"pause","noticeHours":3,"notes":"n"}`
	same := []string{`{"class":"pause","names":[{"text":"b"}],"noticeHours":3}`, `{ "noticeHours" : 3, "class" : "pause", "description":"d", "source":"s" }`}
	other := []string{`{"class":"pause","noticeHours":3.0}`, `{"class":"pause"}`, `{"class":"pause","noticeHours":3,"until":"2017"}`, `{"class":"pause=","noticeHours":3}`, `{}`, `[]`}
	for _, body := range same {
		if TermsHash(json.RawMessage(body)) != TermsHash(json.RawMessage(base)) {
			t.Errorf("%s has other terms", body)
		}
	}
	for _, body := range other {
		if TermsHash(json.RawMessage(body)) == TermsHash(json.RawMessage(base)) {
			t.Errorf("%s has the same terms", body)
		}
	}
}

// TestNoForbiddenWords: no field of any kind has a name that the register refuses.
func TestNoForbiddenWords(t *testing.T) {
	var walk func(Kind, []Field)
	walk = func(k Kind, fields []Field) {
		for _, f := range fields {
			if ForbiddenName(f.Name) {
				t.Errorf("%s has the field %s", k, f.Name)
			}
			if f.Max > 0 && f.Type == List && len(f.Of) == 0 {
				t.Errorf("%s: the list %s has no members", k, f.Name)
			}
			walk(k, f.Of)
		}
	}
	for _, k := range Kinds() {
		walk(k.Kind, k.Fields)
	}
}

// TestForbiddenInAgreements: an agreement or window with a place for forces, arms or
// fire is refused by name, however deep it stands.
func TestForbiddenInAgreements(t *testing.T) {
	for _, body := range []string{
		`{"names":[{"text":"a"}],"class":"pause","parties":[{"name":"x","roles":["witness"],"unitPositions":[]}]}`,
		`{"names":[{"text":"a"}],"class":"pause","parties":[{"name":"x","roles":["witness"]}],"clauses":[{"id":"c","kind":"other","modality":"states","originOfFire":"x"}]}`,
		`{"names":[{"text":"a"}],"class":"pause","parties":[{"name":"x","roles":["witness"]}],"troopStrength":7000}`,
	} {
		spec, _ := SpecOf(AgreementRegister)
		if err := CheckBody(spec.Fields, json.RawMessage(body)); CodeOf(err) != CodeRefused {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// TestInstants: of a moment only what is known of it.
func TestInstants(t *testing.T) {
	var none *When
	day, exact, unknown := &When{At: "2016-02-27", Precision: Day, Zone: "Asia/Damascus"}, &When{At: "2016-02-27T00:00:00+02:00", Precision: Exact}, &When{Precision: Unknown}
	if !none.Instant().IsZero() || !none.Earliest().IsZero() || !none.Latest().IsZero() || !day.Instant().IsZero() || !unknown.Latest().IsZero() {
		t.Error("what is not known is made up")
	}
	if day.Latest().Sub(day.Earliest()).Hours() != 24 || !exact.Instant().Equal(day.Earliest()) || !exact.Latest().Equal(exact.Instant()) {
		t.Errorf("%v %v", day.Earliest(), exact.Instant())
	}
}

func TestAgreementObject(t *testing.T) {
	for id, want := range map[string]string{"agreement-1": "agreement", "window-1": "window", "site-1": "", "agreement": "", "my-window-1": ""} {
		if got := AgreementObject(id); got != want {
			t.Errorf("%s is %q", id, got)
		}
	}
	if !Binds(AgreementReserve) || Binds(AgreementReject) || !Stands(WindowReject) || Stands(WindowAbort) || Stands(SiteAmend) {
		t.Error("what binds, or says where somebody stands")
	}
}
