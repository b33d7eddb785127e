package index

import (
	"math"
	"sync"
)

// built is one bin, or the top of the tree: pieces whose entries count from their own beginning.
type built struct {
	blob  []byte
	nodes []uint32          // the first two are not used
	roots map[uint32]uint32 // entries of the cells of the root level
	tops  []topEntry
}

// build makes the top of the tree, then all bins, on several processors, and puts them out in order.
func (b *builder) build(out *output) error {
	top := b.newWorker()
	if err := b.top(top); err != nil {
		return err
	}
	if err := out.bin(top.result(nil)); err != nil {
		return err
	}
	var bins []int
	for n, refs := range b.bins {
		if len(refs) > 0 {
			bins = append(bins, n)
		}
	}
	return b.inOrder(bins, out)
}

// inOrder builds bins ahead of the one that is put out next, as many as there are workers.
func (b *builder) inOrder(bins []int, out *output) error {
	done := make([]chan built, len(bins))
	for i := range done {
		done[i] = make(chan built, 1)
	}
	next, ahead := make(chan int), make(chan struct{}, 4*b.Workers)
	var wg sync.WaitGroup
	for range b.Workers {
		wg.Go(func() {
			w, l := b.newWorker(), loader{builder: b, arena: make([]strip, 0, arenaSize)}
			for i := range next {
				done[i] <- w.bin(&l, bins[i])
			}
		})
	}
	go func() {
		defer close(next)
		for i := range bins {
			ahead <- struct{}{}
			next <- i
		}
	}()
	var err error
	for i, n := range bins {
		r := <-done[i]
		<-ahead
		if err == nil {
			err = out.bin(r)
		}
		done[i], b.bins[n] = nil, nil
	}
	wg.Wait()
	return err
}

func (b *builder) newWorker() *worker {
	return &worker{Params: b.Params, nodes: make([]uint32, 2)}
}

// result hands over what the worker has built.
func (w *worker) result(roots map[uint32]uint32) built {
	r := built{blob: w.blob, nodes: w.nodes, roots: roots, tops: w.tops}
	w.blob, w.nodes, w.tops = nil, make([]uint32, 2), nil
	return r
}

// bin builds one bin.
func (w *worker) bin(l *loader, n int) built {
	p := newPatch(cellOf(binLevel, uint32(n)))
	w.arena, w.refs, w.items = w.arena[:0], w.refs[:0], w.items[:0]
	var items []item
	refs := l.bins[n]
	for i, part := range l.load(refs) {
		items = append(items, l.item(part, refs[i], p.face))
	}
	w.sort(&p, items)
	roots := map[uint32]uint32{}
	w.roots(&p, w.refs, w.items, roots)
	return w.result(roots)
}

// item is a whole part, seen from a face.
func (l *loader) item(p *part, ref binRef, face int) item {
	it := item{part: p}
	switch p.kind {
	case linePart:
		it.use = identity(len(p.strips))
	case areaPart:
		segs := p.plane(face).segs
		it.use = identity(len(segs))
		if p.large {
			if found := l.anchors[ref]; found != nil {
				it.at, it.blind = found[face].at, !found[face].ok
			}
			break
		}
		it.at = beside(segs)
	}
	return it
}

// beside is an anchor outside a small area: nothing goes round it.
func beside(segs []seg) anchor {
	a := anchor{u: math.Inf(1), v: math.Inf(1)}
	for i := range segs {
		a.u = min(a.u, min(segs[i].x0, segs[i].x1))
		a.v = min(a.v, min(segs[i].y0, segs[i].y1))
	}
	a.u, a.v = a.u-0.01, a.v-0.01
	return a
}

var numbers = func() []int32 {
	all := make([]int32, 4096)
	for i := range all {
		all[i] = int32(i)
	}
	return all
}()

// identity is the list of the numbers below n.
func identity(n int) []int32 {
	if n <= len(numbers) {
		return numbers[:n:n]
	}
	all := make([]int32, n)
	for i := range all {
		all[i] = int32(i)
	}
	return all
}
