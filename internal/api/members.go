package api

import (
	"reflect"
	"strings"
)

// member is one member of a JSON answer, for the page.
type member struct{ Name, Type, Doc string }

// membersOf lists the members of a struct; those of structs in it follow, with
// the path to them. A type that stands in itself is listed once.
func membersOf(t reflect.Type) []member { return appendMembers(nil, "", t, map[reflect.Type]bool{}) }

func appendMembers(out []member, prefix string, t reflect.Type, above map[reflect.Type]bool) []member {
	t, list := element(t)
	if t.Kind() != reflect.Struct || above[t] || t.PkgPath() == "time" {
		return out
	}
	above[t] = true
	defer delete(above, t)
	if list {
		prefix += "[]"
	}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		at := strings.TrimPrefix(prefix+"."+name, ".")
		out = append(out, member{at, typeName(f.Type), f.Tag.Get("doc")})
		out = appendMembers(out, at, f.Type, above)
	}
	return out
}

// element is what pointers and lists lead to.
func element(t reflect.Type) (_ reflect.Type, list bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8 {
		list = list || t.Kind() == reflect.Slice
		t = t.Elem()
	}
	return t, list
}

// typeName is how JSON would call it.
func typeName(t reflect.Type) string {
	elem, list := element(t)
	name := "object"
	switch {
	case elem.PkgPath() == "time" && elem.Name() == "Time":
		name = "time"
	case elem.PkgPath() == "encoding/json":
		name = "JSON"
	default:
		name = kindName(elem.Kind())
	}
	if list {
		return "list of " + name
	}
	return name
}

func kindName(k reflect.Kind) string {
	switch k {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Int64:
		return "whole number"
	case reflect.Float64:
		return "number"
	}
	return "object"
}
