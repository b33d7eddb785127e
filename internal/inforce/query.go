package inforce

import (
	"time"

	"truce"
	"truce/geo"
	"truce/holds"
	"truce/internal/auth"
)

// Query is one question: what holds here, then, as known then.
type Query struct {
	// Shape is the place; the zero Shape asks about everywhere. WGS-84.
	Shape geo.Shape
	// RadiusM is how near an area counts, metres between the two regions, from 0
	// (they touch or overlap) to MaxRadiusM.
	RadiusM float64
	// At is the time, or the beginning of the period; Engine takes the zero time for now.
	At time.Time
	// Until ends the period that begins at At, and does not belong to it. The zero
	// time, or At itself, asks about the instant At.
	Until time.Time
	// AsKnownAt is the number of entries to answer from; 0 or less is all there are.
	AsKnownAt int64
	// Statuses are those answered with; actual ones where there are none, and from
	// the Engine of an exercise those of exercise and test.
	Statuses []truce.Status
	// Object narrows to "agreement" or "window", ID to one of them. Empty ones do not.
	Object, ID string
	// Viewer is who asks; the zero Viewer is the public.
	Viewer auth.Viewer
}

// Evaluate answers a question from what a model knows; see holds.Evaluate.
func Evaluate(m *Model, q Query) (*Answer, error) {
	return holds.Evaluate(m, holds.Query{Shape: q.Shape, RadiusM: q.RadiusM, At: q.At, Until: q.Until, Statuses: q.Statuses, Object: q.Object, ID: q.ID, Sight: sight{q.Viewer}})
}
