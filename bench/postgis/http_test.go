package main

import (
	"context"
	"testing"
	"time"

	"truce/bench/workload"
)

// BenchmarkBatch is our part of the race alone, for profiles: a thousand checks at once, through package client and as
// the same request and its answer without the client's own work.
func BenchmarkBatch(b *testing.B) {
	const zones = 30_000
	g := workload.New(42)
	s, err := serve(b.Context(), sites(g, zones))
	if err != nil {
		b.Fatal(err)
	}
	defer s.close()
	for _, _, ready := s.reg.Check.Indexed(); !ready; _, _, ready = s.reg.Check.Indexed() {
		time.Sleep(10 * time.Millisecond)
	}
	queries := queriesOf(g.Checks(batch, zones, 43))
	ask := func(b *testing.B, do func(context.Context) error) {
		b.ReportAllocs()
		for b.Loop() {
			if err := do(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("client", func(b *testing.B) {
		ask(b, func(ctx context.Context) error { _, err := askClient(ctx, s, queries); return err })
	})
	b.Run("wire", func(b *testing.B) {
		ask(b, func(ctx context.Context) error {
			n, err := s.wire.again(ctx)
			b.ReportMetric(float64(n)/batch, "bytes/check")
			return err
		})
	})
}
