package tabular

import (
	"encoding/xml"
	"fmt"
	"math"
	"slices"

	"truce"
	"truce/geo"
)

// gpxReader gives a row for each waypoint, route and track of a GPX 1.0 or 1.1
// document (topografix.com/GPX), with the column "gpx" saying which it is.
type gpxReader struct {
	x      *xmlReader
	number int
}

// gpxKinds are the elements that are rows.
var gpxKinds = map[string]string{"wpt": "waypoint", "rte": "route", "trk": "track"}

func (g *gpxReader) next() (Row, error) {
	for {
		el, err := g.x.start()
		if err != nil {
			return Row{}, atRow(err, g.number)
		}
		kind := gpxKinds[el.Name.Local]
		if kind == "" {
			if err := g.x.skip(); err != nil {
				return Row{}, atRow(err, g.number)
			}
			continue
		}
		return g.row(el, kind)
	}
}

func (g *gpxReader) row(el xml.StartElement, kind string) (Row, error) {
	g.number++
	f := gpxFeature{feature: feature{row: Row{Number: g.number}}, kind: kind, height: math.NaN()}
	f.cell("gpx", kind)
	if kind == "waypoint" {
		f.at(el)
	}
	if err := g.x.walk(visitor{begin: f.begin, text: f.text, end: f.end, most: maxEntry}); err != nil {
		return Row{}, atRow(err, g.number)
	}
	f.close()
	return f.finish(), nil
}

// gpxFeature collects one waypoint, route or track.
type gpxFeature struct {
	feature
	kind        string
	lon, lat    float64
	height      float64 // metres, of the point that is open
	line        []geo.Point
	first, last string // times of the first and last point of a line
}

// gpxTexts are the children of an entry that are cells.
var gpxTexts = []string{"name", "cmt", "desc", "src", "type", "sym", "time", "url"}

func isGPXPoint(name string) bool { return name == "rtept" || name == "trkpt" }

func (f *gpxFeature) begin(_ []string, el xml.StartElement) error {
	f.value.Reset()
	if name := el.Name.Local; isGPXPoint(name) {
		f.at(el)
	}
	return nil
}

// at reads the position of a point.
func (f *gpxFeature) at(el xml.StartElement) {
	f.lon, f.lat = f.shape.number(attr(el, "lon")), f.shape.number(attr(el, "lat"))
	f.shape.unreadable(attr(el, "lon") + "," + attr(el, "lat"))
	f.height = math.NaN()
}

func (f *gpxFeature) text(path []string, b []byte) error {
	if len(path) > 0 && !slices.Contains(path, "extensions") && len(b) <= MaxRecord {
		f.value.Write(b[:min(len(b), max(0, MaxRecord-f.value.Len()))])
	}
	return nil
}

func (f *gpxFeature) end(path []string) error {
	last := path[len(path)-1]
	ofPoint := len(path) > 1 && isGPXPoint(path[len(path)-2])
	switch {
	case path[0] == "extensions":
	case last == "ele" && (ofPoint || len(path) == 1):
		f.height = f.shape.number(f.value.String())
	case last == "time" && ofPoint:
		f.moment(f.value.String())
	case isGPXPoint(last):
		f.line = f.shape.position(f.line, f.lon, f.lat, f.height)
	case last == "trkseg":
		f.endLine()
	case len(path) == 1 && slices.Contains(gpxTexts, last):
		f.textCell(last)
	}
	return nil
}

// textCell turns the text of the element that ends into a cell.
func (f *gpxFeature) textCell(column string) {
	if text := f.value.String(); f.room(len(text)) {
		f.cell(column, text)
	}
}

func (f *gpxFeature) moment(text string) {
	if len(text) > 64 {
		return
	}
	if f.first == "" {
		f.first = text
	}
	f.last = text
}

// endLine ends a segment. One with a single position is no line; the note
// says that it was left out, unless nothing else is there.
func (f *gpxFeature) endLine() {
	switch line := f.line; {
	case len(line) == 1:
		f.shape.heights = f.shape.heights[:len(f.shape.heights)-1]
		f.row.Notes = append(f.row.Notes[:min(len(f.row.Notes), maxNotes)], "a segment with a single position was left out")
	case len(line) > 1:
		f.shape.lines = append(f.shape.lines, line)
	}
	f.line = nil
}

// close ends the row: its line, or its point.
func (f *gpxFeature) close() {
	if f.kind == "waypoint" {
		f.shape.points = f.shape.position(nil, f.lon, f.lat, f.height)
		return
	}
	f.endLine()
	f.cell("begin", f.first)
	f.cell("end", f.last)
	if len(f.shape.lines) == 0 {
		f.fail(truce.E(truce.CodeInvalid, "the %s has fewer than two positions", f.kind))
	}
	if n := len(f.shape.lines); n > 1 {
		f.row.Notes = append(f.row.Notes, fmt.Sprintf("the track has %d segments with gaps between them", n))
	}
}
