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
	c.group(fields, body, &place{name: "body"})
	return c.faults
}

type bodyCheck struct{ faults []*Error }

// place is where something stands in a body. Its JSON pointer is written out for
// faults only: most bodies have none.
type place struct {
	in   *place // what it stands in; nil for the body itself
	name string // of a member; empty for an item of a list
	item int    // from 0
}

// String is the JSON pointer.
func (p *place) String() string {
	if p == nil {
		return ""
	}
	if p.name == "" {
		return p.in.String() + "/" + strconv.Itoa(p.item)
	}
	return p.in.String() + "/" + p.name
}

func (c *bodyCheck) fault(at *place, format string, args ...any) *Error {
	e := E(CodeInvalid, format, args...).At(at.String())
	c.faults = append(c.faults, e)
	return e
}

func (c *bodyCheck) group(fields []Field, raw json.RawMessage, at *place) {
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
		c.fault(at, "an object must stand here")
		return
	}
	for i := range fields {
		f := &fields[i]
		if values[i] != nil {
			c.field(f, values[i], at)
		} else if f.Required {
			c.fault(&place{in: at, name: f.Name}, "%s is missing", f.Name)
		}
	}
	for _, name := range unknown {
		c.unknown(name, at)
	}
}

func (c *bodyCheck) unknown(name string, in *place) {
	e := E(CodeInvalid, "member %q is not known", clip(name))
	if ForbiddenName(name) {
		e = RefuseName(name)
	}
	c.faults = append(c.faults, e.At(in.String()+"/"+clip(name)))
}

func fieldIndex(fields []Field, name []byte) int {
	for i := range fields {
		if fields[i].Name == string(name) {
			return i
		}
	}
	return -1
}

// field checks the value of f; in is the object that holds it.
func (c *bodyCheck) field(f *Field, raw json.RawMessage, in *place) {
	at := &place{in: in, name: f.Name}
	switch f.Type {
	case Group:
		c.group(f.Of, raw, at)
	case List:
		c.list(f, raw, at)
	case Texts:
		c.texts(f, raw, at)
	case Moment:
		var w When
		if err := w.UnmarshalJSON(raw); err != nil {
			c.wrong(at, err)
		}
	case Number, Integer:
		c.number(f, raw, at)
	case Bool:
		if s := string(raw); s != "true" && s != "false" {
			c.fault(at, "true or false must stand here")
		}
	case Shape:
		if raw[0] != '{' {
			c.fault(at, "a geometry object must stand here")
		}
	default:
		c.text(f, raw, at)
	}
}

func (c *bodyCheck) wrong(at *place, err error) {
	if e, ok := err.(*Error); ok {
		c.faults = append(c.faults, e.At(at.String()))
		return
	}
	c.fault(at, "the value cannot be read")
}

func (c *bodyCheck) list(f *Field, raw json.RawMessage, at *place) {
	n := 0
	array := Items(raw, func(item []byte) {
		if n < f.Max {
			c.group(f.Of, item, &place{in: at, item: n})
		}
		n++
	})
	switch {
	case !array:
		c.fault(at, "a list must stand here")
	case n > f.Max:
		c.fault(at, "at most %d are possible, these are %d", f.Max, n)
	case f.Required && n == 0:
		c.fault(at, "at least one must be given")
	}
}

func (c *bodyCheck) texts(f *Field, raw json.RawMessage, at *place) {
	var list []string
	if json.Unmarshal(raw, &list) != nil || list == nil {
		c.fault(at, "a list of texts must stand here")
		return
	}
	if len(list) > f.Max || f.Required && len(list) == 0 {
		c.fault(at, "between 1 and %d must be given", f.Max)
	}
	seen := make(map[string]bool, len(list))
	for i, s := range list {
		here := &place{in: at, item: i}
		if seen[s] {
			c.fault(here, "stands twice")
		}
		seen[s] = true
		c.one(&Field{Type: Text, Codes: f.Codes, Max: 200}, s, here)
	}
}

func (c *bodyCheck) number(f *Field, raw json.RawMessage, at *place) {
	n, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || math.IsInf(n, 0) || raw[0] == '"' {
		c.fault(at, "a number must stand here")
		return
	}
	if f.Type == Integer && n != math.Trunc(n) {
		c.fault(at, "a whole number must stand here")
	}
	if f.Top > f.Min && (n < f.Min || n > f.Top) {
		c.fault(at, "it must lie between %g and %g", f.Min, f.Top)
	}
}

func (c *bodyCheck) text(f *Field, raw json.RawMessage, at *place) {
	s, ok := unquoted(raw)
	if !ok {
		c.fault(at, "a text must stand here")
		return
	}
	c.one(f, s, at)
}

func (c *bodyCheck) one(f *Field, s string, at *place) {
	if limit := max(f.Max, 1); f.Max > 0 && utf8.RuneCountInString(s) > limit || len(s) > 20000 {
		c.fault(at, "at most %d characters are possible", limit)
		return
	}
	if hasControl(s) {
		c.fault(at, "control characters cannot stand here")
		return
	}
	if f.Codes != nil && !f.Codes.Has(s) {
		e := c.fault(at, "%q is not a %s", clip(s), f.Codes.Name)
		e.Hint = "one of " + strings.Join(f.Codes.List(), ", ")
		return
	}
	if must := formOf(f.Type, s); must != "" {
		c.fault(at, "it must be %s", must)
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
