package main

import (
	"slices"

	"truce/bench/workload"
	"truce/pack/index"
)

// ours is the product's index.
type ours struct{ *index.Index }

// source streams the first zones of a generator.
func source(g *workload.Generator, zones int) index.Source {
	return func(yield func(index.Zone) error) error {
		var z workload.Zone
		for i := range zones {
			g.Zone(i, &z)
			if err := yield(index.Zone{Shape: z.Shape(), Periods: []index.Period{{From: z.From, Until: z.Until}}}); err != nil {
				return err
			}
		}
		return nil
	}
}

// Count implements peers.Engine.
func (o ours) Count(c *workload.Check) int {
	var buf [64]index.Hit
	hits, err := o.At(c.Lat, c.Lon, c.From, c.Until, true, buf[:0])
	if err != nil {
		panic(err)
	}
	return len(hits)
}

// Left implements peers.Engine.
func (o ours) Left() int { return 0 }

// batch asks all checks at once and counts the hits.
func (o ours) batch(points []index.PointQuery) (n int) {
	o.Batch(points, func(_ int, hits []index.Hit, err error) {
		if err != nil {
			panic(err)
		}
		n += len(hits)
	})
	return n
}

// pointsOf are checks as the index takes many.
func pointsOf(checks []workload.Check) []index.PointQuery {
	out := make([]index.PointQuery, len(checks))
	for i, c := range checks {
		out[i] = index.PointQuery{Lat: c.Lat, Lon: c.Lon, From: c.From, Until: c.Until, OnlyInForce: true}
	}
	return out
}

// halves divides checks between two.
func halves[T any](all []T) [2][]T {
	return [2][]T{all[:len(all)/2], slices.Clip(all[len(all)/2:])}
}
