// Package oracle stands outside the flow: it reads what the packages of the
// product make, holds it against implementations by others that do the same work,
// and writes nothing. It is a module of its own, so that the libraries it asks
// are no dependency of the product. The packages below it are the referee of the
// check: the same questions, answered in ways that share no code with it.
package oracle
