// Package intake is stage 1 IN and the only door: it reads signed envelopes from
// outside, parses them strictly, verifies every signature, checks them against
// the rules of meaning and the views as they stand, and writes what it admits
// through the ledger.
//
// The work is in two halves. What needs no state (form, signatures, geometry,
// which register is meant) is done for many envelopes at once, by several
// workers. What needs state is a closure that the ledger calls just before it
// gives the statement its number, inside the transaction that commits it: no
// statement slips between a check and its effect.
package intake
