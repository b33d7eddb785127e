package geo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"truce"
)

// Validate tests s fully: the form, ranges and bounds that its JSON form demands, and the topology of polygons in the
// plane of longitude and latitude, unrolled across the antimeridian and closed at a pole that a ring encloses. A ring
// must not cross or touch itself; holes must be inside the outer ring, and not in each other. Polygons of a MultiPolygon
// may overlap: the region is all of them. The error is a *truce.Error whose Field points into the shape.
func (s Shape) Validate() error {
	if err := s.check(); err != nil {
		return err
	}
	for i, rings := range s.Polygons {
		at := "/coordinates"
		if s.Type == TypeMultiPolygon {
			at = fmt.Sprintf("/coordinates/%d", i)
		}
		if err := validPolygon(rings, at); err != nil {
			return err
		}
	}
	return nil
}

func validPolygon(rings [][]Point, at string) error {
	prepared := make([]ring, len(rings))
	planes := make([]geom.LineString, len(rings))
	for i, points := range rings {
		r := newRing(points)
		prepared[i] = r
		here := fmt.Sprintf("%s/%d", at, i)
		if r.net < -1 || r.net > 1 {
			return truce.E(truce.CodeInvalid, "the ring goes round the Earth %d times", max(r.net, -r.net)).At(here)
		}
		plane := r.plane(1)
		planes[i] = lineString(plane)
		if geom.NewPolygon(planes[i:i+1]).Validate() != nil {
			return crossing(r.plane(1)).At(here)
		}
	}
	if len(rings) == 1 {
		return nil
	}
	return validHoles(prepared, planes, at)
}

// validHoles tests the holes against the outer ring and each other. Around a pole the outer ring is repeated thrice, so
// that every hole fits in somewhere; a hole round the pole itself must have all corners inside.
func validHoles(rings []ring, planes []geom.LineString, at string) error {
	outer := &rings[0]
	west := math.Inf(1) // a hole's west end is up to a turn east of it
	for _, c := range outer.corners {
		west = math.Min(west, c.unrolled())
	}
	if outer.net != 0 {
		plane := outer.plane(3)
		planes[0] = lineString(plane)
		west = math.Min(plane[0].x, plane[0].x+1080*float64(outer.net)) + 180
	}
	fitted := planes[:1:1]
	for i := range rings[1:] {
		h := &rings[1+i]
		if h.net == 0 {
			fitted = append(fitted, lineString(h.shifted(west)))
			continue
		}
		for _, c := range h.corners {
			if outer.winding(c.point(), straightNorth) == 0 {
				return truce.E(truce.CodeInvalid, "a hole is not inside the outer ring").At(fmt.Sprintf("%s/%d", at, 1+i))
			}
		}
	}
	if err := geom.NewPolygon(fitted).Validate(); err != nil {
		return truce.E(truce.CodeInvalid, "%s", holeFault(err)).At(at)
	}
	return nil
}

// holeFault words what simplefeatures found, without the coordinates in its text.
func holeFault(err error) string {
	for _, x := range [][2]string{
		{"nested rings", "a hole is inside another hole"},
		{"outside of exterior", "a hole is not inside the outer ring"},
		{"multiple points", "two rings cross, or touch at more than one place"},
		{"disconnected", "holes cut the polygon in two"},
	} {
		if strings.Contains(err.Error(), x[0]) {
			return x[1]
		}
	}
	return "the rings of the polygon do not fit together"
}

// xy is a place in the unrolled plane: x longitude, y latitude, degrees.
type xy struct{ x, y float64 }

func lineString(line []xy) geom.LineString {
	flat := make([]float64, 0, 2*len(line))
	for _, p := range line {
		flat = append(flat, p.x, p.y)
	}
	return geom.NewLineString(geom.NewSequence(flat, geom.DimXY))
}

// plane is r as a closed ring in the unrolled plane, without repeated corners. A ring that encloses a pole is
// repeated the given times and closed along the pole's latitude.
func (r *ring) plane(times int) []xy {
	if r.net == 0 {
		return r.unroll(0, len(r.corners), 0)
	}
	pole := -90.0
	if r.north {
		pole = 90
	}
	n := len(r.corners) - 1 // the last corner is the first, a turn on
	start := 0              // the corner nearest the pole: no edge is between it and the pole
	for i := range n {
		nearer := math.Abs(pole-r.corners[i].lat) <= math.Abs(pole-r.corners[start].lat)
		if nearer && (r.corners[i].lat != pole || r.corners[i+1].lat != pole) {
			start = i
		}
	}
	var out []xy
	for k := range times {
		out = append(out, r.unroll(start, n, k*r.net)...)
	}
	last := r.corners[start]
	out = append(out, xy{last.unrolled() + 360*float64(times*r.net), last.lat})
	for len(out) > 1 && out[len(out)-1].y == pole && out[len(out)-2].y == pole {
		out = out[:len(out)-1]
	}
	return slices.Compact(append(out, xy{out[len(out)-1].x, pole}, xy{out[0].x, pole}, out[0]))
}

// unroll is n corners of r from the one at start, turns further on, in the plane.
func (r *ring) unroll(start, n, turns int) []xy {
	out := make([]xy, 0, n)
	for i := start; i < start+n; i++ {
		c, turn := r.corners[i%len(r.corners)], turns
		if i >= len(r.corners) {
			c, turn = r.corners[i%len(r.corners)+1], turns+r.net
		}
		out = append(out, xy{c.unrolled() + 360*float64(turn), c.lat})
	}
	return slices.Compact(out)
}

// shifted is the hole r in the plane, moved by whole turns until its west end is in [west, west+360).
func (r *ring) shifted(west float64) []xy {
	least := math.Inf(1)
	for _, c := range r.corners {
		least = math.Min(least, c.unrolled())
	}
	return r.unroll(0, len(r.corners), int(math.Ceil((west-least)/360-1e-9)))
}

// maxCrossTests bounds the search for the place of a crossing.
const maxCrossTests = 4_000_000

// crossing says where a ring that is not simple crosses or touches itself: the numbers of the two edges.
func crossing(line []xy) *truce.Error {
	e := truce.E(truce.CodeInvalid, "the ring crosses or touches itself").
		WithHint("draw the outline without crossings; for two areas that meet in a point use a MultiPolygon")
	order := make([]int, len(line)-1)
	for i := range order {
		order[i] = i
	}
	west := func(i int) float64 { return math.Min(line[i].x, line[i+1].x) }
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(west(i), west(j)) })
	tests := 0
	for k, i := range order {
		for _, j := range order[k+1:] {
			if west(j) > math.Max(line[i].x, line[i+1].x) {
				break
			}
			if tests++; tests > maxCrossTests {
				return e
			}
			if gap := max(i, j) - min(i, j); gap > 1 && gap < len(order)-1 && meet(line[i], line[i+1], line[j], line[j+1]) {
				e.Message += fmt.Sprintf(": edge %d meets edge %d", min(i, j)+1, max(i, j)+1)
				return e
			}
		}
	}
	return e
}

// meet reports whether the segments ab and cd have a place in common.
func meet(a, b, c, d xy) bool {
	side := func(p, q, r xy) float64 { return (q.x-p.x)*(r.y-p.y) - (q.y-p.y)*(r.x-p.x) }
	s1, s2, s3, s4 := side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)
	if s1*s2 > 0 || s3*s4 > 0 {
		return false
	}
	return math.Min(c.x, d.x) <= math.Max(a.x, b.x) && math.Min(a.x, b.x) <= math.Max(c.x, d.x) &&
		math.Min(c.y, d.y) <= math.Max(a.y, b.y) && math.Min(a.y, b.y) <= math.Max(c.y, d.y)
}
