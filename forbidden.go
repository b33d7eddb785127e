package truce

import (
	"strings"
	"unicode"
)

// forbiddenWords are words in the name of a field that the register has no
// place for: targets, positions of forces or weapons, origins of fire (guard
// rail 1, domain.md 1.2). A name is split at case changes and separators.
var forbiddenWords = map[string]bool{
	"target": true, "targets": true, "targeting": true,
	"weapon": true, "weapons": true, "weaponry": true, "ammunition": true, "munition": true, "munitions": true,
	"firing": true, "launcher": true, "launchers": true, "artillery": true, "mortar": true, "tank": true, "tanks": true,
	"troop": true, "troops": true, "enemy": true, "hostile": true, "combatant": true, "combatants": true,
	"fighters": true, "unitposition": true, "unitpositions": true, "forceposition": true, "firingposition": true,
	"launchsite": true, "originoffire": true, "strikelist": true,
	// Weapons in Arabic, Russian, Ukrainian, French and Spanish. The words for a
	// target mean a purpose too in these languages: they stand among the pairs.
	"سلاح": true, "أسلحة": true, "السلاح": true, "الأسلحة": true, "ذخيرة": true,
	"оружие": true, "вооружение": true, "боеприпасы": true, "артиллерия": true, "противник": true,
	"зброя": true, "озброєння": true, "боєприпаси": true, "артилерія": true, "ворог": true,
	"arme": true, "armes": true, "armement": true, "cible": true, "cibles": true,
	"arma": true, "armas": true, "municiones": true,
}

// forbiddenPairs are two words that are forbidden next to each other only.
var forbiddenPairs = map[string]bool{
	"unit position": true, "unit positions": true, "unit location": true, "force position": true, "force positions": true,
	"force location": true, "force strength": true, "troop strength": true, "launch site": true, "origin fire": true, "fire origin": true,
	"военная цель": true, "военные цели": true, "воєнна ціль": true, "воєнні цілі": true, "هدف عسكري": true, "أهداف عسكرية": true,
	"objectif militaire": true, "objectifs militaires": true, "objetivo militar": true, "objetivos militares": true,
	"position militaire": true, "positions militaires": true, "военная позиция": true, "огневая позиция": true, "огневые позиции": true,
	"вогнева позиція": true, "موقع عسكري": true, "مواقع عسكرية": true, "military position": true, "military positions": true, "military unit": true, "order battle": true,
}

// ForbiddenName reports whether a field of that name would hold what the
// register must not hold.
func ForbiddenName(name string) bool {
	words := nameWords(name)
	for i, w := range words {
		if forbiddenWords[w] || i > 0 && forbiddenPairs[words[i-1]+" "+w] {
			return true
		}
	}
	return forbiddenWords[strings.Join(words, "")]
}

// RefuseName is the error for a field that ForbiddenName reports.
func RefuseName(name string) *Error {
	return E(CodeRefused, "field %q is refused: the register holds what is to be spared and what was agreed, "+
		"never positions of forces or weapons, or what is to be attacked", clip(name)).
		WithHint("take the field out of the source")
}

// nameWords splits a name into lower-case words; "of" and "the" do not count.
func nameWords(name string) []string {
	var words []string
	var w strings.Builder
	flush := func() {
		if s := strings.ToLower(w.String()); s != "" && s != "of" && s != "the" {
			words = append(words, s)
		}
		w.Reset()
	}
	lower := false
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) || unicode.IsUpper(r) && lower {
			flush()
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			w.WriteRune(r)
		}
		lower = unicode.IsLower(r)
	}
	flush()
	return words
}
