package truce

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write golden files anew")

// docs/kinds.md is made from the table of kinds, so that it cannot say anything
// else: go test . -run TestKindsDocument -update
func TestKindsDocument(t *testing.T) {
	var b strings.Builder
	b.WriteString(kindsIntro)
	for _, k := range Kinds() {
		writeKind(&b, k)
	}
	b.WriteString("\n# Code tables\n")
	for _, c := range tablesOf(Kinds()) {
		writeCodes(&b, c)
	}
	const path = "docs/kinds.md"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != b.String() {
		t.Errorf("%s is not what the table of kinds says (%v): go test . -run TestKindsDocument -update", path, err)
	}
}

const kindsIntro = `# Kinds of statement, their fields and codes

Made from the table in kind.go and fields_*.go by ` + "`go test . -run TestKindsDocument -update`" + `; do not edit. The frame around a body, and how it is signed, stand in
[formats.md](formats.md). *Group* says who may read a field; the table of groups by reader is in ` + "`internal/auth`" + `. Fields in **bold** are required. An amendment replaces the
whole content.
`

func writeKind(b *strings.Builder, k KindSpec) {
	roles := "every enrolled party"
	if k.Roles != nil {
		var names []string
		for _, r := range k.Roles {
			names = append(names, string(r))
		}
		roles = strings.Join(names, ", ")
	}
	signed := "a key in use with the scope " + string(k.Scope)
	if k.Signers == ByRoot {
		signed = "k of the n root keys"
	}
	fmt.Fprintf(b, "\n## %s\n\n%s\nAuthors: %s. Signed by: %s.\n", k.Kind, k.Doc, roles, signed)
	if act := k.Kind.Act(); act == "amend" && k.Kind.Object() != "party" {
		fmt.Fprintf(b, "Fields: those of %s.register.\n", k.Kind.Object())
		return
	}
	b.WriteString("\n| field | form | group | meaning |\n| --- | --- | --- | --- |\n")
	writeFields(b, "", k.Fields, "")
}

func writeFields(b *strings.Builder, prefix string, fields []Field, group Disclosure) {
	for _, f := range fields {
		name := prefix + f.Name
		shown := name
		if f.Required {
			shown = "**" + name + "**"
		}
		g := f.Disclose
		if g == "" {
			g = group
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", shown, formText(f), g, f.Doc)
		suffix := "."
		if f.Type == List {
			suffix = "[]."
		}
		writeFields(b, name+suffix, f.Of, g)
	}
}

func formText(f Field) string {
	form := string(f.Type)
	switch {
	case f.Codes != nil:
		form += " out of [" + f.Codes.Name + "](#" + strings.ReplaceAll(strings.ToLower(f.Codes.Name), " ", "-") + ")"
	case f.Type == Number || f.Type == Integer:
		if f.Top > f.Min {
			form += fmt.Sprintf(", %g to %g", f.Min, f.Top)
		}
	}
	if f.Max > 0 {
		unit := "characters"
		if f.Type == List || f.Type == Texts {
			unit = "members"
		}
		form += fmt.Sprintf(", at most %d %s", f.Max, unit)
	}
	return form
}

// tablesOf lists the code tables that the kinds use, each once, in order.
func tablesOf(kinds []KindSpec) (out []*CodeTable) {
	seen := map[*CodeTable]bool{}
	var walk func([]Field)
	walk = func(fields []Field) {
		for _, f := range fields {
			if f.Codes != nil && !seen[f.Codes] {
				seen[f.Codes] = true
				out = append(out, f.Codes)
			}
			walk(f.Of)
		}
	}
	for _, k := range kinds {
		walk(k.Fields)
	}
	return out
}

func writeCodes(b *strings.Builder, c *CodeTable) {
	fmt.Fprintf(b, "\n## %s\n\n", c.Name)
	if c.Source != "" {
		fmt.Fprintf(b, "Source: %s.\n\n", c.Source)
	}
	for _, code := range c.Codes {
		fmt.Fprintf(b, "- `%s`: %s\n", code.Code, code.Meaning)
	}
}
