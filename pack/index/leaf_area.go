package index

import (
	"math"
	"slices"
)

// areaWriter writes what of an area's outline is in a box round a cell, as chains of vertices in quanta. A chain that
// ends at the lower side of the box is led on along it to the right: so the turns at a place are those at the lower left
// corner and what the way from there along the lower side, then up, meets.
type areaWriter struct {
	rect
	quantum float64
	margin  int
	body    []byte
	verts   [][2]int
	hole    bool
}

const farRight = math.MaxInt16 // right of every place in the cell

func (w *leafWriter) addArea(it *item, p *patch) {
	a := areaWriter{rect: p.rect, quantum: p.width() / quanta, body: w.chain[:0]}
	segs := it.part.plane(p.face).segs
	band, ok := a.band(it, segs, p)
	if !ok {
		w.addRef(ref{it.part.number, it.part.when, true})
		return
	}
	use := it.use
	if a.margin > boxMargin {
		use = allOf(segs)
	}
	a.body = append(put16(a.body, band), make([]byte, areaHead-2)...)
	a.chains(segs, use)
	bound(a.body[2:], a.body[areaHead:], 2)
	w.chain = a.body
	turns, ok := a.base(it.at)
	if !ok {
		w.addRef(ref{it.part.number, it.part.when, true})
		return
	}
	w.addOutline(it.part.number, it.part.when, kindArea, turns, a.body)
}

func allOf(segs []seg) []int32 {
	all := make([]int32, len(segs))
	for i := range all {
		all[i] = int32(i)
	}
	return all
}

// band is the half width of what is not certain, in 16ths of a quantum, and sets the box's margin. Of these, 14 are for
// the rounding of vertices (11.4) and of the place asked about (1.5).
func (a *areaWriter) band(it *item, segs []seg, p *patch) (int, bool) {
	wide := 0.0
	for _, k := range it.use {
		if s := &segs[k]; !s.away(p.rect, p.stretch, slackM*p.stretch) {
			wide = max(wide, s.band*bandSafety(s.band))
		}
	}
	band := math.Ceil((wide+slackM)*p.stretch/a.quantum*fine) + 14
	if band > (maxMargin-64)*fine {
		return 0, false
	}
	a.margin = max(boxMargin, int(band)/fine+64)
	return int(band), true
}

func (a *areaWriter) chains(segs []seg, use []int32) {
	box, open, last := a.grown(float64(a.margin)*a.quantum), false, int32(-2)
	for _, k := range use {
		s := &segs[k]
		t0, t1, ok := s.clip(box)
		if !ok {
			continue
		}
		if !open || t0 > 0 || !s.joined || k != last+1 || s.hole != a.hole {
			a.close()
			a.hole = s.hole
			a.vertex(s, t0)
		}
		a.vertex(s, t1)
		open, last = t1 == 1, k
	}
	a.close()
}

func (a *areaWriter) vertex(s *seg, t float64) {
	x, y := s.x0+t*(s.x1-s.x0), s.y0+t*(s.y1-s.y0)
	if t == 1 {
		x, y = s.x1, s.y1
	}
	v := [2]int{int(math.Round((x-a.u0)/a.quantum)) - quanta/2, int(math.Round((y-a.v0)/a.quantum)) - quanta/2}
	if n := len(a.verts); n < 2 || a.verts[n-1] != v { // a chain of one place still has a side, that nothing is sure beside
		a.verts = append(a.verts, v)
	}
}

// close ends a chain.
func (a *areaWriter) close() {
	if len(a.verts) == 0 {
		return
	}
	low := -quanta/2 - a.margin
	if n := len(a.verts) - 1; a.verts[n][1] <= low {
		a.verts = append(a.verts, [2]int{farRight, a.verts[n][1]})
	}
	if a.verts[0][1] <= low {
		a.verts = slices.Insert(a.verts, 0, [2]int{farRight, a.verts[0][1]})
	}
	head := len(a.verts)
	if a.hole {
		head |= chainHole
	}
	a.body = put16(a.body, head)
	for _, v := range a.verts {
		a.body = put16(put16(a.body, v[0]), v[1])
	}
	a.verts = a.verts[:0]
}

// base is the turns at the lower left corner of the box, such that those at the anchor come out right: 7 bits for the
// outer ring, one for the holes.
func (a *areaWriter) base(at anchor) (byte, bool) {
	x := int32(math.Floor((at.u-a.u0)/a.quantum*fine)) - quanta/2*fine
	y := int32(math.Floor((at.v-a.v0)/a.quantum*fine)) - quanta/2*fine
	outer, holes, sure := turnsAt(a.body[areaHead:], x, y, 14)
	w := at.outer - outer
	return byte(w)<<1 | byte((at.holes^holes)&1), sure && w >= -64 && w < 64
}
