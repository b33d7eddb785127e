package peers

import (
	"math"

	"truce/bench/workload"
	"truce/geo"
)

// Engine holds zones and counts those that apply. Any number of goroutines may ask it.
type Engine interface {
	// Count is how many zones hold the place of the check and meet its period.
	Count(c *workload.Check) int
	// Left is how many zones were left out because the library cannot hold them.
	Left() int
}

// Peer is a library to compare with.
type Peer struct {
	Name  string
	Build func(g *workload.Generator, zones int) Engine
}

// All are the peers, in the order of the table.
var All = []Peer{
	{"tidwall/rtree 1.10.0 + geojson 1.4.5", newTidwall},
	{"tidwall/rtree 1.10.0 + paulmach/orb 0.14.0", newOrb},
	{"simplefeatures 0.50.0 (own R-tree)", newSimple},
	{"golang/geo s2 CellIndex, 8 cells", newS2},
}

const (
	degree = math.Pi / 180
	earth  = 6371008.8 // metres, the sphere that the peers stand on
)

// period is when a zone applies, Unix milliseconds.
type period struct{ from, until int64 }

func (p period) meets(c *workload.Check) bool { return p.from < c.Until && c.From < p.until }

// box is the rectangle of a zone in degrees, x east and y north, with a margin of 1 %
// on what it reaches beyond its positions. ok is false where the plane does not hold
// it: at the antimeridian and the poles.
func box(z *workload.Zone) (min, max [2]float64, ok bool) {
	min, max = [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, p := range z.Points {
		dy := 1.01 * z.RadiusM / earth / degree
		dx := dy / math.Max(1e-9, math.Cos((math.Abs(p.Lat)+dy)*degree))
		min = [2]float64{math.Min(min[0], p.Lon-dx), math.Min(min[1], p.Lat-dy)}
		max = [2]float64{math.Max(max[0], p.Lon+dx), math.Max(max[1], p.Lat+dy)}
	}
	return min, max, min[0] >= -180 && max[0] <= 180 && min[1] > -89.9 && max[1] < 89.9 && max[0]-min[0] < 90
}

// haversine is the distance of two places on the sphere, metres.
func haversine(a, b geo.Point) float64 {
	s, t := math.Sin((b.Lat-a.Lat)*degree/2), math.Sin((b.Lon-a.Lon)*degree/2)
	return 2 * earth * math.Asin(math.Sqrt(s*s+math.Cos(a.Lat*degree)*math.Cos(b.Lat*degree)*t*t))
}

// alongLine reports whether q is within metres of the line, on a plane about q.
func alongLine(line []geo.Point, q geo.Point, metres float64) bool {
	kx, ky := math.Cos(q.Lat*degree)*degree*earth, degree*earth
	ax, ay := (line[0].Lon-q.Lon)*kx, (line[0].Lat-q.Lat)*ky
	for _, p := range line[1:] {
		bx, by := (p.Lon-q.Lon)*kx, (p.Lat-q.Lat)*ky
		dx, dy := bx-ax, by-ay
		t := 0.0
		if n := dx*dx + dy*dy; n > 0 {
			t = math.Max(0, math.Min(1, -(ax*dx+ay*dy)/n))
		}
		if x, y := ax+t*dx, ay+t*dy; x*x+y*y <= metres*metres {
			return true
		}
		ax, ay = bx, by
	}
	return false
}
