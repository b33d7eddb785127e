package i18n

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var placeholder = regexp.MustCompile(`\{[a-zA-Z]+\}`)

// TestCatalogues: every language has every key, with the placeholders of the
// English text (a plural form may leave out its number), and says nothing that
// it must not.
func TestCatalogues(t *testing.T) {
	for _, lang := range Languages() {
		if got := slices.Sorted(maps.Keys(catalogue[lang])); !slices.Equal(got, Keys()) {
			t.Errorf("%s has the keys %v, English %v", lang, got, Keys())
		}
		for key, m := range catalogue[lang] {
			if m.count != english[key].count {
				t.Errorf("%s %s counts %q, English %q", lang, key, m.count, english[key].count)
			}
			for form, text := range m.forms {
				checkText(t, lang, key, m.count, text)
				if text == "" {
					t.Errorf("%s %s: form %v is empty", lang, key, form)
				}
			}
		}
	}
}

func checkText(t *testing.T, lang Lang, key, count, text string) {
	t.Helper()
	want := map[string]bool{}
	for _, p := range placeholder.FindAllString(english[key].forms[0], -1) {
		want[p] = true
	}
	got := map[string]bool{}
	for _, p := range placeholder.FindAllString(text, -1) {
		got[p] = true
	}
	delete(want, "{"+count+"}")
	delete(got, "{"+count+"}")
	if !maps.Equal(got, want) {
		t.Errorf("%s %s has the placeholders %v, want %v", lang, key, got, want)
	}
	if word, bad := Reassures(lang, text); bad {
		t.Errorf("%s %s says %q: %s", lang, key, word, text)
	}
}

func TestReassures(t *testing.T) {
	for _, c := range []struct {
		lang Lang
		text string
		want bool
	}{
		{English, "The road is clear.", true}, {English, "Clearly, it is not.", false}, {English, "APPROVED", true},
		{English, "this is not protected", true}, {English, "not registered", false}, {English, "Unsafe? Safe!", true},
		{English, "safekeeping", false}, {English, "no targets", true},
		{Russian, "Здесь безопасно", true}, {Russian, "не защищено", true}, {Russian, "целиком", false}, {Russian, "Цель.", true},
		{French, "C’est sûr", true}, {French, "zone sécurisée", true}, {French, "mesure", false}, {French, "des cibles", true},
		{Ukrainian, "тут безпечно", true}, {Ukrainian, "не захищений", true}, {Ukrainian, "цілком", false},
		{Arabic, "المكان آمِن", true}, {Arabic, "منطقة غير محميّة", true}, {Arabic, "مسجَّل", false},
	} {
		if word, got := Reassures(c.lang, c.text); got != c.want {
			t.Errorf("%s %q: %v (%s), want %v", c.lang, c.text, got, word, c.want)
		}
	}
	for _, lang := range Languages() {
		if len(reassuring[lang]) < 10 {
			t.Errorf("%s has too few words: %v", lang, reassuring[lang])
		}
	}
}

func TestPlurals(t *testing.T) {
	for _, c := range []struct {
		lang Lang
		n    any
		want string
	}{
		{English, 1, "1 second old"}, {English, 0, "0 seconds old"}, {English, int64(21), "21 seconds old"},
		{Russian, 1, "1 секунду"}, {Russian, 21, "21 секунду"}, {Russian, 3, "3 секунды"}, {Russian, 11, "11 секунд "}, {Russian, 12, "12 секунд "},
		{Russian, int64(5_000_000_000_002), "5000000000002 секунды"},
		{Ukrainian, 1, "1 секунду"}, {Ukrainian, 22, "22 секунди"}, {Ukrainian, 5, "5 секунд "},
		{French, 0, "0 seconde."}, {French, 1, "1 seconde."}, {French, 2, "2 secondes."},
		{Arabic, 1, "ثانية واحدة"}, {Arabic, 2, "ثانيتان"}, {Arabic, 7, "7 ثوانٍ"}, {Arabic, 11, "11 ثانية"}, {Arabic, 100, "100 ثانية"},
	} {
		got := Text(c.lang, "notice.nothing", Args{"seconds": c.n, "entry": 7})
		if !strings.Contains(got, c.want) || !strings.Contains(got, "7") || strings.Contains(got, "{") {
			t.Errorf("%s %v: %q, want %q in it", c.lang, c.n, got, c.want)
		}
	}
}

func TestFallBack(t *testing.T) {
	if got := Text("tlh", "state.inForce", nil); got != "in force" {
		t.Errorf("a language that is not there: %q", got)
	}
	if got := Text(French, "no.such.key", nil); got != "no.such.key" {
		t.Errorf("a key that is not there: %q", got)
	}
	for wanted, want := range map[string]Lang{"ar-SY": Arabic, "fr;q=0.5, uk;q=0.9": Ukrainian, "": English, "xx": English,
		"ru": Russian, "\x00;;;": English, strings.Repeat("a", 1000): English, "de, fr;q=0.1": French} {
		if got := Match(wanted); got != want {
			t.Errorf("%.30q: %s, want %s", wanted, got, want)
		}
	}
	if !Arabic.RightToLeft() || Russian.RightToLeft() {
		t.Error("only Arabic runs from right to left")
	}
}
