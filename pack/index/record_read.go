package index

import (
	"encoding/binary"
	"math"

	"truce/geo"
)

// reader reads a record. It notes damage in bad, and reads zeros from there on.
type reader struct {
	in       []byte
	bad      bool
	first    byte
	notation int
	last     [2]float64
}

func (r *reader) fail() uint64 {
	r.bad, r.in = true, nil
	return 0
}

func (r *reader) uint() uint64 {
	x, n := binary.Uvarint(r.in)
	if n <= 0 {
		return r.fail()
	}
	r.in = r.in[n:]
	return x
}

func (r *reader) byte() byte {
	if len(r.in) == 0 {
		return byte(r.fail())
	}
	b := r.in[0]
	r.in = r.in[1:]
	return b
}

func (r *reader) float() float64 {
	if len(r.in) < 8 {
		return float64(r.fail())
	}
	x := math.Float64frombits(binary.LittleEndian.Uint64(r.in))
	r.in = r.in[8:]
	return x
}

// count reads how many things of at least size bytes follow; never more than the record has room for.
func (r *reader) count(size int) int {
	n := r.uint()
	if n > uint64(len(r.in)/size) {
		n = r.fail()
	}
	return int(n)
}

// begin reads the first byte and the periods: one, or where several are.
func (r *reader) begin() (one Period, ref periodRef, form int) {
	r.first = r.byte()
	r.notation, form = int(r.first>>3&3), int(r.first>>6)
	switch form {
	case noPeriods:
		return Period{Always, Forever}, ref, form
	case onePeriod:
		return r.period(), ref, form
	case manyPeriods:
		return one, periodRef{int(r.uint() & math.MaxUint32), int(r.uint() & math.MaxUint32)}, form
	}
	r.fail()
	return one, ref, form
}

func (r *reader) period() Period {
	bits, from := r.byte(), unzigzag(r.uint())
	p := Period{from, from + unzigzag(r.uint())}
	if bits&4 != 0 {
		p.From, p.Until = p.From*1000, p.Until*1000
	}
	if bits&1 != 0 {
		p.From = Always
	}
	if bits&2 != 0 {
		p.Until = Forever
	}
	return p
}

// extent reads what follows the periods: metres.
func (r *reader) extent() float64 {
	if r.first&recordExtent == 0 {
		return 0
	}
	if x := r.uint(); x&1 != 0 {
		return float64(x>>1) / 1000
	}
	return r.float()
}

func (r *reader) point() geo.Point {
	var at [2]float64
	for k := range at {
		if r.notation == rawNotation {
			at[k] = r.float()
			continue
		}
		r.last[k] += float64(unzigzag(r.uint()))
		at[k] = notations[r.notation].read(r.last[k])
	}
	return geo.Point{Lat: at[0], Lon: at[1]}
}

func (r *reader) line(closed bool) []geo.Point {
	n := r.count(2)
	line := make([]geo.Point, 0, n+1)
	for range n {
		line = append(line, r.point())
	}
	if closed && n > 0 {
		line = append(line, line[0])
	}
	return line
}

// shape reads the rest of a record. A damaged one is a shape that package geo refuses, or bad is set.
func (r *reader) shape() geo.Shape {
	s := geo.Shape{}
	if int(r.first&7) >= len(shapeTypes) {
		r.fail()
		return s
	}
	s.Type = shapeTypes[r.first&7]
	extent := r.extent()
	switch s.Type {
	case geo.TypePoint, geo.TypeMultiPoint:
		s.AccuracyM = extent
	case geo.TypeCircle:
		s.RadiusM = extent
	case geo.TypeLineString, geo.TypeMultiLineString:
		s.BufferM = extent
	}
	r.parts(&s)
	return s
}

func (r *reader) parts(s *geo.Shape) {
	n := 1
	switch s.Type {
	case geo.TypeMultiPoint, geo.TypeMultiLineString, geo.TypeMultiPolygon:
		n = r.count(2)
	}
	for range n {
		switch s.Type {
		case geo.TypePoint, geo.TypeMultiPoint, geo.TypeCircle:
			s.Points = append(s.Points, r.point())
		case geo.TypeLineString, geo.TypeMultiLineString:
			s.Lines = append(s.Lines, r.line(false))
		default:
			rings := make([][]geo.Point, 0, 1)
			for range r.count(2) {
				rings = append(rings, r.line(true))
			}
			s.Polygons = append(s.Polygons, rings)
		}
	}
}
