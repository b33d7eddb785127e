package auth

import (
	"encoding/json"
	"slices"
	"testing"

	"truce"
)

// TestWithheld: what a recipient is not told of, by name; where nothing is, it gets the
// signed statement.
func TestWithheld(t *testing.T) {
	for _, c := range []struct {
		kind truce.Kind
		body string
		want []string
	}{
		{truce.SiteRegister, `{"function":"clinic","names":[{"text":"x"}],"geometry":{"type":"Point","coordinates":[37,36]}}`, nil},
		{truce.SiteRegister, `{"function":"clinic","contacts":[{"role":"duty"}],"notes":"n","names":[]}`, []string{"contacts", "notes"}},
		{truce.SiteRegister, `{"externalIds":[],"sensitivity":"high","duress":false}`, []string{"externalIds", "sensitivity", "duress"}},
		{truce.MovementRegister, `{"purpose":"food-aid","people":[{"category":"staff","count":1}],"legs":[]}`, nil},
		{truce.AckReadBack, `{"version":"v","desk":"desk-1","text":"t"}`, []string{"desk", "text"}},
		{"no.kind", `{"a":1}`, nil},
	} {
		body := json.RawMessage(c.body)
		if got := Withheld(c.kind, body); !slices.Equal(got, c.want) {
			t.Errorf("%s %s: %v, want %v", c.kind, c.body, got, c.want)
		}
		spec, ok := truce.SpecOf(c.kind)
		if _, whole := maskKindWhole(c.kind, body, RelationRecipient); ok && whole != (len(c.want) == 0) {
			t.Errorf("%s %s: whole %v, of %d fields", c.kind, c.body, whole, len(spec.Fields))
		}
	}
}
