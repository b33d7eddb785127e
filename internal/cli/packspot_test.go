package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"truce/internal/check"
	"truce/internal/i18n"
	"truce/internal/tabular"
	"truce/pack"
)

// The quick reader takes nothing that the full one would not take, and reads it as that one does.
func FuzzSpot(f *testing.F) {
	for _, line := range []string{`{"lat":36.2128,"lon":37.1166}`, ` { "lon" : -37 , "lat":36.2128000001,"radiusM":500 , "id":"a b" }` + "\r", `{"lat":36.2,"lon":37,"time":"2016-08-11T10:00:00Z","id":7}`,
		`{"lat":36.2,"lon":37,"from":"2016-02-29T23:59:59.123Z","until":"2016-08-11T10:00:00+03:00","accuracyM":0.5}`, `{"lat":36.2,"lon":37,"time":"2016-02-30T10:00:00Z"}`,
		`{"lat":0.30000000000000004,"lon":1e2}`, `{"lat":01,"lon":1}`, `{"lat":1.,"lon":-0}`, `{"lat":1,"lat":2,"lon":3}`, `{"lat":91,"lon":3}`, `{"at":"1,2"}`, `{"lat":1,"lon":2}x`,
		`{"lat":1,"lon":2,"time":"2016-08-11"}`, `{"lat":12345678901234567890123456789,"lon":2}`, `{"lat":1.0000000000000000000000000001,"lon":2}`, `{"lat":1,"lon":2,"id":"é"}`,
		`{"lat":1,"lon":2,"until":"2016-08-11T10:00:00Z"}`, `{"Lat":1,"lon":2}`, `{"lat":1,"lon":2,"from":"2016-08-11T10:00:00Z","time":"2016-08-11T10:00:00Z"}`, `{"lat":-0,"lon":-0}`,
		`{"lat":1,"lon":2,"asKnownAt":12,"minEntry":0}`, `{"lat":1,"lon":2,"asKnownAt":1.0}`, `{"lat":1,"lon":2,"minEntry":-1}`, `{"lat":1,"lon":2,"minEntry":1e3}`, `{"lat":1,"lon":2,"minEntry":01}`} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		var s check.Spot
		if !s.ReadAll([]byte(line)) {
			return
		}
		var q question
		if err := strictQuestion([]byte(line), &q); err != nil {
			t.Fatalf("%q is taken, and should be refused: %v", line, err)
		}
		query, _, err := q.query(i18n.English)
		if err != nil {
			t.Fatalf("%q is taken, and should be refused: %v", line, err)
		}
		const now = 1_000_000
		want, ok := pointOf(&query, now)
		if !s.HasTime {
			s.From, s.Until = now, now
		}
		got := pack.PointQuery{Lat: s.Lat, Lon: s.Lon, RadiusM: s.RadiusM, AccuracyM: s.AccuracyM, From: s.From, Until: s.Until}
		if !ok || want != got || string(q.ID) != string(s.ID) || (q.RadiusM != 0) && !s.HasRadius || q.AsKnownAt != s.AsKnownAt || q.MinEntry != s.MinEntry {
			t.Fatalf("%q is read as %+v, and is %+v %+v (%v)", line, s, want, q, ok)
		}
	})
}

// askedLines answers lines out of a pack, through the quick way or the other one.
func askedLines(t *testing.T, p *pack.Pack, in io.Reader, quick bool) (string, *asking) {
	t.Helper()
	var out strings.Builder
	sh := silent()
	sh.Out = &out
	a := &asking{shell: sh, ctx: context.Background(), base: question{RadiusM: 3, From: "2016-08-10", Until: "2016-08-12"}, pack: &packAsker{pack: p, lang: i18n.English}}
	var err error
	if quick {
		err = a.packedLines(in)
	} else {
		head := bufio.NewReader(in)
		err = firstOf(a.lines(head), a.flush())
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), a
}

// Quick or slow, one processor or several: the same lines in the same order.
func TestPackedLines(t *testing.T) {
	b := pack.NewBuilder()
	if _, err := pack.ReadGeoJSON(strings.NewReader(gridList(40)), b.Add); err != nil {
		t.Fatal(err)
	}
	data, err := b.Make(pack.Contents{Header: pack.Header{Source: pack.FromFile, Origin: "grid"}, MadeAt: time.Now().Add(-time.Hour)}, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	p, err := pack.Open(data, "")
	if err != nil {
		t.Fatal(err)
	}
	in := someLines(8_000)
	want, slow := askedLines(t, p, strings.NewReader(in), false)
	for name, r := range map[string]io.Reader{"whole": strings.NewReader(in), "in pieces": io.LimitReader(&halting{r: strings.NewReader(in)}, 1<<40)} {
		got, quick := askedLines(t, p, r, true)
		if a, b := withoutAges(got), withoutAges(want); a != b {
			t.Errorf("%s: %d and %d bytes, first at %s", name, len(a), len(b), firstDifference(a, b))
		}
		if quick.rows != slow.rows || quick.failed != slow.failed || quick.found != slow.found || quick.found == 0 || quick.failed == 0 {
			t.Errorf("%s: %d rows, %d failed, %d found; %d, %d, %d", name, quick.rows, quick.failed, quick.found, slow.rows, slow.failed, slow.found)
		}
	}
}

// askedTable answers a table out of a pack, line by line where it is plain, or not.
func askedTable(t *testing.T, p *pack.Pack, text string, quick bool) (string, *asking, bool) {
	t.Helper()
	var out strings.Builder
	sh := silent()
	sh.Out = &out
	a := &asking{shell: sh, ctx: context.Background(), base: question{RadiusM: 3, From: "2016-08-10", Until: "2016-08-12"}, pack: &packAsker{pack: p, lang: i18n.English}}
	src, err := tabular.Open("x.csv", strings.NewReader(text), int64(len(text)), tabular.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	done := false
	if quick {
		done, err = a.plainTable(strings.NewReader(text), int64(len(text)), src.Header())
	}
	if !done && err == nil {
		err = firstOf(a.rowsOf(src), a.flush())
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), a, done
}

// A table that is plain is answered line by line, as it is row by row; any other is not.
func TestPlainTables(t *testing.T) {
	b := pack.NewBuilder()
	if _, err := pack.ReadGeoJSON(strings.NewReader(gridList(40)), b.Add); err != nil {
		t.Fatal(err)
	}
	data, err := b.Make(pack.Contents{Header: pack.Header{Source: pack.FromFile, Origin: "grid"}, MadeAt: time.Now().Add(-time.Hour)}, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	p, err := pack.Open(data, "")
	if err != nil {
		t.Fatal(err)
	}
	var rows strings.Builder
	r := rand.New(rand.NewPCG(7, 4))
	for i := range 6_000 {
		fmt.Fprintf(&rows, "%.6f,r %d,%.6f,%s,%s,%s\n", 36+r.Float64()*0.4, i, 37+r.Float64()*0.4, []string{"", "100", " 5.5 ", "x", "-1", "1e2", "+3"}[r.IntN(7)],
			[]string{"", "2016-08-11T10:00:00Z", "2016-08-11", "2016-08-31T10:00:00.5+03:00", "yesterday"}[r.IntN(5)], []string{"حلب", "", "a b", "<&>"}[r.IntN(4)])
	}
	odd := ",,,,,\n\n  \n36.1,r,37.1\n36.1,r,37.1,,,x,y,z\n91,r,37,,,\n0,r,0,,,\n36.1,r,,,,\n36.1,<a>,37.1,,,\r\n36.1,é,37.1,,,\n36,1,r,37,1,,\n36.1,last,37.1,,,"
	for name, c := range map[string]struct {
		text  string
		plain bool
	}{
		"commas":        {"lat,ID,Longitude,radius_m,time,name\n" + rows.String() + ",#A1,,,,\n36.1,#A1,,,,#hospital\n" + odd, true},
		"a mark":        {"\xef\xbb\xbflat,ID,lon,radius,from,name\r\n" + odd, true},
		"semicolons":    {"lat;lon;id\n36.1;37.1;a\n36,1;37,1;b\n", true},
		"quotes":        {"lat,lon,id\n36.1,37.1,\"a\nb\"\n", false},
		"a title":       {"\nlat,lon,id\n36.1,37.1,a\n", false},
		"any notation":  {"at,id\n36.1 37.1,a\n", false},
		"twice":         {"lat,latitude,lon,lat\n36.1,37.1,36,36.1\n", false},
		"another end":   {"lat,lon,id\n36.1,37.1,a\r36.2,37.1,b\n", false},
		"a control":     {"lat,lon,id\n36.1,37.1,a\x01\n", false},
		"tags of HXL":   {"lat,lon,id\n#geo+lat,#geo+lon,#meta+id\n36.1,37.1,a\n", false},
		"one row alone": {"lat,lon\n36.1,37.1", true},
	} {
		want, slow, _ := askedTable(t, p, c.text, false)
		got, quick, done := askedTable(t, p, c.text, true)
		if done != c.plain {
			t.Errorf("%s: plain is %v", name, done)
		}
		if a, b := withoutAges(got), withoutAges(want); a != b {
			t.Errorf("%s: %d and %d bytes, first at %s", name, len(a), len(b), firstDifference(a, b))
		}
		if quick.rows != slow.rows || quick.failed != slow.failed || quick.found != slow.found {
			t.Errorf("%s: %d rows, %d failed, %d found; %d, %d, %d", name, quick.rows, quick.failed, quick.found, slow.rows, slow.failed, slow.found)
		}
	}
}

func gridList(n int) string {
	var b strings.Builder
	b.WriteString(`{"type":"FeatureCollection","features":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"type":"Feature","properties":{"name":"n %d","radius_m":%d},"geometry":{"type":"Point","coordinates":[%g,%g]}}`, i, 500+i*50, 37+float64(i%7)/20, 36+float64(i%6)/20)
	}
	return b.String() + "]}"
}

func someLines(n int) string {
	r := rand.New(rand.NewPCG(3, 4))
	var b strings.Builder
	for i := range n {
		lat, lon := 36+r.Float64()*0.4, 37+r.Float64()*0.4
		switch i % 11 {
		case 0:
			fmt.Fprintf(&b, `{"at":"%.5f, %.5f","radiusM":100}`, lat, lon)
		case 1:
			fmt.Fprintf(&b, `{"lat":%.5f,"lon":%.5f,"radiusM":%d,"id":"r%d"}`, lat, lon, r.IntN(1000), i)
		case 2:
			fmt.Fprintf(&b, `{"lat":%.7f,"lon":%.7f,"time":"2016-08-%02dT10:00:00Z"}`, lat, lon, 1+r.IntN(31))
		case 3:
			b.WriteString(`{"lat":"x"}`)
		case 4: // an empty line
		case 5:
			fmt.Fprintf(&b, `{"shape":{"type":"Circle","coordinates":[%.4f,%.4f],"radiusM":50},"id":%d}`, lon, lat, i)
		case 6:
			fmt.Fprintf(&b, `{"lat":%.4f,"lon":%.4f,"radiusM":0,"time":"2016-08-11"}`, lat, lon)
		default:
			fmt.Fprintf(&b, `{"lat":%.6f,"lon":%.6f}`, lat, lon)
		}
		b.WriteByte('\n')
	}
	return b.String() + `{"lat":36.1,"lon":37.1}` // no line end
}

// halting gives a few bytes at a time, as a pipe does.
type halting struct {
	r io.Reader
	n int
}

func (h *halting) Read(p []byte) (int, error) {
	h.n = h.n*31%9973 + 7
	return h.r.Read(p[:min(len(p), h.n)])
}

// withoutAges takes out what depends on the clock.
func withoutAges(lines string) string {
	var out bytes.Buffer
	for line := range strings.Lines(lines) {
		var m map[string]any
		if json.Unmarshal([]byte(line), &m) != nil {
			return line + " is no line of JSON"
		}
		delete(m, "notice")
		if asOf, ok := m["asOf"].(map[string]any); ok {
			delete(asOf, "ageS")
			delete(asOf["pack"].(map[string]any), "ageS")
		}
		text, _ := json.Marshal(m)
		out.Write(append(text, '\n'))
	}
	return out.String()
}

func firstDifference(a, b string) string {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(as), len(bs)) {
		if as[i] != bs[i] {
			return fmt.Sprintf("line %d:\n%s\n%s", i, as[i], bs[i])
		}
	}
	return "the end"
}
