package tabular

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"truce"
)

func TestFaultyRowsShowWhatTheyHold(t *testing.T) {
	src := mustOpen(t, "a.csv", "a,b\n1,\"x\" y\n2,3,4\n5\n\"6\n7,8\n\"9,10\n", Options{})
	want := []string{`1,"x" y|`, "2|3|4", "5|", `"6|`, "7|8", `"9,10|`}
	for row, err := range src.Rows() {
		if err != nil || len(want) == 0 {
			t.Fatal(err, row)
		}
		var texts []string
		for _, c := range row.Cells {
			texts = append(texts, c.Text)
		}
		if got := strings.Join(texts, "|"); got != want[0] {
			t.Errorf("row %d shows %q, want %q", row.Number, got, want[0])
		}
		if (row.Err == nil) != (want[0] == "7|8") {
			t.Errorf("row %d: %v", row.Number, row.Err)
		}
		want = want[1:]
	}
	if len(want) > 0 {
		t.Errorf("missing: %q", want)
	}
}

func TestGuard(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1": "'=1+1", "+963 21 000": "'+963 21 000", "+963210000": "+963210000", "-36.5": "-36.5", "-36°12'": "'-36°12'", "@x": "'@x", "-": "'-",
		"\t=1": "'\t=1", "": "", "plain": "plain", "-1e5": "-1e5", "'=x": "'=x",
	} {
		if got := guard(text); got != want {
			t.Errorf("guard(%q) = %q, want %q", text, got, want)
		}
		if got := trimCell(guard(text)); got != trimCell(text) {
			t.Errorf("%q comes back as %q, not as %q", text, got, trimCell(text))
		}
	}
}

// TestRejectsCopyEverything: whatever the cells hold, a spreadsheet reads the
// copy as text, and the import reads the same values as from the source.
func TestRejectsCopyEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(rapid.StringMatching(`[ =+\-@'",;a-z0-9\n٠-٩é]{0,8}`), 3, 3).Draw(t, "cells")
		header := Header{Columns: []Column{{Name: "=a"}, {Name: "b"}, {Name: "c"}}}
		row := Row{Number: 7, Cells: []Cell{{"=a", cells[0]}, {"b", cells[1]}, {"c", cells[2]}}}
		var out bytes.Buffer
		if err := WriteRejects(&out, header, []Rejected{{row, []RowError{{Row: 7, Column: "b", Message: "=wrong", Hint: "right"}}}}); err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(out.Bytes(), bomUTF8))).ReadAll()
		if err != nil || len(lines) != 2 || lines[1][3] != "row 7: b: =wrong (right)" {
			t.Fatalf("%v: %q", err, lines)
		}
		for i, c := range lines[1][:3] {
			if c != "" && strings.IndexByte(formulaStart, c[0]) >= 0 && !number.MatchString(c) {
				t.Fatalf("a spreadsheet reads %q as a formula", c)
			}
			if trimCell(c) != trimCell(cells[i]) {
				t.Fatalf("%q is read as %q", cells[i], c)
			}
		}
	})
}

// TestRejectsOfFeatures: the columns are those of all rejected features.
func TestRejectsOfFeatures(t *testing.T) {
	src := mustOpen(t, "a.geojson", `{"type":"FeatureCollection","features":[
		{"type":"Feature","id":7,"properties":{"name":"A line"},"geometry":{"type":"LineString","coordinates":[[37,36],[37.1,36]]}},
		{"type":"Feature","properties":{"name":"good"},"geometry":{"type":"Point","coordinates":[37.12345,36.12345]}},
		{"type":"Feature","properties":{"type":"school","name":"No place"},"geometry":null}]}`, Options{})
	var out bytes.Buffer
	rejects := NewRejects(&out, src.Header())
	sum, err := Import(context.Background(), src, ImportOptions{Reject: rejects.Add}, nil, nil)
	if err != nil || sum.Rejected != 2 || sum.Accepted != 1 || rejects.Close() != nil {
		t.Fatal(err, sum)
	}
	const want = "\ufeffgeometry,id,name,type,errors\r\n" +
		`"{""type"":""LineString"",""coordinates"":[[37,36],[37.1,36]]}",7,A line,,` + "\"row 1: geometry: a site is a point or an outline, this is a line (a line can be imported as a movement)\"\r\n" +
		",,No place,school,\"row 3: geometry: no coordinates: no column holds them (name the columns lat and lon, or coordinates, or say which they are with --map header=lat)\"\r\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

// rejectsOf imports a text and gives the copy of its rejects.
func rejectsOf(t *testing.T, name, text string, opt ImportOptions) (*Summary, string) {
	t.Helper()
	src := mustOpen(t, name, text, Options{})
	var out bytes.Buffer
	rejects := NewRejects(&out, src.Header())
	opt.Reject = rejects.Add
	sum, err := Import(context.Background(), src, opt, nil, nil)
	if err == nil {
		err = rejects.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return sum, out.String()
}

// TestMendedRejectsOfFeatures: whatever the format says of the place is in the
// copy of the rejects, and the mended copy imports.
func TestMendedRejectsOfFeatures(t *testing.T) {
	for name, test := range map[string]struct {
		file, text  string
		shows       string // in the copy
		wrong, mend string // replaced in the copy before it is imported
		object      string // what its rows become then
		want        string // in the body
	}{
		"a bad value beside a good place": {file: "a.geojson", shows: `[37.12345,36.12345,400]`, wrong: "soon", mend: "2016-08-11", want: `"coordinates":[37.12345,36.12345,400]`,
			text: `{"type":"Feature","properties":{"valid from":"soon"},"geometry":{"type":"Point","coordinates":[37.12345,36.12345,400]}}`},
		"a polygon that crosses itself": {file: "a.geojson", shows: `[[37,36],[37.1,36.1],`, wrong: "[37.1,36.1],[37.1,36]", mend: "[37.1,36],[37.1,36.1]", want: `"type":"Polygon"`,
			text: `{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[37,36],[37.1,36.1],[37.1,36],[37,36.1],[37,36]]]}}`},
		"an open ring": {file: "a.geojson", shows: `[37,95]`, wrong: "[37,95]", mend: "[37,36]", want: `[37,36]]]`,
			text: `{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[37,95],[37.1,36],[37.1,36.1]]]}}`},
		"a property of that name": {file: "a.geojson", shows: "geometry (GeoJSON)", wrong: "soon", mend: "2016-08-11", want: `[37.12345,36.12345]`,
			text: `{"type":"Feature","properties":{"geometry":"POINT (1 2)","valid from":"soon"},"geometry":{"type":"Point","coordinates":[37.12345,36.12345]}}`},
		"a line for a site": {file: "a.geojson", shows: "LineString", object: "movement", want: `[37.1,36]`,
			text: `{"type":"Feature","properties":{"mode":"land","purpose":"food-aid","legs.plannedStart":"2016-08-11","legs.plannedEnd":"2016-08-12"},
				"geometry":{"type":"LineString","coordinates":[[37,36],[37.1,36]]}}`},
		"a number of a placemark": {file: "a.kml", shows: `37.1l2345,36.12345`, wrong: `"37.1l2345,36.12345"`, mend: "POINT (37.12345 36.12345)", want: `[37.12345,36.12345]`,
			text: `<kml><Placemark><name>A</name><Point><coordinates>37.1l2345,36.12345</coordinates></Point></Placemark></kml>`},
		"a waypoint beyond the pole": {file: "a.gpx", shows: `[37.12345,96.12345]`, wrong: "96.12345]", mend: "36.12345]", want: `[37.12345,36.12345]`,
			text: `<gpx version="1.1"><wpt lat="96.12345" lon="37.12345"><name>A</name></wpt></gpx>`},
		"a waypoint that is no number": {file: "a.gpx", shows: `37.12345,thirty-six`, wrong: `"37.12345,thirty-six"`, mend: "POINT (37.12345 36.12345)", want: `[37.12345,36.12345]`,
			text: `<gpx version="1.1"><wpt lat="thirty-six" lon="37.12345"><name>A</name></wpt></gpx>`},
		"mixed shapes": {file: "a.kml", shows: `GeometryCollection`, want: `[37,36]`,
			wrong: `"{""type"":""GeometryCollection"",""geometries"":[{""type"":""Point"",""coordinates"":[37,36]},{""type"":""LineString"",""coordinates"":[[37,36],[38,36]]}]}"`,
			mend:  `"{""type"":""Point"",""coordinates"":[37,36]}"`,
			text: `<kml><Placemark><MultiGeometry><Point><coordinates>37,36</coordinates></Point>
				<LineString><coordinates>37,36 38,36</coordinates></LineString></MultiGeometry></Placemark></kml>`},
	} {
		t.Run(name, func(t *testing.T) {
			sum, copied := rejectsOf(t, test.file, test.text, ImportOptions{})
			if sum.Rejected != 1 || !strings.Contains(copied, test.shows) || !strings.Contains(copied, test.wrong) {
				t.Fatalf("%d rejected; the copy is\n%s", sum.Rejected, copied)
			}
			mended := strings.Replace(copied, test.wrong, test.mend, 1)
			body := ""
			src := mustOpen(t, "a.rejects.csv", mended, Options{})
			sum, err := Import(context.Background(), src, ImportOptions{Object: test.object}, nil, func(d Draft) error { body = string(d.Body); return nil })
			if err != nil || sum.Accepted != 1 || !strings.Contains(body, test.want) {
				t.Errorf("%v: %+v: %s from\n%s", err, sum, body, mended)
			}
		})
	}
}

// TestMendedHereAndThere: a row mended in the copy of rejects has the same body
// as the feature mended in the list, so that importing the list again changes
// nothing.
func TestMendedHereAndThere(t *testing.T) {
	const list = `{"type":"Feature","id":7,"properties":{"name":"A","valid from":"soon"},"geometry":{"type":"Point","coordinates":[37.12345,36.12345]}}`
	_, copied := rejectsOf(t, "a.geojson", list, ImportOptions{})
	var bodies [2]string
	for i, file := range []struct{ name, text string }{{"a.geojson", list}, {"a.csv", copied}} {
		src := mustOpen(t, file.name, strings.Replace(file.text, "soon", "2016-08-11", 1), Options{})
		_, err := Import(context.Background(), src, ImportOptions{}, nil, func(d Draft) error { bodies[i] = string(d.Body); return nil })
		if err != nil {
			t.Fatal(err)
		}
	}
	if bodies[0] == "" || bodies[0] != bodies[1] {
		t.Errorf("the list gives\n%s\nthe copy\n%s", bodies[0], bodies[1])
	}
}

func TestNoRejects(t *testing.T) {
	var out bytes.Buffer
	if err := WriteRejects(&out, Header{Columns: []Column{{Name: "a"}}}, nil); err != nil || out.String() != "\ufeffa,errors\r\n" {
		t.Errorf("%v %q", err, out.String())
	}
}

// full is a disk without space.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestRejectsOnAFullDisk(t *testing.T) {
	src := mustOpen(t, "a.csv", "name,lat,lon\nx,,\n", Options{})
	rejects := NewRejects(full{}, src.Header())
	_, err := Import(context.Background(), src, ImportOptions{Reject: rejects.Add}, nil, nil)
	if truce.CodeOf(err) != truce.CodeUnavailable {
		t.Errorf("%v, want the import to stop", err)
	}
}
