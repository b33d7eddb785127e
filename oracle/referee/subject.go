package referee

import (
	"truce/geo"
	"truce/oracle/worlds"
)

// Hit is a zone by its number, how far it is in metres, and its state in the words
// of package worlds.
type Hit struct {
	Zone      int
	DistanceM float64
	State     string
}

// Subject is an engine that holds the zones of a world.
type Subject interface {
	// Check answers one question: hits by number of zone.
	Check(a *worlds.Ask) ([]Hit, error)
}

// Pointwise is a Subject that has faster ways for a bare point: alone, and many at
// once in any order. Distances need not be told.
type Pointwise interface {
	At(a *worlds.Ask) ([]Hit, error)
	Batch(asks []worlds.Ask) ([][]Hit, error)
}

// Nearer is a Subject that finds the nearest n zones of the place of a question, at
// most maxM metres away, nearest first.
type Nearer interface {
	Nearest(a *worlds.Ask, maxM float64, n int) ([]Hit, error)
}

// Maker builds a Subject from zones. variant chooses among layouts that must all
// give the same answers.
type Maker func(zones []worlds.Zone, variant uint64) (Subject, error)

// simple is the plain engine: package geo, one zone after the other.
type simple struct {
	zones    []worlds.Zone
	prepared []*geo.Prepared
}

// Simple makes the plain engine of zones.
func Simple(zones []worlds.Zone, _ uint64) (Subject, error) {
	s := &simple{zones: zones}
	for _, z := range zones {
		p, err := geo.Prepare(z.Shape)
		if err != nil {
			return nil, err
		}
		s.prepared = append(s.prepared, p)
	}
	return s, nil
}

// Check implements Subject.
func (s *simple) Check(a *worlds.Ask) (hits []Hit, err error) {
	q, err := geo.Prepare(a.Shape)
	if err != nil {
		return nil, err
	}
	for i, p := range s.prepared {
		if d, ok := p.Within(q, a.RadiusM); ok {
			state := s.zones[i].StateAt(a.From, a.Until)
			if state == worlds.InForce || !a.OnlyInForce {
				hits = append(hits, Hit{i, d, state})
			}
		}
	}
	return hits, nil
}
