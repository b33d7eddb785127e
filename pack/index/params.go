package index

import "math/bits"

// Params are the layout of an index. They change its size and speed, never its answers. The zero Params are good.
type Params struct {
	LeafCost  int // a cell is divided when reading its leaf costs more than this many discs; 0 = 16
	RootLevel int // of the cells that have an entry of their own, 6 to 11; 0 = as suits the number of zones
	MaxLevel  int // the smallest cells, 11 to 17; 0 = 17
	ListMin   int // zones that cover a divided cell are listed once when there are so many; 0 = 3
	SieveRows int // of the sieve, a power of two, 256 to 4096; 0 = as suits the number of zones
	Workers   int // goroutines that build; 0 = one a processor
}

func within(x, least, most, otherwise int) int {
	if x == 0 {
		return otherwise
	}
	return max(least, min(x, most))
}

// filled is p with everything chosen, for a number of zones.
func (p Params) filled(zones, processors int) Params {
	root := 7
	for n := 50_000; n < zones && root < 10; n *= 4 {
		root++
	}
	rows := 1024
	for n := 200_000; n < zones && rows < 4096; n *= 16 {
		rows *= 2
	}
	return Params{
		LeafCost:  within(p.LeafCost, 1, 1<<20, 16),
		RootLevel: within(p.RootLevel, 6, 11, root),
		MaxLevel:  within(p.MaxLevel, 11, maxLevel, maxLevel),
		ListMin:   within(p.ListMin, 1, 1<<20, 3),
		SieveRows: 1 << (bits.Len(uint(within(p.SieveRows, 1<<leastSieve, 1<<mostSieve, rows))) - 1),
		Workers:   within(p.Workers, 1, 64, processors),
	}
}
