package app

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"truce"
	"truce/internal/store"
)

func made(t *testing.T) Folder {
	t.Helper()
	dir := Folder(filepath.Join(t.TempDir(), "register [1]"))
	if err := Create(t.Context(), dir, Founding{Origin: "test.example/verify"}, nil); err != nil {
		t.Fatal(err)
	}
	return dir
}

func leftIn(t *testing.T, dir Folder) (names []string) {
	t.Helper()
	found, err := os.ReadDir(string(dir))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range found {
		if e.IsDir() && e.Name() != "keys" {
			names = append(names, e.Name())
		}
	}
	return names
}

func TestVerifyViewsNamesTheViewAndLeavesNothing(t *testing.T) {
	dir := made(t)
	// As if an earlier one had been killed.
	stale := filepath.Join(string(dir), trialPrefix+"1")
	if err := os.Mkdir(stale, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(stale, "views.db"), []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Open(t.Context(), dir, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if left := leftIn(t, dir); left != nil {
		t.Errorf("after Open %v are left", left)
	}
	if err := r.VerifyViews(t.Context()); err != nil {
		t.Fatal(err)
	}
	err = r.DB.Update(t.Context(), func(tx store.Tx) error {
		_, err := tx.Exec(context.Background(), "UPDATE party SET role = 'public'")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.VerifyViews(t.Context()); truce.CodeOf(err) != truce.CodeTampered || !bytes.Contains([]byte(err.Error()), []byte("view party")) {
		t.Errorf("an altered view: %v", err)
	}
	if left := leftIn(t, dir); left != nil {
		t.Errorf("after VerifyViews %v are left", left)
	}
}

func TestWipeOverwrites(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "x")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "f")
	if err := os.WriteFile(path, bytes.Repeat([]byte("secret"), 400_000), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path) // the file lives on under this handle
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	wipe(dir)
	rest := make([]byte, 2_400_001)
	n, _ := f.Read(rest)
	if n != 2_400_000 || len(bytes.Trim(rest[:n], "\x00")) != 0 {
		t.Errorf("%d bytes, not all of them zero", n)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Error("the folder is still there")
	}
}
