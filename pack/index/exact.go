package index

import "truce/geo"

// exactly decides whether the zone with an ordinal is hit: discs by chords where these tell, all else by package geo.
func (x *Index) exactly(p *probe, zone uint32) bool {
	r, err := x.record(zone)
	if err == nil {
		r.begin()
		if s := shapeTypes[min(int(r.first&7), len(shapeTypes)-1)]; s == geo.TypePoint || s == geo.TypeCircle {
			disc := *r
			if hit, sure := disc.disc(p); sure {
				return hit
			}
		}
		var hit bool
		if s := r.shape(); !r.bad {
			if hit, err = touches(s, p.lat, p.lon); err == nil {
				return hit
			}
		}
	}
	p.err = damaged("a record cannot be read")
	return false
}

// disc reports whether p is in the disc of a record, and whether a chord tells.
func (r *reader) disc(p *probe) (hit, sure bool) {
	extent := r.extent()
	c := r.point()
	p.frame()
	d := p.at.distance(ecef(c))
	if r.bad || !(extent <= geo.MaxExtentM) || !c.Valid() {
		return false, false
	}
	hit = d < chordBelow(extent)-1e-6
	return hit, hit || d > chordAbove(extent)+slackM
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
