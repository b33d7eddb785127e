package index

import (
	"math"
	"math/rand/v2"
	"testing"

	"truce/geo"
)

// world makes random zones and questions, from a seed.
type world struct {
	*rand.Rand
	centres []geo.Point
}

func newWorld(seed uint64) *world {
	w := &world{Rand: rand.New(rand.NewPCG(seed, 7))}
	w.centres = []geo.Point{
		{Lat: 36.2, Lon: 37.15}, {Lat: 90}, {Lat: -90}, {Lat: -16.8, Lon: 180}, {Lat: 66.5, Lon: -179.99}, {}, {Lat: 35.2643896827547, Lon: 45},
		{Lat: 35.45, Lon: -45}, {Lat: 10, Lon: 45}, {Lat: 45.19, Lon: 0}, {Lat: -45.19, Lon: 90}, {Lat: 89.99, Lon: 12}, {Lat: 60, Lon: 10},
	}
	return w
}

// step goes metres from p, on a sphere: near enough to aim.
func step2(p geo.Point, metres, bearing float64) geo.Point {
	const r = 6371008.8
	a := metres / r
	sf, cf := math.Sincos(p.Lat * degree)
	sa, ca := math.Sincos(a)
	sb, cb := math.Sincos(bearing)
	s := sf*ca + cf*sa*cb
	lat := math.Asin(math.Max(-1, math.Min(1, s))) / degree
	lon := p.Lon + math.Atan2(sb*sa*cf, ca-sf*s)/degree
	return geo.Point{Lat: lat, Lon: math.Max(-180, math.Min(180, math.Remainder(lon, 360)))}
}

func (w *world) logUniform(lo, hi float64) float64 { return lo * math.Exp(w.Float64()*math.Log(hi/lo)) }

func (w *world) centre(spread float64) geo.Point {
	if w.IntN(10) == 0 {
		return geo.Point{Lat: math.Asin(2*w.Float64()-1) / degree, Lon: w.Float64()*360 - 180}
	}
	return step2(w.centres[w.IntN(len(w.centres))], spread*math.Abs(w.NormFloat64()), w.Float64()*2*math.Pi)
}

// ring is a star round c of a radius in metres, anticlockwise.
func (w *world) ring(c geo.Point, radius float64, n int) []geo.Point {
	var ring []geo.Point
	phase := w.Float64() * 2 * math.Pi
	for k := range n {
		ring = append(ring, step2(c, radius*(0.5+0.5*w.Float64()), phase-2*math.Pi*(float64(k)+0.8*w.Float64())/float64(n)))
	}
	return append(ring, ring[0])
}

// shape is a random shape of about a size in metres near c.
func (w *world) shape(c geo.Point, size float64) geo.Shape {
	switch w.IntN(8) {
	case 0:
		return geo.PointShape(c, math.Round(size/10))
	case 1:
		return geo.PointShape(c, 0)
	case 2:
		return geo.CircleShape(c, math.Min(size, 9e5))
	case 3:
		var line []geo.Point
		at, b := c, w.Float64()*2*math.Pi
		for range 2 + w.IntN(9) {
			line = append(line, at)
			b += w.NormFloat64() * 0.6
			at = step2(at, size*(0.1+w.Float64()/3), b)
		}
		return geo.Shape{Type: geo.TypeLineString, Lines: [][]geo.Point{line}, BufferM: math.Round(size / 20 * w.Float64())}
	case 4:
		hole := w.ring(c, size*0.45, 3+w.IntN(9))
		return geo.Shape{Type: geo.TypePolygon, Polygons: [][][]geo.Point{{w.ring(c, size, 12+w.IntN(9)), hole}}}
	case 5:
		var many [][][]geo.Point
		for range 1 + w.IntN(4) {
			many = append(many, [][]geo.Point{w.ring(step2(c, size*w.Float64()*2, w.Float64()*7), size/2, 3+w.IntN(9))})
		}
		return geo.Shape{Type: geo.TypeMultiPolygon, Polygons: many}
	case 6:
		h := size / 111e3
		p := geo.Point{Lat: math.Max(-89, math.Min(89, c.Lat)), Lon: math.Max(-170, math.Min(170, c.Lon))}
		h = math.Min(h, 9)
		return geo.Shape{Type: geo.TypePolygon, Polygons: [][][]geo.Point{{{
			{Lat: math.Max(-90, p.Lat-h), Lon: p.Lon - h}, {Lat: math.Max(-90, p.Lat-h), Lon: p.Lon + h}, {Lat: math.Min(90, p.Lat+h), Lon: p.Lon + h},
			{Lat: math.Min(90, p.Lat+h), Lon: p.Lon - h}, {Lat: math.Max(-90, p.Lat-h), Lon: p.Lon - h},
		}}}}
	}
	return geo.Shape{Type: geo.TypePolygon, Polygons: [][][]geo.Point{{w.ring(c, size, 3+w.IntN(40))}}}
}

const now = 1_800_000_000_000

func (w *world) periods() []Period {
	from := now - w.Int64N(400*86_400_000)
	switch w.IntN(5) {
	case 0:
		return nil
	case 1:
		return []Period{{from, Forever}}
	case 2:
		return []Period{{Always, from}}
	case 3:
		var daily []Period
		for d := range int64(1 + w.IntN(300)) {
			daily = append(daily, Period{from + d*86_400_000, from + d*86_400_000 + 3*3_600_000})
		}
		return daily
	}
	return []Period{{from, from + 1 + w.Int64N(500*86_400_000)}}
}

// zones are n valid zones, sizes in metres between lo and hi.
func (w *world) zones(n int, lo, hi float64) []Zone {
	var list []Zone
	for len(list) < n {
		size := w.logUniform(lo, hi)
		z := Zone{Shape: w.shape(w.centre(3*size), size), Periods: w.periods()}
		if z.Shape.Check() == nil {
			list = append(list, z)
		}
	}
	return list
}

// question is a place near a zone: in it, on a vertex, or near its edge.
func (w *world) question(z *Zone) geo.Point {
	var points []geo.Point
	eachPoint(&z.Shape, func(p geo.Point) { points = append(points, p) })
	p := points[w.IntN(len(points))]
	off := [...]float64{0, 0.0005, 0.001, 0.01, 0.1, 1, 5, 50, 500, 5000}[w.IntN(10)]
	switch w.IntN(4) {
	case 0: // beside a vertex
	case 1: // between two, in longitude and latitude
		k := w.IntN(len(points))
		q := points[(k+1)%len(points)]
		if math.Abs(points[k].Lon-q.Lon) < 180 {
			t := w.Float64()
			p = geo.Point{Lat: points[k].Lat + t*(q.Lat-points[k].Lat), Lon: points[k].Lon + t*(q.Lon-points[k].Lon)}
		}
	case 2: // at the extent
		p = step2(p, z.Shape.ExtentM()*(1+(w.Float64()-0.5)/100), w.Float64()*2*math.Pi)
	case 3:
		return step2(p, 30_000*w.Float64()*w.Float64(), w.Float64()*2*math.Pi)
	}
	p = step2(p, off*w.Float64(), w.Float64()*2*math.Pi)
	return p
}

func build(t testing.TB, zones []Zone, p Params) *Index {
	t.Helper()
	x, err := Build(Zones(zones), [32]byte{1}, p)
	if err != nil {
		t.Fatal(err)
	}
	return x
}
