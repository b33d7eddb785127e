package bench

import (
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/internal/ledger"
	"truce/internal/mirror"
	"truce/internal/store/sqlite"
	"truce/proof"
)

// mirrored is a log on a disk that a mirror copies: records one after the other,
// and where each begins.
type mirrored struct {
	file   *os.File
	begins []int64
	leaves [][]byte
	note   []byte
	vkey   string
}

var mirrorStart = time.Date(2016, 8, 12, 12, 0, 0, 0, time.UTC)

// newMirrored makes a log of n signed statements.
func newMirrored(b *testing.B, n int) *mirrored {
	b.Helper()
	skey, vkey, err := proof.NewLogKey("register.example/bench")
	must(b, err)
	signer, err := note.NewSigner(skey)
	must(b, err)
	m := &mirrored{vkey: vkey, begins: make([]int64, 1, n+1), leaves: make([][]byte, 0, n), file: recordsFile(b, n)}
	tree, lengths := &frontier{}, make([]byte, 4)
	for i := range n {
		_, err := m.file.ReadAt(lengths, m.begins[i])
		must(b, err)
		record := make([]byte, binary.BigEndian.Uint32(lengths))
		_, err = m.file.ReadAt(record, m.begins[i]+4)
		must(b, err)
		m.begins = append(m.begins, m.begins[i]+4+int64(len(record)))
		e := proof.Entry{Number: int64(i), Time: mirrorStart.Add(time.Duration(i) * time.Millisecond), Salt: saltOf(i), Record: record}
		m.leaves = append(m.leaves, e.Leaf())
		tree.add(tlog.RecordHash(e.Leaf()))
	}
	cp, err := proof.SignCheckpoint(signer, int64(n), tree.root())
	must(b, err)
	m.note = cp.Note
	return m
}

// recordsFile holds n signed statements, each behind its length. It is kept below
// TRUCE_BENCH_DIR where that is set: signing a million takes longer than the measurement.
func recordsFile(b *testing.B, n int) *os.File {
	b.Helper()
	dir := os.Getenv("TRUCE_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	path := filepath.Join(dir, fmt.Sprintf("truce-bench-mirror-1-%d", n))
	if _, err := os.Stat(path); err != nil {
		writeRecords(b, path+".new", n)
		must(b, os.Rename(path+".new", path))
	}
	f, err := os.Open(path)
	must(b, err)
	b.Cleanup(func() { f.Close() })
	return f
}

func writeRecords(b *testing.B, path string, n int) {
	b.Helper()
	f, err := os.Create(path)
	must(b, err)
	author := proof.NewSigner(ed25519.NewKeyFromSeed(make([]byte, 32)))
	for from := 0; from < n; from += 1000 {
		records := make([][]byte, min(1000, n-from))
		eachInParallel(len(records), func(i int) { records[i] = benchRecord(b, author, from+i) })
		var data []byte
		for _, record := range records {
			data = append(binary.BigEndian.AppendUint32(data, uint32(len(record))), record...)
		}
		_, err := f.Write(data)
		must(b, err)
	}
	must(b, f.Close())
}

func saltOf(i int) (salt [32]byte) {
	binary.BigEndian.PutUint64(salt[:], uint64(i))
	return salt
}

func benchRecord(b *testing.B, author proof.Signer, i int) []byte {
	b.Helper()
	body := fmt.Sprintf(`{"names":[{"text":"Clinic %d"}],"function":"clinic","geometry":{"type":"Point","coordinates":[37.1,36.2],"accuracyM":10}}`, i)
	payload, err := json.Marshal(truce.Statement{Kind: truce.SiteRegister, Register: "register.example/bench", Author: "aid", Subject: fmt.Sprintf("site-%020d", i),
		MadeAt: mirrorStart, Status: truce.Actual, Nonce: fmt.Sprintf("%022d", i), Body: json.RawMessage(body)})
	must(b, err)
	env, err := proof.Sign(truce.PayloadType, payload, author)
	must(b, err)
	return env.Record()
}

// frontier is the right edge of a tree: the roots of its perfect subtrees.
type frontier struct {
	size  int64
	peaks []tlog.Hash
}

func (f *frontier) add(h tlog.Hash) {
	for s := f.size; s&1 == 1; s >>= 1 {
		h = tlog.NodeHash(f.peaks[len(f.peaks)-1], h)
		f.peaks = f.peaks[:len(f.peaks)-1]
	}
	f.peaks, f.size = append(f.peaks, h), f.size+1
}

func (f *frontier) root() tlog.Hash {
	h := f.peaks[len(f.peaks)-1]
	for i := len(f.peaks) - 2; i >= 0; i-- {
		h = tlog.NodeHash(f.peaks[i], h)
	}
	return h
}

func (m *mirrored) Note(context.Context) ([]byte, error) { return m.note, nil }

func (m *mirrored) Tile(_ context.Context, path string) ([]byte, error) {
	t, err := tlog.ParseTilePath("tile/8/0/" + strings.TrimPrefix(path, "tile/entries/"))
	if err != nil {
		return nil, err
	}
	var out []byte
	for _, leaf := range m.leaves[t.N*256 : t.N*256+int64(t.W)] {
		out = append(binary.BigEndian.AppendUint16(out, uint16(len(leaf))), leaf...)
	}
	return out, nil
}

func (m *mirrored) Records(_ context.Context, from, until int64) (*proof.Handover, error) {
	h := &proof.Handover{From: from, To: min(until, from+1000)}
	data := make([]byte, m.begins[h.To]-m.begins[from])
	if _, err := m.file.ReadAt(data, m.begins[from]); err != nil {
		return nil, err
	}
	for n := from; n < h.To; n++ {
		h.Entries = append(h.Entries, proof.Handed{Number: n, Salt: saltOf(int(n)), Record: data[m.begins[n]-m.begins[from]+4 : m.begins[n+1]-m.begins[from]]})
	}
	return proof.ParseHandover(h.Marshal()) // as it comes over a network
}

func (m *mirrored) RecordsAbout(_ context.Context, subjects []string, _ int64) (*proof.Handover, error) {
	return &proof.Handover{To: int64(len(subjects))}, nil
}

// leavesOnly is the same log for a reader who may read nothing of it.
type leavesOnly struct{ *mirrored }

func (leavesOnly) Records(_ context.Context, from, until int64) (*proof.Handover, error) {
	return &proof.Handover{From: from, To: until}, nil
}

// BenchmarkMirror copies and verifies a log of a million entries (10,000 with
// -short, TRUCE_BENCH_ENTRIES of them where that is set): all of it, and the leaves alone. The peer in the same run is what no
// mirror can do without: hashing every record and verifying every signature, on
// one processor.
func BenchmarkMirror(b *testing.B) {
	n := 1_000_000
	if testing.Short() {
		n = 10_000
	}
	if _, chosen := os.LookupEnv("TRUCE_BENCH_ENTRIES"); chosen {
		n = entries()
	}
	m := newMirrored(b, n)
	b.Run("whole", func(b *testing.B) { m.bench(b, m, n) })
	b.Run("leaves", func(b *testing.B) { m.bench(b, leavesOnly{m}, n) })
	b.Run("peer/signatures", func(b *testing.B) {
		for b.Loop() {
			m.verifyAlone(b, n)
		}
		b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	})
}

func (m *mirrored) bench(b *testing.B, src mirror.Source, n int) {
	for b.Loop() {
		b.StopTimer()
		dir := b.TempDir()
		db, err := sqlite.Open(filepath.Join(dir, "truce.db"), sqlite.Options{})
		must(b, err)
		l, err := ledger.CreateCopy(b.Context(), ledger.Config{DB: db, Origin: "register.example/bench", Verifier: m.vkey, HeadPath: filepath.Join(dir, "head")})
		must(b, err)
		c := mirror.New(mirror.Config{Log: l, Source: src, Evidence: filepath.Join(dir, "evidence"), Now: func() time.Time { return mirrorStart.Add(time.Hour) }})
		b.StartTimer()
		report, err := c.Sync(b.Context())
		must(b, err)
		b.StopTimer()
		if report.Size != int64(n) {
			b.Fatalf("%+v", report)
		}
		must(b, l.Close())
		must(b, db.Close())
		b.StartTimer()
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

// verifyAlone does the arithmetic and nothing else.
func (m *mirrored) verifyAlone(b *testing.B, n int) {
	b.Helper()
	for from := int64(0); from < int64(n); from += 1000 {
		h, err := m.Records(b.Context(), from, int64(n))
		must(b, err)
		for i := range h.Entries {
			if _, err := ledger.CheckContent("register.example/bench", m.leaves[h.Entries[i].Number], &h.Entries[i]); err != nil {
				b.Fatal(err)
			}
		}
	}
}
