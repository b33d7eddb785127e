package api

import (
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"sync"

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
// structs in lists of it. What is no object is left to the library to refuse. data
// has passed truce.CheckJSON.
func exactMembers(data []byte, t reflect.Type, at string) (err error) {
	if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct {
		i := 0
		truce.Items(data, func(item []byte) {
			if err == nil {
				err = exactMembers(item, t.Elem(), at+"/"+strconv.Itoa(i))
			}
			i++
		})
	}
	if t.Kind() != reflect.Struct {
		return err
	}
	known := memberTypes(t)
	truce.Members(data, func(name, value []byte) {
		if err != nil {
			return
		}
		if of, ok := known[string(name)]; !ok {
			err = truce.E(truce.CodeInvalid, "member %q is not known", clip(string(name))).At(at + "/" + clip(string(name)))
		} else if of != nil {
			err = exactMembers(value, of, at+"/"+string(name))
		}
	})
	return err
}

// memberTypes are the members of a struct, those of embedded ones too, by the names
// that JSON gives them, each with its type where that has members of its own.
func memberTypes(t reflect.Type) map[string]reflect.Type {
	if known, ok := membersKnown.Load(t); ok {
		return known.(map[string]reflect.Type)
	}
	known := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		known[name] = nil
		if k := f.Type.Kind(); k == reflect.Struct || k == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct {
			known[name] = f.Type
		}
	}
	membersKnown.Store(t, known)
	return known
}

var membersKnown sync.Map // reflect.Type to map[string]reflect.Type
