package holds

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"truce"
	"truce/geo"
)

// TestIndexLeavesOutNothing: with many items, asked at places of every kind, the
// index finds what a look at each finds.
func TestIndexLeavesOutNothing(t *testing.T) {
	r, start := rand.New(rand.NewPCG(1, 2)), time.Date(2016, 2, 20, 0, 0, 0, 0, time.UTC)
	var records []*Record
	for i := range 400 {
		lat, lon, radius := r.Float64()*178-89, r.Float64()*360-180, r.Float64()*r.Float64()*200_000+1
		if i%10 == 0 {
			lon = 179.99
		}
		raw := fmt.Sprintf(`{"geometry":{"type":"Circle","coordinates":[%g,%g],"radiusM":%g},"clauses":[{"id":"c1"}]}`, lon, lat, radius)
		records = append(records, &Record{Subject: fmt.Sprint("agreement-", i), Object: "agreement", Owner: "aa", Status: truce.Actual, First: int64(i),
			Versions: []Version{{Entry: int64(i), Author: "aa", At: start, Body: []byte(raw), Terms: int64(i)}}})
	}
	m := NewModel(400, records)
	plain := NewModel(0, nil).Advance(400, func() map[string]*Record {
		all := map[string]*Record{}
		for _, x := range records[:maxRecent] {
			all[x.Subject] = x
		}
		return all
	}())
	if len(plain.recent) != maxRecent {
		t.Fatal("the items should be looked at one by one")
	}
	found := 0
	for i := range 600 {
		p := geo.Point{Lat: r.Float64()*180 - 90, Lon: r.Float64()*360 - 180}
		if c := m.items[fmt.Sprint("agreement-", i%400)].shapes[0].Points[0]; i%2 == 0 {
			p = c
		}
		q := Query{Shape: geo.PointShape(p, 0), RadiusM: r.Float64() * r.Float64() * 300_000, At: start}
		got, err := Evaluate(m, q)
		if err != nil {
			t.Fatal(err)
		}
		want, err := Evaluate(plain, q)
		if err != nil {
			t.Fatal(err)
		}
		ids := func(a *Answer) (out []string) {
			for _, x := range a.Agreements {
				if plain.items[x.ID] != nil {
					out = append(out, x.ID)
				}
			}
			slices.Sort(out)
			return out
		}
		found += len(ids(want))
		if !slices.Equal(ids(got), ids(want)) {
			t.Fatalf("at %v within %.0f m: %v, want %v", q.Shape.Points, q.RadiusM, ids(got), ids(want))
		}
	}
	if found < 100 {
		t.Errorf("only %d were found: the test shows little", found)
	}
}
