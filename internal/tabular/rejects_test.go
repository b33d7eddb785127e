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
	const want = "\ufeffid,name,type,errors\r\n7,A line,,\"row 1: geometry: a site is a point or an outline, this is a line (a line can be imported as a movement)\"\r\n" +
		",No place,school,\"row 3: geometry: no coordinates: no column holds them (name the columns lat and lon, or coordinates, or say which they are with --map header=lat)\"\r\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
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
