package index

import (
	"fmt"
	"slices"
	"testing"

	"truce/geo"
)

// oracle answers with package geo, one zone after the other.
type oracle struct {
	zones    []Zone
	prepared []*geo.Prepared
}

func newOracle(t testing.TB, zones []Zone) *oracle {
	o := &oracle{zones: zones}
	for i := range zones {
		p, err := geo.Prepare(zones[i].Shape)
		if err != nil {
			t.Fatal(err)
		}
		o.prepared = append(o.prepared, p)
	}
	return o
}

func (o *oracle) at(t testing.TB, p geo.Point, from, until int64, only bool) []Hit {
	q, err := geo.Prepare(geo.PointShape(p, 0))
	if err != nil {
		t.Fatal(err)
	}
	if until <= from {
		until = from + 1
	}
	var hits []Hit
	for i, z := range o.prepared {
		if _, ok := z.Within(q, Tolerance); !ok {
			continue
		}
		s := stateAt(o.zones[i].Periods, from, until)
		if s == InForce || !only {
			hits = append(hits, Hit{Zone: uint32(i), State: s})
		}
	}
	return hits
}

// few is n, or in a short run a third of it.
func few(n int) int {
	if testing.Short() {
		return n / 3
	}
	return n
}

func TestAtAgainstGeo(t *testing.T) {
	for _, c := range []struct {
		seed   uint64
		n      int
		lo, hi float64
		asks   int
	}{{1, 400, 50, 5000, 2000}, {2, 300, 1, 200, 2000}, {3, 250, 3000, 300_000, 1200}, {4, 120, 1e5, 3e6, 600}, {5, 300, 1, 3e6, 800}} {
		t.Run(fmt.Sprint(c.seed), func(t *testing.T) {
			w := newWorld(c.seed)
			zones := w.zones(c.n, c.lo, c.hi)
			x, o := build(t, zones, Params{}), newOracle(t, zones)
			hits := 0
			for k := range few(c.asks) {
				p := w.question(&zones[w.IntN(len(zones))])
				from := now - w.Int64N(500*86_400_000)
				until := from + w.Int64N(2)*3_600_000
				got, err := x.At(p.Lat, p.Lon, from, until, k%2 == 0, nil)
				if err != nil {
					t.Fatal(err)
				}
				want := o.at(t, p, from, until, k%2 == 0)
				hits += len(want)
				if !slices.Equal(got, want) {
					t.Fatalf("%d: %v: got %v, want %v", k, p, got, want)
				}
			}
			t.Logf("%d hits, %d bytes", hits, x.Size())
		})
	}
}
