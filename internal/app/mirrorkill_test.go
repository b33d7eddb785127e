package app

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"truce"
	"truce/internal/auth"
	"truce/internal/mirror"
	"truce/proof"
)

// The environment of a test binary that is run as a mirror, to be killed.
const (
	childMirror = "TRUCE_APP_MIRROR" // folder of the mirror
	childStick  = "TRUCE_APP_STICK"  // folder that it copies from
)

// TestMirrorChild is the mirror that TestMirrorKilled kills.
func TestMirrorChild(t *testing.T) {
	dir, stick := Folder(os.Getenv(childMirror)), os.Getenv(childStick)
	if dir == "" {
		t.Skip("this is run by TestMirrorKilled")
	}
	must(t, syncOnce(t.Context(), dir, stick, ""))
}

// syncOnce opens a mirror as another process would, and brings it up to date.
func syncOnce(ctx context.Context, dir Folder, stick, logKey string) error {
	r, m, err := OpenMirror(ctx, dir, MirrorOptions{MirrorSettings: MirrorSettings{From: stick, Name: "north.example/mirror"}, LogKey: logKey, Source: mirror.Folder(stick)})
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = m.Sync(ctx)
	return err
}

// TestMirrorKilled kills a mirror at random instants, again and again: whatever is
// left opens, verifies, never goes back, and is brought up to date in the end.
func TestMirrorKilled(t *testing.T) {
	dir, by := create(t, t.TempDir())
	r := reopen(t, dir)
	stick, folder := t.TempDir(), Folder(filepath.Join(t.TempDir(), "m"))
	export := func() {
		t.Helper()
		add(t, r, by, 150)
		hand := func(ctx context.Context, from, until int64) (*proof.Handover, error) {
			return r.HandOver(ctx, auth.Viewer{Party: RegistrarID, Role: truce.RoleRegistrar}, from, until)
		}
		_, err := mirror.ExportRecords(t.Context(), stick, r.Ledger.Head().Size, hand)
		must(t, err)
		_, err = r.Ledger.Export(t.Context(), stick)
		must(t, err)
	}
	export()
	must(t, syncOnce(t.Context(), folder, stick, r.LogKey))
	seen, killed := r.Ledger.Head().Size, 0
	for round := range 6 {
		export()
		if killMirror(t, folder, stick, time.Duration(10+rand.IntN(120))*time.Millisecond) {
			killed++
		}
		seen = examineMirror(t, folder, seen, round)
	}
	must(t, syncOnce(t.Context(), folder, stick, r.LogKey))
	if size := examineMirror(t, folder, seen, -1); size != r.Ledger.Head().Size {
		t.Errorf("the mirror has %d entries in the end, want %d", size, r.Ledger.Head().Size)
	}
	if killed == 0 {
		t.Error("every process ended before it was killed: the test proves nothing")
	}
}

// killMirror runs a mirror in a process of its own and kills it after a while; it
// says whether that came before its end.
func killMirror(t *testing.T, folder Folder, stick string, after time.Duration) bool {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestMirrorChild$")
	cmd.Env = append(os.Environ(), childMirror+"="+string(folder), childStick+"="+stick)
	must(t, cmd.Start())
	time.Sleep(after)
	_ = cmd.Process.Kill() // it may have ended
	_ = cmd.Wait()
	return !cmd.ProcessState.Exited()
}

// examineMirror opens what a kill left, verifies all of it and gives its size.
func examineMirror(t *testing.T, folder Folder, seen int64, round int) int64 {
	t.Helper()
	m, err := Open(t.Context(), folder, Options{})
	must(t, err)
	defer m.Close()
	if _, err := m.Ledger.Verify(t.Context(), nil); err != nil {
		t.Fatalf("round %d: %v", round, err)
	}
	if err := m.VerifyViews(t.Context()); err != nil {
		t.Fatalf("round %d: %v", round, err)
	}
	size := m.Ledger.Head().Size
	if size < seen {
		t.Fatalf("round %d: the mirror went back from %d entries to %d", round, seen, size)
	}
	return size
}
