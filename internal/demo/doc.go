// Package demo stands before stage 1 IN: it tells the Aleppo 2016 scenario as
// statements, signed by throw-away keys of its parties, and hands them to a
// register that is an exercise. It reads nothing.
//
// Facts are as publicly reported at the time (docs/sources.md); positions are
// approximate and say so. Where no fact is known, the entry says that it was
// made for the exercise.
package demo
