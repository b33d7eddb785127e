package app

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/internal/store/storetest"
	"truce/proof"
)

// TestFullDisk fills the small disk under a server. It runs as root on Linux;
// TestFileLimit does the same without.
func TestFullDisk(t *testing.T) {
	disk := storetest.SmallDisk(t, 4<<20)
	ballast := filepath.Join(disk, "ballast")
	must(t, os.WriteFile(ballast, make([]byte, 1<<20), 0o600))
	dir, by := create(t, disk)
	s := start(t, dir, nil)
	s.runsFull(by, func() { must(t, os.Remove(ballast)) })
	s.kill()
	whole(t, dir)
}

// TestFileLimit serves from a process whose files may not grow.
func TestFileLimit(t *testing.T) {
	if !canLimitFiles {
		t.Skip("file sizes cannot be limited here")
	}
	dir, by := create(t, t.TempDir())
	s := start(t, dir, nil, childLimit+"=2000000")
	s.runsFull(by, func() { fmt.Fprintln(s.in, "raise") })
	s.kill()
	whole(t, dir)
}

// runsFull submits until it does not fit, looks that the server says so and goes
// on answering, and that it takes statements again once there is space.
func (s *server) runsFull(by *registrar, makeSpace func()) {
	s.t.Helper()
	acked := map[string]int64{}
	var refused *proof.Envelope
	for n := 0; refused == nil; n++ {
		e := by.site(n, 3000)
		if a := s.post("/v1/statements", e.JSON()); a.status == http.StatusCreated {
			acked[e.ID()] = entryOf(s.t, a)
		} else {
			s.wantFull(a)
			refused = e
		}
		if n > 5000 {
			s.t.Fatal("it never gets full")
		}
	}
	if len(acked) == 0 {
		s.t.Fatal("nothing fitted: the test proves nothing")
	}
	s.wantFull(s.post("/v1/statements", refused.JSON()))
	s.answersWhileFull(acked)
	makeSpace()
	s.goesOn(refused, acked)
}

// goesOn submits again what was refused; the server is ready when it was taken.
func (s *server) goesOn(refused *proof.Envelope, acked map[string]int64) {
	s.t.Helper()
	var a *answer
	s.eventually("the statement is taken", func() bool {
		a = s.post("/v1/statements", refused.JSON())
		return a.status == http.StatusCreated || a.status == http.StatusOK
	})
	acked[refused.ID()] = entryOf(s.t, a)
	s.holds(acked)
	if a := s.get("/readyz"); a.status != http.StatusOK {
		s.t.Errorf("readyz: %d %s", a.status, a.body)
	}
}

// eventually waits up to ten seconds.
func (s *server) eventually(what string, ok func() bool) {
	s.t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatal("not so: " + what)
		}
	}
}

func (s *server) wantFull(a *answer) {
	s.t.Helper()
	if p := a.problem(s.t); a.status != http.StatusServiceUnavailable || p.Code != "unavailable" || p.Hint == "" || p.Detail == "" {
		s.t.Fatalf("%d %+v", a.status, p)
	}
}

// answersWhileFull: everything that only reads goes on.
func (s *server) answersWhileFull(acked map[string]int64) {
	s.t.Helper()
	s.holds(acked)
	for path, want := range map[string]int{"/livez": 200, "/v1": 200, "/metrics": 200, "/log/checkpoint": 200, "/readyz": 503} {
		if a := s.get(path); a.status != want {
			s.t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	if a := s.get("/readyz"); !strings.Contains(string(a.body), "[-]") || !strings.Contains(string(a.body), "not ready") {
		s.t.Errorf("readyz does not say what is wrong: %s", a.body)
	}
	if a := s.post("/v1/check", []byte(`{"at":"36, 37.5","radiusM":100}`)); a.status != http.StatusOK {
		s.t.Errorf("check: %d %s", a.status, a.body)
	}
}

// holds wants the log to cover every entry that was answered.
func (s *server) holds(acked map[string]int64) {
	s.t.Helper()
	a := s.get("/log/checkpoint")
	var origin string
	var size int64
	if _, err := fmt.Sscanf(string(a.body), "%s\n%d\n", &origin, &size); err != nil {
		s.t.Fatalf("%v: %s", err, a.body)
	}
	for _, n := range acked {
		if n >= size {
			s.t.Fatalf("entry %d was answered, the head covers %d entries", n, size)
		}
	}
}

// whole opens a folder that was served, and verifies all of it.
func whole(t testing.TB, dir Folder) {
	t.Helper()
	r := reopen(t, dir)
	_, err := r.Ledger.Verify(t.Context(), nil)
	must(t, err)
	before := digests(t, r)
	must(t, r.RebuildViews(t.Context()))
	for name, sum := range digests(t, r) {
		if before[name] != sum {
			t.Errorf("the view %s differs after a replay", name)
		}
	}
	must(t, r.Close())
}

// TestReadOnlyUnderServer: the folder of a running server becomes read-only. What
// is stored can be read; nothing enters; and it goes on by itself afterwards.
func TestReadOnlyUnderServer(t *testing.T) {
	dir, by := create(t, t.TempDir())
	s := start(t, dir, nil)
	first := by.site(1, 10)
	acked := map[string]int64{first.ID(): entryOf(t, s.post("/v1/statements", first.JSON()))}
	second := by.site(2, 10)
	t.Run("read-only", func(t *testing.T) {
		storetest.ReadOnlyFolder(t, string(dir))
		s.wantFull(s.post("/v1/statements", second.JSON()))
		s.answersWhileFull(acked)
	})
	s.goesOn(second, acked)
	s.kill()
	whole(t, dir)
}

// TestReadOnlyFolder: a register in a folder that nobody may write to opens for
// reading, and says why it does not open for more.
func TestReadOnlyFolder(t *testing.T) {
	dir, by := create(t, t.TempDir())
	r := reopen(t, dir)
	add(t, r, by, 20)
	must(t, r.Close())
	storetest.ReadOnlyFolder(t, string(dir))
	_, err := Open(t.Context(), dir, Options{})
	wantRefusal(t, err, truce.CodeUnavailable, "the folder cannot be written to")
	r, err = Open(t.Context(), dir, Options{ReadOnly: true})
	must(t, err)
	defer r.Close()
	_, err = r.Ledger.Verify(t.Context(), nil)
	must(t, err)
	_, err = r.Receipt(t.Context(), 5)
	must(t, err)
	res := r.Intake.Submit(context.Background(), [][]byte{by.site(1, 1).JSON()})[0]
	wantRefusal(t, res.Err, truce.CodeUnavailable, "reading only")
	if _, err := os.Stat(string(dir.Head()) + ".new"); !os.IsNotExist(err) {
		t.Error("something was written after all")
	}
}

// TestStartOnFullDisk: a server that was killed starts on a full disk, or says
// why not; the register is whole in either case.
func TestStartOnFullDisk(t *testing.T) {
	disk := storetest.SmallDisk(t, 4<<20)
	dir, by := create(t, disk)
	s := start(t, dir, nil)
	e := by.site(1, 10)
	acked := map[string]int64{e.ID(): entryOf(t, s.post("/v1/statements", e.JSON()))}
	s.kill()
	fillUp(t, filepath.Join(disk, "ballast"))
	r, err := Open(t.Context(), dir, Options{})
	if err != nil {
		wantRefusal(t, err, truce.CodeUnavailable, "")
	} else {
		_, err = r.Ledger.EntryByID(t.Context(), e.ID())
		must(t, err)
		wantRefusal(t, r.Intake.Submit(t.Context(), [][]byte{by.site(2, 3000).JSON()})[0].Err, truce.CodeUnavailable, "")
		must(t, r.Close())
	}
	must(t, os.Remove(filepath.Join(disk, "ballast")))
	s = start(t, dir, nil)
	s.holds(acked)
	s.kill()
	whole(t, dir)
}

// fillUp writes a file until the disk is full.
func fillUp(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	must(t, err)
	defer f.Close()
	for _, size := range []int{64 << 10, 4 << 10, 1} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
	}
}

// TestCreateOnFullDisk: what cannot be made whole is not there at all.
func TestCreateOnFullDisk(t *testing.T) {
	for _, size := range []int{8 << 10, 64 << 10, 128 << 10} {
		disk := storetest.SmallDisk(t, size)
		dir := Folder(filepath.Join(disk, "register"))
		err := Create(t.Context(), dir, Founding{Origin: "test.example/register"}, nil)
		wantRefusal(t, err, truce.CodeUnavailable, "")
		if _, err := os.Stat(string(dir)); !os.IsNotExist(err) {
			left, _ := os.ReadDir(string(dir))
			t.Errorf("%d bytes: %v is left", size, left)
		}
	}
}
