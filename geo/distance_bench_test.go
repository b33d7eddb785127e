package geo

import "testing"

// BenchmarkWithin is a linear scan: most shapes are told to be far by their balls, one is near.
func BenchmarkWithin(b *testing.B) {
	centre := Point{36.2, 37.1}
	ring := []Point{}
	for i := range 20 {
		ring = append(ring, beside(centre, 300+float64(i%3)*50, -18*float64(i)))
	}
	shape := polygon(append(ring, ring[0]))
	for _, x := range []struct {
		name   string
		metres float64
	}{{"far", 300_000}, {"near", 700}, {"edge", 400}, {"inside", 0}} {
		b.Run(x.name, func(b *testing.B) {
			p, err := Prepare(shape)
			if err != nil {
				b.Fatal(err)
			}
			q, err := Prepare(PointShape(beside(centre, x.metres, 77), 10))
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				p.Within(q, 500)
			}
		})
	}
}
