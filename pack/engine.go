package pack

import (
	"truce"
	"truce/geo"
	"truce/pack/index"
)

// engine finds the parts that come within a distance of a place, whenever they apply, in order. Outside of tests it is an
// index.Index.
type engine interface {
	// Check is for any place. The distances are rounded down to a millimetre.
	Check(q *index.Query, buf []index.Hit) ([]index.Hit, error)
	// Batch is for many points without accuracy or radius: it calls answer for each, in order.
	Batch(points []index.PointQuery, answer func(i int, hits []index.Hit, err error))
}

// Zones are the parts of all objects, in order, as an index takes them.
func (p *Pack) Zones() index.Source {
	return func(yield func(index.Zone) error) error {
		var periods []index.Period
		for i := range len(p.parts) - 1 {
			periods = periods[:0]
			for _, x := range p.periodsOf(i) {
				periods = append(periods, index.Period(x))
			}
			if err := yield(index.Zone{Shape: p.shape(i), Periods: tidied(periods)}); err != nil {
				return err
			}
		}
		return nil
	}
}

// tidied are periods as an index takes them. It is asked for what is near whatever the time, and the states are worked out
// here: where the periods of a hostile pack overlap or end before they begin, the index may as well know of none.
func tidied(list []index.Period) []index.Period {
	for i, p := range list {
		if p.From >= p.Until || i > 0 && p.From < list[i-1].Until {
			return nil
		}
	}
	return list
}

// BuildIndex builds the index of the pack. It answers for any pack with the same Hash.
func (p *Pack) BuildIndex() (*index.Index, error) {
	return index.Build(p.Zones(), p.sum, index.Params{})
}

// Use lets the pack answer out of an index that was built before, of a pack with the same Hash; another one is
// CodeConflict. Without it the first question builds one. It must not be called while the pack is being asked.
func (p *Pack) Use(x *index.Index) error {
	if x.Key() != p.sum || x.Zones() != len(p.parts)-1 {
		return truce.E(truce.CodeConflict, "the index was built from another pack").WithHint("build it again")
	}
	p.engine = x
	return nil
}

// ready sees to it that there is an engine.
func (p *Pack) ready() error {
	p.making.Lock()
	defer p.making.Unlock()
	if p.engine != nil {
		return nil
	}
	x, err := p.BuildIndex()
	if err == nil {
		p.engine = x
	}
	return err
}

func (p *Pack) near(q *question) ([]index.Hit, error) {
	if err := p.ready(); err != nil {
		return nil, err
	}
	return p.engine.Check(&index.Query{Shape: q.Shape, RadiusM: q.RadiusM, From: q.from, Until: q.until}, nil)
}

// nearPoint finds what is near a point.
func (p *Pack) nearPoint(q *PointQuery, buf []index.Hit) ([]index.Hit, error) {
	return p.engine.Check(&index.Query{Shape: geo.PointShape(geo.Point{Lat: q.Lat, Lon: q.Lon}, q.AccuracyM), RadiusM: q.RadiusM,
		From: q.From, Until: q.Until}, buf)
}
