package tabular

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"truce"
)

// readAll opens whatever it is given and holds what every source promises: no
// panic, an end, errors of ours, and row numbers that go up.
func readAll(t *testing.T, name string, data []byte, opts Options) {
	src, err := Open(name, bytes.NewReader(data), int64(len(data)), opts)
	if err != nil {
		isOurs(t, err)
		return
	}
	defer src.Close()
	last := 0
	for {
		row, err := src.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			isOurs(t, err)
			return
		}
		if row.Number <= last {
			t.Fatalf("row %d after row %d", row.Number, last)
		}
		last = row.Number
		if row.Err != nil {
			isOurs(t, row.Err)
		}
		if n := len(src.Header().Columns); row.Err == nil && n > 0 && len(row.Cells) != n {
			t.Fatalf("row %d has %d cells for %d columns", row.Number, len(row.Cells), n)
		}
	}
}

func isOurs(t *testing.T, err error) {
	t.Helper()
	if truce.CodeOf(err) == truce.CodeInternal {
		t.Fatalf("an error that is not told well: %v", err)
	}
}

// addVectors adds the small files of a folder of others as seeds, where it is.
func addVectors(f *testing.F, pattern ...string) {
	files, err := filepath.Glob(filepath.Join(append([]string{"..", "..", "..", "shared", "data", "vectors"}, pattern...)...))
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err == nil && len(data) < 64<<10 {
			f.Add(data)
		}
	}
}

func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		"a,b\n1,2\n", "sep=;\na;b\n", "\xff\xfea\x00", "\xef\xbb\xbfa\tb\r\n\"x\ny\"\t\"\"\"\"", "a,\"b\n1,\"x\n2,\"y\",z\n",
		"#loc,#geo\na,b\n1,2", "a|b\r1|2\r", "a;b\n\xe9;\x01\n", "\x1f\x8b\x08", "a\n\"",
	} {
		f.Add([]byte(seed), "", 0)
	}
	f.Add([]byte("a,b\n\xc7,2"), "windows-1256", 1)
	f.Fuzz(func(t *testing.T, data []byte, charset string, headerRow int) {
		readAll(t, "x.csv", data, Options{Charset: charset, HeaderRow: headerRow % 50})
	})
}

func FuzzKML(f *testing.F) {
	f.Add([]byte(kml(`<Folder><name>x</name><Placemark><Point><coordinates>1,2,3</coordinates></Point></Placemark></Folder>`)))
	f.Add([]byte(`<?xml version="1.0" encoding="windows-1251"?><Placemark><Polygon><outerBoundaryIs/></Polygon></Placemark>`))
	addVectors(f, "kml", "kml", "*.kml")
	addVectors(f, "kml", "kmz", "*.kmz")
	addVectors(f, "xml_attacks", "*.x*")
	f.Fuzz(func(t *testing.T, data []byte) { readAll(t, "x.kml", data, Options{}) })
}

func FuzzGPX(f *testing.F) {
	f.Add([]byte(`<gpx><wpt lat="1" lon="2"><name>a</name></wpt><trk><trkseg><trkpt lat="1" lon="2"/><trkpt lat="3" lon="4"/></trkseg></trk></gpx>`))
	f.Add([]byte(`<gpx><rte><rtept lat="x"/></rte><trkpt/><wpt lat="1e9" lon="-0"><ele>NaN</ele></wpt></gpx>`))
	f.Fuzz(func(t *testing.T, data []byte) { readAll(t, "x.gpx", data, Options{}) })
}

func FuzzXLSX(f *testing.F) {
	f.Add(savedWorkbook(f, "four"))
	f.Add(savedWorkbook(f, "rows"))
	f.Add(savedWorkbook(f, "sheets"))
	f.Add(zipOf(f, "[Content_Types].xml", "<Types/>", "_rels/.rels", "<R/>"))
	f.Fuzz(func(t *testing.T, data []byte) { readAll(t, "x.xlsx", data, Options{}) })
}

// FuzzSheet fuzzes the XML within a workbook, which FuzzXLSX seldom reaches
// through the checksums.
func FuzzSheet(f *testing.F) {
	f.Add(`<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="2"><c s="1"><v>42000.5</v></c></row></sheetData>`, `<cellXfs><xf/><xf numFmtId="14"/></cellXfs>`)
	f.Add(`<sheetData><row><c t="s"><v>0</v></c><c t="e"/><c t="b"/><c><f/></c></row></sheetData>`, `<numFmts><numFmt numFmtId="200" formatCode="00000"/></numFmts><cellXfs><xf numFmtId="200"/></cellXfs>`)
	f.Fuzz(func(t *testing.T, sheet, styles string) {
		readAll(t, "x.xlsx", zipOf(t,
			"[Content_Types].xml", "<Types/>",
			"_rels/.rels", `<R><Relationship Id="a" Type="/officeDocument" Target="w.xml"/></R>`,
			"_rels/w.xml.rels", `<R><Relationship Id="s" Type="/worksheet" Target="s.xml"/><Relationship Id="t" Type="/styles" Target="t.xml"/><Relationship Id="u" Type="/sharedStrings" Target="u.xml"/></R>`,
			"w.xml", `<workbook><sheets><sheet name="S" id="s"/></sheets></workbook>`,
			"u.xml", `<sst><si><t>shared</t></si></sst>`,
			"t.xml", "<styleSheet>"+styles+"</styleSheet>",
			"s.xml", "<worksheet>"+sheet+"</worksheet>"), Options{})
	})
}
