package peers

import (
	"math"
	"testing"

	"truce/bench/workload"
	"truce/geo"
)

// TestPeersAnswer: each finds what package geo finds, within what a sphere, a plane
// and the zones left out cost.
func TestPeersAnswer(t *testing.T) {
	const zones, checks = 3000, 4000
	g := workload.New(42)
	asked := g.Checks(checks, zones, 43)
	want := 0
	prepared := make([]*geo.Prepared, zones)
	all := make([]workload.Zone, zones)
	for i := range prepared {
		g.Zone(i, &all[i])
		var err error
		if prepared[i], err = geo.Prepare(all[i].Shape()); err != nil {
			t.Fatal(err)
		}
	}
	for i := range asked {
		q, err := geo.Prepare(geo.PointShape(asked[i].Point, 0))
		if err != nil {
			t.Fatal(err)
		}
		for k := range all {
			if _, ok := prepared[k].Within(q, 0); ok && all[k].Applies(&asked[i]) {
				want++
			}
		}
	}
	for _, p := range All {
		e, got := p.Build(g, zones), 0
		for i := range asked {
			got += e.Count(&asked[i])
		}
		if math.Abs(float64(got-want)) > 0.02*float64(want)+3 || want < 500 {
			t.Errorf("%s: %d zones, package geo %d, left out %d", p.Name, got, want, e.Left())
		}
		t.Logf("%s: %d of %d", p.Name, got, want)
	}
}
