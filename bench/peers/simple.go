package peers

import (
	"github.com/peterstace/simplefeatures/geom"
	"github.com/peterstace/simplefeatures/rtree"

	"truce/bench/workload"
	"truce/geo"
)

// simple is simplefeatures: its bulk-loaded R-tree over its geometries.
type simple struct {
	tree  *rtree.RTree
	zones []simpleZone
	left  int
}

type simpleZone struct {
	period
	polygon geom.Geometry // empty for a circle and a corridor
	line    []geo.Point   // one position for a circle
	radiusM float64
}

func newSimple(g *workload.Generator, zones int) Engine {
	e := &simple{}
	items := make([]rtree.BulkItem, 0, zones)
	var z workload.Zone
	for i := range zones {
		g.Zone(i, &z)
		min, max, ok := box(&z)
		if !ok {
			e.left++
			continue
		}
		items = append(items, rtree.BulkItem{Box: rtree.Box{MinX: min[0], MinY: min[1], MaxX: max[0], MaxY: max[1]}, RecordID: len(e.zones)})
		e.zones = append(e.zones, simpleOf(&z))
	}
	e.tree = rtree.BulkLoad(items)
	return e
}

func simpleOf(z *workload.Zone) simpleZone {
	s := simpleZone{period: period{z.From, z.Until}, radiusM: z.RadiusM}
	if z.Kind != workload.Polygon {
		s.line = append(s.line, z.Points...)
		return s
	}
	xy := make([]float64, 0, 2*len(z.Points)+2)
	for _, p := range append(z.Points, z.Points[0]) {
		xy = append(xy, p.Lon, p.Lat)
	}
	s.polygon = geom.NewPolygon([]geom.LineString{geom.NewLineString(geom.NewSequence(xy, geom.DimXY))}).AsGeometry()
	return s
}

func (s *simpleZone) holds(p geo.Point) bool {
	switch len(s.line) {
	case 0:
		return geom.Intersects(s.polygon, (geom.XY{X: p.Lon, Y: p.Lat}).AsPoint().AsGeometry())
	case 1:
		return haversine(s.line[0], p) <= s.radiusM
	}
	return alongLine(s.line, p, s.radiusM)
}

// Count implements Engine.
func (e *simple) Count(c *workload.Check) (n int) {
	at := rtree.Box{MinX: c.Lon, MinY: c.Lat, MaxX: c.Lon, MaxY: c.Lat}
	e.tree.RangeSearch(at, func(id int) error {
		if z := &e.zones[id]; z.meets(c) && z.holds(c.Point) {
			n++
		}
		return nil
	})
	return n
}

// Left implements Engine.
func (e *simple) Left() int { return e.left }
