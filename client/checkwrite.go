package client

import (
	"encoding/json"
	"math"
	"strconv"
	"time"

	"truce"
)

// appendQueries writes the body of a batch. What the library would not write is an error.
func appendQueries(out []byte, queries []Query) ([]byte, error) {
	out = append(out, `{"queries":[`...)
	for i := range queries {
		if i > 0 {
			out = append(out, ',')
		}
		if queries[i].isPoint() {
			out = queries[i].appendPoint(out)
			continue
		}
		text, err := json.Marshal(&queries[i])
		if err != nil {
			return nil, err
		}
		out = append(out, text...)
	}
	return append(out, "]}"...), nil
}

// isPoint reports whether q is about a point by its degrees, and can be written.
func (q *Query) isPoint() bool {
	return q.At == "" && q.Shape == nil && q.Lat != nil && q.Lon != nil && finite(*q.Lat) && finite(*q.Lon) && finite(q.RadiusM) && finite(q.AccuracyM) &&
		written(q.Time) && written(q.From) && written(q.Until)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// written reports whether RFC 3339 can write a time.
func written(t *time.Time) bool {
	if t == nil {
		return true
	}
	_, offset := t.Zone()
	return t.Year() >= 0 && t.Year() <= 9999 && offset == 0
}

// appendPoint writes a query about a point in the bytes of the library.
func (q *Query) appendPoint(out []byte) []byte {
	out = truce.AppendJSONNumber(append(out, `{"lat":`...), *q.Lat)
	out = truce.AppendJSONNumber(append(out, `,"lon":`...), *q.Lon)
	if q.RadiusM != 0 {
		out = truce.AppendJSONNumber(append(out, `,"radiusM":`...), q.RadiusM)
	}
	if q.AccuracyM != 0 {
		out = truce.AppendJSONNumber(append(out, `,"accuracyM":`...), q.AccuracyM)
	}
	out = appendTime(out, `,"time":"`, q.Time)
	out = appendTime(out, `,"from":"`, q.From)
	out = appendTime(out, `,"until":"`, q.Until)
	if q.AsKnownAt != 0 {
		out = strconv.AppendInt(append(out, `,"asKnownAt":`...), q.AsKnownAt, 10)
	}
	if q.MinEntry != 0 {
		out = strconv.AppendInt(append(out, `,"minEntry":`...), q.MinEntry, 10)
	}
	return append(out, '}')
}

func appendTime(out []byte, name string, t *time.Time) []byte {
	if t == nil {
		return out
	}
	return append(t.AppendFormat(append(out, name...), time.RFC3339Nano), '"')
}
