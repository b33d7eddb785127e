package index

import (
	"encoding/binary"
	"hash/crc32"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"truce"
	"truce/geo"
)

// small is an index with a little of everything.
var small = sync.OnceValue(func() []byte {
	w := newWorld(41)
	zones := append(w.zones(80, 20, 20_000), w.zones(20, 1e5, 2e6)...)
	x, err := Build(Zones(zones), [32]byte{1}, Params{RootLevel: 6, LeafCost: 3})
	if err != nil {
		panic(err)
	}
	return x.Bytes()
})

// ask puts every kind of question to an index that may be damaged. Whatever is wrong must be an error.
func ask(t *testing.T, x *Index, seed uint64) {
	w := newWorld(seed)
	var points []PointQuery
	for range 60 {
		p := w.centre(20_000)
		points = append(points, PointQuery{Lat: p.Lat, Lon: p.Lon, From: now, Until: now + w.Int64N(1e9)})
	}
	told := func(err error) {
		if err != nil && truce.CodeOf(err) != truce.CodeTampered {
			t.Fatalf("%v", err)
		}
	}
	x.Batch(points, func(i int, hits []Hit, err error) {
		told(err)
		p := points[i]
		one, err1 := x.At(p.Lat, p.Lon, p.From, p.Until, false, nil)
		if (err == nil) != (err1 == nil) || !slices.Equal(hits, one) {
			t.Fatalf("%v %v, alone %v %v", hits, err, one, err1)
		}
	})
	for _, p := range points[:2] {
		q := Query{Shape: geo.CircleShape(geo.Point{Lat: p.Lat, Lon: p.Lon}, 1000), RadiusM: 300, From: p.From}
		_, err := x.Check(&q, nil)
		told(err)
	}
	for i := range min(x.Zones(), 100) {
		_, err := x.Shape(uint32(i))
		told(err)
		_, err = x.Periods(uint32(i))
		told(err)
	}
}

// FuzzDamaged alters a good index and mends the checksum of its header.
func FuzzDamaged(f *testing.F) {
	n := uint32(len(small()))
	for i := range uint32(60) {
		f.Add(n/60*i+i%8, uint64(1)<<(i%64), uint32(512+8*i), ^uint64(0), n)
	}
	f.Add(uint32(72), uint64(1)<<40, uint32(80), uint64(7), n)
	f.Add(uint32(0), uint64(0), uint32(0), uint64(0), n-1)
	f.Fuzz(func(t *testing.T, at uint32, change uint64, at2 uint32, change2 uint64, size uint32) {
		data := slices.Clone(small()[:min(n, size)])
		for _, c := range []struct {
			at     uint32
			change uint64
		}{{at, change}, {at2, change2}} {
			if k := int(c.at); k+8 <= len(data) {
				binary.LittleEndian.PutUint64(data[k:], binary.LittleEndian.Uint64(data[k:])^c.change)
			}
		}
		if len(data) >= headerBytes {
			binary.LittleEndian.PutUint32(data[headerSum:], crc32.Checksum(data[:headerSum], castagnoli))
		}
		x, err := Open(data, [32]byte{1})
		if err != nil {
			return
		}
		x.header.zones = min(x.header.zones, 1<<20)
		ask(t, x, change)
	})
}

func TestOpenRefuses(t *testing.T) {
	good := small()
	if _, err := Open(good, [32]byte{2}); truce.CodeOf(err) != truce.CodeConflict {
		t.Errorf("another key: %v", err)
	}
	for _, n := range []int{0, 7, headerBytes - 1, headerBytes, len(good) / 2, len(good) - 1} {
		if _, err := Open(good[:n], [32]byte{1}); truce.CodeOf(err) != truce.CodeTampered {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	for k := 0; k < 8*headerBytes; k += 7 {
		data := slices.Clone(good)
		data[k/8] ^= 1 << (k % 8)
		if _, err := Open(data, [32]byte{1}); err == nil {
			t.Errorf("bit %d of the header altered: taken", k)
		}
	}
	for k := headerBytes; k < len(good)-len(magic); k += 9973 {
		data := slices.Clone(good)
		data[k] ^= 4
		x, err := Open(data, [32]byte{1})
		if err != nil {
			t.Fatal(err)
		}
		inside := slices.ContainsFunc(x.sections[:], func(s section) bool { return uint64(k) >= s.offset && uint64(k) < s.offset+s.length })
		if (x.Verify() != nil) != inside {
			t.Errorf("byte %d altered: %v", k, x.Verify())
		}
	}
}

// FuzzRecord reads any bytes as a record: never more is made of them than they have room for.
func FuzzRecord(f *testing.F) {
	w := newWorld(5)
	for _, z := range w.zones(60, 1, 1e6) {
		f.Add(appendRecord(nil, &z, periodRef{3, len(z.Periods)}))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := reader{in: data}
		r.begin()
		s := r.shape()
		if n := s.NumVertices(); n > 2*len(data)+1 {
			t.Fatalf("%d vertices from %d bytes", n, len(data))
		}
		if !r.bad && s.Check() == nil {
			if z := (Zone{Shape: s}); !sameShape(&s, readAgain(&z)) {
				t.Fatalf("%v is read as %v", s, readAgain(&z))
			}
		}
	})
}

func readAgain(z *Zone) *geo.Shape {
	r := reader{in: appendRecord(nil, z, periodRef{})}
	r.begin()
	s := r.shape()
	return &s
}

func sameShape(a, b *geo.Shape) bool {
	var p, q []geo.Point
	eachPoint(a, func(x geo.Point) { p = append(p, x) })
	eachPoint(b, func(x geo.Point) { q = append(q, x) })
	return a.Type == b.Type && a.ExtentM() == b.ExtentM() && slices.Equal(p, q)
}

func TestRecordsAreExact(t *testing.T) {
	w := newWorld(51)
	for _, z := range w.zones(500, 0.1, 1e6) {
		for _, round := range []float64{0, 1e5, 1e7, 1e9} {
			if round > 0 {
				z.Shape = rounded(z.Shape, round)
			}
			if got := readAgain(&z); z.Shape.Check() == nil && !sameShape(got, &z.Shape) {
				t.Fatalf("%v is read as %v", z.Shape, got)
			}
		}
	}
	for _, p := range []Period{{Always, Forever}, {0, 1}, {-5000, Forever}, {Always, math.MinInt64 + 1}, {1, math.MaxInt64 - 1}, {math.MinInt64 + 1, math.MaxInt64 - 1}} {
		x := build(t, []Zone{{Shape: geo.CircleShape(geo.Point{}, 5), Periods: []Period{p}}}, Params{})
		if got, err := x.Periods(0); err != nil || !slices.Equal(got, []Period{p}) {
			t.Errorf("%v is read as %v, %v", p, got, err)
		}
	}
}

func rounded(s geo.Shape, k float64) geo.Shape {
	list := func(points []geo.Point) {
		for i, p := range points {
			points[i] = geo.Point{Lat: math.Round(p.Lat*k) / k, Lon: math.Round(p.Lon*k) / k}
		}
	}
	list(s.Points)
	for _, line := range s.Lines {
		list(line)
	}
	for _, rings := range s.Polygons {
		for _, ring := range rings {
			list(ring)
		}
	}
	return s
}

// TestReplaced: many ask while the index is replaced; every answer is that of one index or the other.
func TestReplaced(t *testing.T) {
	p := geo.Point{Lat: 36.2, Lon: 37.1}
	one := build(t, []Zone{{Shape: geo.CircleShape(p, 100)}}, Params{})
	two := build(t, []Zone{{Shape: geo.CircleShape(p, 100)}, {Shape: geo.PointShape(p, 20)}}, Params{LeafCost: 1})
	var index atomic.Pointer[Index]
	index.Store(one)
	var wg sync.WaitGroup
	for k := range 4 {
		wg.Go(func() {
			for n := range 2000 {
				if k == 0 {
					index.Store([]*Index{one, two}[n&1])
					continue
				}
				x := index.Load()
				hits, err := x.At(p.Lat, p.Lon, now, now, false, nil)
				if err != nil || len(hits) != x.Zones() {
					t.Errorf("%v, %v of %d", hits, err, x.Zones())
				}
				near, err := x.Nearest(p.Lat+0.001, p.Lon, 500, 3, now, now, true)
				if n%100 == 0 && (err != nil || len(near) != x.Zones()) {
					t.Errorf("%v, %v of %d", near, err, x.Zones())
				}
			}
		})
	}
	wg.Wait()
}
