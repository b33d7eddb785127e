package tabular

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"truce"
	"truce/geo"
)

// outcome writes what became of the only row: its place, or its errors, and
// its warnings.
func outcome(t *testing.T, src *Source, opt ImportOptions) string {
	t.Helper()
	var parts []string
	sum, err := Import(context.Background(), src, opt, nil, func(d Draft) error {
		var body struct {
			Geometry json.RawMessage
			Legs     []struct{ Route json.RawMessage }
			Coord    struct{ Entered, Format string }
		}
		if err := json.Unmarshal(d.Body, &body); err != nil {
			return err
		}
		if len(body.Legs) > 0 {
			body.Geometry = body.Legs[0].Route
		}
		var shape geo.Shape
		if err := shape.UnmarshalJSON(body.Geometry); err != nil {
			return err
		}
		at := shape.Centre()
		parts = append(parts, fmt.Sprintf("%s %.5f %.5f ±%g", shape.Type, at.Lat, at.Lon, shape.ExtentM()))
		if body.Coord.Entered != "" {
			parts = append(parts, body.Coord.Format+" "+body.Coord.Entered)
		}
		return nil
	})
	if err != nil {
		return "refused: " + err.Error()
	}
	for _, e := range sum.Errors {
		parts = append(parts, fmt.Sprintf("%s/%s %s", e.Column, e.Field, e.Code))
	}
	for _, w := range sum.Warnings {
		if w.Code != "no_name" && w.Code != "note" {
			parts = append(parts, "warning "+w.Code)
		}
	}
	return strings.Join(parts, " | ")
}

func TestPlaces(t *testing.T) {
	for _, c := range []struct{ header, row, want string }{
		{"lat;lon", "36.21280;37.11660", "Point 36.21280 37.11660 ±1.12 | dd 36.21280, 37.11660"},
		{"lat;lon", "36,21280;37,11660", "Point 36.21280 37.11660 ±1.12 | dd 36,21280; 37,11660"},
		{"lat;lon", "٣٦٫٢١٢٨٠;٣٧٫١١٦٦٠", "Point 36.21280 37.11660 ±1.12 | dd ٣٦٫٢١٢٨٠, ٣٧٫١١٦٦٠"},
		{"lat;lon", "۳۶٫۲۱۲۸۰;۳۷٫۱۱۶۶۰", "Point 36.21280 37.11660 ±1.12 | dd ۳۶٫۲۱۲۸۰, ۳۷٫۱۱۶۶۰"},
		{"lat;lon", "3.621280e1;3.711661E+01", "Point 36.21280 37.11661 ±11.2 | dd 3.621280e1, 3.711661E+01"},
		{"lat;lon", "−36.21280;+37.11660", "Point -36.21280 37.11660 ±1.12 | dd −36.21280, +37.11660"},
		{"lat;lon", `"36°12'46""N";"37°07'00""E"`, `Point 36.21278 37.11667 ±31 | dms 36°12'46"N, 37°07'00"E`},
		{"lat;lon", "N36 12.767;E37 7.000", "Point 36.21278 37.11667 ±1.86 | ddm N36 12.767, E37 7.000"},
		{"lat;lon", "\"36°12'46\"\" с.ш.\";\"37°07'00\"\" в.д.\"", "Point 36.21278 37.11667 ±31 | dms 36°12'46\" с.ш., 37°07'00\" в.д."},
		{"lat;lon", "37°07'E;36°12'N", "lon/lon invalid_coordinates"},
		{"lat;lon", "36.21280;37.11660x", "lon/lon invalid_coordinates"},
		{"lat;lon", "36.21280;", "lon/lon incomplete_coordinates"},
		{"name;lat;lon", "x;;", "lat/lat no_coordinates"},
		{"name;lat;lon", "x;n/a;-", "lat/lat no_coordinates"},
		{"lat;lon", "\u200e36.21280\u200f;37.11660", "Point 36.21280 37.11660 ±1.12 | dd 36.21280, 37.11660"},
		{"lat;lon", "137.11660;36.21280", "lat/lat out_of_range"},
		{"name;lat;lon;valid from", "x;;;soon", "lat/lat no_coordinates | valid from/validFrom invalid"},
		{"name;lat;lon;sign code", "x;;;much too long for a code", "lat/lat no_coordinates | sign code/signCode invalid"},
		{"lat", "36.21280", "/lon incomplete_coordinates"},
		{"lat;lon", "36.21280;237.11660", "lon/lon out_of_range"},
		{"lat;lon", "36.1;37.12345", "Point 36.10000 37.12345 ±11200 | dd 36.1, 37.12345 | warning coarse"},
		{"lat;lon", "36.1246;37.0700", "Point 36.12460 37.07000 ±11.2 | dd 36.1246, 37.0700 | warning dms_as_decimal"},
		{"lat;lon", "0;0", "lat/lat null_island"},
		{"lat;lon", "0.0;37.11660", "Point 0.00000 37.11660 ±11200 | dd 0.0, 37.11660 | warning coarse"},
		{"coordinates", "36.21280, 37.11660", "Point 36.21280 37.11660 ±1.12 | dd 36.21280, 37.11660"},
		{"coordinates", "36,21 37,11", "coordinates/coord ambiguous"},
		{"coordinates", "geo:36.21280,37.11660", "Point 36.21280 37.11660 ±1.12 | geouri geo:36.21280,37.11660"},
		{"GPS", "36.212801 37.116602 412.5 4.8", "Point 36.21280 37.11660 ±4.8 | dd 36.212801 37.116602 412.5 4.8"},
		{"MGRS", "37SCA3065009240", "Point 36.21319 37.11602 ±1.42 | mgrs 37SCA3065009240"},
		{"MGRS", "37S CA 30 09", "Point 36.21551 37.11429 ±708 | mgrs 37S CA 30 09 | warning mgrs_truncated"},
		{"UTM zone;Easting;Northing", "37S;330650;4009240", "UTM zone/utm.zone ambiguous"},
		{"UTM zone;Easting;Northing", "37 N;330650;4009240", "Point 36.21319 37.11602 ±1 | utm 37 N 330650 4009240"},
		{"UTM zone;Easting;Northing", "37N;330 650,5;4 009 240,5", "Point 36.21319 37.11602 ±0.1 | utm 37N 330 650,5 4 009 240,5"},
		{"UTM zone;Easting;Northing", ";330650;4009240", "UTM zone/utm.zone incomplete_coordinates"},
		{"x;y", "330650;4009240", "y/lat out_of_range"},
		{"lat;lon;datum", "36.21280;37.11660;ED50", "datum/coord.datum invalid"},
		{"lat;lon;datum", "36.21280;37.11660;WGS 84", "Point 36.21280 37.11660 ±1.12 | dd 36.21280, 37.11660"},
		{"lat;lon;accuracy", "36.21280;37.11660;0,2 km", "Point 36.21280 37.11660 ±200 | dd 36.21280, 37.11660"},
		{"lat;lon;accuracy", "36.21;37.12;5", "Point 36.21000 37.12000 ±1120 | dd 36.21, 37.12 | warning coarse | warning dms_as_decimal"},
		{"lat;lon;accuracy", "36.21280;37.11660;2000 km", "accuracy/coord.accuracyM invalid"},
		{"lat;lon;accuracy", "36.21280;37.11660;-5", "Point 36.21280 37.11660 ±1.12 | dd 36.21280, 37.11660 | warning accuracy_unreadable"},
		{"lat;lon;dms_lat;dms_long", "36.21278;37.11667;36 12 46.0N;37 7 0.0E", "Point 36.21278 37.11667 ±1.12 | dd 36.21278, 37.11667"},
		{"dms_lat;dms_long;lat;lon", "36 12 46.0N;37 7 0.0E;36.21478;37.11667", "Point 36.21478 37.11667 ±1.12 | dd 36.21478, 37.11667 | warning coordinates_disagree"},
		{"lat;lon;dms_lat;dms_long", ";;36 12 46.0N;37 7 0.0E", "Point 36.21278 37.11667 ±3.1 | dms 36 12 46.0N, 37 7 0.0E"},
		{"lat;lon;dms_lat;dms_long", "36.21278;;36 12 46.0N;37 7 0.0E", "Point 36.21278 37.11667 ±3.1 | dms 36 12 46.0N, 37 7 0.0E | warning incomplete_coordinates"},
		{"lat;lon;mgrs", "36.21319;37.11602;37SCA3065009240", "Point 36.21319 37.11602 ±1.12 | dd 36.21319, 37.11602"},
		{"lat;lon;mgrs", "36.21266;37.11645;37SCA4065009240", "mgrs/coord coordinates_disagree"},
		{"lat;lon;latitude;longitude", "36.21266;37.11645;36.31;37.21", "latitude/lat coordinates_disagree"},
		{"wkt", "POINT (37.11645 36.21266)", "Point 36.21266 37.11645 ±1.12 | dd 36.21266, 37.11645"},
		{"wkt", `"SRID=4326;POLYGON Z ((37 36 1,37.01 36 1,37.01 36.01 1,37 36.01 1,37 36 1))"`, "Polygon 36.00500 37.00500 ±0"},
		{"wkt", `"SRID=32637;POINT (330650 4009240)"`, "wkt/geometry invalid"},
		{"wkt", "LINESTRING (37 36, 38 36)", "wkt/geometry geometry_kind"},
		{"wkt", "POLYGON ((37 36, 38 36, 38 37))", "wkt/geometry invalid"},
		{"wkt", "nowhere", "wkt/geometry invalid"},
		{"geometry", `"{""type"":""Point"",""coordinates"":[37.11645,36.21266]}"`, "Point 36.21266 37.11645 ±1.12 | geojson 36.21266, 37.11645"},
		{"geometry", `"{""type"":""Point"",""coordinates"":[37.11645,96.21266]}"`, "geometry/geometry invalid"},
		{"name", "x", "/geometry no_coordinates"},
	} {
		if got := outcome(t, mustOpen(t, "a.csv", c.header+"\n"+c.row+"\n", Options{Delimiter: ';'}), ImportOptions{}); got != c.want {
			t.Errorf("%s\n%s\n got %s\nwant %s", c.header, c.row, got, c.want)
		}
	}
}

// TestDMSInTheArea: decimals that may be minutes and seconds are told unless the
// area rules that reading out.
func TestDMSInTheArea(t *testing.T) {
	at := geo.Point{Lat: 36.1246, Lon: 37.07}
	for radius, want := range map[float64]string{
		5e3:   "Point 36.12460 37.07000 ±11.2 | dd 36.1246, 37.0700",
		100e3: "Point 36.12460 37.07000 ±11.2 | dd 36.1246, 37.0700 | warning dms_as_decimal",
	} {
		src := mustOpen(t, "a.csv", "lat;lon\n36.1246;37.0700\n", Options{})
		if got := outcome(t, src, ImportOptions{Near: at, RadiusM: radius}); got != want {
			t.Errorf("within %g m: got %s, want %s", radius, got, want)
		}
	}
}

const featureText = `{"type":"FeatureCollection","features":[{"type":"Feature","properties":%s,"geometry":%s}]}`

func TestShapes(t *testing.T) {
	const (
		square = `{"type":"Polygon","coordinates":[[[37,36],[37.01,36],[37.01,36.01],[37,36.01],[37,36]]]}`
		line   = `{"type":"LineString","coordinates":[[37,36],[37.01,36.01]]}`
	)
	for _, c := range []struct{ object, properties, geometry, want string }{
		{"", `{"lat":36.00001,"lon":37.0}`, `{"type":"Point","coordinates":[37.00001,36.00001]}`, "Point 36.00001 37.00001 ±1.12 | geojson 36.00001, 37.00001"},
		{"", `{"lat":36.5,"lon":37.5}`, `{"type":"Point","coordinates":[37.00001,36.00001]}`, "lat/lat coordinates_disagree"},
		{"", `{"DMS_LAT":"36 0 0.04N","DMS_LONG":"37 0 9.04E"}`, `{"type":"Point","coordinates":[37.00001,36.00001]}`, "Point 36.00001 37.00001 ±1.12 | geojson 36.00001, 37.00001 | warning coordinates_disagree"},
		{"", `{}`, `{"type":"Point","coordinates":[0,0]}`, "/geometry null_island"},
		{"", `{}`, square, "Polygon 36.00500 37.00500 ±0"},
		{"", `{"lat":36.005,"lon":37.005}`, square, "Polygon 36.00500 37.00500 ±0"},
		{"", `{"lat":36.05,"lon":37.005}`, square, "lat/lat coordinates_disagree"},
		{"", `{}`, line, "/geometry geometry_kind"},
		{"", `{"accuracy":30}`, `{"type":"MultiPoint","coordinates":[[37,36],[37.01,36.01]]}`, "MultiPoint 36.00500 37.00500 ±30"},
		{"area", `{"type":"residential"}`, square, "Polygon 36.00500 37.00500 ±0"},
		{"area", `{"type":"DMZ","radius":"2 km"}`, `{"type":"Point","coordinates":[37.12345,36.12345]}`, "Circle 36.12345 37.12345 ±2000 | geojson 36.12345, 37.12345"},
		{"area", `{"type":"DMZ"}`, `{"type":"Point","coordinates":[37.12345,36.12345]}`, "/geometry geometry_kind"},
		{"area", `{"type":"DMZ"}`, line, "/geometry geometry_kind"},
		{"area", `{}`, square, "/areaKind invalid"},
		{"movement", `{"purpose":"food","mode":"road","buffer":50}`, line, "LineString 36.00500 37.00500 ±50"},
		{"movement", `{"purpose":"food","mode":"road"}`, square, "/geometry geometry_kind"},
		{"movement", `{"purpose":"food"}`, line, "/mode invalid"},
	} {
		text := fmt.Sprintf(featureText, c.properties, c.geometry)
		if got := outcome(t, mustOpen(t, "a.geojson", text, Options{}), ImportOptions{Object: c.object}); got != c.want {
			t.Errorf("%s %s\n got %s\nwant %s", c.object, text, got, c.want)
		}
	}
}

// TestExpectation: what lies elsewhere is an error, whatever its notation.
func TestExpectation(t *testing.T) {
	for _, c := range []struct{ header, row, want string }{
		{"coordinates", "36,21280; 37,11660", "Point 36.21280 37.11660 ±1.12 | dd 36,21280; 37,11660"},
		{"wkt", "POINT (37.2 36.4)", "wkt/geometry far"},
		{"wkt", "POINT (36.2128 37.1166)", "wkt/geometry swapped"},
		{"wkt", "POLYGON ((38 36,38.01 36,38.01 36.01,38 36.01,38 36))", "wkt/geometry far"},
		{"wkt", "POLYGON ((37.11 36.21,37.12 36.21,37.12 36.22,37.11 36.22,37.11 36.21))", "Polygon 36.21500 37.11500 ±0"},
		{"mgrs", "37SCA9065009240", "mgrs/coord far"},
	} {
		if got := outcome(t, mustOpen(t, "a.csv", c.header+"\n\""+c.row+"\"\n", Options{}), aleppo()); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.row, got, c.want)
		}
	}
}

// TestTracks: a track of a GPX file becomes a movement when asked, with its
// times as planned ones, and is an error among sites.
func TestTracks(t *testing.T) {
	const text = `<gpx><wpt lat="36.18001" lon="37.10501"><name>Shelter</name><ele>412</ele></wpt><trk><name>Ramouseh road</name><trkseg>` +
		`<trkpt lat="36.1" lon="37.1"><time>2016-08-12T06:00:00Z</time></trkpt><trkpt lat="36.2" lon="37.15"><time>2016-08-12T13:00:00Z</time></trkpt></trkseg></trk></gpx>`
	if got := outcome(t, mustOpen(t, "a.gpx", text, Options{}), ImportOptions{}); got != "Point 36.18001 37.10501 ±1.12 | gpx 36.18001, 37.10501 | /geometry geometry_kind" {
		t.Error(got)
	}
	src := mustOpen(t, "a.gpx", text, Options{})
	var body string
	sum, err := Import(context.Background(), src, ImportOptions{Object: "movement", Set: map[string]string{"purpose": "food-aid", "mode": "land", "legs.bufferM": "100"}}, nil,
		func(d Draft) error { body = string(d.Body); return nil })
	const want = `{"legs":[{"plannedEnd":{"at":"2016-08-12T13:00:00Z","precision":"exact"},"plannedStart":{"at":"2016-08-12T06:00:00Z","precision":"exact"},` +
		`"route":{"bufferM":100,"coordinates":[[37.1,36.1],[37.15,36.2]],"type":"LineString"}}],"mode":"land","names":[{"text":"Ramouseh road"}],"purpose":"food-aid"}`
	if err != nil || sum.Accepted != 1 || sum.Rejected != 1 || body != want {
		t.Errorf("%v %+v\n got %s\nwant %s", err, sum, body, want)
	}
}

// TestExchangedIsProposed: a latitude over 90 degrees that would be a longitude.
func TestExchangedIsProposed(t *testing.T) {
	sum, _, err := importText(t, "lat,lon\n137.11660,36.21280\n", ImportOptions{}, nil)
	if err != nil || len(sum.Errors) != 1 || !strings.Contains(sum.Errors[0].Hint, "did you mean 36.21280, 137.11660?") {
		t.Errorf("%v %+v", err, sum.Errors)
	}
}

func TestHeightsAreKept(t *testing.T) {
	var body string
	src := mustOpen(t, "a.geojson", fmt.Sprintf(featureText, "{}", `{"type":"Point","coordinates":[37.00001,36.00001,412.5]}`), Options{})
	_, err := Import(context.Background(), src, ImportOptions{}, nil, func(d Draft) error { body = string(d.Body); return nil })
	if err != nil || !strings.Contains(body, `"coordinates":[37.00001,36.00001,412.5]`) {
		t.Error(err, body)
	}
}

// TestDecimalsAsMinutes: where the rest of a list cannot be minutes and
// seconds, the rows that could are told together.
func TestDecimalsAsMinutes(t *testing.T) {
	var b strings.Builder
	b.WriteString("name,lat,lon\n")
	for i := range 40 {
		lat := 36.0 + float64(i)/40 + 0.0061
		if i < 5 {
			lat = 36.1201 + float64(i)/10
		}
		fmt.Fprintf(&b, "place %d,%.4f,37.1030\n", i, lat)
	}
	sum, _, err := importText(t, b.String(), ImportOptions{DuplicateM: -1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var told []Warning
	for _, w := range sum.Warnings {
		if w.Code == string(geo.SlipDMSAsDecimal) {
			told = append(told, w)
		}
	}
	if len(told) != 1 || told[0].Rows < 5 || told[0].Row != 2 || told[0].Hint == "" {
		t.Errorf("told: %+v", told)
	}
}

func TestTooLargeForAStatement(t *testing.T) {
	var ring strings.Builder
	for i := range 6000 {
		fmt.Fprintf(&ring, "[%.7f,36.0],", 37+float64(i)/70000)
	}
	geometry := `{"type":"Polygon","coordinates":[[` + ring.String() + `[37.2,36.5],[37,36]]]}`
	got := outcome(t, mustOpen(t, "a.geojson", fmt.Sprintf(featureText, "{}", geometry), Options{}), ImportOptions{})
	if got != "/geometry too_large" {
		t.Error(got)
	}
	if maxBody >= truce.MaxStatement {
		t.Error("a statement holds more than its body")
	}
}
