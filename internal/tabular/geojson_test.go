package tabular

import (
	"path/filepath"
	"strings"
	"testing"

	"truce"
)

func collection(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

func TestGeoJSON(t *testing.T) {
	good := `{"type":"Feature","id":7,"properties":{"name":"مستشفى","osm":12345678901234567890,"open":true,"beds":null,"tags":["a"]},"geometry":{"type":"Point","coordinates":[37.1,36.2]}}`
	bad := `{"type":"Feature","properties":{"name":"b"},"geometry":{"type":"Point","coordinates":[37.1,96.2]}}`
	nowhere := `{"type":"Feature","properties":{"name":"c"},"geometry":null}`
	src := mustOpen(t, "x.json", collection(good, bad, nowhere), Options{})
	lines := strings.Split(show(t, src), "\n")
	if src.Format() != GeoJSON || len(lines) != 4 {
		t.Fatalf("%v", lines)
	}
	want := `1 id=7 name=مستشفى osm=12345678901234567890 open=true tags=["a"] {"type":"Point","coordinates":[37.1,36.2]}`
	if lines[0] != want || !strings.Contains(lines[1], "error row 2: /features/1/geometry/coordinates") || lines[2] != "3 name=c" {
		t.Errorf("%s", strings.Join(lines, "\n"))
	}
}

// What is wrong with the text as a whole is known before its first feature.
func TestGeoJSONRefused(t *testing.T) {
	point := `{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1,2]}}`
	for name, text := range map[string]string{
		"foreign coordinate system at the end": strings.TrimSuffix(collection(point), "}") + `,"crs":{"type":"name","properties":{"name":"EPSG:3857"}}}`,
		"breaks off":                           collection(point)[:80],
		"more after it":                        collection(point) + "{}",
		"deep nesting":                         `{"a":` + strings.Repeat("[", 100_000),
	} {
		_, err := openText(t, "x.geojson", text, Options{})
		if truce.CodeOf(err) == truce.CodeInternal || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGeoJSONCloseEarly(t *testing.T) {
	point := `{"type":"Feature","properties":{"a":1},"geometry":null}`
	src := mustOpen(t, "x.json", collection(point, point, point), Options{})
	if _, err := src.Next(); err != nil {
		t.Fatal(err)
	}
	if err := src.Close(); err != nil {
		t.Fatal(err)
	}
	if row, err := src.Next(); truce.CodeOf(err) != truce.CodeInternal {
		t.Errorf("after Close: %+v %v", row, err)
	}
}

// The real lists: every row is read or refused by number.
func TestRealLists(t *testing.T) {
	dir := vectors(t, "sites")
	for name, tt := range map[string]struct {
		rows   int
		format Format
		cell   string
	}{
		"aleppo_cultural_sites.geojson":       {210, GeoJSON, "FACILITY_N"},
		"healthsites_lby-mli-tcd-tun.csv.gz":  {2489, CSV, "name"},
		"who_kwtrp_facilities_mli-tcd.csv.gz": {2761, CSV, "Facility name"},
	} {
		src, err := OpenFile(filepath.Join(dir, name), Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		rows, faults := 0, 0
		for row, err := range src.Rows() {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if row.Err != nil {
				faults++
			}
			if _, ok := row.Get(tt.cell); !ok {
				t.Errorf("%s: row %d has no %s", name, row.Number, tt.cell)
			}
			rows++
		}
		if err := src.Close(); err != nil {
			t.Error(err)
		}
		if src.Format() != tt.format || rows != tt.rows || faults > 0 {
			t.Errorf("%s: %s, %d rows, %d faults", name, src.Format(), rows, faults)
		}
	}
}
