package pack

import (
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
