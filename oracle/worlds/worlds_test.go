package worlds

import (
	"reflect"
	"testing"

	"truce/geo"
)

// TestSameSeedSameWorld, and every kind of thing is drawn.
func TestSameSeedSameWorld(t *testing.T) {
	kinds, whys, states := map[geo.ShapeType]int{}, map[string]int{}, map[string]int{}
	for seed := range uint64(60) {
		w := New(seed)
		if seed < 5 && !reflect.DeepEqual(w, New(seed)) {
			t.Fatalf("seed %d gives two worlds", seed)
		}
		for _, z := range w.Zones {
			kinds[z.Shape.Type]++
			for i := 1; i < len(z.Periods); i++ {
				if z.Periods[i-1].Until > z.Periods[i].From {
					t.Fatalf("periods overlap: %v", z.Periods)
				}
			}
		}
		for n := range uint64(200) {
			a := w.Ask(n)
			if n < 3 && !reflect.DeepEqual(a, w.Ask(n)) {
				t.Fatalf("seed %d, question %d differs from itself", seed, n)
			}
			if _, err := geo.Prepare(a.Shape); err != nil {
				t.Fatalf("seed %d, question %d: %v", seed, n, err)
			}
			whys[a.Why]++
			states[w.Zones[a.Zone].StateAt(a.From, a.Until)]++
		}
	}
	if len(kinds) < 7 || len(whys) < 18 || len(states) != 3 {
		t.Errorf("%v\n%v\n%v", kinds, whys, states)
	}
}
