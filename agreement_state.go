package truce

import (
	"encoding/json"
	"strings"
	"time"
)

// The prefixes of the ids of agreements and windows.
const (
	AgreementPrefix = "agreement-"
	WindowPrefix    = "window-"
)

// AgreementObject is "agreement" or "window" where an id is formed as one of
// theirs, else "". No other subject has such an id.
func AgreementObject(subject string) string {
	switch {
	case strings.HasPrefix(subject, AgreementPrefix):
		return "agreement"
	case strings.HasPrefix(subject, WindowPrefix):
		return "window"
	}
	return ""
}

// AgreementHead is what intake needs to know of an agreement or window to admit
// a statement about it.
type AgreementHead struct {
	Subject    string
	Object     string // "agreement" or "window"
	Owner      PartyID
	Version    string // statement id of the version in force
	Entry      int64  // its entry
	Terms      int64  // entry of the first version that has the same terms without a change since
	Registered time.Time
	State      ObjectState
	Audience   Audience
	Status     Status
	Body       json.RawMessage // content of that version; nil once erased
}

// AgreementStanding is the last thing that a party said of where it stands to an
// agreement or window: accept, adhere, reserve, condition, reject, suspend,
// resume or denounce.
type AgreementStanding struct {
	Kind    Kind
	Version string // statement id of the version that it spoke of
	Terms   int64  // entry of the first version with those terms
	Entry   int64
	Body    json.RawMessage
}

// Binds reports whether a statement of kind k binds its author to the version
// that it names.
func Binds(k Kind) bool {
	switch k {
	case AgreementAccept, AgreementAdhere, AgreementReserve, WindowAccept, WindowCondition:
		return true
	}
	return false
}

// Stands reports whether a statement of kind k says where its author stands.
func Stands(k Kind) bool {
	switch k {
	case AgreementReject, AgreementSuspend, AgreementResume, AgreementDenounce, WindowReject, WindowSuspend, WindowResume:
		return true
	}
	return Binds(k)
}
