package proof

import (
	"encoding/json"
	"slices"
	"time"

	"truce"
)

// Keyring follows through the entries of a log whose keys are whose, and says of each
// statement whether those signed it who may: the rules of intake about signatures, as
// far as a reader who was not told everything can hold a register to them.
//
// Entries are given in order. What a reader cannot read makes the parties concerned
// unclear, and nothing is said of an unclear party from then on. Without entry 0, in
// which the registrar enrols itself, all are.
type Keyring struct {
	ring    *keyring
	unclear map[truce.PartyID]bool
}

// NewKeyring begins before entry 0. logKeyID is the id of the log's key, see ParseLogKey.
func NewKeyring(logKeyID string) *Keyring {
	return &Keyring{newKeyring(logKeyID), map[truce.PartyID]bool{}}
}

// Begun reports whether entry 0 was read: nothing is said before.
func (k *Keyring) Begun() bool { return len(k.ring.parties) > 0 }

// Registrar reports whether a party was enrolled to run the register's procedure.
func (k *Keyring) Registrar(party truce.PartyID) bool { return k.ring.isRegistrar(party) }

// DecidesKeys reports whether statements of a kind say whose keys are whose.
func DecidesKeys(k truce.Kind) bool {
	switch k {
	case truce.PartyEnrol, truce.PartyWithdraw, truce.KeyRoot, truce.KeyList, truce.KeyRevoke:
		return true
	}
	return false
}

// Untold notes that of an entry only a part can be read, which nothing proves. A
// register that says itself that a key was revoked is held to that.
func (k *Keyring) Untold(kind truce.Kind, subject string, body json.RawMessage) {
	switch kind {
	case truce.PartyEnrol, truce.KeyRoot, truce.KeyList:
		k.unclear[subject] = true
	case truce.KeyRevoke:
		var b struct {
			Key string `json:"key"`
		}
		if p := k.ring.parties[subject]; p != nil && json.Unmarshal(body, &b) == nil {
			delete(p.listed, b.Key)
			p.root.Keys = slices.DeleteFunc(slices.Clone(p.root.Keys), func(key string) bool { return key == b.Key })
		}
	}
}

// Admit takes the next entry, whose signatures were verified. CodeTampered says that
// the keys that signed it were not its author's, had not the scope or did not count any
// more when it got its number; nothing of it is then taken over.
func (k *Keyring) Admit(number int64, at time.Time, env *Envelope, s *truce.Statement) error {
	if !k.Begun() && number != 0 {
		return nil
	}
	if known := k.ring.parties[s.Author]; known == nil && number != 0 {
		k.unclear[s.Author] = true // nothing was told of it
	}
	if k.unclear[s.Author] || DecidesKeys(s.Kind) && k.unclear[s.Subject] {
		k.Untold(s.Kind, s.Subject, s.Body)
		return nil
	}
	_, err := k.ring.admit(&logged{number, at, env, s})
	return err
}
