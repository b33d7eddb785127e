package tabular

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"truce"
)

// endless is a file of size bytes: head, then tail for ever.
type endless struct {
	head, tail string
	size       int64
}

func (e endless) ReadAt(p []byte, off int64) (int, error) {
	n := int64(0)
	if off < int64(len(e.head)) {
		n = int64(copy(p, e.head[off:]))
	}
	for n < int64(len(p)) && off+n < e.size {
		at := (off + n - int64(len(e.head))) % int64(len(e.tail))
		n += int64(copy(p[n:min(int64(len(p)), e.size-off)], e.tail[at:]))
	}
	if n < int64(len(p)) {
		return int(n), io.EOF
	}
	return int(n), nil
}

// lineThenRow is a file whose second line is long and whose third is good.
type lineThenRow struct{ endless }

func (l lineThenRow) ReadAt(p []byte, off int64) (int, error) {
	const end = "\n3,4\n"
	n, err := l.endless.ReadAt(p, off)
	last := l.size - int64(len(end)) - off
	for i := max(last, 0); i < int64(n); i++ {
		p[i] = end[i-last]
	}
	return n, err
}

// peakMiB runs f and gives the most MiB of live heap over idle that a sampler
// saw meanwhile.
func peakMiB(f func()) uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	idle, peak := m.HeapInuse, uint64(0)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for tick := time.NewTicker(2 * time.Millisecond); ; {
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapInuse-min(m.HeapInuse, idle))
			select {
			case <-stop:
				tick.Stop()
				return
			case <-tick.C:
			}
		}
	}()
	f()
	close(stop)
	<-done
	return peak >> 20
}

// drain reads a source to its end: the rows that are good, the first error of
// a row and the error that ended it.
func drain(src *Source, err error) (good int, fault, end error) {
	if err != nil {
		return 0, nil, err
	}
	for row, err := range src.Rows() {
		switch {
		case err != nil:
			return good, fault, err
		case row.Err == nil:
			good++
		case fault == nil:
			fault = row.Err
		}
	}
	return good, fault, nil
}

const gigabyte = 1_000_000_000

func endlessly(head, tail string) endless {
	return endless{head, strings.Repeat(tail, 1+(64<<10)/len(tail)), gigabyte}
}

func TestHostileFiles(t *testing.T) {
	million := strings.Repeat("a,", 1_000_000)
	longName := "<Data name=\"" + strings.Repeat("n", 1<<20) + "\"><value>1</value></Data>"
	manyRows := strings.Repeat("<si/>", maxStrings+1)
	for name, tt := range map[string]struct {
		file       string
		r          io.ReaderAt
		size       int64
		good       int
		fault, end string // parts of the errors; empty: none
	}{
		"1 GB header":             {"x.csv", endlessly("name", "x"), gigabyte, 0, "", "row 1: the row is longer than 1024 KiB"},
		"1 GB line":               {"x.csv", lineThenRow{endlessly("a,b\n1,2\n", "x")}, gigabyte, 2, "row 3: the row is longer", ""},
		"1 GB in quotes":          {"x.csv", endlessly("a,b\n1,\"", "x"), gigabyte, 0, "row 2: the row is longer", ""},
		"1 GB of blank lines":     {"x.csv", endlessly("", "\n"), gigabyte, 0, "", "no row that names the columns"},
		"1 GB of JSON-like text":  {"x.kml", endlessly("<kml><Placemark><name>", "x"), gigabyte, 0, "", "longer than 2048 KiB"},
		"1 GB tag":                {"x.gpx", endlessly("<gpx ", "a='' "), gigabyte, 0, "", "longer than 2048 KiB"},
		"1 GB comment":            {"x.gpx", endlessly("<!--", "x"), gigabyte, 0, "", "longer than 2048 KiB"},
		"1 GB of nesting":         {"x.kml", endlessly("<kml>", "<Folder>"), gigabyte, 0, "", "nested more than 256"},
		"1 GB of document type":   {"x.kml", endlessly("<!DOCTYPE a [", "<!ENTITY a \"b\">"), gigabyte, 0, "", "longer than 2048 KiB"},
		"10^6 columns in header":  {"x.csv", strings.NewReader(million), 2_000_000, 0, "", "row 1: "},
		"5,000 columns in header": {"x.csv", strings.NewReader(million[:10_000]), 10_000, 0, "", "row 1: more than 4096 columns"},
		"5,000 columns in a row":  {"x.csv", strings.NewReader("a\n" + million[:10_000] + "\nb\n"), 10_004, 1, "row 2: more than 4096 columns", ""},
		"1 GB of polygons":        {"x.kml", endlessly("<kml><Placemark>", "<Polygon/>"), gigabyte, 0, "", "entry is longer than 16 MiB"},
		"1 GB of column names":    {"x.kml", endlessly("<kml><Placemark><ExtendedData>", longName), gigabyte, 0, "", "entry is longer than 16 MiB"},
		"300,000 error cells":     bytesCase(sheetWith(t, "xl/worksheets/sheet1.xml", "<worksheet><sheetData><row><c><v>1</v></c></row><row>"+strings.Repeat(`<c t="e"><v>#</v></c>`, 300_000)+"</row></sheetData></worksheet>"), ""),
		"many texts":              bytesCase(sheetWith(t, "xl/sharedStrings.xml", "<sst>"+manyRows+"</sst>"), "more than 1000000 texts"),
		"one text of many runs":   bytesCase(sheetWith(t, "xl/sharedStrings.xml", "<sst><si>"+strings.Repeat("<r><t>x</t></r>", 1<<18)+"</si></sst>"), ""),
		"500,000 cells in a row":  bytesCase(sheetWith(t, "xl/worksheets/sheet1.xml", "<worksheet><sheetData><row>"+strings.Repeat("<c><v>1</v></c>", 500_000)+"</row></sheetData></worksheet>"), "more than 4096 columns"),
		"a directory of lies":     bytesCase(lyingZip(t), "in xl/workbook.xml: "),
		"10 GB as declared":       bytesCase(declaredBomb(t), "more than 200 times"),
		"many small files":        bytesCase(manyEntries(t), "directory is larger than 2 MiB"),
		"gzip of 10 GB":           {"x.csv.gz", bytes.NewReader(gzipBomb(t)), int64(len(gzipBomb(t))), 0, "", "not text"},
		"gzip of 10 GB after row": {"x.csv.gz", bytes.NewReader(gzipBomb(t, "a,b\n", strings.Repeat("1,2\n", 2000))), int64(len(gzipBomb(t, "a,b\n", strings.Repeat("1,2\n", 2000)))), -1, "row 2002: the row is longer", "more than 200 times"},
	} {
		t.Run(name, func(t *testing.T) {
			var good int
			var fault, end error
			peak := peakMiB(func() {
				src, err := Open(tt.file, tt.r, tt.size, Options{})
				good, fault, end = drain(src, err)
			})
			if tt.good >= 0 && good != tt.good || !is(fault, tt.fault) || !is(end, tt.end) {
				t.Errorf("%d good rows, fault %v, end %v", good, fault, end)
			}
			if peak > 256 {
				t.Errorf("%d MiB over idle", peak)
			}
			t.Logf("%d MiB over idle", peak)
		})
	}
}

func is(err error, part string) bool {
	if part == "" {
		return err == nil
	}
	_, ours := errors.AsType[*truce.Error](err)
	return ours && strings.Contains(err.Error(), part)
}

func bytesCase(b []byte, end string) (c struct {
	file       string
	r          io.ReaderAt
	size       int64
	good       int
	fault, end string
}) {
	c.file, c.r, c.size, c.end = "x.xlsx", bytes.NewReader(b), int64(len(b)), end
	return c
}

// sheetWith is a workbook in which one part is replaced.
func sheetWith(t testing.TB, part, content string) []byte {
	t.Helper()
	return repack(t, savedWorkbook(t, "one"), func(name, old string) string {
		if name == part {
			return content
		}
		return old
	})
}

// rawZip packs deflated zeros under a name that says what it likes about them.
func rawZip(t testing.TB, name string, zeros int, declared uint64) []byte {
	t.Helper()
	var packed, out bytes.Buffer
	fw, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fw.Write(make([]byte, zeros)); err != nil {
		t.Fatal(err)
	}
	if err := fw.Close(); err != nil {
		t.Fatal(err)
	}
	zw := zip.NewWriter(&out)
	for part, content := range map[string]string{
		"[Content_Types].xml":        "<Types/>",
		"_rels/.rels":                `<Relationships><Relationship Id="a" Type="x/officeDocument" Target="` + name + `"/></Relationships>`,
		"xl/_rels/workbook.xml.rels": `<Relationships/>`,
	} {
		w, err := zw.Create(part)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	w, err := zw.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CompressedSize64: uint64(packed.Len()), UncompressedSize64: declared})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(packed.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func lyingZip(t testing.TB) []byte     { return rawZip(t, "xl/workbook.xml", 64<<20, 1000) }
func declaredBomb(t testing.TB) []byte { return rawZip(t, "xl/workbook.xml", 10<<20, 10<<30) }

func manyEntries(t testing.TB) []byte {
	files := make([]string, 0, 40_000)
	for i := range 20_000 {
		files = append(files, fmt.Sprintf("%0100d", i), "")
	}
	return zipOf(t, files...)
}

// gzipBomb is begin, followed by 10 GiB of zeros in 10 MB.
func gzipBomb(t testing.TB, begin ...string) []byte {
	t.Helper()
	var out, member bytes.Buffer
	for _, w := range []struct {
		to   *bytes.Buffer
		text string
	}{{&out, strings.Join(begin, "")}, {&member, strings.Repeat("\x00", 8<<20)}} {
		zw := gzip.NewWriter(w.to)
		if _, err := io.WriteString(zw, w.text); err != nil {
			t.Fatal(err)
		}
		if err := zw.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for range 1280 {
		out.Write(member.Bytes())
	}
	return out.Bytes()
}
