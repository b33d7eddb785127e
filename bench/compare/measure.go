package main

import (
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"truce/bench/peers"
	"truce/bench/workload"
)

// sample is one timed pass over all checks: nanoseconds a check, on the wall.
func sample(checks int, pass func()) float64 {
	began := time.Now()
	pass()
	return float64(time.Since(began).Nanoseconds()) / float64(checks)
}

// processor has one pass timed by the processor time of its thread, so that other
// work on the machine disturbs it less (but for the caches that it shares).
var processor bool

// sampleOne is sample for a pass in one thread.
func sampleOne(checks int, pass func()) float64 {
	if !processor {
		return sample(checks, pass)
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	began := threadTime()
	pass()
	return float64((threadTime() - began).Nanoseconds()) / float64(checks)
}

// figures are the samples of one engine.
type figures struct {
	name             string
	build            time.Duration
	bytesAZone       float64
	left, hits       int
	mixed, near, far []float64 // ns a check, one at a time
	batch            []float64 // ns a check, all at once; nil where there is no such thing
	two, batchTwo    []float64 // ns a check, two threads
	latencies        []time.Duration
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	s := slices.Clone(v)
	slices.Sort(s)
	return s[len(s)/2]
}

// quantile is the q-th of the latencies, in microseconds, the clock included.
func (f *figures) quantile(q float64) float64 {
	if len(f.latencies) == 0 {
		return 0
	}
	return float64(f.latencies[min(len(f.latencies)-1, int(q*float64(len(f.latencies))))].Nanoseconds()) / 1000
}

// sets are the checks, and those that were aimed at a zone or at nothing.
type sets struct{ mixed, near, far []workload.Check }

func split(checks []workload.Check) sets {
	s := sets{mixed: checks}
	for _, c := range checks {
		if c.Near {
			s.near = append(s.near, c)
		} else {
			s.far = append(s.far, c)
		}
	}
	return s
}

// round takes one sample of everything from an engine.
func (f *figures) round(e peers.Engine, s *sets) {
	f.hits = 0
	f.mixed = append(f.mixed, sampleOne(len(s.mixed), func() { f.hits = count(e, s.mixed) }))
	f.near = append(f.near, sampleOne(len(s.near), func() { count(e, s.near) }))
	f.far = append(f.far, sampleOne(len(s.far), func() { count(e, s.far) }))
	f.two = append(f.two, sample(len(s.mixed), func() {
		inTwo(halves(s.mixed), func(half []workload.Check) { count(e, half) })
	}))
}

// inTwo works on two halves at once.
func inTwo[T any](parts [2]T, work func(T)) {
	var wg sync.WaitGroup
	for _, part := range parts {
		wg.Go(func() { work(part) })
	}
	wg.Wait()
}

func count(e peers.Engine, checks []workload.Check) (n int) {
	for i := range checks {
		n += e.Count(&checks[i])
	}
	return n
}

// time takes the latency of each check on its own.
func (f *figures) time(e peers.Engine, checks []workload.Check) {
	f.latencies = make([]time.Duration, len(checks))
	for i := range checks {
		began := time.Now()
		e.Count(&checks[i])
		f.latencies[i] = time.Since(began)
	}
	slices.Sort(f.latencies)
}

// heap is what is in use after everything unused was freed, bytes.
func heap() uint64 {
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
