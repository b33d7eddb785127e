package app

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"truce"
	"truce/internal/store"
)

// opened makes a register with n sites and closes it again.
func opened(t testing.TB, n int) (Folder, *registrar) {
	t.Helper()
	dir, by := create(t, t.TempDir())
	grow(t, dir, by, n)
	return dir, by
}

func grow(t testing.TB, dir Folder, by *registrar, n int) {
	t.Helper()
	r, err := Open(t.Context(), dir, Options{})
	must(t, err)
	add(t, r, by, n)
	must(t, r.Close())
}

// copyFolder copies a data folder, as an operator would.
func copyFolder(t testing.TB, dir Folder) Folder {
	t.Helper()
	to := Folder(filepath.Join(t.TempDir(), "copy"))
	must(t, os.CopyFS(string(to), os.DirFS(string(dir))))
	must(t, filepath.WalkDir(string(to), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return os.Chmod(path, 0o600) // CopyFS widens permissions; key files refuse that
	}))
	return to
}

// put replaces one file by another.
func put(t testing.TB, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	must(t, err)
	must(t, os.WriteFile(to, data, 0o600))
}

// flip changes one bit of a file.
func flip(t testing.TB, path string, at int) {
	t.Helper()
	data, err := os.ReadFile(path)
	must(t, err)
	data[at] ^= 1
	must(t, os.WriteFile(path, data, 0o600))
}

// TestAlteredFolder alters one thing in a data folder at a time: each is found
// at opening, and opening leaves everything as it was.
func TestAlteredFolder(t *testing.T) {
	dir, by := opened(t, 30)
	older := copyFolder(t, dir)
	grow(t, dir, by, 20)
	fork := copyFolder(t, older)
	grow(t, fork, by, 20)
	foreign, _ := opened(t, 52)
	for name, c := range map[string]struct {
		alter func(Folder)
		code  truce.Code
		words string
	}{
		"older database":       {func(f Folder) { put(t, older.Database(), f.Database()) }, truce.CodeTampered, "an older copy of the database was put back"},
		"database of a fork":   {func(f Folder) { put(t, fork.Database(), f.Database()) }, truce.CodeTampered, "another root"},
		"head of a fork":       {func(f Folder) { put(t, fork.Head(), f.Head()) }, truce.CodeTampered, "another root"},
		"head of another":      {func(f Folder) { put(t, foreign.Head(), f.Head()) }, truce.CodeTampered, "head file"},
		"head missing":         {func(f Folder) { must(t, os.Remove(f.Head())) }, truce.CodeTampered, "the head file is missing"},
		"head empty":           {func(f Folder) { must(t, os.WriteFile(f.Head(), nil, 0o600)) }, truce.CodeTampered, "head file"},
		"head is a folder":     {func(f Folder) { must(t, os.Remove(f.Head())); must(t, os.Mkdir(f.Head(), 0o700)) }, truce.CodeUnavailable, "head file"},
		"database of another":  {func(f Folder) { put(t, foreign.Database(), f.Database()) }, truce.CodeTampered, "log key: the database was made with another"},
		"database cut":         {func(f Folder) { must(t, os.Truncate(f.Database(), 50_000)) }, truce.CodeTampered, "damaged"},
		"database overwritten": {func(f Folder) { must(t, os.WriteFile(f.Database(), make([]byte, 1<<16), 0o600)) }, truce.CodeTampered, "damaged"},
		"database missing":     {func(f Folder) { must(t, os.Remove(f.Database())) }, truce.CodeNotFound, "holds no register"},
		"log.pub altered":      {func(f Folder) { flip(t, f.LogPublic(), 40) }, truce.CodeInvalid, "log key"},
		"log.pub of another":   {func(f Folder) { put(t, foreign.LogPublic(), f.LogPublic()) }, truce.CodeTampered, "is not the one of the log"},
		"log.key of another":   {func(f Folder) { put(t, foreign.LogPrivate(), f.LogPrivate()) }, truce.CodeTampered, "is not the one of the log"},
		"log.key missing":      {func(f Folder) { must(t, os.Remove(f.LogPrivate())) }, truce.CodeNotFound, "no such file"},
		"log.key open to all":  {func(f Folder) { must(t, os.Chmod(f.LogPrivate(), 0o644)) }, truce.CodeRefused, "log.key"},
		"both keys of another": {func(f Folder) {
			put(t, foreign.LogPrivate(), f.LogPrivate())
			put(t, foreign.LogPublic(), f.LogPublic())
		}, truce.CodeTampered, "log key: the database was made with another"},
		"a file for the folder": {func(f Folder) { must(t, os.RemoveAll(string(f))); must(t, os.WriteFile(string(f), nil, 0o600)) }, truce.CodeUsage, "is a file"},
		"no folder":             {func(f Folder) { must(t, os.RemoveAll(string(f))) }, truce.CodeNotFound, "there is no folder"},
	} {
		t.Run(name, func(t *testing.T) {
			f := copyFolder(t, dir)
			c.alter(f)
			before := contents(t, f)
			for range 2 { // the first time must not heal or hide it
				_, err := Open(t.Context(), f, Options{})
				wantRefusal(t, err, c.code, c.words)
			}
			if after := contents(t, f); after != before {
				t.Errorf("opening changed the folder\nbefore: %s\nafter:  %s", before, after)
			}
		})
	}
	whole(t, dir)
}

// contents lists the files that make up the register, with their sizes and a few bytes.
func contents(t testing.TB, dir Folder) string {
	t.Helper()
	var out string
	for _, path := range []string{dir.Database(), dir.Head(), dir.LogPublic(), dir.LogPrivate()} {
		f, err := os.Open(path)
		if err != nil {
			out += "- "
			continue
		}
		data, _ := io.ReadAll(f) // a folder in the place of a file reads as nothing
		f.Close()
		out += fmt.Sprintf("%s %x ", filepath.Base(path), truceSum(data))
	}
	return out
}

// TestAlteredHead flips a bit of each byte of the head file.
func TestAlteredHead(t *testing.T) {
	dir, _ := opened(t, 3)
	good, err := os.ReadFile(dir.Head())
	must(t, err)
	for i := range good {
		flip(t, dir.Head(), i)
		_, err := Open(t.Context(), dir, Options{ReadOnly: true})
		if truce.CodeOf(err) != truce.CodeTampered {
			t.Fatalf("byte %d (%q): %v", i, good[i], err)
		}
		must(t, os.WriteFile(dir.Head(), good, 0o600))
	}
	whole(t, dir)
}

// TestMissingHeadAccepted: who knows why the head is gone may go on, once.
func TestMissingHeadAccepted(t *testing.T) {
	dir, by := opened(t, 10)
	must(t, os.Remove(dir.Head()))
	r, err := Open(t.Context(), dir, Options{AcceptMissingHead: true})
	must(t, err)
	add(t, r, by, 5)
	must(t, r.Close())
	whole(t, dir)
}

// TestHeadBehind: a crash between commit and head file leaves the head behind.
// Opening for reading shows what the head covers and rebuilds nothing; opening
// for writing brings the head up to date.
func TestHeadBehind(t *testing.T) {
	dir, by := opened(t, 10)
	older := copyFolder(t, dir)
	grow(t, dir, by, 5)
	put(t, older.Head(), dir.Head())
	before := contents(t, dir)
	r, err := Open(t.Context(), dir, Options{ReadOnly: true})
	must(t, err)
	if size := r.Ledger.Head().Size; size != 12 {
		t.Errorf("the head shows %d entries", size)
	}
	must(t, r.Close())
	if contents(t, dir) != before {
		t.Error("opening for reading has changed the folder")
	}
	r = reopen(t, dir)
	if size := r.Ledger.Head().Size; size != 17 {
		t.Errorf("the head shows %d entries", size)
	}
	must(t, r.Close())
	whole(t, dir)
}

// TestAlteredView: what somebody wrote into a view is found, and named, and gone
// after a rebuild.
func TestAlteredView(t *testing.T) {
	dir, by := opened(t, 0)
	r := reopen(t, dir)
	add(t, r, by, 10)
	must(t, r.VerifyViews(t.Context()))
	must(t, r.DB.Update(t.Context(), func(tx store.Tx) error {
		n, err := tx.Exec(t.Context(), "DELETE FROM party_key WHERE id = ?", by.signer.KeyID())
		if err == nil && n == 0 {
			t.Error("nothing was altered")
		}
		return err
	}))
	wantRefusal(t, r.VerifyViews(t.Context()), truce.CodeTampered, "view party")
	must(t, r.RebuildViews(t.Context()))
	must(t, r.VerifyViews(t.Context()))
}

// TestOutdatedViews: views that another version of the program made are made
// anew at opening, where the folder can be written to.
func TestOutdatedViews(t *testing.T) {
	dir, by := opened(t, 0)
	r := reopen(t, dir)
	add(t, r, by, 10)
	want := digests(t, r)
	must(t, r.DB.Update(t.Context(), func(tx store.Tx) error {
		_, err := tx.Exec(t.Context(), "UPDATE view_cursor SET print = 'older', next = 3")
		return err
	}))
	must(t, r.Close())
	r = reopen(t, dir)
	for name, sum := range digests(t, r) {
		if sum != want[name] {
			t.Errorf("the view %s is not the same", name)
		}
	}
	must(t, r.followUp(context.Background(), true))
}
