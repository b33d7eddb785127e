package auth

import (
	"encoding/json"
	"time"

	"truce"
	"truce/proof"
)

// SignInType is the DSSE payload type of a signed challenge.
const SignInType = "application/vnd.truce.signin+json"

// SignIn is the payload of a signed challenge.
type SignIn struct {
	Register  string    `json:"register"`  // origin of the register to sign in to
	Challenge string    `json:"challenge"` // as the register gave it
	Key       string    `json:"key"`       // key id that signs
	MadeAt    time.Time `json:"madeAt"`    // signer's clock; not relied upon
}

// maxSignIn bounds the payload, in bytes.
const maxSignIn = 2 << 10

// SignInEnvelope is what a client sends for a challenge: signed with one key.
func SignInEnvelope(register, challenge string, at time.Time, key proof.Signer) (*proof.Envelope, error) {
	payload, err := json.Marshal(SignIn{register, challenge, key.KeyID(), at.UTC().Truncate(time.Second)})
	if err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "the sign-in cannot be written")
	}
	return proof.Sign(SignInType, payload, key)
}

// openSignIn checks everything of the envelope that does not depend on who the
// key belongs to: its form, its one signature, and that it is meant for us.
func openSignIn(e *proof.Envelope, register string) (*SignIn, error) {
	if e.PayloadType != SignInType {
		return nil, truce.E(truce.CodeUnsigned, "the envelope is not a sign-in").
			WithHint("its payload type must be %s", SignInType)
	}
	if len(e.Signatures) != 1 {
		return nil, truce.E(truce.CodeUnsigned, "a sign-in has one signature, this one %d", len(e.Signatures))
	}
	s, err := parseSignIn(e.Payload)
	if err != nil {
		return nil, err
	}
	if s.Key != e.Signatures[0].KeyID {
		return nil, truce.E(truce.CodeUnsigned, "the sign-in names one key and is signed by another")
	}
	if s.Register != register {
		return nil, truce.E(truce.CodeRefused, "the sign-in is meant for another register").
			WithHint("somebody may be passing on what you signed elsewhere; sign for %s only", register)
	}
	return s, e.Verify()
}

func parseSignIn(payload []byte) (*SignIn, error) {
	if len(payload) > maxSignIn {
		return nil, truce.E(truce.CodeTooLarge, "a sign-in has at most %d bytes", maxSignIn)
	}
	if err := truce.CheckJSON(payload, 1); err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	var s SignIn
	if json.Unmarshal(payload, &members) != nil || json.Unmarshal(payload, &s) != nil || s.MadeAt.IsZero() {
		return nil, truce.E(truce.CodeInvalid, "a sign-in is an object with register, challenge, key and madeAt")
	}
	for _, name := range []string{"register", "challenge", "key", "madeAt"} {
		if _, ok := members[name]; !ok || len(members) != 4 {
			return nil, truce.E(truce.CodeInvalid, "a sign-in has exactly register, challenge, key and madeAt")
		}
	}
	return &s, nil
}
