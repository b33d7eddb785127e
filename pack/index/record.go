package index

import (
	"encoding/binary"
	"math"

	"truce"
	"truce/geo"
)

// A record is a zone as the index keeps it: exactly, and short. A first byte has the type of the shape (3 bits), the
// notation of its coordinates (2 bits), whether it reaches beyond them (1 bit) and the form of its periods (2 bits).
// Periods, extent and positions follow; numbers are varints, positions differences in sequence.
const (
	recordExtent = 1 << 5
	noPeriods    = 0
	onePeriod    = 1
	manyPeriods  = 2 // an offset and a count in the table of periods
)

var shapeTypes = [...]geo.ShapeType{
	geo.TypePoint, geo.TypeMultiPoint, geo.TypeCircle, geo.TypeLineString, geo.TypeMultiLineString, geo.TypePolygon, geo.TypeMultiPolygon,
}

// A notation writes degrees as an integer, exactly, or not at all.
var notations = [...]struct{ write, read func(x float64) float64 }{
	{func(x float64) float64 { return math.Round(x * 1e7) }, func(i float64) float64 { return i / 1e7 }},
	{func(x float64) float64 { return math.Round(x * 1e7) }, func(i float64) float64 { return i * 1e-7 }},
	{func(x float64) float64 { return math.Round(x * 1e12) }, func(i float64) float64 { return i / 1e12 }},
}

const rawNotation = 3 // eight bytes a number

func notationOf(s *geo.Shape) int {
	for n, f := range notations {
		ok := true
		eachPoint(s, func(p geo.Point) { ok = ok && f.read(f.write(p.Lat)) == p.Lat && f.read(f.write(p.Lon)) == p.Lon })
		if ok {
			return n
		}
	}
	return rawNotation
}

func eachPoint(s *geo.Shape, f func(geo.Point)) {
	for _, p := range s.Points {
		f(p)
	}
	for _, line := range s.Lines {
		for _, p := range line {
			f(p)
		}
	}
	for _, rings := range s.Polygons {
		for _, ring := range rings {
			for _, p := range ring {
				f(p)
			}
		}
	}
}

// recorder writes records.
type recorder struct {
	out      []byte
	notation int
	last     [2]float64
}

// periodRef says where the periods of a zone with several are.
type periodRef struct{ offset, count int }

// appendRecord writes z after out. A zone with several periods has them in the table already, at ref.
func appendRecord(out []byte, z *Zone, ref periodRef) []byte {
	w := recorder{out: out, notation: notationOf(&z.Shape)}
	first := byte(w.notation) << 3
	for i, t := range shapeTypes {
		if t == z.Shape.Type {
			first |= byte(i)
		}
	}
	extent := z.Shape.ExtentM()
	if extent != 0 {
		first |= recordExtent
	}
	w.out = append(w.out, first|byte(min(len(z.Periods), 2))<<6)
	w.periods(z.Periods, ref)
	if extent != 0 {
		w.extent(extent)
	}
	w.shape(&z.Shape)
	return w.out
}

func (w *recorder) uint(x uint64) { w.out = binary.AppendUvarint(w.out, x) }

func zigzag(x int64) uint64   { return uint64(x)<<1 ^ uint64(x>>63) }
func unzigzag(x uint64) int64 { return int64(x>>1) ^ -int64(x&1) }

// periods writes one period as a byte of bits (no beginning, no end, whole seconds) and what is left to say.
func (w *recorder) periods(periods []Period, ref periodRef) {
	if len(periods) > 1 {
		w.uint(uint64(ref.offset))
		w.uint(uint64(ref.count))
	}
	if len(periods) != 1 {
		return
	}
	p, bits, unit := periods[0], byte(4), int64(1000)
	if p.From == Always {
		bits, p.From = bits|1, 0
	}
	if p.Until == Forever {
		bits, p.Until = bits|2, p.From
	}
	if p.From%1000 != 0 || p.Until%1000 != 0 {
		bits, unit = bits&^4, 1
	}
	w.out = append(w.out, bits)
	w.uint(zigzag(p.From / unit))
	w.uint(zigzag(p.Until/unit - p.From/unit))
}

// extent writes metres, in millimetres where that is exact.
func (w *recorder) extent(m float64) {
	if mm := math.Round(m * 1000); mm/1000 == m {
		w.uint(uint64(mm)<<1 | 1)
		return
	}
	w.uint(0)
	w.out = binary.LittleEndian.AppendUint64(w.out, math.Float64bits(m))
}

func (w *recorder) shape(s *geo.Shape) {
	if s.Type == geo.TypeMultiPoint {
		w.uint(uint64(len(s.Points)))
	}
	for _, p := range s.Points {
		w.point(p)
	}
	if s.Type == geo.TypeMultiLineString {
		w.uint(uint64(len(s.Lines)))
	}
	for _, line := range s.Lines {
		w.line(line)
	}
	if s.Type == geo.TypeMultiPolygon {
		w.uint(uint64(len(s.Polygons)))
	}
	for _, rings := range s.Polygons {
		w.uint(uint64(len(rings)))
		for _, ring := range rings {
			w.line(ring[:len(ring)-1])
		}
	}
}

func (w *recorder) line(line []geo.Point) {
	w.uint(uint64(len(line)))
	for _, p := range line {
		w.point(p)
	}
}

func (w *recorder) point(p geo.Point) {
	for k, x := range [2]float64{p.Lat, p.Lon} {
		if w.notation == rawNotation {
			w.out = binary.LittleEndian.AppendUint64(w.out, math.Float64bits(x))
			continue
		}
		i := notations[w.notation].write(x)
		w.uint(zigzag(int64(i - w.last[k])))
		w.last[k] = i
	}
}

// damaged is what is said of bytes that no builder wrote.
func damaged(what string) *truce.Error {
	return truce.E(truce.CodeTampered, "the index is damaged: %s", what).
		WithHint("delete it; it is built again from the pack")
}
