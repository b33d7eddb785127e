package main

import (
	"io"
	"os"
	"slices"
	"strings"
	"time"

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

func readHeap(f *os.File, size int) ([]byte, error) {
	data := make([]byte, size)
	_, err := io.ReadFull(io.NewSectionReader(f, 0, int64(size)), data)
	return data, err
}

// built is an index that was made, and what that took.
type built struct {
	ours
	build, open time.Duration
	peak        string // resident memory of this process at most, when it was built
	first       time.Duration
}

// build makes the index of the workload into a temporary file and opens it from there.
func build(g *workload.Generator, zones int, how string, c *workload.Check) (b built, err error) {
	f, err := os.CreateTemp("", "truce-compare-")
	if err != nil {
		return b, err
	}
	defer f.Close()
	defer os.Remove(f.Name())
	began := time.Now()
	size, err := index.BuildTo(f, source(g, zones), [32]byte{1}, index.Params{})
	if err != nil {
		return b, err
	}
	b.build, b.peak = time.Since(began), peak()
	data, err := load(f, int(size), how)
	if err != nil {
		return b, err
	}
	began = time.Now()
	if b.Index, err = index.Open(data, [32]byte{1}); err != nil {
		return b, err
	}
	b.open = time.Since(began)
	b.Count(c)
	b.first = time.Since(began)
	return b, nil
}

// peak is the most memory that this process had, as Linux tells it.
func peak() string {
	text, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(text)) {
		if v, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return strings.TrimSpace(v)
		}
	}
	return "unknown"
}

// Count implements peers.Engine.
func (o ours) Count(c *workload.Check) int {
	var buf [16]index.Hit
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
