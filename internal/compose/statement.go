package compose

import (
	"bytes"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"truce"
	"truce/proof"
)

// Option sets a member of the frame of a statement.
type Option func(*truce.Statement)

// Replaces names the version that the statement supersedes: a statement id.
func Replaces(version string) Option { return func(s *truce.Statement) { s.Replaces = version } }

// MadeAt sets the author's clock; the time now when it is not given.
func MadeAt(t time.Time) Option { return func(s *truce.Statement) { s.MadeAt = t.UTC() } }

// To adds members to the audience: "public", "role:<role>" or "party:<id>".
func To(audience ...string) Option {
	return func(s *truce.Statement) { s.Audience = append(s.Audience, audience...) }
}

// As sets the status; actual when it is not given.
func As(status truce.Status) Option { return func(s *truce.Statement) { s.Status = status } }

// Lang sets the BCP 47 language tag of the texts.
func Lang(tag string) Option { return func(s *truce.Statement) { s.Lang = tag } }

// Seen names the last checkpoint that the signer saw: number of entries, and
// root hash in standard base64.
func Seen(size int64, root string) Option {
	return func(s *truce.Statement) { s.Seen = &truce.Seen{Size: size, Root: root} }
}

// Nonce sets the nonce, for statements that must come out the same each time
// (an import that is repeated); random when it is not given.
func Nonce(nonce string) Option { return func(s *truce.Statement) { s.Nonce = nonce } }

// Statement builds a statement: made now, actual, with a fresh nonce, unless
// options say otherwise. body is anything that encodes as the JSON object that
// the kind demands; a body that does not encode at all is CodeInvalid. Whether
// it is what the kind demands shows in Payload.
func Statement(kind truce.Kind, register string, author truce.PartyID, subject string, body any, opts ...Option) (*truce.Statement, error) {
	raw, err := encode(body)
	if err != nil {
		return nil, truce.Wrap(truce.CodeInvalid, err, "the body cannot be written as JSON").At("/body")
	}
	s := &truce.Statement{Kind: kind, Register: register, Author: author, Subject: subject, Status: truce.Actual, Body: raw}
	for _, o := range opts {
		o(s)
	}
	if s.MadeAt.IsZero() {
		s.MadeAt = time.Now().UTC().Truncate(time.Second)
	}
	if s.Nonce == "" {
		s.Nonce = NewNonce()
	}
	return s, nil
}

// Payload is the JSON text of s, as it will be signed. It is checked as the
// register will check it (truce.ParseStatement), so that a fault shows before
// anybody signs; the errors are those.
func Payload(s *truce.Statement) ([]byte, error) {
	data, err := encode(s)
	if err != nil {
		return nil, truce.Wrap(truce.CodeInvalid, err, "the statement cannot be written as JSON")
	}
	if _, err := truce.ParseStatement(data); err != nil {
		return nil, err
	}
	return data, nil
}

// Sign encodes s and has every signer sign it, in one envelope. Errors are those
// of Payload and of the signers.
func Sign(s *truce.Statement, signers ...proof.Signer) (*proof.Envelope, error) {
	data, err := Payload(s)
	if err != nil {
		return nil, err
	}
	return proof.Sign(truce.PayloadType, data, signers...)
}

// encode is JSON as a person would read it: no \u003c for <, no line end.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), nil
}

// NewSubject is a fresh id for an object, "site-" and 26 characters of base32:
// 128 random bits, so that an id is not guessed from what it stands for. It holds
// no time, though ids that sort by time would make indexes cheaper: whoever is
// told of an object later is not to learn from its id since when there is one.
func NewSubject(object string) string { return object + "-" + randomBase32() }

// NewNonce is 128 random bits in base64url, 22 characters.
func NewNonce() string {
	b := randomBytes(16)
	return base64.RawURLEncoding.EncodeToString(b)
}

// NewInvitation is a fresh one-use code with which a party states its root, and
// its hash as party.enrol holds it. The code is a secret: 128 random bits.
func NewInvitation() (code, hash string) {
	code = "truce-" + randomBase32()
	return code, truce.InvitationHash(code)
}

func randomBase32() string {
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(randomBytes(16)))
}

// randomBytes cannot fail: crypto/rand.Read ends the program where the system
// has no randomness.
func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}
