package index

// The table of the root level has an entry for each of its cells. They are in squares of 4 by 4, 64 bytes, in rows of v,
// faces in sequence.

// square is where in the table of entries the entry of a cell of the root level is, in entries.
func square(level uint8, face int, i, j uint32) uint32 {
	l := level - 2
	return ((uint32(face)<<l|i>>2)<<l|j>>2)<<4 | i&3<<2 | j&3
}

// entryOf is the entry of a cell of the root level, 0 where it has none.
func (x *Index) entryOf(face int, i, j uint32) uint32 {
	return le32(x.entries[square(x.header.root, face, i, j)*4:])
}
