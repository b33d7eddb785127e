package check

import (
	"encoding/json"
	"time"

	"truce"
	"truce/internal/view/protected"
)

// Answer is what is registered at a place. Its JSON form is stable; lists are
// never null.
type Answer struct {
	AsOf        AsOf              `json:"asOf"`
	Query       Echo              `json:"query"`
	Protections []Protection      `json:"protections"` // in force first, then the nearest, then the oldest version
	Agreements  []json.RawMessage `json:"agreements"`  // that concern the place, see package inforce
	Windows     []json.RawMessage `json:"windows"`     // likewise
	Notice      string            `json:"notice"`      // for a person, in the language asked for
}

// AsOf says what an answer knows.
type AsOf struct {
	LogSize       int64     `json:"logSize"`       // number of entries it knows
	Root          string    `json:"root"`          // root hash of the log at that size, standard base64
	LastEntry     int64     `json:"lastEntry"`     // number of the last entry it knows; -1 when there is none
	LastEntryTime time.Time `json:"lastEntryTime"` // when that was received, UTC
	AgeS          float64   `json:"ageS"`          // seconds since then, by the clock of the machine that answers
	Register      string    `json:"register"`      // origin of the log
	Exercise      bool      `json:"exercise"`      // the register itself is an exercise
	Lag           int64     `json:"lag"`           // entries that the log has beyond those
}

// Protection is one object that applies.
type Protection struct {
	ID           string          `json:"id"`                 // subject
	Kind         string          `json:"kind"`               // site, area or movement
	Type         string          `json:"type"`               // function, area kind or purpose
	Name         string          `json:"name"`               // as the object's names have it, in their own script
	Operator     string          `json:"operator,omitempty"` // organisation that operates it
	DistanceM    float64         `json:"distanceM"`          // metres between the regions, rounded down to a millimetre; 0 = they touch or overlap
	AccuracyM    float64         `json:"accuracyM,omitempty"`
	State        protected.State `json:"state"`
	InForceFrom  *time.Time      `json:"inForceFrom,omitempty"`  // UTC; absent = no beginning is stated
	InForceUntil *time.Time      `json:"inForceUntil,omitempty"` // UTC, exclusive; absent = no end is stated
	RevalidateBy *time.Time      `json:"revalidateBy,omitempty"` // UTC; stale after it
	Withdrawn    string          `json:"withdrawn,omitempty"`    // reason of the withdrawal, see truce.WithdrawCodes
	Contested    bool            `json:"contested"`              // a challenge is open
	Verification string          `json:"verification"`           // step reached, see truce.VerificationCodes
	Differs      bool            `json:"differs,omitempty"`      // a step of the verification found another place
	Leg          *int            `json:"leg,omitempty"`          // movements: the leg that the distance is to, from 0
	Part         string          `json:"part,omitempty"`         // movements: route, halt, start or end of that leg
	Entry        int64           `json:"entry"`                  // number of the version in force
	Version      string          `json:"version"`                // its statement id
	Status       truce.Status    `json:"status"`
	Exercise     bool            `json:"exercise"` // status is not actual
}

// optional is a time, or nothing for the zero time.
func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
