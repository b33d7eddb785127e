package geo

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"

	"truce"
)

// readFeature makes a Feature of raw, or of the fault that its reading has ended in.
func readFeature(raw []byte, index int, limits Limits, fault *truce.Error) Feature {
	f := Feature{Index: index}
	if fault == nil {
		fault = wellFormed(raw)
	}
	if fault == nil {
		if err := f.read(raw, limits); err != nil {
			fault = asError(err)
		}
	}
	if fault != nil {
		fault = fault.At(fault.Field)
		fault.Row = index + 1
		f.Err = fault
	}
	return f
}

// asError is the first *truce.Error in err.
func asError(err error) *truce.Error {
	if e, ok := errors.AsType[*truce.Error](err); ok {
		return e
	}
	return truce.Wrap(truce.CodeInvalid, err, "the feature cannot be read")
}

// below moves every pointer of f below at.
func (f *Feature) below(at string) {
	if e := f.Err; e != nil {
		f.Err = asError(e).At(at + asError(e).Field)
	}
	for i := range f.Repairs {
		f.Repairs[i] = at + f.Repairs[i]
	}
}

func (f *Feature) read(raw []byte, limits Limits) error {
	m, err := objectMembers(raw)
	if err != nil {
		return err
	}
	f.Geometry, _ = m.Get("geometry")
	t, err := m.text("type")
	if err != nil {
		return err
	}
	if t != "Feature" {
		return truce.E(truce.CodeInvalid, "not a Feature").At("/type")
	}
	if err := m.none("coordinates", "geometries", "features"); err != nil {
		return err
	}
	for _, x := range m {
		if !slices.Contains([]string{"type", "id", "geometry", "properties", "bbox", "crs"}, x.Name) {
			f.Foreign = append(f.Foreign, x)
		}
	}
	notes, err := checkAside(m)
	f.Repairs = append(f.Repairs, notes...)
	if err := errors.Join(err, f.readID(m), f.readProperties(m)); err != nil {
		return err
	}
	if err := f.readGeometry(m, limits); err != nil {
		return err
	}
	return f.readExtents()
}

// none refuses members that would make an object of one type look like another (RFC 7946, 7.1).
func (m Members) none(names ...string) error {
	for _, name := range names {
		if _, ok := m.Get(name); ok {
			return truce.E(truce.CodeInvalid, "the member does not belong in an object of this type").At(pointer(name))
		}
	}
	return nil
}

func (f *Feature) readID(m Members) error {
	raw, ok := m.Get("id")
	switch {
	case !ok:
	case isNull(raw):
		f.Repairs = append(f.Repairs, "/id: null was dropped")
	case raw[0] == '"' || raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9':
		f.ID = raw
	default:
		return truce.E(truce.CodeInvalid, "an id is a text or a number").At("/id")
	}
	return nil
}

func (f *Feature) readProperties(m Members) error {
	raw, ok := m.Get("properties")
	switch {
	case !ok:
		f.Repairs = append(f.Repairs, "/properties: missing, read as null")
	case isNull(raw):
	case raw[0] == '{':
		p, err := objectMembers(raw)
		f.Properties = p
		return err
	default:
		return truce.E(truce.CodeInvalid, "properties are an object or null").At("/properties")
	}
	return nil
}

func isNull(raw []byte) bool { return bytes.Equal(raw, []byte("null")) }

func (f *Feature) readGeometry(m Members, limits Limits) error {
	raw, ok := m.Get("geometry")
	if !ok {
		return truce.E(truce.CodeInvalid, "the member is missing").At("/geometry").
			WithHint("write null for a feature without a place")
	}
	if isNull(raw) {
		return nil
	}
	shape, notes, err := readGeometry(raw, limits)
	if err != nil {
		e := asError(err)
		return e.At("/geometry" + e.Field)
	}
	for _, n := range notes {
		f.Repairs = append(f.Repairs, "/geometry"+n)
	}
	f.Shape = shape
	if box, ok := m.Get("bbox"); ok {
		f.checkFit(box)
	}
	return nil
}

// readGeometry reads a geometry object. Every error is a *truce.Error with a pointer inside the geometry.
func readGeometry(raw []byte, limits Limits) (Shape, []string, error) {
	m, err := objectMembers(raw)
	if err != nil {
		return Shape{}, nil, err
	}
	t, err := m.text("type")
	if err != nil {
		return Shape{}, nil, err
	}
	if ShapeType(t) == TypeCircle {
		return Shape{}, nil, truce.E(truce.CodeInvalid, "GeoJSON has no circles").At("/type").
			WithHint("write a Point with a property radiusM in metres")
	}
	if t == "GeometryCollection" {
		return Shape{}, nil, unknownType(t)
	}
	if err := m.none("geometry", "properties", "features", "geometries"); err != nil {
		return Shape{}, nil, err
	}
	notes, err := checkAside(m)
	if err != nil {
		return Shape{}, nil, err
	}
	for _, x := range m {
		if !slices.Contains([]string{"type", "coordinates", "bbox", "crs"}, x.Name) {
			notes = append(notes, pointer(x.Name)+": a member that a geometry does not have was left out")
		}
	}
	return repairedGeometry(m, ShapeType(t), notes, limits)
}

func repairedGeometry(m Members, t ShapeType, notes []string, limits Limits) (Shape, []string, error) {
	raw, ok := m.Get("coordinates")
	if !ok && !t.known() {
		return Shape{}, nil, unknownType(string(t))
	}
	if !ok {
		return Shape{}, nil, truce.E(truce.CodeInvalid, "the member is missing").At("/coordinates")
	}
	s, err := shapeCoords(t, raw, limits.Vertices)
	if err != nil {
		return Shape{}, nil, err
	}
	var r repairs
	s = s.repaired(&r)
	return s, append(notes, r.texts()...), s.Validate()
}

// readExtents takes radiusM, accuracyM and bufferM from the properties where they belong to the shape's type.
func (f *Feature) readExtents() error {
	var name string
	var to *float64
	for _, x := range f.Properties {
		if isNull(x.Value) {
			continue
		}
		switch name = x.Name; {
		case name == "radiusM" && (f.Shape.Type == TypePoint || f.Shape.Type == TypeCircle):
			to = &f.Shape.RadiusM
		case name == "accuracyM" && (f.Shape.Type == TypePoint || f.Shape.Type == TypeMultiPoint):
			to = &f.Shape.AccuracyM
		case name == "bufferM" && (f.Shape.Type == TypeLineString || f.Shape.Type == TypeMultiLineString):
			to = &f.Shape.BufferM
		default:
			f.noteExtent(name)
			continue
		}
		if err := f.Properties.metres(name, to); err != nil {
			e := asError(err)
			return e.At("/properties" + e.Field)
		}
	}
	if f.Shape.RadiusM != 0 {
		f.Shape.Type = TypeCircle
	}
	if err := f.Shape.checkExtents(); err != nil && !f.Shape.IsZero() {
		e := asError(err)
		return e.At("/properties" + e.Field)
	}
	return nil
}

// noteExtent says so when a property that widens other shapes does not widen this one.
func (f *Feature) noteExtent(name string) {
	if f.Shape.IsZero() || name != "radiusM" && name != "accuracyM" && name != "bufferM" {
		return
	}
	f.Repairs = append(f.Repairs, "/properties/"+name+": a "+string(f.Shape.Type)+" is not made wider by it")
}

// checkAside checks the bbox and crs members of an object.
func checkAside(m Members) (notes []string, err error) {
	if raw, ok := m.Get("bbox"); ok {
		if err := checkBbox(raw); err != nil {
			return nil, err
		}
	}
	if raw, ok := m.Get("crs"); ok {
		if err := checkCRS(raw); err != nil {
			return nil, err
		}
		notes = append(notes, "/crs: names WGS-84, longitude first, as RFC 7946 has it anyway; left out")
	}
	return notes, nil
}

func bboxNumbers(raw []byte) (v []float64, ok bool) {
	var numbers []json.Number
	if raw[0] != '[' || json.Unmarshal(raw, &numbers) != nil || bytes.IndexByte(raw, '"') >= 0 {
		return nil, false
	}
	for _, n := range numbers {
		x, err := strconv.ParseFloat(n.String(), 64)
		if err != nil {
			return nil, false
		}
		v = append(v, x)
	}
	return v, len(v) == 4 || len(v) == 6
}

func checkBbox(raw []byte) error {
	if _, ok := bboxNumbers(raw); !ok {
		return truce.E(truce.CodeInvalid, "a bbox is an array of 4 or 6 numbers").At("/bbox").
			WithHint("west, south, east, north")
	}
	return nil
}

// checkFit says so when the positions are not inside the feature's bbox, to 1e-6 degrees.
func (f *Feature) checkFit(raw []byte) {
	v, _ := bboxNumbers(raw)
	half, tiny := len(v)/2, 1e-6
	box := Box{v[0] - tiny, v[1] - tiny, v[half] + tiny, v[half+1] + tiny}
	fits := true
	test := func(p Point) { fits = fits && (box.Contains(p) || math.Abs(p.Lat) == 90 && v[1] <= v[half+1]) }
	for _, p := range f.Shape.Points {
		test(p)
	}
	f.Shape.eachLine(func(line []Point, _ bool) {
		for _, p := range line {
			test(p)
		}
	})
	if !fits {
		f.Repairs = append(f.Repairs, "/bbox: does not hold the geometry; left out")
	}
}

// checkCRS accepts the names of WGS-84 with longitude first that GeoJSON of 2008 had in use, and refuses all else.
func checkCRS(raw []byte) error {
	var crs struct {
		Type       string `json:"type"`
		Properties struct {
			Name string `json:"name"`
		} `json:"properties"`
	}
	if isNull(raw) {
		return nil
	}
	if json.Unmarshal(raw, &crs) == nil && slices.Contains([]string{
		"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "urn:ogc:def:crs:OGC:2:84", "OGC:CRS84", "CRS84",
		"http://www.opengis.net/def/crs/OGC/1.3/CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326",
	}, crs.Properties.Name) && crs.Type == "name" {
		return nil
	}
	return truce.E(truce.CodeInvalid, "the coordinate system is not WGS-84 longitude and latitude").At("/crs").
		WithHint("convert the file to EPSG:4326; RFC 7946 knows no other system")
}
