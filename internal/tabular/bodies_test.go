package tabular

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"truce"
)

// TestBodiesComeBack: what is held comes back, across blocks, and stays when
// the reader goes on.
func TestBodiesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.SampledFrom([]int{0, 1, 500, 40_000, maxBody}), 0, 30).Draw(t, "sizes")
		var held bodies
		var places []bodyAt
		var want, got [][]byte
		for i, n := range sizes {
			body := bytes.Repeat(fmt.Append(nil, i, "|"), n/2+1)[:n]
			at, err := held.add(body)
			if err != nil {
				t.Fatal(err)
			}
			places, want = append(places, at), append(want, bytes.Clone(body))
			for j := range body {
				body[j] = 0 // the caller's memory is its own
			}
		}
		r := held.reader()
		for _, at := range places {
			body, err := r.body(at)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, body)
		}
		for i := range want {
			if !bytes.Equal(got[i], want[i]) {
				t.Fatalf("body %d of %v differs", i, sizes)
			}
		}
	})
}

// TestTooManyRows: what would not fit into memory is refused as a whole.
func TestTooManyRows(t *testing.T) {
	im, err := newImporter(mustOpen(t, "a.csv", manyRows(300), Options{}), ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	im.most = 100_000
	if err = im.read(context.Background()); truce.CodeOf(err) != truce.CodeTooLarge || truce.HintOf(err) == "" || len(im.rows) > 250 {
		t.Errorf("%v after %d rows", err, len(im.rows))
	}
}

// TestDamagedMemory: a block that cannot be unpacked is an error, not a body.
func TestDamagedMemory(t *testing.T) {
	held := bodies{blocks: [][]byte{{0xff, 0xff}}}
	if _, err := held.reader().body(bodyAt{0, 0, 4}); truce.CodeOf(err) != truce.CodeInternal {
		t.Error(err)
	}
}
