package geo

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"truce"
)

// Limits bound what ReadGeoJSON takes. A zero field means its default.
type Limits struct {
	Bytes        int64 // of the whole input; default 1 GiB
	FeatureBytes int   // of one feature; default 4 MiB
	Features     int   // default 1,000,000
	Vertices     int   // of one feature; default MaxVertices
}

func (l Limits) withDefaults() Limits {
	return Limits{
		Bytes:        orDefault(l.Bytes, 1<<30),
		FeatureBytes: orDefault(l.FeatureBytes, 4<<20),
		Features:     orDefault(l.Features, 1_000_000),
		Vertices:     min(orDefault(l.Vertices, MaxVertices), MaxVertices),
	}
}

func orDefault[T int | int64](v, def T) T {
	if v > 0 {
		return v
	}
	return def
}

// maxDepth is how deeply the JSON of a feature may be nested.
const maxDepth = 32

// Feature is one feature of a GeoJSON text. Numbers in ID, Properties and Foreign keep every digit.
type Feature struct {
	Index      int             // position in the text, from 0
	ID         json.RawMessage // a text or a number as written; nil when there is none
	Properties Members         // in order; nil when null
	Foreign    Members         // members of the feature that RFC 7946 does not know
	Geometry   json.RawMessage // the member geometry as it stands in the text, also where it cannot be read
	Shape      Shape           // zero when the geometry is null; heights are in Shape.Z
	Repairs    []string        // what was put right, or is read in a way worth knowing; each begins with where
	Err        error           // a *truce.Error: the feature is refused, its other fields may be empty
}

// ReadGeoJSON reads RFC 7946 GeoJSON strictly and calls fn with one feature after the other, in memory bounded by
// Limits.FeatureBytes: of a FeatureCollection, of a single Feature or geometry, or of several of these in sequence
// (newline-delimited, or RFC 8142). A byte order mark is skipped.
//
// What is wrong with one feature is in its Err (Row = Index+1, Field a JSON pointer) and does not stop the next.
// An error of fn stops the reading and is returned. Any other error returned is about the text as a whole (not JSON, a
// foreign coordinate system, over a limit): features given before it must not be used.
//
// Repaired, and said in Feature.Repairs: open rings, repeated positions, rings that go the wrong way round, missing
// properties, a null id, a bbox that does not fit, a crs member that names WGS-84. All else that RFC 7946 forbids is
// refused, as are names given twice in an object and polygons that are not valid (see Shape.Validate).
//
// A Point with a property radiusM of more than 0 is a circle; accuracyM and bufferM set the extents of points and
// lines. So WriteGeoJSON writes them.
func ReadGeoJSON(r io.Reader, limits Limits, fn func(Feature) error) error {
	limits = limits.withDefaults()
	rd := &reader{
		in:     &scanner{r: bufio.NewReaderSize(r, 64<<10), left: limits.Bytes},
		limits: limits, fn: fn,
	}
	if err := rd.texts(); err != nil {
		return err
	}
	return rd.flush()
}

// reader is one reading of a text. One feature is held back, so that notes about the text can still be given with it.
type reader struct {
	in     *scanner
	limits Limits
	fn     func(Feature) error
	count  int
	held   *Feature
	notes  []string
}

// texts reads the values at the top level.
func (r *reader) texts() error {
	r.in.skipMark()
	for n := 0; ; n++ {
		c, err := r.in.peek()
		if errors.Is(err, io.EOF) && n > 0 {
			return nil
		}
		if err != nil {
			return wholeText(err)
		}
		if c != '{' {
			return truce.E(truce.CodeInvalid, "not GeoJSON: the text must be an object").
				WithHint("it begins with { and has a member \"type\"")
		}
		collection, err := r.object(n)
		if err != nil {
			return wholeText(err)
		}
		if collection {
			return r.end()
		}
	}
}

// wholeText is err as a *truce.Error where it is not one.
func wholeText(err error) error {
	if _, ok := errors.AsType[*truce.Error](err); ok {
		return err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return notJSON(io.EOF)
	}
	return err
}

// end makes sure that nothing follows a FeatureCollection.
func (r *reader) end() error {
	switch _, err := r.in.peek(); {
	case err == nil:
		return truce.E(truce.CodeInvalid, "there is more text after the FeatureCollection")
	case errors.Is(err, io.EOF):
		return nil
	default:
		return wholeText(err)
	}
}

// object reads one value at the top level, the n-th. A member "features" is read feature by feature as it comes; the
// others are kept until the type is known.
func (r *reader) object(n int) (collection bool, err error) {
	var (
		members Members
		fault   *truce.Error // with a member, not with the text
		seen    = map[string]bool{}
		left    = r.limits.FeatureBytes
	)
	err = r.in.each('{', '}', func() error {
		name, err := r.in.name()
		if err != nil {
			return err
		}
		if c, err := r.in.peek(); err == nil && name == "features" && c == '[' && n == 0 {
			if err := mayHaveFeatures(members, collection); err != nil {
				return err
			}
			collection = true
			return r.features()
		}
		raw, soft, err := r.in.value(left)
		if err != nil {
			return err
		}
		if seen[name] && soft == nil {
			soft = truce.E(truce.CodeInvalid, "the member is given twice").At(pointer(name))
		}
		if soft != nil && fault == nil {
			fault = soft
		}
		if soft != nil && soft.Code == truce.CodeTooLarge {
			soft = soft.WithHint("at most %d bytes, %d levels", r.limits.FeatureBytes, maxDepth)
		}
		if left > 0 {
			seen[name] = true
		}
		if left -= len(raw) + len(name); soft == nil {
			members = append(members, Member{name, raw})
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	if !collection {
		return r.single(members, fault)
	}
	if fault != nil {
		return false, fault
	}
	return true, r.collection(members)
}

// mayHaveFeatures refuses features in an object already known to be something else, and features given twice.
func mayHaveFeatures(m Members, twice bool) error {
	if twice {
		return truce.E(truce.CodeInvalid, "the member is given twice").At("/features")
	}
	if _, known := m.Get("type"); !known {
		return nil
	}
	return isCollection(m)
}

func isCollection(m Members) error {
	t, err := m.text("type")
	if err == nil && t != "FeatureCollection" {
		err = truce.E(truce.CodeInvalid, "an object with features is a FeatureCollection").At("/type")
	}
	return err
}

// collection checks what stands beside the features.
func (r *reader) collection(m Members) error {
	if err := isCollection(m); err != nil {
		return err
	}
	if err := m.none("geometry", "properties", "coordinates", "geometries"); err != nil {
		return err
	}
	for _, x := range m {
		if err := wellFormed(x.Value); err != nil {
			return err.At(pointer(x.Name))
		}
	}
	notes, err := checkAside(m)
	r.notes = append(r.notes, notes...)
	return err
}

// single delivers an object at the top level that has no array of features.
func (r *reader) single(m Members, fault *truce.Error) (collection bool, err error) {
	t, err := m.text("type")
	if t == "FeatureCollection" {
		if fault == nil {
			fault = truce.E(truce.CodeInvalid, "a FeatureCollection needs an array of features").At("/features")
		}
		return true, fault
	}
	if fault == nil && err != nil {
		fault = asError(err)
	}
	bare := t != "Feature"
	raw, err := m.MarshalJSON()
	if fault == nil && err != nil {
		fault = asError(err)
	}
	if fault == nil && bare {
		raw = slices.Concat([]byte(`{"type":"Feature","properties":null,"geometry":`), raw, []byte("}"))
	}
	return false, r.deliver(raw, fault, func(f *Feature) {
		if e := f.Err; bare && e != nil {
			f.Err = asError(e).At(strings.TrimPrefix(asError(e).Field, "/geometry"))
		}
	})
}

// features reads the array of features.
func (r *reader) features() error {
	return r.in.each('[', ']', func() error {
		raw, soft, err := r.in.value(r.limits.FeatureBytes)
		if err != nil {
			return err
		}
		if soft != nil {
			soft = soft.WithHint("a feature is at most %d bytes, nested %d levels", r.limits.FeatureBytes, maxDepth)
		}
		return r.deliver(raw, soft, func(f *Feature) {
			f.below("/features/" + strconv.Itoa(f.Index))
		})
	})
}

// deliver gives the feature before this one to fn, and holds this one.
func (r *reader) deliver(raw []byte, fault *truce.Error, adjust func(*Feature)) error {
	if r.count++; r.count > r.limits.Features {
		return truce.E(truce.CodeTooLarge, "more than %d features", r.limits.Features)
	}
	f := readFeature(raw, r.count-1, r.limits, fault)
	adjust(&f)
	if err := r.flush(); err != nil {
		return err
	}
	r.held = &f
	return nil
}

// flush gives the feature held back to fn.
func (r *reader) flush() error {
	if r.held == nil {
		return nil
	}
	f := *r.held
	r.held = nil
	f.Repairs = slices.Concat(r.notes, f.Repairs)
	r.notes = nil
	return r.fn(f)
}
