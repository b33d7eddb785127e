package api

import (
	"encoding/json"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/check"
)

// Question is one query of POST /v1/check as JSON writes it. One of at, lat with
// lon, and shape says where.
type Question struct {
	At        string          `json:"at,omitempty" doc:"coordinate in any notation: decimal degrees, DMS, UTM, MGRS, geo: URI, map link; latitude first where nothing says otherwise"`
	Lat       *float64        `json:"lat,omitempty" doc:"degrees north"`
	Lon       *float64        `json:"lon,omitempty" doc:"degrees east"`
	Shape     json.RawMessage `json:"shape,omitempty" doc:"point, circle, line or polygon as GeoJSON writes it, longitude first, with accuracyM, radiusM or bufferM"`
	RadiusM   float64         `json:"radiusM,omitempty" doc:"how near something counts, metres; 0 = it touches"`
	AccuracyM float64         `json:"accuracyM,omitempty" doc:"the true place is within this distance of at or lat and lon, metres; the precision of the notation counts where it is less precise"`
	Time      *time.Time      `json:"time,omitempty" doc:"instant asked about; now when absent"`
	From      *time.Time      `json:"from,omitempty" doc:"beginning of the period asked about"`
	Until     *time.Time      `json:"until,omitempty" doc:"its end, exclusive"`
	AsKnownAt int64           `json:"asKnownAt,omitempty" doc:"log size to answer from; the newest when absent"`
	MinEntry  int64           `json:"minEntry,omitempty" doc:"entry that the answer must know"`
	ID        json.RawMessage `json:"id,omitempty" doc:"a text or number of yours, given back with the answer"`
}

// Questions is the body of POST /v1/check with several queries.
type Questions struct {
	Queries []Question `json:"queries"`
}

// maxQuestions is how many queries one JSON body holds.
const maxQuestions = 10_000

// Query is q for the check, and what may be wrong with the coordinate as it was
// typed. A coordinate with two sensible readings is refused: to pick one could
// leave a hospital out of the answer. Errors are CodeInvalid and name the member.
func (q *Question) Query() (check.Query, []geo.Slip, error) {
	out := check.Query{RadiusM: q.RadiusM, AsKnownAt: q.AsKnownAt, MinEntry: q.MinEntry}
	if q.AsKnownAt < 0 || q.MinEntry < 0 {
		return out, nil, truce.E(truce.CodeInvalid, "entry numbers begin at 0").At("/asKnownAt")
	}
	if err := q.times(&out); err != nil {
		return out, nil, err
	}
	slips, err := q.place(&out)
	return out, slips, err
}

func (q *Question) times(out *check.Query) error {
	if q.Time != nil && (q.From != nil || q.Until != nil) {
		return truce.E(truce.CodeInvalid, "an instant and a period cannot both be asked about").At("/time").
			WithHint("give time, or from and until")
	}
	for _, t := range []struct {
		from *time.Time
		to   *time.Time
	}{{q.Time, &out.From}, {q.From, &out.From}, {q.Until, &out.Until}} {
		if t.from != nil {
			*t.to = t.from.UTC()
		}
	}
	return nil
}

// place reads the one place that is given.
func (q *Question) place(out *check.Query) ([]geo.Slip, error) {
	given := 0
	for _, is := range []bool{q.At != "", q.Lat != nil || q.Lon != nil, len(q.Shape) > 0} {
		if is {
			given++
		}
	}
	switch {
	case given != 1:
		return nil, truce.E(truce.CodeInvalid, "exactly one of at, lat with lon, and shape says where").At("/at")
	case q.AccuracyM < 0:
		return nil, truce.E(truce.CodeInvalid, "an accuracy is a distance in metres, from 0").At("/accuracyM")
	case q.At != "":
		return q.typed(out)
	case len(q.Shape) > 0:
		return nil, q.drawn(out)
	case q.Lat == nil || q.Lon == nil:
		return nil, truce.E(truce.CodeInvalid, "lat and lon belong together").At("/lat")
	}
	out.Shape = geo.PointShape(geo.Point{Lat: *q.Lat, Lon: *q.Lon}, q.AccuracyM)
	return nil, nil
}

func (q *Question) typed(out *check.Query) ([]geo.Slip, error) {
	c, err := geo.ParseCoord(q.At)
	if err != nil {
		return nil, inside(err, "/at")
	}
	if c.Ambiguous {
		return c.Slips, truce.E(truce.CodeInvalid, "the coordinate has a second sensible reading").At("/at").
			WithHint("write degrees with a decimal point and with N or S, E or W")
	}
	out.Shape = geo.PointShape(c.Point, max(c.AccuracyM, q.AccuracyM))
	return c.Slips, nil
}

func (q *Question) drawn(out *check.Query) error {
	if q.AccuracyM != 0 {
		return truce.E(truce.CodeInvalid, "the accuracy of a shape stands in the shape").At("/accuracyM")
	}
	if err := out.Shape.UnmarshalJSON(q.Shape); err != nil {
		return inside(err, "/shape")
	}
	return nil
}

// inside puts an error at the member in which it arose.
func inside(err error, at string) error {
	if e, ok := err.(*truce.Error); ok {
		return e.At(at + e.Field)
	}
	return err
}
