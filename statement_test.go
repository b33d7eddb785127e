package truce

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

const goodSite = `{"kind":"site.register","register":"register.example/aleppo","author":"relief","subject":"site-abc",
"madeAt":"2016-08-10T09:00:00Z","status":"exercise","nonce":"0123456789abcdef","audience":["role:guarantor","party:mon"],"lang":"en",
"body":{"names":[{"text":"مشفى","lang":"ar"}],"function":"hospital","geometry":{"type":"Point","coordinates":[37.1,36.2],"accuracyM":200},
"validFrom":"2016-08-11","validUntil":{"at":"2016-09","precision":"month","zone":"Asia/Damascus"},"notes":"x"}}`

func TestParseStatement(t *testing.T) {
	s, err := ParseStatement([]byte(goodSite))
	if err != nil {
		t.Fatal(err)
	}
	if s.Kind != SiteRegister || s.Author != "relief" || s.Status != Exercise || !s.Audience.Includes("mon", RoleMonitor) {
		t.Errorf("read wrong: %+v", s)
	}
	c, err := ParseContent(s.Body)
	if err != nil || c.Title() != "مشفى" || c.Type() != "hospital" || c.ValidUntil.Precision != Month {
		t.Errorf("content read wrong: %+v, %v", c, err)
	}
}

// Each case changes the good statement in one place; it must be refused there.
func TestParseStatementRefuses(t *testing.T) {
	for _, c := range []struct{ name, old, new, field, message string }{
		{"unknown member", `"lang"`, `"tongue"`, "/tongue", "not known"},
		{"other case", `"kind"`, `"Kind"`, "/Kind", "not known"},
		{"twice", `"lang":"en"`, `"lang":"en","lang":"fr"`, "", "twice"},
		{"twice in the body", `"notes":"x"`, `"notes":"x","notes":"y"`, "", "twice"},
		{"escaped name", `"lang":`, `"l\u0061ng":`, "", "escapes"},
		{"kind", `site.register`, `site.destroy`, "/kind", "not known"},
		{"origin", `register.example/aleppo`, `https://UPPER`, "/register", "origin"},
		{"author", `"relief"`, `"Relief Agency"`, "/author", "id of a party"},
		{"subject", `"site-abc"`, `"../etc"`, "/subject", "id of an object"},
		{"time", `2016-08-10T09:00:00Z`, `0000-01-01T00:00:00Z`, "/madeAt", "time"},
		{"time form", `2016-08-10T09:00:00Z`, `yesterday`, "", "cannot"},
		{"status", `"exercise"`, `"draft"`, "/status", "actual"},
		{"nonce", `0123456789abcdef`, `short`, "/nonce", "random"},
		{"audience", `role:guarantor`, `role:everyone`, "/audience", "not known"},
		{"lang", `"en",`, `"e n",`, "/lang", "language"},
		{"missing function", `"function":"hospital",`, ``, "/body/function", "missing"},
		{"wrong code", `"hospital"`, `"fortress"`, "/body/function", "not a function"},
		{"unknown field", `"notes"`, `"remarks"`, "/body/remarks", "not known"},
		{"forbidden field", `"notes"`, `"targetPriority"`, "/body/targetPriority", "refused"},
		{"forbidden nested", `"lang":"ar"`, `"weapon":"ar"`, "/body/names/0/weapon", "refused"},
		{"date", `"2016-08-11"`, `"2016-13-11"`, "/body/validFrom", "not a date"},
		{"date precision", `"precision":"month"`, `"precision":"day"`, "/body/validUntil", "precision"},
		{"zone", `Asia/Damascus`, `Asia/Aleppo2`, "/body/validUntil", "time zone"},
		{"control character", `"notes":"x"`, `"notes":"x\u0007"`, "/body/notes", "control"},
		{"bidi override", `"notes":"x"`, `"notes":"x\u202e"`, "/body/notes", "control"},
		{"text for number", `"notes":"x"`, `"notes":7`, "/body/notes", "text"},
		{"not UTF-8", `"x"`, "\"\xff\"", "", "UTF-8"},
		{"body no object", `"body":{`, `"body":[],"seen":{`, "", "cannot"},
		{"trailing", `"notes":"x"}}`, `"notes":"x"}} {}`, "", "not JSON"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bad := strings.Replace(goodSite, c.old, c.new, 1)
			if bad == goodSite {
				t.Fatal("the case changes nothing")
			}
			_, err := ParseStatement([]byte(bad))
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("not refused: %v", err)
			}
			if c.field != "" && e.Field != c.field || !strings.Contains(e.Error(), c.message) {
				t.Errorf("got %q at %q, want %q at %q", e.Error(), e.Field, c.message, c.field)
			}
		})
	}
}

func TestValidOrigin(t *testing.T) {
	for origin, want := range map[string]bool{
		"register.example/aleppo": true, "localhost:8448": true, "a.example/x_y-z/2016": true,
		"": false, "https://register.example/aleppo": false, "register.example//aleppo": false, "Register.example": false,
		"register.example/a b": false, "/register.example": false, "register.example/+x": false,
	} {
		if ValidOrigin(origin) != want {
			t.Errorf("%q: %v", origin, !want)
		}
	}
}

func TestParseStatementBounds(t *testing.T) {
	deep := strings.Replace(goodSite, `"x"`, strings.Repeat("[", 100000)+strings.Repeat("]", 100000), 1)
	if _, err := ParseStatement([]byte(deep)[:MaxStatement]); CodeOf(err) != CodeInvalid {
		t.Errorf("deep nesting: %v", err)
	}
	if _, err := ParseStatement([]byte(deep)); CodeOf(err) != CodeTooLarge {
		t.Errorf("size: %v", err)
	}
	many := `{` + strings.Repeat(`"a":1,`, 300)
	many = strings.TrimSuffix(many, ",") + `}`
	if err := CheckJSON([]byte(many), 4); err == nil {
		t.Error("300 equal members were accepted")
	}
}

// Every kind's table is coherent: codes where choices are, members where
// groups are, a disclosure group on every top field, unique names.
func TestKindTable(t *testing.T) {
	seen := map[Kind]bool{}
	for _, k := range Kinds() {
		if seen[k.Kind] || k.Doc == "" || k.Kind.Object() == "" || k.Kind.Act() == "" {
			t.Errorf("%s: twice, or without a sentence", k.Kind)
		}
		seen[k.Kind] = true
		if k.Signers == ByKey && !ValidScope(k.Scope) {
			t.Errorf("%s: no scope", k.Kind)
		}
		checkFields(t, string(k.Kind), k.Fields, k.Kind.Object() != "key" && k.Kind.Object() != "party")
	}
	if len(seen) != 71 {
		t.Errorf("%d kinds", len(seen))
	}
}

func checkFields(t *testing.T, at string, fields []Field, disclose bool) {
	names := map[string]bool{}
	for _, f := range fields {
		here := at + "/" + f.Name
		if names[f.Name] || f.Doc == "" || ForbiddenName(f.Name) {
			t.Errorf("%s: twice, undocumented or of a forbidden name", here)
		}
		names[f.Name] = true
		if disclose && f.Disclose == "" {
			t.Errorf("%s: no disclosure group", here)
		}
		if f.Type == Choice && (f.Codes == nil || len(f.Codes.Codes) == 0) {
			t.Errorf("%s: no codes", here)
		}
		if (f.Type == Group || f.Type == List) && len(f.Of) == 0 {
			t.Errorf("%s: no members", here)
		}
		if (f.Type == List || f.Type == Texts || f.Type == Text) && f.Max == 0 {
			t.Errorf("%s: no bound", here)
		}
		checkFields(t, here, f.Of, false)
	}
}

func TestForbiddenName(t *testing.T) {
	for name, want := range map[string]bool{
		"target": true, "Target Type": true, "weapon_used": true, "unitPosition": true, "firing-position": true,
		"OriginOfFire": true, "troop strength": true, "Order of battle": true, "launch_site": true, "TARGETS": true,
		"name": false, "water tank": true, "position": false, "unit": false, "bed_count": false, "fire station": false, "origin": false,
		"starget": false, "#targeted": false, "People targeted": false, "цель поездки": false, "Военные цели": true, "Огневая позиция": true, "هدف عسكري": true, "الأسلحة المستخدمة": true,
		"Objectif militaire": true, "objectif": false, "armes": true, "зброя": true,
	} {
		if got := ForbiddenName(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

func TestBodyFaultsShowsAll(t *testing.T) {
	faults := BodyFaults(SiteFields, json.RawMessage(`{"function":"x","notes":1,"names":[{}]}`))
	if len(faults) != 4 {
		t.Errorf("%d faults: %v", len(faults), faults)
	}
}

func FuzzParseStatement(f *testing.F) {
	f.Add([]byte(goodSite))
	f.Add([]byte(`{"kind":"site.register","body":{}}`))
	f.Add([]byte(`[[[[`))
	f.Add([]byte(`{"a":"\"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := ParseStatement(data)
		if (s == nil) == (err == nil) && err == nil {
			t.Fatal("neither statement nor error")
		}
		if err == nil && !json.Valid(data) {
			t.Fatal("accepted what is not JSON")
		}
	})
}
