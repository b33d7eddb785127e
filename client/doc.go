// Package client stands outside of the register, behind stage 5 OUT: it asks a
// register over HTTP, hands signed statements in, and verifies what it is told.
// It writes nothing but the checkpoint that it saw last, where it is given a
// place to keep it.
//
// What it verifies: every checkpoint is signed by the log's key and continues the
// last one seen (the log only grew); every receipt proves its entry under such a
// checkpoint; every answer that names a size and root of the log names the true
// root. A register that fails any of this is shown as truce.CodeTampered, which is
// evidence, not a fault of the network. What it cannot verify is that an answer is
// complete: for that, mirror the log.
package client
