package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"truce/geo"
	"truce/pack"
)

// bigPack has so many places that its index is kept.
func bigPack(t *testing.T, shift float64) *pack.Pack {
	t.Helper()
	var text strings.Builder
	for i := range cachedFrom {
		fmt.Fprintf(&text, `{"type":"Feature","properties":{"radius_m":50},"geometry":{"type":"Point","coordinates":[%.3f,%.3f]}}`+"\n", 36+float64(i%100)/50+shift, 33+float64(i/100)/50)
	}
	b := pack.NewBuilder()
	if _, err := pack.ReadGeoJSON(strings.NewReader(text.String()), b.Add); err != nil {
		t.Fatal(err)
	}
	data, err := b.Make(pack.Contents{Header: pack.Header{Source: pack.FromFile, Origin: "grid"}, MadeAt: time.Unix(1, 0)}, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	return opened(t, data)
}

func opened(t *testing.T, data []byte) *pack.Pack {
	t.Helper()
	p, err := pack.Open(data, "")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// caching is a shell with a cache folder, and what it says.
func caching(t *testing.T) (*shell, *strings.Builder, string) {
	dir := t.TempDir()
	said := &strings.Builder{}
	sh := silent()
	sh.Err = said
	sh.Env = func(name string) string { return map[string]string{"XDG_CACHE_HOME": dir}[name] }
	return sh, said, filepath.Join(dir, "truce", "index")
}

func names(t *testing.T, p *pack.Pack) int {
	t.Helper()
	a, err := p.Check(pack.Query{Shape: geo.PointShape(geo.Point{Lat: 33.5, Lon: 37}, 0), RadiusM: 3000}, time.Unix(2, 0))
	if err != nil {
		t.Fatal(err)
	}
	return len(a.Protections)
}

// Whatever lies in the cache, the pack answers as without it: an index that was damaged anywhere, cut, or built from
// another pack, is built again.
func TestDamagedCacheIsBuiltAgain(t *testing.T) {
	sh, said, dir := caching(t)
	first := bigPack(t, 0)
	want := names(t, first)
	if err := sh.useIndex(opened(t, first.Bytes())); err != nil {
		t.Fatal(err)
	}
	found, _ := filepath.Glob(filepath.Join(dir, "*.index"))
	if len(found) != 1 || said.Len() > 0 || want < 5 {
		t.Fatal(found, said, want)
	}
	good, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := sh.useIndex(bigPack(t, 0.001)); err != nil {
		t.Fatal(err)
	}
	others, _ := filepath.Glob(filepath.Join(dir, "*.index"))
	other, err := os.ReadFile(others[0])
	if string(other) == string(good) {
		other, err = os.ReadFile(others[1])
	}
	if err != nil || len(others) != 2 {
		t.Fatal(others, err)
	}
	damaged := [][]byte{nil, good[:100], good[:len(good)-1], other, []byte("not an index at all")}
	for i := range 12 {
		bad := append([]byte(nil), good...)
		bad[len(bad)*i/12] ^= 0x10
		damaged = append(damaged, bad)
	}
	for i, bad := range damaged {
		said.Reset()
		if err := replaceFile(found[0], bad); err != nil {
			t.Fatal(err)
		}
		p := opened(t, first.Bytes())
		if err := sh.useIndex(p); err != nil {
			t.Fatal(i, err)
		}
		if got := names(t, p); got != want || !strings.Contains(said.String(), "built again") {
			t.Errorf("damage %d: %d answers, want %d; said %q", i, got, want, said)
		}
		if after, err := os.ReadFile(found[0]); err != nil || string(after) != string(good) {
			t.Errorf("damage %d stays", i)
		}
	}
}

// What others could write is not answered from, and a cache that cannot be written keeps nobody from an answer.
func TestCacheOfOthersIsNotUsed(t *testing.T) {
	sh, _, dir := caching(t)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	p := bigPack(t, 0)
	if err := sh.useIndex(p); err != nil || names(t, p) == 0 {
		t.Fatal(err)
	}
	if found, _ := filepath.Glob(filepath.Join(dir, "*")); len(found) != 0 {
		t.Error("it was written to", found)
	}
}

func TestOldIndexesGo(t *testing.T) {
	dir := t.TempDir()
	for i := range maxCached + 3 {
		path := filepath.Join(dir, fmt.Sprint(i, ".index"))
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, time.Time{}, time.Unix(int64(1000-i), 0)); err != nil {
			t.Fatal(err)
		}
	}
	dropOld(dir)
	left, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(left) != maxCached-1 || filepath.Base(left[0]) != "0.index" {
		t.Error(left)
	}
}
