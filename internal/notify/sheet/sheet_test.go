package sheet

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"truce"
	"truce/internal/i18n"
)

func entries(n int) []Entry {
	out := make([]Entry, n)
	for i := range out {
		out[i] = Entry{Entry: int64(i), Subject: fmt.Sprint("site-", i), What: "new", Version: fmt.Sprintf("%064x", i),
			Body: json.RawMessage(`{"function":"hospital","names":[{"text":"M<b>10"}],"geometry":{"type":"Point","coordinates":[37.1166,36.2128],"accuracyM":30}}`)}
	}
	return out
}

// TestDraw: every entry stands there once, with its place in three notations, its
// code and its version, in every language; names are text; nothing is loaded.
func TestDraw(t *testing.T) {
	for _, lang := range i18n.Languages() {
		s := &Sheets{Register: "register.example/t", Party: "army", Lang: lang, Exercise: true, Size: 20, Root: "root=", At: time.Unix(0, 0), Entries: entries(13)}
		html, err := Draw(s)
		if err != nil {
			t.Fatal(err)
		}
		text := string(html)
		for _, want := range []string{"36.21280, 37.11660", "36°12&#39;46.1&#34;N", "37SCA3070109195", "± 30 m", "M&lt;b&gt;10", Code("army", s.Entries[12].Version), s.Entries[12].Version, "root="} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is missing", lang, want)
			}
		}
		if strings.Count(text, "<section>") != 3 || strings.Count(text, "<svg") != 13 || strings.Contains(text, "http://") && !strings.Contains(text, "www.w3.org/2000/svg") || strings.Contains(text, "<script") || strings.Contains(text, "url(") {
			t.Errorf("%s: %d sheets", lang, strings.Count(text, "<section>"))
		}
		if w, found := i18n.Reassures(lang, text); found {
			t.Errorf("%s: %q", lang, w)
		}
	}
	if _, err := Draw(&Sheets{Entries: make([]Entry, maxEntries+1)}); truce.CodeOf(err) != truce.CodeTooLarge {
		t.Errorf("%v", err)
	}
}

// TestCode: one wrong digit, or two exchanged, never make another code.
func TestCode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := Code(rapid.StringMatching("[a-z]{2,9}").Draw(t, "party"), rapid.StringMatching("[0-9a-f]{64}").Draw(t, "version"))
		if got, err := ParseCode(code); err != nil || got != code {
			t.Fatalf("%q: %q, %v", code, got, err)
		}
		digits := []byte(strings.ReplaceAll(code, " ", ""))
		i := rapid.IntRange(0, 9).Draw(t, "digit")
		wrong := append([]byte{}, digits...)
		wrong[i] = '0' + (wrong[i]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if got, err := ParseCode(string(wrong)); err == nil {
			t.Fatalf("%s for %s passes as %s", wrong, digits, got)
		}
		if i < 9 && digits[i] != digits[i+1] {
			digits[i], digits[i+1] = digits[i+1], digits[i]
			if got, err := ParseCode(string(digits)); err == nil {
				t.Fatalf("%s passes as %s", digits, got)
			}
		}
	})
	if Code("army", "v") == Code("group", "v") {
		t.Error("the code of one party is that of another")
	}
	arabic := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + '٠'
		}
		return r
	}, Code("army", "v"))
	if got, err := ParseCode(arabic); err != nil || got != Code("army", "v") {
		t.Errorf("%q: %q, %v", arabic, got, err)
	}
	for _, bad := range []string{"", "1234", "12345678901", "12a4 5678 90", strings.Repeat("1", 1000)} {
		if _, err := ParseCode(bad); truce.CodeOf(err) != truce.CodeInvalid || truce.HintOf(err) == "" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzParseCode(f *testing.F) {
	f.Add("1234 5678 90")
	f.Add(Code("army", "v"))
	f.Fuzz(func(t *testing.T, s string) {
		if got, err := ParseCode(s); err == nil && len(got) != 12 {
			t.Fatal(got)
		}
	})
}
