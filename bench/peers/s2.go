package peers

import (
	"github.com/golang/geo/s1"
	"github.com/golang/geo/s2"

	"truce/bench/workload"
	"truce/geo"
)

// cells is golang/geo: a CellIndex over coverings of at most eight cells a zone,
// and its regions.
type cells struct {
	index s2.CellIndex
	zones []s2Zone
}

type s2Zone struct {
	period
	cap    s2.Cap
	loop   *s2.Loop
	line   []s2.Point
	radius s1.Angle
}

func newS2(g *workload.Generator, zones int) Engine {
	e := &cells{}
	coverer := &s2.RegionCoverer{MaxLevel: s2.MaxLevel, LevelMod: 1, MaxCells: 8}
	var z workload.Zone
	for i := range zones {
		g.Zone(i, &z)
		s, covering := s2Of(&z, coverer)
		e.index.AddCellUnion(covering, int32(i))
		e.zones = append(e.zones, s)
	}
	e.index.Build()
	return e
}

func s2Point(p geo.Point) s2.Point { return s2.PointFromLatLng(s2.LatLngFromDegrees(p.Lat, p.Lon)) }

func s2Of(z *workload.Zone, coverer *s2.RegionCoverer) (s s2Zone, covering s2.CellUnion) {
	s = s2Zone{period: period{z.From, z.Until}, radius: s1.Angle(z.RadiusM / earth)}
	points := make([]s2.Point, len(z.Points))
	for i, p := range z.Points {
		points[i] = s2Point(p)
	}
	switch z.Kind {
	case workload.Circle:
		s.cap = s2.CapFromCenterAngle(points[0], s.radius)
		return s, coverer.Covering(s.cap)
	case workload.Polygon:
		s.loop = s2.LoopFromPoints(points)
		s.loop.Normalize()
		return s, coverer.Covering(s.loop)
	}
	s.line = points
	line := s2.Polyline(points)
	covering = coverer.Covering(&line)
	covering.ExpandByRadius(s.radius, 2)
	return s, covering
}

func (s *s2Zone) holds(p s2.Point) bool {
	switch {
	case s.loop != nil:
		return s.loop.ContainsPoint(p)
	case s.line == nil:
		return s.cap.ContainsPoint(p)
	}
	for i := 1; i < len(s.line); i++ {
		if s2.DistanceFromSegment(p, s.line[i-1], s.line[i]) <= s.radius {
			return true
		}
	}
	return false
}

// Count implements Engine.
func (e *cells) Count(c *workload.Check) (n int) {
	p := s2Point(c.Point)
	ranges := s2.NewCellIndexRangeIterator(&e.index)
	contents := s2.NewCellIndexContentsIterator(&e.index)
	ranges.Seek(s2.CellIDFromLatLng(s2.LatLngFromDegrees(c.Lat, c.Lon)))
	for contents.StartUnion(ranges); !contents.Done(); contents.Next() {
		if z := &e.zones[contents.Label()]; z.meets(c) && z.holds(p) {
			n++
		}
	}
	return n
}

// Left implements Engine.
func (e *cells) Left() int { return 0 }
