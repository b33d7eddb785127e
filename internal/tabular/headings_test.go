package tabular

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"truce"
)

// importText imports a CSV text and collects what is emitted.
func importText(t testing.TB, text string, opt ImportOptions, known Known) (*Summary, []Draft, error) {
	t.Helper()
	var drafts []Draft
	src := mustOpen(t, "list.csv", text, Options{})
	sum, err := Import(context.Background(), src, opt, known, func(d Draft) error {
		drafts = append(drafts, d)
		return nil
	})
	return sum, drafts, err
}

// TestAliasesMeanOneThing holds that no heading stands for two fields: which
// one would win is chance.
func TestAliasesMeanOneThing(t *testing.T) {
	seen := map[string]string{}
	for field, phrases := range aliases {
		for p := range strings.SplitSeq(phrases, ",") {
			key, _ := headingKey(p)
			if key == "" {
				t.Errorf("an empty heading for %s after %q", field, p)
			}
			if other, ok := seen[key]; ok && other != field {
				t.Errorf("%q stands for %s and %s", p, field, other)
			}
			if truce.ForbiddenName(strings.TrimSpace(p)) {
				t.Errorf("%q is a heading that is refused", p)
			}
			seen[key] = field
		}
	}
}

// TestAliasesNameFields holds that each alias leads to a field of some object.
func TestAliasesNameFields(t *testing.T) {
	for field := range aliases {
		found := false
		for _, s := range schemas {
			_, ok := s.parseTarget(field, "x")
			found = found || ok
		}
		if !found {
			t.Errorf("no object has the field %s", field)
		}
	}
	for _, h := range hxlTags {
		if got := schemas["site"].recogniseTag(h.tag, "x"); !got.known() {
			t.Errorf("the tag %s leads nowhere", h.tag)
		}
	}
}

// TestSynonymsMeanOneThing holds the same for the words of codes, and that
// every code they lead to exists.
func TestSynonymsMeanOneThing(t *testing.T) {
	tables := map[string]*truce.CodeTable{"function": truce.FunctionCodes, "operatingState": truce.OperatingCodes,
		"areaKind": truce.AreaCodes, "purpose": truce.PurposeCodes, "mode": truce.ModeCodes}
	for table, codes := range synonyms {
		seen := map[string]string{}
		for code, words := range codes {
			if !tables[table].Has(code) {
				t.Errorf("%s: the code %q does not exist", table, code)
			}
			for p := range strings.SplitSeq(words, ",") {
				if other, ok := seen[phrase(p)]; ok && other != code && phrase(p) != "" {
					t.Errorf("%s: %q stands for %s and %s", table, p, code, other)
				}
				seen[phrase(p)] = code
			}
		}
		for _, c := range tables[table].Codes {
			if got, ok := codeFor(table, c.Code); !ok || got != c.Code {
				t.Errorf("%s: the code %q reads as %q", table, c.Code, got)
			}
		}
	}
}

func TestHeadings(t *testing.T) {
	for _, c := range []struct{ object, heading, want string }{
		{"site", "latitude", "lat"}, {"site", " LATITUDE ", "lat"}, {"site", "Lat.", "lat"}, {"site", "Y_COORD", "lat"}, {"site", "ycoord", "lat"},
		{"site", "Latitude (décimale)", "lat"}, {"site", "Lat (WGS84)", "lat"}, {"site", "_gps_latitude", "lat"}, {"site", "Широта", "lat"},
		{"site", "خط العرض", "lat"}, {"site", "خَطّ العَرْض", "lat"}, {"site", "دائرة العرض", "lat"}, {"site", "Latitud", "lat"},
		{"site", "LONG", "lon"}, {"site", "lng", "lon"}, {"site", "Долгота", "lon"}, {"site", "Довгота", "lon"}, {"site", "خط الطول", "lon"}, {"site", "Longitud", "lon"},
		{"site", "DMS_LAT", "lat.dms"}, {"site", "DMS_LONG", "lon.dms"}, {"site", "Latitude DMS", "lat.dms"},
		{"site", "Coordonnées GPS", "coord"}, {"site", "MGRS", "coord"}, {"site", "Grid Reference", "coord"}, {"site", "Координаты", "coord"}, {"site", "الإحداثيات", "coord"},
		{"site", "UTM Easting", "utm.easting"}, {"site", "Northing", "utm.northing"}, {"site", "UTM Zone", "utm.zone"}, {"site", "zone", ""},
		{"site", "name", "names"}, {"site", "FACILITY_N", "names"}, {"site", "Facility name", "names"}, {"site", "Nom de l’établissement", "names"},
		{"site", "Название", "names"}, {"site", "Назва об'єкта", "names"}, {"site", "Назва об’єкта", "names"}, {"site", "الاسم", "names"}, {"site", "اسم المنشأة", "names"}, {"site", "Nombre", "names"},
		{"site", "name:ar", "names.ar"}, {"site", "name_en", "names.en"}, {"site", "nameAr", "names.ar"}, {"site", "Name (Arabic)", "names.ar"}, {"site", "Arabic name", "names.ar"},
		{"site", "Nom arabe", "names.ar"}, {"site", "الاسم بالعربية", "names.ar"}, {"site", "الاسم بالإنكليزية", "names.en"}, {"site", "Название (рус)", "names.ru"},
		{"site", "Назва українською", "names.uk"}, {"site", "name:ckb", "names.ckb"}, {"site", "old_name", "names.former"}, {"site", "alt_name", "names.alias"},
		{"site", "alt_name_ar", "names.ar.alias"}, {"site", "Facility type", "function"}, {"site", "Typology", "function"}, {"site", "amenity", "function"}, {"site", "نوع المنشأة", "function"},
		{"site", "Тип закладу", "function"}, {"area", "type", "areaKind"}, {"movement", "type", "purpose"},
		{"site", "operatorOrg", "operatorOrg"}, {"site", "Owner/ship", "operatorOrg"}, {"site", "Organización", "operatorOrg"}, {"site", "الجهة المشغّلة", "operatorOrg"},
		{"site", "Country", "admin.country"}, {"site", "iso3c", "admin.country"}, {"site", "Admin1", "admin.adm1"}, {"site", "ADM2_PCODE", "admin.adm2"}, {"site", "المحافظة", "admin.adm1"},
		{"site", "admin.adm3", "admin.adm3"}, {"site", "Населённый пункт", "admin.settlement"}, {"site", "accuracy (m)", "coord.accuracyM"}, {"site", "Radius", "coord.accuracyM"},
		{"site", "Valid from", "validFrom"}, {"site", "validUntil", "validUntil"}, {"movement", "Start date", "legs.plannedStart"}, {"movement", "end", "legs.plannedEnd"},
		{"site", "operational_status", "operatingState"}, {"site", "Состояние", "operatingState"}, {"site", "حالة التشغيل", "operatingState"},
		{"site", "osm_id", "externalIds:osm_id"}, {"site", "Facility Code", "externalIds:Facility Code"}, {"site", "Phone number", "contacts.phone"}, {"site", "رقم الهاتف", "contacts.phone"},
		{"site", "Remarks", "notes"}, {"site", "ملاحظات", "notes"}, {"site", "markings.roof", "markings.roof"}, {"site", "errors", "-"},
		{"site", "location/_gps_latitude", "lat"}, {"site", "City/Village", "admin.settlement"}, {"site", "Lat/Long", "coord"},
		{"site", "beds", ""}, {"site", "opening_hours", ""}, {"site", "N°", ""}, {"site", "column D", ""},
	} {
		if got := schemas[c.object].recognise(c.heading).String(); got != c.want {
			t.Errorf("%s: %q means %q, want %q", c.object, c.heading, got, c.want)
		}
	}
}

func TestEveryPathIsItsOwnHeading(t *testing.T) {
	for object := range schemas {
		for _, path := range ImportFields(object) {
			if path == "utm.zone" || path == "externalIds" {
				continue
			}
			if got := schemas[object].recognise(path).path; got != path {
				t.Errorf("%s: the heading %q means %q", object, path, got)
			}
		}
	}
	if ImportFields("party") != nil {
		t.Error("parties cannot be imported")
	}
}

func TestHXL(t *testing.T) {
	sum, drafts, err := importText(t, "Site,N,E,Что,Kto,ref,seit,Genau,Land,P,egal\n"+
		"#loc+name+ar,#geo+lat,#geo+lon,#loc+type,#org+name,#meta+id,#date+start,#geo+precision,#country+code,#adm1+code,#x_note\n"+
		"مستشفى الرازي,36.2110,37.1430,Hospital,Health Directorate,S-1,2016-08-11,50 m,SY,SY02,x\n", ImportOptions{}, nil)
	if err != nil || sum.Accepted != 1 {
		t.Fatal(err, sum)
	}
	for heading, field := range map[string]string{"Site": "names.ar", "N": "lat", "E": "lon", "Что": "function", "Kto": "operatorOrg", "ref": "externalIds:ref",
		"seit": "validFrom", "Genau": "coord.accuracyM", "Land": "admin.country", "P": "admin.adm1"} {
		if sum.Mapping[heading] != field {
			t.Errorf("%q was read as %q, want %q", heading, sum.Mapping[heading], field)
		}
	}
	if !slices.Equal(sum.Ignored, []string{"egal"}) {
		t.Errorf("ignored: %q", sum.Ignored)
	}
	const want = `{"admin":{"adm1":"SY02","country":"SY"},"coord":{"accuracyM":50,"datum":"WGS84","entered":"36.2110, 37.1430","format":"dd"},` +
		`"externalIds":[{"id":"S-1","source":"ref"}],"function":"hospital","geometry":{"accuracyM":50,"coordinates":[37.143,36.211],"type":"Point"},` +
		`"names":[{"lang":"ar","text":"مستشفى الرازي"}],"operatorOrg":"Health Directorate","validFrom":{"at":"2016-08-11","precision":"day"}}`
	if got := string(drafts[0].Body); got != want {
		t.Errorf("body\n%s\nwant\n%s", got, want)
	}
}

func TestMap(t *testing.T) {
	const text = "Bezeichnung,Breite,Länge,Nr,Was,name\nA,36.2,37.1,7,Hospital,B\n"
	sum, drafts, err := importText(t, text, ImportOptions{Map: []string{"Bezeichnung=names.de", "Breite=lat", "lon=Länge", "nr=externalIds:hns", "Was=function", "name=-"}}, nil)
	if err != nil || sum.Accepted != 1 {
		t.Fatal(err, sum)
	}
	const want = `"externalIds":[{"id":"7","source":"hns"}],"function":"hospital","geometry":{"accuracyM":11200,"coordinates":[37.1,36.2],"type":"Point"},"names":[{"lang":"de","text":"A"}]}`
	if got := string(drafts[0].Body); !strings.HasSuffix(got, want) {
		t.Errorf("body %s\nwant the end %s", got, want)
	}
	if !slices.Equal(sum.Ignored, []string{"name"}) {
		t.Errorf("ignored: %q", sum.Ignored)
	}
	for _, wrong := range []string{"Breite", "Breite=latitudes", "=lat", "nothere=lat", "Breite=names.german!", "Breite=geometry.x"} {
		sum, drafts, err := importText(t, text, ImportOptions{Map: []string{wrong}}, nil)
		if truce.CodeOf(err) != truce.CodeUsage || truce.HintOf(err) == "" || len(drafts) > 0 || sum == nil {
			t.Errorf("--map %q: %v, want a usage error with a hint", wrong, err)
		}
	}
}

// TestMapOfFeatures: what columns a GeoJSON file has is known at its end.
func TestMapOfFeatures(t *testing.T) {
	const text = `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"quoi":"école"},"geometry":{"type":"Point","coordinates":[37.16266,36.19922]}}]}`
	src := mustOpen(t, "a.geojson", text, Options{})
	sum, err := Import(context.Background(), src, ImportOptions{Map: []string{"quoi=function"}}, nil, nil)
	if err != nil || sum.Accepted != 1 || sum.Mapping["quoi"] != "function" {
		t.Fatal(err, sum)
	}
	src = mustOpen(t, "a.geojson", text, Options{})
	if _, err = Import(context.Background(), src, ImportOptions{Map: []string{"qui=operatorOrg"}}, nil, nil); truce.CodeOf(err) != truce.CodeUsage {
		t.Fatalf("a mapping without its column: %v", err)
	}
}

// TestForbiddenColumns: guard rail 1. The list is refused as a whole, by the
// name of the column, even where the column is empty or left out.
func TestForbiddenColumns(t *testing.T) {
	const features = `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"A"},"geometry":{"type":"Point","coordinates":[37.1,36.1]}},` +
		`{"type":"Feature","properties":{"name":"B",%s},"geometry":{"type":"Point","coordinates":[37.2,36.1]}}]}`
	for _, c := range []struct{ name, file, text, word string }{
		{"plain", "a.csv", "name,lat,lon,Target priority\nA,36.1,37.1,\n", "Target priority"},
		{"camel case", "a.csv", "name,lat,lon,unitPosition\nA,36.1,37.1,\n", "unitPosition"},
		{"HXL", "a.csv", "name,lat,lon,x\n#loc,#geo+lat,#geo+lon,#meta+weapons\nA,36.1,37.1,\n", "#meta+weapons"},
		{"a later feature", "a.geojson", strings.Replace(features, "%s", `"firing_point":1`, 1), "firing_point"},
		{"inside a property", "a.geojson", strings.Replace(features, "%s", `"extra":{"a":[{"enemy":true}]}`, 1), "enemy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			emitted := 0
			src := mustOpen(t, c.file, c.text, Options{})
			_, err := Import(context.Background(), src, ImportOptions{}, nil, func(Draft) error { emitted++; return nil })
			if truce.CodeOf(err) != truce.CodeRefused || !strings.Contains(err.Error(), c.word) || emitted != 0 {
				t.Fatalf("%v with %d drafts, want a refusal that names %s", err, emitted, c.word)
			}
		})
	}
	_, _, err := importText(t, "name,lat,lon,Troops\nA,36.1,37.1,\n", ImportOptions{Map: []string{"Troops=-"}}, nil)
	if e, ok := errors.AsType[*truce.Error](err); !ok || e.Code != truce.CodeRefused || e.Hint == "" {
		t.Fatalf("leaving the column out does not make the list one to be shared: %v", err)
	}
}
