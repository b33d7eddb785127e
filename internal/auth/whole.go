package auth

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"

	"truce"
)

// readsWhole reports whether v, who is rel to the object, may have the signed
// envelope of s: it may read every field, or shown holds all that was said, who
// said it may be read, and the audience names nobody but v.
func readsWhole(v Viewer, rel Relation, shown json.RawMessage, s *truce.Statement) bool {
	return readsAll(rel) || namesNobodyElse(v, rel, s) && sameContent(shown, s.Body)
}

// namesNobodyElse reports whether v may know of all who stand round the body of s:
// who said it and who is told.
func namesNobodyElse(v Viewer, rel Relation, s *truce.Statement) bool {
	return readsAll(rel) || May(rel, truce.DiscloseIdentity) == All && namesOnly(s.Audience, v)
}

// namesOnly reports whether an audience tells v of nobody else.
func namesOnly(a truce.Audience, v Viewer) bool {
	return !slices.ContainsFunc(a, func(who string) bool {
		return who != truce.AudiencePublic && who != "party:"+v.Party && who != "role:"+string(v.Role)
	})
}

// sameContent reports whether two JSON texts say the same, in any order of members.
func sameContent(a, b json.RawMessage) bool {
	x, ok1 := contentOf(a)
	y, ok2 := contentOf(b)
	return ok1 && ok2 && reflect.DeepEqual(x, y)
}

// contentOf keeps numbers as they are written: what looks equal as a float need not be.
func contentOf(raw json.RawMessage) (v any, ok bool) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	return v, dec.Decode(&v) == nil
}

// Withheld names the members of a body of that kind that recipients are not told all
// of. Where there is one, no recipient gets the signed statement (see docs/formats.md,
// "What a recipient can prove").
func Withheld(k truce.Kind, body json.RawMessage) (names []string) {
	spec, ok := truce.SpecOf(k)
	if !ok {
		return nil
	}
	shown := map[string]string{}
	truce.Members(Mask(spec.Fields, body, RelationRecipient), func(name, value []byte) { shown[string(name)] = string(value) })
	truce.Members(body, func(name, value []byte) {
		if told, ok := shown[string(name)]; !ok || !sameContent(json.RawMessage(told), value) {
			names = append(names, string(name))
		}
	})
	return names
}
