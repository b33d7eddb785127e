package pack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"truce"
	"truce/geo"
)

// crowd is a pack with many objects near one another, of all states.
func crowd(t testing.TB, n int) *Pack {
	w := newWorld(5)
	objects := vectorObjects()
	for i := range n {
		o := w.object(int64(20 + i))
		o.Parts[0].Shape = geo.CircleShape(geo.Point{Lat: 36 + w.Float64(), Lon: 37 + w.Float64()}, 100+w.Float64()*5000)
		if i%3 == 0 {
			w.change(&o, int64(20+i))
		}
		if i%50 == 0 {
			o.Names, o.Operator, o.Differs = []truce.Name{{Text: "a \"quoted\" <name> \u2028 مستشفى"}}, "A&B", true
		}
		objects = append(objects, o)
	}
	return packOf(t, objects, int64(n+20), made, agreements(t).told()...)
}

// The teller writes what json.Marshal writes of an answer.
func TestTellerWritesAnswers(t *testing.T) {
	p := crowd(t, 300)
	now := made.Add(time.Hour)
	for name, now := range map[string]time.Time{"young": now, "stale": now.AddDate(1, 0, 0)} {
		notice := func(a *AsOf, n Named) string {
			return fmt.Sprintf("%d \"entries\", agreed: %v <as of> %d", n.Protections, n.Agreed > 0, a.LastEntry)
		}
		teller, err := p.Teller(now, notice)
		if err != nil {
			t.Fatal(err)
		}
		w := newWorld(6)
		var queries []PointQuery
		for i := range 2000 {
			q := PointQuery{Lat: 36 + w.Float64(), Lon: 37 + w.Float64(), From: now.UnixMilli(), Until: now.UnixMilli()}
			switch i % 4 {
			case 1:
				q.RadiusM = w.Float64() * 3000
			case 2:
				q.AccuracyM = 0.5
			}
			if i%3 == 0 {
				q.From = start.Add(time.Duration(w.IntN(2000)) * time.Hour).UnixMilli()
				q.Until = q.From + int64(w.IntN(2))*3_600_000
			}
			if i%100 == 0 {
				q.Lat, q.Lon = 36.2128, 37.1166
			}
			queries = append(queries, q)
		}
		told, last := 0, -1
		err = teller.Batch(queries, func(i int, answer []byte, n Named, err error) error {
			q := queries[i]
			a, err2 := p.Check(Query{Shape: geo.PointShape(geo.Point{Lat: q.Lat, Lon: q.Lon}, q.AccuracyM), RadiusM: q.RadiusM,
				From: time.UnixMilli(q.From), Until: time.UnixMilli(q.Until)}, now)
			if err2 != nil {
				t.Fatal(err2)
			}
			if i != last+1 {
				t.Fatal("out of order")
			}
			last = i
			if err != nil {
				if !a.Stale || !a.Named().None() || truce.CodeOf(err) != truce.CodeStale {
					t.Fatal(err)
				}
				return nil
			}
			a.Notice = notice(&a.AsOf, a.Named())
			if want := marshalled(t, a); string(want) != "{"+string(answer)+"}" || n != a.Named() {
				t.Fatalf("%s, question %d:\n%s\n{%s}", name, i, want, answer)
			}
			told += n.Protections
			return nil
		})
		if err != nil || last != len(queries)-1 || told < 1000 {
			t.Errorf("%s: %v, %d answers, %d protections", name, err, last+1, told)
		}
	}
}

func marshalled(t *testing.T, v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSpace(b.Bytes())
}

// The index answers as the comparison with one part after the other does.
func TestIndexAnswersAsSimple(t *testing.T) {
	p, q := crowd(t, 400), crowd(t, 400)
	all, err := simpleOf(q)
	if err != nil {
		t.Fatal(err)
	}
	q.engine = all
	w := newWorld(9)
	told := 0
	for i := range 400 {
		at := geo.Point{Lat: 35.9 + 1.2*w.Float64(), Lon: 36.9 + 1.2*w.Float64()}
		ask := Query{Shape: geo.PointShape(at, 0), From: start.Add(time.Duration(w.IntN(2000)) * time.Hour), RadiusM: float64(w.IntN(3) * 1000)}
		switch i % 5 {
		case 3:
			ask.Shape = geo.Shape{Type: geo.TypeLineString, Lines: [][]geo.Point{{at, w.point()}}, BufferM: 10}
		case 4:
			ask.Shape = geo.CircleShape(at, 2000)
		}
		a, err := p.Check(ask, made)
		if err != nil {
			t.Fatal(err)
		}
		b, err := q.Check(ask, made)
		if err != nil {
			t.Fatal(err)
		}
		if text(a) != text(b) {
			t.Fatalf("question %d:\n%s\n%s", i, text(a), text(b))
		}
		told += len(a.Protections)
	}
	if told < 500 {
		t.Errorf("only %d protections were compared", told)
	}
}

func BenchmarkTeller(b *testing.B) {
	p := crowd(b, 30_000)
	teller, err := p.Teller(made, func(*AsOf, Named) string {
		return "a notice as long as they are, which is a sentence or two or three in the language of the asker, and one on the law."
	})
	if err != nil {
		b.Fatal(err)
	}
	w := newWorld(6)
	queries := make([]PointQuery, 20_000)
	for i := range queries {
		queries[i] = PointQuery{Lat: 33 + 4*w.Float64(), Lon: 36 + 6*w.Float64(), From: made.UnixMilli(), Until: made.UnixMilli()}
	}
	b.ReportAllocs()
	for b.Loop() {
		err := teller.Batch(queries, func(_ int, a []byte, _ Named, _ error) error { b.SetBytes(int64(len(a)) * 20_000); return nil })
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/20_000, "ns/row")
}
