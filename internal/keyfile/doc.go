// Package keyfile keeps private keys on the disk of the one they belong to; it
// stands before the first stage of the flow (the command line signs with it) and
// at the ledger (the key of the log): it reads and writes key files, and nothing
// of them ever goes anywhere else.
//
// A key file is an OpenSSH private key (PROTOCOL.key of OpenSSH) with one
// Ed25519 key, protected by a passphrase or not, mode 0600. ssh-keygen reads,
// re-encrypts (-p) and shows (-y) it. The key of a log lies in the same format;
// its public half, one line "origin+hash+base64" (C2SP signed-note), lies beside
// it in a public file and gives the log its name.
package keyfile
