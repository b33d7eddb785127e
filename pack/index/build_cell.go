package index

// worker builds one bin at a time.
type worker struct {
	Params
	blob  []byte
	nodes []uint32 // the first two are not used
	tops  []topEntry
	arena []int32
	leaf  leafWriter
	refs  []ref
	items []item
}

// topEntry is the list of a cell above the root level.
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
	}
	cost, small := 0.0, 0.0
	for i := range items {
		it := &items[i]
		c := 1 + float64(len(it.use))/3
		if it.part.kind == linePart { // with a wide buffer, all of its pieces are near wherever one is
			c = min(c, 8)
		}
		cost += c
		small += c * min(1, p.size/(2*it.part.ball.radius))
	}
	return cost > float64(w.LeafCost) && small > float64(w.LeafCost)/4
}

// entry builds a cell of the root level, or three, six or nine levels below it.
func (w *worker) entry(p *patch, refs []ref, items []item) uint32 {
	switch {
	case len(refs)+len(items) == 0:
		return 0
	case !w.divides(p, items):
		return w.write(p, refs, items, toLeaf)
	}
	list := uint32(0)
	if len(refs) >= w.ListMin {
		list, refs = w.write(p, refs, nil, toLeaf), nil
	}
	var cells [nodeCells]uint32
	w.below(p, refs, items, func(k uint32, p *patch, refs []ref, items []item) {
		w.part(p, refs, items, cells[16*k:16*k+16])
	})
	at := len(w.nodes) / 2
	w.nodes = appendNode(w.nodes, list, &cells)
	return uint32(at)<<entryShift | toNode
}

// part builds a cell one or two levels below a node's, that is 16 or 4 of its cells.
func (w *worker) part(p *patch, refs []ref, items []item, cells []uint32) {
	switch {
	case len(refs)+len(items) == 0:
	case !w.divides(p, items):
		kind := uint32(toWideLeaf)
		if len(cells) == 16 {
			kind++
		}
		entry := w.write(p, refs, items, kind)
		for i := range cells {
			cells[i] = entry
		}
	default:
		w.below(p, refs, items, func(k uint32, p *patch, refs []ref, items []item) {
			if len(cells) == 4 {
				cells[k] = w.entry(p, refs, items)
			} else {
				w.part(p, refs, items, cells[4*k:4*k+4])
			}
		})
	}
}

// roots builds the cells of the root level in p, which is above it or one of them; out gets the entries.
func (w *worker) roots(p *patch, refs []ref, items []item, out map[uint32]uint32) {
	switch {
	case len(refs)+len(items) == 0:
	case p.level == w.RootLevel:
		out[p.index()] = w.entry(p, refs, items)
	case p.level == binLevel && (len(refs) >= w.ListMin || len(items) == 0):
		w.tops = append(w.tops, topEntry{p.cell, w.write(p, refs, nil, toLeaf)})
		w.roots2(p, nil, items, out)
	default:
		w.roots2(p, refs, items, out)
	}
}

func (w *worker) roots2(p *patch, refs []ref, items []item, out map[uint32]uint32) {
	w.below(p, refs, items, func(_ uint32, p *patch, refs []ref, items []item) {
		w.roots(p, refs, items, out)
	})
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
	return uint32(at)<<entryShift | kind
}
