package pack

import (
	"truce/geo"
)

// outline reads the counts and positions of a shape.
func (d *decoder) outline(head byte) {
	if int(head&shapeType) >= len(shapeTypes) {
		d.fault = ": it has a shape of no type that is known"
		return
	}
	scale := -1
	if head&shapeRaw == 0 {
		if scale = int(d.cols[colScale].byte()); scale > maxScale {
			d.fault = ": it has more decimals than are written"
			return
		}
	}
	before := len(d.points)
	switch t := shapeTypes[head&shapeType]; t {
	case geo.TypePoint, geo.TypeCircle:
		d.positions(1, scale, false)
	case geo.TypeMultiPoint:
		d.line(scale, 1, false)
	case geo.TypeLineString:
		d.line(scale, 2, false)
	case geo.TypeMultiLineString:
		d.lines(scale, false)
	case geo.TypePolygon:
		d.lines(scale, true)
	case geo.TypeMultiPolygon:
		for range d.counted() {
			d.lines(scale, true)
		}
	}
	if len(d.points)-before > geo.MaxVertices || len(d.points) == before {
		d.fault = ": it has a shape of too many or no positions"
	}
}

// counted reads a number of lines, rings or polygons, each of which has a count of its own.
func (d *decoder) counted() int {
	c := &d.cols[colCounts]
	n := c.count(c)
	d.counts = append(d.counts, uint32(n))
	return n
}

func (d *decoder) lines(scale int, rings bool) {
	for range d.counted() {
		d.line(scale, 2, rings)
	}
}

// line reads a line, or a ring, which ends where it began.
func (d *decoder) line(scale, least int, ring bool) {
	from := &d.cols[colLat]
	if scale < 0 {
		from = &d.cols[colRaw]
	}
	n := d.cols[colCounts].count(from)
	if ring && n < 3 || n < least {
		d.cols[colCounts].bad = true
		return
	}
	kept := uint32(n)
	if ring {
		kept++
	}
	d.counts = append(d.counts, kept)
	d.positions(n, scale, ring)
}

func (d *decoder) positions(n, scale int, ring bool) {
	begin := len(d.points)
	for range n {
		p := d.position(scale)
		if !p.Valid() || d.cols[colLat].bad || d.cols[colLon].bad {
			d.fault = ": it has a position that is none"
			return
		}
		d.points = append(d.points, p)
	}
	if ring {
		d.points = append(d.points, d.points[begin])
	}
}

func (d *decoder) position(scale int) geo.Point {
	if scale < 0 {
		lat := d.cols[colRaw].float()
		return geo.Point{Lat: lat, Lon: d.cols[colRaw].float()}
	}
	d.prev.lat[scale] += d.cols[colLat].varint()
	d.prev.lon[scale] += d.cols[colLon].varint()
	return geo.Point{Lat: float64(d.prev.lat[scale]) / pow10[scale], Lon: float64(d.prev.lon[scale]) / pow10[scale]}
}

// shape is the shape of part i. Its positions are those of the tables: not to be written to.
func (t *tables) shape(i int) geo.Shape {
	p := &t.parts[i]
	s := geo.Shape{Type: shapeTypes[p.head&shapeType]}
	points, counts := t.points[p.points:t.parts[i+1].points], t.counts[p.counts:t.parts[i+1].counts]
	switch s.Type {
	case geo.TypePoint:
		s.Points, s.AccuracyM = points, p.extent
	case geo.TypeCircle:
		s.Points, s.RadiusM = points, p.extent
	case geo.TypeMultiPoint:
		s.Points, s.AccuracyM = points, p.extent
	case geo.TypeLineString:
		s.Lines, s.BufferM = [][]geo.Point{points}, p.extent
	case geo.TypeMultiLineString:
		s.Lines, _, _ = cut(points, counts)
		s.BufferM = p.extent
	case geo.TypePolygon:
		rings, _, _ := cut(points, counts)
		s.Polygons = [][][]geo.Point{rings}
	case geo.TypeMultiPolygon:
		n := int(counts[0])
		counts = counts[1:]
		for range n {
			var rings [][]geo.Point
			rings, points, counts = cut(points, counts)
			s.Polygons = append(s.Polygons, rings)
		}
	}
	return s
}

// cut takes a number of lines, and of each its number of points, off counts, and gives them with what remains.
func cut(points []geo.Point, counts []uint32) (lines [][]geo.Point, restPoints []geo.Point, restCounts []uint32) {
	n := int(counts[0])
	counts = counts[1:]
	lines = make([][]geo.Point, n)
	for i := range lines {
		size := counts[i]
		lines[i], points = points[:size:size], points[size:]
	}
	return lines, points, counts[n:]
}

// extentAllowed refuses an extent on a shape that has none, and a circle without one.
func extentAllowed(head byte) bool {
	has := head&shapeExtent != 0
	switch shapeTypes[head&shapeType] {
	case geo.TypeCircle:
		return has
	case geo.TypePolygon, geo.TypeMultiPolygon:
		return !has
	}
	return true
}
