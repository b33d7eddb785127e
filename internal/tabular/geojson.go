package tabular

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"strings"

	"truce/geo"
)

// geoReader gives a row for each feature of a GeoJSON text (RFC 7946), read
// strictly by package geo.
type geoReader struct {
	pull func() (Row, error, bool)
	stop func()
}

// openGeoJSON reads the text twice. What is wrong with it as a whole, such as
// a foreign coordinate system, may stand at its very end, and must be known
// before a single feature is used.
func openGeoJSON(first io.Reader, again func() (io.Reader, error)) (*Source, error) {
	nothing := func(geo.Feature) error { return nil }
	if err := geo.ReadGeoJSON(first, geoLimits(), nothing); err != nil {
		return nil, asError(err)
	}
	r, err := again()
	if err != nil {
		return nil, asError(err)
	}
	rows := &geoReader{}
	rows.pull, rows.stop = iter.Pull2(features(r))
	return &Source{format: GeoJSON, rows: rows, closer: rows}, nil
}

func geoLimits() geo.Limits {
	return geo.Limits{Bytes: MaxBytes, Features: MaxRows}
}

var errStopped = errors.New("nobody reads on")

// features turns the callbacks of package geo into a sequence.
func features(r io.Reader) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		err := geo.ReadGeoJSON(r, geoLimits(), func(f geo.Feature) error {
			if !yield(featureRow(f), nil) {
				return errStopped
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(Row{}, err)
		}
	}
}

func (g *geoReader) next() (Row, error) {
	row, err, ok := g.pull()
	if !ok {
		return Row{}, io.EOF
	}
	return row, err
}

// Close ends the reading.
func (g *geoReader) Close() error {
	g.stop()
	return nil
}

// featureRow makes cells of the id and the properties.
func featureRow(in geo.Feature) Row {
	f := feature{row: Row{Number: in.Index + 1, Notes: in.Repairs}}
	f.cell("id", jsonText(in.ID))
	for _, p := range in.Properties {
		f.cell(p.Name, jsonText(p.Value))
	}
	for _, m := range in.Foreign {
		f.row.Notes = append(f.row.Notes, "the member "+m.Name+" is not read")
	}
	if in.Err != nil {
		f.err = in.Err
	}
	row := f.finish()
	switch {
	case row.Err != nil:
		row.Geometry = jsonText(in.Geometry)
	case !in.Shape.IsZero():
		row.Shape = &in.Shape
	}
	return row
}

// jsonText is a JSON value as the text of a cell: the content of a string, the
// digits of a number as written, nothing for null, and else the JSON itself.
func jsonText(raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return ""
	}
	if raw[0] != '"' {
		return string(raw)
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return strings.Trim(string(raw), `"`)
	}
	return text
}
