package webhook

import (
	"crypto/ed25519"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"truce"
	"truce/proof"
)

// tolerance is how far the clock of a receiver may be from the register's
// (Standard Webhooks proposes five minutes).
const tolerance = 5 * time.Minute

// Verify is what a receiver does: it checks signature and time of a message that
// claims to be from the register with that key. A receiver also remembers the ids
// that it has stored, and answers a repeated one without storing it again. Errors
// are CodeUnsigned.
func Verify(h http.Header, body []byte, keyID string, now time.Time) error {
	key, err := proof.ParseKey(keyID)
	if err != nil {
		return err
	}
	id, stamp := h.Get("Webhook-Id"), h.Get("Webhook-Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || id == "" || strings.Contains(id, ".") {
		return truce.E(truce.CodeUnsigned, "the message has no id or no time")
	}
	if d := now.Sub(time.Unix(seconds, 0)); d > tolerance || d < -tolerance {
		return truce.E(truce.CodeUnsigned, "the message is not of these minutes").WithHint("it may be an old one that somebody repeats; check the clock")
	}
	for part := range strings.FieldsSeq(h.Get("Webhook-Signature")) {
		text, ok := strings.CutPrefix(part, "v1a,")
		sig, err := base64.StdEncoding.Strict().DecodeString(text)
		if ok && err == nil && ed25519.Verify(key, signed(id, stamp, body), sig) {
			return nil
		}
	}
	return truce.E(truce.CodeUnsigned, "the message is not signed with that key")
}
