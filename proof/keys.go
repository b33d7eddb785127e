package proof

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"sync/atomic"

	"github.com/oasisprotocol/curve25519-voi/curve"
	voi "github.com/oasisprotocol/curve25519-voi/primitives/ed25519"

	"truce"
)

// keyPrefix names the algorithm in a key id; others can be added beside it.
const keyPrefix = "ed25519:"

// keyIDLen is the length of a key id: the prefix and 43 characters for 32 bytes.
const keyIDLen = len(keyPrefix) + 43

// strictURL refuses set trailing bits, so that a key has exactly one id.
var strictURL = base64.RawURLEncoding.Strict()

// KeyID is the name of a public key: "ed25519:" and base64url, without padding,
// of its 32 bytes. The key can be read back out of it with ParseKey.
func KeyID(pub ed25519.PublicKey) string {
	return keyPrefix + base64.RawURLEncoding.EncodeToString(pub)
}

// ParseKey reads a key id. It refuses ids in another spelling than KeyID gives,
// encodings that RFC 8032 5.1.3 calls invalid or that are not canonical, points
// of small order and points outside the prime-order subgroup: with such keys one
// signature can hold for several messages, or hold in one library and not in
// another. The error is CodeInvalid.
func ParseKey(id string) (ed25519.PublicKey, error) {
	key, err := parseKey(id)
	if err != nil {
		return nil, err
	}
	return append(ed25519.PublicKey(nil), key.bytes[:]...), nil
}

func parseKey(id string) (*checkedKey, error) {
	if !strings.HasPrefix(id, keyPrefix) || len(id) != keyIDLen {
		return nil, truce.E(truce.CodeInvalid, "%q is not the id of a key", clip(id)).
			WithHint("a key id is %q and 43 characters of base64url", keyPrefix)
	}
	var key [32]byte
	if n, err := strictURL.Decode(key[:], []byte(id[len(keyPrefix):])); err != nil || n != len(key) {
		return nil, truce.E(truce.CodeInvalid, "%q is not the id of a key", clip(id)).
			WithHint("a key id is %q and 43 characters of base64url", keyPrefix)
	}
	return checkKey(key)
}

// checkedKey is a key that passed weakness, with the multiples of its point that
// every verification needs: about 2 KiB.
type checkedKey struct {
	bytes    [32]byte
	expanded *voi.ExpandedPublicKey
}

// likeStandard accepts and refuses exactly what crypto/ed25519 does: no cofactor,
// canonical scalars, the bytes of R compared.
var likeStandard = &voi.Options{Verify: voi.VerifyOptionsStdLib}

// verify reports whether sig, of 64 bytes, is the Ed25519 signature of message
// (RFC 8032 5.1.7). It answers as crypto/ed25519 does, in half the time.
func (k *checkedKey) verify(message, sig []byte) bool {
	return voi.VerifyExpandedWithOptions(k.expanded, message, sig, likeStandard)
}

// checkedKeys remembers keys that passed weakness: a few parties sign
// nearly everything, and the check costs as much as a signature. Fixed size,
// one place for each key, no locks; a collision costs time only.
var checkedKeys [1024]atomic.Pointer[checkedKey]

// checkKey gives a shared copy of key, which nobody may write to.
func checkKey(key [32]byte) (*checkedKey, error) {
	slot := &checkedKeys[binary.LittleEndian.Uint64(key[:8])%uint64(len(checkedKeys))]
	if known := slot.Load(); known != nil && known.bytes == key {
		return known, nil
	}
	what := weakness(key)
	if what != "" {
		return nil, truce.E(truce.CodeInvalid, "key %s is weak: %s", KeyID(key[:]), what).
			WithHint("make a new key; this one was not made by an ordinary key generator")
	}
	expanded, err := voi.NewExpandedPublicKey(key[:])
	if err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "key %s", KeyID(key[:])) // weakness would have found it
	}
	checked := &checkedKey{key, expanded}
	slot.Store(checked)
	return checked, nil
}

// weakness says what is wrong with an encoded point, or "". It is the full
// validation of NIST SP 800-186 D.1.3: on the curve, canonical, of order l.
func weakness(key [32]byte) string {
	encoded := curve.CompressedEdwardsY(key)
	var p curve.EdwardsPoint
	if _, err := p.SetCompressedY(&encoded); err != nil {
		return "it is no point of the curve"
	}
	switch {
	case !encoded.IsCanonicalVartime():
		return "its encoding is not canonical"
	case p.IsSmallOrder():
		return "it is a point of small order"
	case !p.IsTorsionFree():
		return "it lies outside the prime-order subgroup"
	}
	return ""
}

// Signer signs with one key. It may ask a person or a device and can fail.
type Signer interface {
	// KeyID is the id of the key, see KeyID.
	KeyID() string
	// Sign gives the Ed25519 signature of message: 64 bytes.
	Sign(message []byte) ([]byte, error)
}

// NewSigner signs with a private key held in memory. The public half is worked
// out again from the seed, so that a damaged key cannot give itself away. A
// key of the wrong length gives a Signer that always fails with CodeInvalid.
func NewSigner(priv ed25519.PrivateKey) Signer {
	if len(priv) != ed25519.PrivateKeySize {
		return memorySigner{}
	}
	priv = ed25519.NewKeyFromSeed(priv.Seed())
	return memorySigner{id: KeyID(priv.Public().(ed25519.PublicKey)), priv: priv}
}

type memorySigner struct {
	id   string
	priv ed25519.PrivateKey
}

func (s memorySigner) KeyID() string { return s.id }

func (s memorySigner) Sign(message []byte) ([]byte, error) {
	if s.priv == nil {
		return nil, truce.E(truce.CodeInvalid, "the private key does not have %d bytes", ed25519.PrivateKeySize)
	}
	return ed25519.Sign(s.priv, message), nil
}

// clip shortens text of others for a message.
func clip(s string) string {
	if len(s) <= 60 {
		return s
	}
	return strings.ToValidUTF8(s[:60], "") + "…"
}
