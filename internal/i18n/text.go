package i18n

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Lang is a language that the catalogue has, as a BCP 47 tag.
type Lang string

// The languages. English is the one that others fall back to.
const (
	English   Lang = "en"
	Arabic    Lang = "ar"
	Russian   Lang = "ru"
	French    Lang = "fr"
	Ukrainian Lang = "uk"
)

// Languages lists the languages, English first.
func Languages() []Lang { return []Lang{English, Arabic, Russian, French, Ukrainian} }

// RightToLeft reports whether the language is written from right to left.
func (l Lang) RightToLeft() bool { return l == Arabic }

// Args are the values of the placeholders of a text, by name.
type Args map[string]any

// message is a text with {placeholders}, or one for each plural form of the
// number in the placeholder count.
type message struct {
	count string
	forms map[plural.Form]string
}

// one is a message that has no plural.
func one(text string) message { return message{forms: map[plural.Form]string{plural.Other: text}} }

// by is a message with a text for each form of the number in count. Form names
// are those of CLDR; a form that is not given reads as "other".
func by(count string, forms map[string]string) message {
	m := message{count: count, forms: make(map[plural.Form]string, len(forms))}
	for name, text := range forms {
		form, ok := formNames[name]
		if !ok {
			panic("i18n: " + name + " is no plural form") // a slip in the catalogue, found by any test
		}
		m.forms[form] = text
	}
	return m
}

var formNames = map[string]plural.Form{"zero": plural.Zero, "one": plural.One, "two": plural.Two, "few": plural.Few,
	"many": plural.Many, "other": plural.Other}

var catalogue = map[Lang]map[string]message{English: english, Arabic: arabic, Russian: russian, French: french, Ukrainian: ukrainian}

var tags = map[Lang]language.Tag{English: language.English, Arabic: language.Arabic, Russian: language.Russian,
	French: language.French, Ukrainian: language.Ukrainian}

// Text is the text of key in lang with its placeholders filled in. A language
// that is not there reads as English. A key that is not there comes back as it
// is: the tests see to it that none is used.
func Text(lang Lang, key string, args Args) string {
	m, ok := catalogue[lang][key]
	if !ok {
		lang = English
		if m, ok = english[key]; !ok {
			return key
		}
	}
	text := m.form(lang, args)
	for _, name := range slices.Sorted(maps.Keys(args)) {
		text = strings.ReplaceAll(text, "{"+name+"}", fmt.Sprint(args[name]))
	}
	return text
}

// form picks the plural form by the rules of CLDR for whole numbers.
func (m message) form(lang Lang, args Args) string {
	n := whole(args[m.count])
	if text, ok := m.forms[plural.Cardinal.MatchPlural(tags[lang], n, 0, 0, 0, 0)]; m.count != "" && ok {
		return text
	}
	return m.forms[plural.Other]
}

// whole is a number without its sign and, where it is large, without all but its
// last six digits: plural rules look at no more, and it fits in every int.
func whole(v any) int {
	var n int64
	switch v := v.(type) {
	case int:
		n = int64(v)
	case int64:
		n = v
	}
	if n < 0 {
		n = -(n + 1) + 1
	}
	if n >= 1_000_000 {
		n = 1_000_000 + n%1_000_000
	}
	return int(n)
}

// Keys lists the keys of the catalogue, in order.
func Keys() []string { return slices.Sorted(maps.Keys(english)) }

var matcher = language.NewMatcher([]language.Tag{language.English, language.Arabic, language.Russian, language.French, language.Ukrainian})

// Match is the language that fits best what is asked for: BCP 47 tags in order
// of preference, or the value of an Accept-Language header. It is English where
// nothing fits or nothing can be read.
func Match(wanted ...string) Lang {
	for i, w := range wanted {
		wanted[i] = w[:min(len(w), 200)]
	}
	_, i := language.MatchStrings(matcher, wanted...)
	return Languages()[i]
}
