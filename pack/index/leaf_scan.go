package index

import "encoding/binary"

func le32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }
func le16(b []byte) uint16 { return binary.LittleEndian.Uint16(b) }

// turnsAt adds up what of the chains is below the place (x, y), in 16ths of a quantum: how often the outer ring goes round it
// anticlockwise, less at the corner, and so for the holes, even or odd. It is not sure where a chain is within band of
// the place, and where the chains are damaged.
func turnsAt(chains []byte, x, y, band int32) (outer, holes int32, sure bool) {
	for len(chains) >= 2 {
		head := uint32(binary.LittleEndian.Uint16(chains))
		n := int(head&(chainHole-1)) * 4
		if n == 0 || len(chains) < 2+n {
			return 0, 0, false
		}
		w, ok := chainAt(chains[2:2+n], x, y, band)
		if !ok {
			return 0, 0, false
		}
		if head&chainHole != 0 {
			holes ^= w & 1
		} else {
			outer += w
		}
		chains = chains[2+n:]
	}
	return outer, holes, true
}

// chainAt is turnsAt for one chain.
func chainAt(verts []byte, x, y, band int32) (w int32, sure bool) {
	x0, y0 := vertex(verts)
	for verts = verts[4:]; len(verts) >= 4; verts = verts[4:] {
		x1, y1 := vertex(verts)
		if x >= min(x0, x1)-band && x <= max(x0, x1)+band && y >= min(y0, y1)-band {
			if y > max(y0, y1)+band {
				w += step(x0, x1, x)
			} else {
				dx, dy := int64(x1-x0), int64(y1-y0)
				cross := dx*int64(y-y0) - dy*int64(x-x0)
				if abs64(cross) <= int64(band)*(abs64(dx)+abs64(dy)) {
					return 0, false
				}
				if (cross > 0) == (dx > 0) {
					w += step(x0, x1, x)
				}
			}
		}
		x0, y0 = x1, y1
	}
	return w, true
}

// vertex reads a vertex of an area, in 16ths of a quantum.
func vertex(b []byte) (x, y int32) {
	w := int32(le32(b))
	return w << 16 >> (16 - fineBits), w >> 16 << fineBits
}

// step is 1 where the way from x0 to x1 passes x to the right, -1 to the left, 0 where it does not.
func step(x0, x1, x int32) int32 {
	w := int32(0)
	if x0 <= x {
		w++
	}
	if x1 <= x {
		w--
	}
	return w
}

func abs64(x int64) int64 {
	if x < 0 {
		return -x
	}
	return x
}
