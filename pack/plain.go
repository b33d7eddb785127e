package pack

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"truce"
	"truce/geo"
)

// maxText bounds a text of a plain list, in bytes; what is longer is cut.
const maxText = 1000

// List is what was read of a plain list.
type List struct {
	Count    int      // of objects
	Rejected int      // features that were left out
	Errors   []error  // of features that were left out, each with its row; the first MaxRemarks
	Remarks  []string // what was put right in others, each with its row; the first MaxRemarks
}

// MaxRemarks bounds how many errors and remarks a List holds.
const MaxRemarks = 1000

// ReadGeoJSON reads a list of places for a pack that no register stands behind, and calls add with one after the other:
// points, lines, polygons and their Multi forms, each with the properties name, kind, radius_m (points: metres),
// buffer_m (lines: metres), from and until (RFC 3339) or periods (a list of such pairs), all optional. A feature that cannot be read, or that add does not
// take, is among the errors and does not hinder others. The error is about the text as a whole.
func ReadGeoJSON(r io.Reader, add func(*Object) error) (*List, error) {
	l := &lister{List: &List{}, ids: map[string]bool{}}
	err := geo.ReadGeoJSON(r, geo.Limits{Features: 20_000_000, Bytes: 16 << 30}, func(f geo.Feature) error {
		for _, what := range f.Repairs {
			if len(l.Remarks) < MaxRemarks {
				l.Remarks = append(l.Remarks, fmt.Sprintf("feature %d: %s", f.Index+1, what))
			}
		}
		o, err := featureObject(f)
		if err == nil {
			l.distinct(o, f)
			err = add(o)
		}
		l.took(err, f.Index+1)
		return nil
	})
	return l.List, err
}

type lister struct {
	*List
	ids map[string]bool // those that features bring
}

// took counts a feature.
func (l *lister) took(err error, row int) {
	if err == nil {
		l.Count++
		return
	}
	if l.Rejected++; len(l.Errors) < MaxRemarks {
		l.Errors = append(l.Errors, inRow(err, row))
	}
}

// distinct makes the id of a feature its own where another one has it, or could.
func (l *lister) distinct(o *Object, f geo.Feature) {
	if f.ID == nil {
		return
	}
	if l.ids[o.ID] || strings.HasPrefix(o.ID, "feature-") {
		o.ID += "#" + strconv.Itoa(f.Index+1)
	}
	l.ids[o.ID] = true
}

func inRow(err error, row int) error {
	e := truce.E(truce.CodeOf(err), "%s", err.Error())
	if ours, ok := err.(*truce.Error); ok {
		c := *ours
		e = &c
	}
	e.Row = row
	return e
}

func featureObject(f geo.Feature) (*Object, error) {
	if f.Err != nil {
		return nil, f.Err
	}
	if f.Shape.IsZero() {
		return nil, truce.E(truce.CodeInvalid, "the feature has no geometry").At("/geometry")
	}
	p := properties{members: f.Properties}
	o := &Object{ID: featureID(f), Kind: p.text("kind"), Status: truce.Actual, First: int64(f.Index), Entry: int64(f.Index)}
	if o.Kind == "" {
		o.Kind = "unspecified"
	}
	o.Type = o.Kind
	if name := p.text("name"); name != "" {
		o.Names = []truce.Name{{Text: name}}
	}
	shape := f.Shape
	shape.Z = nil
	p.extent(&shape, "radius_m")
	p.extent(&shape, "buffer_m")
	part := Part{Shape: shape, Periods: p.periods(), Leg: -1}
	if p.err != nil {
		return nil, p.err
	}
	o.Parts = []Part{part}
	return o, checkShape(shape)
}

// featureID is the id of a feature, or its number.
func featureID(f geo.Feature) string {
	var id string
	if f.ID == nil {
		return "feature-" + strconv.Itoa(f.Index+1)
	}
	if json.Unmarshal(f.ID, &id) != nil {
		id = string(f.ID)
	}
	return cutText(id)
}

// properties reads the properties of a feature and keeps the first fault.
type properties struct {
	members geo.Members
	err     error
}

func (p *properties) fail(name, why, hint string) {
	if p.err == nil {
		p.err = truce.E(truce.CodeInvalid, "%s", why).At("/properties/"+name).WithHint("%s", hint)
	}
}

// text is a property that is a text; a number or truth value is its text, as lists often have it.
func (p *properties) text(name string) string {
	raw, ok := p.members.Get(name)
	if !ok || string(raw) == "null" {
		return ""
	}
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return cutText(strings.TrimSpace(s))
	}
	if raw[0] == '{' || raw[0] == '[' {
		p.fail(name, "a text must stand here", "write it in quotes")
	}
	return cutText(string(raw))
}

func cutText(s string) string {
	if len(s) <= maxText {
		return s
	}
	s = s[:maxText]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s + "…"
}

// extent reads metres into the extent of s. On a shape that cannot have them they are refused: to leave them out would
// make what is protected smaller than the list says.
func (p *properties) extent(s *geo.Shape, name string) {
	raw, ok := p.members.Get(name)
	if !ok || string(raw) == "null" {
		return
	}
	m, err := strconv.ParseFloat(strings.Trim(string(raw), `" `), 64)
	if err != nil || !(m >= 0 && m <= geo.MaxExtentM) {
		p.fail(name, "it must be a distance in metres", fmt.Sprintf("a number from 0 to %d", geo.MaxExtentM))
		return
	}
	if m == 0 {
		return
	}
	point := s.Type == geo.TypePoint || s.Type == geo.TypeMultiPoint || s.Type == geo.TypeCircle
	line := s.Type == geo.TypeLineString || s.Type == geo.TypeMultiLineString
	switch {
	case s.ExtentM() != 0:
		p.fail(name, "the feature gives its extent twice", "give one of radiusM, accuracyM, radius_m, bufferM, buffer_m")
	case name == "radius_m" && s.Type == geo.TypePoint:
		s.Type, s.RadiusM = geo.TypeCircle, m
	case name == "radius_m" && point:
		s.AccuracyM = m
	case name == "buffer_m" && line:
		s.BufferM = m
	default:
		p.fail(name, "a "+string(s.Type)+" has no "+name, "radius_m is for points, buffer_m for lines; draw a larger polygon instead")
	}
}

// periods are the times at which the feature applies: nil for always.
func (p *properties) periods() []Period {
	raw, listed := p.members.Get("periods")
	from, until := p.when("from"), p.when("until")
	switch {
	case !listed || string(raw) == "null":
		return p.between("from", from, until)
	case !from.IsZero() || !until.IsZero():
		p.fail("periods", "the feature gives its time twice", "give from and until, or periods")
		return nil
	}
	var pairs [][2]string
	if json.Unmarshal(raw, &pairs) != nil || len(pairs) == 0 || len(pairs) > maxPeriods {
		p.fail("periods", "it must be a list of pairs of times", `write [["2016-08-11T07:00:00Z","2016-08-11T10:00:00Z"]]`)
		return nil
	}
	var out []Period
	for _, pair := range pairs {
		out = append(out, p.between("periods", p.parse("periods", pair[0]), p.parse("periods", pair[1]))...)
	}
	return p.joined(out)
}

// maxPeriods bounds how often a feature applies.
const maxPeriods = 10_000

// joined are periods in order, those that touch or overlap as one.
func (p *properties) joined(list []Period) []Period {
	slices.SortFunc(list, func(a, b Period) int { return cmp.Compare(a.From, b.From) })
	out := list[:0]
	for _, x := range list {
		if n := len(out); n > 0 && x.From <= out[n-1].Until {
			out[n-1].Until = max(out[n-1].Until, x.Until)
			continue
		}
		out = append(out, x)
	}
	if len(out) == 1 && out[0] == (Period{NoBeginning, NoEnd}) {
		return nil
	}
	return out
}

// between is the period between two times; none where neither is known.
func (p *properties) between(name string, from, until truce.When) []Period {
	if from.IsZero() && until.IsZero() {
		return nil
	}
	begin, _, err := from.Span()
	_, end, err2 := until.Span()
	switch {
	case err != nil || err2 != nil:
		p.fail(name, "the period cannot be read", "write 2016-08-11T10:00:00+03:00")
	case !begin.IsZero() && !end.IsZero() && !begin.Before(end):
		p.fail(name, "the period ends before it begins", "until must be later than from")
	default:
		return []Period{PeriodOf(begin, end)}
	}
	return nil
}

func (p *properties) when(name string) truce.When { return p.parse(name, p.text(name)) }

func (p *properties) parse(name, text string) truce.When {
	if text == "" {
		return truce.When{}
	}
	w, err := truce.ParseWhen(text, "")
	if err != nil {
		p.fail(name, "it is not a time", "write 2016-08-11T10:00:00+03:00")
	}
	return w
}
