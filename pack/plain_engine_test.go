package pack

import (
	"math"

	"truce/geo"
	"truce/pack/index"
)

// simple is the engine that compares a place with one part after the other: what the index is held against.
type simple []*geo.Prepared

func simpleOf(p *Pack) (simple, error) {
	out := make(simple, len(p.parts)-1)
	for i := range out {
		var err error
		if out[i], err = geo.Prepare(p.shape(i)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (all simple) Check(q *index.Query, buf []index.Hit) ([]index.Hit, error) {
	region, err := geo.Prepare(q.Shape)
	if err != nil {
		return nil, err
	}
	for i, p := range all {
		if d, ok := p.Within(region, q.RadiusM+index.Tolerance); ok {
			buf = append(buf, index.Hit{Zone: uint32(i), DistanceM: math.Floor(d*1000) / 1000})
		}
	}
	return buf, nil
}

func (all simple) Batch(points []index.PointQuery, answer func(i int, hits []index.Hit, err error)) {
	for i, q := range points {
		hits, err := all.Check(&index.Query{Shape: geo.PointShape(geo.Point{Lat: q.Lat, Lon: q.Lon}, 0)}, nil)
		answer(i, hits, err)
	}
}
