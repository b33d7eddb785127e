package peers

import (
	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"
	"github.com/paulmach/orb/planar"
	"github.com/tidwall/rtree"

	"truce/bench/workload"
	"truce/geo"
)

// orbs is tidwall/rtree over the geometry of paulmach/orb.
type orbs struct {
	tree rtree.RTreeG[*orbZone]
	left int
}

type orbZone struct {
	period
	centre  orb.Point
	polygon orb.Polygon
	line    []geo.Point
	radiusM float64
}

func newOrb(g *workload.Generator, zones int) Engine {
	e := &orbs{}
	var z workload.Zone
	for i := range zones {
		g.Zone(i, &z)
		min, max, ok := box(&z)
		if !ok {
			e.left++
			continue
		}
		e.tree.Insert(min, max, orbOf(&z))
	}
	return e
}

func orbOf(z *workload.Zone) *orbZone {
	o := &orbZone{period: period{z.From, z.Until}, centre: orb.Point{z.Centre.Lon, z.Centre.Lat}, radiusM: z.RadiusM}
	switch z.Kind {
	case workload.Polygon:
		ring := make(orb.Ring, 0, len(z.Points)+1)
		for _, p := range z.Points {
			ring = append(ring, orb.Point{p.Lon, p.Lat})
		}
		o.polygon = orb.Polygon{append(ring, ring[0])}
	case workload.Corridor:
		o.line = append([]geo.Point(nil), z.Points...)
	}
	return o
}

func (o *orbZone) holds(p geo.Point) bool {
	at := orb.Point{p.Lon, p.Lat}
	switch {
	case o.polygon != nil:
		return planar.PolygonContains(o.polygon, at)
	case o.line != nil:
		return alongLine(o.line, p, o.radiusM)
	}
	return orbgeo.DistanceHaversine(o.centre, at) <= o.radiusM
}

// Count implements Engine.
func (e *orbs) Count(c *workload.Check) (n int) {
	at := [2]float64{c.Lon, c.Lat}
	e.tree.Search(at, at, func(_, _ [2]float64, o *orbZone) bool {
		if o.meets(c) && o.holds(c.Point) {
			n++
		}
		return true
	})
	return n
}

// Left implements Engine.
func (e *orbs) Left() int { return e.left }
