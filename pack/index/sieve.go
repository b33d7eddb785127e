package index

import (
	"math"
	"math/bits"
)

// The sieve is the first thing that a question about a place meets: a bit for every square of latitude and longitude, set
// where anything may be hit. It needs no sine, and most places of the Earth go no farther. It is set from the zones
// themselves, not from cells, with every bound on the side of too many bits.
//
// It has rows of latitude from the south and twice as many columns of longitude from -180 degrees. Words of 64 bits hold
// squares of 8 by 8, in rows from the south: bit 8*row+column.

// sieve is the bits, while they are set.
type sieve struct {
	rows  int // a power of two
	words []uint64
	done  map[cell]bool // cells that are set
}

// The least and the greatest number of rows of a sieve, as powers of two: squares of 80 and 5 km at the equator.
const (
	leastSieve = 8
	mostSieve  = 12
)

func newSieve(rows int) *sieve {
	return &sieve{rows, make([]uint64, sieveBytes(rows)/8), map[cell]bool{}}
}

// merge sets all that another sieve of the same size has set.
func (s *sieve) merge(o *sieve) {
	for i, w := range o.words {
		s.words[i] |= w
	}
}

// coarser is a sieve of fewer rows that lets through at least as much.
func (s *sieve) coarser(rows int) *sieve {
	for s.rows > rows {
		half := newSieve(s.rows / 2)
		for at, word := range s.words {
			r, c := uint32(at/(s.rows/4))*8, uint32(at%(s.rows/4))*8
			for ; word != 0; word &= word - 1 {
				bit := uint32(bits.TrailingZeros64(word))
				to, k := half.bit((r+bit>>3)/2, (c+bit&7)/2)
				half.words[to] |= 1 << k
			}
		}
		s = half
	}
	return s
}

// sieveBytes is the length of a sieve.
func sieveBytes(rows int) uint64 { return uint64(rows) * uint64(rows) / 4 }

// sieveRate is how many rows or columns there are in a degree. A little less than all: 90 and 180 degrees are in the last.
func sieveRate(rows int) float64 { return float64(rows) / 180 * (1 - 1e-12) }

// row and column are where degrees are. They never fall as degrees rise, whatever is rounded.
func row(lat, rate float64) uint32    { return uint32(int32((lat + 90) * rate)) }
func column(lon, rate float64) uint32 { return uint32(int32((lon + 180) * rate)) }

// bit is the word and the bit of a square.
func (s *sieve) bit(r, c uint32) (word, bit uint32) {
	return r>>3*uint32(s.rows/4) + c>>3, r&7<<3 | c&7
}

// ball sets what a ball may touch. Its centre may be below the surface: the place above is taken, and the radius made
// longer by as much. From there, no way along the surface to a place within the radius is longer than way; it changes the
// latitude by way/curveMin at most, and the longitude by way over the least distance from the axis that it meets.
func (s *sieve) ball(b ball) {
	top := surface(b.centre)
	reach := b.radius + top.distance(b.centre)
	if !(reach < 300_000) || b.centre.norm() < axisB/2 {
		s.fill(0, uint32(s.rows)-1, -180, 180)
		return
	}
	way := 1.001*reach + 0.001
	at, dlat := top.place(), way/curveMin/degree
	south, north, dlon := at.Lat-dlat, at.Lat+dlat, 180.0
	if far := math.Max(-south, north); far < 89.9 {
		dlon = math.Min(180, way/(axisA*math.Cos(far*degree))/degree)
	}
	rate := sieveRate(s.rows)
	first, last := row(math.Max(-90, south), rate), row(math.Min(90, north), rate)
	west, east := at.Lon-dlon, at.Lon+dlon
	switch {
	case dlon >= 180:
		west, east = -180, 180
	case west < -180:
		s.fill(first, last, west+360, 180)
		west = -180
	case east > 180:
		s.fill(first, last, -180, east-360)
		east = 180
	}
	s.fill(first, last, west, east)
}

// fill sets rows from west to east, degrees.
func (s *sieve) fill(first, last uint32, west, east float64) {
	rate := sieveRate(s.rows)
	from, to := column(west, rate), column(east, rate)
	for r := first; r <= last; r++ {
		for c := from; c <= to; c++ {
			word, bit := s.bit(r, c)
			s.words[word] |= 1 << bit
		}
	}
}

// cell sets what a cell of at most binLevel touches, once.
func (s *sieve) cell(c cell) {
	if s.done[c] {
		return
	}
	s.done[c] = true
	if c.level < binLevel {
		for k := range uint32(4) {
			s.cell(c.child(k))
		}
		return
	}
	p := newPatch(c)
	s.ball(p.ball)
}

// fineReach is the radius in metres up to which the ball of a part, or of each strip of a line, is set; what is larger is
// set by the cells that it is sorted into.
const fineReach = 30_000

// fine reports whether the sieve is set from p itself.
func (p *part) fine() bool {
	return p.kind == linePart && p.hi < fineReach || !p.large && p.ball.radius <= fineReach
}

// part sets what a part may touch, where it is fine.
func (s *sieve) part(p *part) {
	switch {
	case !p.fine():
	case p.kind == linePart:
		for i := range p.strips {
			s.ball(p.strips[i].ball(p.hi))
		}
	default:
		s.ball(p.ball)
	}
}

// passes reports whether anything may be hit at a place: a latitude and longitude that are in range.
func (x *Index) passes(lat, lon float64) bool {
	r, c := row(lat, x.rate), column(lon, x.rate)
	at := uint64(r>>3)<<x.rowBytes + uint64(c&^7|r&7)
	return at < uint64(len(x.sieve)) && x.sieve[at]>>(c&7)&1 != 0
}
