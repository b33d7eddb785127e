package pack

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"truce"
	"truce/geo"
	"truce/pack/index"
)

// MaxRadiusM is the largest radius that can be asked about, in metres.
const MaxRadiusM = 1_000_000

// Query is one question: what is in the pack here, at that time.
type Query struct {
	Shape       geo.Shape // the place, WGS-84; its extent counts as part of it
	RadiusM     float64   // how near an object counts, metres between the two regions, from 0 to MaxRadiusM
	From, Until time.Time // from From (inclusive) to Until (exclusive); equal, or a zero Until, is an instant; both zero is now
}

// question is a query made ready.
type question struct {
	Query
	from, until int64 // Unix milliseconds; until is after from but for an instant
}

// Check answers one query at the time now, by the asker's clock, UTC. Where the pack is older than its maker permits,
// Answer.Stale is set: the caller must not show an answer without protections then (CodeStale), since what the pack does
// not know may be there. A query that is not formed right is CodeInvalid and names the member.
func (p *Pack) Check(query Query, now time.Time) (*Answer, error) {
	q, err := query.ready(now)
	if err != nil {
		return nil, err
	}
	hits, err := p.near(q)
	if err != nil {
		return nil, err
	}
	agreements, windows, err := p.agreedHere(q.Query)
	if err != nil {
		return nil, err
	}
	asOf := p.AsOf(now)
	return &Answer{AsOf: asOf, Stale: asOf.Pack.Stale, Protections: p.protections(q, hits), Agreements: agreements, Windows: windows,
		Query: Echo{Shape: string(q.Shape.Type), RadiusM: q.RadiusM, From: q.From, Until: q.Until}}, nil
}

func (q Query) ready(now time.Time) (*question, error) {
	if q.Shape.IsZero() {
		return nil, truce.E(truce.CodeInvalid, "a place must be given").At("/shape").WithHint("give a coordinate or a shape")
	}
	if err := q.Shape.Validate(); err != nil {
		return nil, inShape(err)
	}
	if !(q.RadiusM >= 0 && q.RadiusM <= MaxRadiusM) {
		return nil, truce.E(truce.CodeInvalid, "the radius must lie between 0 and %d metres", MaxRadiusM).At("/radiusM")
	}
	if err := q.times(now); err != nil {
		return nil, err
	}
	period := PeriodOf(q.From, q.Until)
	if q.Until.Equal(q.From) {
		period.Until = period.From
	}
	return &question{Query: q, from: period.From, until: period.Until}, nil
}

// inShape names the place of a fault in a shape from the query on.
func inShape(err error) error {
	if e, ok := errors.AsType[*truce.Error](err); ok {
		return e.At("/shape" + e.Field)
	}
	return err
}

func (q *Query) times(now time.Time) error {
	switch {
	case q.From.IsZero() && !q.Until.IsZero():
		return truce.E(truce.CodeInvalid, "a period needs a beginning").At("/from")
	case q.From.IsZero():
		q.From, q.Until = now, now
	case q.Until.IsZero():
		q.Until = q.From
	case q.Until.Before(q.From):
		return truce.E(truce.CodeInvalid, "the period ends before it begins").At("/until")
	}
	q.From, q.Until = q.From.UTC(), q.Until.UTC()
	return nil
}

// found is what is told of an object: the part of it that counts.
type found struct {
	object, zone uint32
	state        State
	period       Period
	distance     float64 // metres, rounded down to a millimetre
}

// protections are the objects that the hits belong to.
func (p *Pack) protections(q *question, hits []index.Hit) []Protection {
	best := p.choose(q.from, q.until, hits, nil)
	out := make([]Protection, len(best))
	for i, f := range best {
		out[i] = p.tell(f)
	}
	return out
}

func (p *Pack) found(from, until int64, h index.Hit) found {
	part := &p.parts[h.Zone]
	f := found{object: part.object, zone: h.Zone, distance: h.DistanceM}
	f.state, f.period = p.state(from, until, f)
	return f
}

// state is the state of a part over the time asked about: the one most in force that is reached within it.
func (p *Pack) state(from, until int64, f found) (State, Period) {
	r := &p.rows[f.object]
	state, period := inPeriods(p.periodsOf(int(f.zone)), from, until)
	switch {
	case r.flags&flagWithdrawn != 0 && r.withdrawn <= from:
		state = Withdrawn
	case state == InForce && r.flags&flagRevalidate != 0 && r.revalidate <= from:
		state = Stale
	}
	return state, period
}

// inPeriods is where a time stands among the periods, and the one that it meets, else the next, else the last.
func inPeriods(list []Period, from, until int64) (State, Period) {
	if len(list) == 0 {
		return InForce, Period{NoBeginning, NoEnd}
	}
	i, _ := slices.BinarySearchFunc(list, from, func(p Period, from int64) int {
		if p.Until <= from {
			return -1
		}
		return 1
	})
	if i == len(list) {
		return Lapsed, list[i-1]
	}
	if p := list[i]; p.From < until || p.From <= from {
		return InForce, p
	}
	return Later, list[i]
}

// rank puts what is in force before what is not.
func (f found) rank() int {
	if f.state == InForce || f.state == Stale {
		return 0
	}
	return 1
}

func nearer(a, b found) int {
	return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.distance, b.distance))
}

// order is the order of an answer. Ids are spelt out only where all else is equal.
func (p *Pack) order(a, b found) int {
	x, y := &p.rows[a.object], &p.rows[b.object]
	if c := cmp.Or(nearer(a, b), cmp.Compare(x.first+x.entry, y.first+y.entry)); c != 0 {
		return c
	}
	return cmp.Compare(p.id(x), p.id(y))
}

func (p *Pack) tell(f found) Protection {
	o := p.Object(int(f.object))
	part := &p.parts[f.zone]
	out := Protection{ID: o.ID, Kind: o.Kind, Type: o.Type, Name: o.Title(), Operator: o.Operator, DistanceM: f.distance, State: f.state,
		InForceFrom: optional(timeOf(f.period.From)), InForceUntil: optional(timeOf(f.period.Until)), RevalidateBy: optional(o.RevalidateBy),
		Withdrawn: o.Withdrawn, Contested: o.Contested, Verification: o.Verification, Differs: o.Differs,
		Entry: o.Entry, Version: o.Version, Status: o.Status, Exercise: o.Status != truce.Actual}
	if t := shapeTypes[part.head&shapeType]; t == geo.TypePoint || t == geo.TypeMultiPoint {
		out.AccuracyM = part.extent
	}
	if part.leg >= 0 {
		leg := int(part.leg)
		out.Leg, out.Part = &leg, p.dict[part.name]
	}
	return out
}
