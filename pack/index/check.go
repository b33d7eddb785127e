package index

import (
	"cmp"
	"math"
	"slices"

	"truce"
	"truce/geo"
)

// Check appends to buf the zones within q.RadiusM metres of q.Shape, by ordinal, each with its distance, 0 where it is
// inside or touching. It is CodeInvalid for a malformed shape or radius, and CodeTampered when the index is damaged.
func (x *Index) Check(q *Query, buf []Hit) ([]Hit, error) {
	if !(q.RadiusM >= 0 && q.RadiusM <= MaxRadiusM) {
		return buf, truce.E(truce.CodeInvalid, "not a distance from 0 to %d metres", int(MaxRadiusM)).At("/radiusM")
	}
	region, err := geo.Prepare(q.Shape)
	if err != nil {
		return buf, err
	}
	if q.Shape.IsZero() {
		return buf, truce.E(truce.CodeInvalid, "a shape is needed").At("/shape")
	}
	c := newCover(x, q.Shape, q.RadiusM)
	if err := c.run(); err != nil {
		return buf, err
	}
	a := x.asked(q.From, q.Until, q.OnlyInForce)
	for _, zone := range c.found {
		if c.beyond(zone) {
			continue
		}
		h, ok, err := x.refine(&a, region, zone, q.RadiusM)
		if err != nil {
			return buf, err
		}
		if ok {
			buf = append(buf, h)
		}
	}
	return buf, nil
}

// beyond reports whether a zone is certainly too far: it is a disc, and what is asked about is one.
func (c *cover) beyond(zone uint32) bool {
	if len(c.parts) != 1 || c.parts[0].kind != discPart {
		return false
	}
	r, err := c.x.record(zone)
	if err != nil {
		return false
	}
	r.begin()
	if s := shapeTypes[min(int(r.first&7), len(shapeTypes)-1)]; s != geo.TypePoint && s != geo.TypeCircle {
		return false
	}
	reach := r.extent() + c.reach
	at := r.point()
	return !r.bad && at.Valid() && ecef(at).distance(c.parts[0].ball.centre) > chordAbove(reach)+slackM
}

// refine compares one zone with the region asked about, exactly.
func (x *Index) refine(a *asked, region *geo.Prepared, zone uint32, radius float64) (Hit, bool, error) {
	state, err := x.state(zone, a.from, a.until)
	if err != nil || a.only && state != InForce {
		return Hit{}, false, err
	}
	s, err := x.Shape(zone)
	if err != nil {
		return Hit{}, false, err
	}
	p, err := geo.Prepare(s)
	if err != nil {
		return Hit{}, false, damaged("a record cannot be read")
	}
	d, near := p.Within(region, radius+Tolerance)
	return Hit{Zone: zone, State: state, DistanceM: math.Floor(d*1000) / 1000}, near, nil
}

// Nearest gives the n zones nearest to lat, lon (degrees) and at most maxM metres away, nearest first, equally near ones
// by ordinal; in the time [from, until) as At says.
func (x *Index) Nearest(lat, lon, maxM float64, n int, from, until int64, onlyInForce bool) ([]Hit, error) {
	q := Query{Shape: geo.PointShape(geo.Point{Lat: lat, Lon: lon}, 0), From: from, Until: until, OnlyInForce: onlyInForce}
	if !(maxM >= 0 && maxM <= MaxRadiusM) {
		return nil, truce.E(truce.CodeInvalid, "not a distance from 0 to %d metres", int(MaxRadiusM)).At("/maxM")
	}
	for q.RadiusM = math.Min(maxM, 500); ; q.RadiusM = math.Min(maxM, 4*q.RadiusM) {
		hits, err := x.Check(&q, nil)
		if err != nil {
			return nil, err
		}
		if len(hits) >= n || q.RadiusM == maxM {
			slices.SortStableFunc(hits, func(a, b Hit) int { return cmp.Compare(a.DistanceM, b.DistanceM) })
			return hits[:min(n, len(hits))], nil
		}
	}
}
