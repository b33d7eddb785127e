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
// know its root. It takes O(log size) memory: below 35 KB for 2^32 entries. Once
// committed it is not changed any more, so that readers may use it.
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

// tile is the open tile of a level, if n names it; nil otherwise.
func (e *edge) tile(level int, n int64) []byte {
	if e == nil || level >= len(e.tiles) || n != e.size>>(tileHeight*(level+1)) {
		return nil
	}
	return e.tiles[level]
}

// edgeSource is where an edge is loaded from.
type edgeSource interface {
	// leaves gives the leaf hashes of the entries from number from up to but not
	// including to, 32 bytes each.
	leaves(from, to int64) ([]byte, error)
	// full gives a tile of 256 hashes.
	full(level int, n int64) ([]byte, error)
}

// loadEdge builds the edge of a tree of the given size: the open tile of level 0
// from the newest entries, that of a level above from the full tiles below it.
// It reads at most 255 entries, and 255 tiles a level.
func loadEdge(size int64, from edgeSource) (*edge, error) {
	e := &edge{size: size}
	for level := 0; size>>(tileHeight*level) > 0; level++ {
		hashes := size >> (tileHeight * level)
		data, err := openTile(from, level, hashes-hashes%tileWidth, hashes)
		if err != nil {
			return nil, err
		}
		e.tiles = append(e.tiles, append(make([]byte, 0, tileBytes), data...))
	}
	return e, e.loadPeaks()
}

func openTile(from edgeSource, level int, first, end int64) ([]byte, error) {
	if level == 0 {
		return from.leaves(first, end)
	}
	var out []byte
	for n := first; n < end; n++ {
		data, err := from.full(level-1, n)
		if err != nil {
			return nil, err
		}
		root := tileRoot(data)
		out = append(out, root[:]...)
	}
	return out, nil
}

// tileRoot is the hash that a tile of 256 hashes stands for in the level above.
func tileRoot(data []byte) tlog.Hash {
	var row [tileWidth]tlog.Hash
	for i := range row {
		row[i] = tlog.Hash(data[i*tlog.HashSize:])
	}
	for n := tileWidth / 2; n > 0; n /= 2 {
		for i := range n {
			row[i] = tlog.NodeHash(row[2*i], row[2*i+1])
		}
	}
	return row[0]
}

// loadPeaks takes the roots of the perfect subtrees out of the open tiles: the
// subtree of 2^b leaves lies in the open tile of level b/8.
func (e *edge) loadPeaks() error {
	for b := bits.Len64(uint64(e.size)) - 1; b >= 0; b-- {
		if e.size>>b&1 == 0 {
			continue
		}
		index := tlog.StoredHashIndex(b, e.size>>b-1)
		t := tlog.TileForIndex(tileHeight, index)
		hash, err := tlog.HashFromTile(t, e.tiles[t.L], index)
		if err != nil {
			return tampered("tile %d/%d is too short", t.L, t.N)
		}
		e.peaks = append(e.peaks, hash)
	}
	return nil
}
