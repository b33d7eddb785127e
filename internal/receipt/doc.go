// Package receipt is stage 4 USE: from the ledger and the view of parties it puts
// together the file that proves to a stranger who registered what and when. It
// writes nothing.
package receipt
