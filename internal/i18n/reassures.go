package i18n

import (
	"strings"
	"unicode"
)

// reassuring are words and beginnings of words (ending in *) that no text of the
// register may say to a person: each would let it be read as "go ahead" or "there
// is nothing here", or would name somebody something to be hit (design.md 2 and 3).
var reassuring = map[Lang][]string{
	English: {"safe", "safely", "safety", "clear", "cleared", "clearance", "approv*", "authoris*", "authoriz*", "permitted",
		"not protected", "unprotected", "no protection", "target*", "enemy", "violator*", "harmless", "free to", "ok", "green light"},
	Arabic: {"آمن*", "الآمن*", "مأمون*", "سليم", "خال من", "خالٍ من", "خالي من", "موافق عليه", "مصرح*", "مسموح*", "مرخص*", "غير محمي*", "بلا حماية", "هدف", "الهدف", "أهداف", "عدو", "العدو"},
	Russian: {"безопасн*", "чисто", "свободно", "разреш*", "одобр*", "допущен*", "не защищ*", "незащищ*", "без защиты", "цель", "цели", "целей",
		"враг*", "противник*", "нарушител*"},
	French: {"sûr", "sûre", "sûrs", "sûreté", "sécurisé*", "sans danger", "sans risque", "dégagé*", "libre", "approuv*", "autoris*", "permis",
		"non protégé*", "pas protégé*", "sans protection", "cible*", "ennemi*"},
	Ukrainian: {"безпечн*", "чисто", "вільно", "дозвол*", "схвал*", "допущен*", "не захищ*", "незахищ*", "без захисту", "ціль", "цілі", "цілей",
		"ворог*", "ворож*", "противник*", "порушник*"},
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
