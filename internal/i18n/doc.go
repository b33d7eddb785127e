// Package i18n holds the words that the register says to people, in English,
// Arabic, Russian, French and Ukrainian. It stands beside stages 4 USE and
// 5 OUT, which ask it for a text by key; it reads and writes nothing.
//
// The wording carries a guard rail (design.md 2, 3): no text may reassure falsely.
// Reassures knows the words that would, in each language, and the tests of this
// package and of those that answer people hold every text against it. The
// translations were made by the house; a native speaker should look at them
// before they are relied on in the field.
package i18n
