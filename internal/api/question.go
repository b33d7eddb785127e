package api

import (
	"encoding/json"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/check"
)

// Question is one query of POST /v1/check as JSON writes it.
type Question struct {
	check.Place
	RadiusM   float64         `json:"radiusM,omitempty" doc:"how near something counts, metres; 0 = it touches"`
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
	var slips []geo.Slip
	var err error
	out.Shape, slips, err = q.Place.Read()
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

// paged is what a list is asked by that goes on page by page: the moment, the question
// that its cursors are for, and the entry behind which this page begins.
func (c *call) paged() (m moment, question string, after int64, err error) {
	if m, err = c.moment(); err != nil {
		return m, "", 0, err
	}
	question = c.question()
	after, err = c.cursors.read(c.query["cursor"], question)
	return m, question, after, err
}
