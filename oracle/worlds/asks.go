package worlds

import (
	"math"
	"math/rand/v2"

	"truce/geo"
	"truce/oracle/karney"
)

// Ask is one question: what is within RadiusM metres of Shape in [From, Until), or
// at the instant From where the two are equal. Why says how it was made, Zone about
// which zone.
type Ask struct {
	Shape       geo.Shape
	RadiusM     float64
	From, Until int64
	OnlyInForce bool
	Why         string
	Zone        int
}

// IsPoint reports whether the question is about a bare point and radius 0.
func (a *Ask) IsPoint() bool {
	return a.Shape.Type == geo.TypePoint && a.Shape.AccuracyM == 0 && a.RadiusM == 0
}

// Round reports whether the question is about one place and all within Reach of it.
func (a *Ask) Round() bool { return a.Shape.Type == geo.TypePoint || a.Shape.Type == geo.TypeCircle }

// offsets are metres from a border at which is asked.
var offsets = []float64{0, 1e-9, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.011, 0.1, 1, 5}

// Ask makes the n-th question of the world.
func (w *World) Ask(n uint64) Ask {
	r := rand.New(rand.NewPCG(w.Seed, n+1))
	a := Ask{Zone: r.IntN(len(w.Zones)), OnlyInForce: r.IntN(4) == 0}
	z := &w.Zones[a.Zone]
	a.From, a.Until = z.when(r)
	accuracy := 0.0
	if r.IntN(8) == 0 {
		a.RadiusM = w.radius(r)
	}
	if r.IntN(14) == 0 {
		accuracy = w.radius(r)
	}
	p, why := w.place(r, z, a.RadiusM+accuracy)
	a.Why = why
	a.Shape = geo.PointShape(p, accuracy)
	if r.IntN(20) == 0 {
		w.spread(r, &a, p)
	}
	return a
}

func (w *World) radius(r *rand.Rand) float64 {
	return math.Min(geo.MaxExtentM, oneOf(r, 1, 500, logUniform(r, 0.001, w.hi), 5000))
}

// spread asks about a circle, a line or a polygon at p.
func (w *World) spread(r *rand.Rand, a *Ask, p geo.Point) {
	a.Why += ", spread"
	size := logUniform(r, w.lo, w.hi)
	var s geo.Shape
	switch r.IntN(4) {
	case 0:
		s = geo.CircleShape(p, extent(size))
	case 1:
		s = line(w, r, p, size)
	case 2:
		s = box(w, r, p, size)
	default:
		s = w.shape(r, p, size)
	}
	if usable(s) {
		a.Shape = s
	}
}

// place is where to ask about z, when everything within reach metres counts.
func (w *World) place(r *rand.Rand, z *Zone, reach float64) (geo.Point, string) {
	reach += z.Shape.ExtentM()
	switch r.IntN(16) {
	case 0:
		return anywhere(r), "anywhere"
	case 1:
		return w.near(r, w.hi*3), "in the neighbourhood"
	case 2:
		return z.vertex(r), "on a vertex"
	case 3:
		return z.besideVertex(r), "beside a vertex"
	case 4:
		a, b := z.vertex(r), z.vertex(r)
		return geo.Point{Lat: a.Lat, Lon: b.Lon}, "on the parallel of one vertex and the meridian of another"
	case 5:
		return geo.Point{Lat: oneOf(r, 90.0, -90), Lon: 360*r.Float64() - 180}, "a pole"
	case 6:
		return snapped(r, z.vertex(r)), "on a line that matters"
	case 7, 8:
		return beside(z.vertex(r), reach*2*r.Float64(), 360*r.Float64()), "within reach of a vertex"
	case 9:
		return z.between(r), "between the readings"
	}
	return z.border(r, reach), "on the border"
}

// vertex is a position of the shape.
func (z *Zone) vertex(r *rand.Rand) geo.Point {
	a, _ := z.edge(r)
	return a
}

// edge is one of the shape's, or a position twice.
func (z *Zone) edge(r *rand.Rand) (a, b geo.Point) {
	var line []geo.Point
	switch s := &z.Shape; {
	case len(s.Points) > 0:
		p := s.Points[r.IntN(len(s.Points))]
		return p, p
	case len(s.Lines) > 0:
		line = s.Lines[r.IntN(len(s.Lines))]
	default:
		rings := s.Polygons[r.IntN(len(s.Polygons))]
		line = rings[r.IntN(len(rings))]
	}
	i := r.IntN(len(line) - 1)
	return line[i], line[i+1]
}

// besideVertex is a vertex moved by the last bit, or by an offset.
func (z *Zone) besideVertex(r *rand.Rand) geo.Point {
	p := z.vertex(r)
	if r.IntN(2) == 0 {
		p.Lat = math.Max(-90, math.Min(90, math.Nextafter(p.Lat, oneOf(r, -100.0, 100))))
		p.Lon = math.Max(-180, math.Min(180, math.Nextafter(p.Lon, oneOf(r, -200.0, 200))))
		return p
	}
	return beside(p, z.Shape.ExtentM()+offset(r), 360*r.Float64())
}

// snapped is p on the antimeridian, the equator, or where a face of a cube ends.
func snapped(r *rand.Rand, p geo.Point) geo.Point {
	switch r.IntN(4) {
	case 0:
		p.Lon = oneOf(r, 180.0, -180)
	case 1:
		p.Lat = 0
	default:
		p.Lon = math.Max(-180, math.Min(180, math.Round((p.Lon-45)/90)*90+45))
	}
	return p
}

func offset(r *rand.Rand) float64 {
	if r.IntN(6) == 0 {
		return logUniform(r, 1e-9, 10)
	}
	return offsets[r.IntN(len(offsets))]
}

// border is at reach metres from an edge of the shape, or off that by an offset.
func (z *Zone) border(r *rand.Rand, reach float64) geo.Point {
	d := reach + oneOf(r, 1.0, -1)*offset(r)
	a, b := z.edge(r)
	if a == b {
		return beside(a, d, 360*r.Float64())
	}
	t := oneOf(r, r.Float64(), r.Float64(), 0.5, 0, 1e-9, 1)
	p, azimuth := karney.Along(a, b, t, karney.Reading(r.IntN(2)))
	return beside(p, d, azimuth+oneOf(r, 90.0, -90))
}

// between is a place between the two readings of an edge.
func (z *Zone) between(r *rand.Rand) geo.Point {
	a, b := z.edge(r)
	t := r.Float64()
	p, _ := karney.Along(a, b, t, karney.Straight)
	q, _ := karney.Along(a, b, t, karney.Geodesic)
	k := oneOf(r, r.Float64(), 0.001, 0.999, -0.001, 1.001)
	if math.Abs(p.Lon-q.Lon) > 180 {
		return p
	}
	lat := math.Max(-90, math.Min(90, p.Lat+k*(q.Lat-p.Lat)))
	return geo.Point{Lat: lat, Lon: math.Max(-180, math.Min(180, p.Lon+k*(q.Lon-p.Lon)))}
}
