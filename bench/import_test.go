package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"truce/internal/app"
	"truce/internal/cli"
	"truce/internal/store"
)

// childCommand is in the environment of a test binary that is to be truce
// itself: its time and memory are measured from outside.
const childCommand = "TRUCE_BENCH_COMMAND"

func TestMain(m *testing.M) {
	if peak := os.Getenv(childCommand); peak != "" {
		code := cli.Main(os.Args[1:], cli.System())
		os.WriteFile(peak, []byte(fmt.Sprint(peakMemory())), 0o600)
		os.Exit(code)
	}
	os.Exit(m.Run())
}

var highWater = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// peakMemory is the largest resident memory that this process had, in bytes; 0
// where the system does not say (it is not Linux).
func peakMemory() int64 {
	status, err := os.ReadFile("/proc/self/status")
	found := highWater.FindSubmatch(status)
	if err != nil || found == nil {
		return 0
	}
	kB, _ := strconv.ParseInt(string(found[1]), 10, 64)
	return kB << 10
}

// ran is what a command line was and cost.
type ran struct {
	out       []byte
	took, cpu time.Duration // by the clock, and of the processors
	peak      int64         // most memory that it had, bytes
}

// command runs one command line as a process of its own.
func command(b testing.TB, args ...string) (r ran) {
	b.Helper()
	note := filepath.Join(b.TempDir(), "peak")
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), childCommand+"="+note)
	cmd.Stderr = os.Stderr
	begin := time.Now()
	out, err := cmd.Output()
	if err != nil {
		b.Fatalf("truce %v: %v\n%s", args, err, out)
	}
	r = ran{out: out, took: time.Since(begin), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	data, err := os.ReadFile(note)
	must(b, err)
	r.peak, err = strconv.ParseInt(string(data), 10, 64)
	must(b, err)
	return r
}

// rows is how many rows the list of the benchmark has: TRUCE_BENCH_ROWS, or 10,000.
func rows() int {
	if n, err := strconv.Atoi(os.Getenv("TRUCE_BENCH_ROWS")); err == nil {
		return n
	}
	return 10000
}

// writeList writes a list of facilities as a health ministry keeps it. Places are
// about 400 m apart, so that the search for duplicates has work to do and finds
// few; no name stands twice.
func writeList(b testing.TB, path string) {
	b.Helper()
	f, err := os.Create(path)
	must(b, err)
	defer f.Close()
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "Facility ID,Facility name,Facility type,Latitude,Longitude,Operator,Governorate,District,Beds")
	types := []string{"Hospital", "Clinic", "Health centre", "Pharmacy", "School"}
	for i := range rows() {
		fmt.Fprintf(w, "SY%06d,%q,%s,%.6f,%.6f,%s,Aleppo,District %d,%d\n", i, fmt.Sprintf("Facility of quarter %d, building %d", i/7, i%7),
			types[i%len(types)], 33+float64(i/316)*0.0037, 36+float64(i%316)*0.0043, "Ministry of Health", i%40, i%200)
	}
	must(b, w.Flush())
}

// BenchmarkImport runs "truce import" on a CSV list, as a process of its own, from
// its start to its end: rows read, recognised, compared, signed, verified and
// registered. Its floor, in the same run: the list read by encoding/csv and each
// row put into one SQLite table as JSON, 1,000 in a transaction, nothing checked
// and nothing signed. again is the same import once more, which changes nothing.
func BenchmarkImport(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		benchImport(b)
		b.StartTimer()
	}
	b.ReportMetric(0, "ns/op")
}

func benchImport(b *testing.B) {
	dir, list := b.TempDir(), filepath.Join(b.TempDir(), "list.csv")
	folder := app.Folder(filepath.Join(dir, "register"))
	must(b, app.Create(context.Background(), folder, app.Founding{Origin: registerOrigin}, nil))
	writeList(b, list)
	first := command(b, "import", "--data", string(folder), "--json", "--quiet", list)
	wantRegistered(b, first.out, rows(), 0)
	again := command(b, "import", "--data", string(folder), "--json", "--quiet", list)
	wantRegistered(b, again.out, 0, rows())
	b.ReportMetric(first.took.Seconds(), "import-s")
	b.ReportMetric(first.cpu.Seconds(), "import-cpu-s")
	b.ReportMetric(float64(rows())/first.took.Seconds(), "rows/s")
	b.ReportMetric(float64(first.peak)/(1<<20), "peak-MiB")
	b.ReportMetric(again.took.Seconds(), "again-s")
	bare := timed(b, func() error { return bareImport(b, list) })
	b.ReportMetric(bare.Seconds(), "bare-s")
	b.ReportMetric(bare.Seconds()/first.took.Seconds(), "ratio")
}

func wantRegistered(b testing.TB, out []byte, registered, unchanged int) {
	b.Helper()
	var sum struct{ Rows, Accepted, Registered, Unchanged int }
	if err := json.Unmarshal(out, &sum); err != nil || sum.Rows != rows() || sum.Registered != registered || sum.Unchanged != unchanged {
		b.Fatalf("want %d registered and %d unchanged: %v\n%.2000s", registered, unchanged, err, out)
	}
}

// bareImport reads the list and writes it, and does nothing else.
func bareImport(b testing.TB, list string) error {
	db := sqliteIn(b, b.TempDir())
	run(b, db, "CREATE TABLE bare (number INTEGER PRIMARY KEY, record BLOB)")
	data, err := os.ReadFile(list)
	if err != nil {
		return err
	}
	in := csv.NewReader(bytes.NewReader(data))
	for done := false; !done; {
		err := db.Update(context.Background(), func(tx store.Tx) (err error) {
			done, err = bareBatch(in, tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func bareBatch(in *csv.Reader, tx store.Tx) (done bool, err error) {
	for range batchSize {
		row, err := in.Read()
		if err == io.EOF {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		text, err := json.Marshal(row)
		if err != nil {
			return false, err
		}
		if _, err := tx.Exec(context.Background(), "INSERT INTO bare (record) VALUES (?)", text); err != nil {
			return false, err
		}
	}
	return false, nil
}
