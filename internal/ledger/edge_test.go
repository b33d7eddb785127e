package ledger

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/transparency-dev/merkle/compact"
	merkleproof "github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
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

// TestEdge compares every size up to several hundred, and those around full
// tiles of the second level, with x/mod and with transparency-dev/merkle.
func TestEdge(t *testing.T) {
	var e edge
	var o oracle
	stored := edgeTiles{}
	other := (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
	const size = tileWidth*tileWidth + 300
	for n := int64(0); n <= size; n++ {
		if n < 600 || n > size-310 || n%4999 == 0 {
			compareEdge(t, &e, o, other)
		}
		leaf := leafNumber(n)
		for _, f := range e.append(leaf) {
			stored[tileName{f.level, f.n}] = f.data
		}
		o.add(t, n, leaf)
		must(t, other.Append(leaf[:], nil))
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

func compareEdge(t *testing.T, e *edge, o oracle, other *compact.Range) {
	t.Helper()
	want, err := tlog.TreeHash(e.size, o)
	must(t, err)
	if e.root() != want {
		t.Fatalf("size %d: the root differs from x/mod's", e.size)
	}
	if e.size == 0 {
		return
	}
	root, err := other.GetRootHash(nil)
	must(t, err)
	if string(root) != string(want[:]) {
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

// TestProofsAgainstOracle: what the ledger proves, transparency-dev/merkle accepts.
func TestProofsAgainstOracle(t *testing.T) {
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
		err = merkleproof.VerifyInclusion(rfc6962.DefaultHasher, uint64(n), uint64(size), leaves[n][:], slicesOf(path), root[:])
		if err != nil {
			rt.Fatalf("inclusion of %d in %d: %v", n, size, err)
		}
		path, err = k.l.ConsistencyProof(t.Context(), older, size)
		must(t, err)
		err = merkleproof.VerifyConsistency(rfc6962.DefaultHasher, uint64(older), uint64(size), slicesOf(path), olderRoot[:], root[:])
		if err != nil {
			rt.Fatalf("consistency of %d and %d: %v", older, size, err)
		}
	})
}

func slicesOf(path []tlog.Hash) [][]byte {
	out := make([][]byte, len(path))
	for i := range path {
		out[i] = path[i][:]
	}
	return out
}
