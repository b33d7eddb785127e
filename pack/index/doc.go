// Package index belongs to stage 4 USE: it reads zones (shapes with their periods), writes one block of bytes, and
// answers from those bytes what is registered at a place and a time. It knows nothing of names, parties or registers.
//
// # What an answer means
//
// A zone is hit when package geo finds it within the radius of the place asked about, and a tie counts (Tolerance). Its
// state is told and never leaves it out unless the asker demands that. A polygon covers the straight and the geodesic
// reading of its edges, as geo.DistanceToShape says.
//
// # How it is fast
//
// A sieve of latitude and longitude says first whether anything may be hit near the place at all: most places go no
// farther. Then the place becomes a direction from the centre of the WGS-84 ellipsoid, and that a cell of a quadtree on
// the six faces of a cube: poles, antimeridian and the edges of faces are no special cases. A table and small nodes lead
// to a leaf; a leaf holds, in one piece of memory, every zone that may be there, with as much of its outline as lies in
// the cell, in 16 bit integers, and its period in 16 bit ticks.
//
// Each of those tests has three outcomes: certainly in, certainly out, not certain. What is not certain is decided by
// package geo on the exact shape, which is in the index too. So the integers cost no exactness, every layout gives the
// same answers, and the reach beyond the shape is that of package geo: at most 1 mm up to 20 km.
//
// # The bytes
//
// An Index has no pointers into the heap: it can be read or mapped. Open looks at the header alone; every offset is
// tested when it is used, and damage is an error, never an empty answer. An Index is immutable: any number of goroutines
// may ask it, and it is replaced as a whole (atomic.Pointer).
package index
