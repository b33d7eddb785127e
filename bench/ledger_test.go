package bench

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/internal/store/sqlite"
	"truce/proof"
)

const logOrigin = "bench.example/log"

// subjects is the smallest view there can be: one row an entry.
type subjects struct{}

func (subjects) Apply(ctx context.Context, tx store.Tx, e *ledger.Entry) ([]int64, error) {
	subject := ""
	if !e.Erased() {
		subject = e.Statement.Subject
	}
	_, err := tx.Exec(ctx, "INSERT INTO subjects (number, subject) VALUES (?, ?)", e.Number, subject)
	return nil, err
}

func sqliteIn(b testing.TB, dir string) *sqlite.DB {
	b.Helper()
	db, err := sqlite.Open(filepath.Join(dir, "register.db"), sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	return db
}

func run(b testing.TB, db store.DB, statements ...string) {
	b.Helper()
	err := db.Update(context.Background(), func(tx store.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(context.Background(), s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// newLog makes an empty log in a folder of its own.
func newLog(b testing.TB) (*ledger.Ledger, ledger.Config) {
	b.Helper()
	dir := b.TempDir()
	skey, vkey, err := proof.NewLogKey(logOrigin)
	if err != nil {
		b.Fatal(err)
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		b.Fatal(err)
	}
	db := sqliteIn(b, dir)
	run(b, db, "CREATE TABLE subjects (number BIGINT PRIMARY KEY, subject TEXT)")
	cfg := ledger.Config{DB: db, Origin: logOrigin, Signer: signer, Verifier: vkey, HeadPath: filepath.Join(dir, "head"), Follower: subjects{}}
	l, err := ledger.Create(context.Background(), cfg)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	return l, cfg
}

func admitAll(context.Context, store.Reader, int64, time.Time) error { return nil }

// candidates makes n statements of about 1 KB as intake hands them on.
func candidates(b testing.TB, from, n int) []ledger.Candidate {
	b.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	signer := proof.NewSigner(key)
	out := make([]ledger.Candidate, n)
	var group sync.WaitGroup
	for w := range 2 {
		group.Go(func() {
			for i := w; i < n; i += 2 {
				out[i] = candidate(b, signer, from+i)
			}
		})
	}
	group.Wait()
	return out
}

const filler = `"operatorOrg":"Ministry of Health","coord":{"entered":"as typed, 36.2128, 37.1166","format":"dd","datum":"WGS84","method":"GPS","accuracyM":15},"admin":{"country":"SYR","adm1":"SY02","adm2":"SY0200"},"remarks":"Two floors, the emergency ward faces the street; generators in the yard. Open day and night. The roof is marked since July, seen on imagery of the ninth."`

func candidate(b testing.TB, signer proof.Signer, i int) ledger.Candidate {
	body := fmt.Sprintf(`{"names":[{"text":"Health centre number %d","lang":"en"}],"function":"clinic",%s}`, i, filler)
	payload := fmt.Sprintf(`{"kind":"site.register","register":%q,"author":"moh","subject":"site-%d","madeAt":"2016-08-11T07:00:00Z","status":"exercise","nonce":"nonce-%016d","body":%s}`,
		logOrigin, i, i, body)
	env, err := proof.Sign(truce.PayloadType, []byte(payload), signer)
	if err != nil {
		b.Fatal(err)
	}
	s := &truce.Statement{Kind: truce.SiteRegister, Register: logOrigin, Author: "moh", Subject: fmt.Sprintf("site-%d", i), Body: []byte(body)}
	return ledger.Candidate{Envelope: env, Statement: s, ID: env.ID(), Admit: admitAll}
}

// spread calls do for 0 to n-1 from a number of goroutines, and gives how long
// each call took, sorted, and the time of it all.
func spread(n, submitters int, do func(i int)) (took []time.Duration, all time.Duration) {
	took = make([]time.Duration, n)
	var next atomic.Int64
	var group sync.WaitGroup
	begin := time.Now()
	for range submitters {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				start := time.Now()
				do(i)
				took[i] = time.Since(start)
			}
		})
	}
	group.Wait()
	all = time.Since(begin)
	slices.Sort(took)
	return took, all
}

func report(b *testing.B, name string, took []time.Duration, all time.Duration) (rate float64) {
	n := len(took)
	rate = float64(n) / all.Seconds()
	b.ReportMetric(rate, name+"/s")
	b.ReportMetric(float64(took[n/2].Microseconds())/1000, name+"-p50-ms")
	b.ReportMetric(float64(took[n*99/100].Microseconds())/1000, name+"-p99-ms")
	return rate
}

// BenchmarkAppend is the ledger alone: number, commitment, tree, smallest view,
// signed checkpoint, durable in database and head file. Its floor, in the same
// run: the same bytes into one SQLite table by the same driver, grouped the same
// way, durable. ratio is ledger over floor, in statements a second.
func BenchmarkAppend(b *testing.B) {
	for _, submitters := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("submitters=%d", submitters), func(b *testing.B) {
			n := 20000
			if submitters == 1 {
				n = 2000
			}
			for round := 0; b.Loop(); round++ {
				b.StopTimer()
				all := candidates(b, 0, n)
				l, _ := newLog(b)
				floor := newInserter(b)
				b.StartTimer()
				cpu := cpuTime()
				took, time := spread(n, submitters, func(i int) {
					if r := l.Append(context.Background(), all[i:i+1])[0]; r.Err != nil {
						b.Error(r.Err)
					}
				})
				reportCPU(b, "cpu-us/op", cpu, n)
				rate := report(b, "append", took, time)
				cpu = cpuTime()
				took, time = spread(n, submitters, func(i int) { floor.insert(all[i].ID, all[i].Envelope.Record()) })
				reportCPU(b, "insert-cpu-us/op", cpu, n)
				b.ReportMetric(rate/report(b, "insert", took, time), "ratio")
			}
		})
	}
}

// inserter is the bare SQLite insert with group commit.
type inserter struct{ queue chan *insertion }

type insertion struct {
	id     string
	record []byte
	done   chan struct{}
}

func newInserter(b testing.TB) *inserter {
	db := sqliteIn(b, b.TempDir())
	run(b, db, "CREATE TABLE bare (number INTEGER PRIMARY KEY, id TEXT UNIQUE, record BLOB)")
	in := &inserter{make(chan *insertion, 256)}
	b.Cleanup(func() { close(in.queue) })
	go func() {
		for first := range in.queue {
			in.commit(b, db, first)
		}
	}()
	return in
}

func (in *inserter) insert(id string, record []byte) {
	i := &insertion{id, record, make(chan struct{})}
	in.queue <- i
	<-i.done
}

func (in *inserter) commit(b testing.TB, db store.DB, first *insertion) {
	group := []*insertion{first}
	for len(group) < 1024 && len(in.queue) > 0 {
		group = append(group, <-in.queue)
	}
	err := db.Update(context.Background(), func(tx store.Tx) error {
		for _, i := range group {
			if _, err := tx.Exec(context.Background(), "INSERT INTO bare (id, record) VALUES (?, ?)", i.id, i.record); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Error(err)
	}
	for _, i := range group {
		close(i.done)
	}
}

// entries is the size of the log of the benchmarks below: TRUCE_BENCH_ENTRIES,
// or 50,000.
func entries() int {
	if n, err := strconv.Atoi(os.Getenv("TRUCE_BENCH_ENTRIES")); err == nil {
		return n
	}
	return 50000
}

// BenchmarkLog measures what a log of entries() entries answers.
func BenchmarkLog(b *testing.B) {
	l, cfg := newLog(b)
	size := entries()
	for from := 0; from < size; from += 10000 {
		for _, r := range l.Append(context.Background(), candidates(b, from, min(10000, size-from))) {
			if r.Err != nil {
				b.Fatal(r.Err)
			}
		}
	}
	b.Run("open", func(b *testing.B) { benchOpen(b, cfg) })
	b.Run("receipt", func(b *testing.B) { benchReceipts(b, l, size) })
	b.Run("replay", func(b *testing.B) { benchReplay(b, l, cfg.DB, size) })
	b.Run("verify", func(b *testing.B) { benchVerify(b, l, size) })
}

func benchOpen(b *testing.B, cfg ledger.Config) {
	cfg.Signer = nil
	for b.Loop() {
		l, err := ledger.Open(context.Background(), cfg)
		if err != nil {
			b.Fatal(err)
		}
		l.Close()
	}
}

// benchReceipts proves entries all over the log; each proof is also checked.
func benchReceipts(b *testing.B, l *ledger.Ledger, size int) {
	for b.Loop() {
		took, all := spread(2000, 1, func(i int) {
			if _, err := l.Receipt(context.Background(), int64(i*7919%size), true); err != nil {
				b.Error(err)
			}
		})
		report(b, "receipt", took, all)
	}
}

func benchReplay(b *testing.B, l *ledger.Ledger, db store.DB, size int) {
	for b.Loop() {
		start := time.Now()
		err := db.View(context.Background(), func(r store.Reader) error {
			return l.Replay(context.Background(), r, 0, int64(size), func(*ledger.Entry) error { return nil })
		})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(size)/time.Since(start).Seconds(), "entries/s")
	}
}

func benchVerify(b *testing.B, l *ledger.Ledger, size int) {
	for b.Loop() {
		start := time.Now()
		if _, err := l.Verify(context.Background(), nil); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(size)/time.Since(start).Seconds(), "entries/s")
	}
}
