package tabular

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"truce"
)

// record is one record of a CSV text or one row of a sheet.
type record struct {
	number int      // as a spreadsheet counts, blank lines included
	fields []string // with err set, as far as they are known
	lines  int      // lines it spans, more than 1 through quoted line ends
	notes  []string
	err    error
	column int // the column that err is about, from 1; 0: the whole row
}

// recordReader splits CSV text (RFC 4180 with other delimiters and line ends)
// into records. Unlike encoding/csv it goes on after a faulty record and
// keeps at most MaxRecord bytes of one in memory.
type recordReader struct {
	r      io.Reader
	delim  byte
	buf    []byte // unread bytes are buf[pos:]
	pos    int
	eof    error // why no more bytes come; io.EOF in the end
	number int
	start  int  // position of the last record
	undo   int  // position after its first line
	hold   bool // keep what was read, so that rewind can go back to it
}

func newRecordReader(r io.Reader, delim byte) *recordReader {
	return &recordReader{r: r, delim: delim, hold: true}
}

// rewind goes back to the first record, once.
func (r *recordReader) rewind() error {
	r.pos, r.number, r.hold = 0, 0, false
	return nil
}

// next gives the next record; io.EOF after the last. Empty lines are counted
// and left out, lines of empty cells are not.
func (r *recordReader) next() (record, error) {
	for {
		r.skipEmpty()
		if r.pos == len(r.buf) && r.eof != nil {
			return record{}, r.eof
		}
		rec, size, state := splitRecord(r.buf[r.pos:], r.delim, errors.Is(r.eof, io.EOF))
		switch {
		case size > MaxRecord, state == needMore && len(r.buf)-r.pos > MaxRecord:
			return r.oversize(state == needMore && rec.lines > 1)
		case state == needMore && r.hold && len(r.buf) > maxHold:
			return record{}, errNoRows()
		case state == needMore && r.eof == nil:
			r.fill()
			continue
		case state == needMore && !errors.Is(r.eof, io.EOF):
			return record{}, r.eof
		case state == needMore:
			return r.faulty(errOpenQuote()), nil
		case state == strayQuote:
			return r.faulty(errStrayQuote()), nil
		}
		return r.accept(rec, size), nil
	}
}

func (r *recordReader) skipEmpty() {
	for r.pos < len(r.buf) && r.buf[r.pos] == '\n' {
		r.pos++
		r.number++
	}
}

func (r *recordReader) accept(rec record, size int) record {
	raw := r.buf[r.pos : r.pos+size]
	r.start, r.undo = r.pos, r.pos+firstLine(raw)
	r.pos += size
	r.number++
	rec.number = r.number
	if rec.err == nil {
		rec.err = checkText(raw)
	}
	rec.notes = textNotes(raw)
	return rec
}

// faulty gives the error for the first line at the position and goes on after
// that line: what a stray quote would swallow is read again as records.
func (r *recordReader) faulty(err error) record {
	line := r.buf[r.pos : r.pos+firstLine(r.buf[r.pos:])]
	r.pos += len(line)
	r.number++
	return record{number: r.number, lines: 1, err: err, fields: rawLine(line)}
}

// rawLine is a line that cannot be divided into cells, as one cell, so that it
// can be shown to whoever has to correct it.
func rawLine(line []byte) []string {
	const most = 64 << 10
	return []string{strings.ToValidUTF8(strings.TrimRight(string(line[:min(len(line), most)]), "\r\n"), "\ufffd")}
}

// splitLines takes back all but the first line of the record that was just
// read, because its quoted line ends turned out to be a mistake.
// It gives that first line.
func (r *recordReader) splitLines() []string {
	line := rawLine(r.buf[r.start:r.undo])
	r.pos = r.undo
	return line
}

// oversize reports a record beyond MaxRecord and skips to its line end
// without keeping it. With quoted lines in it, only the first one is skipped.
func (r *recordReader) oversize(quoted bool) (record, error) {
	if quoted {
		return r.faulty(errOpenQuote()), nil
	}
	r.number++
	rec := record{number: r.number, lines: 1, err: truce.E(truce.CodeTooLarge,
		"the row is longer than %d KiB", MaxRecord>>10).WithHint("split the row; a long shape belongs into a GeoJSON or KML file")}
	for !r.hold { // whoever may go back stops here
		if i := lineBreak(r.buf[r.pos:]); i >= 0 {
			r.pos += i + 1
			return rec, nil
		}
		r.pos = len(r.buf)
		if r.eof != nil {
			break
		}
		r.fill()
	}
	return rec, nil
}

// fill reads more behind the unread bytes: as much as fits, so that a long
// record is looked at a few times only.
func (r *recordReader) fill() {
	if r.pos > 0 && !r.hold {
		r.buf = r.buf[:copy(r.buf, r.buf[r.pos:])]
		r.pos = 0
	}
	const step = 64 << 10
	if cap(r.buf)-len(r.buf) < step {
		grown := make([]byte, len(r.buf), 2*cap(r.buf)+step)
		copy(grown, r.buf)
		r.buf = grown
	}
	n, err := io.ReadFull(r.r, r.buf[len(r.buf):cap(r.buf)])
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	r.buf = r.buf[:len(r.buf)+n]
	r.eof = err
}

// firstLine is the length of the first line of b with its line end.
func firstLine(b []byte) int {
	i := lineBreak(b)
	if i < 0 {
		return len(b)
	}
	return i + lineEnd(b[i:])
}

// lineBreak is the place of the first line end in b, -1 when there is none.
func lineBreak(b []byte) int {
	i := bytes.IndexByte(b, '\n')
	if i >= 0 {
		b = b[:i]
	}
	if j := bytes.IndexByte(b, '\r'); j >= 0 {
		return j
	}
	return i
}

// lineEnd is the length of the line end that b begins with.
func lineEnd(b []byte) int {
	if b[0] == '\r' && len(b) > 1 && b[1] == '\n' {
		return 2
	}
	return 1
}

func errOpenQuote() error {
	return truce.E(truce.CodeInvalid, "a quotation mark opens a cell that is never closed").
		WithHint("close it, or write the mark twice where it belongs to the text")
}

func errStrayQuote() error {
	return truce.E(truce.CodeInvalid, "a quotation mark stands inside a cell").
		WithHint(`put the cell in quotation marks and write the inner mark twice: "so ""called"" school"`)
}

func errColumns() error {
	return truce.E(truce.CodeTooLarge, "more than %d columns", MaxColumns).
		WithHint("import only the columns that are needed")
}
