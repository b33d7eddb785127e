package index

import (
	"math"

	"truce/geo"
)

type partKind uint8

const (
	discPart partKind = iota // a point with accuracy, or a circle
	linePart                 // a line with its buffer
	areaPart                 // a polygon with its holes
)

// part is a connected part of a zone, as the builder works on it.
type part struct {
	kind   partKind
	number uint32 // ordinal of the zone, shifted, and whether it has several periods
	when   uint32 // ticks of its first From and last Until
	ball   ball   // holds every place that may be hit
	lo, hi float64
	strips []strip
	vague  bool // area: nothing is certain but that places outside the ball are not hit
	large  bool // area: its inside may reach beyond its outline's ball
	planes [faces]*plane
	shape  *geo.Shape
	which  int // number of the polygon in shape
}

// strip is a piece of an edge: the chord from a to b. The straight reading is within dev metres of it, at the same
// fraction of the way; the geodesic reading is within dev+apart.
type strip struct {
	a, b       vec
	dev, apart float64
	hole       bool // of a hole of a polygon
	joined     bool // begins where the one before ends
}

func (s *strip) ball(extent float64) ball {
	return ball{s.a.lerp(s.b, 0.5), s.a.distance(s.b)/2*(1+1e-12) + s.dev + s.apart + extent + slackM}
}

// slackM is how far beyond its region a zone may be hit, metres: package geo errs by up to 1 mm towards protection, and
// Tolerance is added. A place counts as certainly outside only beyond that.
const slackM = 0.004

// reachOf gives the chords within which a place is certainly in reach of a point, and beyond which it certainly is not.
func reachOf(extent float64) (lo, hi float64) {
	return chordBelow(extent) - 1e-6, chordAbove(extent) + slackM
}

// partsOf calls f with the parts of s. Their strips are in arena.
func partsOf(s *geo.Shape, arena *[]strip, f func(*part)) {
	extent := s.ExtentM()
	lo, hi := reachOf(extent)
	for _, p := range s.Points {
		f(&part{kind: discPart, ball: ball{ecef(p), hi}, lo: lo, hi: hi})
	}
	for _, line := range s.Lines {
		p := part{kind: linePart, lo: lo, hi: hi}
		cut := cutter{strips: (*arena)[len(*arena):], length: pieceLength(lineLength(extent), line)}
		cut.line(line, false)
		p.strips = take(arena, cut.strips)
		p.ball = outline(p.strips, hi)
		f(&p)
	}
	for k, rings := range s.Polygons {
		p := part{kind: areaPart, shape: s, which: k}
		cut := cutter{strips: (*arena)[len(*arena):], length: pieceLength(areaLength, rings...), area: true}
		for i, ring := range rings {
			cut.line(ring, i > 0)
		}
		p.strips, p.vague = take(arena, cut.strips), cut.vague
		p.bound()
		f(&p)
	}
}

// arenaSize is how many strips a builder sets aside at a time.
const arenaSize = 1 << 14

// take cuts what was appended at the end of arena off it; where it did not fit, a new arena is begun, if there was one.
func take(arena *[]strip, end []strip) []strip {
	if n := len(*arena) + len(end); n <= cap(*arena) {
		*arena = (*arena)[:n]
	} else if cap(*arena) > 0 {
		*arena = make([]strip, 0, arenaSize)
	}
	return end[:len(end):len(end)]
}

// bound sets the ball of an area. The inside of a small outline is the small side.
func (p *part) bound() {
	p.ball = outline(p.strips, 0)
	if p.ball.radius > smallArea {
		p.large, p.ball = true, ball{radius: axisA + 1}
	}
}

// smallArea is the largest radius in metres of an outline whose inside is taken to be in its ball. All of it is in front
// of every face that it touches.
const smallArea = 1e6

func outline(strips []strip, extent float64) ball {
	if len(strips) == 0 {
		return ball{}
	}
	b := strips[0].ball(extent)
	for i := range strips[1:] {
		b = around(b, strips[1+i].ball(extent))
	}
	return b
}

// The length in metres of the pieces that long edges of areas are cut into, so that a piece is within 25 cm of its chord,
// and how many pieces a part has at most, about.
const (
	areaLength = 3500
	maxPieces  = 40_000
)

// lineLength is the same for lines: pieces within 5 cm of their chords, or a thousandth of the buffer.
func lineLength(buffer float64) float64 {
	return max(1600, math.Sqrt(8*curveMin*buffer/1000))
}

func pieceLength(least float64, lines ...[]geo.Point) float64 {
	sum := 0.0
	for _, line := range lines {
		for i := 1; i < len(line) && len(line) > 8; i++ { // a few edges cannot be too many
			sum += ecef(line[i-1]).distance(ecef(line[i]))
		}
	}
	return max(least, sum/maxPieces)
}

// cutter cuts edges into strips.
type cutter struct {
	strips []strip
	length float64 // metres, of a piece
	area   bool
	vague  bool
}

// Edges of up to readingLimit metres are cut with a bound on how far the readings are apart that holds for short edges;
// the outline of an area with an edge of over vagueLimit metres says nothing.
const (
	readingLimit = 300_000
	vagueLimit   = 3_000_000
)

func (c *cutter) line(line []geo.Point, hole bool) {
	a := ecef(line[0])
	for i := 1; i < len(line); i++ {
		b := ecef(line[i])
		first := len(c.strips)
		c.edge(line[i-1], line[i], a, b)
		for k := first; k < len(c.strips); k++ {
			s := &c.strips[k]
			s.hole, s.joined = hole, k > first && c.strips[k-1].b == s.a || k == first && i > 1
		}
		a = b
	}
}

// edge cuts one edge. A line is both readings, each with its own strips where they are far apart; the outline of an area
// is the straight reading with a band that holds both, or, where the edge is long, the chord with such a band.
func (c *cutter) edge(p, q geo.Point, a, b vec) {
	r := newReading(p, q)
	chord := a.distance(b)
	straight, geodesic := r.straightDeviation(), geodesicDeviation(chord)
	target := c.length * c.length / (8 * curveMin)
	switch {
	case r.same() && c.area: // a plane through the centre of the Earth: its projection is straight
		c.straight(r, a, b, math.Ceil(chord/1e6), 0, 0)
	case r.same():
		c.straight(r, a, b, pieces(straight, target), straight, 0)
	case max(straight, geodesic) <= target:
		c.strips = append(c.strips, strip{a: a, b: b, dev: max(straight, geodesic)})
	case !c.area:
		c.straight(r, a, b, pieces(straight, target), straight, 0)
		c.geodesic(p, q, pieces(geodesic, target), geodesic)
	case chord <= readingLimit:
		apart := min(r.apart(), straight+geodesic)
		c.straight(r, a, b, pieces(straight, max(target, apart/20)), straight, apart) // pieces finer than their band are of no use
	default:
		c.vague = c.vague || chord > vagueLimit
		c.strips = append(c.strips, strip{a: a, b: b, dev: max(straight, geodesic)})
	}
}

// pieces is how many pieces bring a deviation down to a target: it goes with the square of their length.
func pieces(dev, target float64) float64 { return math.Ceil(math.Sqrt(dev / target)) }

// straight cuts the straight reading into n.
func (c *cutter) straight(r reading, a, b vec, n, dev, apart float64) {
	n = max(1, min(n, maxPieces))
	from := a
	for k := 1.0; k <= n; k++ {
		to := b
		if k < n {
			to = ecef(r.at(k / n))
		}
		c.strips = append(c.strips, strip{a: from, b: to, dev: dev/(n*n) + 1e-7, apart: apart})
		from = to
	}
}

// geodesic cuts the geodesic reading into n.
func (c *cutter) geodesic(p, q geo.Point, n, dev float64) {
	n = max(1, min(n, maxPieces))
	from := ecef(p)
	for _, at := range append(geo.Along(p, q, int(n)), q) {
		to := ecef(at)
		c.strips = append(c.strips, strip{a: from, b: to, dev: dev/(n*n) + 1e-6})
		from = to
	}
}

// reading is an edge as a straight line in longitude and latitude.
type reading struct {
	p          geo.Point
	dlat, dlon float64 // degrees
	most, cos  float64 // radians: the largest latitude on it; the cosine of the least
}

func newReading(p, q geo.Point) reading {
	r := reading{p: p, dlat: q.Lat - p.Lat, dlon: q.Lon - p.Lon}
	switch {
	case r.dlon > 180:
		r.dlon -= 360
	case r.dlon < -180:
		r.dlon += 360
	}
	x, y := math.Abs(p.Lat)*degree, math.Abs(q.Lat)*degree
	r.most, r.cos = max(x, y), 1
	if p.Lat*q.Lat > 0 {
		_, r.cos = sincos(min(x, y) / degree)
	}
	return r
}

// at is the place at the fraction t.
func (r *reading) at(t float64) geo.Point {
	p := geo.Point{Lat: r.p.Lat + t*r.dlat, Lon: r.p.Lon + t*r.dlon}
	switch {
	case p.Lon > 180:
		p.Lon -= 360
	case p.Lon < -180:
		p.Lon += 360
	}
	return p
}

// same reports whether both readings are one plane curve: on a meridian, or on the equator.
func (r *reading) same() bool {
	return r.dlon == 0 || r.p.Lat == 0 && r.dlat == 0 && math.Abs(r.dlon) < 170
}

// straightDeviation bounds how far the straight reading is from its chord, metres: see geo's curve.deviation.
func (r *reading) straightDeviation() float64 {
	dlat, dlon := math.Abs(r.dlat)*degree, math.Abs(r.dlon)*degree
	return (1.02*curveMax*dlat*dlat + curveMax*r.cos*dlon*dlon + 2*curveMax*min(1, r.most)*dlat*dlon) / 8
}

// geodesicDeviation bounds how far a geodesic is from its chord: |p"| s^2/8, with s bounded by the chord.
func geodesicDeviation(chord float64) float64 {
	s := math.Pi * axisA
	if chord < 1.9*curveMin {
		s = 2 * curveMin * math.Asin(chord/(2*curveMin))
	}
	return s * s / (8 * curveMin)
}

// apart bounds how far the two readings are apart, metres, at the same fraction, for an edge of at most readingLimit.
// The straight one has the covariant acceleration (with latitude f, longitude l, M the meridian's radius, p the distance
// from the axis, both rates constant) M' f'^2 + p sin f l'^2 along the meridian and -2 M sin f f' l' across it; a curve
// is within an eighth of that of the geodesic, and a tenth is added for the curvature of the surface.
func (r *reading) apart() float64 {
	dlat, dlon := math.Abs(r.dlat)*degree, math.Abs(r.dlon)*degree
	sin := min(1, r.most)
	return 1.1 / 8 * curveMax * (0.0102*dlat*dlat + sin*(r.cos*dlon*dlon+2*dlat*dlon))
}
