package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"text/tabwriter"
)

// printJSON writes v as indented JSON with a line end. HTML is not escaped:
// names are shown as they are.
func (sh *shell) printJSON(v any) error {
	enc := json.NewEncoder(sh.Out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// printf writes data for people to standard output. Texts among the arguments
// are printed as plain text: they may be those of others.
func (sh *shell) printf(format string, args ...any) {
	fmt.Fprintf(sh.Out, format, plainArgs(args)...)
}

func plainArgs(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		if v := reflect.ValueOf(a); v.Kind() == reflect.String {
			a = plain(v.String())
		}
		out[i] = a
	}
	return out
}

// printErr writes what must be seen to standard error, also with --quiet.
func (sh *shell) printErr(format string, args ...any) {
	fmt.Fprintf(sh.Err, format, plainArgs(args)...)
}

// say writes a remark to standard error, unless --quiet.
func (sh *shell) say(format string, args ...any) {
	if !sh.quiet {
		fmt.Fprintf(sh.Err, "truce: "+format+"\n", plainArgs(args)...)
	}
}

// table writes rows in aligned columns. Cells are printed as plain text: control
// characters of others must not reach the terminal.
func (sh *shell) table(header []string, rows [][]string) {
	w := tabwriter.NewWriter(sh.Out, 0, 4, 2, ' ', 0)
	writeRow(w, header)
	for _, r := range rows {
		writeRow(w, r)
	}
	w.Flush()
}

func writeRow(w io.Writer, cells []string) {
	clean := make([]string, len(cells))
	for i, c := range cells {
		clean[i] = plain(c)
	}
	fmt.Fprintln(w, strings.TrimRight(strings.Join(clean, "\t"), "\t "))
}

// plain takes out what a terminal would obey.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, s)
}

// orDash is s, or a dash where there is nothing to show.
func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// compactJSON writes v as one line of JSON.
func compactJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// sortedKeys are the names of a map in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
