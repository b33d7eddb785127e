package email

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"

	"truce"
	"truce/proof"
)

// Answer is what a link stands for.
type Answer struct {
	Party    truce.PartyID `json:"p"`
	Desk     string        `json:"d"`
	Subject  string        `json:"s"`
	Version  string        `json:"v"`
	Entry    int64         `json:"e"`
	Delivery string        `json:"i"` // id of the delivery: a link counts once
	Lang     string        `json:"l,omitempty"`
}

// Links seals answers into links and opens them. Nobody else can make or read one.
type Links struct{ aead cipher.AEAD }

// NewLinks makes the key of a register's links out of its signing key, so that they
// hold over a restart and nothing has to be kept: HKDF-SHA-256 (RFC 5869) over a
// signature that is made for nothing else. Ed25519 signatures are the same each
// time (RFC 8032).
func NewLinks(register string, signer proof.Signer) (*Links, error) {
	secret, err := signer.Sign([]byte("truce answer links 1\n" + register))
	if err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "the key of the links cannot be made")
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "truce answer links", 32)
	if err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "the key of the links cannot be made")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "the key of the links cannot be used")
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "the key of the links cannot be used")
	}
	return &Links{aead}, nil
}

// Seal makes the token of a link.
func (l *Links) Seal(a Answer) (string, error) {
	plain, err := json.Marshal(a)
	if err != nil {
		return "", truce.Wrap(truce.CodeInternal, err, "a link cannot be written")
	}
	return base64.RawURLEncoding.EncodeToString(l.aead.Seal(nil, nil, plain, nil)), nil
}

// maxToken bounds the token of a link, in characters.
const maxToken = 2000

// Open reads the token of a link. What this register did not make is CodeNotFound.
func (l *Links) Open(token string) (*Answer, error) {
	unknown := truce.E(truce.CodeNotFound, "there is no such link").WithHint("open the address of the message whole, as it stands there")
	if len(token) > maxToken {
		return nil, unknown
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil {
		return nil, unknown
	}
	plain, err := l.aead.Open(nil, nil, sealed, nil)
	if err != nil {
		return nil, unknown
	}
	var a Answer
	if err := json.Unmarshal(plain, &a); err != nil {
		return nil, unknown
	}
	return &a, nil
}
