// Package ledger is stage 2 LOG: it takes admitted statements from intake, and
// is the only writer of history. It gives each entry its number and time,
// hashes it into the Merkle tree, and commits entry, tree, views and signed
// checkpoint in one transaction; then it writes the head outside the database
// too, and only then answers with a receipt.
package ledger
