package proof

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"sync"

	"truce"
)

// Bounds of an envelope. They hold for its JSON and for its record.
const (
	MaxEnvelope    = 128 << 10 // bytes of JSON, or of a record
	MaxSignatures  = 32        // signatures in one envelope
	maxPayloadType = 128       // bytes
	maxKeyID       = 128       // bytes
	maxSig         = 128       // bytes
)

// Signature is one signature over the pre-authentication encoding.
type Signature struct {
	KeyID string // id of the key, see KeyID
	Sig   []byte // Ed25519: 64 bytes
}

// Envelope is a payload with its signatures, as DSSE v1.0.2 has it
// (github.com/secure-systems-lab/dsse). The payload is kept byte for byte.
type Envelope struct {
	PayloadType string      // truce.PayloadType for statements
	Payload     []byte      // what was signed, never re-encoded
	Signatures  []Signature // 1 to MaxSignatures, no key twice
}

// PAE is the pre-authentication encoding that is signed (DSSE protocol.md):
// "DSSEv1", length and text of the type, length and bytes of the payload, all
// separated by one space, lengths in decimal.
func PAE(payloadType string, payload []byte) []byte {
	b := make([]byte, 0, len(payloadType)+len(payload)+32)
	return append(paeHeader(b, payloadType, len(payload)), payload...)
}

func paeHeader(b []byte, payloadType string, payloadLen int) []byte {
	b = append(b, "DSSEv1 "...)
	b = strconv.AppendInt(b, int64(len(payloadType)), 10)
	b = append(b, ' ')
	b = append(b, payloadType...)
	b = append(b, ' ')
	b = strconv.AppendInt(b, int64(payloadLen), 10)
	return append(b, ' ')
}

// Sign makes an envelope with one signature of each signer. It fails with
// CodeInvalid where there is no signer or one stands twice, and with the
// signer's own error.
func Sign(payloadType string, payload []byte, signers ...Signer) (*Envelope, error) {
	e := &Envelope{PayloadType: payloadType, Payload: payload}
	message := PAE(payloadType, payload)
	for _, s := range signers {
		sig, err := s.Sign(message)
		if err != nil {
			return nil, err
		}
		e.Signatures = append(e.Signatures, Signature{KeyID: s.KeyID(), Sig: sig})
	}
	if err := e.check(); err != nil {
		return nil, err
	}
	return e, nil
}

// ID is the statement id: SHA-256 of the PAE as 64 lower-case hex digits. It
// does not depend on the signatures or on how the envelope was written down.
func (e *Envelope) ID() string {
	var head [192]byte
	h := sha256.New()
	h.Write(paeHeader(head[:0], e.PayloadType, len(e.Payload)))
	h.Write(e.Payload)
	return hex.EncodeToString(h.Sum(head[:0]))
}

// Verify checks every signature with the key that its keyid names. One that is
// unknown, weak, twice there or wrong refuses the whole envelope: CodeUnsigned,
// with a message that names the key. It does not ask whose the keys are.
func (e *Envelope) Verify() error {
	if err := e.check(); err != nil {
		return truce.Wrap(truce.CodeUnsigned, err, "the envelope is refused")
	}
	room := messages.Get().(*[]byte)
	defer messages.Put(room)
	*room = append(paeHeader((*room)[:0], e.PayloadType, len(e.Payload)), e.Payload...)
	for i := range e.Signatures {
		if err := e.Signatures[i].verify(*room); err != nil {
			return err
		}
	}
	return nil
}

// messages is room for what a signature is verified over, which is needed for
// that moment only.
var messages = sync.Pool{New: func() any { return new([]byte) }}

func (s *Signature) verify(message []byte) error {
	key, err := parseKey(s.KeyID)
	if err != nil {
		return truce.Wrap(truce.CodeUnsigned, err, "a signature names a key that cannot be used")
	}
	if len(s.Sig) != ed25519.SignatureSize {
		return truce.E(truce.CodeUnsigned, "the signature by %s has %d bytes instead of %d", s.KeyID, len(s.Sig), ed25519.SignatureSize)
	}
	if !key.verify(message, s.Sig) {
		return truce.E(truce.CodeUnsigned, "the signature by %s does not verify", s.KeyID).
			WithHint("the content was changed after it was signed, or another key signed it")
	}
	return nil
}

// check holds the bounds that JSON and record share.
func (e *Envelope) check() error {
	switch n := len(e.Signatures); {
	case e.PayloadType == "" || len(e.PayloadType) > maxPayloadType:
		return invalid("/payloadType", "the payload type must have 1 to %d bytes", maxPayloadType)
	case n == 0:
		return invalid("/signatures", "there is no signature")
	case n > MaxSignatures:
		return invalid("/signatures", "at most %d signatures are possible, these are %d", MaxSignatures, n)
	}
	for i := range e.Signatures {
		if err := e.checkSignature(i); err != nil {
			return err
		}
	}
	return nil
}

func (e *Envelope) checkSignature(i int) error {
	s := &e.Signatures[i]
	at := "/signatures/" + strconv.Itoa(i)
	if s.KeyID == "" || len(s.KeyID) > maxKeyID {
		return invalid(at+"/keyid", "a key id must have 1 to %d bytes", maxKeyID)
	}
	if len(s.Sig) == 0 || len(s.Sig) > maxSig {
		return invalid(at+"/sig", "a signature must have 1 to %d bytes", maxSig)
	}
	for j := range i {
		if e.Signatures[j].KeyID == s.KeyID {
			return invalid(at+"/keyid", "key %q signs twice", clip(s.KeyID))
		}
	}
	return nil
}

func invalid(field, format string, args ...any) *truce.Error {
	return truce.E(truce.CodeInvalid, format, args...).At(field)
}

// JSON is the envelope as DSSE JSON, on one line, without a line end.
func (e *Envelope) JSON() []byte {
	b := make([]byte, 0, 200+base64.StdEncoding.EncodedLen(len(e.Payload))+len(e.Signatures)*250)
	b = appendQuoted(append(b, `{"payloadType":`...), e.PayloadType)
	b = base64.StdEncoding.AppendEncode(append(b, `,"payload":"`...), e.Payload)
	b = append(b, `","signatures":[`...)
	for i, s := range e.Signatures {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendQuoted(append(b, `{"keyid":`...), s.KeyID)
		b = base64.StdEncoding.AppendEncode(append(b, `,"sig":"`...), s.Sig)
		b = append(b, `"}`...)
	}
	return append(b, `]}`...)
}

func appendQuoted(b []byte, text string) []byte {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // strings always marshal
	}
	return append(b, quoted...)
}
