package index

import (
	"encoding/binary"
	"math/bits"
)

// The bitmap says which cells of the root level have an entry. It is made of squares of 8 by 8 cells, in rows of v,
// faces in sequence: 64 bits, bit i*8+j, and how many bits are set before the square (uint32). The entry of a cell is
// found by counting.
const squareBytes = 12

// bitmap is the bits alone, when they are built.
type bitmap struct {
	level int
	words []uint64
}

func newBitmap(level int) bitmap {
	return bitmap{level, make([]uint64, faces<<(2*(level-3)))}
}

// word is the number of the square that holds c, a cell of the bitmap's level.
func (b bitmap) word(c cell) uint32 {
	return (uint32(c.face)<<(b.level-3)|c.i>>3)<<(b.level-3) | c.j>>3
}

// set sets the bits of all cells in c, of the bitmap's level or a larger one.
func (b bitmap) set(c cell) {
	n := uint32(1) << (b.level - c.level)
	for i := c.i * n; i < c.i*n+n; i++ {
		for j := c.j * n; j < c.j*n+n; {
			word := &b.words[b.word(cell{c.face, b.level, i, j})]
			if n >= 8 { // whole squares
				*word |= 0xff << (i & 7 * 8)
				j += 8
				continue
			}
			*word |= 1 << (i&7<<3 | j&7)
			j++
		}
	}
}

// entryOf is the entry of a cell of the root level, 0 where it has none.
func (x *Index) entryOf(face int, i, j uint32) (entry uint32, ok bool) {
	l := x.header.root - 3
	square := ((uint32(face)<<l|i>>3)<<l | j>>3) * squareBytes
	word, bit := binary.LittleEndian.Uint64(x.bitmap[square:]), uint64(1)<<(i&7<<3|j&7)
	if word&bit == 0 {
		return 0, true
	}
	at := (uint64(le32(x.bitmap[square+8:])) + uint64(bits.OnesCount64(word&(bit-1)))) * 4
	if at+4 > uint64(len(x.entries)) {
		return 0, false
	}
	return le32(x.entries[at:]), true
}
