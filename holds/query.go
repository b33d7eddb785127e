package holds

import (
	"math"
	"time"

	"truce"
	"truce/geo"
)

// MaxRadiusM is the largest radius that can be asked about, in metres.
const MaxRadiusM = 1_000_000

// Query is one question: what holds here, then.
type Query struct {
	// Shape is the place; the zero Shape asks about everywhere. WGS-84.
	Shape geo.Shape
	// RadiusM is how near an area counts, metres between the two regions, from 0
	// (they touch or overlap) to MaxRadiusM.
	RadiusM float64
	// At is the time asked about, or the beginning of the period.
	At time.Time
	// Until ends the period that begins at At, and does not belong to it. The zero
	// time, or At itself, asks about the instant At.
	Until time.Time
	// Statuses are those answered with; actual ones where there are none.
	Statuses []truce.Status
	// Object narrows to "agreement" or "window", ID to one of them. Empty ones do not.
	Object, ID string
	// Sight is what the asker may know; nil is everything that the model holds.
	Sight Sight
}

func (q Query) ready() (*question, error) {
	if q.At.IsZero() {
		return nil, truce.E(truce.CodeInvalid, "the time is missing").At("/time")
	}
	if math.IsNaN(q.RadiusM) || q.RadiusM < 0 || q.RadiusM > MaxRadiusM {
		return nil, truce.E(truce.CodeInvalid, "the radius must lie between 0 and %d metres", MaxRadiusM).At("/radiusM")
	}
	if q.At = q.At.UTC(); bounded(q.At) != q.At {
		return nil, truce.E(truce.CodeInvalid, "the year must lie between 1 and 9999").At("/time")
	}
	if err := q.period(); err != nil {
		return nil, err
	}
	if len(q.Statuses) == 0 {
		q.Statuses = []truce.Status{truce.Actual}
	}
	out := &question{Query: q}
	if q.Shape.IsZero() {
		return out, nil
	}
	if err := q.Shape.Validate(); err != nil {
		return nil, truce.Within(err, "/shape")
	}
	region, err := geo.Prepare(q.Shape)
	out.region = region
	return out, err
}

// period looks at the end of the period; that of an instant becomes the zero time.
func (q *Query) period() error {
	if q.Until.IsZero() {
		return nil
	}
	switch q.Until = bounded(q.Until); {
	case q.Until.Before(q.At):
		return truce.E(truce.CodeInvalid, "the period ends before it begins").At("/until").WithHint("look whether from and until were exchanged")
	case q.Until.Equal(q.At):
		q.Until = time.Time{}
	}
	return nil
}
