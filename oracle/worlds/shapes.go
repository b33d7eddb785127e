package worlds

import (
	"math"
	"math/rand/v2"
	"slices"

	"truce/geo"
)

// maker draws a shape of about size metres about a centre.
type maker func(w *World, r *rand.Rand, centre geo.Point, size float64) geo.Shape

var makers = []maker{
	point, circle, circle, circle, multiPoint, line, line, line, multiLine,
	starry, starry, starry, box, box, sliver, comb, aligned, bowtie, pinned,
	holed, holed, boxWithBoxes, touchingHole, thinRim, islands, cap, coast, sieve,
}

func (w *World) shape(r *rand.Rand, centre geo.Point, size float64) geo.Shape {
	return makers[r.IntN(len(makers))](w, r, centre, size)
}

func extent(size float64) float64 { return math.Min(size, geo.MaxExtentM) }

func point(_ *World, r *rand.Rand, c geo.Point, size float64) geo.Shape {
	return geo.PointShape(c, oneOf(r, 0, extent(size), 1))
}

func circle(_ *World, r *rand.Rand, c geo.Point, size float64) geo.Shape {
	return geo.CircleShape(c, oneOf(r, extent(size), math.Ceil(extent(size))))
}

func multiPoint(w *World, r *rand.Rand, c geo.Point, size float64) geo.Shape {
	s := geo.Shape{Type: geo.TypeMultiPoint, AccuracyM: extent(size / 4)}
	for range 1 + r.IntN(12) {
		s.Points = append(s.Points, w.at(beside(c, size*r.Float64(), 360*r.Float64())))
	}
	return s
}

// walk is a line of steps of size metres that turns a little or a lot.
func (w *World) walk(r *rand.Rand, c geo.Point, size float64) []geo.Point {
	azimuth, wild := 360*r.Float64(), logUniform(r, 1, 200)
	out := []geo.Point{c}
	for range 1 + r.IntN(12) {
		azimuth += wild * r.NormFloat64()
		c = w.at(beside(c, size*r.Float64(), azimuth))
		out = append(out, c)
	}
	return out
}

func line(w *World, r *rand.Rand, c geo.Point, size float64) geo.Shape {
	buffer := oneOf(r, 0, extent(size/20), extent(size/3), extent(size*2), 50)
	return geo.Shape{Type: geo.TypeLineString, Lines: [][]geo.Point{w.walk(r, c, size)}, BufferM: buffer}
}

func multiLine(w *World, r *rand.Rand, c geo.Point, size float64) geo.Shape {
	s := line(w, r, c, size)
	s.Type = geo.TypeMultiLineString
	for range r.IntN(4) {
		s.Lines = append(s.Lines, w.walk(r, w.at(beside(c, size*r.Float64(), 360*r.Float64())), size))
	}
	return s
}

func polygon(rings ...[]geo.Point) geo.Shape {
	return geo.Shape{Type: geo.TypePolygon, Polygons: [][][]geo.Point{rings}}
}

func closed(ring []geo.Point) []geo.Point { return append(ring, ring[0]) }

// star is a ring about c whose corners are at the given fractions of size.
func (w *World) star(r *rand.Rand, c geo.Point, least, size float64) []geo.Point {
	n := 3 + int(logUniform(r, 1, 40))
	from := 360 * r.Float64()
	var ring []geo.Point
	for i := range n {
		d := size * (least + (1-least)*r.Float64())
		ring = append(ring, w.at(beside(c, d, from-360*(float64(i)+0.6*r.Float64())/float64(n))))
	}
	if r.IntN(4) == 0 {
		slices.Reverse(ring)
	}
	return closed(ring)
}

func starry(w *World, r *rand.Rand, c geo.Point, size float64) geo.Shape {
	return polygon(w.star(r, c, 0.3, size))
}

// coast is a ring of hundreds of corners that goes in and out.
func coast(w *World, r *rand.Rand, c geo.Point, size float64) geo.Shape {
	n, d := int(logUniform(r, 100, 1200)), 0.7
	var ring []geo.Point
	for i := range n {
		d = math.Max(0.3, math.Min(1, d+0.03*r.NormFloat64()))
		ring = append(ring, w.at(beside(c, size*d, -360*float64(i)/float64(n))))
	}
	return polygon(closed(ring))
}

// boxRing is a rectangle in longitude and latitude about c, half a side in metres.
func (w *World) boxRing(c geo.Point, half float64) []geo.Point {
	h := half / 111_195
	v := math.Min(170, h/math.Max(1e-4, math.Cos(c.Lat*degree)))
	at := func(x, y float64) geo.Point {
		lon := math.Remainder(c.Lon+x*v, 360)
		return w.at(geo.Point{Lat: math.Max(-90, math.Min(90, c.Lat+y*h)), Lon: lon})
	}
	return closed([]geo.Point{at(-1, -1), at(1, -1), at(1, 1), at(-1, 1)})
}

func box(w *World, r *rand.Rand, c geo.Point, size float64) geo.Shape {
	return polygon(w.boxRing(c, size))
}

// sliver is long and nearly without width.
func sliver(w *World, r *rand.Rand, c geo.Point, size float64) geo.Shape {
	azimuth, width := 360*r.Float64(), math.Max(0.001, size*logUniform(r, 1e-7, 1e-2))
	far := beside(c, size, azimuth)
	ring := []geo.Point{c, w.at(far), w.at(beside(far, width, azimuth-90))}
	if r.IntN(2) == 0 {
		ring = append(ring, w.at(beside(c, width, azimuth-90)))
	}
	return polygon(closed(ring))
}

// comb has teeth, so that a line meets it many times.
func comb(w *World, r *rand.Rand, c geo.Point, size float64) geo.Shape {
	n, azimuth := 2+r.IntN(12), oneOf(r, 0, 90, 360*r.Float64())
	step := size / float64(n)
	var ring []geo.Point
	for i := range n {
		at := beside(c, step*float64(i), azimuth)
		ring = append(ring, w.at(at), w.at(beside(at, size, azimuth+90)))
	}
	back := beside(c, size*1.1, azimuth)
	return polygon(closed(append(ring, w.at(back), w.at(beside(back, size*0.1, azimuth-90)), w.at(beside(c, size*0.1, azimuth-90)))))
}

// aligned is a box with more corners on its sides: collinear, and some twice.
func aligned(w *World, r *rand.Rand, c geo.Point, size float64) geo.Shape {
	corners := w.boxRing(c, size)
	var ring []geo.Point
	for i := 1; i < len(corners); i++ {
		a, b := corners[i-1], corners[i]
		ring = append(ring, a)
		if math.Abs(b.Lon-a.Lon) < 180 {
			ring = append(ring, w.at(geo.Point{Lat: (a.Lat + b.Lat) / 2, Lon: (a.Lon + b.Lon) / 2}))
		}
		if r.IntN(3) == 0 {
			ring = append(ring, ring[len(ring)-1])
		}
	}
	return polygon(closed(ring))
}

// bowtie crosses itself; its sides may go round it in both directions, or twice.
func bowtie(w *World, r *rand.Rand, c geo.Point, size float64) geo.Shape {
	n := oneOf(r, 5, 7)
	from := 360 * r.Float64()
	var ring []geo.Point
	for i := range n {
		ring = append(ring, w.at(beside(c, size, from-360*float64(2*i)/float64(n))))
	}
	if r.IntN(2) == 0 {
		b := w.boxRing(c, size)
		ring = []geo.Point{b[0], b[2], b[1], b[3]}
	}
	return polygon(closed(ring))
}

// pinned has a corner exactly on a line that matters.
func pinned(w *World, r *rand.Rand, c geo.Point, size float64) geo.Shape {
	ring := w.star(r, c, 0.3, size)
	p := &ring[1]
	switch {
	case math.Abs(p.Lat) > 89:
		p.Lat = math.Copysign(90, p.Lat)
	case math.Abs(p.Lon) > 179:
		p.Lon = math.Copysign(180, p.Lon)
	default:
		p.Lon = math.Round(p.Lon/45) * 45
		p.Lat = ring[2].Lat
	}
	return polygon(ring)
}
