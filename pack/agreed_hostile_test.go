package pack

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"truce"
	"truce/geo"
	"truce/holds"
)

// agreedColumns are the two columns of records.
func agreedColumns(records []*holds.Record) (texts, all string) {
	w := newTreeWriter()
	for _, r := range records {
		w.record(r)
	}
	return string(w.texts), string(w.out)
}

// FuzzAgreed: whatever stands in the columns, it is refused or answered from, and what was read is written to be read again.
func FuzzAgreed(f *testing.F) {
	texts, all := agreedColumns(agreements(f).told())
	f.Add(texts, all, int64(1_470_900_000))
	f.Add("", "", int64(0))
	f.Add(texts, "\x7f\x01\x01", int64(1<<40))
	f.Fuzz(func(t *testing.T, texts, all string, seconds int64) {
		records, err := readAgreed(texts, all)
		if err != nil {
			return
		}
		m := holds.NewModel(100, records)
		if m.Damaged() != nil || m.Len() != len(records) {
			return
		}
		p := &Pack{agreed: records, model: m}
		for _, q := range []holds.Query{{At: time.Unix(seconds%(1<<33), 0)}, {At: time.Unix(1_470_900_000, 0), Until: time.Unix(1_480_000_000, 0), Shape: geo.PointShape(geo.Point{Lat: 36.2, Lon: 37.1}, 0), RadiusM: 5000}} {
			a, err := p.Now(q)
			if err != nil {
				if truce.CodeOf(err) == truce.CodeInternal {
					t.Fatal(err)
				}
				continue
			}
			if _, err := json.Marshal(a); err != nil {
				t.Fatal(err)
			}
		}
		again, err := readAgreed(agreedColumns(records))
		if err != nil || !reflect.DeepEqual(again, records) {
			t.Fatal("what was read cannot be read again:", err)
		}
	})
}

// Records that no register makes are refused before anything is asked of them.
func TestHostileAgreed(t *testing.T) {
	good := func() *holds.Record {
		return &holds.Record{Subject: "agreement-1", Object: "agreement", Owner: "x", Status: truce.Actual,
			Versions: []holds.Version{{ID: "v", Author: "x", At: start, Agreement: &truce.AgreementContent{Class: "local-truce"}}}}
	}
	if texts, all := agreedColumns([]*holds.Record{good()}); !readable(texts, all) {
		t.Fatal("a good one is refused")
	}
	for name, spoil := range map[string]func(r *holds.Record){
		"no version":                 func(r *holds.Record) { r.Versions = nil },
		"the newest version hidden":  func(r *holds.Record) { r.Versions[0] = holds.Version{At: start, Hidden: true} },
		"the newest version without": func(r *holds.Record) { r.Versions[0].Agreement = nil },
		"a window for an agreement":  func(r *holds.Record) { r.Versions[0].Agreement, r.Versions[0].Window = nil, &truce.WindowContent{} },
		"a hidden version that is told": func(r *holds.Record) {
			r.Versions = append([]holds.Version{{Hidden: true, Agreement: r.Versions[0].Agreement}}, r.Versions...)
		},
		"terms that go back":         func(r *holds.Record) { r.Versions = append([]holds.Version{{Terms: 5}}, r.Versions...) },
		"an object of another kind":  func(r *holds.Record) { r.Object = "window" },
		"no id":                      func(r *holds.Record) { r.Subject = "" },
		"a status that there is not": func(r *holds.Record) { r.Status = "maybe" },
		"a need that says nothing":   func(r *holds.Record) { r.Said = []holds.Said{{Kind: truce.WindowNeed, Act: &truce.ActContent{}}} },
		"a statement without a body": func(r *holds.Record) { r.Said = []holds.Said{{Kind: truce.AgreementAccept}} },
		"a time beyond all years":    func(r *holds.Record) { r.Versions[0].At = time.Unix(1<<50, 0) },
		"an area that is none": func(r *holds.Record) {
			r.Versions[0].Agreement.Geometry = []byte(`{"type":"Point","coordinates":[999,0]}`)
		},
		"an area that is no JSON": func(r *holds.Record) {
			r.Versions[0].Agreement.Geometry = []byte(`{"type":"Point","coordinates":[9,0]`)
		},
		"instants that overlap": func(r *holds.Record) { r.Versions[0].Agreement.Clauses = overlapping() },
		"a million instants":    func(r *holds.Record) { r.Versions[0].Agreement.Clauses = million() },
	} {
		r := good()
		spoil(r)
		if texts, all := agreedColumns([]*holds.Record{r}); readable(texts, all) {
			t.Errorf("%s: it is read", name)
		}
		if r.Versions != nil && NewBuilder().AddAgreed(r) == nil && !wellFormed(r) {
			t.Errorf("%s: it is written", name)
		}
	}
	r, s := good(), good()
	s.Subject, s.First = "agreement-2", -1
	if texts, all := agreedColumns([]*holds.Record{r, s}); readable(texts, all) {
		t.Error("records out of order are read")
	}
	if texts, all := agreedColumns([]*holds.Record{r, r}); readable(texts, all) {
		t.Error("the same one twice is read")
	}
}

func readable(texts, all string) bool {
	records, err := readAgreed(texts, all)
	if err != nil {
		return false
	}
	m := holds.NewModel(1, records)
	return m.Damaged() == nil && m.Len() == len(records)
}

func clauseOf(runs ...truce.Run) []truce.ClauseContent {
	return []truce.ClauseContent{{ID: "c", Schedule: &truce.ScheduleContent{Runs: runs}}}
}

func overlapping() []truce.ClauseContent {
	return clauseOf(truce.Run{From: 1, Length: 10, Count: 1}, truce.Run{From: 5, Length: 1, Count: 1})
}

func million() []truce.ClauseContent {
	return clauseOf(truce.Run{From: 1, Length: 1, Step: 2, Count: 1_000_000})
}

// A few bytes cannot ask for a lot of memory: not by many empty clauses, nor by one area that recurs.
func TestAgreedMemory(t *testing.T) {
	ring := make([][2]float64, 0, 400)
	for i := range 399 {
		ring = append(ring, [2]float64{36 + float64(i%2)*0.1 + float64(i)/1e5, 36 + float64(i)/1e4})
	}
	ring = append(ring, ring[0])
	line, _ := json.Marshal(members{"type": "LineString", "coordinates": ring, "bufferM": 5})
	many := 300_000
	for name, clause := range map[string]truce.ClauseContent{"empty": {}, "one area": {Area: line}} {
		if clause.Area != nil {
			many = maxItems
		}
		r := &holds.Record{Subject: "agreement-1", Object: "agreement", Status: truce.Actual, Versions: []holds.Version{{Agreement: &truce.AgreementContent{}}}}
		for range many {
			r.Versions[0].Agreement.Clauses = append(r.Versions[0].Agreement.Clauses, clause)
		}
		texts, all := agreedColumns([]*holds.Record{r})
		before := allocated()
		records, err := readAgreed(texts, all)
		if err == nil {
			err = holds.NewModel(1, records).Damaged()
		}
		took, bound := allocated()-before, uint64(agreedFloor+2*agreedFactor*(len(texts)+len(all)))
		t.Logf("%s: %d bytes, %d of memory, %v", name, len(texts)+len(all), took, err)
		if took > bound {
			t.Errorf("%s: %d bytes took %d of memory", name, len(texts)+len(all), took)
		}
	}
}
