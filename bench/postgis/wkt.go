package main

import (
	"strconv"
	"strings"

	"truce/geo"
)

// wkt is the points, lines or polygons of a shape, without its extent, as well-known
// text.
func wkt(s geo.Shape) string {
	switch s.Type {
	case geo.TypePoint, geo.TypeCircle:
		return "POINT" + positions(s.Points)
	case geo.TypeMultiPoint:
		return "MULTIPOINT" + positions(s.Points)
	case geo.TypeLineString, geo.TypeMultiLineString:
		return "MULTILINESTRING(" + joined(s.Lines) + ")"
	}
	var parts []string
	for _, rings := range s.Polygons {
		parts = append(parts, "("+joined(rings)+")")
	}
	return "MULTIPOLYGON(" + strings.Join(parts, ",") + ")"
}

func joined(lines [][]geo.Point) string {
	var parts []string
	for _, line := range lines {
		parts = append(parts, positions(line))
	}
	return strings.Join(parts, ",")
}

func positions(line []geo.Point) string {
	var b strings.Builder
	for i, p := range line {
		b.WriteByte("(,"[min(i, 1)])
		b.WriteString(strconv.FormatFloat(p.Lon, 'g', -1, 64))
		b.WriteByte(' ')
		b.WriteString(strconv.FormatFloat(p.Lat, 'g', -1, 64))
	}
	b.WriteByte(')')
	return b.String()
}
