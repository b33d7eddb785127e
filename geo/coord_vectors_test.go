package geo_test

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"truce/geo"
)

// shared finds a file of the common data beside the repository; the test is skipped where it is missing.
func shared(t *testing.T, path string) string {
	t.Helper()
	full := filepath.Join("..", "..", "shared", "data", filepath.FromSlash(path))
	if _, err := os.Stat(full); err != nil {
		t.Skipf("no shared data: %v", err)
	}
	return full
}

// vectorRows reads a gzipped CSV without its header.
func vectorRows(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(shared(t, path))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	return rows[1:]
}

func degrees(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Vectors of GEOTRANS 3.9: position to MGRS. The rows it marks as different are off by a metre at the edge of a cell in
// GEOTRANS itself; they are compared as places.
func TestFormatMGRSVectors(t *testing.T) {
	rows := vectorRows(t, "vectors/mgrs/geoToMgrs_WE.csv.gz")
	if len(rows) != 8310 {
		t.Errorf("%d rows", len(rows))
	}
	bad := 0
	for _, r := range rows {
		p := geo.Point{Lat: degrees(t, r[1]), Lon: degrees(t, r[2])}
		got, err := geo.FormatMGRS(p, 10)
		if err != nil {
			t.Fatalf("case %s: %v", r[0], err)
		}
		if got == r[3] || got == r[4] {
			continue
		}
		a, errA := geo.ParseCoord(got)
		b, errB := geo.ParseCoord(r[3])
		if errA != nil || errB != nil || apartM(a.Point, b.Point) > 1.5 { // one cell of 1 m, diagonally
			bad++
			t.Errorf("case %s %v: %s, want %s (%v, %v)", r[0], p, got, r[3], errA, errB)
		}
		if bad > 20 {
			t.FailNow()
		}
	}
}

// Vectors of GEOTRANS 3.9: MGRS to the south-west corner, printed with 5 decimals of a second degree step (1 m).
func TestParseMGRSVectors(t *testing.T) {
	rows := vectorRows(t, "vectors/mgrs/mgrsToGeo_WE.csv.gz")
	if len(rows) != 8310 {
		t.Errorf("%d rows", len(rows))
	}
	bad := 0
	for _, r := range rows {
		want := geo.Point{Lat: degrees(t, r[2]), Lon: degrees(t, r[3])}
		got, err := geo.ParseCoord(r[1])
		if err != nil || got.Format != geo.MGRS || apartM(got.Point, want) > 1 {
			bad++
			t.Errorf("case %s %s: %v, want %v (%v)", r[0], r[1], got.Point, want, err)
		}
		if bad > 20 {
			t.FailNow()
		}
	}
}

// siteRow is a row of the list of cultural sites of Aleppo, which gives every place twice.
type siteRow struct {
	Name string  `json:"FACILITY_N"`
	Lat  string  `json:"DMS_LAT"`
	Lon  string  `json:"DMS_LONG"`
	X    float64 `json:"XCOORD"`
	Y    float64 `json:"YCOORD"`
}

func TestAleppoSitesAgree(t *testing.T) {
	raw, err := os.ReadFile(shared(t, "sites/aleppo_cultural_sites.geojson"))
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Features []struct {
			Properties siteRow `json:"properties"`
		} `json:"features"`
	}
	if err := json.Unmarshal(raw, &list); err != nil || len(list.Features) != 210 {
		t.Fatalf("%d sites, %v", len(list.Features), err)
	}
	for _, f := range list.Features { // no row is an exception
		r := f.Properties
		c, err := geo.ParseCoord(r.Lat + " " + r.Lon)
		if err != nil || c.Format != geo.DMS || len(c.Slips) != 0 {
			t.Errorf("%s: %v %+v", r.Name, err, c)
			continue
		}
		if m := apartM(c.Point, geo.Point{Lat: r.Y, Lon: r.X}); m > 0.2 || m > c.AccuracyM {
			t.Errorf("%s: DMS and decimals are %.1f m apart", r.Name, m)
		}
	}
}
