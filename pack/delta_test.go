package pack

import (
	"bytes"
	"slices"
	"testing"

	"truce"
)

func TestSizes(t *testing.T) {
	w := newWorld(1)
	var objects []Object
	for i := range 30_000 {
		objects = append(objects, w.object(int64(i)))
	}
	p := packOf(t, objects, 30_000, made)
	t.Logf("30,000 objects: %d bytes", len(p.Bytes()))
	if len(p.Bytes()) > 3_000_000 {
		t.Errorf("30,000 objects take %d bytes", len(p.Bytes()))
	}
	next := slices.Clone(objects)
	for i := range 100 {
		w.change(&next[w.IntN(len(next))], int64(30_000+i))
	}
	q := packOf(t, next, 30_100, made)
	d, err := Diff(p, q)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("100 changes: %d bytes", len(d))
	if len(d) > 10_000 {
		t.Errorf("100 changes take %d bytes", len(d))
	}
	_, vkey := logKey(t)
	r, err := Apply(p, d, vkey)
	if err != nil || !bytes.Equal(r.Bytes(), q.Bytes()) {
		t.Fatal("the delta does not lead to the same bytes", err)
	}
	for i := range 100 {
		next = append(next, w.object(int64(30_100+i)))
	}
	s := packOf(t, next, 30_200, made)
	if d, err = Diff(q, s); err != nil {
		t.Fatal(err)
	}
	t.Logf("100 new ones: %d bytes", len(d))
	if len(d) > 10_000 {
		t.Errorf("100 new ones take %d bytes", len(d))
	}
	if _, err := Apply(p, d, vkey); truce.CodeOf(err) != truce.CodeConflict {
		t.Errorf("a delta of another pack: %v", err)
	}
}
