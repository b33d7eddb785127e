package index

import "sync"

// How many places are sorted and answered at a time; how many where the index is so small that nothing need be sorted.
const (
	batchSize  = 1 << 18
	shortBatch = 1 << 10
)

// cached is the length in bytes of leaves that a processor's caches hold about: those of some 40,000 zones.
const cached = 4 << 20

// groupSize is how many places are on their way at once, so that what they wait for from memory comes together.
const groupSize = 16

// batch answers places in the order of their cells, so that neighbours find what they need in the caches.
type batch struct {
	x       *Index
	points  []PointQuery
	order   []aimed
	spare   []aimed
	hits    []Hit
	ends    [][2]uint32 // of the hits of every place
	bad     map[int]error
	group   [groupSize]probe
	asks    [groupSize]PointQuery
	walking [groupSize]*probe
}

// aimed is a place with its square: bits of latitude and longitude by turns.
type aimed struct{ key, at uint32 }

// batches are used again: their lists are long, and new memory is slow.
var batches = sync.Pool{New: func() any { return new(batch) }}

// Batch answers many questions, and calls answer for each in the order of points: with its number and its hits, by
// ordinal, their distance 0, or with why there are none (see At). hits is only good until answer returns.
func (x *Index) Batch(points []PointQuery, answer func(i int, hits []Hit, err error)) {
	x.batch(points, len(x.leaves) > cached, answer)
}

func (x *Index) batch(points []PointQuery, sorted bool, answer func(i int, hits []Hit, err error)) {
	b := batches.Get().(*batch)
	b.x = x
	size := shortBatch
	if sorted {
		size = batchSize
	}
	for from := 0; from < len(points); from += size {
		b.points = points[from:min(len(points), from+size)]
		b.run(sorted)
		b.tell(from, answer)
	}
	b.x, b.points, b.bad = nil, nil, nil
	batches.Put(b)
}

// run answers b.points.
func (b *batch) run(sort bool) {
	b.hits, b.bad = b.hits[:0], nil
	b.aim()
	if sort {
		b.sort()
	}
	for order := b.order; len(order) > 0; {
		n := min(groupSize, len(order))
		b.together(order[:n])
		order = order[n:]
	}
}

// tell hands over the answers.
func (b *batch) tell(from int, answer func(i int, hits []Hit, err error)) {
	for i := range b.points {
		if err := b.bad[i]; err != nil {
			answer(from+i, nil, err)
			continue
		}
		e := &b.ends[i]
		answer(from+i, b.hits[e[0]:e[1]:e[1]], nil)
	}
}

// aim finds the squares of all points that pass the sieve: those of longitude and latitude will do to sort by, and need
// no sine.
func (b *batch) aim() {
	b.order = b.order[:0]
	if len(b.ends) < len(b.points) {
		b.ends = make([][2]uint32, len(b.points))
	}
	clear(b.ends[:len(b.points)])
	for i := range b.points {
		q := &b.points[i]
		if !onEarth(q.Lat, q.Lon) {
			b.fail(uint32(i), notAPlace())
		} else if b.x.passes(q.Lat, q.Lon) {
			lat, lon := uint32(int32((q.Lat+90)*(2047/180.0))), uint32(int32((q.Lon+180)*(2047/360.0)))
			b.order = append(b.order, aimed{spread(lat)<<1 | spread(lon), uint32(i)})
		}
	}
}

func (b *batch) fail(at uint32, err error) {
	if b.bad == nil {
		b.bad = map[int]error{}
	}
	b.bad[int(at)] = err
}

// together answers a group, one stage for all after the other: the loads of a stage do not wait for one another.
func (b *batch) together(order []aimed) {
	x, walking := b.x, b.walking[:0]
	for k, a := range order {
		b.asks[k] = b.points[a.at]
	}
	for k := range order {
		q, p := &b.asks[k], &b.group[k]
		p.err, p.asked = nil, x.asked(q.From, q.Until, q.OnlyInForce)
		p.aim(q.Lat, q.Lon)
		x.begin(p)
		walking = append(walking, p)
	}
	for len(walking) > 0 {
		n := 0
		for _, p := range walking {
			if e := p.walk.entry; e != 0 && e&3 == toNode {
				x.advance(p)
				walking[n], n = p, n+1
			}
		}
		walking = walking[:n]
	}
	for k := range order {
		x.warm(&b.group[k])
	}
	for k, a := range order {
		b.finish(&b.group[k], a.at)
	}
}

// finish takes down the hits of a place.
func (b *batch) finish(p *probe, at uint32) {
	from := len(b.hits)
	hits := b.x.collect(p, b.hits)
	if p.err != nil {
		b.fail(at, p.err)
		hits = hits[:from]
	}
	b.hits = tidy(hits, from)
	b.ends[at] = [2]uint32{uint32(from), uint32(len(b.hits))}
}

// spread puts the low 11 bits of x into the even bits.
func spread(x uint32) uint32 {
	x = (x | x<<8) & 0x00ff00ff
	x = (x | x<<4) & 0x0f0f0f0f
	x = (x | x<<2) & 0x33333333
	return (x | x<<1) & 0x55555555
}

// sort sorts by square: a radix sort, 11 bits at a time.
func (b *batch) sort() {
	if cap(b.spare) < len(b.order) {
		b.spare = make([]aimed, cap(b.order))
	}
	from, to := b.order, b.spare[:len(b.order)]
	for shift := 0; shift < 22; shift += 11 {
		var count [1 << 11]uint32
		for _, a := range from {
			count[a.key>>shift&(1<<11-1)]++
		}
		sum := uint32(0)
		for i, n := range count {
			count[i], sum = sum, sum+n
		}
		for _, a := range from {
			k := a.key >> shift & (1<<11 - 1)
			to[count[k]] = a
			count[k]++
		}
		from, to = to, from
	}
	b.order, b.spare = from, to
}
