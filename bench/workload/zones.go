package workload

import (
	"math"
	"math/rand/v2"

	"truce/geo"
)

// Kind is the form of a zone.
type Kind uint8

// The forms.
const (
	Circle Kind = iota
	Polygon
	Corridor
)

// now is the instant about which periods lie: 2027-01-15T08:00:00Z, Unix
// milliseconds; second and day are such stretches in them.
const (
	now    = 1_800_000_000_000
	second = 1000
	day    = 86_400 * second
)

// Zone is one zone. Points are the centre of a circle, the corners of a polygon
// (not closed, anticlockwise) or the positions of a corridor.
type Zone struct {
	Kind        Kind
	RadiusM     float64 // of a circle, or on each side of a corridor, metres
	SizeM       float64 // about, metres from Centre
	Centre      geo.Point
	Points      []geo.Point
	From, Until int64 // Unix milliseconds UTC, [From, Until); math.MaxInt64: no end
}

// Applies reports whether the period of z meets that of the check.
func (z *Zone) Applies(c *Check) bool { return z.From < c.Until && c.From < z.Until }

// Shape is z for engines that take shapes of package geo. It shares no memory with z.
func (z *Zone) Shape() geo.Shape {
	points := append([]geo.Point(nil), z.Points...)
	switch z.Kind {
	case Circle:
		return geo.CircleShape(points[0], z.RadiusM)
	case Corridor:
		return geo.Shape{Type: geo.TypeLineString, Lines: [][]geo.Point{points}, BufferM: z.RadiusM}
	}
	return geo.Shape{Type: geo.TypePolygon, Polygons: [][][]geo.Point{{append(points, points[0])}}}
}

// Generator makes zones and checks of one seed. Any number of goroutines may share it.
type Generator struct {
	seed       uint64
	cities     []city
	cumulative []float64
}

// New is the generator of a seed.
func New(seed uint64) *Generator {
	g := &Generator{seed: seed}
	g.cities, g.cumulative = cities(seed)
	return g
}

// Zone makes zone i into z, whose Points are used again.
func (g *Generator) Zone(i int, z *Zone) {
	r := rand.New(rand.NewPCG(g.seed+0x9e3779b97f4a7c15, uint64(i)))
	centre := anywhere(r)
	if r.Float64() < 0.9 {
		c := g.city(r)
		centre = beside(c.centre, c.sigma*math.Hypot(r.NormFloat64(), r.NormFloat64()), r.Float64()*2*math.Pi)
	}
	*z = Zone{Centre: rounded(centre), Points: z.Points[:0]}
	switch u := r.Float64(); {
	case u < 0.70:
		z.RadiusM = math.Round(logUniform(r, 100, 2000))
		z.SizeM = z.RadiusM
		z.Points = append(z.Points, rounded(centre))
	case u < 0.95:
		z.polygon(r, centre)
	default:
		z.corridor(r, centre)
	}
	z.mend()
	z.From = now - r.Int64N(400*day/second)*second
	z.Until = math.MaxInt64
	if r.Float64() > 0.3 {
		z.Until = z.From + 7*day + r.Int64N(500*day/second)*second
	}
}

// mend makes a circle of what package geo would not take: at a pole or the
// antimeridian an edge may have two short ways.
func (z *Zone) mend() {
	if math.Abs(z.Centre.Lat) < 85 && math.Abs(z.Centre.Lon) < 178 {
		return
	}
	if _, err := geo.Prepare(z.Shape()); err != nil {
		*z = Zone{RadiusM: math.Max(1, z.SizeM), SizeM: math.Max(1, z.SizeM), Centre: z.Centre, Points: append(z.Points[:0], z.Centre)}
	}
}

func (z *Zone) polygon(r *rand.Rand, centre geo.Point) {
	z.Kind, z.SizeM = Polygon, logUniform(r, 100, 10_000)
	n := int(math.Round(logUniform(r, 5, 60)))
	turn := r.Float64() * 2 * math.Pi
	for k := range n {
		azimuth := turn - 2*math.Pi*(float64(k)+0.8*r.Float64())/float64(n)
		z.Points = append(z.Points, rounded(beside(centre, z.SizeM*(0.5+0.5*r.Float64()), azimuth)))
	}
}

func (z *Zone) corridor(r *rand.Rand, p geo.Point) {
	z.Kind, z.RadiusM = Corridor, math.Round(logUniform(r, 50, 500))
	z.SizeM = z.RadiusM
	n, azimuth, step := 3+r.IntN(18), r.Float64()*2*math.Pi, logUniform(r, 100, 3000)
	for range n {
		z.Points = append(z.Points, rounded(p))
		azimuth += r.NormFloat64() * 0.4
		p = beside(p, step*(0.5+r.Float64()), azimuth)
	}
}

// Check is one question: what applies at a place within an hour.
type Check struct {
	geo.Point
	From, Until int64 // Unix milliseconds UTC
	Near        bool  // it was aimed at a zone
}

// Checks makes n checks of the first zones zones.
func (g *Generator) Checks(n, zones int, seed uint64) []Check {
	r := rand.New(rand.NewPCG(seed, 2))
	out := make([]Check, n)
	var z Zone
	for i := range out {
		p, near := anywhere(r), r.Float64() < 0.5
		if near {
			g.Zone(r.IntN(zones), &z)
			p = z.Centre
			if z.Kind == Corridor {
				p = z.Points[r.IntN(len(z.Points))]
			}
			p = beside(p, 2*r.Float64()*z.SizeM, r.Float64()*2*math.Pi)
		}
		from := now - 30*day + r.Int64N(60*day/second)*second
		out[i] = Check{rounded(p), from, from + 3600*second, near}
	}
	return out
}
