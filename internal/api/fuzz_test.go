package api

import (
	"bytes"
	"testing"

	"truce"
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

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"at\n\"36.2, 37.1\"\n", "lat,lon,radius\n1,2,x\n,,\n", "lat;lon\n1;2", "at,at\n1,2,3\n", "\"", "id,at\n\"a\nb\",x"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := readCSV(bytes.NewReader(data), 0)
		ours(t, err)
		for _, r := range rows {
			ours(t, r.err)
			if r.err == nil && r.query.Shape.IsZero() || r.line < 2 {
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
