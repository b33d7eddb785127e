package pack

import (
	"sync"
	"testing"
	"time"

	"truce"
	"truce/geo"
)

// A pause of three hours a day, 10:00 to 13:00 in Damascus, over the days on which clocks there went back (2016-10-28) and
// forward (2017-03-31; IANA tz database), is answered from the instants that were signed: exactly, at every edge.
func TestDailyWindowOverClockChanges(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Damascus")
	if err != nil {
		t.Skip("no time zones here")
	}
	var periods []Period
	for day := range 200 {
		at := func(hour int) time.Time { return time.Date(2016, 10, 1+day, hour, 0, 0, 0, zone) }
		periods = append(periods, PeriodOf(at(10), at(13)))
	}
	place := geo.Point{Lat: 36.2, Lon: 37.15}
	p := packOf(t, []Object{{ID: "area-pause", Kind: "area", Type: "other", Status: truce.Actual, Verification: "entered", First: 1, Entry: 1,
		Parts: []Part{{Shape: geo.CircleShape(place, 5000), Periods: periods, Leg: -1}}}}, 5, made)
	offsets := map[int]bool{}
	for day := range 200 {
		for _, c := range []struct {
			hour, minute int
			ms           time.Duration
			want         State
		}{{9, 59, 59_999, Later}, {10, 0, 0, InForce}, {12, 59, 59_999, InForce}, {13, 0, 0, Later}} {
			local := time.Date(2016, 10, 1+day, c.hour, c.minute, 0, 0, zone).Add(c.ms * time.Millisecond)
			if c.want == Later && day == 199 && c.hour == 13 {
				c.want = Lapsed
			}
			a, err := p.Check(Query{Shape: geo.PointShape(place, 0), From: local}, made)
			if err != nil || len(a.Protections) != 1 || a.Protections[0].State != c.want {
				t.Fatalf("%s: %+v %v, want %s", local, a.Protections, err, c.want)
			}
			from := a.Protections[0].InForceFrom.In(zone)
			if from.Hour() != 10 || a.Protections[0].InForceUntil.Sub(from) != 3*time.Hour {
				t.Fatalf("%s: it is told of from %s", local, from)
			}
			_, offset := local.Zone()
			offsets[offset] = true
		}
	}
	if len(offsets) != 2 {
		t.Error("the clocks did not change:", offsets)
	}
	// A period that is asked about meets the one that opens in it.
	from := time.Date(2016, 10, 5, 5, 0, 0, 0, time.UTC)
	a, err := p.Check(Query{Shape: geo.PointShape(place, 0), From: from, Until: from.Add(3 * time.Hour)}, made)
	if err != nil || a.Protections[0].State != InForce {
		t.Errorf("a period: %+v %v", a.Protections, err)
	}
}

// Packs are asked by many at once, also when nothing was built yet.
func TestManyAskAtOnce(t *testing.T) {
	p := crowd(t, 200)
	want := ""
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			teller, err := p.Teller(made, func(*AsOf, Named) string { return "n" })
			if err != nil {
				t.Error(err)
				return
			}
			got := ""
			w := newWorld(2)
			queries := make([]PointQuery, 300)
			for i := range queries {
				queries[i] = PointQuery{Lat: 36 + w.Float64(), Lon: 37 + w.Float64(), From: 1, Until: 1, RadiusM: float64(i % 2 * 100)}
			}
			err = teller.Batch(queries, func(_ int, answer []byte, _ Named, err error) error {
				got += string(answer)
				return err
			})
			mu.Lock()
			defer mu.Unlock()
			if want == "" {
				want = got
			}
			if err != nil || got != want {
				t.Error("answers differ", err)
			}
		})
	}
	all.Wait()
}
