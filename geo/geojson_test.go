package geo

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"truce"
)

// outcome reads a text and says in one line what came of it: "ok", or per feature that is not plain what was refused or
// repaired, then what is wrong with the text as a whole.
func outcome(text string) string {
	var out []string
	err := ReadGeoJSON(strings.NewReader(text), Limits{}, func(f Feature) error {
		if f.Err != nil {
			out = append(out, "refused "+f.Err.Error())
		}
		for _, r := range f.Repairs {
			out = append(out, "repaired "+r)
		}
		return nil
	})
	if err != nil {
		out = append(out, "text "+err.Error())
	}
	if len(out) == 0 {
		return "ok"
	}
	return strings.Join(out, "; ")
}

// What happens with every file of the third-party sets: what they call good is accepted, apart from geometry
// collections and a file with positions off the Earth; what they call bad is refused, or repaired and said to be; apart
// from advice (many digits, many vertices, a Multi type with one part), which RFC 7946 permits.
func TestVectors(t *testing.T) {
	table := [][2]string{
		{"geojson_lint/good/good-feature-with-id.geojson", "ok"},
		{"geojson_lint/good/good-feature.geojson", "ok"},
		{"geojson_lint/good/good-featurecollection-bbox3d.geojson", "ok"},
		{"geojson_lint/good/good-featurecollection.geojson", "ok"},
		{"geojson_lint/good/good-linestring.geojson", "ok"},
		{"geojson_lint/good/good-multipoint.geojson", "ok"},
		{"geojson_lint/good/good-point.geojson", "ok"},
		{"geojson_lint/good/issue82.geojson", "refused row 1: /coordinates/0/0/0: not a position: longitude is from -180 to 180, latitude from -90 to 90"},
		{"geojson_lint/good/nullgeometry.geojson", "ok"},
		{"geojson_lint/bad/bad-duplicate-properties.geojson", "text /type: the member is given twice"},
		{"geojson_lint/bad/bad-json.geojson", "text not JSON: '\"' where ',' is needed"},
		{"geojson_lint/bad/bad-polygon-interiorring-rhr.geojson", "repaired /geometry/coordinates/1: a ring that went the wrong way round was reversed"},
		{"geojson_lint/bad/bad-properties-as-array.geojson", "refused row 1: /properties: properties are an object or null"},
		{"geojson_lint/bad/badcoordtype.geojson", "refused row 1: /features/0/geometry/coordinates/0/0/0: a number where an array is needed"},
		{"geojson_lint/bad/badfeatureid.geojson", "refused row 1: /features/0/id: an id is a text or a number"},
		{"geojson_lint/bad/bbox-contains-string.geojson", "refused row 1: /bbox: a bbox is an array of 4 or 6 numbers"},
		{"geojson_lint/bad/different-first-last.geojson", "repaired /geometry/coordinates/0: an open ring was closed"},
		{"geojson_lint/bad/excessive_precision_truncated.geojson", "ok"},
		{"geojson_lint/bad/false.geojson", "refused row 1: /type: a GeometryCollection has no place here"},
		{"geojson_lint/bad/featurecollection-obj.geojson", "text /features: a FeatureCollection needs an array of features"},
		{"geojson_lint/bad/featurecollection.geojson", "text /features: a FeatureCollection needs an array of features"},
		{"geojson_lint/bad/geometry_changed_semantics.geojson", "text /type: an object with features is a FeatureCollection"},
		{"geojson_lint/bad/geometrycollection_single.geojson", "refused row 1: /type: a GeometryCollection has no place here"},
		{"geojson_lint/bad/multipoint-multidimension.geojson", "refused row 1: /coordinates/0: an array where a number is needed"},
		{"geojson_lint/bad/nofeaturetype.geojson", "refused row 1: /features/0/type: not a Feature"},
		{"geojson_lint/bad/point-labeled-as-a-multipolygon.geojson", "refused row 1: /geometry/coordinates/0: a number where an array is needed"},
		{"geojson_lint/bad/point-toofew.geojson", "refused row 1: /coordinates: a position has 1 numbers; it needs longitude and latitude"},
		{"geojson_lint/bad/point.geojson", "refused row 1: /coordinates: the member is missing"},
		{"geojson_lint/bad/rootstring.geojson", "text not GeoJSON: the text must be an object"},
		{"geojson_lint/bad/short-linearring.geojson", "repaired /geometry/coordinates/0: an open ring was closed"},
		{"geojson_lint/bad/stringcoord.geojson", "refused row 1: /features/0/geometry/coordinates: a text where a number is needed"},
		{"geojson_invalid/valid/valid_feature.geojson", "ok"},
		{"geojson_invalid/valid/valid_feature_null_properties.geojson", "ok"},
		{"geojson_invalid/valid/valid_feature_with_id.geojson", "ok"},
		{"geojson_invalid/valid/valid_featurecollection.geojson", "ok"},
		{"geojson_invalid/valid/valid_featurecollection_empty_features.geojson", "ok"},
		{"geojson_invalid/valid/valid_featurecollection_with_geometrycollection.geojson", "refused row 1: /features/0/geometry/type: a GeometryCollection has no place here"},
		{"geojson_invalid/valid/valid_geometry_3d_coordinates.geojson", "ok"},
		{"geojson_invalid/valid/valid_geometry_geometrycollection.geojson", "refused row 1: /type: a GeometryCollection has no place here"},
		{"geojson_invalid/valid/valid_geometry_linestring.geojson", "ok"},
		{"geojson_invalid/valid/valid_geometry_multipoint.geojson", "ok"},
		{"geojson_invalid/valid/valid_geometry_point.geojson", "ok"},
		{"geojson_invalid/invalid_geometries/invalid_exterior_not_ccw.geojson", "repaired /features/0/geometry/coordinates/0: a ring that went the wrong way round was reversed"},
		{"geojson_invalid/invalid_geometries/invalid_interior_not_cw.geojson", "repaired /features/0/geometry/coordinates/1: a ring that went the wrong way round was reversed"},
		{"geojson_invalid/invalid_geometries/invalid_unclosed.geojson", "repaired /features/0/geometry/coordinates/0: an open ring was closed"},
		{"geojson_invalid/invalid_structure/invalid_feature_id_type.geojson", "refused row 1: /id: an id is a text or a number"},
		{"geojson_invalid/invalid_structure/invalid_feature_properties_is_array.geojson", "refused row 1: /properties: properties are an object or null"},
		{"geojson_invalid/invalid_structure/invalid_feature_wrong_geometry_key.geojson", "refused row 1: /geometry: the member is missing"},
		{"geojson_invalid/invalid_structure/invalid_featurecollection_features_is_object.geojson", "text /features: a FeatureCollection needs an array of features"},
		{"geojson_invalid/invalid_structure/invalid_featurecollection_nulltype.geojson", "text /type: not a text"},
		{"geojson_invalid/invalid_structure/invalid_featurecollection_unknown_type.geojson", "text /type: an object with features is a FeatureCollection"},
		{"geojson_invalid/invalid_structure/invalid_geometry_bbox_not_list.geojson", "refused row 1: /bbox: a bbox is an array of 4 or 6 numbers"},
		{"geojson_invalid/invalid_structure/invalid_geometry_coordinates_1d.geojson", "refused row 1: /coordinates/0: a number where an array is needed"},
		{"geojson_invalid/invalid_structure/invalid_geometry_coordinates_missing.geojson", "refused row 1: /coordinates: the member is missing"},
		{"geojson_invalid/invalid_structure/invalid_geometry_depth_deep_point.geojson", "refused row 1: /coordinates: an array where a number is needed"},
		{"geojson_invalid/invalid_structure/invalid_geometry_depth_shallow_linestring.geojson", "refused row 1: /coordinates/0: a number where an array is needed"},
		{"geojson_invalid/invalid_structure/invalid_geometry_depth_shallow_polygon.geojson", "refused row 1: /coordinates/0/0: a number where an array is needed"},
		{"geojson_invalid/invalid_structure/invalid_geometry_mislabeled_point.geojson", "refused row 1: /coordinates/0: a number where an array is needed"},
		{"geojson_invalid/invalid_structure/invalid_geometry_wrong_geometry_type.geojson", "refused row 1: /type: \"SomeThingElse\" is not a type of shape"},
		{"geojson_invalid/problematic_geometries/problematic_4d_coordinates.geojson", "refused row 1: /features/0/geometry/coordinates/0/0: a position has two or three numbers, not more"},
		{"geojson_invalid/problematic_geometries/problematic_duplicate_nodes.geojson", "repaired /features/0/geometry/coordinates/0: a position repeated in a row was dropped"},
		{"geojson_invalid/problematic_geometries/problematic_excessive_vertices.geojson", "ok"},
		{"geojson_invalid/problematic_geometries/problematic_holes.geojson", "ok"},
		{"geojson_invalid/problematic_geometries/problematic_multitype_geometry_with_just_one_geometry.geojson", "ok"},
		{"geojson_invalid/problematic_geometries/problematic_self_intersection_large.geojson", "refused row 1: /features/0/geometry/coordinates/0: the ring crosses or touches itself: edge 2 meets edge 4"},
		{"geojson_invalid/problematic_geometries/problematic_wrong_bbox_coordinate_order.geojson", "repaired /features/0/bbox: does not hold the geometry; left out"},
		{"geojson_invalid/problematic_structure/problematic_crs_defined.geojson", "text /crs: the coordinate system is not WGS-84 longitude and latitude"},
		{"geojson_invalid/problematic_structure/problematic_geometrycollection_single.geojson", "refused row 1: /type: a GeometryCollection has no place here"},
	}
	listed := map[string]bool{}
	for _, row := range table {
		listed[row[0]] = true
		text, err := os.ReadFile(sharedData(t, "vectors", row[0]))
		if err != nil {
			t.Fatal(err)
		}
		if got := outcome(string(text)); got != row[1] {
			t.Errorf("%s:\n got %s\nwant %s", row[0], got, row[1])
		}
	}
	for _, dir := range []string{"geojson_lint/*/*.geojson", "geojson_invalid/*/*.geojson"} {
		names, err := filepath.Glob(filepath.Join(sharedData(t, "vectors"), dir))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if rel, err := filepath.Rel(sharedData(t, "vectors"), name); err != nil || !listed[rel] {
				t.Errorf("%s is not in the table", rel)
			}
		}
	}
}

func TestRealFiles(t *testing.T) {
	f, err := os.Open(sharedData(t, "sites", "aleppo_cultural_sites.geojson"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sites, notes := 0, 0
	if err := ReadGeoJSON(f, Limits{}, func(f Feature) error {
		if sites++; f.Err != nil || f.Shape.Type != TypePoint || len(f.Properties) == 0 {
			t.Errorf("feature %d: %v", f.Index, f.Err)
		}
		notes += len(f.Repairs)
		return nil
	}); err != nil || sites < 100 || notes != 1 {
		t.Errorf("%d sites, %d notes (one, of the crs), %v", sites, notes, err)
	}
}

func TestCountries(t *testing.T) {
	f, err := os.Open(sharedData(t, "vectors", "geodesic", "countries.geojson.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	capitals := map[string]Point{
		`"Syria"`: {33.51, 36.29}, `"Russia"`: {66, -175}, `"Antarctica"`: {-90, 0}, `"France"`: {48.85, 2.35}, `"Fiji"`: {-17.8, 178},
	}
	n, refused := 0, []string{}
	err = ReadGeoJSON(z, Limits{}, func(f Feature) error {
		n++
		name, _ := f.Properties.Get("name")
		if f.Err != nil {
			refused = append(refused, f.Err.Error())
			return nil
		}
		if p, ok := capitals[string(name)]; ok {
			if d := between(t, PointShape(p, 0), f.Shape); d != 0 || !f.Shape.Bounds().Contains(p) {
				t.Errorf("%s: %g m", name, d)
			}
		}
		if d := between(t, PointShape(Point{-50, -150}, 0), f.Shape); d == 0 {
			t.Errorf("%s holds the South Pacific", name)
		}
		return nil
	})
	// Canada has an edge that goes out and back.
	want := []string{"row 29: /features/28/geometry/coordinates/4/0: the ring crosses or touches itself: edge 1 meets edge 11"}
	if err != nil || n != 179 || !slices.Equal(refused, want) {
		t.Errorf("%d, %v, %q", n, err, refused)
	}
}

func feature(geometry, properties string) string {
	return `{"type":"Feature","properties":` + properties + `,"geometry":` + geometry + `}`
}

func collection(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

const point1 = `{"type":"Point","coordinates":[37.1,36.2]}`

func TestOutcomes(t *testing.T) {
	good := feature(point1, "null")
	at := func(text string) string { return feature(`{"type":"Point","coordinates":`+text+`}`, "null") }
	for _, tt := range []struct{ name, text, want string }{
		{"mark", "\xef\xbb\xbf" + collection(good), "ok"},
		{"lines", good + "\n" + good + "\r\n", "ok"},
		{"sequence", "\x1e" + good + "\n\x1e" + good, "ok"},
		{"null geometry", feature("null", "{}"), "ok"},
		{"nothing", "", "text not JSON: it ends too early"},
		{"cut off", `{"type":"FeatureCollection","features":[` + good, "text not JSON: it ends too early"},
		{"more", collection(good) + good, "text there is more text after the FeatureCollection"},
		{"latitude 95", collection(at("[37,95]")), "refused row 1: /features/0/geometry/coordinates: not a position: longitude is from -180 to 180, latitude from -90 to 90"},
		{"NaN, and a good one", collection(at("[NaN,1]"), good), "refused row 1: /features/0: not JSON: invalid character 'N' looking for beginning of value"},
		{"1e400", collection(at("[1e400,1]")), "refused row 1: /features/0/geometry/coordinates: the number is out of range"},
		{"-1e400", at("[0,-1e400]"), "refused row 1: /geometry/coordinates: the number is out of range"},
		{"empty position", at("[]"), "refused row 1: /geometry/coordinates: a position has 0 numbers; it needs longitude and latitude"},
		{"empty line", feature(`{"type":"LineString","coordinates":[]}`, "null"), "refused row 1: /geometry/coordinates: a line needs two or more positions"},
		{"empty polygon", feature(`{"type":"Polygon","coordinates":[]}`, "null"), "refused row 1: /geometry/coordinates: a polygon without an outer ring"},
		{"empty multipolygon", feature(`{"type":"MultiPolygon","coordinates":[]}`, "null"), "refused row 1: /geometry/coordinates: the coordinates are empty or not those of a MultiPolygon"},
		{"twice, deep", collection(feature(point1, `{"a":{"b":1,"b":2}}`)), "refused row 1: /features/0/b: the member is given twice"},
		{"deep", collection(feature(point1, `{"a":`+strings.Repeat("[", 1e5)+strings.Repeat("]", 1e5)+"}"), good), "refused row 1: /features/0: nested more than 32 deep"},
		{"not UTF-8", collection(feature(point1, "{\"a\":\"\xff\"}"), good), "refused row 1: /features/0: the text is not UTF-8"},
		{"foreign crs after the features", `{"type":"FeatureCollection","features":[` + good + `],"crs":{"type":"name","properties":{"name":"EPSG:32637"}}}`, "text /crs: the coordinate system is not WGS-84 longitude and latitude"},
		{"crs after the features", `{"type":"FeatureCollection","features":[` + good + `],"crs":{"type":"name","properties":{"name":"EPSG:4326"}}}`, "repaired /crs: names WGS-84, longitude first, as RFC 7946 has it anyway; left out"},
		{"features twice", `{"features":[` + good + `],"features":[],"type":"FeatureCollection"}`, "text /features: the member is given twice"},
		{"bow-tie", feature(`{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}`, "null"), "refused row 1: /geometry/coordinates/0: the ring crosses or touches itself: edge 1 meets edge 3"},
		{"bow-tie over the antimeridian", feature(`{"type":"Polygon","coordinates":[[[179,0],[-179,1],[-179,0],[179,1],[179,0]]]}`, "null"), "refused row 1: /geometry/coordinates/0: the ring crosses or touches itself: edge 1 meets edge 3"},
		{"hole outside", feature(`{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]],[[2,0],[2,1],[3,1],[3,0],[2,0]]]}`, "null"), "refused row 1: /geometry/coordinates: a hole is not inside the outer ring"},
		{"hole over the antimeridian", feature(`{"type":"Polygon","coordinates":[[[178,0],[-178,0],[-178,5],[178,5],[178,0]],[[179,1],[179,2],[-179,2],[-179,1],[179,1]]]}`, "null"), "repaired /geometry/coordinates/0: an edge over more than 180 degrees of longitude is read the short way, across the antimeridian (2 times, this the first)"},
		{"whole turn", feature(`{"type":"LineString","coordinates":[[-180,5],[180,5]]}`, "null"), "refused row 1: /geometry/coordinates: an edge jumps between longitude -180 and 180"},
		{"circle", feature(`{"type":"Circle","coordinates":[1,2],"radiusM":5}`, "null"), "refused row 1: /geometry/type: GeoJSON has no circles"},
		{"bad radius", feature(point1, `{"radiusM":-5}`), "refused row 1: /properties/radiusM: not a distance from 0 to 1000000 metres"},
		{"radius as text", feature(point1, `{"radiusM":"5"}`), "refused row 1: /properties/radiusM: not a number of metres"},
		{"no properties", `{"type":"Feature","geometry":` + point1 + `}`, "repaired /properties: missing, read as null"},
		{"null id", `{"type":"Feature","id":null,"properties":null,"geometry":` + point1 + `}`, "repaired /id: null was dropped"},
		{"foreign member of a geometry", feature(`{"type":"Point","coordinates":[1,2],"srid":1}`, "null"), "repaired /geometry/srid: a member that a geometry does not have was left out"},
	} {
		if got := outcome(tt.text); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func TestBadNeverBlocksGood(t *testing.T) {
	huge := feature(point1, `{"a":"`+strings.Repeat("x", 5000)+`"}`)
	text := collection(feature(point1, "1"), huge, feature(point1, `{"n":12345678901234567890.10}`), feature(`{"type":"Point","coordinates":[1,2,300]}`, "{}"))
	var got []Feature
	if err := ReadGeoJSON(strings.NewReader(text), Limits{FeatureBytes: 1000}, func(f Feature) error {
		got = append(got, f)
		return nil
	}); err != nil || len(got) != 4 {
		t.Fatal(len(got), err)
	}
	if truce.CodeOf(got[0].Err) != truce.CodeInvalid || truce.CodeOf(got[1].Err) != truce.CodeTooLarge || got[2].Err != nil {
		t.Errorf("%v, %v, %v", got[0].Err, got[1].Err, got[2].Err)
	}
	if n, _ := got[2].Properties.Get("n"); string(n) != "12345678901234567890.10" {
		t.Errorf("the number became %s", n)
	}
	if z := got[3].Shape.Z; len(z) != 1 || z[0] != 300 {
		t.Errorf("heights %v", z)
	}
}

func TestLimits(t *testing.T) {
	nothing := func(Feature) error { return nil }
	good := feature(point1, "null")
	for name, l := range map[string]Limits{"bytes": {Bytes: 100}, "features": {Features: 1}} {
		if err := ReadGeoJSON(strings.NewReader(collection(good, good)), l, nothing); truce.CodeOf(err) != truce.CodeTooLarge {
			t.Errorf("%s: %v", name, err)
		}
	}
	many := `{"type":"MultiPoint","coordinates":[` + strings.Repeat("[1,2],", 1e6) + `[1,2]]}`
	for bytes, want := range map[int]string{0: "row 1: too long", 64 << 20: "row 1: /coordinates/20000: too many positions"} {
		err := ReadGeoJSON(strings.NewReader(many), Limits{FeatureBytes: bytes}, func(f Feature) error { return f.Err })
		if err == nil || err.Error() != want {
			t.Errorf("a million positions: %v", err)
		}
	}
	stop := errors.New("stop")
	if err := ReadGeoJSON(strings.NewReader(good), Limits{}, func(Feature) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
}

// An extent that does not belong to the shape is not passed over in silence.
func TestExtentOfAnotherTypeIsTold(t *testing.T) {
	for name, geometry := range map[string]string{
		"bufferM":   `{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,1]]]}`,
		"radiusM":   `{"type":"LineString","coordinates":[[1,1],[2,1]]}`,
		"accuracyM": `{"type":"LineString","coordinates":[[1,1],[2,1]]}`,
	} {
		text := `{"type":"Feature","geometry":` + geometry + `,"properties":{"` + name + `":5}}`
		err := ReadGeoJSON(strings.NewReader(text), Limits{}, func(f Feature) error {
			if f.Err != nil || len(f.Repairs) != 1 || !strings.HasPrefix(f.Repairs[0], "/properties/"+name+": ") || f.Shape.ExtentM() != 0 {
				t.Errorf("%s: %v %q", text, f.Err, f.Repairs)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// Members beside the features are looked up, not searched for: a text of very many takes no longer than it is long.
func TestManyMembers(t *testing.T) {
	var b strings.Builder
	b.WriteByte('{')
	for i := range 150_000 {
		b.WriteString(`"k` + strconv.Itoa(i) + `":1,`)
	}
	for last, want := range map[string]string{`"k0":2`: "/k0", `"type":"Feature"`: "/geometry"} {
		err := ReadGeoJSON(strings.NewReader(b.String()+last+"}"), Limits{}, func(f Feature) error {
			if e := asError(f.Err); e.Field != want {
				t.Errorf("%s: %v", last, f.Err)
			}
			return nil
		})
		if err != nil {
			t.Errorf("%s: %v", last, err)
		}
	}
}

func TestRepairsKeepHeights(t *testing.T) {
	text := feature(`{"type":"Polygon","coordinates":[[[0,0,1],[0,1,2],[0,1,9],[1,1,3],[1,0]]]}`, "null")
	if err := ReadGeoJSON(strings.NewReader(text), Limits{}, func(f Feature) error {
		got, err := json.Marshal(f)
		want := `{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0,1],[1,0],[1,1,3],[0,1,2],[0,0,1]]]},"properties":null}`
		if err != nil || string(got) != want || len(f.Repairs) != 3 {
			t.Errorf("%s %v %q", got, err, f.Repairs)
		}
		return f.Err
	}); err != nil {
		t.Error(err)
	}
}

func TestWriteGeoJSON(t *testing.T) {
	in := collection(
		`{"type":"Feature","id":"a/1","geometry":{"type":"Point","coordinates":[37.1,36.2,10]},"properties":{"z":1e2,"radiusM":300},"own":[1]}`,
		`{"type":"Feature","id":12345678901234567890,"geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]},"properties":{"bufferM":20}}`,
		`{"type":"Feature","geometry":null,"properties":null}`)
	var features []Feature
	if err := ReadGeoJSON(strings.NewReader(in), Limits{}, func(f Feature) error {
		features = append(features, f)
		return f.Err
	}); err != nil {
		t.Fatal(err)
	}
	if s := features[0].Shape; s.Type != TypeCircle || s.RadiusM != 300 || features[1].Shape.BufferM != 20 {
		t.Errorf("%+v", features)
	}
	var out strings.Builder
	if err := WriteGeoJSON(&out, slices.Values(features)); err != nil {
		t.Fatal(err)
	}
	if got := strings.ReplaceAll(strings.TrimSpace(out.String()), "\n", ""); got != in {
		t.Errorf("\n got %s\nwant %s", got, in)
	}
}

func FuzzReadGeoJSON(f *testing.F) {
	f.Add([]byte(collection(feature(point1, `{"radiusM":5}`), "1")))
	f.Add([]byte(feature(`{"type":"Polygon","coordinates":[[[170,60,1],[-170,60],[180,90],[0,-90],[170,60,1]]]}`, "null") + "\n{}"))
	f.Add([]byte(`{"type":"MultiPolygon","bbox":[1,2,3,4],"coordinates":[[[[0,0],[1,0],[1,1]],[[0,0]]],[]],"crs":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		n := 0
		err := ReadGeoJSON(strings.NewReader(string(text)), Limits{FeatureBytes: 4096, Features: 50}, func(f Feature) error {
			if n++; f.Err == nil && !f.Shape.IsZero() {
				if err := f.Shape.Validate(); err != nil {
					t.Errorf("accepted, not valid: %v", err)
				}
				if _, err := json.Marshal(f); err != nil {
					t.Errorf("accepted, cannot be written: %v", err)
				}
				f.Shape.Bounds()
			}
			return nil
		})
		if n > 50 || err != nil && truce.CodeOf(err) == truce.CodeInternal {
			t.Errorf("%d features, %v", n, err)
		}
	})
}
