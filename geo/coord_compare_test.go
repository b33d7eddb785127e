package geo_test

import (
	"encoding/json"
	"testing"

	"truce"
	"truce/geo"
)

func TestCompareCoord(t *testing.T) {
	const (
		point  = `{"type":"Point","coordinates":[37.1166,36.2128]}`
		wide   = `{"type":"Point","coordinates":[37.1166,36.2128],"accuracyM":2000}`
		square = `{"type":"Polygon","coordinates":[[[37.11,36.21],[37.12,36.21],[37.12,36.22],[37.11,36.22],[37.11,36.21]]]}`
		circle = `{"type":"Circle","coordinates":[37.1166,36.2128],"radiusM":3000}`
	)
	for _, c := range []struct {
		text, shape         string
		agrees, contradicts bool
	}{
		{"36.2128, 37.1166", point, true, false},
		{"36.21, 37.12", point, true, false}, // a kilometre is left open
		{`36°12'46"N 37°7'0"E`, point, true, false},
		{"36.2158, 37.1166", point, false, false}, // 330 m
		{"36.2728, 37.1166", point, false, true},
		{"36.2300, 37.1166", point, false, true},
		{"36.2300, 37.1166", wide, true, false},
		{"36.215, 37.115", square, true, false},
		{"36.2230, 37.1150", square, true, false}, // 330 m from its edge
		{"36.3, 37.3", square, false, true},
		{"36.2300, 37.1166", circle, true, false},
		{"36.9, 37.1166", circle, false, true},
		{"37.1166, 36.2128", point, false, true},   // exchanged
		{"37S 330702 4009196", point, true, false}, // one of its two readings
		{"37S CA 30 09", point, true, false},       // a cell of a kilometre
		{"36.2128, 37.1166 ", `{"type":"LineString","coordinates":[[37.1166,36.2128],[37.2,36.3]],"bufferM":10}`, true, false},
	} {
		var s geo.Shape
		if err := json.Unmarshal([]byte(c.shape), &s); err != nil {
			t.Fatal(c.shape, err)
		}
		got, err := geo.CompareCoord(c.text, s)
		if err != nil || got.Agrees() != c.agrees || got.Contradicts() != c.contradicts {
			t.Errorf("%q against %s: %+v, %v: agrees %v, contradicts %v", c.text, c.shape, got, err, got.Agrees(), got.Contradicts())
		}
	}
	if _, err := geo.CompareCoord("behind the bakery", geo.PointShape(geo.Point{Lat: 36, Lon: 37}, 0)); truce.CodeOf(err) != truce.CodeInvalid {
		t.Errorf("a text that is no coordinate: %v", err)
	}
}
