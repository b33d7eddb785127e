package index

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"truce/geo"
)

func polygon(rings ...[]geo.Point) geo.Shape {
	return geo.Shape{Type: geo.TypePolygon, Polygons: [][][]geo.Point{rings}}
}

// lonLats makes a closed ring of lon, lat pairs.
func lonLats(v ...float64) []geo.Point {
	var out []geo.Point
	for i := 0; i < len(v); i += 2 {
		out = append(out, geo.Point{Lon: v[i], Lat: v[i+1]})
	}
	return append(out, out[0])
}

func box(w, s, e, n float64) []geo.Point { return lonLats(w, s, e, s, e, n, w, n) }

// parallel is a ring along a latitude.
func parallel(lat float64, n int) []geo.Point {
	var ring []geo.Point
	for k := range n {
		ring = append(ring, geo.Point{Lat: lat, Lon: -180 + 360*float64(k)/float64(n)})
	}
	return append(ring, ring[0])
}

func huge() []geo.Shape {
	var rim []geo.Point // of all but a strip along the antimeridian
	for _, c := range [][4]float64{{-170, -85, 170, -85}, {170, -85, 170, 85}, {170, 85, -170, 85}, {-170, 85, -170, -85}} {
		for k := range 18 {
			t := float64(k) / 18
			rim = append(rim, geo.Point{Lon: c[0] + t*(c[2]-c[0]), Lat: c[1] + t*(c[3]-c[1])})
		}
	}
	return []geo.Shape{
		polygon(append(rim, rim[0])),
		polygon(lonLats(-90, -80, 0, -80, 90, -80, 90, 80, 0, 80, -90, 80)), // half the world
		polygon(parallel(80, 12)),
		polygon(parallel(-60, 36), parallel(-75, 24)),
		polygon(parallel(0, 24)),                                           // a hemisphere
		polygon(lonLats(0, 80, 180, 80, 180, 85, 0, 85)),                   // its geodesic edges run over the pole
		polygon(lonLats(-180, -90, 180, -90, 180, -75, 0, -70, -180, -75)), // cut as RFC 7946 says
		polygon(box(-20, 5, 40, 65), box(0, 20, 20, 40), box(22, 20, 30, 40)),
		polygon(box(170, -30, -150, 20)),
		polygon(box(44, -1, 46, 1)), // a face's edge
		polygon(box(-1, -1, 1, 1), box(-0.5, -0.5, 0.5, 0.5)),
		polygon(lonLats(45, 35.26, 45.5, 35.5, 44.6, 35.6)),          // a corner of the cube
		polygon(lonLats(10, 10, 10.0000001, 40, 10.0000002, 10)),     // a sliver
		polygon(lonLats(50, 10, 51, 11, 51, 10, 50, 11)),             // crosses itself
		polygon(append(box(60, 10, 62, 12), box(60, 10, 62, 12)...)), // goes round twice
		polygon(lonLats(70, 10, 71, 10, 71, 10, 72, 10, 71, 11)),     // repeated positions
		polygon(lonLats(80, 10, 81, 10, 80, 10)),                     // no area
		geo.CircleShape(geo.Point{Lat: 89.99, Lon: 12}, 1e6),
		geo.CircleShape(geo.Point{Lon: 180}, 9.9e5),
		{Type: geo.TypeMultiPoint, Points: []geo.Point{{Lat: 1, Lon: 1}, {Lat: -90}, {Lat: 5, Lon: 180}}, AccuracyM: 700},
		{Type: geo.TypeMultiLineString, Lines: [][]geo.Point{{{Lat: 89, Lon: 0}, {Lat: 89, Lon: 180}}, {{Lat: -5, Lon: 170}, {Lat: 5, Lon: -170}}}, BufferM: 5000},
		{Type: geo.TypeLineString, Lines: [][]geo.Point{{{Lat: 50, Lon: -10}, {Lat: 50, Lon: 60}}}},
		{Type: geo.TypeLineString, Lines: [][]geo.Point{{{Lat: 10, Lon: 30}, {Lat: 10, Lon: 30}, {Lat: 60, Lon: 30}}}, BufferM: 1e6},
	}
}

// TestHugeAndOdd: continents, hemispheres, rings round poles, and shapes that nobody should draw.
func TestHugeAndOdd(t *testing.T) {
	w := newWorld(61)
	for i, s := range huge() {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			zones := append([]Zone{{Shape: s}}, w.zones(12, 100, 3e5)...)
			o := newOracle(t, zones)
			for _, p := range []Params{{}, {RootLevel: 8, LeafCost: 2, ListMin: 1}} {
				x := build(t, zones, p)
				hits := 0
				for k := range few(90) {
					at := w.question(&zones[0])
					if k%2 == 0 {
						at = w.anywhere()
					}
					got, err := x.At(at.Lat, at.Lon, now, now, true, nil)
					want := o.at(t, at, now, now, true)
					if err != nil || !slices.Equal(got, want) {
						t.Fatalf("%v: got %v %v, want %v", at, got, err, want)
					}
					if len(want) > 0 && want[0].Zone == 0 {
						hits++
					}
				}
				if hits == 0 {
					t.Error("never hit")
				}
			}
		})
	}
}

func (w *world) anywhere() geo.Point {
	return geo.Point{Lat: math.Asin(2*w.Float64()-1) / degree, Lon: w.Float64()*360 - 180}
}

// TestSame: a place, and the zones of it, many times over.
func TestSame(t *testing.T) {
	w := newWorld(71)
	c := geo.Point{Lat: 36.2, Lon: 37.1}
	var zones []Zone
	for k := range 1000 {
		zones = append(zones, Zone{Shape: geo.CircleShape(c, 500), Periods: []Period{{int64(k), int64(k) + 1000}}})
	}
	ring := w.ring(c, 400, 9)
	for range 1000 {
		zones = append(zones, Zone{Shape: polygon(ring)}, Zone{Shape: geo.PointShape(c, 0)})
	}
	x, o := build(t, zones, Params{}), newOracle(t, zones)
	for range 8 {
		p := step2(c, 600*w.Float64(), 7*w.Float64())
		got, err := x.At(p.Lat, p.Lon, 1500, 1500, false, nil)
		if want := o.at(t, p, 1500, 1500, false); err != nil || !slices.Equal(got, want) {
			t.Fatalf("%v: got %d, %v, want %d", p, len(got), err, len(want))
		}
	}
	if got, err := x.At(c.Lat, c.Lon, 1500, 1500, true, nil); err != nil || len(got) != 499+2000 {
		t.Errorf("at the centre: %d, %v", len(got), err)
	}
}

// TestTimeEdges: instants and periods at the very ends of periods.
func TestTimeEdges(t *testing.T) {
	p := geo.Point{Lat: 10, Lon: 10}
	var daily []Period
	for d := range int64(365) {
		daily = append(daily, Period{now + d*86_400_000, now + d*86_400_000 + 3*3_600_000})
	}
	zones := []Zone{
		{Shape: geo.CircleShape(p, 9), Periods: daily},
		{Shape: geo.CircleShape(p, 9), Periods: []Period{{now, now + 1}}},
		{Shape: geo.CircleShape(p, 9), Periods: []Period{{Always, now}}},
		{Shape: geo.CircleShape(p, 9), Periods: []Period{{now, Forever}}},
		{Shape: geo.CircleShape(p, 9)},
		{Shape: geo.CircleShape(p, 9), Periods: []Period{{-62_135_596_800_000, 253_402_300_799_999}}},
	}
	x := build(t, zones, Params{})
	day, hour := int64(86_400_000), int64(3_600_000)
	for _, from := range []int64{Always, Always + 1, -62_135_596_800_001, -1, 0, now - 1, now, now + 1, now + 3*hour - 1, now + 3*hour, now + 3*hour + 1, now + day - 1,
		now + day, now + 200*day + 2*hour, now + 200*day + 4*hour, now + 364*day + 3*hour - 1, now + 364*day + 3*hour, 253_402_300_799_999, Forever - 1, Forever} {
		for _, long := range []int64{-5, 0, 1, 2, hour, 22 * hour, 500 * day} {
			until := from + long
			if from > 0 && long > 0 && until < from {
				until = Forever
			}
			hits, err := x.At(p.Lat, p.Lon, from, until, false, nil)
			if err != nil || len(hits) != len(zones) {
				t.Fatalf("%d: %v, %v", from, hits, err)
			}
			for i, h := range hits {
				a := x.asked(from, until, false)
				if want := stateAt(zones[i].Periods, a.from, a.until); h.State != want {
					t.Errorf("zone %d from %d for %d: %v, want %v", i, from, long, h.State, want)
				}
			}
		}
	}
}

// FuzzAt makes zones and questions from numbers, and compares with package geo.
func FuzzAt(f *testing.F) {
	for k := range uint64(8) {
		f.Add(k, float64(k), 36.2, 37.1, int64(now))
	}
	f.Fuzz(func(t *testing.T, seed uint64, size, lat, lon float64, from int64) {
		if !(geo.Point{Lat: lat, Lon: lon}).Valid() || !(math.Abs(size) < 14) {
			return
		}
		w := newWorld(seed)
		size = math.Exp(math.Abs(size))
		var zones []Zone
		for range 6 {
			z := Zone{Shape: w.shape(geo.Point{Lat: lat, Lon: lon}, size), Periods: w.periods()}
			if z.Shape.Check() == nil {
				zones = append(zones, z)
			}
		}
		if len(zones) == 0 {
			return
		}
		x, o := build(t, zones, Params{LeafCost: 1 + int(seed%7)}), newOracle(t, zones)
		for range 20 {
			p := w.question(&zones[w.IntN(len(zones))])
			got, err := x.At(p.Lat, p.Lon, from, from, false, nil)
			if want := o.at(t, p, from, from, false); err != nil || !slices.Equal(got, want) {
				t.Fatalf("%v: got %v %v, want %v", p, got, err, want)
			}
		}
	})
}

// TestSmallerThanAQuantum: outlines that shrink to one place in a leaf's integers are still there.
func TestSmallerThanAQuantum(t *testing.T) {
	w := newWorld(91)
	for range 40 {
		c := w.centre(20_000)
		ring := w.ring(c, 0.4, 3+w.IntN(9))
		zones := []Zone{{Shape: polygon(ring)}, {Shape: polygon(w.ring(c, 300, 9), ring)}}
		x, o := build(t, zones, Params{RootLevel: 6}), newOracle(t, zones)
		for range 20 {
			p := step2(c, w.logUniform(0.01, 2), 7*w.Float64())
			got, err := x.At(p.Lat, p.Lon, now, now, false, nil)
			if want := o.at(t, p, now, now, false); err != nil || !slices.Equal(got, want) {
				t.Fatalf("%v: got %v %v, want %v", p, got, err, want)
			}
		}
	}
}

// TestBetweenReadings: places between the straight and the geodesic reading of long edges, in cells that the edge itself
// is not in.
func TestBetweenReadings(t *testing.T) {
	w := newWorld(92)
	for _, lat := range []float64{60, -60, 45, 70} {
		zones := []Zone{{Shape: polygon(box(10, lat-4, 14, lat))}, {Shape: polygon(box(9, lat-5, 15, lat+5), box(10, lat-4, 14, lat))}}
		o := newOracle(t, zones)
		for _, p := range []Params{{RootLevel: 8}, {RootLevel: 6, LeafCost: 1}, {RootLevel: 9}} {
			x := build(t, zones, p)
			for range 300 {
				at := geo.Point{Lat: lat - 4*float64(w.IntN(2)) + 0.02*w.Float64()*math.Copysign(1, lat), Lon: 10 + 4*w.Float64()}
				got, err := x.At(at.Lat, at.Lon, now, now, false, nil)
				if want := o.at(t, at, now, now, false); err != nil || !slices.Equal(got, want) {
					t.Fatalf("%+v: %v: got %v %v, want %v", p, at, got, err, want)
				}
			}
		}
	}
}

// TestBesideTheCell: places between the readings of a long edge that runs along the cell's side, outside it, farther than
// outlines are kept where bands are narrow.
func TestBesideTheCell(t *testing.T) {
	w := newWorld(94)
	for level := 6; level <= 9; level++ {
		for range few(18) {
			v := float64(w.IntN(1<<level/4)+1<<level*5/8) / float64(uint32(1)<<level) // of a side, from 0.25 to 0.75
			side := surface(ray(0, 0, 2*v-1)).place().Lat
			lat := side - w.logUniform(100, 1200)/111_000
			half := 1.25 / math.Cos(lat*degree) // 280 km in all
			zones := []Zone{{Shape: polygon(box(-half, lat-2, half, lat))}, {Shape: polygon(box(-half, lat, half, lat+2))}}
			x, o := build(t, zones, Params{RootLevel: max(6, level), LeafCost: 1 << 10}), newOracle(t, zones)
			for range 40 {
				at := geo.Point{Lat: side + 0.012*w.Float64(), Lon: 0.5 * w.NormFloat64()}
				got, err := x.At(at.Lat, at.Lon, now, now, false, nil)
				if want := o.at(t, at, now, now, false); err != nil || !slices.Equal(got, want) {
					t.Fatalf("level %d: %v, edge at %v: got %v %v, want %v", level, at, lat, got, err, want)
				}
			}
		}
	}
}
