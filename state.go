package truce

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"
)

// NoEntry stands where an entry number could and none does: a key that is not
// revoked, a party that is not withdrawn.
const NoEntry int64 = -1

// Now is the log size to ask a view for its newest state. A view asked "as
// known at N" answers from the entries 0 to N-1.
const Now int64 = 1<<63 - 1

// The structs below are what views tell intake of their state, and what the
// surfaces show of parties and keys. They stand here because intake comes before
// the views and imports none of them. A field that ends something (Withdrawn,
// Until, Revoked) is NoEntry when that entry is not known at the size asked for.

// PartyState is what stands of a party.
type PartyState struct {
	ID              PartyID
	Names           []Name
	Role            Role
	Version         string    // statement id of the party.enrol or party.amend in force
	Enrolled        int64     // entry that enrolled it
	Amended         int64     // entry of Version
	Withdrawn       int64     // entry that ended its participation, or NoEntry
	Invitation      string    // "sha256:" and hex of its one-use code; empty when it was enrolled with a root
	InvitationUntil time.Time // the code counts until then, by log time; zero = no end
	InvitationUsed  int64     // entry that used the code, or NoEntry
}

// Active reports whether the party takes part.
func (p *PartyState) Active() bool { return p != nil && p.Withdrawn == NoEntry }

// InvitationHash is the hash of a one-use code as party.enrol holds it:
// "sha256:" and the hex digits of SHA-256 over the code's bytes.
func InvitationHash(code string) string {
	sum := sha256.Sum256([]byte(code))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// RootState is the k-of-n root of a party. Party is empty in the state of a
// party that has none yet.
type RootState struct {
	Party     PartyID
	Threshold int      // k
	Keys      []string // the n keys that count, in the order stated; revoked ones are not among them
	Revoked   []string // keys of this root that were revoked since
	From      int64    // entry that stated it
	Until     int64    // entry that replaced it, or NoEntry
}

// Enough reports whether the keys that still count reach the threshold.
func (r *RootState) Enough() bool { return len(r.Keys) >= r.Threshold }

// KeyState is one key that was ever stated for a party, listed or root. A key
// belongs to one party and one use for ever.
type KeyState struct {
	Key     string // "ed25519:" and base64url
	Party   PartyID
	Role    Role    // of the party
	Root    bool    // a root key: signs key.root and key.list only
	Scopes  []Scope // of a listed key, as listed last
	Label   string
	From    int64 // entry of the party.enrol, key.root or key.list that states it so
	Until   int64 // entry from which it was not stated any more, or NoEntry
	Revoked int64 // entry that revoked it, or NoEntry
}

// Usable reports whether the key counts.
func (k *KeyState) Usable() bool { return k != nil && k.Until == NoEntry && k.Revoked == NoEntry }

// May reports whether the key has the scope.
func (k *KeyState) May(s Scope) bool { return slices.Contains(k.Scopes, s) }

// ObjectState is where a registered object stands in its life.
type ObjectState string

// The states of an object. Stale and contested are told beside them.
const (
	ObjectRegistered ObjectState = "registered"
	ObjectWithdrawn  ObjectState = "withdrawn" // stays visible
	ObjectErased     ObjectState = "erased"    // only the fact stays
)

// ObjectHead is what intake needs to know of an object to admit a statement about it.
type ObjectHead struct {
	Subject  string
	Object   string // "site", "area" or "movement"
	Owner    PartyID
	Version  string // statement id of the version in force
	Entry    int64  // its entry
	State    ObjectState
	Audience Audience
	Status   Status
}

// ChallengeHead is what intake needs to know of a challenge.
type ChallengeHead struct {
	ID      string // statement id of challenge.open
	Subject string // object that it contests
	By      PartyID
	Version string // statement id of the version that it contests
	Open    bool   // not closed
}

// DeskHead is what intake needs to know of a duty desk.
type DeskHead struct {
	ID        string
	Party     PartyID
	Version   string // statement id of the version in force
	Parent    string // desk above it; empty when there is none
	Withdrawn bool
}

// AlarmHead is what intake needs to know of an alarm.
type AlarmHead struct {
	ID      string // statement id of alarm.raise
	Subject string // object in danger
	By      PartyID
	Open    bool // not ended
}
