package truce

import (
	"encoding/json"
	"unicode/utf8"
)

// CheckJSON reports whether data is one JSON value, in UTF-8, nested at most
// maxDepth deep, whose objects have no member twice and no escapes in member
// names (so that a name has one spelling). The standard decoder takes the last
// of two equal members silently; two readers could then see two statements.
// The error is CodeInvalid and says what was found.
func CheckJSON(data []byte, maxDepth int) error {
	if !utf8.Valid(data) {
		return E(CodeInvalid, "the text is not UTF-8")
	}
	s := jsonScan{data: data, max: maxDepth}
	if err := s.depth(); err != nil {
		return err
	}
	if !json.Valid(data) {
		return E(CodeInvalid, "the text is not JSON")
	}
	s.i = 0
	return s.value()
}

// jsonScan walks text that json.Valid has accepted.
type jsonScan struct {
	data []byte
	i    int
	max  int
}

// depth bounds the nesting before anything recursive looks at the text.
func (s *jsonScan) depth() error {
	depth, inString := 0, false
	for i := 0; i < len(s.data); i++ {
		switch c := s.data[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > s.max {
				return E(CodeInvalid, "the text is nested deeper than %d", s.max)
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

func (s *jsonScan) value() error {
	s.space()
	switch s.data[s.i] {
	case '{':
		return s.object()
	case '[':
		return s.array()
	case '"':
		s.text()
		return nil
	}
	for s.i < len(s.data) && !isDelimiter(s.data[s.i]) {
		s.i++
	}
	return nil
}

func (s *jsonScan) object() error {
	var seen [12]string // most objects are small: no map
	names := seen[:0]
	for s.i++; ; s.i++ {
		if s.space(); s.data[s.i] == '}' {
			s.i++
			return nil
		}
		name, escaped := s.text()
		if escaped {
			return E(CodeInvalid, "the member name %s is written with escapes", clip(name))
		}
		if contains(names, name) {
			return E(CodeInvalid, "member %q stands twice in one object", clip(name))
		}
		names = append(names, name)
		if len(names) > 256 {
			return E(CodeTooLarge, "an object has more than 256 members")
		}
		s.space()
		s.i++ // the colon
		if err := s.value(); err != nil {
			return err
		}
		if s.space(); s.data[s.i] == '}' {
			s.i++
			return nil
		}
	}
}

func (s *jsonScan) array() error {
	for s.i++; ; s.i++ {
		if s.space(); s.data[s.i] == ']' {
			s.i++
			return nil
		}
		if err := s.value(); err != nil {
			return err
		}
		if s.space(); s.data[s.i] == ']' {
			s.i++
			return nil
		}
	}
}

// text passes over a string and gives what stands between its quotes.
func (s *jsonScan) text() (raw string, escaped bool) {
	start := s.i + 1
	for s.i = start; s.data[s.i] != '"'; s.i++ {
		if s.data[s.i] == '\\' {
			escaped = true
			s.i++
		}
	}
	raw = string(s.data[start:s.i])
	s.i++
	return raw, escaped
}

func (s *jsonScan) space() {
	for s.i < len(s.data) && (s.data[s.i] == ' ' || s.data[s.i] == '\t' || s.data[s.i] == '\n' || s.data[s.i] == '\r') {
		s.i++
	}
}

func isDelimiter(c byte) bool {
	return c == ',' || c == '}' || c == ']' || c == ' ' || c == '\t' || c == '\n' || c == '\r'
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}
