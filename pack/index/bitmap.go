package index

// coarseLevel is the level of the bitmap that is asked first.
const coarseLevel = 9

// bitmap has a bit for every cell of a level: 64 bits for a square of 8 by 8, squares in rows of v, faces in sequence.
type bitmap struct {
	level int
	words []uint64
}

func newBitmap(level int) bitmap {
	return bitmap{level, make([]uint64, faces<<(2*(level-3)))}
}

// set sets the bit of c, of the cell that holds it, or of all those in it.
func (b bitmap) set(c cell) {
	if c.level > b.level {
		c = cell{c.face, b.level, c.i >> (c.level - b.level), c.j >> (c.level - b.level)}
	}
	n := uint32(1) << (b.level - c.level)
	for i := c.i * n; i < c.i*n+n; i++ {
		for j := c.j * n; j < c.j*n+n; {
			word := &b.words[(uint32(c.face)<<(b.level-3)|i>>3)<<(b.level-3)|j>>3]
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

// coarse is the bitmap of coarseLevel.
func (b bitmap) coarse() bitmap {
	out := newBitmap(coarseLevel)
	line := uint32(1) << (b.level - 3)
	for n, word := range b.words {
		if word == 0 {
			continue
		}
		at := cell{face: n >> (2 * (b.level - 3)), level: b.level, i: uint32(n) / line % line * 8, j: uint32(n) % line * 8}
		for k := range uint32(64) {
			if word>>k&1 != 0 {
				out.set(cell{at.face, at.level, at.i + k>>3, at.j + k&7})
			}
		}
	}
	return out
}

// bitAt reads the bit of the cell of a level that holds a place, in the bytes of a bitmap.
func bitAt(bytes []byte, level uint8, face int, iu, iv uint32) bool {
	i, j, l := iu>>(32-level), iv>>(32-level), level-3
	word := ((uint32(face)<<l|i>>3)<<l | j>>3) * 8
	return bytes[word+i&7]>>(j&7)&1 != 0
}
