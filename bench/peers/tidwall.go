package peers

import (
	"github.com/tidwall/geojson"
	"github.com/tidwall/geojson/geometry"
	"github.com/tidwall/rtree"

	"truce/bench/workload"
	"truce/geo"
)

// tidwall is tidwall/rtree over the objects of tidwall/geojson.
type tidwall struct {
	tree rtree.RTreeG[*tidwallZone]
	left int
}

type tidwallZone struct {
	period
	object  geojson.Object // a circle or a polygon; nil for a corridor
	line    []geo.Point
	radiusM float64
}

func newTidwall(g *workload.Generator, zones int) Engine {
	e := &tidwall{}
	var z workload.Zone
	for i := range zones {
		g.Zone(i, &z)
		min, max, ok := box(&z)
		if !ok {
			e.left++
			continue
		}
		e.tree.Insert(min, max, tidwallOf(&z))
	}
	return e
}

func tidwallOf(z *workload.Zone) *tidwallZone {
	t := &tidwallZone{period: period{z.From, z.Until}}
	switch z.Kind {
	case workload.Circle:
		t.object = geojson.NewCircle(geometry.Point{X: z.Centre.Lon, Y: z.Centre.Lat}, z.RadiusM, 64)
	case workload.Polygon:
		ring := make([]geometry.Point, 0, len(z.Points)+1)
		for _, p := range z.Points {
			ring = append(ring, geometry.Point{X: p.Lon, Y: p.Lat})
		}
		t.object = geojson.NewPolygon(geometry.NewPoly(append(ring, ring[0]), nil, nil))
	default:
		t.line, t.radiusM = append([]geo.Point(nil), z.Points...), z.RadiusM
	}
	return t
}

// Count implements Engine.
func (e *tidwall) Count(c *workload.Check) (n int) {
	at := [2]float64{c.Lon, c.Lat}
	var asked *geojson.Point
	e.tree.Search(at, at, func(_, _ [2]float64, z *tidwallZone) bool {
		if !z.meets(c) {
			return true
		}
		if asked == nil {
			asked = geojson.NewPoint(geometry.Point{X: c.Lon, Y: c.Lat})
		}
		if z.object != nil && z.object.Intersects(asked) || z.object == nil && alongLine(z.line, c.Point, z.radiusM) {
			n++
		}
		return true
	})
	return n
}

// Left implements Engine.
func (e *tidwall) Left() int { return e.left }
