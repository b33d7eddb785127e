package ledger

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// oracle is the tree as x/mod keeps it: one stored hash after the other.
type oracle []tlog.Hash

func (o oracle) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = o[x]
	}
	return out, nil
}

func (o *oracle) add(t testing.TB, n int64, leaf tlog.Hash) {
	t.Helper()
	more, err := tlog.StoredHashesForRecordHash(n, leaf, *o)
	must(t, err)
	*o = append(*o, more...)
}

func leafNumber(n int64) tlog.Hash {
	return tlog.RecordHash(binary.BigEndian.AppendUint64(nil, uint64(n)))
}

// rootsOfOthers are the roots of the tree of leafNumber as
// transparency-dev/merkle gives them, by size; ledger_test.go in oracle/ makes the
// file, and holds it against that library.
func rootsOfOthers(t *testing.T) map[int64]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "edge_roots.txt"))
	must(t, err)
	roots := map[int64]string{}
	for line := range strings.Lines(string(text)) {
		var n int64
		var root string
		_, err := fmt.Sscan(line, &n, &root)
		must(t, err)
		roots[n] = root
	}
	if len(roots) < 60 {
		t.Fatalf("%d roots", len(roots))
	}
	return roots
}

// TestEdge compares every size up to several hundred, and those around full
// tiles of the second level, with x/mod and with transparency-dev/merkle.
func TestEdge(t *testing.T) {
	var e edge
	var o oracle
	stored := edgeTiles{}
	theirs := rootsOfOthers(t)
	const size = tileWidth*tileWidth + 300
	for n := int64(0); n <= size; n++ {
		if n < 600 || n > size-310 || n%4999 == 0 {
			compareEdge(t, &e, o, theirs[n])
		}
		leaf := leafNumber(n)
		for _, f := range e.append(leaf) {
			stored[tileName{f.level, f.n}] = f.data
		}
		o.add(t, n, leaf)
		if n%5003 == 0 || n > size-20 {
			reloadEdge(t, &e, stored)
		}
	}
	for _, tile := range tlog.NewTiles(tileHeight, 0, e.size) {
		want, err := tlog.ReadTileData(tile, o)
		must(t, err)
		got := e.tile(tile.L, tile.N)
		if tile.W == tileWidth {
			got = stored[tileName{tile.L, tile.N}]
		}
		if string(got) != string(want) {
			t.Errorf("%s has %d hashes that differ from x/mod's %d", tile.Path(), len(got)/32, len(want)/32)
		}
	}
}

func compareEdge(t *testing.T, e *edge, o oracle, theirs string) {
	t.Helper()
	want, err := tlog.TreeHash(e.size, o)
	must(t, err)
	if e.root() != want {
		t.Fatalf("size %d: the root differs from x/mod's", e.size)
	}
	if theirs != "" && theirs != fmt.Sprintf("%x", want[:]) {
		t.Fatalf("size %d: the root differs from transparency-dev/merkle's", e.size)
	}
}

// edgeTiles are full tiles in memory; the leaves are those of leafNumber.
type edgeTiles map[tileName][]byte

func (s edgeTiles) full(level int, n int64) ([]byte, error) { return s[tileName{level, n}], nil }

func (s edgeTiles) leaves(from, to int64) (out []byte, err error) {
	for n := from; n < to; n++ {
		h := leafNumber(n)
		out = append(out, h[:]...)
	}
	return out, nil
}

// reloadEdge loads the edge from what was stored and compares it with the one in memory.
func reloadEdge(t *testing.T, e *edge, stored edgeTiles) {
	t.Helper()
	again, err := loadEdge(e.size, stored)
	must(t, err)
	if again.root() != e.root() || fmt.Sprint(again) != fmt.Sprint(e) {
		t.Fatalf("size %d: the edge differs after loading", e.size)
	}
}

// TestProofs: what the ledger proves, x/mod accepts. That transparency-dev/merkle
// does too is tested in oracle/.
func TestProofs(t *testing.T) {
	k := newKit(t)
	k.fill(0, 517)
	head := k.l.Head()
	leaves := make([]tlog.Hash, head.Size)
	for n := range leaves {
		r, err := k.l.Receipt(t.Context(), int64(n), false)
		must(t, err)
		leaves[n] = tlog.RecordHash(r.Leaf())
	}
	rapid.Check(t, func(rt *rapid.T) {
		size := rapid.Int64Range(1, head.Size).Draw(rt, "size")
		n := rapid.Int64Range(0, size-1).Draw(rt, "number")
		older := rapid.Int64Range(1, size).Draw(rt, "older")
		root, err := k.l.RootAt(t.Context(), size)
		must(t, err)
		olderRoot, err := k.l.RootAt(t.Context(), older)
		must(t, err)
		path, err := k.l.InclusionProof(t.Context(), n, size)
		must(t, err)
		if err := tlog.CheckRecord(path, size, root, n, leaves[n]); err != nil {
			rt.Fatalf("inclusion of %d in %d: %v", n, size, err)
		}
		path, err = k.l.ConsistencyProof(t.Context(), older, size)
		must(t, err)
		if err := tlog.CheckTree(path, size, root, older, olderRoot); err != nil {
			rt.Fatalf("consistency of %d and %d: %v", older, size, err)
		}
	})
}
