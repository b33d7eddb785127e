package geo

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"truce"
)

// scanner splits JSON text into values without parsing them, so that one that is too long, too deep or wrong inside can
// be passed over. It keeps nothing but the value it is asked for.
type scanner struct {
	r    *bufio.Reader
	left int64 // bytes that may still be read
}

func (s *scanner) next() (byte, error) {
	if s.left--; s.left < 0 {
		return 0, truce.E(truce.CodeTooLarge, "the text is too long")
	}
	return s.r.ReadByte()
}

// skipMark skips a byte order mark.
func (s *scanner) skipMark() {
	if b, err := s.r.Peek(3); err == nil && bytes.Equal(b, []byte("\xef\xbb\xbf")) {
		_, _ = s.r.Discard(3)
	}
}

// peek is the next byte that is not white space (or the record separator of RFC 8142), left unread.
func (s *scanner) peek() (byte, error) {
	for {
		c, err := s.next()
		if err != nil {
			return 0, err
		}
		switch c {
		case ' ', '\t', '\r', '\n', 0x1e:
		default:
			s.left++
			return c, s.r.UnreadByte()
		}
	}
}

// expect reads c, after white space.
func (s *scanner) expect(c byte) error {
	got, err := s.peek()
	if err != nil {
		return err
	}
	if got != c {
		return truce.E(truce.CodeInvalid, "not JSON: %q where %q is needed", got, c)
	}
	_, err = s.next()
	return err
}

// each calls f at the beginning of every element between two brackets.
func (s *scanner) each(open, end byte, f func() error) error {
	if err := s.expect(open); err != nil {
		return err
	}
	if c, err := s.peek(); err != nil || c == end {
		_, _ = s.next()
		return err
	}
	for {
		if err := f(); err != nil {
			return err
		}
		c, err := s.peek()
		if err != nil {
			return err
		}
		if c == end {
			_, err = s.next()
			return err
		}
		if err := s.expect(','); err != nil {
			return err
		}
	}
}

// maxName bounds a member's name at the top level.
const maxName = 4096

// name reads a member's name and its colon.
func (s *scanner) name() (string, error) {
	if c, err := s.peek(); err != nil || c != '"' {
		if err == nil {
			err = truce.E(truce.CodeInvalid, "not JSON: a member begins with its name in quotes")
		}
		return "", err
	}
	raw, soft, err := s.value(maxName)
	if err != nil {
		return "", err
	}
	var name string
	if soft != nil {
		return "", soft
	}
	if err := json.Unmarshal(raw, &name); err != nil {
		return "", notJSON(err)
	}
	return name, s.expect(':')
}

// value reads one value of at most limit bytes and maxDepth levels. One that is longer or deeper is passed over and
// told by soft; err is for text that cannot go on.
func (s *scanner) value(limit int) (raw []byte, soft *truce.Error, err error) {
	if _, err := s.peek(); err != nil {
		return nil, nil, err
	}
	depth, quoted, escaped, scalar := 0, false, false, false
	for {
		c, err := s.next()
		if err != nil {
			return nil, nil, unexpected(err)
		}
		if scalar && strings.IndexByte(" \t\r\n,]}:\x1e", c) >= 0 {
			s.left++
			return raw, soft, s.r.UnreadByte()
		}
		switch {
		case soft != nil:
		case len(raw) >= limit:
			raw, soft = nil, truce.E(truce.CodeTooLarge, "too long")
		default:
			raw = append(raw, c)
		}
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = c == '\\', c != '"'
		case c == '"':
			quoted = true
		case c == '{' || c == '[':
			if depth++; depth > maxDepth && soft == nil {
				raw, soft = nil, truce.E(truce.CodeTooLarge, "nested more than %d deep", maxDepth)
			}
		case c == '}' || c == ']':
			depth--
		default:
			scalar = depth == 0
		}
		if depth <= 0 && !quoted && !scalar {
			return raw, soft, nil
		}
	}
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// wellFormed tests that raw is one JSON value in UTF-8, no object of which has a name twice.
func wellFormed(raw []byte) *truce.Error {
	if !utf8.Valid(raw) {
		return truce.E(truce.CodeInvalid, "the text is not UTF-8").WithHint("save it as UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var open []object
	for {
		t, err := dec.Token()
		if err != nil {
			return notJSON(err)
		}
		if len(open) > maxDepth {
			return truce.E(truce.CodeTooLarge, "nested more than %d deep", maxDepth)
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			open = append(open, object{isObject: t == json.Delim('{'), nameNext: true})
			continue
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		default:
			if n := len(open); n > 0 && open[n-1].isObject && open[n-1].nameNext {
				if err := open[n-1].addName(t.(string)); err != nil {
					return err
				}
				continue
			}
		}
		if len(open) == 0 {
			return nil
		}
		open[len(open)-1].nameNext = true
	}
}

// object is an object, or array, being read by wellFormed.
type object struct {
	isObject, nameNext bool
	few                []string
	many               map[string]bool
}

func (o *object) addName(name string) *truce.Error {
	o.nameNext = false
	if slices.Contains(o.few, name) || o.many[name] {
		return truce.E(truce.CodeInvalid, "the member is given twice").At(pointer(name))
	}
	switch {
	case len(o.few) < 16:
		o.few = append(o.few, name)
	case o.many == nil:
		o.many = map[string]bool{}
		fallthrough
	default:
		o.many[name] = true
	}
	return nil
}
