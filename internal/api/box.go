package api

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"truce"
	"truce/geo"
)

// parseBox reads a bbox of RFC 7946, 5: west,south,east,north in degrees.
func parseBox(text string) (*geo.Box, error) {
	parts := strings.Split(text, ",")
	var n [4]float64
	ok := len(parts) == 4
	for i := 0; ok && i < 4; i++ {
		v, err := strconv.ParseFloat(strings.TrimSpace(parts[i]), 64)
		n[i], ok = v, err == nil && math.Abs(v) <= 180
	}
	if !ok || math.Abs(n[1]) > 90 || math.Abs(n[3]) > 90 || n[1] > n[3] {
		return nil, truce.E(truce.CodeUsage, "bbox is not west,south,east,north in degrees").At("bbox").
			WithHint("longitude comes first, as in GeoJSON")
	}
	return &geo.Box{West: n[0], South: n[1], East: n[2], North: n[3]}, nil
}

// touches reports whether a shape in a body comes near the box: its own box
// meets it. A body that shows no shape touches nothing.
func touches(box geo.Box, body json.RawMessage) (bool, error) {
	content, err := truce.ParseContent(body)
	if err != nil {
		return false, err
	}
	for _, raw := range shapesIn(content) {
		var s geo.Shape
		if err := s.UnmarshalJSON(raw); err != nil {
			return false, err
		}
		if meet(box, s.Bounds()) {
			return true, nil
		}
	}
	return false, nil
}

func shapesIn(c *truce.Content) []json.RawMessage {
	all := []json.RawMessage{c.Geometry}
	for _, leg := range c.Legs {
		all = append(all, leg.Route, leg.From.Point, leg.To.Point)
		for _, h := range leg.Halts {
			all = append(all, h.Point)
		}
	}
	var there []json.RawMessage
	for _, raw := range all {
		if len(raw) > 0 {
			there = append(there, raw)
		}
	}
	return there
}

// meet reports whether two boxes have a point in common. Either may cross the
// antimeridian.
func meet(a, b geo.Box) bool {
	if a.South > b.North || b.South > a.North {
		return false
	}
	for _, x := range spans(a) {
		for _, y := range spans(b) {
			if x[0] <= y[1] && y[0] <= x[1] {
				return true
			}
		}
	}
	return false
}

// spans are the ranges of longitude of a box, in -180 to 180; the antimeridian
// is in both.
func spans(b geo.Box) [][2]float64 {
	all := [][2]float64{{b.West, b.East}}
	if b.West > b.East {
		all = [][2]float64{{b.West, 180}, {-180, b.East}}
	}
	for _, s := range all {
		switch {
		case s[0] == -180:
			all = append(all, [2]float64{180, 180})
		case s[1] == 180:
			all = append(all, [2]float64{-180, -180})
		}
	}
	return all
}
