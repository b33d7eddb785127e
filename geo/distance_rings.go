package geo

// Check tests everything about s but topology, which DistanceToShape does not need: the members of its type, the counts,
// the ranges, the closing of rings. It takes no longer than reading s. The error is a *truce.Error.
func (s Shape) Check() error { return s.check() }

// Rings is a polygon made ready to be asked how often each of its rings goes round a place: what an index of polygons
// begins with, to find the rest by counting the edges between.
type Rings struct{ rings []ring }

// NewRings prepares the closed rings of one polygon, the outer one first. A malformed one is an error (a *truce.Error).
func NewRings(rings [][]Point) (*Rings, error) {
	s := Shape{Type: TypePolygon, Polygons: [][][]Point{rings}}
	if err := s.check(); err != nil {
		return nil, err
	}
	out := &Rings{}
	for _, r := range rings {
		out.rings = append(out.rings, newRing(r))
	}
	return out, nil
}

// Len is the number of rings.
func (r *Rings) Len() int { return len(r.rings) }

// Winding is how many times the i-th ring, in the straight reading of its edges, goes round q clockwise as seen from
// above: it is one more on the right of an edge than on the left, and 0 outside. A ring round a pole has the cap that is
// the smaller part of the Earth inside.
func (r *Rings) Winding(i int, q Point) int { return r.rings[i].winding(q, straightNorth) }
