package tabular

import (
	"slices"
	"strings"

	"golang.org/x/net/html"

	"truce"
)

// feature is the row of a format in which each record names its own columns.
type feature struct {
	row   Row
	shape shapeBuilder
	value strings.Builder // text of the element that is open
	bytes int
	err   error
}

// write adds to the text of the element that is open.
func (f *feature) write(b []byte) {
	if f.room(len(b)) {
		f.value.Write(b)
	}
}

// room counts the bytes of the entry and tells whether n more are allowed.
func (f *feature) room(n int) bool {
	if f.bytes += n; f.bytes <= MaxRecord {
		return true
	}
	if f.err == nil {
		f.err = truce.E(truce.CodeTooLarge, "the texts of the entry are longer than %d KiB", MaxRecord>>10).
			WithHint("shorten its description")
	}
	return false
}

func (f *feature) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

// cell adds a cell, unless it is empty.
func (f *feature) cell(column, text string) {
	text = strings.TrimSpace(text)
	if text == "" || !f.room(len(column)) {
		return
	}
	if err := checkText([]byte(text)); err != nil {
		f.fail(err)
	}
	if len(f.row.Cells) >= MaxColumns {
		f.fail(errColumns())
		return
	}
	f.row.Cells = append(f.row.Cells, Cell{Column: column, Text: text})
	if len(f.row.Notes) < maxNotes {
		f.row.Notes = append(f.row.Notes, textNotes([]byte(text))...)
	}
}

// finish gives the row, with its shape or with the first error.
func (f *feature) finish() Row {
	shape, err := f.shape.shape()
	if f.err != nil {
		err = f.err
	}
	if err != nil {
		f.row.Err, f.row.Geometry = atRow(err, f.row.Number), f.shape.text()
		return f.row
	}
	f.row.Shape = shape
	return f.row
}

// blocks are elements of HTML that end a line.
var blocks = []string{"br", "p", "div", "tr", "li", "table", "h1", "h2", "h3", "h4", "h5", "h6"}

// plainText gives the text of HTML, as descriptions in KML are, without tags,
// scripts and styles. Cells of a table stay apart.
func plainText(text string) string {
	if !strings.ContainsAny(text, "<&") {
		return strings.TrimSpace(text)
	}
	z := html.NewTokenizer(strings.NewReader(text))
	z.SetMaxBuf(MaxRecord)
	var out strings.Builder
	hidden := false
	for {
		switch z.Next() {
		case html.ErrorToken:
			return tidyLines(out.String())
		case html.TextToken:
			if !hidden {
				out.Write(z.Text())
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			tok := z.Token()
			hidden = tok.Type == html.StartTagToken && (tok.Data == "script" || tok.Data == "style")
			out.WriteString(gap(tok.Data))
		}
	}
}

// gap is what a tag leaves in plain text.
func gap(tag string) string {
	switch {
	case slices.Contains(blocks, tag):
		return "\n"
	case tag == "td" || tag == "th":
		return " "
	}
	return ""
}

// tidyLines takes out blank lines and repeated spaces.
func tidyLines(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
