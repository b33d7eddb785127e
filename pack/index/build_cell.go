package index

import "math"

// An entry leads from a cell to what is there: 0 to nothing; else its low two bits say what it leads to, the rest where,
// in units of 64 bytes for a node and of 8 bytes for a leaf.
const (
	toNode     = 0 // 16 entries: the cells two levels down, in rows of v
	toLeaf     = 1
	toWideLeaf = 2 // the leaf of the cell one level up: its four children lead to it
	toListNode = 3 // a node, followed by 64 bytes with the entry of a leaf for all of the cell
	entryShift = 2
)

const nodeBytes = 64

// worker builds one bin at a time.
type worker struct {
	Params
	bits   bitmap
	blob   []byte
	nodes  [][16]uint32
	tops   []topEntry
	arena  []int32
	leaf   leafWriter
	refs   []ref
	items  []item
	single [1]int32
}

// topEntry is the list of a cell above the root table.
type topEntry struct {
	at    cell
	entry uint32
}

// sort out what the parts of a cell are to its child p. What is full or unsure goes to refs, what the items tell to
// items; both are at the end of the worker's stacks.
func (w *worker) sort(p *patch, items []item) (refs, parts int) {
	refs, parts = len(w.refs), len(w.items)
	for i := range items {
		out, v := items[i].classify(p, &w.arena)
		switch v {
		case partly:
			w.items = append(w.items, out)
		case inside, unsure:
			w.refs = append(w.refs, ref{out.part.number, out.part.when, v == unsure})
		}
	}
	return refs, parts
}

// below calls f with the four children of p and what is in them.
func (w *worker) below(p *patch, refs []ref, items []item, f func(k uint32, p *patch, refs []ref, items []item)) {
	for k := range uint32(4) {
		arena := len(w.arena)
		child := newPatch(p.child(k))
		r, n := w.sort(&child, items)
		w.refs = append(w.refs, refs...)
		f(k, &child, w.refs[r:len(w.refs):len(w.refs)], w.items[n:len(w.items):len(w.items)])
		w.arena, w.refs, w.items = w.arena[:arena], w.refs[:r], w.items[:n]
	}
}

// divides reports whether a cell should be divided: reading its leaf costs a lot, and there is much in it that is not
// large beside it. What is large is met in many cells, and dividing them multiplies it.
func (w *worker) divides(p *patch, items []item) bool {
	switch {
	case len(items) == 0 || p.level >= w.MaxLevel:
		return false
	case p.level < w.RootLevel-1:
		return true
	}
	cost, small := 0.0, 0.0
	for i := range items {
		it := &items[i]
		c := 1 + float64(len(it.use))/3
		if it.part.kind == linePart { // with a wide buffer, all of its pieces are near wherever one is
			c = math.Min(c, 8)
		}
		cost += c
		small += c * math.Min(1, p.size/(2*it.part.ball.radius))
	}
	return cost > float64(w.LeafCost) && small > float64(w.LeafCost)/4
}

// even builds a cell of an even level.
func (w *worker) even(p *patch, refs []ref, items []item) uint32 {
	if len(refs)+len(items) == 0 {
		return 0
	}
	if !w.divides(p, items) && (p.level >= w.RootLevel-1 || len(items) == 0) {
		if p.level < w.RootLevel-1 {
			w.list(p, refs)
			return 0
		}
		return w.write(p, refs, items, toLeaf)
	}
	list := uint32(0)
	if len(refs) >= w.ListMin {
		list = w.list(p, refs)
		refs = nil
	}
	at := len(w.nodes)
	w.nodes = append(w.nodes, [16]uint32{})
	if list != 0 {
		w.nodes = append(w.nodes, [16]uint32{list})
	}
	node := w.sixteen(p, refs, items)
	w.nodes[at] = node
	if list != 0 {
		return uint32(at)<<entryShift | toListNode
	}
	return uint32(at)<<entryShift | toNode
}

// list writes a leaf for all of p, and gives its entry; above the root table it goes to tops, and the entry is 0.
func (w *worker) list(p *patch, refs []ref) uint32 {
	if len(refs) == 0 {
		return 0
	}
	entry := w.write(p, refs, nil, toLeaf)
	if p.level >= w.RootLevel {
		return entry
	}
	w.tops = append(w.tops, topEntry{p.cell, entry})
	return 0
}

// sixteen builds the cells two levels below p.
func (w *worker) sixteen(p *patch, refs []ref, items []item) (node [16]uint32) {
	w.below(p, refs, items, func(k uint32, p *patch, refs []ref, items []item) {
		w.odd(p, refs, items, &node, k)
	})
	return node
}

// odd builds a cell of an odd level, the k-th child, into its four places of the node.
func (w *worker) odd(p *patch, refs []ref, items []item, node *[16]uint32, k uint32) {
	at := func(m uint32) uint32 { return ((k>>1)<<1|m>>1)<<2 | (k&1)<<1 | m&1 }
	switch {
	case len(refs)+len(items) == 0:
	case p.level >= w.RootLevel-1 && !w.divides(p, items):
		entry := w.write(p, refs, items, toWideLeaf)
		for m := range uint32(4) {
			node[at(m)] = entry
		}
	default:
		w.below(p, refs, items, func(m uint32, p *patch, refs []ref, items []item) {
			node[at(m)] = w.even(p, refs, items)
		})
	}
}

func (w *worker) write(p *patch, refs []ref, items []item, kind uint32) uint32 {
	w.leaf.reset(p)
	for _, r := range refs {
		w.leaf.addRef(r)
	}
	for i := range items {
		w.leaf.add(&items[i], p)
	}
	at := len(w.blob) / 8
	w.blob = w.leaf.finish(w.blob)
	w.mark(p, refs, items)
	return uint32(at)<<entryShift | kind
}

// mark sets the bits of what is touched in p.
func (w *worker) mark(p *patch, refs []ref, items []item) {
	switch {
	case p.level >= w.BitmapLevel || len(refs) > 0:
		w.bits.set(p.cell)
	default:
		w.below(p, refs, items, func(_ uint32, p *patch, refs []ref, items []item) {
			if len(refs)+len(items) > 0 {
				w.mark(p, refs, items)
			}
		})
	}
}
