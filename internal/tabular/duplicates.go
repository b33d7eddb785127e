package tabular

import (
	"context"
	"fmt"
	"math"

	"truce/geo"
)

// possibleDuplicate is the code of the warnings about duplicates.
const possibleDuplicate = "possible_duplicate"

// maxNeighbours is how many entries near a row are compared with it, beside
// those with the very same name. More than that at one place is said.
const maxNeighbours = 64

// entry is something that a row may be a duplicate of.
type entry struct {
	place *place
	row   int         // of this file
	known *registered // or of the register
}

func (e entry) other() *Other {
	if e.known != nil {
		return e.known.other()
	}
	return &Other{Row: e.row}
}

// duplicates flags the rows that may be what another row, or the register,
// holds already. The time does not grow with the square of the rows: entries
// are found by the cell of space in which they lie.
func (im *importer) duplicates(ctx context.Context, m *matcher) error {
	within := im.opt.DuplicateM
	if within < 0 {
		return nil
	}
	if within == 0 {
		within = DefaultDuplicateM
	}
	g := newGrid(within)
	for i := range im.rows {
		g.weights.add(im.rows[i].names)
	}
	for _, o := range m.all {
		g.weights.add(o.names)
		if !o.used && o.located {
			g.add(entry{place: &o.place, known: o})
		}
	}
	ids := map[string]int{}
	for i := range im.rows {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		p := &im.rows[i]
		if !im.sameIDInFile(p, ids) {
			im.flag(p, g)
		}
		if p.located {
			g.add(entry{place: &p.place, row: p.row})
		}
	}
	if g.crowded > 0 {
		im.warn(Warning{Row: g.crowded, Code: "crowded", Message: fmt.Sprintf("more than %d entries lie near each other here; each is compared with the latest of them and with those of the same name", maxNeighbours),
			Hint: "look for duplicates within fewer metres"})
	}
	return nil
}

// sameIDInFile flags a row with an external id that an earlier row has.
func (im *importer) sameIDInFile(p *pending, seen map[string]int) bool {
	twin := 0
	for _, id := range p.ids {
		if row, ok := seen[id]; ok {
			twin = row
			continue
		}
		seen[id] = p.row
	}
	if twin == 0 {
		return false
	}
	im.sum.Duplicates++
	im.warn(Warning{Row: p.row, Code: possibleDuplicate, Of: &Other{Row: twin}, Message: fmt.Sprintf("the same id as row %d", twin),
		Hint: "both are taken; withdraw one if they are the same"})
	return true
}

// finding is how a row is like another entry.
type finding struct {
	entry
	metres, similarity float64
	reason             string
	score              float64
}

// flag reports the likest of the entries near p.
func (im *importer) flag(p *pending, g *grid) {
	if !p.located {
		return
	}
	var best finding
	all := g.near(&p.place, func(e entry) {
		if f := compareEntries(&p.place, e, g); f.score > best.score {
			best = f
		}
	})
	if (!all || g.weights.spent > maxWordPairs) && g.crowded == 0 {
		g.crowded = p.row
	}
	if best.score == 0 {
		return
	}
	im.sum.Duplicates++
	w := Warning{Row: p.row, Code: possibleDuplicate, Of: best.other(), DistanceM: metresValue(best.metres), Message: best.reason, Hint: "both are taken; withdraw one if they are the same"}
	if len(p.names) > 0 && len(best.place.names) > 0 {
		s := math.Round(best.similarity*100) / 100
		w.NameSimilarity = &s
	}
	im.warn(w)
}

// compareEntries tells whether two entries may be the same, and why: a name
// that is much alike, the same operator with the same function, or, where one
// has no name, the same function at the very same place.
func compareEntries(p *place, e entry, g *grid) finding {
	f := finding{entry: e, metres: geo.Distance(p.at, e.place.at)}
	if f.metres > g.metres {
		return f
	}
	f.similarity = nameSimilarity(p.names, e.place.names, g.weights)
	sameFunction := p.function == e.place.function && says(p.function)
	away := apartText(f.metres)
	switch {
	case f.similarity >= similarName && !unlike(p.function, e.place.function):
		f.reason = fmt.Sprintf("%s from %s with a name that is much alike", away, e.describe())
		f.score = 1 + f.similarity
	case sameFunction && p.operator != "" && phrase(p.operator) == phrase(e.place.operator):
		f.reason = fmt.Sprintf("%s from %s with the same operator and function", away, e.describe())
		f.score = 0.5 + f.similarity
	case sameFunction && f.metres <= g.metres/10 && (len(p.names) == 0 || len(e.place.names) == 0):
		f.reason = fmt.Sprintf("%s from %s with the same function, and one of them has no name", away, e.describe())
		f.score = 0.25
	case f.metres < 1 && p.function == e.place.function && len(p.names) == 0 && len(e.place.names) == 0:
		// Names too short or too common to compare leave the place alone to tell.
		f.reason = fmt.Sprintf("at the very same place as %s, and no name tells them apart", e.describe())
		f.score = 0.25
	}
	return f
}

// says tells whether a function code says what something is for.
func says(function string) bool {
	return function != "" && function != "other" && function != "unspecified"
}

// families are functions that sources take for one another.
var families = map[string]string{
	"hospital": "health", "clinic": "health", "health-post": "health", "pharmacy": "health", "laboratory": "health", "ambulance-station": "health",
	"school": "learning", "university": "learning", "kindergarten": "learning",
	"shelter": "housing", "camp": "housing", "cultural": "heritage", "religious": "heritage", "civic": "heritage", "market": "heritage",
	"warehouse": "relief", "distribution": "relief", "office": "relief", "un-premises": "relief", "guesthouse": "relief",
}

// unlike tells whether two functions cannot be meant for one thing: the school
// and the hospital of a quarter bear the same name.
func unlike(a, b string) bool {
	return says(a) && says(b) && orElse(families[a], a) != orElse(families[b], b)
}

func (e entry) describe() string {
	if e.known != nil && e.known.withdrawn {
		return fmt.Sprintf("entry %d, which was withdrawn,", e.known.entry)
	}
	if e.known != nil {
		return fmt.Sprintf("entry %d", e.known.entry)
	}
	return fmt.Sprintf("row %d", e.row)
}

// grid finds entries near a place by hashing. Its cells are cubes in space
// round the Earth's centre, so that poles and the antimeridian are places like
// all others; two places within metres of each other on the surface are no
// further apart in space, and so in the same cell or in neighbouring ones.
type grid struct {
	metres  float64
	cells   map[cube]*gridCell
	weights *wordWeights // of the words of all names
	crowded int          // the first row near which not all were compared
}

// gridCell holds entries in the order in which they came. Where there are many,
// they are found by name as well.
type gridCell struct {
	list   []entry
	byName map[string]entry // the latest of each name; nil where the list is short
}

type cube struct{ x, y, z int32 }

func newGrid(metres float64) *grid {
	return &grid{metres: metres, cells: map[cube]*gridCell{}, weights: newWordWeights()}
}

// cubeOf is the cell of a place on the WGS-84 ellipsoid (semi-axis a, first
// eccentricity squared e2: NIMA TR8350.2), in Earth-centred coordinates.
func (g *grid) cubeOf(p geo.Point) cube {
	const a, e2 = 6378137.0, 6.69437999014e-3
	sinLat, cosLat := math.Sincos(p.Lat * math.Pi / 180)
	sinLon, cosLon := math.Sincos(p.Lon * math.Pi / 180)
	n := a / math.Sqrt(1-e2*sinLat*sinLat)
	size := math.Max(g.metres, 1)
	at := func(metres float64) int32 { return int32(math.Floor(metres / size)) }
	return cube{at(n * cosLat * cosLon), at(n * cosLat * sinLon), at(n * (1 - e2) * sinLat)}
}

func (g *grid) add(e entry) {
	at := g.cubeOf(e.place.at)
	c := g.cells[at]
	if c == nil {
		c = &gridCell{}
		g.cells[at] = c
	}
	c.list = append(c.list, e)
	switch {
	case c.byName != nil:
		c.name(e)
	case len(c.list) > maxNeighbours:
		c.byName = map[string]entry{}
		for _, old := range c.list {
			c.name(old)
		}
	}
}

func (c *gridCell) name(e entry) {
	for _, n := range e.place.names {
		c.byName[n] = e
	}
}

// near calls f for the entries in the cells round p, the latest first. Where
// there are more than maxNeighbours it calls it for so many, and for those
// with a name of p, and gives false.
func (g *grid) near(p *place, f func(entry)) (all bool) {
	at := g.cubeOf(p.at)
	left := maxNeighbours
	all = true
	for i := range int32(27) {
		k := (i + 13) % 27 // the cell of p itself comes first
		c := g.cells[cube{at.x + k/9 - 1, at.y + k/3%3 - 1, at.z + k%3 - 1}]
		if c == nil {
			continue
		}
		for n := len(c.list) - 1; n >= 0 && left > 0; n-- {
			f(c.list[n])
			left--
		}
		if left == 0 {
			all = false
			c.named(p.names, f)
		}
	}
	return all
}

func (c *gridCell) named(names []string, f func(entry)) {
	for _, n := range names {
		if e, ok := c.byName[n]; ok {
			f(e)
		}
	}
}
