package truce

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math/bits"
	"unicode/utf8"
)

// CheckJSON reports whether data is one JSON value (RFC 8259), in UTF-8, nested
// at most maxDepth deep, whose objects have no member twice and no escapes in
// member names (so that a name has one spelling). The standard decoder takes the
// last of two equal members silently; two readers could then see two statements.
// The error is CodeInvalid, or CodeTooLarge over 256 members of one object.
//
// It looks at each byte once: every statement passes here on its way in.
func CheckJSON(data []byte, maxDepth int) error {
	if !utf8.Valid(data) {
		return E(CodeInvalid, "the text is not UTF-8")
	}
	s := jsonScan{data: data, max: maxDepth}
	if err := s.value(0); err != nil {
		return err
	}
	if s.space(); s.i != len(data) {
		return errNotJSON
	}
	return nil
}

var errNotJSON = E(CodeInvalid, "the text is not JSON").WithHint("look at brackets, quotation marks and commas; NaN and comments are not JSON")

// jsonScan walks JSON text, trusting nothing.
type jsonScan struct {
	data []byte
	i    int
	max  int
}

// peek is the byte at hand, 0 at the end (which is not a byte of JSON either).
func (s *jsonScan) peek() byte {
	if s.i < len(s.data) {
		return s.data[s.i]
	}
	return 0
}

func (s *jsonScan) value(depth int) error {
	s.space()
	switch c := s.peek(); {
	case c == '{' || c == '[':
		if depth++; depth > s.max {
			return E(CodeInvalid, "the text is nested deeper than %d", s.max)
		}
		if c == '{' {
			return s.object(depth)
		}
		return s.array(depth)
	case c == '"':
		_, _, err := s.text()
		return err
	case c == '-' || c >= '0' && c <= '9':
		return s.number()
	}
	for _, word := range []string{"true", "false", "null"} {
		if rest := s.data[s.i:]; len(rest) >= len(word) && string(rest[:len(word)]) == word {
			s.i += len(word)
			return nil
		}
	}
	return errNotJSON
}

// maxMembers is the most members that one object may have.
const maxMembers = 256

func (s *jsonScan) object(depth int) error {
	var room [16][]byte // most objects are small: nothing is allocated
	names := room[:0]
	s.i++
	if s.space(); s.peek() == '}' {
		s.i++
		return nil
	}
	for {
		s.space()
		if s.peek() != '"' {
			return errNotJSON
		}
		raw, escaped, err := s.text()
		if err != nil {
			return err
		}
		if names, err = addName(names, raw, escaped); err != nil {
			return err
		}
		if s.space(); s.peek() != ':' {
			return errNotJSON
		}
		s.i++
		if err := s.value(depth); err != nil {
			return err
		}
		if more, err := s.more('}'); !more {
			return err
		}
	}
}

func addName(names [][]byte, raw []byte, escaped bool) ([][]byte, error) {
	if escaped {
		return nil, E(CodeInvalid, "the member name %s is written with escapes", clip(string(raw)))
	}
	for _, n := range names {
		if bytes.Equal(n, raw) {
			return nil, E(CodeInvalid, "member %q stands twice in one object", clip(string(n)))
		}
	}
	if len(names) == maxMembers {
		return nil, E(CodeTooLarge, "an object has more than %d members", maxMembers)
	}
	return append(names, raw), nil
}

func (s *jsonScan) array(depth int) error {
	s.i++
	if s.space(); s.peek() == ']' {
		s.i++
		return nil
	}
	for {
		if err := s.value(depth); err != nil {
			return err
		}
		if more, err := s.more(']'); !more {
			return err
		}
	}
}

// more passes over a comma, after which there is more, or over end.
func (s *jsonScan) more(end byte) (bool, error) {
	s.space()
	c := s.peek()
	if c != ',' && c != end {
		return false, errNotJSON
	}
	s.i++
	return c == ',', nil
}

// text passes over a string and gives what stands between its quotes.
func (s *jsonScan) text() (raw []byte, escaped bool, err error) {
	start := s.i + 1
	for i := start + plainRun(s.data[min(start, len(s.data)):]); i < len(s.data); i++ {
		switch c := s.data[i]; {
		case c == '"':
			s.i = i + 1
			return s.data[start:i], escaped, nil
		case c == '\\':
			escaped = true
			if s.i = i; !s.escape() {
				return nil, false, errNotJSON
			}
			i = s.i
		case c < 0x20:
			return nil, false, errNotJSON
		}
	}
	return nil, false, errNotJSON
}

// plainRun is how many bytes at the beginning of data surely are no quote, no
// backslash and no control character, eight at a time: texts are most of a
// statement, and a payload in base64 is one of a thousand characters. Each word is
// tested as in "Bit Twiddling Hacks" (Anderson, Stanford, "Determine if a word has
// a zero byte" and "… a byte less than n").
func plainRun(data []byte) (n int) {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	for ; n+8 <= len(data); n += 8 {
		w := binary.LittleEndian.Uint64(data[n:])
		quote, slash := w^ones*'"', w^ones*'\\'
		if met := ((quote-ones)&^quote | (slash-ones)&^slash | (w-ones*' ')&^w) & tops; met != 0 {
			return n + bits.TrailingZeros64(met)/8 // of those marked the first one is one: a borrow reaches later ones only
		}
	}
	return n
}

// escape stands on a backslash and passes to the last byte of what it escapes.
func (s *jsonScan) escape() bool {
	s.i++
	switch s.peek() {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		for range 4 {
			s.i++
			if c := s.peek() | 0x20; !(s.peek() >= '0' && s.peek() <= '9' || c >= 'a' && c <= 'f') {
				return false
			}
		}
		return true
	}
	return false
}

// number passes over a number: -?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?
func (s *jsonScan) number() error {
	if s.peek() == '-' {
		s.i++
	}
	zero := s.peek() == '0'
	n := s.digits()
	if n == 0 || zero && n > 1 {
		return errNotJSON
	}
	if s.peek() == '.' {
		s.i++
		if s.digits() == 0 {
			return errNotJSON
		}
	}
	if s.peek()|0x20 == 'e' {
		s.i++
		if c := s.peek(); c == '+' || c == '-' {
			s.i++
		}
		if s.digits() == 0 {
			return errNotJSON
		}
	}
	return nil
}

func (s *jsonScan) digits() (n int) {
	for ; s.peek() >= '0' && s.peek() <= '9'; n++ {
		s.i++
	}
	return n
}

func (s *jsonScan) space() {
	for s.i < len(s.data) && s.data[s.i] <= ' ' {
		if c := s.data[s.i]; c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return
		}
		s.i++
	}
}

// Members gives each member of an object that CheckJSON has passed to fn, with the
// bytes of its value; ok is false where raw is no object. Nothing is decoded: it
// is a fraction of the cost of a map, for what every statement goes through.
func Members(raw json.RawMessage, fn func(name, value []byte)) (ok bool) {
	s := jsonScan{data: raw, max: 1 << 30}
	if s.space(); s.peek() != '{' {
		return false
	}
	s.i++
	if s.space(); s.peek() == '}' {
		s.i++
		return s.ended()
	}
	for {
		s.space()
		name, _, err := s.text()
		if err != nil {
			return false
		}
		if s.space(); s.peek() != ':' {
			return false
		}
		s.i++
		s.space()
		start := s.i
		if s.skip() != nil {
			return false
		}
		fn(name, raw[start:s.i])
		if more, err := s.more('}'); !more {
			return err == nil && s.ended()
		}
	}
}

// ended reports whether nothing follows.
func (s *jsonScan) ended() bool {
	s.space()
	return s.i == len(s.data)
}

// Items is Members for the values of an array.
func Items(raw json.RawMessage, fn func(value []byte)) (ok bool) {
	s := jsonScan{data: raw, max: 1 << 30}
	if s.space(); s.peek() != '[' {
		return false
	}
	s.i++
	if s.space(); s.peek() == ']' {
		return true
	}
	for {
		s.space()
		start := s.i
		if s.skip() != nil {
			return false
		}
		fn(raw[start:s.i])
		if more, err := s.more(']'); !more {
			return err == nil
		}
	}
}

// skip passes over a value that is known to be well formed: it counts brackets.
// White space behind the value is no part of it.
func (s *jsonScan) skip() error {
	depth := 0
	for ; s.i < len(s.data); s.i++ {
		switch c := s.data[s.i]; {
		case c == '"':
			if _, _, err := s.text(); err != nil {
				return err
			}
			s.i--
		case c == '{' || c == '[':
			depth++
			continue
		case c == '}' || c == ']':
			if depth == 0 {
				return nil // the end of what holds a bare value
			}
			depth--
		case depth == 0 && (c == ',' || c == ' ' || c == '\t' || c == '\n' || c == '\r'):
			return nil
		default:
			continue
		}
		if depth == 0 {
			s.i++
			return nil
		}
	}
	return nil
}

// unquoted is the text of a JSON string; ok is false where raw is none.
func unquoted(raw []byte) (text string, ok bool) {
	if inside, ok := plainText(raw); ok {
		return string(inside), true
	}
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	return text, json.Unmarshal(raw, &text) == nil
}

// plainText is what stands between the quotes of a JSON string without escapes.
func plainText(raw []byte) (inside []byte, ok bool) {
	if len(raw) < 2 || raw[0] != '"' || bytes.IndexByte(raw, '\\') >= 0 {
		return nil, false
	}
	return raw[1 : len(raw)-1], true
}
