package index

import (
	"encoding/binary"
	"math/bits"
)

// An entry leads from a cell to what is there: 0 to nothing; else its low two bits say what it leads to, the rest where,
// in units of 8 bytes.
const (
	toNode     = 0 // the cells three levels down
	toLeaf     = 1
	toWideLeaf = 2 // the leaf of the cell one level up, or, one more, two levels up
	entryShift = 2
)

// A node stands for the 64 cells three levels below its own, in the order of cell.child. It has 64 bits: where a cell's
// entry is not that of the cell before it, but for bit 0: whether the node has a list. Then, as uint32, the entry of that
// list, a leaf for all of the node's cell, and the entries of the cells with a bit and of the first. It is filled up to 8
// bytes.
const (
	nodeLevels = 3
	nodeCells  = 1 << (2 * nodeLevels)
)

// appendNode writes a node after out.
func appendNode(out []uint32, list uint32, cells *[nodeCells]uint32) []uint32 {
	mask, at := uint64(0), len(out)
	out = append(out, 0, 0)
	if list != 0 {
		mask, out = 1, append(out, list)
	}
	for k, e := range cells {
		if k == 0 || e != cells[k-1] {
			out = append(out, e)
			mask |= 1 << k &^ 1
		}
	}
	out[at], out[at+1] = uint32(mask), uint32(mask>>32)
	if len(out)%2 != 0 {
		out = append(out, 0)
	}
	return out
}

// eachEntry calls f with every entry of the nodes.
func eachEntry(nodes []uint32, f func(*uint32)) {
	for len(nodes) > 0 {
		mask := uint64(nodes[0]) | uint64(nodes[1])<<32
		n := 2 + bits.OnesCount64(mask|1) + int(mask&1)
		for i := 2; i < n; i++ {
			f(&nodes[i])
		}
		nodes = nodes[(n+1)&^1:]
	}
}

// node is a node in the index.
type node struct {
	at   uint64
	mask uint64
	ok   bool
}

func (x *Index) node(entry uint32) node {
	at := uint64(entry>>entryShift) * 8
	if at+8 > uint64(len(x.nodes)) {
		return node{}
	}
	return node{at, binary.LittleEndian.Uint64(x.nodes[at:]), true}
}

// word reads the k-th word after the mask.
func (x *Index) word(n node, k uint64) (entry uint32, ok bool) {
	at := n.at + 8 + 4*k
	if at+4 > uint64(len(x.nodes)) {
		return 0, false
	}
	return le32(x.nodes[at:]), true
}

// cellEntry is the entry of the k-th cell of a node.
func (x *Index) cellEntry(n node, k uint32) (entry uint32, ok bool) {
	return x.word(n, n.mask&1+uint64(bits.OnesCount64((n.mask|1)<<(63-k))-1))
}

// spread3 puts three bits into the even bits.
var spread3 = [8]uint32{0, 1, 4, 5, 16, 17, 20, 21}
