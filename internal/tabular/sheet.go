package tabular

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"truce"
)

// sheetReader streams the rows of one sheet out of the archive.
type sheetReader struct {
	w      *workbook
	part   string
	r      io.ReadCloser
	x      *xmlReader
	number int // of the last row
	inData bool
	fields []string // of the last row; used again for each
}

// rewind begins the sheet again.
func (s *sheetReader) rewind() error {
	if err := s.Close(); err != nil {
		return asError(err)
	}
	r, err := s.w.a.open(s.part)
	if err != nil {
		return err
	}
	s.r, s.x = r, newXMLReader(r)
	s.number, s.inData = 0, false
	return nil
}

// splitLines does nothing: a row of a sheet has no lines to be split into.
func (s *sheetReader) splitLines() []string { return nil }

// Close closes the part of the archive.
func (s *sheetReader) Close() error {
	if s.r == nil {
		return nil
	}
	r := s.r
	s.r = nil
	return r.Close()
}

// next gives the next row that the sheet mentions. A sheet that breaks off is
// an error, never an end.
func (s *sheetReader) next() (record, error) {
	for {
		tok, err := s.x.token()
		if err != nil {
			return record{}, s.broken(err, s.number+1)
		}
		switch el := tok.(type) {
		case xml.StartElement:
			switch {
			case el.Name.Local == "sheetData":
				s.inData = true
			case el.Name.Local == "row" && s.inData:
				rec, err := s.row(el)
				return rec, s.broken(err, s.number)
			}
		case xml.EndElement:
			if el.Name.Local == "sheetData" {
				s.inData = false
			}
		}
	}
}

// broken says where the sheet cannot be read further.
func (s *sheetReader) broken(err error, row int) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return atRow(inPart(err, s.part), row)
}

// row reads one row; its error is one of the sheet.
func (s *sheetReader) row(el xml.StartElement) (record, error) {
	if err := s.count(attr(el, "r")); err != nil {
		return record{}, err
	}
	clear(s.fields)
	c := cells{s: s, rec: record{number: s.number, lines: 1, fields: s.fields[:0]}}
	if isTrue(attr(el, "hidden")) {
		c.rec.notes = []string{"the row is hidden in the sheet"}
	}
	if err := s.x.walk(visitor{begin: c.begin, text: c.text, most: maxEntry}); err != nil {
		return record{}, err
	}
	c.flush()
	s.fields = c.rec.fields
	return c.rec, nil
}

// count takes the number of a row, which may be left out but never go back.
func (s *sheetReader) count(text string) error {
	n := s.number + 1
	s.number = n
	if text != "" {
		given, err := strconv.Atoi(text)
		if err != nil || given < n {
			return truce.E(truce.CodeInvalid, "the rows of the sheet are not in order").WithHint("open the file in a spreadsheet and save it again")
		}
		n = given
	}
	if n > maxSheetRow {
		return truce.E(truce.CodeTooLarge, "the sheet has more than %d rows", maxSheetRow)
	}
	s.number = n
	return nil
}

// cells collects the cells of one row.
type cells struct {
	s       *sheetReader
	rec     record
	open    bool // a cell was begun
	col     int  // its column, from 0
	style   int
	kind    string // attribute t
	formula bool
	stored  bool // it has a <v>
	value   strings.Builder
	bytes   int
	next    int // the column after the last cell
}

func (c *cells) begin(path []string, el xml.StartElement) error {
	switch {
	case len(path) == 1 && el.Name.Local == "c":
		c.flush()
		c.start(el)
	case len(path) == 2 && el.Name.Local == "f":
		c.formula = true
	case len(path) == 2 && el.Name.Local == "v":
		c.stored = true
	}
	return nil
}

func (c *cells) start(el xml.StartElement) {
	c.open, c.formula, c.stored = true, false, false
	c.col, c.style, c.kind = c.next, 0, ""
	c.value.Reset()
	for _, a := range el.Attr {
		switch a.Name.Local {
		case "r":
			c.col = columnIndex(a.Value)
		case "s":
			c.style, _ = strconv.Atoi(a.Value) // an unreadable style is none: the value stands
		case "t":
			c.kind = a.Value
		}
	}
	if c.col < c.next {
		c.fail(truce.E(truce.CodeInvalid, "the cells of the row are not in order").WithHint("open the file in a spreadsheet and save it again"))
	}
	c.next = c.col + 1
}

// text takes the stored value <v> or the runs of an inline text <is>.
func (c *cells) text(path []string, b []byte) error {
	if len(path) < 2 || path[1] != "v" && !(path[1] == "is" && isText(path)) {
		return nil
	}
	if c.room(len(b)) {
		c.value.Write(b)
	}
	return nil
}

// room counts the bytes of the row.
func (c *cells) room(n int) bool {
	if c.bytes += n; c.bytes > MaxRecord {
		c.fail(truce.E(truce.CodeTooLarge, "the row is longer than %d KiB", MaxRecord>>10))
	}
	return c.bytes <= MaxRecord
}

func (c *cells) fail(err error) {
	if c.rec.err == nil {
		c.rec.err = err
		c.rec.column = max(c.col+1, 0)
	}
}

// flush turns the cell that was begun into text and puts it in its column.
func (c *cells) flush() {
	if !c.open {
		return
	}
	c.open = false
	if c.rec.err != nil {
		return // the row is lost already
	}
	text, err := c.decode()
	if err == nil {
		err = checkText([]byte(text))
	}
	switch {
	case err != nil:
		c.fail(err)
	case text == "" || c.col < len(c.rec.fields):
	case c.col >= MaxColumns:
		c.fail(errColumns())
	default:
		c.put(text)
	}
}

func (c *cells) put(text string) {
	for len(c.rec.fields) < c.col {
		c.rec.fields = append(c.rec.fields, "")
	}
	c.rec.fields = append(c.rec.fields, text)
	for _, n := range textNotes([]byte(text)) {
		c.note(n)
	}
}

// note keeps the first notes of a row.
func (c *cells) note(text string) {
	if len(c.rec.notes) < maxNotes {
		c.rec.notes = append(c.rec.notes, text)
	}
}

// decode gives the text of the cell by its type (ECMA-376-1, 18.18.11).
func (c *cells) decode() (string, error) {
	raw := c.value.String()
	if c.formula && !c.stored {
		return "", truce.E(truce.CodeInvalid, "the formula has no stored result").WithHint("open the file in a spreadsheet and save it again")
	}
	switch c.kind {
	case "s":
		return c.shared(raw)
	case "str", "inlineStr":
		return raw, nil
	case "b":
		return strconv.FormatBool(isTrue(strings.TrimSpace(raw))), nil
	case "d":
		return strings.TrimSpace(raw), nil
	case "e":
		c.note(fmt.Sprintf("cell %s%d holds the error %.20s and is read as empty", letters(c.col), c.rec.number, raw))
		return "", nil
	}
	return numberText(strings.TrimSpace(raw), c.s.w.style(c.style), c.s.w.date904)
}

func (c *cells) shared(raw string) (string, error) {
	i, err := strconv.Atoi(strings.TrimSpace(raw))
	if err != nil || i < 0 || i >= len(c.s.w.strings) {
		return "", truce.E(truce.CodeInvalid, "the cell refers to a text that the workbook lacks").WithHint("open the file in a spreadsheet and save it again")
	}
	if !c.room(len(c.s.w.strings[i])) {
		return "", nil
	}
	return c.s.w.strings[i], nil
}

// columnIndex is the column of a reference such as AB12, from 0; -1 when it is
// not one; never much above MaxColumns.
func columnIndex(ref string) int {
	n := 0
	for i := 0; i < len(ref); i++ {
		c := ref[i]
		if c >= '0' && c <= '9' {
			break
		}
		if c < 'A' || c > 'Z' {
			return -1
		}
		n = min(n*26+int(c-'A')+1, MaxColumns+1)
	}
	return n - 1
}
