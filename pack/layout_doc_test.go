package pack

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// rows are the layouts as docs/formats.md lists them.
func rows() []string {
	var out []string
	for of, l := range layouts {
		var names []string
		for _, f := range l.fields {
			field := of.Field(f)
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if name == "" || name == "-" {
				name = strings.ToLower(field.Name[:1]) + field.Name[1:]
				if field.Name == strings.ToUpper(field.Name) {
					name = strings.ToLower(field.Name)
				}
			}
			names = append(names, name+formOf(field.Type))
		}
		out = append(out, fmt.Sprintf("| %s | %s |", strings.TrimSuffix(of.Name(), "Content"), strings.Join(names, ", ")))
	}
	slices.Sort(out)
	return out
}

// formOf is how a type is written, in brackets; nothing for a text.
func formOf(t reflect.Type) string {
	switch {
	case t == timeType:
		return " (time)"
	case t == whenType:
		return " (moment)"
	}
	switch t.Kind() {
	case reflect.Bool:
		return " (flag)"
	case reflect.Int, reflect.Int64:
		return " (`s`)"
	case reflect.Float64:
		return " (number)"
	case reflect.Pointer:
		return formOf(t.Elem())
	case reflect.Struct:
		return " (" + strings.TrimSuffix(t.Name(), "Content") + ")"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return " (shape)"
		}
		if of := strings.Trim(formOf(t.Elem()), " ()"); of != "" {
			return " (list of " + of + ")"
		}
		return " (texts)"
	}
	return ""
}

// TestLayoutsDocument: docs/formats.md lists what stands in a pack of each type; -update writes it anew.
func TestLayoutsDocument(t *testing.T) {
	const path, begin, end = "../docs/formats.md", "| structure | members, in order |\n| --- | --- |\n", "\n\n"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(data), begin)
	now, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("the table is not in docs/formats.md")
	}
	want := strings.Join(rows(), "\n")
	if *update {
		err = os.WriteFile(path, []byte(before+begin+want+end+after), 0o644)
	} else if now != want {
		t.Error("docs/formats.md does not list what stands in packs: go test ./pack -run TestLayoutsDocument -update")
	}
	if err != nil {
		t.Fatal(err)
	}
}
