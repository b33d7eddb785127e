// Package karney stands outside the flow: it reads shapes and places, answers how
// far a place is from a shape and whether it is inside, and writes nothing. It is
// the independent half of the referee of the check, slow and plain, and shares no
// code with the product (of package geo it knows the struct Shape, as data).
//
// Distances are those of Karney's geodesics (C. F. F. Karney, Algorithms for
// geodesics, J. Geodesy 87, 43-55, 2013, as in geographiclib-go), to places on an
// edge that are found by the angle between the edge and the geodesic to the asker:
// no chord, no sphere, no sampling. Sides are exact: of the straight reading of an
// edge in rational arithmetic on longitude and latitude; of the geodesic reading by
// s2's exact predicates on geodesics cut so short that the plane through the
// Earth's centre is within a centimetre, and within two centimetres of an edge by
// the sum of the angles under which the edges are seen.
//
// What the shapes mean is written in docs/formats.md of the product: a polygon
// covers the union of both readings of its outer ring, less what is inside a hole
// in both; within the extent of points and lines; borders belong to the region.
package karney
