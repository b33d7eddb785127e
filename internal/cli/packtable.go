package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"unicode/utf8"

	"truce"
	"truce/internal/check"
	"truce/internal/tabular"
)

// plainTable is a CSV file that lines can be taken out of one by one: a row is a line,
// and a cell is what stands between two delimiters.
type plainTable struct {
	lines   *packLines
	header  []byte // the first line
	delim   byte
	columns []func(*check.Spot, []byte) bool // nil: passed over
}

// spotColumns say what the columns of a table ask, quickly: false leaves the row to the
// full reader, which says what is wrong with it. They are those of questionColumns.
var spotColumns = map[string]func(*check.Spot, []byte) bool{
	"lat": (*check.Spot).SetLat, "latitude": (*check.Spot).SetLat,
	"lon": (*check.Spot).SetLon, "lng": (*check.Spot).SetLon, "longitude": (*check.Spot).SetLon,
	"radiusm": (*check.Spot).SetRadius, "radius": (*check.Spot).SetRadius,
	"accuracym": (*check.Spot).SetAccuracy, "accuracy": (*check.Spot).SetAccuracy,
	"time": (*check.Spot).SetTime, "from": (*check.Spot).SetFrom, "until": (*check.Spot).SetUntil,
	"id": func(s *check.Spot, cell []byte) bool {
		if bytes.ContainsAny(cell, `"\<>&`) || !ascii(cell) {
			return false // left to the one that escapes
		}
		s.ID = append(append(append(make(json.RawMessage, 0, len(cell)+2), '"'), cell...), '"')
		return true
	},
}

func ascii(text []byte) bool {
	for _, c := range text {
		if c < ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}

// asPlain is the file as a plainTable, where it is one: its first row names the columns
// and two of them are lat and lon; nothing in it is quoted.
func asPlain(l *packLines, file io.ReaderAt, size int64, h tabular.Header) (*plainTable, int64) {
	first, mark := firstRow(file)
	if h.Row != 1 || h.TagRow != 0 || len(h.Notes) > 0 || len(first) == 0 {
		return nil, 0
	}
	for _, delim := range []byte{',', ';', '\t', '|'} {
		t := &plainTable{lines: l, header: bytes.TrimRight(first, "\r\n"), delim: delim}
		if t.named(h.Columns) && isPlain(io.NewSectionReader(file, mark, size-mark)) {
			return t, mark + int64(len(first))
		}
	}
	return nil, 0
}

// firstRow is the first line of a file, with its end, and how long the mark before it is.
func firstRow(file io.ReaderAt) (line []byte, mark int64) {
	head := make([]byte, 64<<10)
	n, _ := file.ReadAt(head, 0)
	head = head[:n]
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		mark = 3
	}
	end := bytes.IndexByte(head, '\n')
	if end < 0 {
		return nil, 0
	}
	return head[mark : end+1], mark
}

// named reports whether the header, cut at the delimiter, is that of the columns, and finds
// what each is for.
func (t *plainTable) named(columns []tabular.Column) bool {
	names := strings.Split(string(t.header), string(rune(t.delim)))
	if len(names) != len(columns) {
		return false
	}
	seen := map[string]bool{}
	for i, name := range names {
		folded := foldColumn(name)
		if strings.TrimSpace(name) != columns[i].Name || seen[folded] && questionColumns[folded] != nil {
			return false
		}
		seen[folded] = true
		set := spotColumns[folded]
		if set == nil && questionColumns[folded] != nil {
			return false // a coordinate in any notation is for the full reader
		}
		t.columns = append(t.columns, set)
	}
	return true
}

// isPlain reports whether nothing in a text spans lines: no quotes, no other ends of lines,
// no other controls, all of it UTF-8, no line too long.
func isPlain(in io.Reader) bool {
	buf, have := make([]byte, 1<<20), 0
	for {
		n, err := in.Read(buf[have:])
		have += n
		end := bytes.LastIndexByte(buf[:have], '\n') + 1
		if err == io.EOF {
			return plainLines(buf[:have])
		}
		if err != nil || end == 0 && have > maxAskLine || !plainLines(buf[:end]) {
			return false
		}
		have = copy(buf, buf[end:have])
	}
}

func plainLines(text []byte) bool {
	if !utf8.Valid(text) {
		return false
	}
	line := 0
	for i, c := range text {
		if line++; c >= ' ' && c != '"' || c == '\t' {
			continue
		}
		switch {
		case c == '\n':
			if line > maxAskLine {
				return false
			}
			line = 0
		case c != '\r' || i+1 == len(text) || text[i+1] != '\n':
			return false
		}
	}
	return line <= maxAskLine
}

// row reads a line: quickly where it asks about a point, in full otherwise; ok is false for
// one that is no row.
func (t *plainTable) row(n int, line []byte, now int64) (r packRow, ok bool) {
	line = bytes.TrimSuffix(line, []byte{'\r'})
	if len(line) == 0 {
		return r, false
	}
	r.row = n
	var s check.Spot
	if t.spot(line, &s) && t.lines.timed(&s, &r.point, now) {
		r.id, r.quick = s.ID, true
		return r, true
	}
	return t.full(n, line, now)
}

func (t *plainTable) spot(line []byte, s *check.Spot) bool {
	for i, set := range t.columns {
		cell := line
		end := bytes.IndexByte(line, t.delim)
		if last := i == len(t.columns)-1; last != (end < 0) {
			return false
		} else if !last {
			cell, line = line[:end], line[end+1:]
		}
		if set != nil {
			if cell = bytes.TrimSpace(cell); len(cell) > 0 && !set(s, cell) {
				return false
			}
		}
	}
	return s.Complete()
}

// full reads a line as the only one of its table.
func (t *plainTable) full(n int, line []byte, now int64) (packRow, bool) {
	bad := func(err error) (packRow, bool) { return readRow(n, nil, fullRow{err: err}, now), true }
	// The names stand there twice: a first row of hashtags would be taken for those of the columns.
	text := bytes.Join([][]byte{t.header, t.header, line}, []byte{'\n'})
	src, err := tabular.Open("row.csv", bytes.NewReader(text), int64(len(text)), tabular.Options{HeaderRow: 1, Delimiter: rune(t.delim)})
	if err != nil {
		return bad(err)
	}
	defer src.Close()
	for row, err := range src.Rows() {
		if err == nil && row.Number < 3 {
			continue
		}
		if err == nil {
			err = row.Err
		}
		if err != nil {
			return bad(inRow(err, n))
		}
		q, err := t.lines.a.row(row)
		if err != nil {
			return readRow(n, q.ID, fullRow{err: err}, now), true
		}
		f := t.lines.timedFull(q)
		return readRow(n, q.ID, f, now), true
	}
	return packRow{}, false
}

// inRow names the row of the whole table in an error about the only one of a part of it.
func inRow(err error, n int) error {
	if e, ok := err.(*truce.Error); ok && e.Row > 0 {
		c := *e
		c.Row = n
		return &c
	}
	return err
}
