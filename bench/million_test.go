package bench

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"truce/geo"
	"truce/internal/app"
	"truce/internal/auth"
	"truce/internal/check"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/internal/store/sqlite"
	"truce/proof"
)

// BenchmarkStart opens a register with entries() entries and has it answer its
// first check. cold has the database and nothing else of the system's file cache
// dropped before. Its floor is the driver alone: open the file, read one row.
func BenchmarkStart(b *testing.B) {
	dir := archive(b)
	ready(b, dir)
	for _, cold := range []bool{false, true} {
		b.Run(map[bool]string{false: "warm", true: "cold"}[cold], func(b *testing.B) {
			if cold && !canDrop {
				b.Skip("the file cache cannot be told what to drop here")
			}
			for b.Loop() {
				b.StopTimer()
				startOnce(b, dir, cold)
				b.StartTimer()
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// ready opens the register once, so that views of another version are rebuilt
// before anything is measured.
func ready(b testing.TB, dir app.Folder) {
	b.Helper()
	reg, err := app.Open(context.Background(), dir, app.Options{})
	must(b, err)
	must(b, reg.Close())
}

func startOnce(b *testing.B, dir app.Folder, cold bool) {
	forget := func() {
		if cold {
			must(b, dropCache(dir.Database()))
		}
	}
	forget()
	begin := time.Now()
	bareOpen(b, dir)
	reportMS(b, "bare-ms", time.Since(begin))
	forget()
	begin = time.Now()
	reg, err := app.Open(context.Background(), dir, app.Options{})
	must(b, err)
	defer reg.Close()
	reportMS(b, "open-ms", time.Since(begin))
	answer, err := reg.Check.Check(context.Background(), check.Query{Shape: geo.PointShape(geo.Point{Lat: 36.2, Lon: 37.15}, 0), RadiusM: 500, Viewer: auth.Viewer{Party: app.RegistrarID, Role: "registrar"}})
	must(b, err)
	reportMS(b, "first-check-ms", time.Since(begin))
	if answer == nil {
		b.Fatal("no answer")
	}
}

func reportMS(b *testing.B, name string, d time.Duration) {
	b.ReportMetric(float64(d.Microseconds())/1000, name)
}

// bareOpen reads the newest entry with the driver alone.
func bareOpen(b testing.TB, dir app.Folder) {
	b.Helper()
	db, err := sqlite.Open(dir.Database(), sqlite.Options{})
	must(b, err)
	defer db.Close()
	must(b, db.View(context.Background(), func(r store.Reader) error {
		var number int64
		_, err := store.One(context.Background(), r, "SELECT MAX(number) FROM entry", nil, &number)
		return err
	}))
}

// BenchmarkReplay replays entries() statements into empty views, which is what
// "truce views rebuild" does. Its floors: the same without views (read, checked
// against the commitment, parsed), and the driver alone reading the same rows,
// each record hashed once. ratio is bare over replay, in time.
func BenchmarkReplay(b *testing.B) {
	reg := openFolder(b, archive(b))
	size := reg.Ledger.Head().Size
	for b.Loop() {
		b.StopTimer()
		bare := timed(b, func() error { return scan(reg.DB) })
		parse := timed(b, func() error {
			return reg.DB.View(context.Background(), func(r store.Reader) error {
				return reg.Ledger.Replay(context.Background(), r, 0, size, func(*ledger.Entry) error { return nil })
			})
		})
		cpu := cpuTime()
		replay := timed(b, func() error { return reg.RebuildViews(context.Background()) })
		b.ReportMetric((cpuTime() - cpu).Seconds(), "replay-cpu-s")
		b.ReportMetric(replay.Seconds(), "replay-s")
		b.ReportMetric(parse.Seconds(), "without-views-s")
		b.ReportMetric(bare.Seconds(), "bare-s")
		b.ReportMetric(float64(size)/replay.Seconds(), "entries/s")
		b.ReportMetric(bare.Seconds()/replay.Seconds(), "ratio")
		b.StartTimer()
	}
	b.ReportMetric(0, "ns/op")
}

func timed(b testing.TB, do func() error) time.Duration {
	b.Helper()
	begin := time.Now()
	must(b, do())
	return time.Since(begin)
}

// scan reads every row of the log and hashes its record.
func scan(db store.DB) error {
	return db.View(context.Background(), func(r store.Reader) error {
		rows, err := r.Query(context.Background(), "SELECT number, time, id, commitment, salt, record FROM entry ORDER BY number")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var number, ms int64
			var id, commitment, salt, record []byte
			if err := rows.Scan(&number, &ms, &id, &commitment, &salt, &record); err != nil {
				return err
			}
			sha256.Sum256(record)
		}
		return rows.Err()
	})
}

// BenchmarkProof proves entries all over a log of entries() entries: the path
// alone, and the receipt with its content, which is checked before it is given
// out. The peer is x/mod's tlog over all hashes in memory.
func BenchmarkProof(b *testing.B) {
	reg := openFolder(b, archive(b))
	size := reg.Ledger.Head().Size
	memory := hashesInMemory(b, reg.Ledger, size)
	for b.Loop() {
		b.StopTimer()
		path := each(b, size, func(n int64) error {
			_, err := reg.Ledger.InclusionProof(context.Background(), n, size)
			return err
		})
		receipt := each(b, size, func(n int64) error {
			_, err := reg.Ledger.Receipt(context.Background(), n, true)
			return err
		})
		peer := each(b, size, func(n int64) error {
			_, err := tlog.ProveRecord(size, n, memory)
			return err
		})
		for name, took := range map[string][]time.Duration{"path": path, "receipt": receipt, "in-memory": peer} {
			b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1000, name+"-p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1000, name+"-p99-µs")
		}
		b.ReportMetric(float64(path[len(path)/2])/float64(peer[len(peer)/2]), "p50-ratio")
		b.StartTimer()
	}
	b.ReportMetric(0, "ns/op")
}

// each times do for 5,000 random entries, sorted.
func each(b testing.TB, size int64, do func(n int64) error) []time.Duration {
	took := make([]time.Duration, 5000)
	for i := range took {
		n := rand.Int64N(size)
		took[i] = timed(b, func() error { return do(n) })
	}
	slices.Sort(took)
	return took
}

// hashesInMemory builds the whole tree from the leaves that the log serves.
func hashesInMemory(b testing.TB, l *ledger.Ledger, size int64) tlog.HashReaderFunc {
	b.Helper()
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			out[i] = stored[x]
		}
		return out, nil
	})
	for n := int64(0); n < size; n += 256 {
		width := min(256, size-n)
		data, _, err := l.Tile(context.Background(), tilePath(n/256, width))
		must(b, err)
		for i := range width {
			more, err := tlog.StoredHashesForRecordHash(n+i, tlog.Hash(data[i*tlog.HashSize:]), reader)
			must(b, err)
			stored = append(stored, more...)
		}
	}
	root, err := tlog.TreeHash(size, reader)
	must(b, err)
	if root != l.Head().Root {
		b.Fatal("the tiles do not lead to the root")
	}
	return reader
}

// tilePath is the path of a tile of leaves (C2SP tlog-tiles).
func tilePath(n, width int64) string {
	path := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		path = fmt.Sprintf("x%03d/%s", n%1000, path)
	}
	if width < 256 {
		path += fmt.Sprintf(".p/%d", width)
	}
	return "tile/0/" + path
}

// BenchmarkVerify works out everything anew, as "truce log verify" does. The peer
// is the least that any verifier must do: the signature of each statement, on
// all processors, measured on the first 20,000. ratio is register over peer.
func BenchmarkVerify(b *testing.B) {
	reg := openFolder(b, archive(b))
	size := reg.Ledger.Head().Size
	for b.Loop() {
		b.StopTimer()
		envelopes := firstEnvelopes(b, reg, min(size, 20000))
		peer := timed(b, func() error {
			eachInParallel(len(envelopes), func(i int) { must(b, envelopes[i].Verify()) })
			return nil
		})
		took := timed(b, func() error { _, err := reg.Ledger.Verify(context.Background(), nil); return err })
		rate, peerRate := float64(size)/took.Seconds(), float64(len(envelopes))/peer.Seconds()
		b.ReportMetric(took.Seconds(), "verify-s")
		b.ReportMetric(rate, "entries/s")
		b.ReportMetric(peerRate, "signatures/s")
		b.ReportMetric(rate/peerRate, "ratio")
		b.StartTimer()
	}
	b.ReportMetric(0, "ns/op")
}

func firstEnvelopes(b testing.TB, reg *app.Register, n int64) (out []*proof.Envelope) {
	b.Helper()
	must(b, reg.DB.View(context.Background(), func(r store.Reader) error {
		return reg.Ledger.Replay(context.Background(), r, 0, n, func(e *ledger.Entry) error {
			out = append(out, e.Envelope)
			return nil
		})
	}))
	return out
}
