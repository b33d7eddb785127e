package referee

import (
	"reflect"
	"testing"

	"truce/oracle/worlds"
)

// TestLayoutsAgree: no layout changes an answer, distances and what is within
// tolerance included.
func TestLayoutsAgree(t *testing.T) {
	for seed := range uint64(number(t, "TRUCE_WORLDS", 4)) {
		w := worlds.New(500 + seed)
		var all []Subject
		for v := range layouts {
			s, err := Engine(w.Zones, uint64(v))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, s)
		}
		for n := range uint64(40) {
			a := w.Ask(n)
			first := answers(t, all[0], &a)
			for v, s := range all[1:] {
				if got := answers(t, s, &a); !reflect.DeepEqual(got, first) {
					t.Errorf("world %d, question %d: layout %d gives %+v, layout 0 %+v", w.Seed, n, v+1, got, first)
				}
			}
		}
	}
}

// answers are those of every way to ask.
func answers(t *testing.T, s Subject, a *worlds.Ask) (out [][]Hit) {
	t.Helper()
	hits, err := s.Check(a)
	if err != nil {
		t.Fatal(err)
	}
	out = append(out, hits)
	if !a.IsPoint() {
		return out
	}
	if hits, err = s.(Pointwise).At(a); err != nil {
		t.Fatal(err)
	}
	out = append(out, hits)
	if hits, err = s.(Nearer).Nearest(a, 20_000, 5); err != nil {
		t.Fatal(err)
	}
	return append(out, hits)
}
