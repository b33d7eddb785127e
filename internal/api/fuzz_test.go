package api

import (
	"bytes"
	"reflect"
	"testing"

	"truce"
	"truce/internal/check"
)

// ours reports whether an error is one that may be shown to whoever asked.
func ours(t *testing.T, err error) {
	t.Helper()
	if err != nil && truce.CodeOf(err) == truce.CodeInternal {
		t.Fatal(err)
	}
}

func FuzzQuestion(f *testing.F) {
	for _, s := range []string{`{"at":"36.2128, 37.1166","radiusM":500}`, `{"lat":1,"lon":2,"time":"2016-08-11T10:00:00Z"}`,
		`{"shape":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}`, `{"Lat":1}`, `[`, `{"at":"0"}`, `{"id":{}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var q Question
		if err := strictJSON(data, &q, truce.MaxDepth); err != nil {
			ours(t, err)
			return
		}
		query, _, err := q.Query()
		ours(t, err)
		if err == nil && query.Shape.IsZero() {
			t.Fatalf("a query without a place: %s", data)
		}
	})
}

// What is read quickly is taken by the full reader too, and read as that one does:
// one query, and many.
func FuzzSpots(f *testing.F) {
	for _, s := range []string{`{"lat":1,"lon":2}`, `{"lat":36.2128,"lon":37.1166,"radiusM":500,"id":"a b","time":"2016-08-11T10:00:00.5Z"},` + "\n" + `{"lon":-2,"lat":1,"id":7}`,
		`{"lat":1,"lon":2,"from":"2016-08-11T10:00:00Z","until":"2016-08-31T10:00:00+03:00"}`, `{"lat":1,"lon":2,"asKnownAt":5,"minEntry":3,"accuracyM":0.1}`, `{"lat":1,"lon":2,"asKnownAt":5.0}`,
		`{"lat":1,"lon":2,"time":"2016-08-11T10:00:00,5Z"}`, `{"lat":1,"lon":2,"from":"0001-01-01T00:00:00Z"}`, `{"lat":1,"lon":2},`, `{"lat":1,"lat":2,"lon":2}`, `{"lat":0,"lon":0}`,
		`{"lat":1,"lon":2,"id":null}`, `{"lat":1,"lon":2}]}{`, `{"lat":1e1,"lon":2}`, `{"lat":1,"lon":2,"time":"2016-08-11T1:00:00Z"}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, list string) {
		for _, data := range []string{`{"queries":[` + list + `]}`, " {\n\"queries\"\t: [ " + list + " ]\r}\n", `{"queries"` + list, list} {
			quick, ok := spots([]byte(data))
			if !ok {
				continue
			}
			var in Questions
			if err := strictJSON([]byte(data), &in, truce.MaxDepth); err != nil || len(in.Queries) != len(quick.queries) || len(in.Queries) > maxQuestions {
				t.Fatalf("%s is taken: %v", data, err)
			}
			for i := range in.Queries {
				same(t, data, &in.Queries[i], quick, i)
			}
		}
		var s check.Spot
		if s.ReadAll([]byte(list)) {
			var q Question
			if err := strictJSON([]byte(list), &q, truce.MaxDepth); err != nil {
				t.Fatalf("%s is taken: %v", list, err)
			}
			one := room(1)
			one.spot(&s, 1)
			same(t, list, &q, one, 0)
		}
	})
}

// same compares a query that was read in full with query i of those read quickly.
func same(t *testing.T, data string, full *Question, quick *asking, i int) {
	t.Helper()
	want, slips, err := full.Query()
	if err != nil || len(slips) > 0 {
		t.Fatalf("%s is taken: %v", data, err)
	}
	if want.Until.IsZero() {
		want.Until = want.From
	}
	got := quick.queries[i]
	if got.Until.IsZero() {
		got.Until = got.From
	}
	if !reflect.DeepEqual(got, want) || string(quick.about[i].id) != string(full.ID) || quick.about[i].line != i+1 {
		t.Fatalf("%s, query %d: %+v, want %+v", data, i, got, want)
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"at\n\"36.2, 37.1\"\n", "lat,lon,radius\n1,2,x\n,,\n", "lat;lon\n1;2", "at,at\n1,2,3\n", "\"", "id,at\n\"a\nb\",x"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := readCSV(bytes.NewReader(data), 0)
		ours(t, err)
		if err != nil {
			return
		}
		for i, r := range rows.about {
			ours(t, r.err)
			if r.err == nil && rows.queries[i].Shape.IsZero() || r.line < 2 {
				t.Fatalf("%+v", r)
			}
		}
	})
}

func FuzzBox(f *testing.F) {
	for _, s := range []string{"37,36,38,37", "179,-18,-179,-16", "-180,-90,180,90", "NaN,0,0,0", "1e9,0,0,0", ",,,"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		box, err := parseBox(text)
		ours(t, err)
		if err != nil {
			return
		}
		if !meet(*box, *box) || box.South > box.North {
			t.Fatalf("%q: %+v", text, box)
		}
	})
}

func FuzzCursor(f *testing.F) {
	c := newCursors()
	f.Add("", "q")
	f.Add(c.make(7, "q"), "q")
	f.Add("AAAA", "q")
	f.Fuzz(func(t *testing.T, cursor, question string) {
		after, err := c.read(cursor, question)
		ours(t, err)
		if err != nil || cursor == "" {
			return
		}
		if again, err := c.read(c.make(after, question), question); err != nil || again != after {
			t.Fatal(again, after, err)
		}
	})
}

// A cursor is of one question, and shows nothing of the number in it.
func TestCursors(t *testing.T) {
	c := newCursors()
	if a, b := c.make(7, "q"), c.make(7, "q"); a == b {
		t.Error("two cursors of one number are equal")
	}
	for question, want := range map[string]bool{"q": true, "q ": false, "": false} {
		if _, err := c.read(c.make(7, "q"), question); (err == nil) != want {
			t.Errorf("%q: %v", question, err)
		}
	}
	if _, err := newCursors().read(c.make(7, "q"), "q"); truce.CodeOf(err) != truce.CodeUsage {
		t.Error(err)
	}
}
