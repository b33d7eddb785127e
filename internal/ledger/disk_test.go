package ledger

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"truce"
	"truce/internal/store/sqlite"
	"truce/internal/store/storetest"
)

// TestFullDisk fills a small disk. It runs as root on Linux; TestFileLimit does
// the same without.
func TestFullDisk(t *testing.T) {
	dir := storetest.SmallDisk(t, 4<<20)
	ballast := filepath.Join(dir, "ballast")
	must(t, os.WriteFile(ballast, make([]byte, 1<<20), 0o600))
	fullDisk(t, dir, func() { must(t, os.Remove(ballast)) })
}

// limited names the environment variable of the process that TestFileLimit runs
// itself in: the limit holds for a whole process.
const limited = "TRUCE_LEDGER_LIMITED"

func TestFileLimit(t *testing.T) {
	if os.Getenv(limited) == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestFileLimit$", "-test.v")
		cmd.Env = append(os.Environ(), limited+"=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	raise := limitFiles(t, 2<<20)
	fullDisk(t, t.TempDir(), raise)
}

// fullDisk appends until it does not fit, and looks that the register stays up
// for reading, holds all that it answered, and goes on once there is space.
func fullDisk(t *testing.T, dir string, makeSpace func()) {
	k := newKit(t, func(c *Config) { c.HeadPath = filepath.Join(dir, "head") })
	k.move(dir)
	var acked []Result
	var failed Candidate
	for n := 0; ; n++ {
		c := k.statement(truce.SiteRegister, "s", strings.Repeat("x", 4000), n)
		r := k.l.Append(t.Context(), []Candidate{c})[0]
		if r.Err != nil {
			wantCode(t, "when full", r.Err, truce.CodeUnavailable)
			if truce.HintOf(r.Err) == "" {
				t.Errorf("no hint in %v", r.Err)
			}
			failed = c
			break
		}
		if acked = append(acked, r); n > 5000 {
			t.Fatal("it never gets full")
		}
	}
	wantCode(t, "again", k.l.Append(t.Context(), []Candidate{failed})[0].Err, truce.CodeUnavailable)
	k.readable(acked)
	makeSpace()
	r := k.l.Append(t.Context(), []Candidate{failed})[0]
	must(t, r.Err)
	k.readable(append(acked, r))
	_, err := k.l.Verify(t.Context(), nil)
	must(t, err)
}

// move takes the register to another folder.
func (k *kit) move(dir string) {
	k.t.Helper()
	k.stop()
	data, err := os.ReadFile(k.path())
	must(k.t, err)
	must(k.t, os.WriteFile(filepath.Join(dir, "register.db"), data, 0o600))
	k.dir = dir
	must(k.t, k.start())
}

func (k *kit) readable(acked []Result) {
	k.t.Helper()
	if len(acked) == 0 {
		k.t.Fatal("nothing fitted: the test proves nothing")
	}
	for _, want := range acked {
		if e, err := k.l.Entry(k.t.Context(), want.Number); err != nil || e.ID != want.ID {
			k.t.Fatalf("entry %d cannot be read: %v", want.Number, err)
		}
	}
	last := acked[len(acked)-1].Number
	if size := k.l.Head().Size; size != last+1 {
		k.t.Errorf("the head shows %d entries, %d were answered", size, last+1)
	}
	_, err := k.l.Receipt(k.t.Context(), last, true)
	must(k.t, err)
}

// TestReadOnlyFolder: a register in a folder that nobody may write to can be
// read and verified, and says why nothing enters.
func TestReadOnlyFolder(t *testing.T) {
	k := newKit(t)
	k.fill(0, 300)
	k.stop()
	storetest.ReadOnlyFolder(t, k.dir)
	_, err := sqlite.Open(k.path(), sqlite.Options{})
	wantCode(t, "opening for writing", err, truce.CodeUnavailable)
	db, err := sqlite.Open(k.path(), sqlite.Options{ReadOnly: true})
	must(t, err)
	defer db.Close()
	cfg := k.cfg
	cfg.DB, cfg.Signer = db, nil
	l, err := Open(t.Context(), cfg)
	must(t, err)
	_, err = l.Entry(t.Context(), 299)
	must(t, err)
	_, err = l.Verify(t.Context(), nil)
	must(t, err)
	r := l.Append(t.Context(), []Candidate{k.statement(truce.SiteRegister, "s", "w", 1)})[0]
	wantCode(t, "appending", r.Err, truce.CodeUnavailable)
	must(t, l.Close())
	cfg.Signer = k.cfg.Signer // an app that does not know: it must not fall over
	l, err = Open(t.Context(), cfg)
	must(t, err)
	r = l.Append(t.Context(), []Candidate{k.statement(truce.SiteRegister, "s", "w", 1)})[0]
	wantCode(t, "appending with a key", r.Err, truce.CodeUnavailable)
	if _, err := os.Stat(cfg.HeadPath + ".new"); !errors.Is(err, os.ErrNotExist) {
		t.Error("something was written after all")
	}
	must(t, l.Close())
}
