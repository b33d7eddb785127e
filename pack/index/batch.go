package index

// batchSize is how many places are sorted and answered at a time.
const batchSize = 1 << 18

// batch answers places in the order of their cells, so that neighbours find what they need in the caches.
type batch struct {
	x      *Index
	points []PointQuery
	probes []aimed
	spare  []aimed
	hits   []Hit
	ends   [][2]uint32 // of the hits of every place
}

// aimed is a place with its cell: bits of u and v by turns, below the face.
type aimed struct{ key, at uint32 }

// Batch answers many questions, and calls answer for each in the order of points: with its number and its hits, by
// ordinal, their distance 0, or with why there are none (see At). hits is only good until answer returns.
func (x *Index) Batch(points []PointQuery, answer func(i int, hits []Hit, err error)) {
	b := batch{x: x}
	for from := 0; from < len(points); from += batchSize {
		b.points = points[from:min(len(points), from+batchSize)]
		bad := b.run()
		for i := range b.points {
			if err, ok := bad[i]; ok {
				answer(from+i, nil, err)
				continue
			}
			answer(from+i, b.hits[b.ends[i][0]:b.ends[i][1]:b.ends[i][1]], nil)
		}
	}
}

// run answers b.points, and returns the errors.
func (b *batch) run() map[int]error {
	b.aim()
	b.order()
	bad := map[int]error{}
	b.hits = b.hits[:0]
	if len(b.ends) < len(b.points) {
		b.ends = make([][2]uint32, len(b.points))
	}
	p := probe{hits: b.hits}
	for _, a := range b.probes {
		q := &b.points[a.at]
		p.asked, p.err = b.x.asked(q.From, q.Until, q.OnlyInForce), nil
		from := len(p.hits)
		if !p.aim(q.Lat, q.Lon) {
			p.err = notAPlace()
		} else {
			b.x.find(&p)
		}
		if p.err != nil {
			bad[int(a.at)] = p.err
			p.hits = p.hits[:from]
		}
		p.hits = tidy(p.hits, from)
		b.ends[a.at] = [2]uint32{uint32(from), uint32(len(p.hits))}
	}
	b.hits = p.hits
	return bad
}

// aim finds the cells of all points.
func (b *batch) aim() {
	b.probes = b.probes[:0]
	for i := range b.points {
		var p probe
		p.aim(b.points[i].Lat, b.points[i].Lon)
		b.probes = append(b.probes, aimed{uint32(p.face)<<28 | spread(p.iu>>18)<<1 | spread(p.iv>>18), uint32(i)})
	}
}

// spread puts the low 14 bits of x into the even bits.
func spread(x uint32) uint32 {
	x = (x | x<<8) & 0x00ff00ff
	x = (x | x<<4) & 0x0f0f0f0f
	x = (x | x<<2) & 0x33333333
	return (x | x<<1) & 0x55555555
}

// order sorts by cell: a radix sort, 11 bits at a time.
func (b *batch) order() {
	if cap(b.spare) < len(b.probes) {
		b.spare = make([]aimed, len(b.probes))
	}
	from, to := b.probes, b.spare[:len(b.probes)]
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
	b.probes, b.spare = from, to
}
