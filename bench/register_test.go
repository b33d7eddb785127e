package bench

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"truce"
	"truce/internal/app"
	"truce/internal/compose"
	"truce/proof"
)

const registerOrigin = "bench.example/register"

func must(b testing.TB, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// open makes a register in a temporary folder.
func open(b testing.TB) *app.Register {
	b.Helper()
	dir := app.Folder(b.TempDir() + "/register")
	must(b, app.Create(context.Background(), dir, app.Founding{Origin: registerOrigin}, nil))
	return openFolder(b, dir)
}

func openFolder(b testing.TB, dir app.Folder) *app.Register {
	b.Helper()
	app.SpareProcessor() // as a server does
	reg, err := app.Open(context.Background(), dir, app.Options{})
	must(b, err)
	b.Cleanup(func() { reg.Close() })
	return reg
}

// author signs statements of the registrar.
type author struct {
	party  truce.PartyID
	signer proof.Signer
}

func registrar(b testing.TB, reg *app.Register) author {
	b.Helper()
	party, signer, err := reg.Registrar(context.Background())
	must(b, err)
	return author{party, signer}
}

func (a author) sign(kind truce.Kind, subject string, body any, opts ...compose.Option) (*proof.Envelope, error) {
	st, err := compose.Statement(kind, registerOrigin, a.party, subject, body, opts...)
	if err != nil {
		return nil, err
	}
	return compose.Sign(st, a.signer)
}

// siteBody is a site as an import makes it; about 500 bytes of JSON.
func siteBody(i int) map[string]any {
	lon, lat := float64(i%360)-180+0.123456, float64(i/360%180)-90+0.654321
	return map[string]any{
		"names": []truce.Name{{Text: fmt.Sprintf("Health centre number %d", i), Lang: "en"}}, "function": "clinic", "operatorOrg": "Ministry of Health",
		"geometry": map[string]any{"type": "Point", "coordinates": []float64{lon, lat}, "accuracyM": 15},
		"coord":    map[string]any{"entered": fmt.Sprintf("%.6f, %.6f", lat, lon), "format": "dd", "datum": "WGS84", "method": "GPS", "accuracyM": 15},
		"admin":    map[string]any{"country": "SYR", "adm1": "SY02"},
	}
}

// eachInParallel calls do(0) to do(n-1) on all processors.
func eachInParallel(n int, do func(i int)) {
	workers := runtime.GOMAXPROCS(0)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for i := w; i < n; i += workers {
				do(i)
			}
		})
	}
	group.Wait()
}

// registrations signs n registrations of sites by the registrar.
func registrations(b testing.TB, reg *app.Register, n int) []*proof.Envelope {
	b.Helper()
	by := registrar(b, reg)
	out := make([]*proof.Envelope, n)
	eachInParallel(n, func(i int) {
		e, err := by.sign(truce.SiteRegister, compose.NewSubject("site"), siteBody(i))
		if err != nil {
			b.Error(err)
			return
		}
		out[i] = e
	})
	return out
}

// BenchmarkRegister is the whole way in, one statement a call: envelope parsed,
// signature verified, rules, entry, tree, views, signed checkpoint, durable,
// answered. Its floor, in the same run: the same records into one SQLite table
// by the same driver, grouped the same way, durable. ratio is register over
// floor, in statements a second. verify-alone is the signatures of the same
// statements on all processors and nothing else. cpu-us/op is the processor time
// of one statement, user and kernel, which says what a machine that is busy with
// other things would do when idle; verify-cpu-us/op is that of its signature alone.
//
// What a submitter does on its own machine, writing and signing statements, is
// done before; the network is left out.
func BenchmarkRegister(b *testing.B) {
	for _, submitters := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("submitters=%d", submitters), func(b *testing.B) {
			n := 30000
			if submitters == 1 {
				n = 3000
			}
			for b.Loop() {
				b.StopTimer()
				benchRegister(b, n, submitters)
				b.StartTimer()
			}
			b.ReportMetric(0, "ns/op") // of a whole round: it says nothing
		})
	}
}

// reportCPU reports the processor time of one of n operations since it was before.
func reportCPU(b *testing.B, name string, before time.Duration, n int) {
	b.ReportMetric(float64((cpuTime()-before).Microseconds())/float64(n), name)
}

func benchRegister(b *testing.B, n, submitters int) {
	reg := open(b)
	defer reg.Close()
	signed := registrations(b, reg, n)
	texts, records := make([][]byte, n), make([][]byte, n)
	for i, e := range signed {
		texts[i], records[i] = e.JSON(), e.Record()
	}
	floor := newInserter(b)
	runtime.GC() // what the submitters left behind is no work of the register
	begin, cpu := time.Now(), cpuTime()
	eachInParallel(n, func(i int) {
		if err := signed[i].Verify(); err != nil {
			b.Error(err)
		}
	})
	b.ReportMetric(float64(n)/time.Since(begin).Seconds(), "verify-alone/s")
	reportCPU(b, "verify-cpu-us/op", cpu, n)
	cpu = cpuTime()
	took, all := spread(n, submitters, func(i int) {
		if res := reg.Intake.Submit(context.Background(), texts[i:i+1]); res[0].Err != nil {
			b.Error(res[0].Err)
		}
	})
	reportCPU(b, "cpu-us/op", cpu, n)
	rate := report(b, "register", took, all)
	cpu = cpuTime()
	took, all = spread(n, submitters, func(i int) { floor.insert(signed[i].ID(), records[i]) })
	reportCPU(b, "insert-cpu-us/op", cpu, n)
	b.ReportMetric(rate/report(b, "insert", took, all), "ratio")
}
