package oracle

import (
	"crypto/ed25519"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"truce/proof"
)

// update writes the fixtures that tests of the product read and that only a
// library of this module can make.
var update = flag.Bool("update", false, "write the fixtures anew")

const origin = "register.example/aleppo"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// testKey is the key of a seed of 32 equal bytes.
func testKey(n byte) proof.Signer {
	seed := make([]byte, ed25519.SeedSize)
	for i := range seed {
		seed[i] = n
	}
	return proof.NewSigner(ed25519.NewKeyFromSeed(seed))
}

// tree is a log in memory as x/mod keeps it: one stored hash after the other.
type tree []tlog.Hash

func (o tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = o[x]
	}
	return out, nil
}

func (o *tree) add(t testing.TB, n int64, leaf tlog.Hash) {
	t.Helper()
	more, err := tlog.StoredHashesForRecordHash(n, leaf, *o)
	must(t, err)
	*o = append(*o, more...)
}

func (o tree) root(t testing.TB, size int64) tlog.Hash {
	t.Helper()
	root, err := tlog.TreeHash(size, o)
	must(t, err)
	return root
}

func wide(path []tlog.Hash) [][]byte {
	out := make([][]byte, len(path))
	for i := range path {
		out[i] = path[i][:]
	}
	return out
}

// product is the path of a file of the product's module.
func product(parts ...string) string { return filepath.Join(append([]string{".."}, parts...)...) }

// keep writes data to a fixture of the product where -update is given.
func keep(t testing.TB, path string, data []byte) {
	t.Helper()
	if *update {
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, data, 0o644))
	}
}
