package truce

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// decoded reads a whole text with a JSONReader, as the library would.
func decoded(r *JSONReader) (v any, err error) {
	r.s.space()
	switch c := r.s.peek(); {
	case c == '{':
		m := map[string]any{}
		return m, r.Object(func(name string) error {
			m[name], err = decoded(r)
			return err
		})
	case c == '[':
		list := []any{}
		err := r.Array(func() error {
			v, err := decoded(r)
			list = append(list, v)
			return err
		})
		return list, err
	case c == '"':
		return r.Text()
	case c == 't' || c == 'f':
		return r.Bool()
	case c == 'n':
		_, err := r.Value()
		return nil, err
	}
	return r.Number()
}

// FuzzJSONReader: what it reads it reads as the library does, and it reads what
// CheckJSON passes and nothing else, but for numbers that the library has not either.
func FuzzJSONReader(f *testing.F) {
	for _, s := range []string{`{"a":[1,-2.5e3,"x\u00e9\n",true,false,null,{}],"b":{"c":[[]]}}`, ` [ ] `, `{"a":1,"a":2}`, `[1,]`, `{"a" 1}`, `"` + "\xff" + `"`, `01`, `{}x`, `[[[[[[[[[1]]]]]]]]]`, `1e999`, `tru`, `"\ud800"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		const depth = 8
		checked := CheckJSON(data, depth)
		r, err := NewJSONReader(data, depth)
		var got, want any
		if err == nil {
			if got, err = decoded(r); err == nil {
				err = r.End()
			}
		}
		if unmarshalled := json.Unmarshal(data, &want); unmarshalled == nil && checked == nil && err != nil || err == nil && unmarshalled != nil {
			t.Fatalf("%q: %v; CheckJSON %v, the library %v", data, err, checked, unmarshalled)
		}
		if err == nil && checked != nil {
			t.Fatalf("%q is read, and is refused by CheckJSON: %v", data, checked)
		}
		if err == nil && !reflect.DeepEqual(got, want) {
			t.Fatalf("%q: %v, want %v", data, got, want)
		}
		for _, read := range []func(*JSONReader) error{
			func(r *JSONReader) error { _, err := r.Value(); return err },
			func(r *JSONReader) error { _, err := r.Int(); return err },
			func(r *JSONReader) error { return r.Array(func() error { _, err := r.Value(); return err }) },
		} {
			if r, err := NewJSONReader(data, depth); err == nil && read(r) == nil && r.End() == nil && checked != nil {
				t.Fatalf("%q is read, and is no JSON: %v", data, checked)
			}
		}
	})
}

// TestPlainRunEnds: it stops at the first byte that ends a plain run, or before the last
// bytes that are no whole word.
func TestPlainRunEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOf(rapid.OneOf(rapid.ByteRange('a', 'z'), rapid.Byte(), rapid.SampledFrom([]byte{'"', '\\', 0x1f, 0x20, 0x21, 0x23, 0x5b, 0x5d, 0x80, 0xa2, 0xdc, 0xff}))).Draw(t, "data")
		want := slices.IndexFunc(data, func(c byte) bool { return c == '"' || c == '\\' || c < ' ' })
		if words := len(data) &^ 7; want < 0 || want >= words {
			want = words
		}
		if got := plainRun(data); got != want {
			t.Fatalf("%q: %d, want %d", data, got, want)
		}
	})
}
