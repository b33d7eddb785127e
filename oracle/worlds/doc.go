// Package worlds stands outside the flow: it reads a seed, makes small sets of zones
// and the questions that are hardest for them, and writes nothing. The same seed
// gives the same world and the same questions on every machine.
//
// Zones lie where engines go wrong: at the poles, on the antimeridian, on the edges
// and corners of a cube about the Earth, on the equator, and where they are
// crowded; from a centimetre to a continent; points, circles, corridors, stars,
// boxes, slivers, combs, rings about a pole, holes in holes, rings that cross
// themselves. Questions are asked on their borders in both readings and from a
// nanometre to five metres beside, on vertices, on the meridians and parallels of
// vertices, between the readings, at the edges of their periods and a millisecond
// beside.
package worlds
