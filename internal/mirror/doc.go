// Package mirror stands outside of the register, at a party that reads it: it
// reads signed heads, leaves and the entries that the party may read from a
// server or a folder, verifies every byte of them, and writes them into a copy
// of the log (internal/ledger) of its own, whose head it cosigns.
//
// It believes nothing that it can work out: leaves must lead to the signed root
// and continue the copy; contents must lead to their leaves; times must go on;
// receipts must be kept. What does not is misconduct, and is kept as evidence
// (proof.Evidence). What broke off goes on where it broke.
package mirror
