package referee

import (
	"errors"
	"fmt"

	"truce/oracle/worlds"
	"truce/pack/index"
)

// layouts are parameters that must not change an answer.
var layouts = []index.Params{
	{}, {LeafCost: 2, MaxLevel: 11, SieveRows: 4096}, {LeafCost: 4, RootLevel: 9, SieveRows: 256}, {LeafCost: 200, RootLevel: 6}, {MaxLevel: 11}, {MaxLevel: 12, ListMin: 1}, {ListMin: 1 << 20, Workers: 1},
}

// engine is the index of truce/pack.
type engine struct{ *index.Index }

// Engine builds the product's index, in a layout that the variant chooses.
func Engine(zones []worlds.Zone, variant uint64) (Subject, error) {
	list := make([]index.Zone, len(zones))
	for i, z := range zones {
		list[i].Shape = z.Shape
		for _, p := range z.Periods {
			list[i].Periods = append(list[i].Periods, index.Period(p))
		}
	}
	x, err := index.Build(index.Zones(list), [32]byte{1}, layouts[variant%uint64(len(layouts))])
	if err != nil {
		return nil, err
	}
	if variant%2 == 0 { // as one that was written and mapped
		if x, err = index.Open(append([]byte(nil), x.Bytes()...), [32]byte{1}); err == nil {
			err = x.Verify()
		}
	}
	return &engine{x}, err
}

// Check implements Subject.
func (e *engine) Check(a *worlds.Ask) ([]Hit, error) {
	hits, err := e.Index.Check(&index.Query{Shape: a.Shape, RadiusM: a.RadiusM, From: a.From, Until: a.Until, OnlyInForce: a.OnlyInForce}, nil)
	return hitsOf(hits), err
}

// At implements Pointwise.
func (e *engine) At(a *worlds.Ask) ([]Hit, error) {
	p := a.Shape.Points[0]
	hits, err := e.Index.At(p.Lat, p.Lon, a.From, a.Until, a.OnlyInForce, nil)
	return hitsOf(hits), err
}

// Batch implements Pointwise.
func (e *engine) Batch(asks []worlds.Ask) ([][]Hit, error) {
	points := make([]index.PointQuery, len(asks))
	for i, a := range asks {
		p := a.Shape.Points[0]
		points[i] = index.PointQuery{Lat: p.Lat, Lon: p.Lon, From: a.From, Until: a.Until, OnlyInForce: a.OnlyInForce}
	}
	var out [][]Hit
	var first error
	e.Index.Batch(points, func(i int, hits []index.Hit, err error) {
		if i != len(out) || err != nil {
			first = errors.Join(first, fmt.Errorf("answer %d comes as number %d: %w", i, len(out), err))
		}
		out = append(out, hitsOf(hits))
	})
	return out, first
}

// Nearest implements Nearer.
func (e *engine) Nearest(a *worlds.Ask, maxM float64, n int) ([]Hit, error) {
	p := a.Shape.Points[0]
	hits, err := e.Index.Nearest(p.Lat, p.Lon, maxM, n, a.From, a.Until, a.OnlyInForce)
	return hitsOf(hits), err
}

// states are the words of package worlds.
var states = map[index.State]string{index.InForce: worlds.InForce, index.Later: worlds.Later, index.Lapsed: worlds.Lapsed}

func hitsOf(hits []index.Hit) (out []Hit) {
	for _, h := range hits {
		out = append(out, Hit{int(h.Zone), h.DistanceM, states[h.State]})
	}
	return out
}
