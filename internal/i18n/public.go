package i18n

import "maps"

// The catalogue is written in parts, one for each surface that speaks to people:
// init puts the public's beside the first. A key that two parts have is a slip,
// and found by any test.
func init() {
	for lang, part := range map[Lang]map[string]message{English: englishPublic, Arabic: arabicPublic, Russian: russianPublic,
		French: frenchPublic, Ukrainian: ukrainianPublic} {
		for key := range part {
			if _, twice := catalogue[lang][key]; twice {
				panic("i18n: " + key + " stands in two parts of the catalogue")
			}
		}
		maps.Copy(catalogue[lang], part)
	}
}

var ownNames = map[Lang]string{English: "English", Arabic: "العربية", Russian: "Русский", French: "Français", Ukrainian: "Українська"}

// OwnName is the name of the language in itself.
func (l Lang) OwnName() string { return ownNames[l] }
