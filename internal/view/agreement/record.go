package agreement

import (
	"encoding/json"
	"time"

	"truce"
)

// Record is everything known of one agreement or window at one log size. Who may
// read which part of it is decided by package auth, not here.
type Record struct {
	Subject   string
	Object    string // "agreement" or "window"; empty when erased
	Owner     truce.PartyID
	Status    truce.Status
	First     int64       // entry that registered it
	Versions  []Version   // those that hold content, in order of entry
	Withdrawn *Withdrawal // nil while it stands
	Said      []Said      // what was said about it, in order of entry; not what is void
	Erased    *Tombstone  // when not nil, only Subject and Status stand beside it
}

// Version is one register, announce or amend.
type Version struct {
	Entry    int64           // number in the log
	ID       string          // statement id
	Author   truce.PartyID   // party that said it
	At       time.Time       // when it was received, UTC, by the log's clock
	Audience truce.Audience  // who may read the subject while this version is in force
	Lang     string          // BCP 47 tag of the texts
	Terms    int64           // entry of the first version with the same terms, without another between
	Body     json.RawMessage // as it was signed
}

// Withdrawal says how a registration was taken back. Its content stays.
type Withdrawal struct {
	Entry  int64
	ID     string
	Author truce.PartyID
	At     time.Time // UTC, by the log's clock
	Body   json.RawMessage
}

// Said is one statement about an agreement or window.
type Said struct {
	Entry   int64
	ID      string
	Kind    truce.Kind
	Author  truce.PartyID
	At      time.Time // UTC, by the log's clock
	Version string    // statement id of the version that it speaks about
	Terms   int64     // that version's Terms
	Body    json.RawMessage
}

// Tombstone is what stays of an erased subject.
type Tombstone struct {
	Entry    int64 // number of the erase statement
	ID       string
	Author   truce.PartyID
	At       time.Time // UTC, by the log's clock
	Reason   string    // see truce.EraseCodes
	Audience truce.Audience
	Status   truce.Status
}

// Newest is the version with the newest content; nil when erased.
func (r *Record) Newest() *Version {
	if len(r.Versions) == 0 {
		return nil
	}
	return &r.Versions[len(r.Versions)-1]
}
