package ledger

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/proof"
)

// tileClient is x/mod's own reader of tiles, over Tile.
type tileClient struct {
	k     *kit
	saved int
}

func (c *tileClient) Height() int { return tileHeight }

func (c *tileClient) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for i, t := range tiles {
		data, immutable, err := c.k.l.Tile(c.k.t.Context(), tilePath(t))
		if err != nil {
			return nil, err
		}
		if immutable != (t.W == tileWidth) {
			c.k.t.Errorf("%s: immutable is %v", tilePath(t), immutable)
		}
		out[i] = data
	}
	return out, nil
}

func (c *tileClient) SaveTiles(tiles []tlog.Tile, _ [][]byte) { c.saved += len(tiles) }

// TestForeignClient: x/mod's TileHashReader authenticates our tiles against the
// signed root and proves every leaf out of them.
func TestForeignClient(t *testing.T) {
	k := newKit(t)
	k.fill(0, 900)
	head := k.l.Head()
	client := &tileClient{k: k}
	r := tlog.TileHashReader(tlog.Tree{N: head.Size, Hash: head.Root}, client)
	for n := int64(0); n < head.Size; n += 7 {
		path, err := tlog.ProveRecord(head.Size, n, r)
		must(t, err)
		leaf, err := r.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
		must(t, err)
		must(t, tlog.CheckRecord(path, head.Size, head.Root, n, leaf[0]))
	}
	if client.saved == 0 {
		t.Error("no tile was authenticated")
	}
}

// TestBundles: the leaves in the bundles hash to the hashes of the tiles.
func TestBundles(t *testing.T) {
	k := newKit(t)
	k.fill(0, 600)
	for _, name := range []string{"000", "001", "002.p/88", "002.p/1", "000.p/255"} {
		bundle, _, err := k.l.Tile(t.Context(), "tile/entries/"+name)
		must(t, err)
		hashes, _, err := k.l.Tile(t.Context(), "tile/0/"+name)
		must(t, err)
		for len(bundle) > 0 {
			n := binary.BigEndian.Uint16(bundle)
			leaf := bundle[2 : 2+n]
			if _, _, _, err := proof.ParseLeaf(leaf); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if h := tlog.RecordHash(leaf); !bytes.HasPrefix(hashes, h[:]) {
				t.Fatalf("%s: a leaf does not hash to its place", name)
			}
			bundle, hashes = bundle[2+n:], hashes[tlog.HashSize:]
		}
		if len(hashes) != 0 {
			t.Errorf("%s: %d hashes more than leaves", name, len(hashes)/32)
		}
	}
}

func TestTilePaths(t *testing.T) {
	k := newKit(t)
	k.fill(0, 600)
	for path, size := range map[string]int{
		"tile/0/000": 256 * 32, "tile/0/001": 256 * 32, "tile/0/002.p/88": 88 * 32, "tile/0/002.p/1": 32,
		"tile/0/000.p/255": 255 * 32, "tile/1/000.p/2": 64, "tile/1/000.p/1": 32,
	} {
		data, _, err := k.l.Tile(t.Context(), path)
		if err != nil || len(data) != size {
			t.Errorf("%s: %d bytes, %v; want %d", path, len(data), err, size)
		}
	}
	for _, path := range []string{
		"", "tile", "tile/", "tile/0", "tile/0/002", "tile/0/002.p/89", "tile/0/003.p/1", "tile/1/000", "tile/1/000.p/3",
		"tile/2/000.p/1", "tile/0/0", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/-1", "tile/00/000", "tile/-1/000",
		"tile/data/000", "tile/8/0/000", "tile/0/x000/000", "tile/0/x001/234", "tile/63/000.p/1", "tile/99999999999999999999/000",
		"tile/1152921504606846976/000.p/1", "tile/entries/002", "tile/entries/003.p/1", "tile/0/000/", "/tile/0/000", "tile/0/../000",
		"tile/0/" + strings.Repeat("x999/", 30) + "999", "tile/0/x922/x337/x203/x685/x477/x580/000", "tile/entries/entries/000",
	} {
		_, _, err := k.l.Tile(t.Context(), path)
		wantCode(t, path, err, truce.CodeNotFound)
	}
}

func FuzzTilePath(f *testing.F) {
	for _, s := range []string{"tile/0/000", "tile/entries/x001/234.p/5", "tile/5/x001/x002/003.p/255", "tile/data/000", "tile/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		tile, err := parseTile(path)
		if err != nil {
			return
		}
		if got := tilePath(tile); got != path {
			t.Errorf("%q reads as %q", path, got)
		}
		if w := widthAt(1<<40, tile); w < 0 || w > tileWidth {
			t.Errorf("%q has the width %d", path, w)
		}
	})
}

func TestExport(t *testing.T) {
	k := newKit(t)
	k.fill(0, 300)
	dir := filepath.Join(t.TempDir(), "log")
	_, err := k.l.Export(t.Context(), dir)
	must(t, err)
	k.fill(300, 300)
	head, err := k.l.Export(t.Context(), dir)
	must(t, err)
	note, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	must(t, err)
	cp, err := proof.OpenCheckpoint(note, k.cfg.Verifier)
	must(t, err)
	if cp.Size != 600 || cp.Root != head.Root {
		t.Errorf("the exported checkpoint is of size %d", cp.Size)
	}
	r := tlog.TileHashReader(tlog.Tree{N: cp.Size, Hash: cp.Root}, folderTiles(dir))
	_, err = tlog.ProveTree(600, 300, r)
	must(t, err)
	if leak := grep(t, dir, "word-"); leak != "" {
		t.Errorf("%s holds content", leak)
	}
	must(t, os.WriteFile(filepath.Join(dir, "tile/0/000"), []byte("other"), 0o644))
	_, err = k.l.Export(t.Context(), dir)
	wantCode(t, "over another tile", err, truce.CodeConflict)
}

// folderTiles reads tiles as a static web server would give them.
type folderTiles string

func (d folderTiles) Height() int                     { return tileHeight }
func (d folderTiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (d folderTiles) ReadTiles(tiles []tlog.Tile) (out [][]byte, err error) {
	for _, t := range tiles {
		data, err := os.ReadFile(filepath.Join(string(d), tilePath(t)))
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}

// grep gives the first file below dir that holds what, or "".
func grep(t testing.TB, dir, what string) (found string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || found != "" {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(what)) {
			found = path
		}
		return err
	}))
	return found
}
