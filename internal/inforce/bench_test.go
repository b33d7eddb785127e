package inforce

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"truce"
	"truce/holds"
	"truce/internal/view/agreement"
)

// country is 50,000 live clauses in 2,000 agreements: four hold in the whole
// country, the others in a place of some kilometres, each clause in a part of it;
// every party has accepted, and some clauses have a calendar.
func country(b testing.TB) *Model {
	r := rand.New(rand.NewPCG(3, 4))
	daily := times(b, "2016-03-01T10:00:00", "Asia/Damascus", 180, "FREQ=DAILY;COUNT=300", "2017-12-31T00:00:00Z")
	records := make([]*agreement.Record, 2000)
	for i := range records {
		lat, lon, radius := 33+r.Float64()*4, 36+r.Float64()*6, 4000.0
		national := i%500 == 0
		if national {
			lat, lon, radius = 35, 39, 400_000
		}
		clauses := make([]object, 25)
		for j := range clauses {
			clauses[j] = noFire("id", fmt.Sprint("c", j), "area", circle(lat+r.Float64()*0.03, lon+r.Float64()*0.03, radius/2))
			if national {
				delete(clauses[j], "area")
			}
			if j%5 == 0 {
				clauses[j]["schedule"] = daily
			}
		}
		raw, err := json.Marshal(agreed("parties", signatories("aa", "bb", "cc"), "geometry", circle(lat, lon, radius), "clauses", clauses))
		if err != nil {
			b.Fatal(err)
		}
		n := int64(i * 4)
		rec := &agreement.Record{Subject: fmt.Sprint("agreement-", i), Object: "agreement", Owner: "aa", Status: truce.Actual, First: n,
			Versions: []agreement.Version{{Entry: n, ID: id(n), Author: "aa", At: start, Terms: n, Body: raw}}}
		for k, p := range actors {
			rec.Said = append(rec.Said, agreement.Said{Entry: n + int64(k) + 1, ID: id(n + int64(k) + 1), Kind: truce.AgreementAccept, Author: p, At: start, Version: id(n), Terms: n, Body: []byte(`{}`)})
		}
		records[i] = rec
	}
	return NewModel(8000, records)
}

// BenchmarkNow asks what holds at a point (bar: 1 ms at the 99th percentile).
func BenchmarkNow(b *testing.B) {
	m := country(b)
	r := rand.New(rand.NewPCG(5, 6))
	var took []time.Duration
	clauses, n := 0, 0
	b.ReportAllocs()
	for b.Loop() {
		q := here(33+r.Float64()*4, 36+r.Float64()*6)
		q.At, q.Viewer = utc("2016-08-11T08:00:00Z"), registrar
		began := time.Now()
		a, err := Evaluate(m, q)
		took = append(took, time.Since(began))
		if err != nil {
			b.Fatal(err)
		}
		n++
		clauses += len(a.Prohibitions)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(float64(clauses)/float64(n), "clauses/op")
}

// BenchmarkAdvance takes one more acceptance into the model.
func BenchmarkAdvance(b *testing.B) {
	m := country(b)
	raw, err := json.Marshal(agreed())
	if err != nil {
		b.Fatal(err)
	}
	rec := &agreement.Record{Subject: "agreement-7", Object: "agreement", Owner: "aa", Status: truce.Actual, First: 28,
		Versions: []agreement.Version{{Entry: 28, ID: id(28), Author: "aa", At: start, Terms: 28, Body: raw}}}
	for b.Loop() {
		m.Advance(8001, map[string]*holds.Record{rec.Subject: known(rec)})
	}
}
