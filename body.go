package truce

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CheckBody checks a body against the fields of its kind: every member known
// and of its form and bounds, every required one there. A member that would
// carry targets, forces or weapons is refused by name (guard rail 1). The
// geometry itself is checked where package geo can be reached (intake).
// The first fault is returned, with its JSON pointer.
func CheckBody(fields []Field, body json.RawMessage) error { return first(BodyFaults(fields, body)) }

func first(faults []*Error) error {
	if len(faults) == 0 {
		return nil
	}
	return faults[0]
}

// BodyFaults is CheckBody with every fault, for forms and imports that show all
// at once. Order follows the fields.
//
// body need not come from a statement: what is not JSON is a fault as well.
func BodyFaults(fields []Field, body json.RawMessage) []*Error {
	if err := CheckJSON(body, MaxDepth); err != nil {
		return []*Error{err.(*Error).At("/body")}
	}
	return bodyFaults(fields, body)
}

// bodyFaults is BodyFaults for text that CheckJSON has passed.
func bodyFaults(fields []Field, body json.RawMessage) []*Error {
	c := &bodyCheck{}
	c.path = append(c.room[:0], step{name: "body"})
	c.group(fields, body)
	return c.faults
}

// bodyCheck walks through a body. The JSON pointer of where it is is written out
// for faults only: most bodies have none.
type bodyCheck struct {
	faults []*Error
	path   []step
	room   [8]step // for path; deeper ones are rare
}

// step is a member, or where name is empty the item of a list.
type step struct {
	name string
	item int // from 0
}

func (c *bodyCheck) enter(s step) { c.path = append(c.path, s) }
func (c *bodyCheck) leave()       { c.path = c.path[:len(c.path)-1] }

func (c *bodyCheck) pointer() string {
	var b strings.Builder
	for _, s := range c.path {
		b.WriteByte('/')
		if s.name == "" {
			b.WriteString(strconv.Itoa(s.item))
		}
		b.WriteString(s.name)
	}
	return b.String()
}

// fault notes what is wrong with the value at hand.
func (c *bodyCheck) fault(format string, args ...any) *Error {
	e := E(CodeInvalid, format, args...).At(c.pointer())
	c.faults = append(c.faults, e)
	return e
}

func (c *bodyCheck) group(fields []Field, raw json.RawMessage) {
	var room [32]json.RawMessage // of the fields, in their order; most kinds have fewer
	values := append(room[:0], make([]json.RawMessage, len(fields))...)
	var unknown []string
	object := Members(raw, func(name, value []byte) {
		if i := fieldIndex(fields, name); i >= 0 {
			values[i] = value
		} else {
			unknown = append(unknown, string(name))
		}
	})
	if !object {
		c.fault("an object must stand here")
		return
	}
	for i := range fields {
		if values[i] != nil || fields[i].Required {
			c.enter(step{name: fields[i].Name})
			c.field(&fields[i], values[i])
			c.leave()
		}
	}
	for _, name := range unknown {
		c.unknown(name)
	}
}

func (c *bodyCheck) unknown(name string) {
	e := E(CodeInvalid, "member %q is not known", clip(name))
	if ForbiddenName(name) {
		e = RefuseName(name)
	}
	c.faults = append(c.faults, e.At(c.pointer()+"/"+clip(name)))
}

func fieldIndex(fields []Field, name []byte) int {
	for i := range fields {
		if fields[i].Name == string(name) {
			return i
		}
	}
	return -1
}

// field checks the value of f; nil where one is required and missing.
func (c *bodyCheck) field(f *Field, raw json.RawMessage) {
	switch {
	case raw == nil:
		c.fault("%s is missing", f.Name)
	case f.Type == Group:
		c.group(f.Of, raw)
	case f.Type == List:
		c.list(f, raw)
	case f.Type == Texts:
		c.texts(f, raw)
	case f.Type == Moment:
		var w When
		if err := w.UnmarshalJSON(raw); err != nil {
			c.wrong(err)
		}
	case f.Type == Number || f.Type == Integer:
		c.number(f, raw)
	case f.Type == Bool:
		if s := string(raw); s != "true" && s != "false" {
			c.fault("true or false must stand here")
		}
	case f.Type == Shape:
		if raw[0] != '{' {
			c.fault("a geometry object must stand here")
		}
	default:
		c.text(f, raw)
	}
}

func (c *bodyCheck) wrong(err error) {
	if e, ok := err.(*Error); ok {
		c.faults = append(c.faults, e.At(c.pointer()))
		return
	}
	c.fault("the value cannot be read")
}

func (c *bodyCheck) list(f *Field, raw json.RawMessage) {
	n := 0
	array := Items(raw, func(item []byte) {
		if n < f.Max {
			c.enter(step{item: n})
			c.group(f.Of, item)
			c.leave()
		}
		n++
	})
	switch {
	case !array:
		c.fault("a list must stand here")
	case n > f.Max:
		c.fault("at most %d are possible, these are %d", f.Max, n)
	case f.Required && n == 0:
		c.fault("at least one must be given")
	}
}

func (c *bodyCheck) texts(f *Field, raw json.RawMessage) {
	var list []string
	if json.Unmarshal(raw, &list) != nil || list == nil {
		c.fault("a list of texts must stand here")
		return
	}
	if len(list) > f.Max || f.Required && len(list) == 0 {
		c.fault("between 1 and %d must be given", f.Max)
	}
	seen := make(map[string]bool, len(list))
	for i, s := range list {
		c.enter(step{item: i})
		if seen[s] {
			c.fault("stands twice")
		}
		seen[s] = true
		c.one(&Field{Type: Text, Codes: f.Codes, Max: 200}, s)
		c.leave()
	}
}

func (c *bodyCheck) number(f *Field, raw json.RawMessage) {
	n, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || math.IsInf(n, 0) || raw[0] == '"' {
		c.fault("a number must stand here")
		return
	}
	if f.Type == Integer && n != math.Trunc(n) {
		c.fault("a whole number must stand here")
	}
	if f.Top > f.Min && (n < f.Min || n > f.Top) {
		c.fault("it must lie between %g and %g", f.Min, f.Top)
	}
}

func (c *bodyCheck) text(f *Field, raw json.RawMessage) {
	if inside, ok := plainText(raw); ok {
		c.one(f, string(inside))
		return
	}
	s, ok := unquoted(raw)
	if !ok {
		c.fault("a text must stand here")
		return
	}
	c.one(f, s)
}

// one checks a text. It keeps nothing of s, so that a short one is not copied to
// the heap for it.
func (c *bodyCheck) one(f *Field, s string) {
	if limit := max(f.Max, 1); f.Max > 0 && utf8.RuneCountInString(s) > limit || len(s) > 20000 {
		c.fault("at most %d characters are possible", limit)
		return
	}
	if hasControl(s) {
		c.fault("control characters cannot stand here")
		return
	}
	if f.Codes != nil && !f.Codes.Has(s) {
		e := c.fault("%q is not a %s", clip(strings.Clone(s)), f.Codes.Name)
		e.Hint = "one of " + strings.Join(f.Codes.List(), ", ")
		return
	}
	if must := formOf(f.Type, s); must != "" {
		c.fault("it must be %s", must)
	}
}

// formOf says what s ought to be where it is not.
func formOf(t FieldType, s string) string {
	switch {
	case t == Hash && !(strings.HasPrefix(s, "sha256:") && IsStatementID(s[7:])):
		return "sha256: and 64 hex digits"
	case t == Version && !IsStatementID(s):
		return "a statement id: 64 hex digits"
	case t == Key && !(strings.HasPrefix(s, "ed25519:") && len(s) == 51):
		return "ed25519: and 43 characters of base64url"
	case t == Subject && !ValidSubject(s):
		return "the id of an object"
	case t == PartyOf && !ValidPartyID(s):
		return "the id of a party"
	}
	return ""
}

// hasControl finds control characters other than tab and line ends, and the
// bidirectional overrides that can make a text show as another.
func hasControl(s string) bool {
	for _, r := range s {
		if unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' || r >= 0x202A && r <= 0x202E || r == 0xFFFD {
			return true
		}
	}
	return false
}
