package tabular

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"truce"
)

// vectors is the folder with files of others; tests that need it are skipped
// where it is missing.
func vectors(t testing.TB, parts ...string) string {
	t.Helper()
	dir := filepath.Join(append([]string{"..", "..", "..", "shared", "data"}, parts...)...)
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no shared data here: ", dir)
	}
	return dir
}

func kml(body string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>` + body + `</Document></kml>`
}

func TestKML(t *testing.T) {
	point := `<Point><coordinates>37.1,36.2,0</coordinates></Point>`
	for name, tt := range map[string]struct{ body, want string }{
		"point": {`<Placemark id="p1"><name> Al-Quds </name>` + point + `</Placemark>`,
			"1 id=p1 name=Al-Quds {\"type\":\"Point\",\"coordinates\":[37.1,36.2]}\n"},
		"height": {`<Placemark><Point><coordinates>37.1,36.2,379.5</coordinates></Point></Placemark>`,
			"1 {\"type\":\"Point\",\"coordinates\":[37.1,36.2,379.5]}\n"},
		"description without markup": {`<Placemark><description><![CDATA[<p>Beds&nbsp;&amp; staff<script>x()</script></p><table><tr><td>ICU</td><td>4</td></tr></table>]]></description></Placemark>`,
			"1 description=Beds & staff⏎ICU 4\n"},
		"markup outside CDATA": {`<Placemark><description>foo<b>bold</b>bar</description></Placemark>`, "1 description=fooboldbar\n"},
		"extended data": {`<Placemark><ExtendedData><Data name="beds"><displayName>Beds</displayName><value>12</value></Data>` +
			`<SchemaData schemaUrl="#s"><SimpleData name="type">hospital</SimpleData></SchemaData><x:ward xmlns:x="urn:x">A</x:ward></ExtendedData></Placemark>`,
			"1 beds=12 type=hospital ward=A\n"},
		"times": {`<Placemark><TimeSpan><begin>2016-08-01</begin><end>2016-09</end></TimeSpan></Placemark><Placemark><TimeStamp><when>2016</when></TimeStamp></Placemark>`,
			"1 begin=2016-08-01 end=2016-09\n2 when=2016\n"},
		"folders": {`<Folder><name>Health</name><Folder><name>Aleppo</name><Placemark><name>a</name></Placemark></Folder><Placemark><name>b</name></Placemark></Folder><Placemark><name>c</name></Placemark>`,
			"1 folder=Health / Aleppo name=a\n2 folder=Health name=b\n3 name=c\n"},
		"line": {`<Placemark><LineString><coordinates>37,36 37.1,36.1` + "\n" + `37.2,36.2</coordinates></LineString></Placemark>`,
			"1 {\"type\":\"LineString\",\"coordinates\":[[37,36],[37.1,36.1],[37.2,36.2]]}\n"},
		"polygon with a hole": {`<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 9,0 9,9 0,0</coordinates></LinearRing></outerBoundaryIs>` +
			`<innerBoundaryIs><LinearRing><coordinates>4,1 6,1 6,3 4,1</coordinates></LinearRing></innerBoundaryIs></Polygon></Placemark>`,
			"1 {\"type\":\"Polygon\",\"coordinates\":[[[0,0],[9,0],[9,9],[0,0]],[[4,1],[6,1],[6,3],[4,1]]]}\n"},
		"several points": {`<Placemark><MultiGeometry>` + point + point + `</MultiGeometry></Placemark>`,
			"1 {\"type\":\"MultiPoint\",\"coordinates\":[[37.1,36.2],[37.1,36.2]]}\n"},
		"mixed geometry": {`<Placemark><MultiGeometry>` + point + `<LineString><coordinates>0,0 1,1</coordinates></LineString></MultiGeometry></Placemark>`,
			"1 error row 1: the geometry mixes points, lines and areas\n"},
		"bad placemark between good ones": {`<Placemark><name>a</name></Placemark><Placemark><name>b</name><Point><coordinates>north</coordinates></Point></Placemark><Placemark><name>c</name></Placemark>`,
			"1 name=a\n2 name=b error row 2: coordinates: the coordinates are not \"longitude,latitude\" or \"longitude,latitude,height\" separated by spaces\n3 name=c\n"},
		"not a number":         {`<Placemark><Point><coordinates>NaN,36</coordinates></Point></Placemark>`, "1 error row 1: coordinates: \"NaN\" is not a number of degrees or metres\n"},
		"no coordinates":       {`<Placemark><Point><coordinates> </coordinates></Point></Placemark>`, "1 error row 1: coordinates: the geometry has no coordinates\n"},
		"point with two":       {`<Placemark><Point><coordinates>1,2 3,4</coordinates></Point></Placemark>`, "1 error row 1: coordinates: a point has 2 positions\n"},
		"hole without a shell": {`<Placemark><Polygon><innerBoundaryIs><LinearRing><coordinates>4,1 6,1 6,3 4,1</coordinates></LinearRing></innerBoundaryIs></Polygon></Placemark>`, "1 error row 1: coordinates: a polygon needs one outer boundary, and it comes first\n"},
		"model":                {`<Placemark><Model/></Placemark>`, "1 error row 1: the geometry Model is not read\n"},
		"link":                 {`<NetworkLink><Link><href>http://x/</href></Link></NetworkLink>`, "1 error row 1: the entry is a link to another file, which is not followed\n"},
		"update is no row":     {`<NetworkLinkControl><Update><Delete><Placemark targetId="x"/></Delete></Update></NetworkLinkControl>`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			src := mustOpen(t, "x.kml", kml(tt.body), Options{})
			if got := show(t, src); got != tt.want || src.Format() != KML {
				t.Errorf("got\n%swant\n%s", got, tt.want)
			}
		})
	}
}

func TestXMLRefused(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"document type":     {`<!DOCTYPE kml [<!ENTITY a "b">]><kml/>`, "document type"},
		"entity":            {kml(`<Placemark><name>&a;</name></Placemark>`), "entity"},
		"breaks off":        {`<kml><Document><Placemark><name>a`, "broken in line 1"},
		"nothing but <":     {`<`, "broken in line 1"},
		"only a comment":    {`<!-- x -->`, "breaks off"},
		"other XML":         {`<html></html>`, "neither KML nor GPX"},
		"unknown encoding":  {`<?xml version="1.0" encoding="utf-7"?><kml/>`, `encoding "utf-7"`},
		"UTF-16 as claimed": {`<?xml version="1.0" encoding="UTF-16"?><kml/>`, `encoding "UTF-16"`},
		"257 deep":          {strings.Repeat("<Folder>", 257), "nested more than 256"},
		"endless tag":       {`<kml a="` + strings.Repeat("x", 3<<20), "longer than 2048 KiB"},
	} {
		t.Run(name, func(t *testing.T) {
			src, err := openText(t, "x.kml", tt.text, Options{})
			for err == nil {
				_, err = src.Next()
			}
			if truce.CodeOf(err) == truce.CodeInternal || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestXMLEncodings(t *testing.T) {
	for declared, name := range map[string]string{"ISO-8859-1": "M\xe9decin", "windows-1251": "\xcc\xe5\xe4", "us-ascii": "Med"} {
		text := `<?xml version="1.0" encoding="` + declared + `"?><kml><Placemark><name>` + name + `</name></Placemark></kml>`
		row, err := mustOpen(t, "x.kml", text, Options{}).Next()
		if got, _ := row.Get("name"); err != nil || !strings.HasPrefix(got, "M") && !strings.HasPrefix(got, "М") {
			t.Errorf("%s: %q %v", declared, got, err)
		}
	}
}

// The files of libkml: each is read to its end or refused with a reason.
func TestKMLVectors(t *testing.T) {
	dir := vectors(t, "vectors", "kml")
	want := map[string]string{
		"100_nested_folders.kml": "", "101_nested_folders.kml": "",
		"badcoords.kml":            "1 name=Continental Convergent Boundary error row 1: coordinates",
		"ge-point.kml":             "\"type\":\"Point\"",
		"invalid_descriptions.kml": "3 id=bad_description2 name=bad_description2 description=fooboldbar",
		"schemadata.kml":           "1 name=default schemadatadata sfield1=one sfield2=2 {\"type\":\"Point\",\"coordinates\":[-122,36.995]}",
		"bad-too-large.kmz":        "open: the file unfolds to more than 200 times",
		"nokml.kmz":                "open: the archive is neither",
		"doc.kmz":                  "1 ",
		"multikml-doc.kmz":         "",
		"model-macky.kml":          "the geometry Model is not read",
	}
	seen := 0
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(filepath.Ext(path), "km") {
			return err
		}
		seen++
		src, err := OpenFile(path, Options{})
		got := ""
		if err == nil {
			got = show(t, src)
			defer src.Close()
		} else {
			got = "open: " + err.Error()
		}
		if part, ok := want[filepath.Base(path)]; ok && !strings.Contains(got, part) {
			t.Errorf("%s: got\n%s\nwant %s", path, got, part)
		}
		if truce.CodeOf(err) == truce.CodeInternal {
			t.Errorf("%s: %v", path, err)
		}
		return nil
	})
	if err != nil || seen < 20 {
		t.Errorf("%d files, %v", seen, err)
	}
}

func TestXMLAttackVectors(t *testing.T) {
	dir := vectors(t, "vectors", "xml_attacks")
	for name, want := range map[string]string{
		"cyclic.xml": "document type", "dtd_element.xml": "document type", "external_file.xml": "document type",
		"xmlbomb2.xml": "document type", "simple.xml": "neither KML nor GPX", "schema-include.xsd": "neither KML nor GPX",
	} {
		_, err := OpenFile(filepath.Join(dir, name), Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}

func TestZipSlip(t *testing.T) {
	_, err := OpenFile(filepath.Join(vectors(t, "vectors", "zip_slip"), "zip-slip.zip"), Options{})
	if truce.CodeOf(err) != truce.CodeRefused || !strings.Contains(err.Error(), "../..") {
		t.Errorf("got %v", err)
	}
}

func zipOf(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	zw := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := zw.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestKMZ(t *testing.T) {
	a, b := kml(`<Placemark><name>a</name></Placemark>`), kml(`<Placemark><name>b</name></Placemark>`)
	for name, tt := range map[string]struct {
		files       []string
		want, notes string
	}{
		"doc.kml wins":   {[]string{"x.kml", b, "doc.kml", a, "files/y.png", "…"}, "1 name=a\n", "x.kml"},
		"top one wins":   {[]string{"in/x.kml", b, "y.kml", a}, "1 name=a\n", "in/x.kml"},
		"the only one":   {[]string{"in/x.kml", a}, "1 name=a\n", ""},
		"backslash":      {[]string{"doc.kml", a, `in\x.png`, ""}, "points outside", ""},
		"absolute":       {[]string{"doc.kml", a, "/etc/x", ""}, "points outside", ""},
		"drive":          {[]string{"doc.kml", a, "C:x", ""}, "points outside", ""},
		"up in between":  {[]string{"doc.kml", a, "in/../../x", ""}, "points outside", ""},
		"the same twice": {[]string{"doc.kml", a, "doc.kml", b}, "twice", ""},
		"nothing in it":  {nil, "neither a workbook", ""},
	} {
		t.Run(name, func(t *testing.T) {
			archive := zipOf(t, tt.files...)
			src, err := Open("x.kmz", bytes.NewReader(archive), int64(len(archive)), Options{})
			if err != nil {
				if !strings.Contains(err.Error(), tt.want) {
					t.Errorf("got %v, want %q", err, tt.want)
				}
				return
			}
			defer src.Close()
			notes := strings.Join(src.Header().Notes, " ")
			if got := show(t, src); got != tt.want || !strings.Contains(notes, tt.notes) || src.Format() != KMZ {
				t.Errorf("got %s, notes %s", got, notes)
			}
		})
	}
}

// TestPlainText: what a description in HTML says, and nothing of how it looked.
func TestPlainText(t *testing.T) {
	for in, want := range map[string]string{
		"plain": "plain", "a &amp; b &lt;c&gt; &eacute;": "a & b <c> é", "<p>one</p><p>two<br/>three": "one\ntwo\nthree", "<td>a</td><td>b</td>": "a b",
		"<b>x</b>y": "xy", `<a href="a>b" title='c>d'>link</a>`: "link", "5 < 6 and 7 > 2": "5 < 6 and 7 > 2", "<3": "<3", "<SCRIPT>alert('<p>')</Script>after": "after",
		"<style>p{}</style >x": "x", "<script>never closed": "", "a<!-- <p> -->b": "ab", "<p": "", "<": "<", "</": "</", "x<p>": "x", "<script></scriptx></script>y": "y",
	} {
		if got := plainText(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
