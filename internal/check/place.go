package check

import (
	"encoding/json"

	"truce"
	"truce/geo"
)

// Place is where a question asks about, as JSON writes it: exactly one of at, lat
// with lon, and shape. HTTP and command line share it.
type Place struct {
	At        string          `json:"at,omitempty" doc:"coordinate in any notation: decimal degrees, DMS, UTM, MGRS, geo: URI, map link; latitude first where nothing says otherwise"`
	Lat       *float64        `json:"lat,omitempty" doc:"degrees north"`
	Lon       *float64        `json:"lon,omitempty" doc:"degrees east"`
	Shape     json.RawMessage `json:"shape,omitempty" doc:"point, circle, line or polygon as GeoJSON writes it, longitude first, with accuracyM, radiusM or bufferM"`
	AccuracyM float64         `json:"accuracyM,omitempty" doc:"the true place is within this distance of at or lat and lon, metres; the precision of the notation counts where it is less precise"`
}

// Read is the shape that p means, and what may be wrong with a coordinate as it
// was typed. A coordinate with two sensible readings is refused: to pick one could
// leave a hospital out of the answer. Errors are CodeInvalid and name the member.
func (p *Place) Read() (geo.Shape, []geo.Slip, error) {
	switch {
	case p.given() != 1:
		return geo.Shape{}, nil, truce.E(truce.CodeInvalid, "exactly one of at, lat with lon, and shape says where").At("/at").
			WithHint("give at, or lat and lon, or shape")
	case p.AccuracyM < 0:
		return geo.Shape{}, nil, truce.E(truce.CodeInvalid, "an accuracy is a distance in metres, from 0").At("/accuracyM")
	case p.At != "":
		return p.typed()
	case len(p.Shape) > 0:
		s, err := p.drawn()
		return s, nil, err
	case p.Lat == nil || p.Lon == nil:
		return geo.Shape{}, nil, truce.E(truce.CodeInvalid, "lat and lon belong together").At("/lat").WithHint("give both")
	}
	return geo.PointShape(geo.Point{Lat: *p.Lat, Lon: *p.Lon}, p.AccuracyM), nil, nil
}

func (p *Place) given() (n int) {
	for _, is := range []bool{p.At != "", p.Lat != nil || p.Lon != nil, len(p.Shape) > 0} {
		if is {
			n++
		}
	}
	return n
}

func (p *Place) typed() (geo.Shape, []geo.Slip, error) {
	c, err := geo.ParseCoord(p.At)
	if err != nil {
		return geo.Shape{}, nil, truce.Within(err, "/at")
	}
	if c.Ambiguous {
		return geo.Shape{}, c.Slips, truce.E(truce.CodeInvalid, "the coordinate has a second sensible reading").At("/at").
			WithHint("write degrees with a decimal point and with N or S, E or W")
	}
	return geo.PointShape(c.Point, max(c.AccuracyM, p.AccuracyM)), c.Slips, nil
}

func (p *Place) drawn() (s geo.Shape, err error) {
	if p.AccuracyM != 0 {
		return s, truce.E(truce.CodeInvalid, "the accuracy of a shape stands in the shape").At("/accuracyM")
	}
	return s, truce.Within(s.UnmarshalJSON(p.Shape), "/shape")
}
