package geo

import (
	"fmt"
	"math"
	"slices"
)

// repairs are what was put right in a shape: how many of each, and where the first was.
type repairs struct {
	order []string
	count map[string]int
	first map[string]string
}

func (r *repairs) note(what, at string) {
	if r.count == nil {
		r.count, r.first = map[string]int{}, map[string]string{}
	}
	if r.count[what]++; r.count[what] == 1 {
		r.order = append(r.order, what)
		r.first[what] = at
	}
}

func (r *repairs) texts() []string {
	var out []string
	for _, what := range r.order {
		text := r.first[what] + ": " + what
		if n := r.count[what]; n > 1 {
			text += fmt.Sprintf(" (%d times, this the first)", n)
		}
		out = append(out, text)
	}
	return out
}

// repaired is s with what RFC 7946 leaves no doubt about put right, and said: repeated positions in a row dropped, open
// rings closed, rings turned the right way (outer counter-clockwise, holes clockwise). It also says, of an edge over
// more than 180 degrees of longitude, how it is read.
func (s Shape) repaired(r *repairs) Shape {
	out, z := s, s.Z
	out.Lines, out.Polygons, out.Z = nil, nil, nil
	fix := func(points []Point, at string, ring, hole bool) []Point {
		w := work{points: slices.Clone(points), at: at, repairs: r}
		if s.Z != nil {
			w.z, z = slices.Clone(z[:len(points)]), z[len(points):]
		}
		w.fix(ring, hole)
		out.Z = append(out.Z, w.z...)
		return w.points
	}
	for i, line := range s.Lines {
		out.Lines = append(out.Lines, fix(line, s.lineAt(i), false, false))
	}
	for i, rings := range s.Polygons {
		var fixed [][]Point
		for j, points := range rings {
			fixed = append(fixed, fix(points, s.ringAt(i, j), true, j > 0))
		}
		out.Polygons = append(out.Polygons, fixed)
	}
	if len(s.Points) > 0 {
		out.Z = s.Z
	}
	return out
}

func (s Shape) lineAt(i int) string {
	if s.Type == TypeLineString {
		return "/coordinates"
	}
	return fmt.Sprintf("/coordinates/%d", i)
}

func (s Shape) ringAt(i, j int) string {
	if s.Type == TypePolygon {
		return fmt.Sprintf("/coordinates/%d", j)
	}
	return fmt.Sprintf("/coordinates/%d/%d", i, j)
}

// work is one line or ring under repair, with its heights.
type work struct {
	points  []Point
	z       []float64
	at      string
	repairs *repairs
}

func (w *work) fix(ring, hole bool) {
	w.dropRepeats()
	if ring && len(w.points) > 2 {
		w.close()
	}
	for i := 1; i < len(w.points); i++ {
		if math.Abs(w.points[i].Lon-w.points[i-1].Lon) > 180 && math.Abs(w.points[i].Lat) != 90 {
			w.repairs.note("an edge over more than 180 degrees of longitude is read the short way, across the antimeridian", w.at)
			break
		}
	}
	if ring && len(w.points) > 3 {
		w.turn(hole)
	}
}

func (w *work) dropRepeats() {
	keep := 0
	for i := range w.points {
		if i > 0 && w.points[i] == w.points[keep-1] {
			continue
		}
		w.points[keep] = w.points[i]
		if w.z != nil {
			w.z[keep] = w.z[i]
		}
		keep++
	}
	if keep == len(w.points) || keep < 2 {
		return
	}
	w.points = w.points[:keep]
	if w.z != nil {
		w.z = w.z[:keep]
	}
	w.repairs.note("a position repeated in a row was dropped", w.at)
}

func (w *work) close() {
	if w.points[0] == w.points[len(w.points)-1] {
		return
	}
	w.points = append(w.points, w.points[0])
	if w.z != nil {
		w.z = append(w.z, w.z[0])
	}
	w.repairs.note("an open ring was closed", w.at)
}

// turn reverses the ring where it goes the wrong way round.
func (w *work) turn(hole bool) {
	r := newRing(w.points)
	area := 0.0
	for i := 1; i < len(r.corners); i++ {
		a, b := r.corners[i-1], r.corners[i]
		area += (a.unrolled() - b.unrolled()) * (a.lat + b.lat)
	}
	left := area > 0
	if r.net != 0 {
		left, area = r.north == (r.net > 0), 1
	}
	if area == 0 || left != hole {
		return
	}
	slices.Reverse(w.points)
	slices.Reverse(w.z)
	w.repairs.note("a ring that went the wrong way round was reversed", w.at)
}
