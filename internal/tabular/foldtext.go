package tabular

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// foldText writes text so that spellings which people do not tell apart are
// equal: lower case, without accents and Arabic vowel signs, compatibility
// forms resolved (Unicode NFKD), the Arabic letters that are exchanged in
// writing made one (alef with hamza, final yeh, teh marbuta, Persian yeh and
// kaf), digits of every script as ASCII.
func foldText(s string) string {
	if isLowerASCII(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(s) {
		if r = foldLetter(r); r >= 0 {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isLowerASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			return false
		}
	}
	return true
}

// foldedLetters are letters that NFKD leaves apart.
var foldedLetters = map[rune]rune{
	'ى': 'ي', 'ی': 'ي', 'ې': 'ي', 'ک': 'ك', 'ة': 'ه', 'ۀ': 'ه', 'ە': 'ه', 'ٱ': 'ا',
	'ı': 'i', 'ø': 'o', 'ł': 'l', 'đ': 'd', 'ð': 'd', 'ħ': 'h',
	'’': '\'', '‘': '\'', 'ʼ': '\'', 'ʻ': '\'', '`': '\'', '´': '\'', '′': '\'',
}

// foldLetter gives -1 for what is left out.
func foldLetter(r rune) rune {
	if r < utf8.RuneSelf {
		return unicode.ToLower(r)
	}
	if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) || r == 'ـ' || r == 'ء' {
		return -1
	}
	r = unicode.ToLower(r)
	if to, ok := foldedLetters[r]; ok {
		return to
	}
	return asciiDigit(r)
}

// asciiDigit gives the ASCII digit of a decimal digit: the ranges of Unicode
// category Nd are runs of ten that begin with zero (Unicode Standard, 4.6).
func asciiDigit(r rune) rune {
	if r < utf8.RuneSelf || !unicode.Is(unicode.Nd, r) {
		return r
	}
	for _, t := range unicode.Nd.R16 {
		if r >= rune(t.Lo) && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	return r
}

// wordsOf splits folded text into runs of letters and digits. An apostrophe
// divides words, except between Cyrillic letters, where it is part of one.
func wordsOf(folded string) []string {
	var out []string
	start := -1
	prev := ' '
	for i, r := range folded {
		inWord := unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'' && unicode.Is(unicode.Cyrillic, prev)
		switch {
		case inWord && start < 0:
			start = i
		case !inWord && start >= 0:
			out, start = append(out, folded[start:i]), -1
		}
		prev = r
	}
	if start >= 0 {
		out = append(out, folded[start:])
	}
	return out
}

// splitCase puts a space where a lower-case letter is followed by an upper-case
// one, so that operatorOrg is two words.
func splitCase(s string) string {
	var b strings.Builder
	lower := false
	for _, r := range s {
		if lower && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		lower = unicode.IsLower(r)
	}
	return b.String()
}

// headingKey is the words of a heading run together, and the words.
func headingKey(s string) (string, []string) {
	words := wordsOf(strings.ReplaceAll(foldText(splitCase(s)), "'", ""))
	return strings.Join(words, ""), words
}

// phrase is text as the tables of synonyms hold it: folded words with single
// spaces.
func phrase(s string) string { return strings.Join(wordsOf(foldText(s)), " ") }
