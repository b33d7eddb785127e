package i18n

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// TestLevelsAreDistinct: in every language the seven acknowledgements have seven words,
// none within another, and seven icons, one plain character each, that are no check
// mark, no cross, crescent or crystal, and need no colour.
func TestLevelsAreDistinct(t *testing.T) {
	icons := map[string]bool{}
	for _, level := range Levels() {
		icon := LevelIcon(level)
		r, size := utf8.DecodeRuneInString(icon)
		if size != len(icon) || icons[icon] || strings.ContainsRune("✓✔☑✗✘+×✕✚☪☾◇◆♦", r) || unicode.IsLetter(r) || r >= 0x1F000 {
			t.Errorf("the icon of %s is %q", level, icon)
		}
		icons[icon] = true
	}
	for _, lang := range Languages() {
		for i, a := range Levels() {
			word := Text(lang, "level."+a, nil)
			if word == "level."+a || word == "" {
				t.Errorf("%s has no word for %s", lang, a)
			}
			if bad, found := Reassures(lang, word); found {
				t.Errorf("%s: %q says %q", lang, word, bad)
			}
			for j, b := range Levels() {
				if other := Text(lang, "level."+b, nil); i != j && strings.Contains(plain(other), strings.TrimSpace(plain(word))) {
					t.Errorf("%s: %q stands within %q", lang, word, other)
				}
			}
		}
	}
	if LevelIcon("agreed") != "" {
		t.Error("an icon for what is no acknowledgement")
	}
}
