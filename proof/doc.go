// Package proof makes and checks what can be verified without a server; it
// stands beside every stage of the flow: intake reads envelopes with it, the
// ledger writes entries and checkpoints with it, and whoever holds a receipt
// opens it with nothing but the public key of the log.
//
// It reads and writes bytes that it is handed and does no input or output. The
// formats, with test vectors, are in docs/formats.md and testdata/vectors:
//
//	Envelope    a payload with its signatures (DSSE, Ed25519)
//	Record      the same as deterministic bytes: what an entry commits to
//	Entry       a record with number, time and salt; its Commitment shows nothing
//	Leaf        number, time and commitment: the public line that the log hashes
//	Checkpoint  size and root of the log, signed (C2SP tlog-checkpoint)
//	Receipt     entry, inclusion proof and checkpoint in one file (C2SP tlog-proof)
package proof
