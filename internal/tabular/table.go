package tabular

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"truce"
)

// lines is what a table reads: the records of a text or the rows of a sheet.
type lines interface {
	next() (record, error) // io.EOF after the last; fields are valid until the next call
	rewind() error         // back to the first, once
	splitLines() []string  // read the last record again without its first line, which is given
}

// table turns lines into rows: it finds the header, skips blank lines and
// holds each row against the header.
type table struct {
	lines  lines
	full   bool // a row with fewer cells than the header is faulty
	header Header
	first  int  // the first row after header and tags
	empty  bool // no row was found that is not blank
}

// next gives the next row that is not blank.
func (t *table) next() (Row, error) {
	for {
		rec, err := t.lines.next()
		if err != nil {
			return Row{}, err
		}
		if rec.number < t.first || rec.err == nil && blank(rec.fields) {
			continue
		}
		return t.row(rec), nil
	}
}

func (t *table) row(rec record) Row {
	row := Row{Number: rec.number, Notes: rec.notes}
	err := rec.err
	if err == nil {
		err = t.fits(rec)
	}
	if err != nil && rec.lines > 1 {
		rec.fields = t.lines.splitLines()
		err = errOpenQuote()
	}
	row.Cells = t.cells(rec.fields)
	if err != nil {
		row.Err = t.located(err, rec)
		row.Cells = append(row.Cells, t.surplus(rec.fields)...)
	}
	return row
}

// cells puts fields under the columns of the header.
func (t *table) cells(fields []string) []Cell {
	cells := make([]Cell, len(t.header.Columns))
	for i, c := range t.header.Columns {
		cells[i].Column = c.Name
		if i < len(fields) {
			cells[i].Text = fields[i]
		}
	}
	return cells
}

// surplus is what stands to the right of the header.
func (t *table) surplus(fields []string) []Cell {
	var cells []Cell
	for i := len(t.header.Columns); i < len(fields); i++ {
		cells = append(cells, Cell{Column: "column " + letters(i), Text: fields[i]})
	}
	return cells
}

// located says in which row and, where it is known, under which heading.
func (t *table) located(err error, rec record) error {
	located := atRow(err, rec.number)
	e, ok := errors.AsType[*truce.Error](located)
	if !ok || rec.column == 0 {
		return located
	}
	if rec.column <= len(t.header.Columns) {
		return e.At(t.header.Columns[rec.column-1].Name)
	}
	return e.At("column " + letters(rec.column-1))
}

// fits holds the number of cells against the header.
func (t *table) fits(rec record) error {
	want := len(t.header.Columns)
	if t.full && len(rec.fields) < want {
		return truce.E(truce.CodeInvalid, "the row has %d cells, the header %d", len(rec.fields), want).
			WithHint("a cell or a delimiter is missing, or a line was broken in two")
	}
	for i := want; i < len(rec.fields); i++ {
		if strings.TrimSpace(rec.fields[i]) != "" {
			return truce.E(truce.CodeInvalid, "the row has %d cells, the header %d", len(rec.fields), want).
				At("column " + letters(i)).WithHint("put a cell that contains the delimiter in quotation marks, or give the column a heading")
		}
	}
	return nil
}

// findHeader looks at the first rows, decides which one names the columns and
// which one holds HXL tags, and goes back to the beginning.
func (t *table) findHeader(wanted int) error {
	head, err := t.peek(wanted)
	if err != nil {
		return err
	}
	t.empty = len(head) == 0
	names, tags := chooseHeader(head, wanted)
	if names < 0 {
		return noHeader(wanted)
	}
	if err := head[names].err; err != nil {
		return atRow(err, head[names].number)
	}
	t.name(head[names], tags, head)
	if len(t.header.Columns) == 0 {
		return noHeader(wanted)
	}
	return t.lines.rewind()
}

func noHeader(wanted int) error {
	if wanted > 0 {
		return truce.E(truce.CodeInvalid, "row %d, which should name the columns, is blank or missing", wanted).
			WithHint("name the row that holds the headings; the first row of the file is 1")
	}
	return errNoRows()
}

func errNoRows() error {
	return truce.E(truce.CodeInvalid, "there is no row that names the columns").
		WithHint("the first row must hold the headings, such as name, type, lat, lon")
}

// peek reads the rows that are not blank among which the header is.
func (t *table) peek(wanted int) ([]record, error) {
	var head []record
	for len(head) < headerSearch {
		rec, err := t.lines.next()
		if errors.Is(err, io.EOF) {
			return head, nil
		}
		if err != nil && len(head) > 0 {
			return head, nil // it comes again, after the rows before it
		}
		if err != nil {
			return nil, asError(err)
		}
		if rec.number < wanted || rec.err == nil && blank(rec.fields) {
			continue
		}
		rec.fields = slices.Clone(rec.fields)
		head = append(head, rec)
		if truce.CodeOf(rec.err) == truce.CodeTooLarge {
			break // not to be held in memory: the header is before it
		}
	}
	return head, nil
}

// chooseHeader gives the places in head of the names and of the tags, -1 where
// there are none. The names stand directly above the tags, or below them when
// the tags come first.
func chooseHeader(head []record, wanted int) (names, tags int) {
	if len(head) == 0 || wanted > 0 && head[0].number != wanted {
		return -1, -1
	}
	for i, rec := range head {
		switch {
		case !isTagRow(rec):
			continue
		case i > 0 && (wanted == 0 || i == 1):
			return i - 1, i
		case i == 0 && len(head) > 1 && isNameRow(head[1]) && wanted == 0:
			return 1, 0
		case i == 0:
			return 0, 0
		}
	}
	return 0, -1
}

// name takes over the columns.
func (t *table) name(names record, tags int, head []record) {
	t.header.Row = names.number
	t.first = names.number + 1
	fields := trimTail(names.fields)
	t.header.Columns = make([]Column, len(fields))
	for i, f := range fields {
		if f = strings.TrimSpace(f); f == "" {
			f = "column " + letters(i)
		}
		t.header.Columns[i].Name = f
	}
	if tags >= 0 {
		t.tag(head[tags])
	}
	if above := head[0].number; above < t.header.Row && above != t.header.TagRow {
		t.header.Notes = append(t.header.Notes, fmt.Sprintf("the rows above row %d are not read", t.header.Row))
	}
}

func (t *table) tag(tags record) {
	t.header.TagRow = tags.number
	t.first = max(t.first, tags.number+1)
	for i := range t.header.Columns {
		if i < len(tags.fields) {
			t.header.Columns[i].Tag = strings.ToLower(strings.Join(strings.Fields(tags.fields[i]), ""))
		}
	}
}

// hxlTag is a hashtag with its attributes (HXL 1.1, hxlstandard.org).
var hxlTag = regexp.MustCompile(`^\s*#[A-Za-z][A-Za-z0-9_]*(\s*\+\s*[A-Za-z][A-Za-z0-9_]*)*\s*$`)

// isTagRow tells whether most cells that are not empty are HXL tags.
func isTagRow(rec record) bool {
	tags, used := 0, 0
	for _, f := range rec.fields {
		if strings.TrimSpace(f) == "" {
			continue
		}
		used++
		if hxlTag.MatchString(f) {
			tags++
		}
	}
	return tags > 0 && 2*tags > used
}

// isNameRow tells whether a row below tags can be the headings: words only.
func isNameRow(rec record) bool {
	for _, f := range rec.fields {
		if strings.ContainsAny(f, "0123456789") {
			return false
		}
	}
	return rec.err == nil && !blank(rec.fields)
}

func blank(fields []string) bool { return len(trimTail(fields)) == 0 }

func trimTail(fields []string) []string {
	for len(fields) > 0 && strings.TrimSpace(fields[len(fields)-1]) == "" {
		fields = fields[:len(fields)-1]
	}
	return fields
}

// letters is the name of the column i, from 0, in a spreadsheet: A, …, Z, AA.
func letters(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

// atRow puts the row into an error.
func atRow(err error, row int) error {
	e, ok := errors.AsType[*truce.Error](asError(err))
	if !ok {
		return err
	}
	located := *e
	located.Row = row
	return &located
}
