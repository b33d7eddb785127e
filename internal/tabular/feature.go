package tabular

import (
	"html"
	"slices"
	"strings"

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
// scripts and styles. Cells of a table stay apart. Entities are those of package html.
func plainText(text string) string {
	if !strings.ContainsAny(text, "<&") {
		return strings.TrimSpace(text)
	}
	var out strings.Builder
	for text != "" {
		plain, rest, tagged := strings.Cut(text, "<")
		out.WriteString(html.UnescapeString(plain))
		if !tagged {
			break
		}
		name, after, ok := tagName(rest)
		if !ok {
			out.WriteByte('<') // a sign, not a tag
			text = rest
			continue
		}
		if text = after; rest[0] != '/' && (name == "script" || name == "style") {
			text = behindEnd(text, name)
		}
		out.WriteString(gap(name))
	}
	return tidyLines(out.String())
}

// tagName reads the rest of a tag behind its "<": its name in lower case without a
// slash, and what follows its end. A ">" in quotation marks does not end it (HTML
// Living Standard, 13.2.5). What does not begin as a tag is none.
func tagName(rest string) (name, after string, ok bool) {
	body := strings.TrimPrefix(rest, "/")
	if body == "" || !(body[0] == '!' || body[0] == '?' || body[0]|0x20 >= 'a' && body[0]|0x20 <= 'z') {
		return "", "", false
	}
	if strings.HasPrefix(body, "!--") {
		_, after, _ = strings.Cut(body, "-->")
		return "!", after, true
	}
	end := strings.IndexAny(body, " \t\r\n/>")
	if end < 0 {
		return strings.ToLower(body), "", true
	}
	name = strings.ToLower(body[:end])
	quote := byte(0)
	for i := end; i < len(body); i++ {
		switch c := body[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return name, body[i+1:], true
		}
	}
	return name, "", true
}

// behindEnd is what follows the end tag of an element, whatever the case of its name;
// nothing where it is never closed.
func behindEnd(s, name string) string {
	for {
		i := strings.Index(s, "</")
		if i < 0 {
			return ""
		}
		if s = s[i+2:]; len(s) >= len(name) && strings.EqualFold(s[:len(name)], name) {
			_, after, _ := strings.Cut(s, ">")
			return after
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
