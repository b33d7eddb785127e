package tabular

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"truce"
)

// cell is one cell of a row whose column means something.
type cell struct {
	*column
	text string // without white space around it
}

// remark is a Warning on its way. Those with the same once are told together.
type remark struct {
	Warning
	once string
}

// rowDraft is one row on its way to a body.
type rowDraft struct {
	d       *drafter
	number  int
	cells   []cell
	members map[string]any // of the body
	body    []byte         // once all is well
	place   place
	errs    []RowError
	remarks []remark
}

// drafter makes drafts of rows. It keeps no state between them.
type drafter struct {
	schema *schema
	opt    ImportOptions
	format Format
	set    []cell // values of ImportOptions.Set
}

func newDrafter(s *schema, format Format, opt ImportOptions) (*drafter, error) {
	d := &drafter{schema: s, opt: opt, format: format}
	for field, text := range opt.Set {
		t, ok := s.parseTarget(field, field)
		if !ok || t.path == leftOut {
			return nil, truce.E(truce.CodeUsage, "%.80q is not a field of a %s", field, s.object).
				WithHint("one of %s", strings.Join(ImportFields(s.object), ", "))
		}
		d.set = append(d.set, cell{&column{target: t}, strings.TrimSpace(text)})
	}
	return d, nil
}

// draft turns a row into a body or into errors.
func (d *drafter) draft(row Row, cols []*column) *rowDraft {
	r := &rowDraft{d: d, number: row.Number, members: map[string]any{}}
	if row.Err != nil {
		r.failWith("", "", row.Err)
		return r
	}
	for _, n := range row.Notes {
		r.warn("", "", "note", n, "")
	}
	r.gather(row.Cells, cols)
	r.locate(row.Shape)
	r.names()
	r.fields()
	r.externalIDs()
	r.period()
	r.finish()
	return r
}

// gather takes the cells that mean something, and the set values for the
// fields that no cell fills.
func (r *rowDraft) gather(cells []Cell, cols []*column) {
	r.cells = make([]cell, 0, len(cells)+len(r.d.set))
	for i := range cells {
		if cols[i].known() && cols[i].path != leftOut {
			r.cells = append(r.cells, cell{cols[i], trimCell(cells[i].Text)})
		}
	}
	for _, c := range r.d.set {
		if r.filled(c.path).text == "" {
			r.cells = append(r.cells, c)
		}
	}
}

// trimCell takes off white space, the marks of direction that nobody sees, and the apostrophe with which spreadsheets,
// and our own copies of rejects, keep a text from being a formula.
func trimCell(s string) string {
	s = strings.TrimFunc(s, invisible)
	if len(s) > 1 && s[0] == '\'' && strings.IndexByte(formulaStart, s[1]) >= 0 {
		return strings.TrimFunc(s[1:], invisible)
	}
	return s
}

func invisible(r rune) bool {
	return unicode.IsSpace(r) || r >= utf8.RuneSelf && unicode.Is(unicode.Cf, r)
}

// filled is the first cell for a field that is not empty.
func (r *rowDraft) filled(path string) cell {
	for _, c := range r.cells {
		if c.path == path && c.text != "" {
			return c
		}
	}
	return cell{column: &column{target: target{path: path}}}
}

func (r *rowDraft) fail(c cell, code, hint, format string, args ...any) {
	r.errs = append(r.errs, RowError{
		Row: r.number, Field: c.target.String(), Column: c.name, Code: code, Message: fmt.Sprintf(format, args...), Hint: hint,
	})
}

// failWith takes over an error of the readers, of geo or of truce.
func (r *rowDraft) failWith(field, column string, err error) {
	e := RowError{Row: r.number, Field: field, Column: column, Code: string(truce.CodeOf(err)), Message: err.Error(), Hint: truce.HintOf(err)}
	if own, ok := errors.AsType[*truce.Error](err); ok {
		e.Message = own.Message
		if column == "" && !strings.HasPrefix(own.Field, "/") {
			e.Column = own.Field
		}
	}
	r.errs = append(r.errs, e)
}

func (r *rowDraft) warn(field, column, code, message, hint string) *remark {
	r.remarks = append(r.remarks, remark{Warning: Warning{Row: r.number, Field: field, Column: column, Code: code, Message: message, Hint: hint}})
	return &r.remarks[len(r.remarks)-1]
}

// warnOnce is warn for what is told once for the whole file.
func (r *rowDraft) warnOnce(c cell, code, message, hint string) {
	w := r.warn(c.path, c.name, code, message, hint)
	w.once = code + "\x00" + c.name + "\x00" + message
}
