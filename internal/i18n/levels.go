package i18n

import "maps"

// The words and icons of the seven acknowledgements (domain.md 2.6, F21). They are
// different things: no word of one stands in another, and no icon is a check mark, a
// colour or a protective emblem.

// Levels are the codes of the acknowledgements, in the order of the ladder.
func Levels() []string {
	return []string{"received", "readBack", "relayed", "loaded", "noted", "willComply", "objects"}
}

// LevelIcon is the sign of an acknowledgement: one character that a black and white
// printer and a terminal can show. It is empty for what is none.
func LevelIcon(level string) string { return levelIcons[level] }

var levelIcons = map[string]string{"received": "•", "readBack": "↺", "relayed": "→", "loaded": "■", "noted": "○", "willComply": "▲", "objects": "≠"}

func init() {
	for lang, words := range levelWords {
		for i, word := range words {
			catalogue[lang]["level."+Levels()[i]] = one(word)
		}
	}
	maps.Copy(catalogue[English], map[string]message{"sheet.answers": one("Answer in one of these words; none stands for another")})
	maps.Copy(catalogue[French], map[string]message{"sheet.answers": one("Répondez par un de ces mots ; aucun n’en remplace un autre")})
	maps.Copy(catalogue[Arabic], map[string]message{"sheet.answers": one("أجب بإحدى هذه الكلمات؛ لا تقوم واحدة مقام أخرى")})
	maps.Copy(catalogue[Russian], map[string]message{"sheet.answers": one("Ответьте одним из этих слов; ни одно не заменяет другого")})
	maps.Copy(catalogue[Ukrainian], map[string]message{"sheet.answers": one("Дайте відповідь одним із цих слів; жодне не замінює іншого")})
}

// levelWords are in the order of Levels.
var levelWords = map[Lang][]string{
	English:   {"received", "read back", "relayed", "loaded", "noted without objection", "will comply", "objects"},
	French:    {"reçu", "collationné", "transmis", "chargé", "noté sans objection", "s’y conformera", "s’oppose"},
	Arabic:    {"استُلم", "أُعيدت قراءته", "نُقل", "حُمّل", "أُحيط به علماً دون اعتراض", "سيلتزم", "يعترض"},
	Russian:   {"получено", "зачитано обратно", "передано", "загружено", "принято к сведению без возражений", "будет исполнять", "возражает"},
	Ukrainian: {"отримано", "зачитано назад", "передано", "завантажено", "взято до відома без заперечень", "виконуватиме", "заперечує"},
}
