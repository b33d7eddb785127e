package holds

import (
	"math"

	"truce/geo"
)

// index finds items by place: a grid of longitude and latitude. It leaves out
// nothing: a cell lists every item of which the bounds of some shape reach into it.
type index struct {
	all   []*item
	cells map[cell][]int32 // numbers in all, ascending
	wide  []int32          // met in many cells, or everywhere
}

type cell struct{ x, y int32 }

const (
	cellDegrees = 0.1 // some 11 km of latitude
	maxCells    = 64  // of one shape; a wider one is looked at for every question
)

func newIndex(all []*item) *index {
	x := &index{all: all, cells: map[cell][]int32{}}
	for i, it := range all {
		x.add(int32(i), it)
	}
	return x
}

func (x *index) add(n int32, it *item) {
	var met []cell
	for _, s := range it.shapes {
		cells, ok := cellsOf(s.Bounds(), 0)
		if !ok {
			x.wide = append(x.wide, n)
			return
		}
		met = append(met, cells...)
	}
	if len(met) == 0 {
		x.wide = append(x.wide, n)
		return
	}
	for _, c := range met {
		if list := x.cells[c]; len(list) == 0 || list[len(list)-1] != n {
			x.cells[c] = append(list, n)
		}
	}
}

// cellsOf lists the cells that a box reaches into, widened by some metres; ok is
// false where they are too many to list.
func cellsOf(b geo.Box, metres float64) (cells []cell, ok bool) {
	// A degree of latitude is at least 110,574 m on WGS-84; one of longitude is
	// shorter by the cosine of the latitude.
	lat := metres/110_574 + 1e-6
	south, north := b.South-lat, b.North+lat
	shrink := math.Cos(math.Min(89.9, math.Max(math.Abs(south), math.Abs(north))) * math.Pi / 180)
	lon := lat / shrink
	west, east := b.West-lon, b.East+lon
	if b.West > b.East {
		east += 360
	}
	if (north-south)/cellDegrees*((east-west)/cellDegrees) > maxCells || math.Max(math.Abs(south), math.Abs(north)) > 89 || east-west > 180 {
		return nil, false
	}
	for y := floor(south); y <= floor(north); y++ {
		for x := floor(west); x <= floor(east); x++ {
			cells = append(cells, cell{wrap(x), y})
		}
	}
	return cells, true
}

func floor(degrees float64) int32 { return int32(math.Floor(degrees / cellDegrees)) }

// wrap brings a column back into -180 to 180 degrees.
func wrap(x int32) int32 {
	const turn = int32(3600) // 360 / cellDegrees
	return ((x+turn/2)%turn+turn)%turn - turn/2
}

// near lists the items that may come within the radius, but for those gone.
func (x *index) near(q *question, gone map[string]bool) []*item {
	cells, ok := []cell(nil), false
	if q.region != nil {
		cells, ok = cellsOf(q.Shape.Bounds(), q.RadiusM)
	}
	var out []*item
	if !ok {
		for _, it := range x.all {
			if !gone[it.subject] {
				out = append(out, it)
			}
		}
		return out
	}
	seen := map[int32]bool{}
	add := func(list []int32) {
		for _, n := range list {
			if !seen[n] && !gone[x.all[n].subject] {
				seen[n] = true
				out = append(out, x.all[n])
			}
		}
	}
	add(x.wide)
	for _, c := range cells {
		add(x.cells[c])
	}
	return out
}
