package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"truce"
)

// readJSON reads the body into v: strict JSON, nested at most depth deep.
func (c *call) readJSON(v any, depth int) error {
	data, err := c.body()
	if err != nil {
		return err
	}
	return strictJSON(data, v, depth)
}

// strictJSON reads data into v, a pointer to a struct. No member may stand twice,
// be unknown, or be spelt in another case: the library would take "Lat" for "lat",
// and of both the last.
func strictJSON(data []byte, v any, depth int) error {
	if err := truce.CheckJSON(data, depth); err != nil {
		return err
	}
	if err := exactMembers(data, reflect.TypeOf(v).Elem(), ""); err != nil {
		return err
	}
	err := json.Unmarshal(data, v)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return truce.E(truce.CodeInvalid, "a %s cannot stand here", wrong.Value).At("/" + strings.ReplaceAll(wrong.Field, ".", "/"))
	}
	if ours, ok := errors.AsType[*truce.Error](err); ok {
		return ours
	}
	if err != nil {
		return truce.Wrap(truce.CodeInvalid, err, "the body cannot be read")
	}
	return nil
}

// exactMembers compares the names of members with those of the struct, and of
// structs in lists of it. What is no object is left to the library to refuse.
func exactMembers(data []byte, t reflect.Type, at string) error {
	if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct {
		var items []json.RawMessage
		if json.Unmarshal(data, &items) != nil {
			return nil
		}
		for i, item := range items {
			if err := exactMembers(item, t.Elem(), fmt.Sprintf("%s/%d", at, i)); err != nil {
				return err
			}
		}
		return nil
	}
	var members map[string]json.RawMessage
	if t.Kind() != reflect.Struct || json.Unmarshal(data, &members) != nil {
		return nil
	}
	for name, value := range members {
		f, ok := fieldNamed(t, name)
		if !ok {
			return truce.E(truce.CodeInvalid, "member %q is not known", clip(name)).At(at + "/" + clip(name))
		}
		if err := exactMembers(bytes.TrimSpace(value), f.Type, at+"/"+name); err != nil {
			return err
		}
	}
	return nil
}

// fieldNamed is the field that JSON calls name; those of embedded structs count.
func fieldNamed(t reflect.Type, name string) (reflect.StructField, bool) {
	for _, f := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if tag == name {
			return f, true
		}
	}
	return reflect.StructField{}, false
}
