package worlds

import (
	"math"
	"math/rand/v2"

	"truce/geo"
)

func holed(w *World, r *rand.Rand, c geo.Point, size float64) geo.Shape {
	rings := [][]geo.Point{w.star(r, c, 0.7, size)}
	if r.IntN(2) == 0 {
		return polygon(append(rings, w.star(r, c, 0.3, size*0.4))...)
	}
	for i := range 1 + r.IntN(4) {
		at := beside(c, size*0.3, 90*float64(i))
		rings = append(rings, w.star(r, at, 0.3, size*0.15))
	}
	return polygon(rings...)
}

func boxWithBoxes(w *World, r *rand.Rand, c geo.Point, size float64) geo.Shape {
	return polygon(w.boxRing(c, size), w.boxRing(c, size*logUniform(r, 0.01, 0.99)))
}

// sieve has many small holes in rows.
func sieve(w *World, r *rand.Rand, c geo.Point, size float64) geo.Shape {
	n := 2 + r.IntN(6)
	rings := [][]geo.Point{w.star(r, c, 0.95, size)}
	step := size / float64(n)
	for i := range n {
		for k := range n {
			at := beside(beside(c, step*(float64(i)+0.5)-size/2, 0), step*(float64(k)+0.5)-size/2, 90)
			rings = append(rings, w.star(r, at, 0.3, step*0.4))
		}
	}
	return polygon(rings...)
}

// touchingHole has a corner of the outer ring.
func touchingHole(w *World, r *rand.Rand, c geo.Point, size float64) geo.Shape {
	outer := w.star(r, c, 0.8, size)
	hole := closed([]geo.Point{outer[0], w.at(beside(c, size*0.2, 100)), w.at(beside(c, size*0.2, 200))})
	return polygon(outer, hole)
}

// thinRim leaves between outer ring and hole a rim from a millimetre to a metre
// wide.
func thinRim(w *World, r *rand.Rand, c geo.Point, size float64) geo.Shape {
	rim := math.Min(size/2, logUniform(r, 0.001, 1))
	n, from := 3+r.IntN(20), 360*r.Float64()
	var outer, inner []geo.Point
	for i := range n {
		azimuth := from - 360*float64(i)/float64(n)
		outer = append(outer, beside(c, size, azimuth))
		inner = append(inner, beside(c, size-rim, azimuth))
	}
	return polygon(closed(outer), closed(inner))
}

// islands are polygons in the holes of others.
func islands(w *World, r *rand.Rand, c geo.Point, size float64) geo.Shape {
	s := geo.Shape{Type: geo.TypeMultiPolygon}
	for k := range 1 + r.IntN(3) {
		outer := size * math.Pow(0.5, float64(k))
		s.Polygons = append(s.Polygons, [][]geo.Point{w.boxRing(c, outer), w.boxRing(c, outer*0.75)})
	}
	if r.IntN(2) == 0 {
		s.Polygons = append(s.Polygons, [][]geo.Point{w.star(r, beside(c, 3*size, 20), 0.3, size)})
	}
	return s
}

// cap goes round a pole, either way.
func cap(w *World, r *rand.Rand, _ geo.Point, size float64) geo.Shape {
	pole := geo.Point{Lat: oneOf(r, 90.0, -90), Lon: 0}
	lat := math.Copysign(90-math.Min(50, size/111_195), pole.Lat)
	n := 3 + r.IntN(12)
	var ring []geo.Point
	for i := range n {
		lon := -180 + 360*(float64(i)+0.5*r.Float64())/float64(n)
		ring = append(ring, w.at(geo.Point{Lat: lat + (pole.Lat-lat)*0.3*r.Float64(), Lon: lon}))
	}
	if r.IntN(2) == 0 {
		for i, j := 0, len(ring)-1; i < j; i, j = i+1, j-1 {
			ring[i], ring[j] = ring[j], ring[i]
		}
	}
	rings := [][]geo.Point{closed(ring)}
	if r.IntN(3) == 0 {
		rings = append(rings, w.boxRing(geo.Point{Lat: (lat + 2*pole.Lat) / 3, Lon: 20}, size/10))
	}
	return polygon(rings...)
}
