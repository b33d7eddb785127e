package geo

import (
	"math"
)

// ball is a ball in space; its numbers are metres.
type ball struct {
	centre vec
	radius float64
}

// around is the least ball that holds a and b.
func around(a, b ball) ball {
	d := a.centre.distance(b.centre)
	switch {
	case d+b.radius <= a.radius:
		return a
	case d+a.radius <= b.radius:
		return b
	}
	r := (d + a.radius + b.radius) / 2
	return ball{a.centre.lerp(b.centre, (r-a.radius)/d), r * (1 + 1e-15)}
}

// gap bounds the distance between a place in a and one in b from below.
func (a ball) gap(b ball) float64 { return a.centre.distance(b.centre) - a.radius - b.radius }

// node is a ball around the edges [from, to) of a Prepared; its halves are the next node and the one at right.
type node struct {
	ball            ball
	from, to, right int
}

// The search halves curves until each is within fine of its chords, or within relative of the distance, so the result
// is within slack times that of the truth.
const (
	fine     = 5e-5 // metres
	relative = 1e-8
	slack    = 4
	maxSteps = 1 << 21
)

// search finds the least distance between the edges of two shapes: branch and bound over pairs of nodes, then of edges,
// then of pieces of curves. What cannot be nearer than the best so far is left out.
type search struct {
	p, q   *Prepared
	best   float64 // metres on the surface: the least found
	cut    float64 // metres in space: pairs that are farther apart are of no interest
	enough float64 // metres: nothing less than this is looked for
	a, b   Point   // the places that are best apart
	steps  int
	bound  float64 // metres: a lower bound for what was left out for want of steps
	cache  map[*edge][]piece
}

// newSearch looks for distances up to limit metres; it may stop at enough.
func newSearch(p, q *Prepared, limit, enough float64) *search {
	return &search{
		p: p, q: q, best: math.Inf(1), cut: chord(limit), enough: enough,
		bound: math.Inf(1), cache: map[*edge][]piece{},
	}
}

// run returns a distance that is not above the true one by over a millimetre, and +Inf when that is over the limit.
func (s *search) run() float64 {
	if len(s.p.nodes) == 0 || len(s.q.nodes) == 0 {
		return math.Inf(1)
	}
	s.nodes(0, 0)
	d := s.best
	if !math.IsInf(d, 1) {
		d = Distance(s.a, s.b) - s.margin(d)
	}
	return math.Max(0, math.Min(d, s.bound))
}

// margin is by how much the best may be above the truth.
func (s *search) margin(d float64) float64 {
	if s.p.single() && s.q.single() {
		return 1e-6
	}
	return slack*tolerance(d) + d*math.Pow(d/1e6, 4)*2e-7
}

// tolerance is how far curves that are d metres apart may be from their chords. It depends on nothing else, so the order
// of the search and the limit it begins with do not change its result.
func tolerance(d float64) float64 { return math.Max(fine, relative*d) }

// spent counts a step, and once they are used up takes the bound for the answer.
func (s *search) spent(gap float64) bool {
	if s.steps++; s.steps <= maxSteps {
		return false
	}
	s.bound = math.Max(0, math.Min(s.bound, gap))
	s.cut = math.Min(s.cut, s.bound)
	return true
}

func (s *search) nodes(i, j int) {
	m, n := &s.p.nodes[i], &s.q.nodes[j]
	gap := m.ball.gap(n.ball)
	if gap >= s.cut || s.spent(gap) {
		return
	}
	switch left, right := m.to-m.from > 1, n.to-n.from > 1; {
	case !left && !right:
		s.edges(&s.p.edges[m.from], &s.q.edges[n.from])
	case left && (!right || m.ball.radius >= n.ball.radius):
		near, far := i+1, m.right
		if s.p.nodes[far].ball.gap(n.ball) < s.p.nodes[near].ball.gap(n.ball) {
			near, far = far, near
		}
		s.nodes(near, j)
		s.nodes(far, j)
	default:
		near, far := j+1, n.right
		if s.q.nodes[far].ball.gap(m.ball) < s.q.nodes[near].ball.gap(m.ball) {
			near, far = far, near
		}
		s.nodes(i, near)
		s.nodes(i, far)
	}
}

func (s *search) edges(e, f *edge) {
	for _, x := range s.curves(e) {
		for _, y := range s.curves(f) {
			s.pieces(x, y)
		}
	}
}

func (s *search) curves(e *edge) []piece {
	c, ok := s.cache[e]
	if !ok {
		c = e.curves(fine)
		s.cache[e] = c
	}
	return c
}

func (s *search) pieces(x, y piece) {
	d, at, bt := segments(x.p0, x.p1, y.p0, y.p1)
	gap := d - x.dev - y.dev
	if gap >= s.cut || s.spent(gap) {
		return
	}
	limit := tolerance(d)
	switch {
	case x.dev <= limit && y.dev <= limit:
		s.found(x.at(at), y.at(bt))
	case x.dev > y.dev:
		near, far := x.split()
		if nearer(far, near, y) {
			near, far = far, near
		}
		s.pieces(near, y)
		s.pieces(far, y)
	default:
		near, far := y.split()
		if nearer(far, near, x) {
			near, far = far, near
		}
		s.pieces(x, near)
		s.pieces(x, far)
	}
}

// nearer reports whether x is nearer to z than y is.
func nearer(x, y, z piece) bool {
	d, _, _ := segments(x.p0, x.p1, z.p0, z.p1)
	e, _, _ := segments(y.p0, y.p1, z.p0, z.p1)
	return d < e
}

// found takes the distance between a and b, places of the two shapes, for the best if it is.
func (s *search) found(a, b Point) {
	d := arc(ecef(a), ecef(b))
	if d >= s.best {
		return
	}
	s.best, s.a, s.b = d, a, b
	s.cut = math.Min(s.cut, chord(d))
	// d is an arc, which may be shorter than the geodesic that counts: what is stopped at must be enough by that.
	if m := s.margin(d); d-m <= s.enough && Distance(a, b)-m <= s.enough {
		s.cut = math.Inf(-1)
	}
}
