package cli

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"truce"
	"truce/geo"
	"truce/internal/check"
	"truce/internal/i18n"
)

// question is one place and time asked about, as a person or a list writes it:
// the members of POST /v1/check, with dates beside instants.
type question struct {
	check.Place
	RadiusM   float64         `json:"radiusM,omitempty"`
	Time      string          `json:"time,omitempty"`
	From      string          `json:"from,omitempty"`
	Until     string          `json:"until,omitempty"`
	AsKnownAt int64           `json:"asKnownAt,omitempty"`
	MinEntry  int64           `json:"minEntry,omitempty"`
	ID        json.RawMessage `json:"id,omitempty"`

	shape geo.Shape // read already; zero where the members above say it
}

// query makes the question ready. A coordinate with two sensible readings is
// refused: to pick one could leave a hospital out of the answer.
func (q *question) query(lang i18n.Lang) (check.Query, []geo.Slip, error) {
	out := check.Query{RadiusM: q.RadiusM, AsKnownAt: q.AsKnownAt, MinEntry: q.MinEntry, Lang: lang}
	if err := q.times(&out); err != nil {
		return out, nil, err
	}
	slips, err := q.place(&out)
	return out, slips, err
}

func (q *question) times(out *check.Query) error {
	if q.Time != "" && q.From+q.Until != "" {
		return truce.E(truce.CodeInvalid, "an instant and a period cannot both be asked about").At("time").
			WithHint("give time, or from and until")
	}
	var err error
	if q.Time != "" {
		out.From, out.Until, err = parseTime("time", q.Time)
		return err
	}
	if q.From != "" {
		if out.From, out.Until, err = parseTime("from", q.From); err != nil {
			return err
		}
	}
	if q.Until != "" {
		return q.until(out)
	}
	return nil
}

// until reads the end of the period. Dates are as wide as any zone makes them:
// an end before the beginning is found by where the two begin.
func (q *question) until(out *check.Query) error {
	begins, ends, err := parseTime("until", q.Until)
	if err == nil && q.From != "" && begins.Before(out.From) {
		err = truce.E(truce.CodeInvalid, "the period ends before it begins").At("/until").WithHint("look whether from and until were exchanged")
	}
	out.Until = ends
	return err
}

// place reads the one place that is given.
func (q *question) place(out *check.Query) (slips []geo.Slip, err error) {
	if !q.shape.IsZero() {
		out.Shape = q.shape
		return nil, nil
	}
	out.Shape, slips, err = q.Place.Read()
	return slips, err
}

// oneShape reads a file with one shape of one of the kinds: a GeoJSON geometry,
// feature or collection of one feature, or a shape as statements hold it.
func oneShape(data []byte, kinds []geo.ShapeType) (geo.Shape, error) {
	var shape geo.Shape
	if shape.UnmarshalJSON(bytes.TrimSpace(data)) != nil || shape.IsZero() {
		var err error
		if shape, err = oneFeature(data); err != nil {
			return shape, err
		}
	}
	if !slices.Contains(kinds, shape.Type) {
		texts := make([]string, len(kinds))
		for i, k := range kinds {
			texts[i] = string(k)
		}
		return shape, truce.E(truce.CodeInvalid, "a %s stands in the file", shape.Type).WithHint("a %s is needed", strings.Join(texts, " or "))
	}
	return shape, nil
}

func oneFeature(data []byte) (shape geo.Shape, err error) {
	n := 0
	err = geo.ReadGeoJSON(bytes.NewReader(data), geo.Limits{Bytes: maxShape, Features: 1000}, func(f geo.Feature) error {
		n++
		shape = f.Shape
		return f.Err
	})
	if err == nil && (n != 1 || shape.IsZero()) {
		err = truce.E(truce.CodeInvalid, "the file must hold one shape, and holds %d", n).WithHint("many at once are asked about with --batch")
	}
	return shape, err
}
