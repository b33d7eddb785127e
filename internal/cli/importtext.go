package cli

import (
	"fmt"
	"strings"

	"truce/internal/tabular"
)

// shownRows is how many errors, and how many warnings, are printed for people.
const shownRows = 20

// showImport prints what an import did, for people.
func (sh *shell) showImport(a *importAnswer) {
	done := "registered"
	if a.DryRun {
		done = "to be registered"
	}
	sh.printf("%s: %d rows: %d accepted (%d %s, %d amended, %d unchanged), %d rejected, %d possible duplicates\n",
		plain(a.File), a.Rows, a.Accepted, a.Registered, done, a.Amended, a.Unchanged, a.Rejected, a.Duplicates)
	if a.Rows == 0 {
		sh.say("there is no row below the headings; --header-row says which row holds them")
	}
	for i, e := range a.Errors {
		if i == shownRows {
			break
		}
		sh.printf("  error    %s\n", rowText(e.Row, orElse(e.Column, e.Field), e.Message, e.Hint))
	}
	sh.more(a.ErrorCount, "errors")
	for i, w := range a.Warnings {
		if i == shownRows {
			break
		}
		sh.printf("  warning  %s\n", rowText(w.Row, orElse(w.Column, w.Field), w.Message+duplicateText(w), w.Hint))
	}
	sh.more(a.WarnCount, "warnings")
	if len(a.Ignored) > 0 {
		sh.printf("  columns not read: %s\n", strings.Join(a.Ignored, ", "))
	}
}

func (sh *shell) more(n int, what string) {
	if n > shownRows {
		sh.printf("  … and %d more %s; --json lists them\n", n-shownRows, what)
	}
}

func rowText(row int, where, message, hint string) string {
	var b strings.Builder
	if row > 0 {
		fmt.Fprintf(&b, "row %d: ", row)
	}
	if where != "" {
		b.WriteString(where + ": ")
	}
	b.WriteString(message)
	if hint != "" {
		b.WriteString(" (" + hint + ")")
	}
	return plain(b.String())
}

// duplicateText says which other one a warning is about.
func duplicateText(w tabular.Warning) string {
	switch {
	case w.Of == nil:
		return ""
	case w.Of.Row > 0:
		return fmt.Sprintf(" (row %d)", w.Of.Row)
	}
	return fmt.Sprintf(" (%s, entry %s)", w.Of.ID, entryText(w.Of.Entry))
}
