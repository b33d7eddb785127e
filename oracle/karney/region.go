package karney

import (
	"fmt"
	"math"

	"github.com/golang/geo/r3"

	"truce/geo"
)

// Interval holds a distance in metres: not less than Lo, not more than Hi. The two
// differ only where a place is within a micrometre of the edge of a polygon,
// or where the distance is above the limit that was asked for (Hi is +Inf then).
type Interval struct{ Lo, Hi float64 }

// Region is a shape made ready. Any number of goroutines may share it.
type Region struct {
	extent  float64
	points  []geo.Point
	lines   [][]edge
	patches []patch
	centre  geo.Point
	up      r3.Vector // the vertical at centre
	reach   float64   // metres from centre that hold every edge; +Inf where that is not known
}

// patch is one polygon: the outer ring, then the holes.
type patch struct {
	rings []ring
}

// unsure is how near to the edge of a polygon the side is not told, and bySight how
// near the cut geodesics are not asked, metres.
const unsure, bySight = 1e-6, 0.02

// New makes s ready. The error says that the shape has no meaning that is beyond
// dispute (an edge over exactly 180 degrees of longitude).
func New(s geo.Shape) (*Region, error) {
	r := &Region{extent: s.ExtentM(), points: s.Points}
	for _, line := range s.Lines {
		r.addLine(line)
	}
	for _, rings := range s.Polygons {
		p := patch{}
		for _, points := range rings {
			r.addLine(points)
			p.rings = append(p.rings, newRing(points, r.lines[len(r.lines)-1]))
		}
		r.patches = append(r.patches, p)
	}
	if err := r.disputed(); err != nil {
		return nil, err
	}
	r.enclose()
	return r, nil
}

func (r *Region) addLine(points []geo.Point) {
	var edges []edge
	for i := 1; i < len(points); i++ {
		edges = append(edges, newEdge(points[i-1], points[i]))
	}
	r.lines = append(r.lines, edges)
}

func (r *Region) disputed() error {
	for _, line := range r.lines {
		for i := range line {
			e := &line[i]
			if math.Abs(e.straight.dlon) > 179 && math.Max(math.Abs(e.a.Lat), math.Abs(e.b.Lat)) < 90 {
				return fmt.Errorf("an edge over %v degrees of longitude", e.straight.dlon)
			}
		}
	}
	return nil
}

// enclose finds a circle that holds every edge, and the inside of every polygon
// if no pole is near.
func (r *Region) enclose() {
	r.centre = r.first()
	r.up = vertical(r.centre)
	for _, p := range r.points {
		r.reach = math.Max(r.reach, Metres(r.centre, p))
	}
	for _, line := range r.lines {
		for i := range line {
			r.reach = math.Max(r.reach, Metres(r.centre, line[i].a)+line[i].longest)
		}
	}
	toPole := 10_001_000 - math.Abs(r.centre.Lat)*111_000
	if len(r.patches) > 0 && r.reach > math.Min(toPole-50_000, 3e6) {
		r.reach = math.Inf(1)
	}
}

func (r *Region) first() geo.Point {
	if len(r.points) > 0 {
		return r.points[0]
	}
	return r.lines[0][0].a
}

// From is the distance of q from the region: exact up to the limit, and beyond it
// some distance above the limit.
func (r *Region) From(q geo.Point, limit float64) Interval {
	up := vertical(q)
	if away := apart(up, r.up) - r.reach - r.extent; away > limit+1 {
		return Interval{away, math.Inf(1)}
	}
	best := math.Inf(1)
	for _, p := range r.points {
		best = math.Min(best, Metres(p, q))
	}
	for _, line := range r.lines {
		best = math.Min(best, fromLine(line, q, up, math.Min(best, limit+r.extent+1)))
	}
	if best > unsure && r.contains(q, best < bySight) {
		return Interval{}
	}
	d := math.Max(0, best-r.extent)
	switch {
	case len(r.patches) > 0 && best <= unsure:
		return Interval{0, d}
	case d > limit:
		return Interval{d, math.Inf(1)}
	}
	return Interval{d, d}
}

// fromLine is the least distance of q from the edges, if it is below enough. An
// edge is left out when its beginning is so far that no place on it is near, or
// when going to q from one of its ends and back to the other is so long.
func fromLine(line []edge, q geo.Point, up r3.Vector, enough float64) float64 {
	best := enough
	for i := range line {
		e := &line[i]
		if apart(up, e.up)-e.longest >= best {
			continue
		}
		da, db := Metres(e.a, q), Metres(e.b, q)
		if (da+db-e.longest)/2 < best {
			best = math.Min(best, e.from(q, da, db))
		}
	}
	if best < enough {
		return best
	}
	return math.Inf(1)
}

func (r *Region) contains(q geo.Point, beside bool) bool {
	for i := range r.patches {
		if r.patches[i].contains(q, beside) {
			return true
		}
	}
	return false
}

func (p *patch) contains(q geo.Point, beside bool) bool {
	if outer := &p.rings[0]; outer.windsStraight(q) == 0 && outer.winds(q, beside) == 0 {
		return false
	}
	for i := 1; i < len(p.rings); i++ {
		if hole := &p.rings[i]; hole.windsStraight(q)&1 != 0 && hole.winds(q, beside)&1 != 0 {
			return false
		}
	}
	return true
}

// winds is how often the ring goes round q in the geodesic reading.
func (r *ring) winds(q geo.Point, beside bool) int {
	if beside {
		return r.windsSeen(q)
	}
	return r.windsGeodesic(q)
}
