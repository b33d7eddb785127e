package intake_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"truce"
	"truce/internal/compose"
)

// BenchmarkSubmit takes signed registrations of sites one by one from 64
// submitters through door, ledger and views to the disk.
func BenchmarkSubmit(b *testing.B) {
	r := newRegister(b)
	r.enrol("msf", truce.RoleHumanitarian)
	envelopes := make([][]byte, b.N)
	for i := range envelopes {
		envelopes[i] = r.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(i))
	}
	b.ResetTimer()
	var next atomic.Int64
	var group sync.WaitGroup
	for range 64 {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
				if res := r.in.Submit(b.Context(), envelopes[i:i+1])[0]; res.Err != nil {
					b.Error(res.Err)
				}
			}
		})
	}
	group.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "statements/s")
}

// BenchmarkRebuild drops the views and replays a log of 10,000 entries.
func BenchmarkRebuild(b *testing.B) {
	r := newRegister(b)
	r.enrol("msf", truce.RoleHumanitarian)
	const entries = 10_000
	var batch [][]byte
	for i := range entries {
		batch = append(batch, r.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(i)))
	}
	r.must(batch...)
	b.ResetTimer()
	for b.Loop() {
		if err := r.runner.Rebuild(b.Context(), r.db, r.size(), r.log.Replay); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*entries/b.Elapsed().Seconds(), "entries/s")
}
