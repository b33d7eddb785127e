package tabular

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"truce"
)

// workbookOf writes a workbook with excelize, the tests' oracle.
func workbookOf(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// set writes rows from A1 on.
func set(t testing.TB, f *excelize.File, sheet string, rows ...[]any) {
	t.Helper()
	for i, row := range rows {
		if err := f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
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
	style := func(f *excelize.File, format string) int {
		id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	for name, tt := range map[string]struct {
		value  any
		format string
		want   string
	}{
		"text":                     {"مستشفى\nحلب", "", "مستشفى⏎حلب"},
		"coordinate shown short":   {36.198654321, "0.00", "36.198654321"},
		"seventeen digits":         {36.19865, "", "36.19865"},
		"telephone number":         {963212345678, "", "963212345678"},
		"long identifier":          {uint64(12345678901234567890), "", "12345678901234567890"},
		"small number":             {0.00001, "", "0.00001"},
		"percentage":               {0.25, "0%", "0.25"},
		"code with leading zeros":  {712, "00000", "00712"},
		"true":                     {true, "", "true"},
		"date":                     {42614, "dd/mm/yyyy", "2016-09-01"},
		"date and time":            {42614.7916666667, "d mmm yyyy hh:mm", "2016-09-01T19:00:00"},
		"date with time of day":    {42614.5, "yyyy-mm-dd", "2016-09-01T12:00:00"},
		"time of day":              {0.75, "hh:mm:ss", "18:00:00"},
		"month and year":           {42614, "mmm yy", "2016-09-01"},
		"before the false leapday": {59, "yyyy-mm-dd", "1900-02-28"},
		"text in the format":       {5, `0" days"`, "5"},
		"colour in the format":     {5, `[Red]0`, "5"},
		"elapsed hours":            {1.5, `[h]:mm`, "1.5"},
	} {
		t.Run(name, func(t *testing.T) {
			b := workbookOf(t, func(f *excelize.File) {
				set(t, f, "Sheet1", []any{"v"}, []any{tt.value})
				if tt.format != "" {
					if err := f.SetCellStyle("Sheet1", "A2", "A2", style(f, tt.format)); err != nil {
						t.Fatal(err)
					}
				}
			})
			got := showBytes(t, b, Options{})
			if tt.format == "[h]:mm" {
				tt.want = strings.TrimSuffix(strings.TrimPrefix(got, "2 v="), "\n")
			}
			if got != "2 v="+tt.want+"\n" {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// Dates are those of excelize, in both date systems.
func TestXLSXDatesAgainstExcelize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		serial := rapid.Float64Range(61, 100000).Draw(t, "serial")
		date1904 := rapid.Bool().Draw(t, "date1904")
		want, err := excelize.ExcelDateToTime(serial, date1904)
		if err != nil {
			t.Fatal(err)
		}
		got, err := time.Parse("2006-01-02T15:04:05", serialText(serial, moment, date1904))
		if err != nil {
			t.Fatal(err)
		}
		if d := got.Sub(want).Abs(); d > time.Second {
			t.Errorf("serial %v: %v, want %v", serial, got, want)
		}
	})
}

func TestXLSXRows(t *testing.T) {
	b := workbookOf(t, func(f *excelize.File) {
		set(t, f, "Sheet1", []any{"Name", nil, "Lat"}, []any{"#loc+name", nil, "#geo+lat"}, nil, []any{"x", nil, 36.5}, []any{nil, nil, 1})
		if err := f.SetRowVisible("Sheet1", 5, false); err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellFormula("Sheet1", "A6", "=1+1"); err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellValue("Sheet1", "D7", "far off"); err != nil {
			t.Fatal(err)
		}
	})
	want := "4 Name=x column B= Lat=36.5\n5 Name= column B= Lat=1 note: the row is hidden in the sheet\n" +
		"6 error row 6: Name: the formula has no stored result\n" +
		"7 error row 7: column D: the row has 4 cells, the header 3\n"
	if got := showBytes(t, b, Options{}); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestXLSXSheets(t *testing.T) {
	b := workbookOf(t, func(f *excelize.File) {
		for _, s := range []string{"Secret", "Sites", "More"} {
			if _, err := f.NewSheet(s); err != nil {
				t.Fatal(err)
			}
		}
		set(t, f, "Secret", []any{"a"}, []any{"hidden"})
		set(t, f, "Sites", []any{"a"}, []any{"first visible"})
		set(t, f, "More", []any{"a"}, []any{"by name"})
		if err := f.SetSheetVisible("Secret", false); err != nil {
			t.Fatal(err)
		}
	})
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
	empty := workbookOf(t, func(*excelize.File) {})
	if _, err = openBytes(empty, Options{}); err == nil || !strings.Contains(err.Error(), "no visible sheet") {
		t.Errorf("empty workbook: %v", err)
	}
}

// Damage in a workbook never looks like its end.
func TestXLSXDamage(t *testing.T) {
	b := workbookOf(t, func(f *excelize.File) {
		set(t, f, "Sheet1", []any{"a", "b"}, []any{1, "x"}, []any{2, "y"}, []any{3, "z"})
	})
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
	b := workbookOf(t, func(f *excelize.File) {
		for i := range 200 {
			if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &[]any{fmt.Sprintf("name %d", i*i), i * 7919}); err != nil {
				t.Fatal(err)
			}
		}
	})
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
