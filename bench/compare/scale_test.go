package main

import (
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/tidwall/rtree"

	"truce/bench/workload"
	"truce/geo"
	"truce/pack/index"
)

// TestIndexAtScale: with many zones, in the layout that their number chooses, the
// index names exactly those that package geo finds among all whose boxes, in an
// R-tree of others, hold the place. TRUCE_ZONES and TRUCE_CHECKS say how many.
func TestIndexAtScale(t *testing.T) {
	zones, checks := numberOf(t, "TRUCE_ZONES", 20_000), numberOf(t, "TRUCE_CHECKS", 10_000)
	g := workload.New(7)
	asked := g.Checks(checks, zones, 8)
	b, err := build(g, zones, "map", &asked[0])
	if err != nil {
		t.Fatal(err)
	}
	boxes := boxesOf(g, zones)
	var batch [][]uint32
	b.Batch(pointsOf(asked), func(_ int, hits []index.Hit, err error) {
		if err != nil {
			t.Fatal(err)
		}
		batch = append(batch, ordinals(hits))
	})
	found, wrong := 0, 0
	for i := range asked {
		want := plain(t, g, boxes, &asked[i])
		hits, err := b.At(asked[i].Lat, asked[i].Lon, asked[i].From, asked[i].Until, true, nil)
		if err != nil {
			t.Fatal(err)
		}
		found += len(want)
		if got := ordinals(hits); !slices.Equal(got, want) || !slices.Equal(batch[i], want) {
			if wrong++; wrong < 10 {
				t.Errorf("check %d, %+v: %v, in a batch %v; package geo finds %v", i, asked[i], got, batch[i], want)
			}
		}
	}
	if wrong > 0 || found < checks/20 {
		t.Errorf("%d checks of %d answered wrongly; %d zones found", wrong, checks, found)
	}
}

func numberOf(t testing.TB, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func ordinals(hits []index.Hit) (out []uint32) {
	for _, h := range hits {
		out = append(out, h.Zone)
	}
	return out
}

// boxesOf are the boxes of all zones, in two parts where they cross the antimeridian.
func boxesOf(g *workload.Generator, zones int) *rtree.RTreeG[uint32] {
	tree := &rtree.RTreeG[uint32]{}
	var z workload.Zone
	for i := range zones {
		g.Zone(i, &z)
		b := z.Shape().Bounds()
		if b.West > b.East {
			tree.Insert([2]float64{b.West, b.South}, [2]float64{180, b.North}, uint32(i))
			b.West = -180
		}
		tree.Insert([2]float64{b.West, b.South}, [2]float64{b.East, b.North}, uint32(i))
	}
	return tree
}

// plain are the zones that hold the place of c and meet its period, one by one.
func plain(t *testing.T, g *workload.Generator, boxes *rtree.RTreeG[uint32], c *workload.Check) (out []uint32) {
	t.Helper()
	q, err := geo.Prepare(geo.PointShape(c.Point, 0))
	if err != nil {
		t.Fatal(err)
	}
	at := [2]float64{c.Lon, c.Lat}
	var z workload.Zone
	boxes.Search(at, at, func(_, _ [2]float64, i uint32) bool {
		g.Zone(int(i), &z)
		p, err := geo.Prepare(z.Shape())
		if err != nil {
			t.Fatal(err)
		}
		if _, near := p.Within(q, index.Tolerance); near && z.Applies(c) {
			out = append(out, i)
		}
		return true
	})
	slices.Sort(out)
	return slices.Compact(out)
}
