// Package truce holds the words of the register: what a statement is, which
// kinds there are, who may be a party to it, and how an error is told.
//
// It stands before the first stage of the flow
//
//	statement -> intake -> ledger -> views -> check | notify | match | report -> api | ui | cli
//
// and every other package may import it. It is pure: it does no input or
// output, reads no clock and starts no goroutine.
//
// A Statement is what one party says, once, about one subject: "this is a
// hospital, here, from this day on". Its author signs the bytes of the JSON
// text, the register numbers it, and nobody can change it afterwards. Later
// statements amend, withdraw or contest it; views work out what follows.
package truce
