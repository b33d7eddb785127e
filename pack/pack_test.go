package pack

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"truce/geo"
)

var made = time.Date(2016, 8, 11, 12, 0, 0, 0, time.UTC)

const someList = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"name":"M10","kind":"hospital"},"geometry":{"type":"Point","coordinates":[37.1166,36.2128]}},
{"type":"Feature","properties":{"name":"wells","radius_m":150.5},"geometry":{"type":"Point","coordinates":[37.2,36.3]}},
{"type":"Feature","properties":{"name":"road","buffer_m":50,"from":"2016-08-11T10:00:00Z","until":"2016-08-11T13:00:00Z"},"geometry":{"type":"LineString","coordinates":[[37,36],[37.1,36.05],[37.2,36.1]]}},
{"type":"Feature","properties":{"name":"bad","radius_m":5},"geometry":{"type":"Polygon","coordinates":[[[37,36],[38,36],[38,37],[37,36]]]}},
{"type":"Feature","properties":{"name":"camp"},"geometry":{"type":"MultiPolygon","coordinates":[[[[37.5,36.5],[37.6,36.5],[37.6,36.6],[37.5,36.6],[37.5,36.5]],[[37.54,36.54],[37.54,36.56],[37.56,36.56],[37.56,36.54],[37.54,36.54]]],[[[38,36],[38.1,36],[38.1,36.1],[38,36]]]]}}
]}`

func TestPlain(t *testing.T) {
	objects, list, err := listed([]byte(someList))
	if err != nil {
		t.Fatal(err)
	}
	if len(objects) != 4 || list.Count != 4 || len(list.Errors) != 1 {
		t.Fatal(list.Count, list.Errors)
	}
	data, err := Make(Contents{Header: Header{Source: FromFile, Origin: "x.geojson"}, MadeAt: made, Objects: objects}, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	p, err := Open(data, "")
	if err != nil {
		t.Fatal(err)
	}
	a, err := p.Check(Query{Shape: geo.PointShape(geo.Point{Lat: 36.2128, Lon: 37.1166}, 0), RadiusM: 100}, made)
	if err != nil || len(a.Protections) != 1 || a.Protections[0].Name != "M10" {
		t.Fatal(a, err)
	}
	again, err := Make(Contents{Header: p.Header, MadeAt: made, Objects: []Object{p.Object(0), p.Object(1), p.Object(2), p.Object(3)}}, nil, "")
	if err != nil || string(again) != string(data) {
		t.Fatal("not the same bytes again", err)
	}
}

// What a list says of a feature, and what is wrong with it.
func TestFeatures(t *testing.T) {
	point, line, polygon := `{"type":"Point","coordinates":[37,36]}`, `{"type":"LineString","coordinates":[[37,36],[38,36]]}`,
		`{"type":"Polygon","coordinates":[[[37,36],[38,36],[38,37],[37,36]]]}`
	for _, c := range []struct{ properties, geometry, want string }{
		{`{}`, point, `unspecified Point 0 []`},
		{`{"name":"M10","kind":"hospital","radius_m":20}`, point, `hospital M10 Circle 20 []`},
		{`{"radius_m":"20.5"}`, point, `unspecified Circle 20.5 []`},
		{`{"radius_m":0,"buffer_m":null}`, point, `unspecified Point 0 []`},
		{`{"radius_m":5}`, `{"type":"MultiPoint","coordinates":[[37,36],[38,36]]}`, `unspecified MultiPoint 5 []`},
		{`{"buffer_m":30}`, line, `unspecified LineString 30 []`},
		{`{"bufferM":30}`, line, `unspecified LineString 30 []`},
		{`{"kind":7,"name":true}`, polygon, `7 true Polygon 0 []`},
		{`{"from":"2016-08-11T10:00:00Z"}`, point, `unspecified Point 0 [{1470909600000 9223372036854775807}]`},
		{`{"until":"2016-08-11T10:00:00+03:00"}`, point, `unspecified Point 0 [{-9223372036854775808 1470898800000}]`},
		{`{"periods":[["2016-08-12T07:00:00Z","2016-08-12T10:00:00Z"],["2016-08-11T07:00:00Z","2016-08-11T10:00:00Z"],["2016-08-11T09:00:00Z","2016-08-11T11:00:00Z"]]}`, point,
			`unspecified Point 0 [{1470898800000 1470913200000} {1470985200000 1470996000000}]`},
		{`{"radius_m":5}`, polygon, `/properties/radius_m: a Polygon has no radius_m`},
		{`{"buffer_m":5}`, point, `/properties/buffer_m: a Point has no buffer_m`},
		{`{"radius_m":-1}`, point, `/properties/radius_m: it must be a distance in metres`},
		{`{"radius_m":"far"}`, point, `/properties/radius_m: it must be a distance in metres`},
		{`{"radius_m":5,"accuracyM":5}`, point, `/properties/radius_m: the feature gives its extent twice`},
		{`{"name":["x"]}`, point, `/properties/name: a text must stand here`},
		{`{"from":"tomorrow"}`, point, `/properties/from: it is not a time`},
		{`{"from":"2016-08-11T10:00:00Z","until":"2016-08-11T10:00:00Z"}`, point, `/properties/from: the period ends before it begins`},
		{`{"from":"2016","periods":[["2016","2017"]]}`, point, `/properties/periods: the feature gives its time twice`},
		{`{"periods":[]}`, point, `/properties/periods: it must be a list of pairs of times`},
		{`{"periods":"daily"}`, point, `/properties/periods: it must be a list of pairs of times`},
		{`{}`, `null`, `/geometry: the feature has no geometry`},
	} {
		objects, list, err := listed([]byte(`{"type":"Feature","properties":` + c.properties + `,"geometry":` + c.geometry + `}`))
		if err != nil {
			t.Fatal(c.properties, err)
		}
		got := ""
		if len(objects) == 1 {
			o := objects[0]
			got = strings.TrimSpace(o.Kind+" "+o.Title()) + " " + string(o.Parts[0].Shape.Type) + fmt.Sprintf(" %v %v", o.Parts[0].Shape.ExtentM(), o.Parts[0].Periods)
		} else if list.Rejected == 1 {
			got = strings.TrimPrefix(list.Errors[0].Error(), "row 1: ")
		}
		if got != c.want {
			t.Errorf("%s %s:\n%s\n%s", c.properties, c.geometry, got, c.want)
		}
	}
}

func TestIdsOfFeatures(t *testing.T) {
	feature := func(id string) string {
		return `{"type":"Feature",` + id + `"properties":{},"geometry":{"type":"Point","coordinates":[37,36]}}` + "\n"
	}
	objects, _, err := listed([]byte(feature(``) + feature(`"id":"a",`) + feature(`"id":"a",`) + feature(`"id":7,`) + feature(`"id":"feature-1",`)))
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, o := range objects {
		got += o.ID + " "
	}
	if got != "feature-1 a a#3 7 feature-1#5 " {
		t.Error(got)
	}
}
