package auth

import (
	"bytes"
	"cmp"
	"encoding/json"

	"truce"
)

// Mask is the body without the members that a viewer of that relation may not
// read. fields are those of the body's kind (truce.SpecOf). Members of a group
// have the disclosure of their parent where they have none of their own; a field
// with none at all is internal, and a member that is not in fields is left out.
// Where everything may be read the body comes back as it is; otherwise members
// stand in the order of fields. A body that is no JSON object gives nil.
func Mask(fields []truce.Field, body json.RawMessage, rel Relation) json.RawMessage {
	if readsAll(rel) {
		return body
	}
	out, ok := mask{rel}.group(fields, body, truce.DiscloseInternal)
	if !ok {
		return nil
	}
	return out
}

// readsAll reports whether no field of a body is closed to the relation.
func readsAll(rel Relation) bool {
	for _, group := range Disclosures()[:6] {
		if May(rel, group) != All {
			return false
		}
	}
	return true
}

type mask struct{ rel Relation }

// group writes the members that may be read; ok is false when raw is no object.
func (m mask) group(fields []truce.Field, raw json.RawMessage, parent truce.Disclosure) (out json.RawMessage, ok bool) {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil || members == nil {
		return nil, false
	}
	var b bytes.Buffer
	b.WriteByte('{')
	for i := range fields {
		f := &fields[i]
		v, ok := members[f.Name]
		if !ok {
			continue
		}
		if v, ok = m.field(f, v, cmp.Or(f.Disclose, parent)); !ok {
			continue
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		name, _ := json.Marshal(f.Name) // a string always marshals
		b.Write(name)
		b.WriteByte(':')
		b.Write(v)
	}
	b.WriteByte('}')
	return b.Bytes(), true
}

// field is what may be read of one value, ok false when nothing may.
func (m mask) field(f *truce.Field, v json.RawMessage, group truce.Disclosure) (out json.RawMessage, ok bool) {
	open := May(m.rel, group) == All
	switch {
	case f.Type == truce.Group:
		out, ok = m.group(f.Of, v, group)
		return out, ok && (open || len(out) > len("{}"))
	case f.Type == truce.List && (open || m.anyOpen(f.Of)):
		return m.list(f, v, group)
	}
	return v, open && f.Type != truce.List
}

// anyOpen reports whether a field has a group of its own that may be read.
func (m mask) anyOpen(fields []truce.Field) bool {
	for i := range fields {
		f := &fields[i]
		if f.Disclose != "" && May(m.rel, f.Disclose) == All || m.anyOpen(f.Of) {
			return true
		}
	}
	return false
}

func (m mask) list(f *truce.Field, v json.RawMessage, group truce.Disclosure) (json.RawMessage, bool) {
	var items []json.RawMessage
	if json.Unmarshal(v, &items) != nil {
		return nil, false
	}
	kept := make([]json.RawMessage, 0, len(items))
	for _, item := range items {
		if out, ok := m.group(f.Of, item, group); ok {
			kept = append(kept, out)
		}
	}
	out, err := json.Marshal(kept)
	return out, err == nil
}
