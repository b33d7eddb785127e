package referee

import (
	"math"
	"slices"

	"truce/oracle/worlds"
)

// nearest judges the n nearest zones of a place: nearest first, none farther than
// told, and none left out that is nearer than the last.
func (r *run) nearest(q *question, s Nearer, n int) {
	maxM := []float64{1, 1000, 50_000, 300_000}[q.number/64%4]
	r.tally.Answers++
	hits, err := s.Nearest(q.Ask, maxM, n)
	if err != nil {
		r.tally.fail(r.judge, q, "nearest %d: %v", n, err)
		return
	}
	if len(hits) > n || !slices.IsSortedFunc(hits, func(a, b Hit) int { return compareFloat(a.DistanceM, b.DistanceM) }) {
		r.tally.fail(r.judge, q, "nearest %d: not so many, or not in order: %+v", n, hits)
	}
	far := maxM
	if len(hits) == n {
		far = hits[n-1].DistanceM
	}
	for i := range r.zones {
		r.nearestZone(q, hits, i, far)
	}
}

func compareFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// nearestZone judges zone i when all others that are told are at most far away.
func (r *run) nearestZone(q *question, hits []Hit, i int, far float64) {
	z := &r.zones[i]
	expected := z.StateAt(q.From, q.Until) == worlds.InForce || !q.OnlyInForce
	if z.region == nil {
		return
	}
	d := z.region.From(q.Shape.Points[0], far)
	k := slices.IndexFunc(hits, func(h Hit) bool { return h.Zone == i })
	slack := 0.002 + 2e-6*(far+z.size)*(1+math.Pow((far+z.size)/1e6, 4))
	switch {
	case k >= 0 && !expected:
		r.tally.fail(r.judge, q, "nearest: zone %d was not to be told", i)
	case k < 0 && expected && d.Hi < far-slack:
		r.tally.FalseNegatives++
		r.tally.fail(r.judge, q, "nearest: zone %d at %+v m is left out, the last is at %v m: %+v", i, d, far, hits)
	case k >= 0 && hits[k].DistanceM > d.Hi+1e-6:
		r.tally.fail(r.judge, q, "nearest: zone %d is told to be at %v m, and is at %+v", i, hits[k].DistanceM, d)
	case k >= 0 && hits[k].DistanceM < d.Lo-slack:
		r.tally.fail(r.judge, q, "nearest: zone %d is told to be at %v m, and is at %+v", i, hits[k].DistanceM, d)
	}
}
