package geo

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"truce"
)

// Member is one name and its value in a JSON object. Value is the JSON text as it was written: numbers keep every
// digit.
type Member struct {
	Name  string
	Value json.RawMessage
}

// Members are the members of a JSON object in order of writing, each name once.
type Members []Member

// Get is the value called name, and whether there is one.
func (m Members) Get(name string) (json.RawMessage, bool) {
	for _, x := range m {
		if x.Name == name {
			return x.Value, true
		}
	}
	return nil, false
}

// MarshalJSON writes the object, in order; nil is null.
func (m Members) MarshalJSON() ([]byte, error) {
	if m == nil {
		return []byte("null"), nil
	}
	var b bytes.Buffer
	b.WriteByte('{')
	for i, x := range m {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(x.Name)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		if err := json.Compact(&b, x.Value); err != nil {
			return nil, notJSON(err).At(pointer(x.Name))
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// text is the text called name; a missing one or another type is an error.
func (m Members) text(name string) (string, error) {
	raw, ok := m.Get(name)
	if !ok {
		return "", truce.E(truce.CodeInvalid, "the member is missing").At(pointer(name))
	}
	if isPlain(raw) {
		return string(raw[1 : len(raw)-1]), nil
	}
	var s *string
	if json.Unmarshal(raw, &s) != nil || s == nil {
		return "", truce.E(truce.CodeInvalid, "not a text").At(pointer(name))
	}
	return *s, nil
}

// isPlain reports whether raw is a text of ASCII without escapes.
func isPlain(raw []byte) bool {
	if len(raw) < 2 || raw[0] != '"' || raw[len(raw)-1] != '"' {
		return false
	}
	for _, c := range raw[1 : len(raw)-1] {
		if c < 0x20 || c > 0x7e || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// metres reads the number called name into to, which keeps its value when there is none.
func (m Members) metres(name string, to *float64) error {
	raw, ok := m.Get(name)
	if !ok {
		return nil
	}
	x, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || len(raw) == 0 || raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
		return truce.E(truce.CodeInvalid, "not a number of metres").At(pointer(name))
	}
	*to = x
	return nil
}

// objectMembers splits the JSON object data. A name given twice is refused.
func objectMembers(data []byte) (Members, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	t, err := dec.Token()
	if err != nil {
		return nil, notJSON(err)
	}
	if t != json.Delim('{') {
		return nil, truce.E(truce.CodeInvalid, "%s where an object is needed", tokenName(t))
	}
	out, seen := Members{}, map[string]bool{}
	for dec.More() {
		m, err := nextMember(dec)
		if err != nil {
			return nil, notJSON(err)
		}
		if seen[m.Name] {
			return nil, truce.E(truce.CodeInvalid, "the member is given twice").At(pointer(m.Name))
		}
		seen[m.Name] = true
		out = append(out, m)
	}
	if _, err := dec.Token(); err != nil {
		return nil, notJSON(err)
	}
	return out, nil
}

func nextMember(dec *json.Decoder) (m Member, err error) {
	t, err := dec.Token()
	if err != nil {
		return m, err
	}
	m.Name, _ = t.(string)
	return m, dec.Decode(&m.Value)
}

// pointer is the JSON pointer (RFC 6901) of a member, its name cut where it is long.
func pointer(name string) string {
	if len(name) > 60 {
		name = strings.ToValidUTF8(name[:60], "") + "…"
	}
	return "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
