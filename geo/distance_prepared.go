package geo

import "math"

// Prepared is a shape made ready for many questions. It is read only, so any number of goroutines may share it.
type Prepared struct {
	shape   Shape
	extent  float64 // metres beyond the edges
	ball    ball    // holds the shape without its extent
	edges   []edge
	nodes   []node
	patches []patch
	heads   []int // an edge of every connected part: where its first position is to be looked for
}

// Prepare makes s ready for DistanceTo and Within, in time proportional to its positions. A malformed shape is an error
// (a *truce.Error); topology is not tested.
func Prepare(s Shape) (*Prepared, error) {
	p := &Prepared{shape: s, extent: s.ExtentM()}
	if s.IsZero() {
		return p, nil
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	for _, a := range s.Points {
		p.addLine([]Point{a, a})
	}
	for _, line := range s.Lines {
		p.addLine(line)
	}
	for _, rings := range s.Polygons {
		p.addPolygon(rings)
	}
	p.buildNodes(0, len(p.edges))
	p.ball = p.nodes[0].ball
	for _, x := range p.patches {
		p.ball = around(p.ball, x.ball)
	}
	return p, nil
}

func (p *Prepared) addLine(line []Point) {
	p.heads = append(p.heads, len(p.edges))
	for i := 1; i < len(line); i++ {
		p.edges = append(p.edges, newEdge(line[i-1], line[i]))
	}
}

func (p *Prepared) addPolygon(rings [][]Point) {
	p.addLine(rings[0])
	first := p.heads[len(p.heads)-1]
	outline := p.edges[first].ball()
	for i := first + 1; i < len(p.edges); i++ {
		outline = around(outline, p.edges[i].ball())
	}
	p.patches = append(p.patches, newPatch(rings, outline))
	for _, hole := range rings[1:] {
		p.addLine(hole)
		p.heads = p.heads[:len(p.heads)-1]
	}
}

// ball holds both readings of e.
func (e *edge) ball() ball {
	return ball{e.pa.lerp(e.pb, 0.5), e.pa.distance(e.pb)/2*(1+1e-12) + e.deviation() + 1e-8}
}

// buildNodes makes the tree over the edges [from, to), and returns the number of its root.
func (p *Prepared) buildNodes(from, to int) int {
	at := len(p.nodes)
	p.nodes = append(p.nodes, node{from: from, to: to})
	if to-from == 1 {
		p.nodes[at].ball = p.edges[from].ball()
		return at
	}
	middle := (from + to) / 2
	left := p.buildNodes(from, middle)
	right := p.buildNodes(middle, to)
	p.nodes[at].right = right
	p.nodes[at].ball = around(p.nodes[left].ball, p.nodes[right].ball)
	return at
}

// Shape is the shape that was prepared.
func (p *Prepared) Shape() Shape { return p.shape }

// single reports whether the shape is one point or circle.
func (p *Prepared) single() bool { return p.shape.Type == TypePoint || p.shape.Type == TypeCircle }

// DistanceTo is DistanceToShape, metres between the regions.
func (p *Prepared) DistanceTo(q *Prepared) float64 { return p.distance(q, math.Inf(1)) }

// Within reports whether the region of q comes within the given metres of that of p, and the distance if so; if not,
// the distance is +Inf. A pair that is far apart is told by two balls in space: a chord is never longer than the
// geodesic above it, so this leaves out nothing that DistanceTo would find within.
func (p *Prepared) Within(q *Prepared, metres float64) (float64, bool) {
	if p.ball.gap(q.ball) > metres+p.extent+q.extent+0.01 {
		return math.Inf(1), false
	}
	d := p.distance(q, metres)
	if d <= metres {
		return d, true
	}
	return math.Inf(1), false
}

// distance is the distance, exact where it is at most limit metres.
func (p *Prepared) distance(q *Prepared, limit float64) float64 {
	if p.covers(q) || q.covers(p) {
		return 0
	}
	extent := p.extent + q.extent
	s := newSearch(p, q, limit+extent+0.01, extent)
	return math.Max(0, s.run()-extent)
}

// covers reports whether a part of q has its first position inside a polygon of p. A part that has not is outside, or
// it crosses an edge of p, which the search finds.
func (p *Prepared) covers(q *Prepared) bool {
	for i := range p.patches {
		for _, h := range q.heads {
			if p.patches[i].contains(q.edges[h].a, q.edges[h].pa) {
				return true
			}
		}
	}
	return false
}
