package geo

import (
	"cmp"
	"math"
	"slices"
)

// Box is a rectangle in longitude and latitude, degrees, as a bbox of RFC 7946, 5: West is more than East where it
// crosses the antimeridian; a box round a pole reaches to it and from -180 to 180.
type Box struct{ West, South, East, North float64 }

// Contains reports whether p is in the box or on its edge.
func (b Box) Contains(p Point) bool {
	if p.Lat < b.South || p.Lat > b.North {
		return false
	}
	if b.West > b.East {
		return p.Lon >= b.West || p.Lon <= b.East
	}
	return p.Lon >= b.West && p.Lon <= b.East || p.Lon == -180 && b.East == 180 || p.Lon == 180 && b.West == -180
}

// touching is by how many metres a box is wider than its shape, so that whatever is at distance 0 is in the box.
const touching = 0.001

// Bounds is a box that holds the whole region of s, in both readings of its edges and with its extent, and every place
// that DistanceToShape gives as 0 from it; it is a little larger than needed, by 1 mm or more. The zero Shape and a malformed one give the whole Earth.
func (s Shape) Bounds() Box {
	world := Box{-180, -90, 180, 90}
	if s.IsZero() || s.check() != nil {
		return world
	}
	h := hull{south: 90, north: -90}
	for _, p := range s.Points {
		h.addLine([]Point{p}, false)
	}
	s.eachLine(h.addLine)
	return h.box(s.ExtentM() + touching)
}

// hull collects the spans of longitude of the parts of a shape, and its latitudes.
type hull struct {
	south, north float64
	spans        [][2]float64 // from, to in degrees; from in [-180, 180), to at most 360 more
}

func (h *hull) addLine(line []Point, closed bool) {
	west, east, lon := line[0].Lon, line[0].Lon, line[0].Lon
	h.addLatitude(line[0].Lat)
	for i := 1; i < len(line); i++ {
		h.addEdge(line[i-1], line[i])
		lon += shortWay(line[i-1].Lon, line[i].Lon)
		west, east = math.Min(west, lon), math.Max(east, lon)
	}
	if closed {
		if r := newRing(line); r.net != 0 {
			west, east = -180, 180
			h.addLatitude(map[bool]float64{true: 90, false: -90}[r.north])
		}
	}
	from := west - 360*math.Floor((west+180)/360)
	h.spans = append(h.spans, [2]float64{from, from + math.Min(360, east-west)})
}

func (h *hull) addLatitude(lat float64) {
	h.south, h.north = math.Min(h.south, lat), math.Max(h.north, lat)
}

// addEdge adds the latitudes of the geodesic from a to b. One that turns from north to south, or back, between them
// reaches a latitude whose reduced latitude has the cosine |sin azimuth| cos(reduced latitude) anywhere on it (Clairaut).
func (h *hull) addEdge(a, b Point) {
	h.addLatitude(b.Lat)
	if a.Lon == b.Lon {
		return
	}
	_, azimuth1, azimuth2 := inverse(a, b)
	north1, north2 := math.Cos(azimuth1*degree), math.Cos(azimuth2*degree)
	if north1*north2 >= 0 {
		return
	}
	beta := math.Atan((1 - wgsFlat) * math.Tan(a.Lat*degree))
	peak := math.Acos(math.Min(1, math.Abs(math.Sin(azimuth1*degree))*math.Cos(beta)))
	lat := math.Min(90, math.Atan(math.Tan(peak)/(1-wgsFlat))/degree*(1+1e-12))
	h.addLatitude(math.Copysign(lat, north1))
}

// box is the smallest box over all spans, widened by extent metres as on a sphere that is no larger than the Earth.
func (h *hull) box(extent float64) Box {
	west, east := h.cover()
	reach := 1.01 * extent / rMin
	widest := math.Max(math.Abs(h.south), math.Abs(h.north)) * degree
	b := Box{South: h.south - reach/degree, North: h.north + reach/degree}
	if b.South <= -90 || b.North >= 90 || math.Sin(reach) >= math.Cos(widest) {
		b.South, b.North = math.Max(-90, b.South), math.Min(90, b.North)
		b.West, b.East = -180, 180
		return b
	}
	side := math.Asin(math.Sin(reach)/math.Cos(widest)) / degree
	if east-west+2*side >= 360 {
		b.West, b.East = -180, 180
		return b
	}
	b.West, b.East = normalLon(west-side), normalLon(east+side)
	if b.West == 180 && b.East != 180 {
		b.West = -180
	}
	return b
}

// normalLon brings a longitude into [-180, 180], leaving what is there already.
func normalLon(lon float64) float64 {
	switch {
	case lon < -180:
		return lon + 360
	case lon > 180:
		return lon - 360
	}
	return lon
}

// cover is the shortest arc of longitude that holds all spans: all but the widest gap. The last end may lie beyond the
// antimeridian, and reach over spans that begin again in the west.
func (h *hull) cover() (west, east float64) {
	slices.SortFunc(h.spans, func(a, b [2]float64) int { return cmp.Compare(a[0], b[0]) })
	last := math.Inf(-1)
	for _, s := range h.spans {
		last = math.Max(last, s[1])
	}
	west, east = h.spans[0][0], last
	gap := math.Max(0, west+360-last)
	end := math.Max(h.spans[0][1], last-360)
	for _, s := range h.spans[1:] {
		if s[0]-end > gap {
			gap, west, east = s[0]-end, s[0], end+360
		}
		end = math.Max(end, s[1])
	}
	return west, east
}

// Centre is a place in the middle of s, for a mark or a label: the mean of its points, or of its lines and outer rings
// by length. It may be outside a shape that is bent. The zero Shape and a malformed one give the zero Point.
func (s Shape) Centre() Point {
	if s.IsZero() || s.check() != nil {
		return Point{}
	}
	if len(s.Points) == 1 {
		return s.Points[0]
	}
	var sum, corners vec
	add := func(line []Point) {
		for i := 1; i < len(line); i++ {
			p, q := ecef(line[i-1]), ecef(line[i])
			sum = sum.add(p.lerp(q, 0.5).scale(p.distance(q)))
			corners = corners.add(p)
		}
	}
	for _, p := range s.Points {
		sum = sum.add(ecef(p))
	}
	for _, line := range s.Lines {
		add(line)
	}
	for _, rings := range s.Polygons {
		add(rings[0])
	}
	if sum.norm() == 0 {
		sum = corners
	}
	return Point{
		Lat: math.Atan2(sum.z, (1-wgsE)*math.Hypot(sum.x, sum.y)) / degree,
		Lon: math.Atan2(sum.y, sum.x) / degree,
	}
}
