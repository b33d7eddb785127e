package tabular

import "bytes"

// How splitting the first record of a buffer ended.
type splitState int

const (
	complete splitState = iota
	needMore
	strayQuote
)

// splitter walks over the first record of a buffer.
type splitter struct {
	b     []byte
	delim byte
	last  bool // nothing comes after b
	pos   int
	rec   record
	state splitState
	done  bool
}

// splitRecord splits off the first record of b and tells how many bytes it
// takes with its line end. With last set, nothing comes after b.
func splitRecord(b []byte, delim byte, last bool) (record, int, splitState) {
	s := splitter{b: b, delim: delim, last: last, rec: record{lines: 1}}
	for !s.done {
		if s.pos < len(b) && b[s.pos] == '"' {
			s.quoted()
		} else {
			s.bare()
		}
	}
	return s.rec, s.pos, s.state
}

// bare takes a field without quotation marks.
func (s *splitter) bare() {
	rest := s.b[s.pos:]
	i := 0
	for i < len(rest) && !s.ends(rest[i]) {
		i++
	}
	if i == len(rest) && !s.last {
		s.stop(needMore)
		return
	}
	if i < len(rest) && rest[i] == '"' {
		s.stop(strayQuote)
		return
	}
	s.add(rest[:i])
	s.pos += i
	s.after()
}

// ends tells whether c cannot stand in a field without quotation marks.
func (s *splitter) ends(c byte) bool {
	return c == s.delim || c == '\n' || c == '\r' || c == '"'
}

// quoted takes a field in quotation marks; two of them stand for one.
func (s *splitter) quoted() {
	start := s.pos + 1
	doubled := false
	for i := start; ; {
		q := bytes.IndexByte(s.b[i:], '"')
		if q < 0 || i+q+1 == len(s.b) && !s.last {
			s.rec.lines += countLineEnds(s.b[start:])
			s.stop(needMore)
			return
		}
		i += q + 1
		if i < len(s.b) && s.b[i] == '"' {
			doubled = true
			i++
			continue
		}
		s.closeQuote(s.b[start:i-1], doubled, i)
		return
	}
}

func (s *splitter) closeQuote(field []byte, doubled bool, end int) {
	s.rec.lines += countLineEnds(field)
	if doubled {
		field = bytes.ReplaceAll(field, []byte(`""`), []byte(`"`))
	}
	s.add(field)
	s.pos = end
	s.after()
}

// after looks at what follows a field: a delimiter, a line end or the end.
func (s *splitter) after() {
	if s.pos == len(s.b) {
		if !s.last {
			s.stop(needMore)
		}
		s.done = true
		return
	}
	switch c := s.b[s.pos]; {
	case c == s.delim:
		s.pos++
	case c == '\r' && s.pos+1 == len(s.b) && !s.last:
		s.stop(needMore)
	case c == '\n' || c == '\r':
		s.pos += lineEnd(s.b[s.pos:])
		s.done = true
	default:
		s.stop(strayQuote)
	}
}

func (s *splitter) stop(state splitState) { s.state, s.done = state, true }

// add keeps a field, or the error once there are too many of them.
func (s *splitter) add(field []byte) {
	switch {
	case len(s.rec.fields) < MaxColumns:
		s.rec.fields = append(s.rec.fields, string(field))
	case s.rec.err == nil:
		s.rec.err = errColumns()
	}
}

func countLineEnds(b []byte) int {
	return bytes.Count(b, []byte("\n")) + bytes.Count(b, []byte("\r")) - bytes.Count(b, []byte("\r\n"))
}
