package geo

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The oracle: plain sampling of both readings of every edge, refined by golden section, and winding by azimuths. It
// shares nothing with the search but Karney's geodesics, which the module oracle holds against another translation.

func oracleCurves(a, b Point) []func(t float64) Point {
	line := newShortest(a, b)
	dlon := math.Remainder(b.Lon-a.Lon, 360)
	if math.Abs(b.Lon-a.Lon) == 180 {
		dlon = b.Lon - a.Lon
	}
	return []func(t float64) Point{
		func(t float64) Point { return Point{Lat: a.Lat + t*(b.Lat-a.Lat), Lon: a.Lon + t*dlon} },
		func(t float64) Point { return line.at(t * line.metres) },
	}
}

// leastOf is the least value of f on [0, 1], by n samples and steps of golden section about each local minimum among
// them.
func leastOf(n, steps int, f func(t float64) float64) float64 {
	v := make([]float64, n+1)
	for i := range v {
		v[i] = f(float64(i) / float64(n))
	}
	best := math.Min(v[0], v[n])
	for i := 0; i <= n; i++ {
		if i > 0 && v[i-1] < v[i] || i < n && v[i+1] < v[i] || v[i] > best*1.5+1 {
			continue
		}
		lo, hi := math.Max(0, float64(i-1)/float64(n)), math.Min(1, float64(i+1)/float64(n))
		for range steps {
			m1, m2 := hi-(hi-lo)*0.618033988749895, lo+(hi-lo)*0.618033988749895
			if f(m1) < f(m2) {
				hi = m2
			} else {
				lo = m1
			}
		}
		best = math.Min(best, f((lo+hi)/2))
	}
	return best
}

// oracleDistance is the distance of q from the line, both readings.
func oracleDistance(q Point, line []Point, samples int) float64 {
	best := math.Inf(1)
	for i := 1; i < len(line); i++ {
		for _, c := range oracleCurves(line[i-1], line[i]) {
			best = math.Min(best, leastOf(samples, 60, func(t float64) float64 { return Distance(q, c(t)) }))
		}
	}
	return best
}

// oracleInside winds the azimuths from q to the ring about q, every edge cut into n geodesics.
func oracleInside(q Point, ring []Point, reading, n int) bool {
	sum := 0.0
	for i := 1; i < len(ring); i++ {
		c := oracleCurves(ring[i-1], ring[i])[reading]
		_, last, _ := inverse(q, ring[i-1])
		for k := 1; k <= n; k++ {
			p := c(float64(k) / float64(n))
			_, az, _ := inverse(q, p)
			sum += math.Remainder(az-last, 360)
			last = az
		}
	}
	return math.Abs(sum) > 180
}

// sizes are metres from 1 m to 20 km.
func sizes(t *rapid.T) float64 { return math.Pow(10, rapid.Float64Range(0, 4.3).Draw(t, "log size")) }

// starRing is a ring about a centre: corners at growing azimuths, at 0.3 to 1 of size.
func starRing(t *rapid.T, centre Point, size float64) []Point {
	n := rapid.IntRange(3, 9).Draw(t, "corners")
	turn := rapid.Float64Range(0, 360).Draw(t, "turn")
	var ring []Point
	for i := range n {
		r := size * rapid.Float64Range(0.3, 1).Draw(t, "r")
		ring = append(ring, beside(centre, r, turn-360*float64(i)/float64(n)))
	}
	return append(ring, ring[0])
}

// centres are places with the poles and the antimeridian over-represented.
func centres(t *rapid.T) Point {
	p := places(t)
	switch rapid.IntRange(0, 4).Draw(t, "where") {
	case 0:
		p.Lon = rapid.SampledFrom([]float64{180, -180, 179.999, -179.99, 0}).Draw(t, "seam")
	case 1:
		p.Lat = rapid.Float64Range(-85, 85).Draw(t, "mid")
	}
	return p
}

func checkAgainst(t *rapid.T, what string, got, want float64) {
	under := 1e-3 + 1e-6*want*(1+math.Pow(want/1e6, 4))
	if got > want+1e-6 || got < want-under {
		t.Fatalf("%s: %.6f m, oracle %.6f m: off by %g", what, got, want, got-want)
	}
}

func mustDistance(t *rapid.T, q, s Shape) float64 {
	d, err := DistanceToShape(q, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPointToLineAgainstSampling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		centre, size := centres(t), sizes(t)
		if rapid.IntRange(0, 9).Draw(t, "huge") == 0 {
			size = 2e6
		}
		ring := starRing(t, centre, size)
		q := beside(centre, size*rapid.Float64Range(0, 3).Draw(t, "far"), rapid.Float64Range(0, 360).Draw(t, "azimuth"))
		line := Shape{Type: TypeLineString, Lines: [][]Point{ring[:2]}}
		if line.check() != nil {
			t.Skip("an edge that could go either way round")
		}
		checkAgainst(t, "line", mustDistance(t, PointShape(q, 0), line), oracleDistance(q, ring[:2], 40))
	})
}

func TestPointToPolygonAgainstSampling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		centre, size := centres(t), sizes(t)
		ring := starRing(t, centre, size)
		q := beside(centre, size*rapid.Float64Range(0, 1.5).Draw(t, "far"), rapid.Float64Range(0, 360).Draw(t, "azimuth"))
		shape := Shape{Type: TypePolygon, Polygons: [][][]Point{{ring}}}
		if shape.check() != nil {
			t.Skip("an edge from -180 to 180")
		}
		want := oracleDistance(q, ring, 30)
		if want > 1e-6 && (oracleInside(q, ring, 0, 20) || oracleInside(q, ring, 1, 2)) {
			want = 0
		}
		checkAgainst(t, "polygon", mustDistance(t, PointShape(q, 0), shape), want)
	})
}
