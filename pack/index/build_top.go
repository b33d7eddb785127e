package index

import (
	"math"
	"slices"

	"truce/geo"
)

// top sorts the parts that are larger than a bin: they are listed where they cover a cell of level 0, 2 or 4, and go to
// the bins where they do not.
func (b *builder) top(w *worker) error {
	if len(b.tall) == 0 {
		return nil
	}
	l := loader{builder: b}
	parts := l.load(b.tall)
	from := make(map[*part]binRef, len(parts))
	for i, p := range parts {
		from[p] = b.tall[i]
		if p.large && !p.vague {
			if err := b.findAnchors(p, b.tall[i]); err != nil {
				return err
			}
		}
	}
	for face := range faces {
		items := make([]item, 0, len(parts))
		for i, p := range parts {
			if p.ball.touches(face) {
				items = append(items, l.item(p, b.tall[i], face))
			}
		}
		b.descend(w, cell{face: face}, items, from)
	}
	for _, refs := range b.bins {
		slices.SortFunc(refs, func(x, y binRef) int { return int(x.zone)<<32 + int(x.which) - int(y.zone)<<32 - int(y.which) })
	}
	return nil
}

// descend sorts items into the cell c and what is below it.
func (b *builder) descend(w *worker, c cell, items []item, from map[*part]binRef) {
	arena, refs, kept := len(w.arena), len(w.refs), len(w.items)
	defer func() { w.arena, w.refs, w.items = w.arena[:arena], w.refs[:refs], w.items[:kept] }()
	p := newPatch(c)
	var rest []item
	for i := range items {
		out, v := items[i].classify(&p, &w.arena)
		switch {
		case v == outside:
		case v == partly || c.level == binLevel || c.level&1 != 0:
			if v != partly {
				out = items[i] // is classified again farther down
			}
			rest = append(rest, out)
		default:
			w.refs = append(w.refs, ref{out.part.number, out.part.when, v == unsure})
		}
	}
	if len(w.refs) > refs {
		w.tops = append(w.tops, topEntry{c, w.write(&p, w.refs[refs:], nil, toLeaf)})
		b.sieve.cell(c)
	}
	if c.level == binLevel {
		for i := range rest {
			if !rest[i].part.fine() {
				b.sieve.cell(c)
			}
			b.bins[c.index()] = append(b.bins[c.index()], from[rest[i].part])
		}
		return
	}
	for k := uint32(0); k < 4 && len(rest) > 0; k++ {
		b.descend(w, c.child(k), rest, from)
	}
}

// findAnchors looks for a place on every face that is clear of the outline of a large area, and asks package geo how
// often each ring goes round it. Its count goes up to the right of an edge; ours to the left, as seen on a face, which is
// mirrored for the negative axes.
func (b *builder) findAnchors(p *part, at binRef) error {
	found := new([faces]faceAnchor)
	rings, err := geo.NewRings(p.shape.Polygons[p.which])
	if err != nil {
		return err
	}
	for face := range faces {
		segs := p.plane(face).segs
		q, ok := openPlace(segs, face)
		if !ok {
			continue
		}
		outer := -rings.Winding(0, q.place)
		if face&1 != 0 {
			outer = -outer
		}
		t := turns{outer: int32(outer)}
		for i := 1; i < rings.Len(); i++ {
			t.holes ^= int32(rings.Winding(i, q.place) & 1)
		}
		found[face] = faceAnchor{at: anchor{q.u, q.v, t}, ok: true}
	}
	b.anchors[at] = found
	return nil
}

type openSpot struct {
	u, v  float64
	place geo.Point
}

// openPlace looks for a place on a face that is outside the bands of all segs.
func openPlace(segs []seg, face int) (openSpot, bool) {
	const n = 23
	for k := range n * n {
		u := (float64(k*7%n)+0.537)/n*2 - 1
		v := (float64((k/n*5+k*3)%n)+0.463)/n*2 - 1
		clear := true
		for i := range segs {
			s := &segs[i]
			m := math.Max(math.Abs(u), math.Abs(v)) + 0.3
			if s.distance(u, v) <= s.band*bandSafety(s.band)*(1+2*m*m)/axisB+1e-7 {
				clear = false
				break
			}
		}
		if clear {
			return openSpot{u, v, surface(ray(face, u, v)).place()}, true
		}
	}
	return openSpot{}, false
}
