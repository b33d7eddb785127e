package workload

import (
	"math"
	"reflect"
	"testing"

	"truce/geo"
)

// TestDistributions: what the package comment says of them.
func TestDistributions(t *testing.T) {
	g := New(42)
	var z, again Zone
	kinds, open, vertices := [3]int{}, 0, 0
	const n = 20_000
	for i := range n {
		g.Zone(i, &z)
		kinds[z.Kind]++
		vertices += len(z.Points)
		if z.Until == math.MaxInt64 {
			open++
		}
		if _, err := geo.Prepare(z.Shape()); err != nil {
			t.Fatalf("zone %d: %v", i, err)
		}
	}
	about := func(what string, got, want float64) {
		if math.Abs(got-want) > 0.1*want {
			t.Errorf("%s: %v, want about %v", what, got, want)
		}
	}
	about("circles", float64(kinds[Circle])/n, 0.70)
	about("polygons", float64(kinds[Polygon])/n, 0.25)
	about("corridors", float64(kinds[Corridor])/n, 0.05)
	about("open ends", float64(open)/n, 0.30)
	about("positions a zone", float64(vertices)/n, 6.8)
	g.Zone(77, &z)
	New(42).Zone(77, &again)
	if !reflect.DeepEqual(z, again) {
		t.Errorf("zone 77 depends on those made before: %+v, %+v", z, again)
	}
	near := 0
	for _, c := range g.Checks(10_000, n, 43) {
		if c.Near {
			near++
		}
	}
	about("checks near a zone", float64(near)/10_000, 0.5)
}
