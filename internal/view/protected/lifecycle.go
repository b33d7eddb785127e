package protected

import (
	"time"

	"truce"
)

// State is where an object, or a leg of a movement, stands at a time. None of
// them hides it: they say how to read it (guard rail 7).
type State string

// The states. Whether an object is contested is told beside its state.
const (
	InForce   State = "inForce"
	Stale     State = "stale"     // in force, but its revalidateBy has passed: a stale hospital is still a hospital
	Later     State = "later"     // its validFrom lies ahead
	Lapsed    State = "lapsed"    // its validUntil has passed; shown all the same
	Withdrawn State = "withdrawn" // its owner or the registrar took it back; shown all the same
)

// Period is when something is in force: from From (inclusive) to Until
// (exclusive), UTC. A zero time is an open end.
type Period struct{ From, Until time.Time }

// PeriodOf is the period between two dates as wide as their precision allows:
// from the earliest moment of from to the latest of until. An unknown date, or
// none, is an open end. A date that cannot be read is CodeInvalid.
func PeriodOf(from, until truce.When) (Period, error) {
	earliest, _, err := from.Span()
	if err != nil {
		return Period{}, err
	}
	_, latest, err := until.Span()
	return Period{From: earliest, Until: latest}, err
}

// Within is p with its open ends closed by those of outer. An end that would leave
// nothing of p, such as that of a movement before a leg begins, does not close it.
func (p Period) Within(outer Period) Period {
	switch {
	case p.From.IsZero() && p.Until.IsZero():
		return outer
	case p.From.IsZero() && outer.From.Before(p.Until):
		p.From = outer.From
	case p.Until.IsZero() && outer.Until.After(p.From):
		p.Until = outer.Until
	}
	return p
}

// begins reports whether p has begun before the query's end: before until, or at
// the instant from where the query is an instant.
func (p Period) begins(from, until time.Time) bool {
	return p.From.IsZero() || p.From.Before(until) || !p.From.After(from)
}

// ended reports whether p was over at from.
func (p Period) ended(from time.Time) bool { return !p.Until.IsZero() && !p.Until.After(from) }

// Life holds the dates of an object that decide its state.
type Life struct {
	Valid        Period
	RevalidateBy time.Time // the latest moment of the date; zero = none
	Withdrawn    time.Time // log time of the withdrawal; zero = not withdrawn
}

// Life reads the dates of o. content is the reading of o.Content.Body.
func (o *Object) Life(content *truce.Content) (Life, error) {
	var l Life
	var err error
	if l.Valid, err = PeriodOf(content.ValidFrom, content.ValidUntil); err != nil {
		return l, err
	}
	by := content.RevalidateBy
	if o.Freshened != nil {
		fresh, err := truce.ParseContent(o.Freshened.Body)
		if err != nil {
			return l, err
		}
		by = fresh.RevalidateBy
	}
	if _, l.RevalidateBy, err = by.Span(); err != nil {
		return l, err
	}
	if o.Withdrawn != nil {
		l.Withdrawn = o.Withdrawn.At
	}
	return l, nil
}

// At is the state over the time from from (inclusive) to until (exclusive); for
// an instant the two are equal. It is the one most in force that is reached
// within that time: an object that lapses half-way is in force, and one that is
// withdrawn after from was not withdrawn yet.
func (l Life) At(from, until time.Time) State {
	switch {
	case !l.Withdrawn.IsZero() && !l.Withdrawn.After(from):
		return Withdrawn
	case l.Valid.ended(from):
		return Lapsed
	case !l.Valid.begins(from, until):
		return Later
	case !l.RevalidateBy.IsZero() && !l.RevalidateBy.After(from):
		return Stale
	}
	return InForce
}
