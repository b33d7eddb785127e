package pack

import (
	"math"
	"time"

	"truce"
	"truce/geo"
)

// Period is when something is in force: Unix milliseconds UTC, from From (inclusive) to Until (exclusive).
// NoBeginning and NoEnd stand for open ends.
type Period struct{ From, Until int64 }

// The open ends of a Period.
const (
	NoBeginning int64 = math.MinInt64
	NoEnd       int64 = math.MaxInt64
)

// Object is one registered object as a pack holds it: a site, an area or a movement, or an entry of a plain list.
type Object struct {
	ID           string // subject id; unique in a pack
	Kind         string // site, area or movement; of a plain list as it says, or "listed"
	Type         string // function, area kind or purpose
	Names        []truce.Name
	Operator     string // organisation that operates it
	Status       truce.Status
	Verification string // step reached, see truce.VerificationCodes; empty in a plain list
	Differs      bool   // a step of the verification found another place
	Contested    bool   // a challenge is open
	Withdrawn    string // reason of the withdrawal, see truce.WithdrawCodes; empty where it is not withdrawn
	WithdrawnAt  time.Time
	RevalidateBy time.Time // stale from then on, UTC; zero = none
	First        int64     // entry that registered it; of a plain list the number of the feature, from 0
	Entry        int64     // entry of the version in force
	Version      string    // statement id of that version: 64 hex digits; empty in a plain list
	Parts        []Part
}

// Part is one shape of an object with the times at which it applies: the whole of a site or area, or a route, halt,
// start or end of a leg of a movement.
type Part struct {
	Shape   geo.Shape // WGS-84; heights are not kept
	Periods []Period  // in order, disjoint; nil = always. Recurring windows are their instants
	Leg     int       // from 0; -1 where the object has no legs
	Name    string    // route, halt, start or end of the leg; empty without legs
}

// Title is the name to show: the first official one, else the first, else "".
func (o *Object) Title() string { return (&truce.Content{Names: o.Names}).Title() }

// PeriodOf is the period between two times, as wide as whole milliseconds make it. A zero time is an open end, and so is
// one outside of the years 0 to 9999, which cannot be written.
func PeriodOf(from, until time.Time) Period {
	p := Period{NoBeginning, NoEnd}
	if ms := from.UnixMilli(); !from.IsZero() && ms >= firstMoment {
		p.From = min(ms, lastMoment)
	}
	if ms := until.Add(time.Millisecond - 1).UnixMilli(); !until.IsZero() && ms <= lastMoment {
		p.Until = max(ms, firstMoment)
	}
	return p
}

// timeOf is the time of ms, the zero time for an open end.
func timeOf(ms int64) time.Time {
	if ms == NoBeginning || ms == NoEnd {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
