package protected

import (
	"encoding/json"
	"time"

	"truce"
)

// Object is everything known of one protected object at one log size. All of it
// but the bodies of older versions, for which see View.Versions. Who may read
// which part of it is decided by package auth, not here.
type Object struct {
	Subject    string
	Kind       string // "site", "area" or "movement"; empty when erased
	Owner      truce.PartyID
	Status     truce.Status
	First      int64   // entry that registered it
	Version    Version // the version in force: its last register, amend, withdraw or revalidate
	Content    Version // its last register or amend, whose body is the content; equal to Version unless withdrawn or revalidated
	Placed     int64   // entry of the version since which it has not moved
	Withdrawn  *Withdrawal
	Freshened  *Version    // the last revalidate since Content; nil when there is none
	Steps      []Step      // steps of verification, of all versions, in order of entry
	Challenges []Challenge // in order of entry
	Consents   []Grant     // in order of entry and recipient, ended ones too
	Releases   []Grant     // in order of entry and recipient, ended ones too
	Erased     *Tombstone  // when not nil, only Subject and Status stand beside it
}

// Version is one statement in the history of an object.
type Version struct {
	Entry    int64           // number in the log
	ID       string          // statement id
	Act      string          // register, amend, withdraw or revalidate
	Author   truce.PartyID   // party that said it
	At       time.Time       // when it was received, UTC, by the log's clock
	Audience truce.Audience  // who may read the object while this version is in force
	Lang     string          // BCP 47 tag of the texts
	Body     json.RawMessage // as it was signed
}

// Withdrawal says how an object was withdrawn. Its content stays.
type Withdrawal struct {
	Entry  int64
	ID     string
	Author truce.PartyID
	At     time.Time // UTC, by the log's clock
	Reason string    // see truce.WithdrawCodes
	Text   string
}

// Step is one step of the verification of one version.
type Step struct {
	Entry   int64
	ID      string
	Author  truce.PartyID
	At      time.Time // UTC, by the log's clock
	Version string    // statement id of the version that was looked at
	Placed  int64     // entry since which that version had not moved
	Step    string    // see truce.VerificationCodes
	Result  string    // see truce.VerificationResults
	Body    json.RawMessage
}

// Challenge is one challenge of an object, with its answers and how it ended.
type Challenge struct {
	Entry   int64
	ID      string
	Author  truce.PartyID
	At      time.Time // UTC, by the log's clock
	Reason  string    // see truce.ChallengeCodes
	Body    json.RawMessage
	Answers []Said
	Closed  *Said  // nil while it is open
	Outcome string // see truce.ChallengeOutcomes; empty while it is open
}

// Said is one statement in the course of a challenge.
type Said struct {
	Entry  int64
	ID     string
	Author truce.PartyID
	At     time.Time // UTC, by the log's clock
	Body   json.RawMessage
}

// Grant is a consent or a release for one recipient.
type Grant struct {
	Recipient truce.PartyID
	Author    truce.PartyID
	Entry     int64 // entry that gave it
	Ended     int64 // entry that ended it, or truce.NoEntry
}

// InForce reports whether the grant has not ended.
func (g Grant) InForce() bool { return g.Ended == truce.NoEntry }

// Tombstone is what stays of an erased object.
type Tombstone struct {
	Entry    int64 // number of the erase statement
	ID       string
	Author   truce.PartyID
	At       time.Time // UTC, by the log's clock
	Reason   string    // see truce.EraseCodes
	Audience truce.Audience
	Status   truce.Status
}

// Verification is how far an object's position was verified.
type Verification struct {
	Step    string // highest step of truce.VerificationCodes that a statement says matches
	Entry   int64  // entry of that statement; that of the registration or move for "entered"
	Differs bool   // some step was answered with "differs", and not since with "matches"
}

// Verification works out the ladder of the place that the object has now. Steps
// that looked at a version before it was moved do not count: after a move the
// ladder begins again at "entered".
func (o *Object) Verification() Verification {
	v := Verification{Step: "entered", Entry: o.Placed}
	differs := map[string]bool{}
	for _, s := range o.Steps {
		if s.Placed != o.Placed {
			continue
		}
		switch s.Result {
		case "matches":
			delete(differs, s.Step)
			if rung(s.Step) >= rung(v.Step) {
				v.Step, v.Entry = s.Step, s.Entry
			}
		case "differs":
			differs[s.Step] = true
		}
	}
	v.Differs = len(differs) > 0
	return v
}

// rung is the place of a step on the ladder, from 0.
func rung(step string) int {
	for i, c := range truce.VerificationCodes.Codes {
		if c.Code == step {
			return i
		}
	}
	return -1
}

// Contested reports whether a challenge of the object is open.
func (o *Object) Contested() bool {
	for i := range o.Challenges {
		if o.Challenges[i].Closed == nil {
			return true
		}
	}
	return false
}
