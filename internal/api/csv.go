package api

import (
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"truce"
	"truce/internal/check"
)

// csvColumns are the columns that a check takes, by their folded names.
var csvColumns = map[string]func(q *Question, cell string) error{
	"at": text, "coordinate": text, "coordinates": text, "position": text, "mgrs": text,
	"lat": number(func(q *Question, v float64) { q.Lat = &v }), "latitude": number(func(q *Question, v float64) { q.Lat = &v }),
	"lon": number(func(q *Question, v float64) { q.Lon = &v }), "lng": number(func(q *Question, v float64) { q.Lon = &v }),
	"longitude": number(func(q *Question, v float64) { q.Lon = &v }),
	"radiusm":   number(func(q *Question, v float64) { q.RadiusM = v }), "radius": number(func(q *Question, v float64) { q.RadiusM = v }),
	"accuracym": number(func(q *Question, v float64) { q.AccuracyM = v }), "accuracy": number(func(q *Question, v float64) { q.AccuracyM = v }),
	"time": instant(func(q *Question, t *time.Time) { q.Time = t }), "from": instant(func(q *Question, t *time.Time) { q.From = t }),
	"until": instant(func(q *Question, t *time.Time) { q.Until = t }),
	"id":    ownID,
}

func text(q *Question, cell string) error { q.At = cell; return nil }

func ownID(q *Question, cell string) error {
	q.ID = encodeJSON(cell)
	return nil
}

func number(set func(*Question, float64)) func(*Question, string) error {
	return func(q *Question, cell string) error {
		v, err := strconv.ParseFloat(cell, 64)
		if err != nil {
			return truce.E(truce.CodeInvalid, "a number with a decimal point must stand here").
				WithHint("write coordinates in other notations into a column named at")
		}
		set(q, v)
		return nil
	}
}

func instant(set func(*Question, *time.Time)) func(*Question, string) error {
	return func(q *Question, cell string) error {
		t, err := time.Parse(time.RFC3339, cell)
		if err != nil {
			return truce.E(truce.CodeInvalid, "a time in RFC 3339 must stand here").WithHint("such as 2016-08-11T10:00:00Z")
		}
		set(q, &t)
		return nil
	}
}

// readCSV reads rows with a header. Columns that are not known are passed over:
// lists carry many. radius counts for rows that have none.
func readCSV(r io.Reader, radius float64) (*asking, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord, in.ReuseRecord = -1, true
	header, err := csvHeader(in)
	if err != nil {
		return nil, err
	}
	all := room(0)
	for {
		cells, err := in.Read()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, csvError(err)
		}
		if len(all.about) == maxQuestions {
			return nil, truce.E(truce.CodeTooLarge, "at most %d rows are possible at once", maxQuestions).WithHint("send it in parts, or as application/x-ndjson")
		}
		row, _ := in.FieldPos(0)
		header.ask(all, cells, row, radius)
	}
}

// csvNames are the names of the columns as the file has them.
type csvNames []string

func csvHeader(in *csv.Reader) (csvNames, error) {
	cells, err := in.Read()
	if err != nil {
		return nil, truce.E(truce.CodeInvalid, "the first row must name the columns").WithHint("at, or lat and lon; radiusM, accuracyM, time, from, until, id")
	}
	names := append(csvNames{}, cells...)
	seen := map[string]bool{}
	for _, n := range names {
		seen[foldName(n)] = true
	}
	for _, place := range []string{"at", "coordinate", "coordinates", "position", "mgrs", "lat", "latitude"} {
		if seen[place] {
			return names, nil
		}
	}
	return nil, truce.E(truce.CodeInvalid, "no column says where").WithHint("name a column at, or two lat and lon")
}

// ask adds the query of a row.
func (names csvNames) ask(all *asking, cells []string, row int, radius float64) {
	q := Question{RadiusM: radius}
	for i, cell := range cells {
		if cell = strings.TrimSpace(cell); i >= len(names) || cell == "" {
			continue
		}
		set, ok := csvColumns[foldName(names[i])]
		if !ok {
			continue
		}
		if err := set(&q, cell); err != nil {
			all.add(check.Query{}, about{line: row, id: q.ID, err: atCell(err, names[i], row)})
			return
		}
	}
	query, slips, err := q.Query()
	all.add(query, about{row, q.ID, slips, atRow(err, row)})
}

func atCell(err error, column string, row int) error {
	e, ok := errors.AsType[*truce.Error](err)
	if !ok {
		return err
	}
	return atRow(e.At(clip(column)), row)
}

func atRow(err error, row int) error {
	e, ok := errors.AsType[*truce.Error](err)
	if !ok {
		return err
	}
	c := *e
	c.Row = row
	return &c
}

func csvError(err error) error {
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		return &truce.Error{Code: truce.CodeInvalid, Message: "the row cannot be read as CSV", Row: e.StartLine, Hint: "a quote stands where none can, or is not closed", Err: err}
	}
	return bodyError(err)
}

func foldName(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "", "(", "", ")", "").Replace(strings.TrimSpace(name)))
}
