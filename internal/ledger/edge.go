package ledger

import (
	"math/bits"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Tiles of height 8 hold 256 hashes (C2SP tlog-tiles).
const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	tileBytes  = tileWidth * tlog.HashSize
)

// edge is the right edge of the tree: all that is needed to append to it and to
// know its root. It takes O(log size) memory: below 35 KB for 2^32 entries.
type edge struct {
	size  int64
	tiles [][]byte    // per tile level, the hashes of the tile that is not full
	peaks []tlog.Hash // roots of the perfect subtrees, largest first: one per set bit of size
}

// tile is one finished tile.
type tile struct {
	level int
	n     int64
	data  []byte
}

func (e *edge) clone() *edge {
	c := &edge{size: e.size, tiles: make([][]byte, len(e.tiles)), peaks: slices.Clone(e.peaks)}
	for i, t := range e.tiles {
		c.tiles[i] = append(make([]byte, 0, tileBytes), t...)
	}
	return c
}

// append adds one leaf and gives the tiles that it filled: none, or one a level
// from the lowest up. A hash enters the tiles when the subtree below it is
// complete, and that is when peaks are merged.
func (e *edge) append(leaf tlog.Hash) (full []tile) {
	hash := leaf
	full = e.push(full, 0, hash)
	for level := 0; e.size>>level&1 == 1; level++ {
		last := len(e.peaks) - 1
		hash = tlog.NodeHash(e.peaks[last], hash)
		e.peaks = e.peaks[:last]
		if (level+1)%tileHeight == 0 {
			full = e.push(full, (level+1)/tileHeight, hash)
		}
	}
	e.peaks = append(e.peaks, hash)
	e.size++
	return full
}

// push puts a hash into the open tile of a level.
func (e *edge) push(full []tile, level int, hash tlog.Hash) []tile {
	if level == len(e.tiles) {
		e.tiles = append(e.tiles, make([]byte, 0, tileBytes))
	}
	e.tiles[level] = append(e.tiles[level], hash[:]...)
	if len(e.tiles[level]) == tileBytes {
		full = append(full, tile{level, e.size >> (tileHeight * (level + 1)), e.tiles[level]})
		e.tiles[level] = make([]byte, 0, tileBytes)
	}
	return full
}

// open gives the tiles that are begun and not full, and differ from those of a
// tree of size before.
func (e *edge) open(before int64) (out []tile) {
	for level, data := range e.tiles {
		shift := tileHeight * level
		if len(data) > 0 && e.size>>shift != before>>shift {
			out = append(out, tile{level, e.size >> (shift + tileHeight), data})
		}
	}
	return out
}

// root is the RFC 6962 root over the leaves so far.
func (e *edge) root() tlog.Hash {
	if e.size == 0 {
		empty, _ := tlog.TreeHash(0, nil) // reads nothing for an empty tree
		return empty
	}
	last := len(e.peaks) - 1
	hash := e.peaks[last]
	for i := last - 1; i >= 0; i-- {
		hash = tlog.NodeHash(e.peaks[i], hash)
	}
	return hash
}

// loadEdge builds the edge of a tree of the given size out of stored tiles.
func loadEdge(size int64, read func(level int, n int64) ([]byte, error)) (*edge, error) {
	e := &edge{size: size}
	for level := 0; size>>(tileHeight*level) > 0; level++ {
		hashes := size >> (tileHeight * level)
		width := int(hashes % tileWidth)
		data := make([]byte, 0, tileBytes)
		if width > 0 {
			stored, err := read(level, hashes/tileWidth)
			if err != nil {
				return nil, err
			}
			if len(stored) < width*tlog.HashSize {
				return nil, tampered("tile %d/%d is too short", level, hashes/tileWidth)
			}
			data = append(data, stored[:width*tlog.HashSize]...)
		}
		e.tiles = append(e.tiles, data)
	}
	return e, e.loadPeaks()
}

// loadPeaks takes the roots of the perfect subtrees out of the open tiles: the
// subtree of 2^b leaves lies in the open tile of level b/8.
func (e *edge) loadPeaks() error {
	for b := bits.Len64(uint64(e.size)) - 1; b >= 0; b-- {
		if e.size>>b&1 == 0 {
			continue
		}
		level := b / tileHeight
		index := tlog.StoredHashIndex(b, e.size>>b-1)
		t := tlog.TileForIndex(tileHeight, index)
		hash, err := tlog.HashFromTile(t, e.tiles[level], index)
		if err != nil {
			return tampered("tile %d/%d is too short", t.L, t.N)
		}
		e.peaks = append(e.peaks, hash)
	}
	return nil
}
