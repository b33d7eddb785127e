package index

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"

	"truce/geo"
)

func (o *oracle) check(t testing.TB, q *Query) []Hit {
	region, err := geo.Prepare(q.Shape)
	if err != nil {
		t.Fatal(err)
	}
	until := max(q.Until, q.From+1)
	var hits []Hit
	for i, z := range o.prepared {
		d, ok := z.Within(region, q.RadiusM+Tolerance)
		s := stateAt(o.zones[i].Periods, q.From, until)
		if ok && (s == InForce || !q.OnlyInForce) {
			hits = append(hits, Hit{Zone: uint32(i), State: s, DistanceM: math.Floor(d*1000) / 1000})
		}
	}
	return hits
}

func TestCheckAgainstGeo(t *testing.T) {
	for _, c := range []struct {
		seed   uint64
		n      int
		lo, hi float64
		asks   int
	}{{11, 300, 50, 5000, 300}, {12, 200, 1, 200, 200}, {13, 150, 3000, 300_000, 150}, {14, 100, 1e5, 4e6, 60}} {
		t.Run(fmt.Sprint(c.seed), func(t *testing.T) {
			w := newWorld(c.seed)
			zones := w.zones(c.n, c.lo, c.hi)
			x, o := build(t, zones, Params{}), newOracle(t, zones)
			for k := range few(c.asks) {
				q := w.query(zones, c.hi)
				got, err := x.Check(&q, nil)
				if err != nil {
					t.Fatal(err)
				}
				if want := o.check(t, &q); !slices.Equal(got, want) {
					t.Fatalf("%d: %v: got %v, want %v", k, q, got, want)
				}
			}
		})
	}
}

// query is any shape near a zone.
func (w *world) query(zones []Zone, size float64) Query {
	at := w.question(&zones[w.IntN(len(zones))])
	q := Query{From: now - w.Int64N(500*86_400_000), OnlyInForce: w.IntN(2) == 0}
	q.Until = q.From + w.Int64N(2)*3_600_000
	for q.Shape = w.shape(at, w.logUniform(1, size)); q.Shape.Check() != nil; {
		q.Shape = w.shape(at, w.logUniform(1, size))
	}
	if w.IntN(2) == 0 {
		q.RadiusM = math.Round(w.logUniform(1, math.Min(5e5, size)))
	}
	return q
}

func TestNearest(t *testing.T) {
	w := newWorld(21)
	zones := w.zones(300, 50, 5000)
	x, o := build(t, zones, Params{}), newOracle(t, zones)
	for range 100 {
		p := w.question(&zones[w.IntN(len(zones))])
		maxM := w.logUniform(10, 1e5)
		got, err := x.Nearest(p.Lat, p.Lon, maxM, 5, now, now, false)
		if err != nil {
			t.Fatal(err)
		}
		want := o.check(t, &Query{Shape: geo.PointShape(p, 0), RadiusM: maxM, From: now})
		slices.SortStableFunc(want, func(a, b Hit) int { return cmp.Compare(a.DistanceM, b.DistanceM) })
		if want = want[:min(5, len(want))]; !slices.Equal(got, want) {
			t.Fatalf("%v: got %v, want %v", p, got, want)
		}
	}
}

// TestLayouts: no parameter changes an answer, and many questions at once are answered as one by one.
func TestLayouts(t *testing.T) {
	w := newWorld(31)
	zones := append(w.zones(250, 20, 20_000), w.zones(40, 1e4, 1e6)...)
	var points []PointQuery
	for k := range 2000 {
		p := w.question(&zones[w.IntN(len(zones))])
		from := now - w.Int64N(500*86_400_000)
		points = append(points, PointQuery{p.Lat, p.Lon, from, from + w.Int64N(2)*3_600_000, k%3 == 0})
	}
	points[77].Lat = math.NaN()
	var queries []Query
	for range 25 {
		queries = append(queries, w.query(zones, 20_000))
	}
	var want [][]Hit
	for n, p := range []Params{
		{}, {LeafCost: 1}, {LeafCost: 100}, {RootLevel: 6}, {RootLevel: 8, LeafCost: 3, ListMin: 1}, {MaxLevel: 11}, {MaxLevel: 12, LeafCost: 1},
		{RootLevel: 9, ListMin: 1 << 20, SieveRows: 256}, {RootLevel: 10, Workers: 3, SieveRows: 4096},
	} {
		x := build(t, zones, p)
		got := answers(t, x, points, queries)
		if want == nil {
			want = got
		}
		for i := range want {
			if !slices.Equal(got[i], want[i]) {
				t.Fatalf("%+v: question %d: %v, layout 0: %v", p, i, got[i], want[i])
			}
		}
		if err := x.Verify(); err != nil {
			t.Errorf("layout %d: %v", n, err)
		}
	}
}

func answers(t *testing.T, x *Index, points []PointQuery, queries []Query) (all [][]Hit) {
	t.Helper()
	for _, sorted := range []bool{false, true} {
		n := 0
		x.batch(points, sorted, func(i int, hits []Hit, err error) {
			p := points[i]
			one, err1 := x.At(p.Lat, p.Lon, p.From, p.Until, p.OnlyInForce, nil)
			if i != n || (err == nil) != (err1 == nil) || (err == nil) == math.IsNaN(p.Lat) || !slices.Equal(hits, one) {
				t.Fatalf("%d: %v: %v %v in a batch, %v %v alone", i, p, hits, err, one, err1)
			}
			if n++; sorted {
				all = append(all, one)
			}
		})
	}
	for i := range queries {
		hits, err := x.Check(&queries[i], nil)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, hits)
	}
	return all
}

// TestWorkers: an index has the same bytes, however many have built it.
func TestWorkers(t *testing.T) {
	w := newWorld(93)
	zones := append(w.zones(40, 1e5, 3e6), w.zones(40, 20_000, 1e5)...)
	for range 10_100 {
		zones = append(zones, Zone{Shape: geo.CircleShape(w.centre(200_000), w.logUniform(1, 5000))})
	}
	zones = append(zones, w.zones(40, 1e5, 3e6)...)
	one, three := build(t, zones, Params{Workers: 1}), build(t, zones, Params{Workers: 3})
	if !bytes.Equal(one.Bytes(), three.Bytes()) {
		t.Errorf("one worker makes other bytes than three")
	}
}

// TestDiscsApart: two discs whose gap is a little less or more than the radius asked for.
func TestDiscsApart(t *testing.T) {
	w := newWorld(81)
	for range 60 {
		c := w.centre(20_000)
		r, extent, radius := w.logUniform(1, 3e5), w.logUniform(1, 3e5), w.logUniform(1, 3e5)
		x := build(t, []Zone{{Shape: geo.CircleShape(c, r)}}, Params{LeafCost: 1})
		for _, off := range []float64{-5000, -1, -0.01, 0.01, 1, 5000} {
			at := far(c, r+extent+radius+off, w.Float64()*360)
			hits, err := x.Check(&Query{Shape: geo.CircleShape(at, extent), RadiusM: radius}, nil)
			if gap := geo.Distance(c, at) - r - extent - radius; err != nil || (len(hits) == 1) != (gap < 0) {
				t.Fatalf("%v and %v, %.6f m more than %v apart: %v, %v", c, at, gap, radius, hits, err)
			}
		}
	}
}

// far is the place so many metres from p, by bisection on a sphere's way there.
func far(p geo.Point, metres, azimuth float64) geo.Point {
	lo, hi := 0.9*metres, 1.1*metres
	for range 60 {
		if m := (lo + hi) / 2; geo.Distance(p, step2(p, m, azimuth*degree)) < metres {
			lo = m
		} else {
			hi = m
		}
	}
	return step2(p, hi, azimuth*degree)
}

// TestRims: every direction is in a cell of its face, those at a face's edge and corner too.
func TestRims(t *testing.T) {
	for _, x := range []float64{-1, -0.5, 0, 0.5, 1} {
		for _, y := range []float64{-1, 0.25, 1} {
			for _, z := range []float64{-1, 1} {
				for _, d := range []vec{{x, y, z}, {z, x, y}, {y, z, x}} {
					p := probe{d: d}
					p.look()
					r := cell{p.face, maxLevel, p.iu >> (32 - maxLevel), p.iv >> (32 - maxLevel)}.rect()
					if _, u, v := project(d); !r.grown(1e-9).holds(u, v) {
						t.Errorf("%v: (%v, %v) is not in %v", d, u, v, r)
					}
					if l := p.in(maxLevel); l.u < -quanta*fine/2 || l.u >= quanta*fine/2 || atTop(p.u) && l.u < 0 || atTop(p.v) && l.v < 0 {
						t.Errorf("%v: %+v", d, l)
					}
				}
			}
		}
	}
}

// atTop reports whether u is at the upper edge of a face.
func atTop(u float64) bool { return u > 0.999 }

// TestListsAboveAreReadOnce: where an index has little but a list above the root level,
// a question that touches many cells below it is no sign of damage (found by the
// referee: world 1000372).
func TestListsAboveAreReadOnce(t *testing.T) {
	const west, south, east, north = -102.28770216329679, 21.018736443047764, -43.86932218998124, 64.06160335314084
	box := geo.Shape{Type: geo.TypePolygon, Polygons: [][][]geo.Point{{{{Lat: south, Lon: west}, {Lat: south, Lon: east},
		{Lat: north, Lon: east}, {Lat: north, Lon: west}, {Lat: south, Lon: west}}}}}
	for _, p := range []Params{{}, {LeafCost: 4, RootLevel: 9, SieveRows: 256}, {RootLevel: 9, ListMin: 1}} {
		x, err := Build(Zones([]Zone{{Shape: box}}), [32]byte{1}, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, accuracy := range []float64{1, 1000, 10_735, 49_000, 60_000} {
			for _, at := range []geo.Point{{Lat: south, Lon: -45}, {Lat: south, Lon: east}, {Lat: north, Lon: -70}} {
				if hits, err := x.Check(&Query{Shape: geo.PointShape(at, accuracy)}, nil); err != nil || len(hits) != 1 {
					t.Errorf("%+v, %v m round %+v: %v, %v", p, accuracy, at, hits, err)
				}
				if _, err := x.Nearest(at.Lat, at.Lon, 300_000, 3, 0, 0, false); err != nil {
					t.Errorf("%+v, nearest to %+v: %v", p, at, err)
				}
			}
		}
	}
}
