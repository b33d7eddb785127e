package pack

import (
	"math"

	"truce"
	"truce/geo"
)

// The bits of colShape.
const (
	shapeType    = 0x07 // index into shapeTypes
	shapeExtent  = 0x08 // has an accuracy, radius or buffer
	shapePeriods = 0x30 // 0 always, 1 one period, 2 a list of them
	shapeLeg     = 0x40 // belongs to a leg
	shapeRaw     = 0x80 // positions as they are in memory
	periodsShift = 4
)

var shapeTypes = []geo.ShapeType{geo.TypePoint, geo.TypeMultiPoint, geo.TypeCircle, geo.TypeLineString,
	geo.TypeMultiLineString, geo.TypePolygon, geo.TypeMultiPolygon}

// maxScale is the most decimals that a position is written with.
const maxScale = 9

var pow10 = [maxScale + 1]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9}

// exact is v as a whole number of units of 10^-scale degrees, where that number divided by 10^scale gives v again, bit
// by bit.
func exact(v float64, scale int) (int64, bool) {
	k := math.Round(v * pow10[scale])
	if math.Abs(k) > 1<<52 {
		return 0, false
	}
	return int64(k), math.Float64bits(float64(int64(k))/pow10[scale]) == math.Float64bits(v)
}

// scaleOf is the least number of decimals that holds every position exactly.
func scaleOf(points []geo.Point) (scale int, ok bool) {
	for _, p := range points {
		for _, v := range [2]float64{p.Lat, p.Lon} {
			for {
				if _, ok := exact(v, scale); ok {
					break
				}
				if scale++; scale > maxScale {
					return 0, false
				}
			}
		}
	}
	return scale, true
}

// part writes a shape with its times.
func (e *encoder) part(p *Part) {
	points := e.outline(p.Shape)
	scale, ok := scaleOf(points)
	e.cols[colShape].byte(p.head(!ok))
	if ok {
		e.cols[colScale].byte(byte(scale))
	}
	for _, at := range points {
		if ok {
			e.position(at, scale)
		} else {
			e.cols[colRaw].float(at.Lat)
			e.cols[colRaw].float(at.Lon)
		}
	}
	if x := p.Shape.ExtentM(); x != 0 {
		e.extent(x)
	}
	if p.Leg >= 0 {
		e.cols[colLeg].uvarint(uint64(p.Leg))
		e.recur(colLeg, p.Name)
	}
	if len(p.Periods) > 1 {
		e.cols[colPeriods].uvarint(uint64(len(p.Periods)))
	}
	e.periods(p.Periods)
}

// head is the byte of p in colShape.
func (p *Part) head(raw bool) byte {
	var b byte
	for i, t := range shapeTypes {
		if t == p.Shape.Type {
			b = byte(i)
		}
	}
	if p.Shape.ExtentM() != 0 {
		b |= shapeExtent
	}
	if p.Leg >= 0 {
		b |= shapeLeg
	}
	if raw {
		b |= shapeRaw
	}
	return b | byte(min(len(p.Periods), 2))<<periodsShift
}

func (e *encoder) position(p geo.Point, scale int) {
	lat, _ := exact(p.Lat, scale)
	lon, _ := exact(p.Lon, scale)
	e.cols[colLat].varint(lat - e.prev.lat[scale])
	e.cols[colLon].varint(lon - e.prev.lon[scale])
	e.prev.lat[scale], e.prev.lon[scale] = lat, lon
}

// outline writes the counts of a shape and gives its positions in order, without those that close a ring.
func (e *encoder) outline(s geo.Shape) []geo.Point {
	c := &e.cols[colCounts]
	switch s.Type {
	case geo.TypePoint, geo.TypeCircle:
		return s.Points
	case geo.TypeMultiPoint:
		c.uvarint(uint64(len(s.Points)))
		return s.Points
	case geo.TypeMultiLineString:
		c.uvarint(uint64(len(s.Lines)))
	case geo.TypeMultiPolygon:
		c.uvarint(uint64(len(s.Polygons)))
	}
	var out []geo.Point
	for _, line := range s.Lines {
		c.uvarint(uint64(len(line)))
		out = append(out, line...)
	}
	for _, rings := range s.Polygons {
		c.uvarint(uint64(len(rings)))
		for _, ring := range rings {
			c.uvarint(uint64(len(ring) - 1))
			out = append(out, ring[:len(ring)-1]...)
		}
	}
	return out
}

// partsOf are the parts that a shape has: points, lines, polygons.
var partsOf = map[geo.ShapeType][3]bool{geo.TypePoint: {true}, geo.TypeMultiPoint: {true}, geo.TypeCircle: {true}, geo.TypeLineString: {1: true},
	geo.TypeMultiLineString: {1: true}, geo.TypePolygon: {2: true}, geo.TypeMultiPolygon: {2: true}}

// checkShape refuses what would not be read again.
func checkShape(s geo.Shape) error {
	parts := partsOf[s.Type]
	single := s.Type == geo.TypePoint || s.Type == geo.TypeCircle || s.Type == geo.TypeLineString || s.Type == geo.TypePolygon
	counts := [3]int{len(s.Points), len(s.Lines), len(s.Polygons)}
	for i, n := range counts {
		if (n > 0) != parts[i] || single && n > 1 {
			return badShape("it does not have the parts of its type")
		}
	}
	if x := s.ExtentM(); !(x >= 0 && x <= geo.MaxExtentM) || x == 0 && s.Type == geo.TypeCircle {
		return badShape("its extent is no distance")
	}
	return checkPositions(s)
}

func badShape(why string) error { return truce.E(truce.CodeInvalid, "a shape cannot be kept: %s", why) }

func checkPositions(s geo.Shape) error {
	lines := s.Lines
	for _, rings := range s.Polygons {
		for _, ring := range rings {
			if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
				return badShape("a ring is not closed")
			}
		}
		if len(rings) == 0 {
			return badShape("a polygon has no ring")
		}
		lines = append(lines[:len(lines):len(lines)], rings...)
	}
	n := len(s.Points)
	for _, line := range append([][]geo.Point{s.Points}, lines...) {
		for _, p := range line {
			if !p.Valid() {
				return badShape("a position is out of range")
			}
		}
	}
	for _, line := range lines {
		if n += len(line); len(line) < 2 {
			return badShape("a line has less than two positions")
		}
	}
	if n > geo.MaxVertices {
		return badShape("it has too many positions")
	}
	return nil
}
