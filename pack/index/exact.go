package index

import (
	"truce/geo"
)

// exactly decides whether the zone with an ordinal is hit, from its record: in float64 where that tells, by package geo
// where a place is within a bound of the zone's edge.
func (x *Index) exactly(p *probe, zone uint32) bool {
	r, err := x.record(zone)
	if err != nil {
		p.err = damaged("a record cannot be read")
		return false
	}
	r.begin()
	if hit, sure := p.inDisc(r); sure {
		return hit
	}
	return x.inRecord(p, zone)
}

// inDisc decides where the record is that of a point or circle, and p is not at its edge.
func (p *probe) inDisc(r reader) (hit, sure bool) {
	if t := shapeTypes[min(int(r.first&7), len(shapeTypes)-1)]; t != geo.TypePoint && t != geo.TypeCircle {
		return false, false
	}
	extent := r.extent()
	at := r.point()
	if r.bad || !at.Valid() {
		return false, false
	}
	p.frame()
	far := p.at.distance(ecef(at))
	lo, hi := reachOf(extent)
	return far < lo, far < lo || far > hi
}

// inRecord decides for any shape.
func (x *Index) inRecord(p *probe, zone uint32) bool {
	if s, err := x.Shape(zone); err == nil && s.Check() == nil {
		if hit, sure := p.inShape(&s); sure {
			return hit
		}
		if hit, err := touches(s, p.lat, p.lon); err == nil {
			return hit
		}
	}
	p.err = damaged("a record cannot be read")
	return false
}

// inShape reports whether p is in s, and whether that is sure.
func (p *probe) inShape(s *geo.Shape) (hit, sure bool) {
	var arena []strip
	sure = true
	p.frame()
	partsOf(s, &arena, func(q *part) {
		in, ok := p.inPart(q)
		hit, sure = hit || in && ok, sure && ok
	})
	return hit, hit || sure
}

func (p *probe) inPart(q *part) (hit, sure bool) {
	far := p.at.distance(q.ball.centre)
	switch {
	case far > q.ball.radius:
		return false, true
	case q.kind == discPart:
		return far < q.lo, far < q.lo
	case q.kind == linePart:
		return p.nearStrips(q)
	case q.large || q.vague:
		return false, false
	}
	return p.inOutline(q)
}

func (p *probe) nearStrips(q *part) (hit, sure bool) {
	sure = true
	for i := range q.strips {
		s := &q.strips[i]
		d := p.at.segment(s.a, s.b)
		if d < q.lo-s.dev {
			return true, true
		}
		sure = sure && d > q.hi+s.dev+s.apart
	}
	return false, sure
}

// inOutline adds up the turns of a small area's outline round p, on p's face.
func (p *probe) inOutline(q *part) (hit, sure bool) {
	segs := q.plane(p.face).segs
	stretch := (1 + p.u*p.u + p.v*p.v) * 1.01 / axisB
	for i := range segs {
		s := &segs[i]
		near := (s.band*bandSafety(s.band) + slackM) * stretch
		if p.u < min(s.x0, s.x1)-near || p.u > max(s.x0, s.x1)+near || p.v < min(s.y0, s.y1)-near || p.v > max(s.y0, s.y1)+near {
			continue
		}
		if s.distance(p.u, p.v) <= near {
			return false, false
		}
	}
	t := beside(segs).moved(segs, identity(len(segs)), p.u, p.v)
	return t.outer != 0 && t.holes == 0, true
}

func touches(s geo.Shape, lat, lon float64) (bool, error) {
	zone, err := geo.Prepare(s)
	if err != nil {
		return false, err
	}
	q, err := geo.Prepare(geo.PointShape(geo.Point{Lat: lat, Lon: lon}, 0))
	if err != nil {
		return false, err
	}
	_, hit := zone.Within(q, Tolerance)
	return hit, nil
}
