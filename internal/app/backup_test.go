package app

import (
	"archive/tar"
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"truce"
)

// tarOf writes an archive of members that are all alike but for their name and type.
func tarOf(t *testing.T, members ...tar.Header) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range members {
		h.Size, h.Mode = int64(len("content")), 0o600
		if h.Typeflag != tar.TypeReg {
			h.Size = 0
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Size > 0 {
			w.Write([]byte("content"))
		}
	}
	w.Close()
	path := filepath.Join(t.TempDir(), "archive")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func file(name string) tar.Header { return tar.Header{Typeflag: tar.TypeReg, Name: name} }

func TestUnpackTakesTheFilesOfABackupAlone(t *testing.T) {
	whole := []tar.Header{file("log.pub"), file("head"), file("truce.db")}
	for name, more := range map[string]tar.Header{
		"outside":       file("../evil"),
		"absolute":      file("/tmp/evil"),
		"unknown":       file("readme"),
		"twice":         file("head"),
		"link":          {Typeflag: tar.TypeSymlink, Name: "log.key", Linkname: "/etc/passwd"},
		"hard link":     {Typeflag: tar.TypeLink, Name: "log.key", Linkname: "head"},
		"folder":        {Typeflag: tar.TypeDir, Name: "keys/"},
		"other spelled": file("./log.key"),
	} {
		dir := filepath.Join(t.TempDir(), "into")
		os.Mkdir(dir, 0o700)
		if err := unpack(tarOf(t, append(whole, more)...), dir); truce.CodeOf(err) != truce.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(dir), "evil")); err == nil {
			t.Errorf("%s wrote outside of the folder", name)
		}
	}
	for _, missing := range [][]tar.Header{nil, whole[:1], whole[1:]} {
		if err := unpack(tarOf(t, missing...), t.TempDir()); truce.CodeOf(err) != truce.CodeInvalid {
			t.Errorf("%d of the files: %v", len(missing), err)
		}
	}
	dir := t.TempDir()
	if err := unpack(tarOf(t, append(whole, file("keys/registrar.key"))...), dir); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(filepath.Join(dir, "keys", "registrar.key")); err != nil || string(data) != "content" {
		t.Errorf("%q, %v", data, err)
	}
}

func TestUnpackSaysWhereAnArchiveIsCutOff(t *testing.T) {
	path := tarOf(t, file("log.pub"), file("head"), file("truce.db"))
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 100, 515, 700, 1600} {
		if err := os.WriteFile(path, data[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if err := unpack(path, t.TempDir()); err == nil {
			t.Errorf("an archive cut off after %d bytes was taken", n)
		}
	}
}
