package geo

import (
	"regexp"
	"strings"
	"unicode"
)

// visible drops the runes that nobody sees and that pasted text is full of: bidirectional controls, zero-width joiners,
// the byte order mark and soft hyphens (all of category Cf). Other control characters become spaces.
func visible(r rune) rune {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		return r
	case unicode.Is(unicode.Cf, r):
		return -1
	case unicode.IsControl(r) || unicode.IsSpace(r):
		return ' '
	}
	return r
}

// foldCoord writes the digits, marks and separators of all scripts as ASCII, except the degree sign.
func foldCoord(s string) string {
	s = reWGS84.ReplaceAllString(strings.Map(foldRune, s), " ")
	return strings.TrimSpace(s)
}

var reWGS84 = regexp.MustCompile(`(?i)wgs[ _-]?(?:19)?84`)

func foldRune(r rune) rune {
	if r >= 0xFF01 && r <= 0xFF5E { // full-width ASCII
		r -= 0xFEE0
	}
	if r < 0x80 {
		return foldSpace(r)
	}
	if d, ok := digitOf(r); ok {
		return d
	}
	if m, ok := markRunes[r]; ok {
		return m
	}
	switch {
	case unicode.Is(unicode.Mn, r) || r == 'ـ': // vowel signs, combining accents, tatweel
		return -1
	case unicode.Is(unicode.Pd, r): // dashes of every length
		return '-'
	case unicode.Is(unicode.Z, r):
		return ' '
	}
	return r
}

// foldSpace makes the ends of cells and lines the strong separator.
func foldSpace(r rune) rune {
	switch r {
	case '\t', '\n', '\r':
		return ';'
	case '`':
		return '\''
	}
	return r
}

// digitOf gives the ASCII digit of any decimal digit (Unicode category Nd). Its ranges are runs of ten that begin with
// zero: Unicode Standard, chapter 4.6.
func digitOf(r rune) (rune, bool) {
	if !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	for _, t := range unicode.Nd.R16 {
		if r >= rune(t.Lo) && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10, true
		}
	}
	return 0, false
}

// markRunes are the marks that stand for an ASCII one, or for the degree sign.
var markRunes = map[rune]rune{
	'º': '°', '˚': '°', '∘': '°', '⁰': '°', 'ᵒ': '°', '゜': '°', '℃': '°',
	'′': '\'', '’': '\'', '‘': '\'', '‛': '\'', 'ʹ': '\'', 'ʼ': '\'', '´': '\'', 'ˈ': '\'', '׳': '\'', '՚': '\'',
	'″': '"', '”': '"', '“': '"', '„': '"', '‟': '"', 'ʺ': '"', '״': '"', '«': '"', '»': '"', '〃': '"', '˝': '"',
	'−': '-', '⁻': '-',
	'٫': '.', '·': '.', '٬': ',', '،': ',', '、': ',', '؛': ';', '∶': ':',
}

// otherDatum names the datum that the text states, when it is not WGS-84.
func otherDatum(s string) string {
	return strings.TrimSpace(reDatum.FindString(s))
}

// The datums that maps of the regions in question still carry.
var reDatum = regexp.MustCompile(`(?i)\b(?:ed ?-?50|nad ?-?(?:27|83)|osgb ?36|agd ?(?:66|84)|pz ?-?90|sk ?-?(?:42|63|95)|adindan|pulkovo)|(?:ск ?-?(?:42|63|95)|пз ?-?90|пулково)`)
