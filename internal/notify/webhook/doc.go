// Package webhook is a kind of line of internal/notify (stage 4 USE): it is
// handed a message and posts it to a server of the recipient, as the Standard
// Webhooks specification says (https://www.standardwebhooks.com, signature scheme
// v1a, Ed25519). It stores nothing.
//
// A receiver answers with a status of 2xx once the message is stored on its side.
// Its reply may hold signed acknowledgements: statements of its party, which go
// through the front door like all others. A status of 2xx alone is delivery, never
// an acknowledgement.
package webhook
