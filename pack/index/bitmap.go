package index

// The bitmap says in which cells of bitmapLevel a cell of the root level has an entry or a list covers anything. It is made of squares of 8 by 8
// cells, in rows of v, faces in sequence: 64 bits, bit i*8+j. It is small, so that it stays in the caches. The entries
// are in squares of 4 by 4, 64 bytes, in the same order.

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

// bitmapLevel is the root level, but for that no more than 200 kB are used.
func bitmapLevel(root int) int { return min(root, 9) }

// set sets the bits of all cells in c, or of the one that holds it.
func (b bitmap) set(c cell) {
	if over := c.level - b.level; over > 0 {
		c = cell{c.face, b.level, c.i >> over, c.j >> over}
	}
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

// square is where in the table of entries the entry of a cell of the root level is, in entries.
func square(level uint8, face int, i, j uint32) uint32 {
	l := level - 2
	return ((uint32(face)<<l|i>>2)<<l|j>>2)<<4 | i&3<<2 | j&3
}

// entryOf is the entry of a cell of the root level, 0 where it has none.
func (x *Index) entryOf(face int, i, j uint32) uint32 {
	return le32(x.entries[square(x.header.root, face, i, j)*4:])
}
