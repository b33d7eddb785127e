package check

import (
	"errors"
	"math"
	"slices"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/auth"
	"truce/internal/i18n"
)

// MaxRadiusM is the largest radius that can be asked about, in metres.
const MaxRadiusM = 1_000_000

// Query is one question: what is registered here, at that time, as known then.
type Query struct {
	// Shape is the place: a point (its accuracy counts as part of it), circle,
	// line with a buffer, polygon, or several of one kind. WGS-84.
	Shape geo.Shape
	// RadiusM is how near an object counts, metres between the two regions, from
	// 0 (they touch or overlap) to MaxRadiusM.
	RadiusM float64
	// From and Until are the time, from From (inclusive) to Until (exclusive).
	// Until equal to From, or zero, is an instant; both zero is now.
	From, Until time.Time
	// AsKnownAt is the number of entries to answer from; 0 or less is all there
	// are. The viewer is told what it could see then and may see now.
	AsKnownAt int64
	// MinEntry is the number of an entry that the answer must know; a log that
	// has not reached it is CodeStale. 0 asks for nothing.
	MinEntry int64
	// Statuses narrows what is answered with; empty is all that the register
	// answers with: actual ones, or in an exercise those of exercise and test.
	Statuses []truce.Status
	// Viewer is who asks; the zero Viewer is the public.
	Viewer auth.Viewer
	// Lang is the language of the notice; English when empty.
	Lang i18n.Lang
}

// Echo is what an answer repeats of its question: no coordinates.
type Echo struct {
	Shape     string    `json:"shape"`   // type of the shape
	RadiusM   float64   `json:"radiusM"` // metres
	From      time.Time `json:"from"`    // UTC
	Until     time.Time `json:"until"`   // UTC; equal to from for an instant
	AsKnownAt int64     `json:"asKnownAt,omitempty"`
}

// question is a query made ready.
type question struct {
	Query
	region *geo.Prepared // made when it is first needed
	known  *knowledge
}

// ready checks a query and fills in what it leaves open. Faults are CodeInvalid
// and name the member by a JSON pointer.
func (q *question) ready(now time.Time, exercise bool) error {
	if q.Shape.IsZero() {
		return truce.E(truce.CodeInvalid, "a place must be given").At("/shape").WithHint("give a coordinate or a shape")
	}
	if err := q.Shape.Validate(); err != nil {
		return inShape(err)
	}
	if math.IsNaN(q.RadiusM) || q.RadiusM < 0 || q.RadiusM > MaxRadiusM {
		return truce.E(truce.CodeInvalid, "the radius must lie between 0 and %d metres", MaxRadiusM).At("/radiusM").
			WithHint("0 is for what touches the place itself")
	}
	if err := q.times(now); err != nil {
		return err
	}
	return q.statuses(exercise)
}

// place is the region asked about, ready to be compared. A valid shape has one.
func (q *question) place() (*geo.Prepared, error) {
	var err error
	if q.region == nil {
		q.region, err = geo.Prepare(q.Shape)
	}
	return q.region, err
}

// bare reports whether the question is about a point and what it is in.
func (q *question) bare() bool {
	return q.Shape.Type == geo.TypePoint && q.Shape.AccuracyM == 0 && q.RadiusM == 0
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
		return truce.E(truce.CodeInvalid, "a period needs a beginning").At("/from").WithHint("give from and until, or one time")
	case q.From.IsZero():
		q.From, q.Until = now, now
	case q.Until.IsZero():
		q.Until = q.From
	case q.Until.Before(q.From):
		return truce.E(truce.CodeInvalid, "the period ends before it begins").At("/until").WithHint("look whether from and until were exchanged")
	}
	q.From, q.Until = q.From.UTC(), q.Until.UTC()
	return q.years()
}

// years refuses times that no answer could be written of.
func (q *Query) years() error {
	for _, t := range []struct {
		member string
		time.Time
	}{{"/from", q.From}, {"/until", q.Until}} {
		if y := t.Year(); y >= 1 && y <= 9999 {
			continue
		}
		if q.From.Equal(q.Until) {
			t.member = "/time"
		}
		return truce.E(truce.CodeInvalid, "the year must lie between 1 and 9999, in UTC").At(t.member)
	}
	return nil
}

// What a register answers with, and an exercise.
var (
	actual = []truce.Status{truce.Actual}
	drill  = []truce.Status{truce.Exercise, truce.Test}
)

// statuses fills in the statuses, and refuses those that would mix an exercise
// with what is meant.
func (q *Query) statuses(exercise bool) error {
	all := actual
	if exercise {
		all = drill
	}
	for _, s := range q.Statuses {
		if !slices.Contains(all, s) {
			return truce.E(truce.CodeInvalid, "this register does not answer with entries of status %q", s).At("/statuses").
				WithHint("a register made as an exercise answers with exercise and test entries, every other with actual ones")
		}
	}
	if len(q.Statuses) == 0 {
		q.Statuses = all
	}
	return nil
}

func (q *question) echo() Echo {
	return Echo{Shape: string(q.Shape.Type), RadiusM: q.RadiusM, From: q.From, Until: q.Until, AsKnownAt: max(0, q.AsKnownAt)}
}
