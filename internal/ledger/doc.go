// Package ledger is stage 2 LOG: it takes admitted statements from intake, and
// is the only writer of history. It gives each entry its number and time,
// hashes it into the Merkle tree, and commits entry, tree, views and signed
// checkpoint in one transaction; then it writes the head outside the database
// too, and only then answers with a receipt.
//
// One goroutine writes. It takes whatever is queued as one group, without a
// timer: under load groups grow by themselves, alone a statement does not wait.
// A second one writes the head file and answers, while the first goes on.
// The tree is kept as the tiles of height 8 that C2SP tlog-tiles serves, one row
// a tile; the right edge stays in memory, so that appending reads no hashes.
package ledger
