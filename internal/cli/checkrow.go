package cli

import (
	"encoding/json"
	"strconv"
	"strings"

	"truce"
	"truce/internal/tabular"
)

// questionColumns say what the columns of a table ask, by their folded names.
// Columns of other names are passed over: lists carry many.
var questionColumns = map[string]func(*question, string) error{
	"at": atColumn, "coordinate": atColumn, "coordinates": atColumn, "position": atColumn, "mgrs": atColumn,
	"lat": numberColumn(setLat), "latitude": numberColumn(setLat),
	"lon": numberColumn(setLon), "lng": numberColumn(setLon), "longitude": numberColumn(setLon),
	"radiusm": numberColumn(setRadius), "radius": numberColumn(setRadius),
	"accuracym": numberColumn(setAccuracy), "accuracy": numberColumn(setAccuracy),
	"time":  func(q *question, cell string) error { q.Time = cell; return nil },
	"from":  func(q *question, cell string) error { q.From = cell; return nil },
	"until": func(q *question, cell string) error { q.Until = cell; return nil },
	"id":    func(q *question, cell string) (err error) { q.ID, err = json.Marshal(cell); return err },
}

func atColumn(q *question, cell string) error { q.At = cell; return nil }

func setLat(q *question, v float64)      { q.Lat = &v }
func setLon(q *question, v float64)      { q.Lon = &v }
func setRadius(q *question, v float64)   { q.RadiusM = v }
func setAccuracy(q *question, v float64) { q.AccuracyM = v }

func numberColumn(set func(*question, float64)) func(*question, string) error {
	return func(q *question, cell string) error {
		v, err := strconv.ParseFloat(cell, 64)
		if err != nil {
			return truce.E(truce.CodeInvalid, "a number with a decimal point must stand here").
				WithHint("write coordinates in other notations into a column named at")
		}
		set(q, v)
		return nil
	}
}

// row is the question that a row asks. With a shape of its own (KML, GPX) it
// needs no columns.
func (a *asking) row(r tabular.Row) (question, error) {
	q := a.start()
	if r.Shape != nil {
		q.shape = *r.Shape
	}
	for _, c := range r.Cells {
		cell := strings.TrimSpace(c.Text)
		set := questionColumns[foldColumn(c.Column)]
		if cell == "" || set == nil {
			continue
		}
		if err := set(&q, cell); err != nil {
			return q, truce.Within(err, plain(c.Column))
		}
	}
	return q, nil
}

func foldColumn(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "", "(", "", ")", "").Replace(strings.TrimSpace(name)))
}

// saysWhere refuses a table in which no column can hold a place.
func saysWhere(h tabular.Header) error {
	if h.Columns == nil {
		return nil // the rows name their own columns, or have shapes
	}
	for _, c := range h.Columns {
		switch foldColumn(c.Name) {
		case "at", "coordinate", "coordinates", "position", "mgrs", "lat", "latitude":
			return nil
		}
	}
	return truce.E(truce.CodeInvalid, "no column says where").WithHint("the first row names the columns: at, or lat and lon")
}
