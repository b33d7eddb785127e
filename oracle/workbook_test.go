package oracle

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"truce/internal/tabular"
)

type failer interface {
	Helper()
	Fatal(...any)
}

// set writes rows from A1 on.
func set(t failer, f *excelize.File, sheet string, rows ...[]any) {
	t.Helper()
	for i, row := range rows {
		if err := f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
}

func write(t failer, f *excelize.File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// values are the cells whose reading internal/tabular tests: a sheet each, with
// the value in A2 below the heading v.
var values = []struct {
	sheet  string
	value  any
	format string
}{
	{"text", "مستشفى\nحلب", ""},
	{"coordinate shown short", 36.198654321, "0.00"},
	{"seventeen digits", 36.19865, ""},
	{"telephone number", 963212345678, ""},
	{"long identifier", uint64(12345678901234567890), ""},
	{"small number", 0.00001, ""},
	{"percentage", 0.25, "0%"},
	{"code with leading zeros", 712, "00000"},
	{"true", true, ""},
	{"date", 42614, "dd/mm/yyyy"},
	{"date and time", 42614.7916666667, "d mmm yyyy hh:mm"},
	{"date with time of day", 42614.5, "yyyy-mm-dd"},
	{"time of day", 0.75, "hh:mm:ss"},
	{"month and year", 42614, "mmm yy"},
	{"before the false leapday", 59, "yyyy-mm-dd"},
	{"text in the format", 5, `0" days"`},
	{"colour in the format", 5, `[Red]0`},
	{"elapsed hours", 1.5, `[h]:mm`},
}

// workbooks are the files that the tests of internal/tabular read: what a
// spreadsheet program of others writes, and not what we think that it would.
var workbooks = map[string]func(t *testing.T, f *excelize.File){
	"values": func(t *testing.T, f *excelize.File) {
		for _, v := range values {
			_, err := f.NewSheet(v.sheet)
			must(t, err)
			set(t, f, v.sheet, []any{"v"}, []any{v.value})
			format(t, f, v.sheet, "A2", v.format)
		}
	},
	"rows": func(t *testing.T, f *excelize.File) {
		set(t, f, "Sheet1", []any{"Name", nil, "Lat"}, []any{"#loc+name", nil, "#geo+lat"}, nil, []any{"x", nil, 36.5}, []any{nil, nil, 1})
		must(t, f.SetRowVisible("Sheet1", 5, false))
		must(t, f.SetCellFormula("Sheet1", "A6", "=1+1"))
		must(t, f.SetCellValue("Sheet1", "D7", "far off"))
	},
	"sheets": func(t *testing.T, f *excelize.File) {
		for _, s := range []string{"Secret", "Sites", "More"} {
			_, err := f.NewSheet(s)
			must(t, err)
		}
		set(t, f, "Secret", []any{"a"}, []any{"hidden"})
		set(t, f, "Sites", []any{"a"}, []any{"first visible"})
		set(t, f, "More", []any{"a"}, []any{"by name"})
		must(t, f.SetSheetVisible("Secret", false))
	},
	"empty": func(*testing.T, *excelize.File) {},
	"one":   func(t *testing.T, f *excelize.File) { set(t, f, "Sheet1", []any{"a"}) },
	"four": func(t *testing.T, f *excelize.File) {
		set(t, f, "Sheet1", []any{"a", "b"}, []any{1, "x"}, []any{2, "y"}, []any{3, "z"})
	},
	"long": func(t *testing.T, f *excelize.File) {
		for i := range 200 {
			must(t, f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &[]any{fmt.Sprintf("name %d", i*i), i * 7919}))
		}
	},
	"sites": func(t *testing.T, f *excelize.File) {
		set(t, f, "Sheet1", []any{"Name", "Type", "Latitude", "Longitude", "Valid from"}, []any{"Al-Razi", "hospital", 36.211, 37.143, "2016-08-11"}, []any{"No place", "clinic"})
	},
}

func format(t failer, f *excelize.File, sheet, cell, format string) {
	t.Helper()
	if format == "" {
		return
	}
	id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err == nil {
		err = f.SetCellStyle(sheet, cell, cell, id)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestWorkbookFixtures: the workbooks that the product's tests read are, part by
// part, what excelize writes.
func TestWorkbookFixtures(t *testing.T) {
	for name, fill := range workbooks {
		f := excelize.NewFile()
		fill(t, f)
		want := write(t, f)
		path := product("internal", "tabular", "testdata", "xlsx", name+".xlsx")
		keep(t, path, want)
		got, err := os.ReadFile(path)
		must(t, err)
		if !slices.Equal(parts(t, got), parts(t, want)) {
			t.Errorf("%s is not what excelize writes: go test . -run TestWorkbookFixtures -update", path)
		}
	}
}

// parts are the names and contents of the parts of an archive, in order of name.
func parts(t *testing.T, archive []byte) (all []string) {
	t.Helper()
	zr, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	must(t, err)
	for _, f := range zr.File {
		r, err := f.Open()
		must(t, err)
		content, err := io.ReadAll(r)
		must(t, err)
		all = append(all, f.Name+"\x00"+string(content))
	}
	slices.Sort(all)
	return all
}

// read is the text of column a of each row as the product reads it.
func read(t failer, workbook []byte, column string) (out []string) {
	t.Helper()
	src, err := tabular.Open("x.xlsx", bytes.NewReader(workbook), int64(len(workbook)), tabular.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	for row, err := range src.Rows() {
		if err != nil || row.Err != nil {
			t.Fatal(err, row.Err)
		}
		text, _ := row.Get(column)
		out = append(out, text)
	}
	return out
}

// Dates are those of excelize, in both date systems.
func TestDatesAgainstExcelize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		serials := rapid.SliceOfN(rapid.Float64Range(61, 100000), 1, 60).Draw(t, "serials")
		date1904 := rapid.Bool().Draw(t, "date1904")
		f := excelize.NewFile()
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &date1904}); err != nil {
			t.Fatal(err)
		}
		set(t, f, "Sheet1", []any{"at"})
		for i, s := range serials {
			set1(t, f, i+2, s)
			format(t, f, "Sheet1", fmt.Sprintf("A%d", i+2), "yyyy-mm-dd hh:mm:ss")
		}
		for i, text := range read(t, write(t, f), "at") {
			want, err := excelize.ExcelDateToTime(serials[i], date1904)
			if err != nil {
				t.Fatal(err)
			}
			got, err := time.Parse("2006-01-02T15:04:05", text)
			if err != nil || got.Sub(want).Abs() > time.Second {
				t.Fatalf("serial %v: %q, want %v", serials[i], text, want)
			}
		}
	})
}

func set1(t failer, f *excelize.File, row int, value any) {
	t.Helper()
	if err := f.SetCellValue("Sheet1", fmt.Sprintf("A%d", row), value); err != nil {
		t.Fatal(err)
	}
}

// Whatever numbers and texts excelize writes are read back as they were given:
// texts to the letter, numbers to the last bit.
func TestCellsAgainstExcelize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := excelize.NewFile()
		set(t, f, "Sheet1", []any{"v"})
		want := rapid.SliceOfN(cells(), 1, 40).Draw(t, "cells")
		for i, v := range want {
			set1(t, f, i+2, v)
		}
		got := read(t, write(t, f), "v")
		if len(got) != len(want) {
			t.Fatalf("%d rows of %d", len(got), len(want))
		}
		for i, v := range want {
			number, isNumber := v.(float64)
			back, err := strconv.ParseFloat(got[i], 64)
			if isNumber && (err != nil || back != number) || !isNumber && got[i] != v {
				t.Fatalf("row %d: %q, want %q", i+2, got[i], v)
			}
		}
	})
}

// cells are texts in several scripts, and numbers.
func cells() *rapid.Generator[any] {
	letters := rapid.StringOfN(rapid.SampledFrom([]rune("aZ09 <>&\"'\n;,=+éмح中😀_x")), 0, 20, -1).Filter(func(s string) bool { return s != "" })
	numbers := rapid.Float64Range(-1e21, 1e21) // beyond, the product refuses them
	return rapid.OneOf(rapid.Map(letters, func(s string) any { return "x" + s + "x" }), rapid.Map(numbers, func(v float64) any { return v }))
}
