package index

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"sort"
	"strconv"
	"sync"
	"testing"
	"time"

	"truce/geo"
)

// The workload of the benchmarks: 70 % circles of 100 to 2,000 m, 25 % polygons of 5 to 60 vertices and 0.2 to 20 km, 5 %
// corridors of 3 to 20 points and 50 to 500 m; 90 % round 5,000 cities, 10 % anywhere; each with one period. Half the
// questions are near a zone, half anywhere, each about an hour.
type workload struct {
	*rand.Rand
	lat, lon, sigma []float64
	cumulated       []float64
}

func newWorkload(seed uint64) *workload {
	w := &workload{Rand: rand.New(rand.NewPCG(seed, 1))}
	sum := 0.0
	for i := range 5000 {
		lat := w.NormFloat64()*20 + 25
		for lat <= -56 || lat >= 70 {
			lat = w.NormFloat64()*20 + 25
		}
		w.lat, w.lon = append(w.lat, lat), append(w.lon, w.Float64()*360-180)
		w.sigma = append(w.sigma, w.logUniform(6000, 30000))
		if k := i - 1000; k >= 0 && k < 5 { // awkward places, on purpose
			w.lat[i], w.lon[i] = [...]float64{-16.8, 66.5, 90, -90, 0}[k], [...]float64{180, -179.99, 0, 0, 0}[k]
		}
		sum += 1 / math.Sqrt(float64(i+1))
		w.cumulated = append(w.cumulated, sum)
	}
	return w
}

func (w *workload) logUniform(lo, hi float64) float64 {
	return lo * math.Exp(w.Float64()*math.Log(hi/lo))
}

func grid(p geo.Point) geo.Point {
	return geo.Point{Lat: math.Round(p.Lat*1e7) / 1e7, Lon: math.Round(p.Lon*1e7) / 1e7}
}

func (w *workload) anywhere() geo.Point {
	return geo.Point{Lat: math.Asin(2*w.Float64()-1) / degree, Lon: w.Float64()*360 - 180}
}

// zone makes a zone, where it is and its rough size in metres.
func (w *workload) zone() (z Zone, c geo.Point, size float64) {
	c = w.anywhere()
	if w.Float64() < 0.9 {
		k := sort.SearchFloat64s(w.cumulated, w.Float64()*w.cumulated[len(w.cumulated)-1])
		d := w.sigma[k] * math.Hypot(w.NormFloat64(), w.NormFloat64())
		c = step2(geo.Point{Lat: w.lat[k], Lon: w.lon[k]}, d, w.Float64()*2*math.Pi)
	}
	c = grid(c)
	switch u := w.Float64(); {
	case u < 0.70:
		size = math.Round(w.logUniform(100, 2000))
		z.Shape = geo.CircleShape(c, size)
	case u < 0.95:
		size = w.logUniform(100, 10000)
		n, phase := int(math.Round(w.logUniform(5, 60))), w.Float64()*2*math.Pi
		var ring []geo.Point
		for k := range n {
			ring = append(ring, grid(step2(c, size*(0.5+0.5*w.Float64()), phase-2*math.Pi*(float64(k)+0.8*w.Float64())/float64(n))))
		}
		z.Shape = geo.Shape{Type: geo.TypePolygon, Polygons: [][][]geo.Point{{append(ring, ring[0])}}}
	default:
		size = math.Round(w.logUniform(50, 500))
		b, seg, at := w.Float64()*2*math.Pi, w.logUniform(100, 3000), c
		var line []geo.Point
		for range 3 + w.IntN(18) {
			line = append(line, grid(at))
			b += w.NormFloat64() * 0.4
			at = step2(at, seg*(0.5+w.Float64()), b)
		}
		z.Shape = geo.Shape{Type: geo.TypeLineString, Lines: [][]geo.Point{line}, BufferM: size}
		c = line[w.IntN(len(line))]
	}
	from := int64(now) - w.Int64N(400*86_400)*1000
	until := int64(Forever)
	if w.Float64() > 0.3 {
		until = from + (7*86_400+w.Int64N(500*86_400))*1000
	}
	z.Periods = []Period{{from, until}}
	return z, c, size
}

// made is a workload: an index, and questions near zones and anywhere.
type made struct {
	x            *Index
	near, random []PointQuery
	mixed        []PointQuery
	took, cpu    time.Duration
}

const questions = 200_000

func makeWorkload(tb testing.TB, n int, p Params) *made {
	w, ask := newWorkload(42), newWorkload(43)
	m := &made{}
	at := 0
	start, cpu := time.Now(), processorTime()
	x, err := Build(func(yield func(Zone) error) error {
		w, at = newWorkload(42), 0
		for range n {
			z, c, size := w.zone()
			if len(m.near) < questions && ask.IntN(n-at) < questions-len(m.near) {
				c = grid(step2(c, 2*ask.Float64()*size, ask.Float64()*2*math.Pi))
				m.near = append(m.near, PointQuery{Lat: c.Lat, Lon: c.Lon})
			}
			at++
			if err := yield(z); err != nil {
				return err
			}
		}
		return nil
	}, [32]byte{}, p)
	if err != nil {
		tb.Fatal(err)
	}
	m.x, m.took, m.cpu = x, time.Since(start), processorTime()-cpu
	m.finish(ask)
	return m
}

func (m *made) finish(ask *workload) {
	ask.Shuffle(len(m.near), func(i, j int) { m.near[i], m.near[j] = m.near[j], m.near[i] })
	for range questions {
		p := grid(ask.anywhere())
		m.random = append(m.random, PointQuery{Lat: p.Lat, Lon: p.Lon})
	}
	for _, list := range [][]PointQuery{m.near, m.random} {
		for i := range list {
			list[i].From = now - 30*86_400_000 + ask.Int64N(60*86_400_000)
			list[i].Until = list[i].From + 3_600_000
			list[i].OnlyInForce = true
			if i&1 == 0 {
				m.mixed = append(m.mixed, list[i])
			}
		}
	}
	ask.Shuffle(len(m.mixed), func(i, j int) { m.mixed[i], m.mixed[j] = m.mixed[j], m.mixed[i] })
}

var workloads = sync.OnceValue(func() map[string]*made { return map[string]*made{} })

func workloadOf(b *testing.B, n int, p Params) *made {
	key := fmt.Sprint(n, p)
	m := workloads()[key]
	if m == nil {
		m = makeWorkload(b, n, p)
		workloads()[key] = m
		h := m.x.header
		fmt.Printf("%d zones in %v, processor %v: %.1f bytes a zone: leaves %.1f, nodes %.1f, root %.1f, lists and sieve %.1f, records %.1f\n", n, m.took, m.cpu,
			float64(m.x.Size())/float64(n), per(&h, n, secLeaves), per(&h, n, secNodes), per(&h, n, secRoot), per(&h, n, secTops, secSieve),
			per(&h, n, secBases, secOffsets, secRecords, secPeriods))
	}
	return m
}

func per(h *header, n int, secs ...int) float64 {
	sum := 0.0
	for _, s := range secs {
		sum += float64(h.sections[s].length)
	}
	return sum / float64(n)
}

// number reads an environment variable.
func number(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

func BenchmarkAt(b *testing.B) {
	n := number("TRUCE_ZONES", 100_000)
	m := workloadOf(b, n, Params{LeafCost: number("TRUCE_COST", 0), RootLevel: number("TRUCE_ROOT", 0)})
	for _, s := range []struct {
		name string
		list []PointQuery
	}{{"mixed", m.mixed}, {"near", m.near}, {"random", m.random}} {
		b.Run(s.name, func(b *testing.B) { benchmarkAt(b, m.x, s.list) })
		b.Run(s.name+"/batch", func(b *testing.B) { benchmarkBatch(b, m.x, s.list) })
	}
	b.Run("mixed/parallel", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			buf, i := make([]Hit, 0, 64), 0
			for pb.Next() {
				q := &m.mixed[i%len(m.mixed)]
				buf, _ = m.x.At(q.Lat, q.Lon, q.From, q.Until, q.OnlyInForce, buf[:0])
				i += 7
			}
		})
	})
}

func benchmarkAt(b *testing.B, x *Index, list []PointQuery) {
	buf, hits, i := make([]Hit, 0, 64), 0, 0
	cpu := processorTime()
	for b.Loop() {
		q := &list[i]
		if i++; i == len(list) {
			i = 0
		}
		buf, _ = x.At(q.Lat, q.Lon, q.From, q.Until, q.OnlyInForce, buf[:0])
		hits += len(buf)
	}
	b.ReportMetric(float64(processorTime()-cpu)/float64(b.N), "cpu-ns/check")
	b.ReportMetric(float64(hits)/float64(b.N), "hits")
}

func benchmarkBatch(b *testing.B, x *Index, list []PointQuery) {
	hits, cpu := 0, processorTime()
	for b.Loop() {
		x.Batch(list, func(_ int, h []Hit, _ error) { hits += len(h) })
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(list)), "ns/check")
	b.ReportMetric(float64(processorTime()-cpu)/float64(b.N*len(list)), "cpu-ns/check")
	b.ReportMetric(float64(hits)/float64(b.N*len(list)), "hits")
}

// BenchmarkTail reports the slowest checks, the clock included.
func BenchmarkTail(b *testing.B) {
	m := workloadOf(b, number("TRUCE_ZONES", 100_000), Params{LeafCost: number("TRUCE_COST", 0), RootLevel: number("TRUCE_ROOT", 0)})
	buf := make([]Hit, 0, 64)
	took := make([]int64, 0, len(m.mixed))
	for b.Loop() {
		took = took[:0]
		for i := range m.mixed {
			q := &m.mixed[i]
			start := time.Now()
			buf, _ = m.x.At(q.Lat, q.Lon, q.From, q.Until, q.OnlyInForce, buf[:0])
			took = append(took, int64(time.Since(start)))
		}
	}
	sort.Slice(took, func(i, j int) bool { return took[i] < took[j] })
	for _, c := range []struct {
		name string
		part float64
	}{{"p50-ns", 0.5}, {"p99-ns", 0.99}, {"p99.9-ns", 0.999}} {
		b.ReportMetric(float64(took[int(c.part*float64(len(took)-1))]), c.name)
	}
}

// BenchmarkCheck asks for what is within a radius of places near zones.
func BenchmarkCheck(b *testing.B) {
	m := workloadOf(b, number("TRUCE_ZONES", 100_000), Params{})
	for _, radius := range []float64{0, 500, 5000} {
		b.Run(fmt.Sprint(radius, "m"), func(b *testing.B) {
			buf, hits, i, cpu := make([]Hit, 0, 1024), 0, 0, processorTime()
			for b.Loop() {
				p := &m.near[i%len(m.near)]
				q := Query{Shape: geo.PointShape(geo.Point{Lat: p.Lat, Lon: p.Lon}, 10), RadiusM: radius, From: p.From, Until: p.Until, OnlyInForce: true}
				var err error
				if buf, err = m.x.Check(&q, buf[:0]); err != nil {
					b.Fatal(err)
				}
				hits += len(buf)
				i++
			}
			b.ReportMetric(float64(processorTime()-cpu)/float64(b.N), "cpu-ns/check")
			b.ReportMetric(float64(hits)/float64(b.N), "hits")
		})
	}
}
