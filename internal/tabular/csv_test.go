package tabular

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"truce"
)

// openText opens text under name.
func openText(t testing.TB, name, text string, opts Options) (*Source, error) {
	t.Helper()
	return Open(name, strings.NewReader(text), int64(len(text)), opts)
}

// mustOpen opens text and fails the test when that is not possible.
func mustOpen(t testing.TB, name, text string, opts Options) *Source {
	t.Helper()
	src, err := openText(t, name, text, opts)
	if err != nil {
		t.Fatalf("Open: %v (hint: %s)", err, truce.HintOf(err))
	}
	t.Cleanup(func() { _ = src.Close() })
	return src
}

// show writes rows one a line: number, then cells or the error. What a faulty
// row shows of itself is held by TestFaultyRowsShowWhatTheyHold.
func show(t testing.TB, src *Source) string {
	t.Helper()
	var b strings.Builder
	for row, err := range src.Rows() {
		if err != nil {
			fmt.Fprintf(&b, "end: %v\n", err)
			break
		}
		fmt.Fprintf(&b, "%d", row.Number)
		for _, c := range row.Cells {
			if row.Err != nil && src.Header().Columns != nil {
				break
			}
			fmt.Fprintf(&b, " %s=%s", c.Column, strings.ReplaceAll(c.Text, "\n", "⏎"))
		}
		if row.Err != nil {
			fmt.Fprintf(&b, " error %s", row.Err)
		}
		if row.Shape != nil {
			shape, err := row.Shape.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			b.Write(append([]byte(" "), shape...))
		}
		for _, n := range row.Notes {
			b.WriteString(" note: " + n)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestCSVRows(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		opts Options
		want string
	}{
		"plain":                          {"a,b\n1,2\n3,4\n", Options{}, "2 a=1 b=2\n3 a=3 b=4\n"},
		"no last line end":               {"a,b\n1,2", Options{}, "2 a=1 b=2\n"},
		"windows line ends":              {"a,b\r\n1,2\r\n", Options{}, "2 a=1 b=2\n"},
		"old mac line ends":              {"a,b\r1,2\r3,4", Options{}, "2 a=1 b=2\n3 a=3 b=4\n"},
		"blank lines count":              {"\na,b\n\n,\n1,2\n", Options{}, "5 a=1 b=2\n"},
		"semicolon":                      {"a;b,c;d\n1;2,5;x\n", Options{}, "2 a=1 b,c=2,5 d=x\n"},
		"tab":                            {"a\tb\n1\t2, 3\n", Options{}, "2 a=1 b=2, 3\n"},
		"pipe":                           {"a|b\n1|2\n", Options{}, "2 a=1 b=2\n"},
		"quoted delimiters do not count": {"\"a,b,c,d\";x\n1;2\n", Options{}, "2 a,b,c,d=1 x=2\n"},
		"excel's sep line":               {"sep=;\na,b;c\n1;2\n", Options{}, "2 a,b=1 c=2\n"},
		"declared delimiter":             {"a;b,c\n1;2,3\n", Options{Delimiter: ','}, "2 a;b=1;2 c=3\n"},
		"one column":                     {"name\nschool\n", Options{}, "2 name=school\n"},
		"quoted line end and quotes":     {"a,b\n\"x\ny\",\"so \"\"called\"\"\"\n3,4\n", Options{}, "2 a=x⏎y b=so \"called\"\n3 a=3 b=4\n"},
		"empty quoted cell":              {"a,b\n\"\",2\n", Options{}, "2 a= b=2\n"},
		"trailing empty cells":           {"a,b\n1,2,,\n", Options{}, "2 a=1 b=2\n"},
		"column without a heading":       {"a,,c\n1,2,3\n", Options{}, "2 a=1 column B=2 c=3\n"},
		"byte order mark":                {"\xef\xbb\xbfa,b\n1,2\n", Options{}, "2 a=1 b=2\n"},
		"lost letters":                   {"a,b\nM\ufffddecin,2\n", Options{}, "2 a=M\ufffddecin b=2 note: " + lostLetters + "\n"},
		"header row given":               {"List; of sites, 2016\nas of today\na;b\n1;2\n", Options{HeaderRow: 3}, "4 a=1 b=2\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := show(t, mustOpen(t, "x.csv", tt.text, tt.opts)); got != tt.want {
				t.Errorf("got\n%swant\n%s", got, tt.want)
			}
		})
	}
}

// A faulty row is told with its number, and the rows after it are still read.
func TestCSVFaultyRows(t *testing.T) {
	for name, tt := range map[string]struct {
		text  string
		fault string // a part of the error of row 3
		rows  string // the numbers of the good rows
	}{
		"too few cells":               {"a,b,c\n1,2,3\n4,5\n6,7,8\n", "has 2 cells, the header 3", "2 4"},
		"too many cells":              {"a,b\n1,2\n3,4,5\n6,7\n", "column C: the row has 3 cells", "2 4"},
		"quote within a cell":         {"a,b\n1,2\n3,so \"called\" x\n6,7\n", "stands inside a cell", "2 4"},
		"text after a quoted cell":    {"a,b\n1,2\n3,\"x\"y\n6,7\n", "stands inside a cell", "2 4"},
		"quote never closed":          {"a,b\n1,2\n3,\"x\n6,7\n8,9\n", "never closed", "2 4 5"},
		"quote closed in a later row": {"a,b\n1,2\n3,\"x\n6,7\n8,9\",y\n10,11\n", "never closed", "2 4 6"},
		"broken UTF-8":                {"a,b\n1,2\n3,M\xe9decin\n6,7\n", "not UTF-8", "2 4"},
		"control character":           {"a,b\n1,2\n3,x\x07y\n6,7\n", "control character 0x07", "2 4"},
	} {
		t.Run(name, func(t *testing.T) {
			var good []string
			var fault error
			for row, err := range mustOpen(t, "x.csv", tt.text, Options{}).Rows() {
				switch {
				case err != nil:
					t.Fatal(err)
				case row.Err == nil:
					good = append(good, fmt.Sprint(row.Number))
				case row.Number == 3:
					fault = row.Err
				}
			}
			e, ok := errors.AsType[*truce.Error](fault)
			if !ok || e.Row != 3 || e.Hint == "" || !strings.Contains(e.Error(), tt.fault) {
				t.Errorf("row 3: %#v", fault)
			}
			if got := strings.Join(good, " "); got != tt.rows {
				t.Errorf("good rows %s, want %s", got, tt.rows)
			}
		})
	}
}

func TestHXLRow(t *testing.T) {
	for name, tt := range map[string]struct {
		text             string
		row, tags, first int
		columns          string
	}{
		"below the header": {"Name,Lat,Lon\n#loc+name,#geo+lat,#geo+lon\nx,1,2\n", 1, 2, 3, "Name#loc+name Lat#geo+lat Lon#geo+lon"},
		"above the header": {"#loc+name,#geo+lat,\nName,Lat,Lon\nx,1,2\n", 2, 1, 3, "Name#loc+name Lat#geo+lat Lon"},
		"title above":      {"All sites,,\n\nName,Lat,Lon\n#loc +name,#GEO+lat,#geo+lon\nx,1,2\n", 3, 4, 5, "Name#loc+name Lat#geo+lat Lon#geo+lon"},
		"tags only":        {"#loc+name,#geo+lat,#geo+lon\nx,1,2\n", 1, 1, 2, "#loc+name#loc+name #geo+lat#geo+lat #geo+lon#geo+lon"},
		"few tags":         {"Name,Lat,Lon\n#loc+name,1,2\nx,1,2\n", 1, 0, 2, "Name Lat Lon"},
		"number of a flat": {"Name,Flat\nHouse,#12\n", 1, 0, 2, "Name Flat"},
	} {
		t.Run(name, func(t *testing.T) {
			src := mustOpen(t, "x.csv", tt.text, Options{})
			h := src.Header()
			var columns []string
			for _, c := range h.Columns {
				columns = append(columns, c.Name+c.Tag)
			}
			row, err := src.Next()
			if err != nil || h.Row != tt.row || h.TagRow != tt.tags || row.Number != tt.first || strings.Join(columns, " ") != tt.columns {
				t.Errorf("header %+v, columns %v, first row %d, err %v", h, columns, row.Number, err)
			}
		})
	}
}

func TestCSVEncodings(t *testing.T) {
	text := "name,city\nمستشفى حلب,Алеппо\n"
	utf16 := func(e unicode.Endianness) string {
		out, err := unicode.UTF16(e, unicode.UseBOM).NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	arabic, err := charmap.Windows1256.NewEncoder().String("name,city\nمستشفى,حلب\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		text, charset, want string
	}{
		"UTF-16 little endian": {utf16(unicode.LittleEndian), "", "2 name=مستشفى حلب city=Алеппо\n"},
		"UTF-16 big endian":    {utf16(unicode.BigEndian), "", "2 name=مستشفى حلب city=Алеппо\n"},
		"Windows-1256":         {arabic, "Windows-1256", "2 name=مستشفى city=حلب\n"},
		"Windows-1252":         {"name\nM\xe9decin\n", "windows-1252", "2 name=Médecin\n"},
		"Windows-1251":         {"name\n\xc0\xeb\xe5\xef\xef\xee\n", "windows-1251", "2 name=Алеппо\n"},
		"mark wins":            {"\xef\xbb\xbfname\nMédecin\n", "windows-1252", "2 name=Médecin\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := show(t, mustOpen(t, "x.csv", tt.text, Options{Charset: tt.charset})); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestRefusedFiles(t *testing.T) {
	for name, tt := range map[string]struct {
		file, text string
		opts       Options
		want       string
	}{
		"empty":              {"x.csv", "", Options{}, "empty"},
		"only blank lines":   {"x.csv", "\n\n", Options{}, "empty"},
		"only empty cells":   {"x.csv", ",,\n,,\n", Options{}, "no row that names the columns"},
		"no such header row": {"x.csv", "a,b\n1,2\n", Options{HeaderRow: 7}, "row 7"},
		"faulty header":      {"x.csv", "a,\"b\n1,2\n", Options{}, "row 1: a quotation mark opens"},
		"header not UTF-8":   {"x.csv", "a,\xe9\n1,2\n", Options{}, "row 1: the text is not UTF-8"},
		"unknown encoding":   {"x.csv", "a,b\n", Options{Charset: "koi9"}, `"koi9" is not known`},
		"unknown delimiter":  {"x.csv", "a,b\n", Options{Delimiter: 'x'}, "delimiter"},
		"UTF-16 unmarked":    {"x.csv", "a\x00,\x00b\x00\n\x00", Options{}, "not text"},
		"PDF":                {"x.csv", "%PDF-1.7 …", Options{}, "a PDF document"},
		"old workbook":       {"x.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Options{}, "old .xls"},
		"not what it says":   {"x.kml", "a,b\n1,2\n", Options{}, "not what its name .kml says"},
		"broken gzip":        {"x.csv.gz", "\x1f\x8bxx", Options{}, "gzip file is damaged"},
		"broken archive":     {"x.xlsx", "PK\x03\x04xx", Options{}, "archive is damaged"},
		"more than allowed":  {"x.csv", strings.Repeat("a,b\n", 3000), Options{MaxBytes: 2000}, "holds more than"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := openText(t, tt.file, tt.text, tt.opts)
			if _, ok := errors.AsType[*truce.Error](err); !ok || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestGzip(t *testing.T) {
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	if _, err := io.WriteString(zw, "a,b\n1,2\n"); err != nil {
		t.Fatal(err)
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	if got := show(t, mustOpen(t, "x.csv.gz", b.String(), Options{})); got != "2 a=1 b=2\n" {
		t.Error(got)
	}
	if _, err := openText(t, "x.csv.gz", b.String()[:b.Len()-4], Options{}); truce.CodeOf(err) != truce.CodeInvalid {
		t.Errorf("a gzip file that breaks off: %v", err)
	}
}

// What was written with quotes where needed is read back, whatever it holds.
func TestCSVRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringOf(rapid.RuneFrom([]rune("ab,;\t|\"\n\r ع")))
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 3, 3), 1, 8).Draw(t, "rows")
		delim := rapid.SampledFrom([]rune{',', ';', '\t', '|'}).Draw(t, "delimiter")
		var text strings.Builder
		text.WriteString(strings.Join([]string{"x", "y", "z"}, string(delim)) + "\n")
		for _, row := range rows {
			for i, c := range row {
				row[i] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
			text.WriteString(strings.Join(row, string(delim)) + "\r\n")
		}
		src, err := Open("x.csv", strings.NewReader(text.String()), int64(text.Len()), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if strings.TrimSpace(unquote(row[0])+unquote(row[1])+unquote(row[2])) == "" {
				continue // a blank row is skipped
			}
			got, err := src.Next()
			if err != nil || got.Err != nil || got.Number != i+2 {
				t.Fatalf("row %d: %+v %v", i+2, got, err)
			}
			for j, c := range got.Cells {
				if c.Text != unquote(row[j]) {
					t.Fatalf("row %d: %q, want %q", i+2, c.Text, row[j])
				}
			}
		}
		if _, err := src.Next(); !errors.Is(err, io.EOF) {
			t.Fatalf("after the last row: %v", err)
		}
	})
}

func unquote(cell string) string { return strings.ReplaceAll(cell[1:len(cell)-1], `""`, `"`) }

// Wherever the buffer ends, the records are the same.
func TestRecordsInPieces(t *testing.T) {
	text := "a,b\r\n\"x\r\ny\",\"\"\"\"\r\n1,\"2\"\n\"\",\n"
	var want []record
	for r := newRecordReader(strings.NewReader(text), ','); ; {
		rec, err := r.next()
		if err != nil {
			break
		}
		want = append(want, rec)
	}
	for cut := range len(text) {
		_, size, state := splitRecord([]byte(text[:cut]), ',', false)
		rec, full, _ := splitRecord([]byte(text), ',', true)
		if state == complete && (size != full || cut < full) {
			t.Errorf("cut at %d: %d bytes, want %d (%v)", cut, size, full, rec)
		}
	}
	if len(want) != 4 || want[1].fields[0] != "x\r\ny" || want[1].fields[1] != `"` {
		t.Errorf("%+v", want)
	}
}
