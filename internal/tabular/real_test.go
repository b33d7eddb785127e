package tabular

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// openShared opens a file of the data of others, and skips the test where it
// is not at hand.
func openShared(t *testing.T, parts ...string) *Source {
	t.Helper()
	path := filepath.Join(append([]string{"..", "..", "..", "shared", "data"}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skip("the shared data are not here")
	}
	src, err := OpenFile(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = src.Close() })
	return src
}

// codes counts the warnings by code.
func codes(sum *Summary) map[string]int {
	out := map[string]int{}
	for _, w := range sum.Warnings {
		out[w.Code]++
	}
	return out
}

// TestHealthsites: 2,489 facilities of healthsites.io; every one has a place.
// 113 OpenStreetMap ids stand twice, and 223 rows have no name.
func TestHealthsites(t *testing.T) {
	functions := map[string]int{}
	src := openShared(t, "sites", "healthsites_lby-mli-tcd-tun.csv.gz")
	sum, err := Import(context.Background(), src, ImportOptions{}, nil, func(d Draft) error {
		var body struct{ Function string }
		err := json.Unmarshal(d.Body, &body)
		functions[body.Function]++
		return err
	})
	if err != nil || sum.Rows != 2489 || sum.Accepted != 2489 || sum.Rejected != 0 || sum.Registered != 2489 {
		t.Fatalf("%v %+v", err, sum)
	}
	if got := codes(sum); got["no_name"] != 223 || got["coarse"] != 9 || got[possibleDuplicate] != sum.Duplicates {
		t.Errorf("warnings: %v", got)
	}
	sameID := 0
	for _, w := range sum.Warnings {
		if w.Of != nil && w.DistanceM == nil {
			sameID++
		}
	}
	if sameID != 113 || sum.Duplicates < 200 || sum.Duplicates > 230 {
		t.Errorf("%d rows with an id that stands twice, %d duplicates", sameID, sum.Duplicates)
	}
	// amenity says hospital 1,113 times and clinic 1,357 times; where it is
	// silent, healthcare is asked: four hospitals more, one clinic, seven
	// laboratories, and seven rows with doctor, optometrist or rehabilitation,
	// which are words and no codes.
	if functions["hospital"] != 1117 || functions["clinic"] != 1358 || functions["laboratory"] != 7 || functions["other"] != 7 {
		t.Errorf("functions: %v", functions)
	}
	if sum.Mapping["osm_id"] != "externalIds:osm_id" || !slices.Contains(sum.Ignored, "beds") {
		t.Errorf("mapping %v, ignored %v", sum.Mapping, sum.Ignored)
	}
}

// TestMinistryList: 2,761 facilities of two ministries, 84 of them without
// coordinates: rejected by row number, the others taken.
func TestMinistryList(t *testing.T) {
	src := openShared(t, "sites", "who_kwtrp_facilities_mli-tcd.csv.gz")
	var rejected []int
	opt := ImportOptions{Reject: func(row Row, _ []RowError) error { rejected = append(rejected, row.Number); return nil }}
	sum, err := Import(context.Background(), src, opt, nil, nil)
	if err != nil || sum.Rows != 2761 || sum.Accepted != 2677 || sum.Rejected != 84 || sum.ErrorCount != 84 {
		t.Fatalf("%v %+v", err, sum)
	}
	if want := []int{2, 3, 200, 214, 223, 224, 229, 245, 272, 281}; !slices.Equal(rejected[:10], want) {
		t.Errorf("rejected %v…, want %v…", rejected[:10], want)
	}
	for _, e := range sum.Errors {
		if e.Code != "no_coordinates" || e.Column != "Lat" || e.Field != "lat" || e.Hint == "" || !slices.Contains(rejected, e.Row) {
			t.Errorf("%+v", e)
		}
	}
	// 170 coordinates have two decimals or fewer
	if got := codes(sum); got["coarse"] != 170 || got["unknown_function"] != 0 {
		t.Errorf("warnings: %v", got)
	}
	if sum.Mapping["Facility name"] != "names" || sum.Mapping["LL source"] != "coord.method" || sum.Mapping["Ownership"] != "operatorOrg" {
		t.Errorf("mapping: %v", sum.Mapping)
	}
}

// TestTwoListsOfOneCountry: the ministries' list against healthsites' as it is
// registered. They share facilities, with other spellings.
func TestTwoListsOfOneCountry(t *testing.T) {
	var known registry
	known.importFrom(t, openShared(t, "sites", "healthsites_lby-mli-tcd-tun.csv.gz"), ImportOptions{})
	src := openShared(t, "sites", "who_kwtrp_facilities_mli-tcd.csv.gz")
	sum, err := Import(context.Background(), src, ImportOptions{DuplicateM: 500}, &known, nil)
	if err != nil || sum.Registered != 2677 {
		t.Fatal(err, sum.Registered)
	}
	across := 0
	for _, w := range sum.Warnings {
		if w.Of != nil && w.Of.ID != "" {
			across++
			if *w.Of.Entry < 1 || w.DistanceM == nil || *w.DistanceM > 500 {
				t.Errorf("%+v", w)
			}
		}
	}
	if across < 50 {
		t.Errorf("%d facilities were found in the other list", across)
	}
}

// TestAleppo: 210 buildings with decimals, degrees with minutes and seconds,
// and a geometry. All three agree in every one of them.
func TestAleppo(t *testing.T) {
	src := openShared(t, "sites", "aleppo_cultural_sites.geojson")
	sum, err := Import(context.Background(), src, aleppo(), nil, nil)
	if err != nil || sum.Rows != 210 || sum.Accepted != 210 || len(sum.Ignored) != 0 {
		t.Fatalf("%v %+v", err, sum)
	}
	if got := codes(sum); got["coordinates_disagree"] != 0 || got["cross_check_unreadable"] != 0 || got["unknown_function"] != 3 {
		t.Errorf("warnings: %v", got)
	}
	if sum.Mapping["DMS_LAT"] != "lat.dms" || sum.Mapping["YCOORD"] != "lat" || sum.Mapping["FACILITY_N"] != "names" {
		t.Errorf("mapping: %v", sum.Mapping)
	}
}

// TestNeighbourhoods: the 133 quarters of Aleppo as areas.
func TestNeighbourhoods(t *testing.T) {
	src := openShared(t, "geo", "aleppo_neighbourhoods.geojson.gz")
	sum, err := Import(context.Background(), src, ImportOptions{Object: "area", Set: map[string]string{"areaKind": "residential"}, Map: []string{"NAME_A=names.ar"}}, nil, nil)
	if err != nil || sum.Rows != 133 || sum.Accepted+sum.Rejected != 133 || sum.Accepted < 120 {
		t.Fatalf("%v %+v", err, sum)
	}
	for _, e := range sum.Errors {
		if e.Field != "geometry" && e.Field != "" {
			t.Errorf("%+v", e)
		}
	}
}
