package tabular

import (
	"encoding/xml"
	"slices"
	"strings"

	"truce"
	"truce/geo"
)

// kmlReader gives a row for each placemark of a KML document (OGC 07-147r2),
// in any of its versions and without regard to name spaces.
type kmlReader struct {
	x       *xmlReader
	pending *xml.StartElement
	open    []string // names of the elements that are open
	folders []string // names given to the folders that are open
	number  int
}

func newKML(x *xmlReader, root xml.StartElement) *kmlReader {
	return &kmlReader{x: x, pending: &root}
}

func (k *kmlReader) next() (Row, error) {
	for {
		tok, err := k.token()
		if err != nil {
			return Row{}, atRow(err, k.number)
		}
		switch el := tok.(type) {
		case xml.StartElement:
			row, err := k.element(el)
			if row != nil || err != nil {
				return deref(row), err
			}
		case xml.EndElement:
			k.leave()
		}
	}
}

func deref(row *Row) Row {
	if row == nil {
		return Row{}
	}
	return *row
}

func (k *kmlReader) token() (xml.Token, error) {
	if k.pending != nil {
		el := *k.pending
		k.pending = nil
		return el, nil
	}
	return k.x.token()
}

// element takes the element that begins: whole, where it is a row or of no
// use, and else only its beginning.
func (k *kmlReader) element(el xml.StartElement) (*Row, error) {
	name := el.Name.Local
	switch {
	case name == "Placemark":
		return k.placemark(el)
	case name == "NetworkLink":
		return k.networkLink()
	case name == "NetworkLinkControl", name == "Style", name == "StyleMap", name == "Schema":
		return nil, k.x.skip()
	case name == "name" && len(k.open) > 0 && k.open[len(k.open)-1] == "Folder":
		return nil, k.folderName()
	}
	if name == "Folder" {
		k.folders = append(k.folders, "")
	}
	k.open = append(k.open, name)
	return nil, nil
}

func (k *kmlReader) leave() {
	last := len(k.open) - 1
	if last < 0 {
		return
	}
	if k.open[last] == "Folder" {
		k.folders = k.folders[:len(k.folders)-1]
	}
	k.open = k.open[:last]
}

func (k *kmlReader) folderName() error {
	var text strings.Builder
	err := k.x.walk(visitor{text: func(_ []string, b []byte) error {
		text.Write(b[:min(len(b), 256-min(256, text.Len()))])
		return nil
	}})
	name := strings.ToValidUTF8(text.String(), "")
	k.folders[len(k.folders)-1] = strings.TrimSpace(name[:min(len(name), 256)])
	return err
}

// networkLink is a row that cannot be used, so that nobody takes a file that
// only points elsewhere for an empty list.
func (k *kmlReader) networkLink() (*Row, error) {
	k.number++
	row := Row{Number: k.number, Err: atRow(truce.E(truce.CodeInvalid, "the entry is a link to another file, which is not followed").
		WithHint("download the file that the link points to and import that"), k.number)}
	return &row, k.x.skip()
}

// placemark reads one placemark to its end, whatever is wrong in it.
func (k *kmlReader) placemark(el xml.StartElement) (*Row, error) {
	k.number++
	p := placemark{feature: feature{row: Row{Number: k.number}}}
	if id := attr(el, "id"); p.room(len(id)) {
		p.cell("id", id)
	}
	folders := slices.DeleteFunc(slices.Clone(k.folders), func(s string) bool { return s == "" })
	p.cell("folder", strings.Join(folders, " / "))
	if err := k.x.walk(visitor{begin: p.begin, text: p.text, end: p.end, most: maxEntry}); err != nil {
		return nil, atRow(err, k.number)
	}
	row := p.finish()
	return &row, nil
}

// placemark collects the cells and the shape of one placemark.
type placemark struct {
	feature
	column string // name of the <Data> or <SimpleData> that is open
	coords int
}

// notShapes are geometries that have no place in the register.
var notShapes = []string{"Model", "Track", "MultiTrack", "Tour"}

func (p *placemark) begin(path []string, el xml.StartElement) error {
	if len(path) == 1 || path[0] != "description" {
		p.value.Reset()
	}
	name := el.Name.Local
	switch {
	case path[0] == "ExtendedData" && (name == "Data" || name == "SimpleData"):
		p.column = attr(el, "name")
	case path[0] == "ExtendedData", path[0] == "description":
	case name == "Polygon" && len(p.shape.polygons) >= geo.MaxRings:
		p.shape.fail(truce.E(truce.CodeTooLarge, "the geometry has more than %d polygons", geo.MaxRings))
	case name == "Polygon":
		p.shape.polygons = append(p.shape.polygons, nil)
	case slices.Contains(notShapes, name):
		p.shape.fail(truce.E(truce.CodeInvalid, "the geometry %s is not read", name).WithHint("use a Point, LineString, Polygon or MultiGeometry"))
	}
	return nil
}

func (p *placemark) text(path []string, b []byte) error {
	switch {
	case len(path) == 0:
	case path[len(path)-1] == "coordinates":
		if p.coords += len(b); p.coords > maxCoords {
			p.shape.fail(truce.E(truce.CodeTooLarge, "the coordinates are longer than %d MiB", maxCoords>>20))
			return nil
		}
		p.value.Write(b)
	default:
		p.write(b)
	}
	return nil
}

func (p *placemark) end(path []string) error {
	last := path[len(path)-1]
	switch {
	case path[0] == "ExtendedData":
		p.extended(path, last)
	case path[0] == "description":
		if len(path) == 1 {
			p.cell("description", plainText(p.value.String()))
		}
	case last == "coordinates":
		line := p.shape.tuples(p.value.String())
		p.shape.unreadable(p.value.String())
		p.coordinates(path, line)
	case len(path) == 1 && slices.Contains([]string{"name", "address", "phoneNumber", "snippet", "Snippet"}, last):
		p.cell(last, p.value.String())
	case len(path) == 2 && (path[0] == "TimeSpan" || path[0] == "TimeStamp"):
		p.cell(last, p.value.String())
	}
	return nil
}

// extended takes <Data><value>, <SimpleData>, and elements of foreign schemas.
func (p *placemark) extended(path []string, last string) {
	switch {
	case len(path) == 3 && (last == "value" || last == "SimpleData"):
		p.cell(p.column, p.value.String())
	case len(path) == 2 && last != "Data" && last != "SchemaData":
		p.cell(last, p.value.String())
	}
}

// coordinates puts positions where their parent element says.
func (p *placemark) coordinates(path []string, line []geo.Point) {
	b := &p.shape
	parent := ""
	if len(path) > 1 {
		parent = path[len(path)-2]
	}
	areas := len(b.polygons)
	switch {
	case b.err != nil:
	case len(line) == 0:
		b.fail(truce.E(truce.CodeInvalid, "the geometry has no coordinates").At("coordinates"))
	case parent == "Point" && len(line) > 1:
		b.fail(truce.E(truce.CodeInvalid, "a point has %d positions", len(line)).At("coordinates"))
	case parent == "Point":
		b.points = append(b.points, line...)
	case areas > 0 && slices.Contains(path, "outerBoundaryIs") && b.polygons[areas-1] == nil:
		b.polygons[areas-1] = [][]geo.Point{line}
	case areas > 0 && slices.Contains(path, "innerBoundaryIs") && b.polygons[areas-1] != nil:
		b.polygons[areas-1] = append(b.polygons[areas-1], line)
	case slices.Contains(path, "Polygon"):
		b.fail(truce.E(truce.CodeInvalid, "a polygon needs one outer boundary, and it comes first").At("coordinates"))
	case parent == "LineString", parent == "LinearRing":
		b.lines = append(b.lines, line)
	}
}
