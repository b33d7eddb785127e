package auth

import (
	"cmp"
	"encoding/json"
	"slices"

	"truce"
)

// Mask is the body without the members that a viewer of that relation may not
// read. fields are those of the body's kind (truce.SpecOf). Members of a group
// have the disclosure of their parent where they have none of their own; a field
// with none at all is internal, and a member that is not in fields is left out.
// Where everything may be read the body comes back as it is; otherwise members
// stand in the order of fields. A body that is no JSON object gives nil.
func Mask(fields []truce.Field, body json.RawMessage, rel Relation) json.RawMessage {
	out, _ := maskWhole(fields, body, rel)
	return out
}

// maskWhole is Mask; whole says that nothing was left out.
func maskWhole(fields []truce.Field, body json.RawMessage, rel Relation) (out json.RawMessage, whole bool) {
	if readsAll(rel) {
		return body, true
	}
	if !json.Valid(body) { // what follows passes over values without looking at them
		return nil, false
	}
	out, whole, ok := mask{rel}.group(fields, body, truce.DiscloseInternal)
	if !ok {
		return nil, false
	}
	return out, whole
}

// readsAll reports whether no field of a body is closed to the relation.
func readsAll(rel Relation) bool {
	for _, group := range columns[:6] {
		if May(rel, group) != All {
			return false
		}
	}
	return true
}

type mask struct{ rel Relation }

// may reports whether a group may be read.
func (m mask) may(group truce.Disclosure) bool { return May(m.rel, group) == All }

// member is one member of a body.
type member struct{ name, value []byte }

// membersOf lists the members of an object; ok is false when raw is none.
func membersOf(raw json.RawMessage) (all []member, ok bool) {
	all = make([]member, 0, 8)
	ok = truce.Members(raw, func(name, value []byte) { all = append(all, member{name, value}) })
	return all, ok
}

// group writes the members that may be read; whole says that those are all of them,
// and gives raw as it is. ok is false when raw is no object.
func (m mask) group(fields []truce.Field, raw json.RawMessage, parent truce.Disclosure) (out json.RawMessage, whole, ok bool) {
	members, ok := membersOf(raw)
	if !ok {
		return nil, false, false
	}
	kept, all := make([]member, 0, len(members)), 0
	for i := range fields {
		f := &fields[i]
		at := slices.IndexFunc(members, func(has member) bool { return string(has.name) == f.Name })
		if at < 0 {
			continue
		}
		v, whole, ok := m.field(f, members[at].value, cmp.Or(f.Disclose, parent))
		if !ok {
			continue
		}
		if whole {
			all++
		}
		kept = append(kept, member{members[at].name, v})
	}
	if all == len(members) {
		return raw, true, true
	}
	return objectOf(kept), false, true
}

// objectOf writes members, whose names have no escapes.
func objectOf(members []member) json.RawMessage {
	b := []byte{'{'}
	for i, has := range members {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), has.name...), '"', ':')
		b = append(b, has.value...)
	}
	return append(b, '}')
}

// field is what may be read of one value, ok false when nothing may; whole says that
// it is all of it.
func (m mask) field(f *truce.Field, v json.RawMessage, group truce.Disclosure) (out json.RawMessage, whole, ok bool) {
	open := m.may(group)
	switch {
	case f.Type == truce.Group:
		out, whole, ok = m.group(f.Of, v, group)
		return out, whole, ok && (open || len(out) > len("{}"))
	case f.Type == truce.List && (open || m.anyOpen(f.Of)):
		return m.list(f, v, group)
	}
	open = open && f.Type != truce.List
	return v, open, open
}

// anyOpen reports whether a field has a group of its own that may be read.
func (m mask) anyOpen(fields []truce.Field) bool {
	for i := range fields {
		f := &fields[i]
		if f.Disclose != "" && m.may(f.Disclose) || m.anyOpen(f.Of) {
			return true
		}
	}
	return false
}

func (m mask) list(f *truce.Field, v json.RawMessage, group truce.Disclosure) (out json.RawMessage, whole, ok bool) {
	kept, whole := make([]json.RawMessage, 0, 4), true
	ok = truce.Items(v, func(item []byte) {
		one, all, ok := m.group(f.Of, item, group)
		if whole = whole && all && ok; ok {
			kept = append(kept, one)
		}
	})
	if !ok || whole {
		return v, ok, ok
	}
	out, err := json.Marshal(kept)
	return out, false, err == nil
}
