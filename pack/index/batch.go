package index

// batchSize is how many places are sorted and answered at a time.
const batchSize = 1 << 18

// groupSize is how many places are on their way at once, so that what they wait for from memory comes together.
const groupSize = 16

// batch answers places in the order of their cells, so that neighbours find what they need in the caches.
type batch struct {
	x      *Index
	points []PointQuery
	order  []aimed
	spare  []aimed
	hits   []Hit
	ends   [][2]uint32 // of the hits of every place
	bad    map[int]error
	group  [groupSize]probe
	asks   [groupSize]PointQuery
}

// aimed is a place with its square: bits of latitude and longitude by turns.
type aimed struct{ key, at uint32 }

// Batch answers many questions, and calls answer for each in the order of points: with its number and its hits, by
// ordinal, their distance 0, or with why there are none (see At). hits is only good until answer returns.
func (x *Index) Batch(points []PointQuery, answer func(i int, hits []Hit, err error)) {
	b := batch{x: x}
	for from := 0; from < len(points); from += batchSize {
		b.points = points[from:min(len(points), from+batchSize)]
		b.run()
		for i := range b.points {
			if err, ok := b.bad[i]; ok {
				answer(from+i, nil, err)
				continue
			}
			answer(from+i, b.hits[b.ends[i][0]:b.ends[i][1]:b.ends[i][1]], nil)
		}
	}
}

// run answers b.points.
func (b *batch) run() {
	b.aim()
	b.sort()
	b.hits, b.bad = b.hits[:0], map[int]error{}
	if len(b.ends) < len(b.points) {
		b.ends = make([][2]uint32, len(b.points))
	}
	for order := b.order; len(order) > 0; {
		n := min(groupSize, len(order))
		b.together(order[:n])
		order = order[n:]
	}
}

// together answers a group, one stage for all after the other: the loads of a stage do not wait for one another.
func (b *batch) together(order []aimed) {
	x, active := b.x, make([]*probe, 0, groupSize)
	for k, a := range order {
		b.asks[k] = b.points[a.at]
	}
	for k := range order {
		q, p := &b.asks[k], &b.group[k]
		p.err, p.walk.entry, p.walk.lists, p.walk.level = nil, 0, 0, 0
		if !p.aim(q.Lat, q.Lon) {
			p.err = notAPlace()
		} else if x.begin(p); p.walk.level != 0 {
			p.asked = x.asked(q.From, q.Until, q.OnlyInForce)
			active = append(active, p)
		}
	}
	for walking := active; len(walking) > 0; {
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
	p.hits = b.hits
	if p.err == nil && p.walk.level != 0 {
		b.x.collect(p)
	}
	if p.err != nil {
		b.bad[int(at)] = p.err
		p.hits = p.hits[:from]
	}
	b.hits = tidy(p.hits, from)
	p.hits = nil
	b.ends[at] = [2]uint32{uint32(from), uint32(len(b.hits))}
}

// aim finds the squares of all points: those of longitude and latitude will do to sort by, and need no sine.
func (b *batch) aim() {
	b.order = b.order[:0]
	for i := range b.points {
		q := &b.points[i]
		lat, lon := uint32(int32((q.Lat+90)*(1<<15/180.0))), uint32(int32((q.Lon+180)*(1<<16/360.0)))
		b.order = append(b.order, aimed{spread(lat)<<1 | spread(lon), uint32(i)})
	}
}

// spread puts the low 16 bits of x into the even bits.
func spread(x uint32) uint32 {
	x &= 0xffff
	x = (x | x<<8) & 0x00ff00ff
	x = (x | x<<4) & 0x0f0f0f0f
	x = (x | x<<2) & 0x33333333
	return (x | x<<1) & 0x55555555
}

// sort sorts by cell: a radix sort, 11 bits at a time.
func (b *batch) sort() {
	if cap(b.spare) < len(b.order) {
		b.spare = make([]aimed, len(b.order))
	}
	from, to := b.order, b.spare[:len(b.order)]
	for shift := 0; shift < 32; shift += 11 {
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
