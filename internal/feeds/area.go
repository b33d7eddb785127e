package feeds

import (
	"fmt"
	"math"
	"strings"

	"truce/geo"
	"truce/internal/i18n"
)

// mostLegs is how many legs of a line are written as areas of a CAP message.
const mostLegs = 200

// areaOf is the place of a notice for CAP, which knows polygons without holes and
// circles, and takes their union. A place that cannot be said so without growing is
// left to its name and to the map data on the web: an area larger than agreed would
// reassure falsely.
func areaOf(t telling) capWhere {
	w := capWhere{Desc: t.where()}
	s := t.notice.Place
	switch s.Type {
	case geo.TypePoint, geo.TypeMultiPoint, geo.TypeCircle:
		for _, p := range s.Points {
			w.Circles = append(w.Circles, circle(p, s.ExtentM()))
		}
	case geo.TypeLineString, geo.TypeMultiLineString:
		w.Polygons, w.Circles = strips(s)
	case geo.TypePolygon, geo.TypeMultiPolygon:
		w.Polygons = outlines(s)
	}
	if !s.IsZero() && len(w.Polygons)+len(w.Circles) == 0 {
		w.Desc += " (" + t.text("public.map", i18n.Args{}) + ": " + t.board.Base + PathMap + ")"
	}
	return w
}

// circle is "lat,lon radius" with the radius in kilometres.
func circle(p geo.Point, metres float64) string {
	return fmt.Sprintf("%s %.3f", pair(p), metres/1000)
}

func pair(p geo.Point) string { return fmt.Sprintf("%.6f,%.6f", p.Lat, p.Lon) }

// outlines are the rings of polygons, none where one has a hole or crosses the
// antimeridian.
func outlines(s geo.Shape) []string {
	var out []string
	for _, rings := range s.Polygons {
		if len(rings) != 1 || turns(rings[0]) {
			return nil
		}
		out = append(out, ring(rings[0]))
	}
	return out
}

func ring(points []geo.Point) string {
	pairs := make([]string, len(points))
	for i, p := range points {
		pairs[i] = pair(p)
	}
	return strings.Join(pairs, " ")
}

func turns(line []geo.Point) bool {
	for i := 1; i < len(line); i++ {
		if math.Abs(line[i].Lon-line[i-1].Lon) > 180 {
			return true
		}
	}
	return false
}

// strips are a line with a buffer: a rectangle along each leg and a circle round
// each bend. Without a buffer a line covers nothing.
func strips(s geo.Shape) (polygons, circles []string) {
	legs := 0
	for _, line := range s.Lines {
		legs += len(line)
		if legs > mostLegs || s.BufferM <= 0 || turns(line) {
			return nil, nil
		}
		for i, p := range line {
			circles = append(circles, circle(p, s.BufferM))
			if i > 0 && p != line[i-1] {
				polygons = append(polygons, strip(line[i-1], p, s.BufferM))
			}
		}
	}
	return polygons, circles
}

// metresPerDegree is the greatest length of a degree of latitude on WGS-84 (at the
// poles): taken everywhere it makes a strip at most 1 % too narrow, never too wide.
const metresPerDegree = 111_694

// strip is the rectangle with the leg from a to b in its middle, half as wide as
// the buffer on either side, worked out in the plane at the middle of the leg. That is
// good to a few parts in a hundred for legs of up to 50 km.
func strip(a, b geo.Point, metres float64) string {
	flat := math.Cos((a.Lat + b.Lat) / 2 * math.Pi / 180)
	east, north := (b.Lon-a.Lon)*flat, b.Lat-a.Lat
	length := math.Hypot(east, north)
	across := metres / metresPerDegree / length
	lat, lon := east*across, -north*across/flat // the leg turned by a right angle
	return ring([]geo.Point{{Lat: a.Lat + lat, Lon: a.Lon + lon}, {Lat: b.Lat + lat, Lon: b.Lon + lon},
		{Lat: b.Lat - lat, Lon: b.Lon - lon}, {Lat: a.Lat - lat, Lon: a.Lon - lon}, {Lat: a.Lat + lat, Lon: a.Lon + lon}})
}
