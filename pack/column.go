package pack

import (
	"encoding/binary"
	"math"
)

// The columns of the content, in order. The first ones hold a value for each object, those from colShape on for each
// part; what has none (no withdrawal, no leg) has no value there.
const (
	colDict     = iota // texts that recur: length and bytes each
	colFlags           // one byte, see flagContested
	colKind            // text
	colType            // text
	colOperator        // text
	colStep            // text
	colIDForm          // text of the prefix of a packed id, or length of another
	colID              // 16 bytes of a packed id, or the text of another
	colVersion         // 32 bytes
	colFirst           // signed, from the one before
	colEntry           // signed, from first
	colNames           // number of names; of each: kind and language as texts, length
	colNameText
	colWithdrawn // text of the reason; time, signed, from the one before
	colRevalidate
	colParts // number of parts
	colShape // one byte, see shapeType
	colScale // number of decimals
	colCounts
	colLat // signed, from the position before
	colLon
	colRaw // 8 bytes a number
	colExtent
	colLeg // leg, name as text
	colPeriods
	colAgreedTexts // texts of agreements and windows, each behind its length doubled, or a 1 and 32 bytes for 64 hex digits
	colAgreed      // agreements and windows, see package-level layouts in tree.go
	columns
)

// column is one column on its way out.
type column []byte

func (c *column) byte(b byte)      { *c = append(*c, b) }
func (c *column) uvarint(v uint64) { *c = binary.AppendUvarint(*c, v) }
func (c *column) varint(v int64)   { *c = binary.AppendVarint(*c, v) }
func (c *column) text(s string)    { *c = append(*c, s...) }
func (c *column) float(v float64)  { *c = binary.BigEndian.AppendUint64(*c, math.Float64bits(v)) }

// source is one column on its way in. After a fault every reading gives nothing, and bad stays set.
type source struct {
	rest string
	bad  bool
}

func (s *source) byte() byte {
	if len(s.rest) == 0 {
		s.bad = true
		return 0
	}
	b := s.rest[0]
	s.rest = s.rest[1:]
	return b
}

// uvarint reads what binary.AppendUvarint writes, in its one shortest spelling.
func (s *source) uvarint() uint64 {
	var v uint64
	for i := 0; i < len(s.rest) && i < binary.MaxVarintLen64; i++ {
		b := s.rest[i]
		if i == binary.MaxVarintLen64-1 && b > 1 || i > 0 && b == 0 {
			break
		}
		v |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			s.rest = s.rest[i+1:]
			return v
		}
	}
	s.bad, s.rest = true, ""
	return 0
}

func (s *source) varint() int64 {
	u := s.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

// count reads a number of things that take at least one byte each in from.
func (s *source) count(from *source) int {
	n := s.uvarint()
	if n > uint64(len(from.rest)) {
		s.bad = true
		return 0
	}
	return int(n)
}

func (s *source) text(n int) string {
	if n < 0 || n > len(s.rest) {
		s.bad, s.rest = true, ""
		return ""
	}
	t := s.rest[:n]
	s.rest = s.rest[n:]
	return t
}

func (s *source) float() float64 {
	t := s.text(8)
	if len(t) < 8 {
		return math.NaN()
	}
	var u uint64
	for i := range 8 {
		u = u<<8 | uint64(t[i])
	}
	return math.Float64frombits(u)
}
