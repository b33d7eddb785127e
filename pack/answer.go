package pack

import (
	"time"
	"truce/holds"

	"truce"
)

// Answer is what a pack says of a place. Its JSON form is that of truce check and of POST /v1/check, with the age of the
// pack beside that of its last entry; lists are never null.
type Answer struct {
	AsOf        AsOf                   `json:"asOf"`
	Query       Echo                   `json:"query"`
	Stale       bool                   `json:"stale,omitempty"` // the pack is older than its maker permits: what it does not name may be there
	Protections []Protection           `json:"protections"`     // in force first, then the nearest, then the oldest version
	Agreements  []holds.AgreementBrief `json:"agreements"`      // that concern the place; what binds somebody first
	Windows     []holds.WindowBrief    `json:"windows"`         // likewise; open ones first
	Notice      string                 `json:"notice"`          // for a person; left to the caller, who knows the language
}

// Named is how much the answer names.
func (a *Answer) Named() Named {
	n := len(a.Protections)
	return Named{n, len(a.Agreements) + len(a.Windows), n + holds.Applying(a.Agreements, a.Windows)}
}

// AsOf says what an answer knows.
type AsOf struct {
	LogSize       int64      `json:"logSize"`                 // number of entries that the pack knows
	Root          string     `json:"root,omitempty"`          // root hash of the log at that size, standard base64
	LastEntry     int64      `json:"lastEntry"`               // number of the last entry it knows; -1 where there is none
	LastEntryTime *time.Time `json:"lastEntryTime,omitempty"` // when that was received, UTC
	AgeS          float64    `json:"ageS"`                    // seconds since then; since the pack was made where it knows no entry
	Register      string     `json:"register"`                // origin of the log; empty for a plain list
	Exercise      bool       `json:"exercise"`
	Pack          PackAge    `json:"pack"`
}

// PackAge says which pack answered and how old it is.
type PackAge struct {
	Source  string    `json:"source"`            // register or file
	Name    string    `json:"name,omitempty"`    // of a plain list: the file it was made from
	MadeAt  time.Time `json:"madeAt"`            // UTC
	AgeS    float64   `json:"ageS"`              // seconds since then, by the clock of the machine that answers
	MaxAgeS int64     `json:"maxAgeS,omitempty"` // older it is stale; absent = its maker says nothing
	Stale   bool      `json:"stale"`
	SHA256  string    `json:"sha256"` // of the content, standard base64
}

// Echo is what an answer repeats of its question: no coordinates.
type Echo struct {
	Shape   string    `json:"shape"`
	RadiusM float64   `json:"radiusM"` // metres
	From    time.Time `json:"from"`    // UTC
	Until   time.Time `json:"until"`   // UTC; equal to from for an instant
}

// State is where an object, or a leg of a movement, stands at a time.
type State string

// The states. They are those of the register; none of them hides an object.
const (
	InForce   State = "inForce"
	Stale     State = "stale"     // in force, overdue for revalidation
	Later     State = "later"     // begins after the time asked about
	Lapsed    State = "lapsed"    // ended before it
	Withdrawn State = "withdrawn" // taken back
)

// Protection is one object that applies.
type Protection struct {
	ID           string       `json:"id"`
	Kind         string       `json:"kind"`
	Type         string       `json:"type"`
	Name         string       `json:"name"`
	Operator     string       `json:"operator,omitempty"`
	DistanceM    float64      `json:"distanceM"` // metres between the regions, rounded down to a millimetre; 0 = they touch or overlap
	AccuracyM    float64      `json:"accuracyM,omitempty"`
	State        State        `json:"state"`
	InForceFrom  *time.Time   `json:"inForceFrom,omitempty"`  // UTC; of recurring windows that of the one met, else the next, else the last
	InForceUntil *time.Time   `json:"inForceUntil,omitempty"` // UTC, exclusive
	RevalidateBy *time.Time   `json:"revalidateBy,omitempty"`
	Withdrawn    string       `json:"withdrawn,omitempty"`
	Contested    bool         `json:"contested"`
	Verification string       `json:"verification"` // step reached; empty for a plain list
	Differs      bool         `json:"differs,omitempty"`
	Leg          *int         `json:"leg,omitempty"`
	Part         string       `json:"part,omitempty"`
	Entry        int64        `json:"entry"`
	Version      string       `json:"version"`
	Status       truce.Status `json:"status"`
	Exercise     bool         `json:"exercise"`
}

// optional is a time, or nothing for the zero time.
func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
