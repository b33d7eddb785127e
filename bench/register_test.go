package bench

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"slices"

	"truce"
	"truce/internal/app"
	"truce/internal/compose"
	"truce/proof"
)

// open makes a register in a temporary folder.
func open(b testing.TB) *app.Register {
	b.Helper()
	dir := app.Folder(b.TempDir() + "/register")
	ctx := context.Background()
	if err := app.Create(ctx, dir, app.Founding{Origin: "bench.example/register"}, nil); err != nil {
		b.Fatal(err)
	}
	reg, err := app.Open(ctx, dir, app.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { reg.Close() })
	return reg
}

// statements signs n registrations of sites by the registrar, as JSON
// envelopes: what a submitter sends.
func statements(b testing.TB, reg *app.Register, n int) [][]byte {
	b.Helper()
	party, signer, err := reg.Registrar(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	out := make([][]byte, n)
	var group sync.WaitGroup
	for w := range 2 {
		group.Go(func() {
			for i := w; i < n; i += 2 {
				out[i] = site(b, reg.Origin, party, signer, i).JSON()
			}
		})
	}
	group.Wait()
	return out
}

func site(b testing.TB, origin string, party truce.PartyID, signer proof.Signer, i int) *proof.Envelope {
	body := map[string]any{
		"names": []truce.Name{{Text: fmt.Sprintf("Health centre number %d", i), Lang: "en"}}, "function": "clinic", "operatorOrg": "Ministry of Health",
		"geometry": map[string]any{"type": "Point", "coordinates": []float64{float64(i%360) - 180 + 0.123456, float64(i/360%180) - 90 + 0.654321}, "accuracyM": 15},
		"coord":    map[string]any{"entered": "as typed, 36.2128, 37.1166", "format": "dd", "datum": "WGS84", "method": "GPS", "accuracyM": 15},
		"admin":    map[string]any{"country": "SYR", "adm1": "SY02"},
	}
	st, err := compose.Statement(truce.SiteRegister, origin, party, compose.NewSubject("site"), body)
	if err != nil {
		b.Fatal(err)
	}
	e, err := compose.Sign(st, signer)
	if err != nil {
		b.Fatal(err)
	}
	return e
}

// submitAll sends every envelope, one a call, from a number of submitters, and
// gives how long each took.
func submitAll(b testing.TB, reg *app.Register, all [][]byte, submitters int) []time.Duration {
	b.Helper()
	took := make([]time.Duration, len(all))
	var next atomic.Int64
	var group sync.WaitGroup
	for range submitters {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(all); i = int(next.Add(1)) - 1 {
				start := time.Now()
				if res := reg.Intake.Submit(context.Background(), all[i:i+1]); res[0].Err != nil {
					b.Error(res[0].Err)
					return
				}
				took[i] = time.Since(start)
			}
		})
	}
	group.Wait()
	slices.Sort(took)
	return took
}

// BenchmarkRegister is the whole way in: envelope parsed, signature verified,
// rules, entry, tree, views, signed checkpoint, durable, answered.
func BenchmarkRegister(b *testing.B) {
	for _, submitters := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("submitters=%d", submitters), func(b *testing.B) {
			n := 20000
			if submitters == 1 {
				n = 2000
			}
			for b.Loop() {
				b.StopTimer()
				reg := open(b)
				all := statements(b, reg, n)
				b.StartTimer()
				start := time.Now()
				took := submitAll(b, reg, all, submitters)
				b.ReportMetric(float64(n)/time.Since(start).Seconds(), "statements/s")
				b.ReportMetric(float64(took[n/2].Microseconds())/1000, "p50-ms")
				b.ReportMetric(float64(took[n*99/100].Microseconds())/1000, "p99-ms")
				b.StopTimer()
				reg.Close()
				b.StartTimer()
			}
		})
	}
}
