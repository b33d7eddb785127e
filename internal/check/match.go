package check

import (
	"cmp"
	"context"
	"math"
	"slices"

	"truce/geo"
	"truce/internal/view/protected"
)

// toleranceM is what is added to the radius, metres, so that a tie counts however
// it is rounded. Distances of package geo are not above the true ones by more than
// the rounding of a micrometre.
const toleranceM = 1e-5

// found are the protections that apply to the question, in the order of an answer: those
// that are known to, and those among items that do. items are those that the viewer may see.
func (q *question) found(ctx context.Context, known []Protection, items []*item) ([]Protection, error) {
	out := known
	if out == nil {
		out = []Protection{}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for i, it := range items {
		if i%1024 == 1023 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if !q.answers(it) {
			continue
		}
		if it.broken != nil {
			return nil, it.broken
		}
		region, err := q.place()
		if err != nil {
			return nil, err
		}
		if p, ok := q.meet(it, region); ok {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, order)
	return out, nil
}

// order is the order of protections in an answer.
func order(a, b Protection) int {
	return cmp.Or(cmp.Compare(rank(a.State), rank(b.State)), cmp.Compare(a.DistanceM, b.DistanceM),
		cmp.Compare(a.Entry, b.Entry), cmp.Compare(a.ID, b.ID))
}

// rank puts what is in force before what is not.
func rank(s protected.State) int {
	if s == protected.InForce || s == protected.Stale {
		return 0
	}
	return 1
}

// meet is what is told of an object near the place. Of a movement that is near
// with several parts, the one in force counts, then the nearest, then the first.
func (q *question) meet(it *item, region *geo.Prepared) (best Protection, ok bool) {
	for i := range it.parts {
		p := &it.parts[i]
		d, near := p.shape.Within(region, q.RadiusM+toleranceM)
		if !near {
			continue
		}
		this := p.tell(it, d, q)
		if ok {
			this = better(best, this)
		}
		best, ok = this, true
	}
	return best, ok
}

// better is what is told of an object of which two parts are near: the first one, unless
// the second is more in force or nearer.
func better(first, second Protection) Protection {
	if cmp.Or(cmp.Compare(rank(second.State), rank(first.State)), cmp.Compare(second.DistanceM, first.DistanceM)) < 0 {
		return second
	}
	return first
}

func (p *part) tell(it *item, distance float64, q *question) Protection {
	out := it.told
	out.DistanceM = math.Floor(distance*1000) / 1000
	out.AccuracyM = p.accuracy
	life := it.life
	life.Valid = p.period
	out.State = life.At(q.From, q.Until)
	out.InForceFrom, out.InForceUntil = optional(p.period.From), optional(p.period.Until)
	if p.leg >= 0 {
		leg := p.leg
		out.Leg, out.Part = &leg, p.name
	}
	return out
}
