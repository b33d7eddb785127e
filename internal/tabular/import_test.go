package tabular

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"truce"
	"truce/geo"
)

// TestBrokenFile: a file that breaks off is refused as a whole, or taken up to
// the break when asked.
func TestBrokenFile(t *testing.T) {
	const text = `<kml><Document><Placemark><name>A</name><Point><coordinates>37.12345,36.12345</coordinates></Point></Placemark><Placemark><name>B</na`
	emitted := 0
	count := func(Draft) error { emitted++; return nil }
	sum, err := Import(context.Background(), mustOpen(t, "a.kml", text, Options{}), ImportOptions{}, nil, count)
	if truce.CodeOf(err) != truce.CodeInvalid || truce.HintOf(err) == "" || emitted != 0 || sum.Accepted != 1 || !strings.Contains(err.Error(), "nothing of it was imported") {
		t.Errorf("%v after %d drafts", err, emitted)
	}
	sum, err = Import(context.Background(), mustOpen(t, "a.kml", text, Options{}), ImportOptions{TakeBroken: true}, nil, count)
	if err != nil || emitted != 1 || sum.Broken == "" {
		t.Errorf("%v, %d drafts, broken %q", err, emitted, sum.Broken)
	}
}

func TestOptionsThatAreWrong(t *testing.T) {
	for _, c := range []struct {
		name string
		opt  ImportOptions
	}{
		{"object", ImportOptions{Object: "party"}},
		{"field to set", ImportOptions{Set: map[string]string{"colour": "red"}}},
		{"distance", ImportOptions{DuplicateM: 1e6}},
		{"radius", ImportOptions{RadiusM: -1}},
		{"place", ImportOptions{Near: geo.Point{Lat: 91}, RadiusM: 10}},
		{"zone", ImportOptions{Zone: "Aleppo"}},
		{"map", ImportOptions{Map: []string{"x"}}},
	} {
		if sum, _, err := importText(t, three, c.opt, nil); truce.CodeOf(err) != truce.CodeUsage || sum == nil || sum.Rows != 0 {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestListsAreCut: the lists have an end, the counts have not.
func TestListsAreCut(t *testing.T) {
	var b strings.Builder
	b.WriteString("name,type,lat,lon\n")
	for i := range 1500 {
		fmt.Fprintf(&b, "x%d,kind %d,,\n,kind %d,%.5f,37.12345\n", i, i, i, 20+float64(i)/100)
	}
	sum, _, err := importText(t, b.String(), ImportOptions{}, nil)
	if err != nil || sum.Rejected != 1500 || sum.Accepted != 1500 || !sum.Truncated {
		t.Fatal(err, sum.Rejected, sum.Accepted, sum.Truncated)
	}
	if sum.ErrorCount != 1500 || len(sum.Errors) != MaxListed || sum.Errors[MaxListed-1].Row != 2*MaxListed {
		t.Errorf("%d errors, %d listed", sum.ErrorCount, len(sum.Errors))
	}
	if got := codes(sum); sum.WarnCount < 3000 || got["no_name"] != MaxListed/4 || got["unknown_function"] != MaxListed/4 {
		t.Errorf("%d warnings, listed %v", sum.WarnCount, got)
	}
}

func TestEmptyLists(t *testing.T) {
	sum, drafts, err := importText(t, "name,lat,lon\n", ImportOptions{}, nil)
	if err != nil || len(drafts) != 0 || sum.Truncated {
		t.Fatal(err, sum)
	}
	text, err := json.Marshal(sum)
	const want = `{"rows":0,"accepted":0,"rejected":0,"duplicates":0,"registered":0,"amended":0,"unchanged":0,"errors":[],"warnings":[],"ignored":[],` +
		`"mapping":{"lat":"lat","lon":"lon","name":"names"},"truncated":false,"errorCount":0,"warningCount":0}`
	if err != nil || string(text) != want {
		t.Errorf("%s %v\nwant %s", text, err, want)
	}
}

func TestStopping(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Import(ctx, mustOpen(t, "a.csv", manyRows(600), Options{}), ImportOptions{}, nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	full := errors.New("full")
	for _, c := range []struct {
		name string
		opt  ImportOptions
		emit func(Draft) error
	}{
		{"emit", ImportOptions{}, func(Draft) error { return full }},
		{"reject", ImportOptions{Reject: func(Row, []RowError) error { return full }, Map: []string{"lat=-"}}, nil},
	} {
		if _, err := Import(context.Background(), mustOpen(t, "a.csv", three, Options{}), c.opt, nil, c.emit); !errors.Is(err, full) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestProgress(t *testing.T) {
	var done, total []int
	opt := ImportOptions{Progress: func(d, n int) { done, total = append(done, d), append(total, n) }}
	if _, err := Import(context.Background(), mustOpen(t, "a.csv", manyRows(1200), Options{}), opt, nil, nil); err != nil {
		t.Fatal(err)
	}
	if len(done) < 3 || done[len(done)-1] != 1200 || total[0] != 0 || total[len(total)-1] != 1200 {
		t.Errorf("%v of %v", done, total)
	}
}

// TestSet: a value that is set stands only where the row has none.
func TestSet(t *testing.T) {
	_, drafts, err := importText(t, "name,country,lat,lon\nA,,36.12345,37.12345\nB,Iraq,36.12345,42.12345\n",
		ImportOptions{Set: map[string]string{"admin.country": "SY", "sensitivity": "high", "function": "école"}}, nil)
	if err != nil || len(drafts) != 2 {
		t.Fatal(err)
	}
	for i, want := range []string{`"country":"SY"`, `"country":"Iraq"`} {
		if body := string(drafts[i].Body); !strings.Contains(body, want) || !strings.Contains(body, `"sensitivity":"high"`) || !strings.Contains(body, `"function":"school"`) {
			t.Errorf("%s, want %s", body, want)
		}
	}
}

// TestWorkbook: the same from a workbook, dates and hidden rows included.
func TestWorkbook(t *testing.T) {
	data := savedWorkbook(t, "sites")
	src, err := Open("a.xlsx", bytes.NewReader(data), int64(len(data)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var body string
	sum, err := Import(context.Background(), src, ImportOptions{}, nil, func(d Draft) error { body = string(d.Body); return nil })
	if err != nil || sum.Accepted != 1 || sum.Rejected != 1 || sum.Errors[0].Row != 3 || sum.Errors[0].Column != "Latitude" {
		t.Fatalf("%v %+v", err, sum)
	}
	const want = `{"coord":{"accuracyM":112,"datum":"WGS84","entered":"36.211, 37.143","format":"dd"},"function":"hospital","geometry":{"accuracyM":112,"coordinates":[37.143,36.211],"type":"Point"},` +
		`"names":[{"text":"Al-Razi"}],"validFrom":{"at":"2016-08-11","precision":"day"}}`
	if body != want {
		t.Errorf("got %s\nwant %s", body, want)
	}
}

// TestUnsaidIsNotInvented: what a row does not say is in its body nowhere.
func TestUnsaidIsNotInvented(t *testing.T) {
	_, drafts, err := importText(t, "name,type,status,operator,valid until,lat,lon\nHospital of Mercy,n/a,not specified,,,36.12345,37.12345\n", ImportOptions{}, nil)
	const want = `{"coord":{"accuracyM":1.12,"datum":"WGS84","entered":"36.12345, 37.12345","format":"dd"},"function":"unspecified","geometry":{"accuracyM":1.12,"coordinates":[37.12345,36.12345],"type":"Point"},"names":[{"text":"Hospital of Mercy"}]}`
	if err != nil || len(drafts) != 1 || string(drafts[0].Body) != want {
		t.Errorf("%v\n got %+v\nwant %s", err, drafts, want)
	}
}

// FuzzImport reads any text as a list of any object, and holds what an import
// promises: no panic, sums that add up, bodies that are valid.
func FuzzImport(f *testing.F) {
	f.Add("name,lat,lon\nA,36.2,37.1\n", "site", "")
	f.Add("osm_id;type;dms_lat;dms_long;accuracy;valid from\n1;مستشفى;36 12 46N;37 7 0E;±5 m;11.8.2016\n1;;;;;\n", "site", "accuracy=notes")
	f.Add("#loc,#geo+coord,#meta+id\nA,37SCA3065009240,7\nA,37SCA3065009240,7\n", "site", "")
	f.Add("name,wkt,kind\nZ,\"POLYGON ((37 36,37.1 36,37.1 36.1,37 36))\",DMZ\n", "area", "kind=areaKind")
	f.Add("name,wkt,purpose,mode,buffer,start\nZ,\"LINESTRING (37 36,37.1 36.1)\",food,land,50,2016-08-11T10:00Z\n", "movement", "")
	f.Add(`{"type":"FeatureCollection","features":[{"type":"Feature","id":1,"properties":{"a":{"b":[1]}},"geometry":{"type":"Point","coordinates":[37,36,1]}}]}`, "site", "a=notes")
	f.Add("UTM zone,easting,northing,datum\n37N,330650,4009240,ED50\n60S,1e9,-1e9,wgs84\n", "site", "")
	f.Fuzz(func(t *testing.T, text, object, mapping string) {
		src, err := Open("x.csv", strings.NewReader(text), int64(len(text)), Options{})
		if err != nil {
			return
		}
		defer src.Close()
		opt := ImportOptions{Object: object}
		if mapping != "" {
			opt.Map = []string{mapping}
		}
		var r registry
		fields := map[string][]truce.Field{"site": truce.SiteFields, "": truce.SiteFields, "area": truce.AreaFields, "movement": truce.MovementFields}[object]
		sum, err := Import(context.Background(), src, opt, &r, func(d Draft) error {
			if fault := truce.CheckBody(fields, d.Body); fault != nil {
				t.Fatalf("row %d: %v in %s", d.Row, fault, d.Body)
			}
			if !bytes.Equal(canonical(d.Body), d.Body) {
				t.Fatalf("not canonical: %s", d.Body)
			}
			return r.take(d)
		})
		if err != nil {
			isOurs(t, err)
			return
		}
		if sum.Rows != sum.Accepted+sum.Rejected || sum.Accepted != sum.Registered+sum.Amended+sum.Unchanged || sum.Rejected > sum.ErrorCount {
			t.Fatalf("%+v", sum)
		}
	})
}
