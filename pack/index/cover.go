package index

import (
	"encoding/binary"
	"slices"

	"truce"
	"truce/geo"
)

// cover finds the cells that a region touches, and the zones in them: every one that may be hit, and others.
type cover struct {
	x     *Index
	parts []*part
	reach float64 // metres: radius and extent
	arena []int32
	found []uint32 // ordinals
	clean int      // so many of them are sorted, without repetitions
	read  uint64   // bytes of leaves, for the part at hand
	above []cell   // whose lists were read for it by lists
	err   *truce.Error
}

func newCover(x *Index, s geo.Shape, radius float64) *cover {
	c := &cover{x: x, reach: s.ExtentM() + radius + Tolerance}
	var arena []strip
	hi := chordAbove(c.reach) + slackM
	partsOf(&s, &arena, func(p *part) {
		p.lo, p.hi = 0, hi
		p.ball.radius += hi
		if p.kind == areaPart && radius > 0 { // its outline with a buffer, beside its inside
			rim := *p
			rim.kind = linePart
			c.parts = append(c.parts, &rim)
		}
		c.parts = append(c.parts, p)
	})
	return c
}

// run looks up all parts. found is sorted, without repetitions.
func (c *cover) run() error {
	for _, p := range c.parts {
		c.read, c.above = 0, c.above[:0]
		c.part(p)
		if c.err != nil {
			return c.err
		}
	}
	c.tidy()
	return nil
}

func (c *cover) tidy() {
	slices.Sort(c.found)
	c.found = slices.Compact(c.found)
	c.clean = len(c.found)
}

// directRadius is the radius in metres of the largest part whose cells of the root level are listed at once.
const directRadius = 50_000

func (c *cover) part(p *part) {
	small := !p.large && p.ball.radius <= directRadius
	for face := range faces {
		if !p.large && !p.ball.touches(face) {
			continue
		}
		it := c.item(p, face)
		if !small {
			c.down(cell{face: face}, it)
			continue
		}
		p.ball.cellsOn(face, int(c.x.header.root), func(at cell) {
			c.lists(at)
			c.down(at, it)
		})
	}
}

// item is p on a face. Of a large area nothing is known but that it may be anywhere.
func (c *cover) item(p *part, face int) item {
	switch {
	case p.kind == linePart:
		return item{part: p, use: identity(len(p.strips))}
	case p.kind == discPart:
		return item{part: p}
	case p.large:
		return item{part: p, blind: true}
	}
	segs := p.plane(face).segs
	return item{part: p, use: identity(len(segs)), at: beside(segs)}
}

// lists reads the lists of the cells above the cell at of the root level, once for all
// of the few cells that have them in common.
func (c *cover) lists(at cell) {
	for level := 0; level < at.level && level <= binLevel; level += 2 {
		over := cell{at.face, level, at.i >> (at.level - level), at.j >> (at.level - level)}
		if !slices.Contains(c.above, over) {
			c.above = append(c.above, over)
			c.list(over)
		}
	}
}

func (c *cover) list(at cell) {
	if at.level > binLevel || at.level&1 != 0 || c.x.topMask>>(at.level/2)&1 == 0 {
		return
	}
	if e := le32(c.x.tops[(topBase(at.level)+at.index())*4:]); e != 0 {
		c.leaf(e >> entryShift)
	}
}

// down reads what is in a cell of at most the root level, where the item touches it.
func (c *cover) down(at cell, it item) {
	arena := len(c.arena)
	defer func() { c.arena = c.arena[:arena] }()
	p := newPatch(at)
	out, v := it.classify(&p, &c.arena)
	if v == outside || c.err != nil {
		return
	}
	if v != partly {
		out = it
	}
	if at.level == int(c.x.header.root) {
		c.root(at, out)
		return
	}
	c.list(at)
	for k := range uint32(4) {
		c.down(at.child(k), out)
	}
}

// root reads what the entry of a cell of the root level leads to.
func (c *cover) root(at cell, it item) {
	c.entry(at, c.x.entryOf(at.face, at.i, at.j), it)
}

// entry reads what an entry of the cell at leads to.
func (c *cover) entry(at cell, e uint32, it item) {
	if e == 0 || c.err != nil {
		return
	}
	if e&3 != toNode {
		c.leaf(e >> entryShift)
		return
	}
	n := c.x.node(e)
	if at.level >= maxLevel || !n.ok {
		c.err = damaged("a node is out of range")
		return
	}
	if n.mask&1 != 0 {
		if list, ok := c.x.word(n, 0); ok {
			c.leaf(list >> entryShift)
		}
	}
	for k := range uint32(4) {
		c.quarter(at.child(k), n, 16*k, 16, it)
	}
}

// quarter reads the entries of some of a node's cells, from the k-th on: those that make up the cell at.
func (c *cover) quarter(at cell, n node, k, cells uint32, it item) {
	e, ok := c.x.cellEntry(n, k)
	if !ok {
		c.err = damaged("a node is out of range")
	}
	if c.err != nil || e == 0 && cells == 1 {
		return
	}
	arena := len(c.arena)
	defer func() { c.arena = c.arena[:arena] }()
	p := newPatch(at)
	out, v := it.classify(&p, &c.arena)
	if v == outside {
		return
	}
	if v != partly {
		out = it
	}
	if kind := e & 3; cells == 1 || cells == 4 && kind == toWideLeaf || cells == 16 && kind == toWideLeaf+1 {
		c.entry(at, e, out)
		return
	}
	for m := range uint32(4) {
		c.quarter(at.child(m), n, k+m*cells/4, cells/4, out)
	}
}

// leaf takes all zones of a leaf.
func (c *cover) leaf(at uint32) {
	leaves, off := c.x.leaves, uint64(at)*8
	for more := true; more && c.err == nil; {
		if off+headBytes > uint64(len(leaves)) {
			c.err = damaged("a leaf is out of range")
			return
		}
		head := binary.LittleEndian.Uint64(leaves[off:])
		size := head >> 48 & maxBlockUnits * 8
		if size < headBytes || off+size > uint64(len(leaves)) {
			c.err = damaged("a leaf is longer than it says")
			return
		}
		if c.read += size; c.read > 2*uint64(len(leaves)) { // no leaf is met twice
			c.err = damaged("its nodes go round in circles")
			return
		}
		c.block(head, leaves[off+headBytes:off+size])
		if len(c.found) > 2*c.clean+1<<16 {
			c.tidy()
		}
		more, off = head>>63 != 0, off+size
	}
}

func (c *cover) block(head uint64, b []byte) {
	full, discs, outlines := int(head&0xffff), int(head>>16&0xffff), int(head>>32&0xffff)
	if full*fullBytes+discs*discBytes+outlines*outlineBytes > len(b) {
		c.err = damaged("a leaf is longer than it says")
		return
	}
	for ; full > 0; full, b = full-1, b[fullBytes:] {
		c.found = append(c.found, le32(b)>>numberShift)
	}
	for ; discs > 0; discs, b = discs-1, b[discBytes:] {
		c.found = append(c.found, le32(b)>>numberShift)
	}
	for ; outlines > 0; outlines-- {
		size := 0
		if len(b) >= outlineBytes {
			size = int(binary.LittleEndian.Uint16(b[10:])) * 2
		}
		if size < outlineBytes || size > len(b) {
			c.err = damaged("an outline is out of range")
			return
		}
		c.found, b = append(c.found, le32(b)>>numberShift), b[size:]
	}
}
