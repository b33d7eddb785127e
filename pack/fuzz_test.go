package pack

import (
	"bytes"
	"runtime"
	"testing"
	"time"

	"truce"
	"truce/geo"
)

// seeds are a pack, its delta, and a plain list.
func seeds(t testing.TB) (base, next *Pack, delta, list []byte) {
	w := newWorld(3)
	var objects []Object
	for i := range 12 {
		objects = append(objects, w.object(int64(i)))
	}
	objects[3].Parts = append(objects[3].Parts, Part{Shape: geo.Shape{Type: geo.TypeLineString, Lines: [][]geo.Point{{w.point(), w.point()}}, BufferM: 50}, Leg: 2, Name: "route",
		Periods: []Period{{1, 2}, {3, NoEnd}}})
	base = packOf(t, objects, 12, made)
	w.change(&objects[5], 12)
	next = packOf(t, append(objects[1:], w.object(13)), 14, made)
	delta, err := Diff(base, next)
	if err != nil {
		t.Fatal(err)
	}
	list, err = Make(Contents{Header: Header{Source: FromFile, Origin: "list"}, MadeAt: made, Objects: objects}, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	return base, next, delta, list
}

// sealed is data as a file whose checksum matches, so that a fuzzer comes past it.
func sealed(data []byte) []byte {
	return seal(bytes.Clone(data))
}

// use asks everything of a pack that was opened.
func use(t *testing.T, p *Pack, limit int) {
	if p.Len() > limit {
		t.Fatalf("%d objects in %d bytes", p.Len(), limit)
	}
	for i := range p.Len() {
		o := p.Object(i)
		for k := range o.Parts {
			_ = o.Parts[k].Shape.NumVertices()
		}
	}
	_, err := p.Check(Query{Shape: geo.PointShape(geo.Point{Lat: 36.2, Lon: 37.1}, 0), RadiusM: 1000}, made)
	if err != nil && truce.CodeOf(err) == truce.CodeInternal {
		t.Fatal(err)
	}
}

func FuzzOpen(f *testing.F) {
	base, _, _, list := seeds(f)
	for _, data := range [][]byte{base.Bytes(), list, list[:40], nil, []byte(magicPack)} {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, d := range [][]byte{data, sealed(data)} {
			p, err := Open(d, "")
			if err == nil {
				use(t, p, len(d)*MaxRatio+ratioFloor)
			}
			_, _ = ReadHeader(d)
		}
	})
}

// FuzzContent comes past frame, header and compression.
func FuzzContent(f *testing.F) {
	base, next, _, _ := seeds(f)
	f.Add(base.content)
	f.Add(next.content)
	f.Fuzz(func(t *testing.T, content []byte) {
		tables, err := decode(string(content), nil)
		if err != nil {
			return
		}
		use(t, &Pack{Header: base.Header, tables: *tables}, len(content))
		var all []Object
		for i := range tables.len() {
			all = append(all, tables.object(i))
		}
		again, err := encoded(all)
		if err != nil {
			return // such as a version without its id
		}
		back, err := decode(string(again), nil)
		if err != nil || back.len() != tables.len() {
			t.Fatal("what was read cannot be read again:", err)
		}
	})
}

func FuzzApply(f *testing.F) {
	base, _, delta, _ := seeds(f)
	file, err := unmarshal(delta, magicDelta)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(delta, file.body)
	f.Fuzz(func(t *testing.T, data, body []byte) {
		_, _ = Apply(base, data, "")
		_, _ = Apply(base, sealed(data), "")
		_, _ = patch(base, body)
	})
}

func FuzzGeoJSON(f *testing.F) {
	f.Add([]byte(someList))
	f.Add([]byte(`{"type":"Feature","id":7,"properties":{"name":["x"],"from":"2016","until":"2015","radius_m":"7"},"geometry":{"type":"Point","coordinates":[1,2]}}`))
	f.Add([]byte(`{"type":"Feature","properties":{"buffer_m":1e300},"geometry":{"type":"LineString","coordinates":[[179,89],[-179,90]]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		objects, list, err := listed(data)
		if err != nil || list.Count == 0 {
			return
		}
		made, err := Make(Contents{Header: Header{Source: FromFile, Origin: "f"}, MadeAt: time.Unix(0, 0), Objects: objects}, nil, "")
		if err != nil {
			t.Fatal(err)
		}
		p, err := Open(made, "")
		if err != nil || p.Len() != list.Count {
			t.Fatal("a list does not become a pack:", err)
		}
		use(t, p, len(data))
	})
}

// A file of a few bytes cannot ask for a lot of memory, and says so before it is taken.
func TestBombs(t *testing.T) {
	zeros := make([]byte, 64<<20)
	method, body, err := compress(zeros)
	if err != nil || len(body) < len(zeros)/MaxRatio || len(body) > len(zeros)/MaxRatio+8 {
		t.Fatal("what compresses well is not filled up", len(body), err)
	}
	if back, err := decompress(method, body, uint64(len(zeros))); err != nil || !bytes.Equal(back, zeros) {
		t.Fatal("what was filled up is not read:", err)
	}
	small, err := frame(zeros)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []uint64{uint64(len(zeros)), 1 << 62, uint64(len(small)), 0} {
		before := allocated()
		if _, err := decompress(compressed, small, size); truce.CodeOf(err) != truce.CodeTampered {
			t.Errorf("%d bytes that unpack to %d: %v", len(small), size, err)
		}
		if took := allocated() - before; took > 8<<20 {
			t.Errorf("%d bytes took %d of memory", len(small), took)
		}
	}
}

// What a pack takes in memory is bounded by its length, also where it is made of the smallest objects that there are.
func TestMemoryIsBounded(t *testing.T) {
	b := NewBuilder()
	for i := range 200_000 {
		o := Object{ID: string(rune('a' + i%26)), Status: truce.Actual, First: int64(i), Entry: int64(i)}
		if i%2 == 0 {
			o.Parts = []Part{{Shape: geo.PointShape(geo.Point{Lat: float64(i % 2), Lon: 1}, 0), Leg: -1}}
		}
		if err := b.Add(&o); err != nil {
			t.Fatal(err)
		}
	}
	data, err := b.Make(Contents{Header: Header{Source: FromFile, Origin: "small"}, MadeAt: made}, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	before := allocated()
	p, err := Open(data, "")
	if err != nil {
		t.Fatal(err)
	}
	took := allocated() - before
	t.Logf("%d bytes, content of %d: %d bytes of memory", len(data), p.Header.Bytes, took)
	if took > 100*uint64(len(data)) {
		t.Errorf("%d bytes took %d of memory", len(data), took)
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}
