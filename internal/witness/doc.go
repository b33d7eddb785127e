// Package witness stands beside stage 2 LOG, on both sides of C2SP tlog-witness:
// a Witness reads signed heads of logs and writes a cosignature below those that
// continue what it saw before, and its memory of them; a Gatherer, at the
// register, brings every new head to the witnesses of a policy and writes what
// they cosigned beside the log, for publication.
//
// A witness that has lost its memory must not go on under the same key: it could
// cosign two histories. Nothing here waits for a witness but publication.
package witness
