package i18n

import (
	_ "embed" // the list of words
	"strings"
	"unicode"
)

// list holds the words, in a file of its own: the house's test for such words
// looks at every text in the code.
//
//go:embed reassuring.txt
var list string

var reassuring = readList(list)

func readList(text string) map[Lang][]string {
	out := map[Lang][]string{}
	var lang Lang
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			lang = Lang(strings.Trim(line, "[]"))
		default:
			out[lang] = append(out[lang], line)
		}
	}
	return out
}

// Reassures finds a word in text that the register must not say in lang, and
// gives it. Case does not count, nor do Arabic vowel signs.
func Reassures(lang Lang, text string) (word string, found bool) {
	words := plain(text)
	for _, w := range reassuring[lang] {
		pattern := " " + strings.TrimSuffix(plain(w)[1:], " ")
		if !strings.HasSuffix(w, "*") {
			pattern += " "
		}
		if strings.Contains(words, pattern) {
			return w, true
		}
	}
	return "", false
}

// plain is the words of a text in lower case with one space around each, and
// without marks that stand above or below a letter.
func plain(text string) string {
	var b strings.Builder
	b.WriteByte(' ')
	for _, r := range strings.ToLower(text) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case !strings.HasSuffix(b.String(), " "):
			b.WriteByte(' ')
		}
	}
	if !strings.HasSuffix(b.String(), " ") {
		b.WriteByte(' ')
	}
	return b.String()
}
