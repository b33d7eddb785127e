package index

import (
	"math"
	"testing"

	"truce/geo"
)

// open is an index that has nothing but a sieve.
func (s *sieve) open() *Index {
	x := &Index{rate: sieveRate(s.rows), rowBytes: uint8(math.Log2(float64(s.rows))) + 1}
	for _, w := range s.words {
		for k := range 8 {
			x.sieve = append(x.sieve, byte(w>>(8*k)))
		}
	}
	return x
}

// TestSieve: whatever is in a ball passes, to its very edge, in the fine sieve and the coarser ones.
func TestSieve(t *testing.T) {
	w := newWorld(91)
	for range few(120) {
		c, r := w.centre(100_000), w.logUniform(0.01, 250_000)
		b := ball{ecef(geo.Point{Lat: c.Lat, Lon: c.Lon}), chordAbove(r)}
		if w.IntN(3) == 0 { // of a long strip: its middle is below the surface
			other := step2(c, r/2, w.Float64()*7)
			s := strip{a: ecef(c), b: ecef(other)}
			b = s.ball(chordAbove(r))
		}
		fine := newSieve(1024)
		fine.ball(b)
		for _, s := range []*sieve{fine, fine.coarser(256)} {
			x := s.open()
			for range 200 {
				p := step2(c, r*(1.004-math.Abs(w.NormFloat64())/20), w.Float64()*7)
				if ecef(p).distance(b.centre) <= b.radius && !x.passes(p.Lat, p.Lon) {
					t.Fatalf("%v is in a ball of %v m round %v and does not pass", p, b.radius, c)
				}
			}
		}
	}
}

// TestSieveHolds: a sieve keeps back what is far from everything.
func TestSieveHolds(t *testing.T) {
	w := newWorld(92)
	zones := w.zones(300, 10, 2000)
	passed := 0
	x := build(t, zones, Params{})
	for range 10_000 {
		p := geo.Point{Lat: math.Asin(2*w.Float64()-1) / degree, Lon: w.Float64()*360 - 180}
		if x.passes(p.Lat, p.Lon) {
			passed++
		}
	}
	if passed > 100 {
		t.Errorf("%d places of 10,000 pass, where there are 300 small zones", passed)
	}
}
