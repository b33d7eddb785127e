// Package workload stands outside the flow: it reads a seed and makes the zones and
// the checks that every engine of the comparison is measured with, and writes
// nothing. Zone i is the same whatever was made before, so that ten million are
// streamed and not held.
//
// The distributions are guesses about cities, not a register: nine zones of ten lie
// about 5,000 cities (the k-th has the weight 1/sqrt(k)), the rest anywhere; 70 %
// circles of 100 m to 2 km, 25 % star-shaped polygons of 5 to 60 corners and 100 m
// to 10 km half across, 5 % corridors of 3 to 20 positions with 50 m to 500 m on
// each side; sizes are uniform in their logarithm. Every zone has a period, open at
// its end for three of ten. Half of the checks are within twice the size of a zone,
// half anywhere; each asks about one hour. Coordinates have seven decimals.
package workload
