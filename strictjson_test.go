package truce

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// What CheckJSON takes, the standard library takes; what the standard library
// takes, CheckJSON refuses for one of its stated reasons only.
func FuzzCheckJSON(f *testing.F) {
	for _, s := range []string{goodSite, `{}`, `[]`, `[1,-0.5e+3,"a\u00e9\n",true,null,{"a":[]}]`, `01`, `-`, `1.`, `1e`, `.5`, `"\x"`, `"\u12g4"`,
		`{"a":1,}`, `[1,]`, `{"a" 1}`, `{1:2}`, `tru`, `nullx`, "{\"a\": 1 \n,\"b\":true\t,\"c\" : null\r}", ` 1 `, `1 2`, `{"a":1,"a":2}`, "\"\x01\"", `"`, `{"a`, `[[[[`, "\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		Members(data, func(_, _ []byte) {}) // whatever it is: no panic
		Items(data, func([]byte) {})
		err := CheckJSON(data, 8)
		valid := json.Valid(data) && utf8.Valid(data)
		if err == nil && !valid {
			t.Fatalf("%q was taken for JSON", data)
		}
		if err == nil {
			sameMembers(t, data)
		}
		if err != nil && valid && !statedReason(err) {
			t.Fatalf("%q was refused: %v", data, err)
		}
	})
}

func statedReason(err error) bool {
	for _, reason := range []string{"twice", "escapes", "deeper", "more than"} {
		if strings.Contains(err.Error(), reason) {
			return true
		}
	}
	return false
}

// sameMembers: walking the members by hand gives what the decoder gives.
func sameMembers(t *testing.T, data []byte) {
	var want map[string]json.RawMessage
	if json.Unmarshal(data, &want) != nil || want == nil {
		return
	}
	n := 0
	Members(data, func(name, value []byte) {
		n++
		if got := string(value); got != string(want[string(name)]) {
			t.Fatalf("%q: member %q is %q, want %q", data, name, got, want[string(name)])
		}
	})
	if n != len(want) {
		t.Fatalf("%q: %d members, want %d", data, n, len(want))
	}
}

func BenchmarkParseStatement(b *testing.B) {
	for b.Loop() {
		if _, err := ParseStatement([]byte(goodSite)); err != nil {
			b.Fatal(err)
		}
	}
}

// White space may stand anywhere in what others write.
func TestWhiteSpaceBehindAValue(t *testing.T) {
	spec, _ := SpecOf(SiteRegister)
	body := "{\"function\": \"hospital\" , \"geometry\": {} ,\"duress\": true\n, \"coord\": {\"entered\": \"x\" , \"accuracyM\": 5 } }"
	if err := CheckBody(spec.Fields, json.RawMessage(body)); err != nil {
		t.Error(err)
	}
	var items []string
	Items(json.RawMessage("[1 , true\t,null ]"), func(v []byte) { items = append(items, string(v)) })
	if strings.Join(items, "|") != "1|true|null" {
		t.Errorf("items %q", items)
	}
}

func TestMembersOfWhatIsNoJSON(t *testing.T) {
	for _, s := range []string{``, `{`, `{"a"`, `{"a":`, `{"a":1`, `{"a" 1}`, `[`, `[1`} {
		if Members(json.RawMessage(s), func(_, _ []byte) {}) || Items(json.RawMessage(s), func([]byte) {}) {
			t.Errorf("%q was walked to its end", s)
		}
	}
}

// TestPlainRun: what is passed over in words of eight bytes is what byte by byte
// says, and not more than seven bytes of it are left.
func TestPlainRun(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		data := rapid.SliceOfN(rapid.SampledFrom([]byte("abc=/ \x7f\x80\xff\xa2\xdc\x1f\x00\"\\")), 0, 40).Draw(rt, "data")
		plain := 0
		for plain < len(data) && data[plain] >= ' ' && data[plain] != '"' && data[plain] != '\\' {
			plain++
		}
		if n := plainRun(data); n > plain || n < plain/8*8 {
			rt.Fatalf("%q: %d of %d plain bytes", data, n, plain)
		}
	})
}
