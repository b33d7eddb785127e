package compose

import (
	"truce"
	"truce/proof"
)

// Enrolment is the body of party.enrol; without Root and Invitation that of
// party.amend.
type Enrolment struct {
	Names           []truce.Name `json:"names"`
	Role            truce.Role   `json:"role"`
	Root            *truce.Root  `json:"root,omitempty"`
	Invitation      string       `json:"invitation,omitempty"`      // hash, see NewInvitation
	InvitationUntil *truce.When  `json:"invitationUntil,omitempty"` // the code counts until then
	Notes           string       `json:"notes,omitempty"`
}

// KeyList is the body of key.list.
type KeyList struct {
	Keys []truce.ListedKey `json:"keys"`
}

// Revocation is the body of key.revoke.
type Revocation struct {
	Key    string `json:"key"`
	Reason string `json:"reason,omitempty"`
}

// Recipients is the body of consent.give, consent.withdraw, release.give and
// release.end.
type Recipients struct {
	Recipients []truce.PartyID `json:"recipients"`
	Text       string          `json:"text,omitempty"`
}

// RootOf is the k-of-n root made of the signers' keys.
func RootOf(threshold int, signers ...proof.Signer) *truce.Root {
	root := &truce.Root{Threshold: threshold}
	for _, s := range signers {
		root.Keys = append(root.Keys, s.KeyID())
	}
	return root
}

// Founding is what the first two entries of a register say.
type Founding struct {
	Register  string         // origin
	Status    truce.Status   // exercise makes the whole register an exercise
	Party     truce.PartyID  // id of the registrar
	Names     []truce.Name   // its names
	Threshold int            // k of its root
	Roots     []proof.Signer // its n root keys
	Keys      []SigningKey   // its keys in use
}

// SigningKey is a key to be listed, with what it may be used for.
type SigningKey struct {
	Signer proof.Signer
	Scopes []truce.Scope
	Label  string
}

// Genesis is entry 0, in which the registrar enrols itself with its root, and
// entry 1, in which it lists its keys. Errors are those of Sign.
func Genesis(f Founding, opts ...Option) ([]*proof.Envelope, error) {
	opts = append([]Option{As(f.Status)}, opts...)
	body := Enrolment{Names: f.Names, Role: truce.RoleRegistrar, Root: RootOf(f.Threshold, f.Roots...)}
	enrol, err := Statement(truce.PartyEnrol, f.Register, f.Party, f.Party, body, opts...)
	if err != nil {
		return nil, err
	}
	first, err := Sign(enrol, f.Roots...)
	if err != nil {
		return nil, err
	}
	second, err := ListKeys(f.Register, f.Party, f.Roots, f.Keys, opts...)
	if err != nil {
		return nil, err
	}
	return []*proof.Envelope{first, second}, nil
}

// ListKeys is a key.list of party: signed by roots and by every key that is
// listed, which is the proof that they are possessed. A key that signs nothing
// because it stands in the list already does no harm by signing again.
func ListKeys(register string, party truce.PartyID, roots []proof.Signer, keys []SigningKey, opts ...Option) (*proof.Envelope, error) {
	list := KeyList{Keys: make([]truce.ListedKey, len(keys))}
	signers := append([]proof.Signer{}, roots...)
	for i, k := range keys {
		list.Keys[i] = truce.ListedKey{Key: k.Signer.KeyID(), Scopes: k.Scopes, Label: k.Label}
		signers = append(signers, k.Signer)
	}
	s, err := Statement(truce.KeyList, register, party, party, list, opts...)
	if err != nil {
		return nil, err
	}
	return Sign(s, signers...)
}
