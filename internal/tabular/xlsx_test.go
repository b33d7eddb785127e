package tabular

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"truce"
)

// savedWorkbook reads a workbook of testdata/xlsx. They are what excelize writes:
// workbook_test.go of the module in oracle/ makes them, and holds them against
// excelize ever after.
func savedWorkbook(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "xlsx", name+".xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// repack rewrites the parts of an archive.
func repack(t testing.TB, archive []byte, edit func(name, content string) string) []byte {
	t.Helper()
	zr, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	for _, f := range zr.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		w, err := zw.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, edit(f.Name, string(content))); err != nil {
			t.Fatal(err)
		}
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func openBytes(b []byte, opts Options) (*Source, error) {
	return Open("x.xlsx", bytes.NewReader(b), int64(len(b)), opts)
}

func showBytes(t testing.TB, b []byte, opts Options) string {
	t.Helper()
	src, err := openBytes(b, opts)
	if err != nil {
		t.Fatalf("Open: %v (hint: %s)", err, truce.HintOf(err))
	}
	defer src.Close()
	return show(t, src)
}

func TestXLSXValues(t *testing.T) {
	b := savedWorkbook(t, "values")
	for sheet, want := range map[string]string{
		"text":                     "مستشفى⏎حلب",
		"coordinate shown short":   "36.198654321",
		"seventeen digits":         "36.19865",
		"telephone number":         "963212345678",
		"long identifier":          "12345678901234567890",
		"small number":             "0.00001",
		"percentage":               "0.25",
		"code with leading zeros":  "00712",
		"true":                     "true",
		"date":                     "2016-09-01",
		"date and time":            "2016-09-01T19:00:00",
		"date with time of day":    "2016-09-01T12:00:00",
		"time of day":              "18:00:00",
		"month and year":           "2016-09-01",
		"before the false leapday": "1900-02-28",
		"text in the format":       "5",
		"colour in the format":     "5",
	} {
		if got := showBytes(t, b, Options{Sheet: sheet}); got != "2 v="+want+"\n" {
			t.Errorf("%s: got %q, want %q", sheet, got, want)
		}
	}
	// What is elapsed is neither a date nor a time of day: it is only to be told somehow.
	if got := showBytes(t, b, Options{Sheet: "elapsed hours"}); !strings.HasPrefix(got, "2 v=1") || strings.Contains(got, "error") {
		t.Errorf("elapsed hours: %q", got)
	}
}

// The days about the false leap day, and the beginnings of both date systems
// (ECMA-376-1, 18.17.4.1). oracle/ holds more dates against excelize.
func TestXLSXSerials(t *testing.T) {
	for _, c := range []struct {
		serial   float64
		date1904 bool
		want     string
	}{
		{1, false, "1900-01-01T00:00:00"}, {59, false, "1900-02-28T00:00:00"}, {61, false, "1900-03-01T00:00:00"},
		{42614.7916666667, false, "2016-09-01T19:00:00"}, {2958465, false, "9999-12-31T00:00:00"},
		{0, true, "1904-01-01T00:00:00"}, {1.5, true, "1904-01-02T12:00:00"}, {41152, true, "2016-09-01T00:00:00"},
	} {
		if got := serialText(c.serial, moment, c.date1904); got != c.want {
			t.Errorf("%v, 1904 %v: %s, want %s", c.serial, c.date1904, got, c.want)
		}
	}
}

func TestXLSXRows(t *testing.T) {
	b := savedWorkbook(t, "rows")
	want := "4 Name=x column B= Lat=36.5\n5 Name= column B= Lat=1 note: the row is hidden in the sheet\n" +
		"6 error row 6: Name: the formula has no stored result\n" +
		"7 error row 7: column D: the row has 4 cells, the header 3\n"
	if got := showBytes(t, b, Options{}); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestXLSXSheets(t *testing.T) {
	b := savedWorkbook(t, "sheets")
	for name, tt := range map[string]struct{ sheet, want string }{
		"first with data": {"", "2 a=first visible\n"},
		"by name":         {"more", "2 a=by name\n"},
		"hidden by name":  {"Secret", "2 a=hidden\n"},
	} {
		if got := showBytes(t, b, Options{Sheet: tt.sheet}); got != tt.want {
			t.Errorf("%s: %q", name, got)
		}
	}
	src, err := openBytes(b, Options{})
	if err != nil || src.Format() != XLSX || src.Header().Sheet != "Sites" || !strings.Contains(strings.Join(src.Header().Notes, ""), "Secret") {
		t.Errorf("%+v %v", src, err)
	}
	_, err = openBytes(b, Options{Sheet: "Nope"})
	if truce.CodeOf(err) != truce.CodeNotFound || !strings.Contains(truce.HintOf(err), "Sites") {
		t.Errorf("unknown sheet: %v", err)
	}
	empty := savedWorkbook(t, "empty")
	if _, err = openBytes(empty, Options{}); err == nil || !strings.Contains(err.Error(), "no visible sheet") {
		t.Errorf("empty workbook: %v", err)
	}
}

// Damage in a workbook never looks like its end.
func TestXLSXDamage(t *testing.T) {
	b := savedWorkbook(t, "four")
	sheet := "xl/worksheets/sheet1.xml"
	for name, tt := range map[string]struct{ part, from, to, want string }{
		"broken XML":            {sheet, `<row r="3"`, `<row r=3"`, "2 a=1 b=x\nend: row 3: in xl/worksheets/sheet1.xml: the XML is broken in line 2"},
		"breaks off":            {sheet, `<row r="3"`, "\x00", "2 a=1 b=x\nend: row 3"},
		"document type":         {sheet, `<worksheet`, `<!DOCTYPE x [<!ENTITY a "b">]><worksheet`, "document type"},
		"entity":                {sheet, `<c r="A3"><v>2</v>`, `<c r="A3"><v>&a;</v>`, "end: row 3: in xl/worksheets/sheet1.xml: the XML is broken"},
		"no number":             {sheet, `<c r="A3"><v>2</v>`, `<c r="A3"><v>1e999</v>`, "3 error row 3: a: the cell holds no readable number\n4 a=3 b=z\n"},
		"no such text":          {sheet, `<c r="B3" t="s"><v>3</v>`, `<c r="B3" t="s"><v>99</v>`, "3 error row 3: b: the cell refers to a text that the workbook lacks\n4 a=3"},
		"error value":           {sheet, `<c r="A3"><v>2</v>`, `<c r="A3" t="e"><v>#REF!</v>`, "3 a= b=y note: cell A3 holds the error #REF! and is read as empty\n4"},
		"rows out of order":     {sheet, `<row r="4"`, `<row r="2"`, "3 a=2 b=y\nend: row 4: in xl/worksheets/sheet1.xml: the rows of the sheet are not in order"},
		"row beyond all sheets": {sheet, `<row r="4"`, `<row r="4000000"`, "more than 1048576 rows"},
		"cells out of order":    {sheet, `<c r="B3"`, `<c r="A3"`, "3 error row 3: a: the cells of the row are not in order\n4"},
		"column beyond bound":   {sheet, `<c r="B3"`, `<c r="XFD3"`, "3 error row 3: column FAO: more than 4096 columns\n4"},
		"no main part":          {"_rels/.rels", `officeDocument"`, `something"`, "not a workbook that can be read"},
		"sheet part missing":    {"xl/_rels/workbook.xml.rels", `worksheets/sheet1.xml`, `worksheets/sheet9.xml`, "lacks the part"},
		"deep nesting":          {sheet, `<sheetData>`, strings.Repeat("<x>", 300) + `<sheetData>`, "nested more than 256"},
	} {
		t.Run(name, func(t *testing.T) {
			changed := false
			bad := repack(t, b, func(part, content string) string {
				if part != tt.part {
					return content
				}
				out := strings.Replace(content, tt.from, tt.to, 1)
				if name == "breaks off" {
					out, _, _ = strings.Cut(out, "\x00")
				}
				changed = out != content
				return out
			})
			src, err := openBytes(bad, Options{})
			got := fmt.Sprint(err)
			if err == nil {
				got = show(t, src)
			}
			if !changed || !strings.Contains(got, tt.want) {
				t.Errorf("got %s\nwant %s", got, tt.want)
			}
		})
	}
}

// A byte flipped in the compressed sheet ends in an error, never in fewer rows.
func TestXLSXFlippedByte(t *testing.T) {
	b := savedWorkbook(t, "long")
	whole := showBytes(t, b, Options{})
	zr, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range zr.File {
		if f.Name != "xl/worksheets/sheet1.xml" {
			continue
		}
		from, err := f.DataOffset()
		if err != nil {
			t.Fatal(err)
		}
		for i := from; i < from+int64(f.CompressedSize64); i += 37 {
			bad := bytes.Clone(b)
			bad[i] ^= 0x10
			src, err := openBytes(bad, Options{})
			if err != nil {
				continue
			}
			if got := show(t, src); got == whole || !strings.Contains(got, "end: ") {
				t.Fatalf("byte %d flipped: no error", i)
			}
		}
	}
}
