package index

import (
	"sync"

	"truce/geo"
)

// sorter sorts the parts of some zones into bins.
type sorter struct {
	*records
	bins  [][]binRef
	tall  []binRef // parts that are larger than a bin
	sieve *sieve
}

func (r *records) sorter() *sorter {
	return &sorter{records: r, bins: make([][]binRef, faces<<(2*binLevel)), sieve: newSieve(1 << mostSieve)}
}

// sortZones sorts all zones, on several processors where there are many, and keeps them in the order of their ordinals.
func (b *builder) sortZones() {
	n := b.Workers
	if b.zones < 10_000 {
		n = 1
	}
	sorters := make([]*sorter, n)
	var wg sync.WaitGroup
	for i := range n {
		sorters[i] = b.records.sorter()
		wg.Go(func() { sorters[i].zones(uint32(b.zones*i/n), uint32(b.zones*(i+1)/n)) })
	}
	wg.Wait()
	b.sorter = sorters[0]
	for _, s := range sorters[1:] {
		b.merge(s)
	}
}

// merge adds what another sorter has of later zones.
func (s *sorter) merge(o *sorter) {
	for i, refs := range o.bins {
		s.bins[i] = append(s.bins[i], refs...)
	}
	s.tall = append(s.tall, o.tall...)
	s.sieve.merge(o.sieve)
}

// zones sorts the zones with ordinals from first to before last.
func (s *sorter) zones(first, last uint32) {
	arena := make([]strip, 0, arenaSize)
	for zone := first; zone < last; zone++ {
		r := reader{in: s.get(zone)}
		r.begin()
		shape, at := new(geo.Shape), binRef{zone: zone}
		*shape, arena = r.shape(), arena[:0]
		partsOf(shape, &arena, func(p *part) {
			s.sort(p, at)
			at.which++
		})
	}
}

// tallRadius is the radius in metres beyond which a part is sorted into bins from the top of the tree.
const tallRadius = 200_000

// sort puts a part into the bins that its ball touches.
func (s *sorter) sort(p *part, at binRef) {
	s.sieve.part(p)
	if p.large || p.ball.radius > tallRadius {
		s.tall = append(s.tall, at)
		return
	}
	p.ball.cells(binLevel, func(c cell) {
		if !p.fine() {
			s.sieve.cell(c)
		}
		n := c.index()
		s.bins[n] = append(s.bins[n], at)
	})
}
