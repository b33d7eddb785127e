package main

import (
	"cmp"
	"os"
	"runtime"
	"testing"

	"truce/bench/workload"
)

// BenchmarkCheck asks our index alone, for a profile: TRUCE_ZONES says how many zones, TRUCE_LOAD how they are loaded.
// cpu-ns is the least processor time of a check in any of the passes, which other work on the machine disturbs least.
func BenchmarkCheck(b *testing.B) {
	zones := numberOf(b, "TRUCE_ZONES", 30_000)
	g := workload.New(42)
	s := split(g.Checks(200_000, zones, 43))
	made, err := build(g, zones, cmp.Or(os.Getenv("TRUCE_LOAD"), "map"), &s.mixed[0])
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%d bytes", made.Size())
	for _, set := range []struct {
		name   string
		checks []workload.Check
	}{{"mixed", s.mixed}, {"near", s.near}, {"random", s.far}} {
		b.Run(set.name, func(b *testing.B) { passes(b, len(set.checks), func() { count(made, set.checks) }) })
		points := pointsOf(set.checks)
		b.Run("batch/"+set.name, func(b *testing.B) { passes(b, len(points), func() { made.batch(points) }) })
	}
}

// passes runs passes over n checks.
func passes(b *testing.B, n int, pass func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	least := 0.0
	for b.Loop() {
		began := threadTime()
		pass()
		if took := float64(threadTime()-began) / float64(n); least == 0 || took < least {
			least = took
		}
	}
	b.ReportMetric(least, "cpu-ns")
}
