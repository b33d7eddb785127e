package cli

import (
	"testing"

	"github.com/spf13/cobra"

	"truce"
)

// TestEveryErrorHasAHint: whatever goes wrong, the next step is said.
func TestEveryErrorHasAHint(t *testing.T) {
	for _, code := range truce.Codes() {
		if hintOf(truce.E(code, "wrong")) == "" {
			t.Errorf("%s has no hint", code)
		}
	}
	if got := hintOf(truce.E(truce.CodeInvalid, "wrong").WithHint("do this")); got != "do this" {
		t.Errorf("the error's own hint is lost: %q", got)
	}
	if got := hintOf(truce.E(truce.CodeInvalid, "wrong").At("a.json: /body/function")); got == otherwise[truce.CodeInvalid] {
		t.Error("a fault in a body does not lead to the list of members")
	}
}

func TestErrorsNameTheFlag(t *testing.T) {
	var text string
	cmd := &cobra.Command{Use: "x"}
	for _, name := range []string{"at", "radius", "id"} {
		cmd.Flags().StringVar(&text, name, "", "")
	}
	for _, c := range []struct {
		code  truce.Code
		field string
		row   int
		want  truce.Code
		named string
	}{
		{truce.CodeInvalid, "/radiusM", 0, truce.CodeUsage, "--radius"},
		{truce.CodeInvalid, "/at", 0, truce.CodeInvalid, "--at"}, // what was typed is input
		{truce.CodeConflict, "/subject", 0, truce.CodeConflict, "--id"},
		{truce.CodeInvalid, "/lang", 0, truce.CodeInvalid, "/lang"}, // no such flag here
		{truce.CodeInvalid, "/radiusM", 7, truce.CodeInvalid, "/radiusM"},
		{truce.CodeInvalid, "/body/at", 0, truce.CodeInvalid, "/body/at"},
	} {
		e := byFlag(cmd, &truce.Error{Code: c.code, Message: "wrong", Field: c.field, Row: c.row}).(*truce.Error)
		if e.Code != c.want || e.Field != c.named {
			t.Errorf("%s %s row %d: %s %s, want %s %s", c.code, c.field, c.row, e.Code, e.Field, c.want, c.named)
		}
	}
}
