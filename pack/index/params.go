package index

// Params are the layout of an index. They change its size and speed, never its answers. The zero Params are good.
type Params struct {
	LeafCost    int // a cell is divided when reading its leaf costs more than this many discs; 0 = 16
	RootLevel   int // of the table that a question begins at, 6 or 8; 0 = as suits the number of zones
	BitmapLevel int // of the bitmap of cells that anything touches, 9 to 13; 0 = as suits the number of zones
	MaxLevel    int // the smallest cells, 9 to 17; 0 = 17
	ListMin     int // zones that cover a divided cell are listed once when there are so many; 0 = 3
	Workers     int // goroutines that build; 0 = one a processor
}

func within(x, least, most, otherwise int) int {
	if x == 0 {
		return otherwise
	}
	return max(least, min(x, most))
}

// filled is p with everything chosen, for a number of zones.
func (p Params) filled(zones, processors int) Params {
	root, bitmap := 6, 9
	if zones > 200_000 {
		root = 8
	}
	for n := 16_384; n < zones && bitmap < 12; n *= 5 {
		bitmap++
	}
	out := Params{
		LeafCost:    within(p.LeafCost, 1, 1<<20, 16),
		RootLevel:   within(p.RootLevel, 6, 8, root) &^ 1,
		BitmapLevel: within(p.BitmapLevel, 9, 13, bitmap),
		MaxLevel:    within(p.MaxLevel, 9, maxLevel, maxLevel),
		ListMin:     within(p.ListMin, 1, 1<<20, 3),
		Workers:     within(p.Workers, 1, 64, processors),
	}
	return out
}
