package pack

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"math"
	"reflect"
	"time"
	"unsafe"

	"truce"
	"truce/holds"
	"truce/schedule"
)

// What stands in a pack of each type of an agreement's content, in the order of the bits that say which of it is given.
// Nothing else of it does: members come into packs by being named here, and what the evaluation reads must be.
var layouts = map[reflect.Type]*layout{
	reflect.TypeFor[holds.Record]():  fields[holds.Record]("Subject", "Object", "Owner", "Status", "First", "Withdrawn", "Versions", "Said", "Tests"),
	reflect.TypeFor[holds.Test]():    fields[holds.Test]("Party", "Desk", "Line", "By", "Result", "At", "Entry", "Status"),
	reflect.TypeFor[holds.Version](): fields[holds.Version]("Entry", "ID", "Author", "At", "Terms", "Hidden", "Agreement", "Window"),
	reflect.TypeFor[holds.Said]():    fields[holds.Said]("Entry", "ID", "Kind", "Author", "At", "Terms", "Act", "Need"),

	reflect.TypeFor[truce.AgreementContent](): fields[truce.AgreementContent]("Names", "Class", "Level", "Form", "Parties", "Excluded", "Texts", "Parent", "Relation",
		"BreachOfParent", "Supersedes", "AcceptBy", "EntryIntoForce", "Until", "DurationHours", "Extension", "NoticeHours", "Termination", "Geometry", "Clauses"),
	reflect.TypeFor[truce.ClauseContent](): fields[truce.ClauseContent]("ID", "Kind", "Modality", "Acts", "Who", "Toward", "Area", "AreaText", "Schedule", "Exceptions",
		"ExceptionText", "Distances", "Test", "Evidence", "Text", "Pointer", "Words", "BreachAlso"),
	reflect.TypeFor[truce.WindowContent](): fields[truce.WindowContent]("Names", "WindowKind", "Agreement", "Clause", "Counterparts", "Parties", "AcceptBy", "Schedule", "Geometry",
		"Prohibits", "Permits", "Direction", "MayPass", "VehicleClass", "Lanes", "Segments", "HoldingPoints", "Steps", "Budget", "Repair", "Extension", "AbortSignal", "ContactHours"),
	reflect.TypeFor[truce.ActContent](): fields[truce.ActContent]("Version", "Clauses", "From", "Until", "At", "Occurrence", "Text", "Reason", "Condition", "Party", "Name",
		"Segment", "Result", "Hazards", "Passage", "Movement", "Outcome", "PlannedAt", "EnteredAt", "LeftAt", "By", "Step", "Count"),

	reflect.TypeFor[truce.Name]():              fields[truce.Name]("Text", "Lang", "Kind"),
	reflect.TypeFor[truce.PartyContent]():      fields[truce.PartyContent]("Party", "Name", "Roles", "Reported"),
	reflect.TypeFor[truce.ExcludedContent]():   fields[truce.ExcludedContent]("Name", "List", "Reason"),
	reflect.TypeFor[truce.TextContent]():       fields[truce.TextContent]("Hash", "Label", "Lang", "Authentic", "Disclosure", "MediaType", "Source"),
	reflect.TypeFor[truce.ModeContent]():       fields[truce.ModeContent]("Mode", "At", "Condition", "Hours"),
	reflect.TypeFor[truce.SeparationContent](): fields[truce.SeparationContent]("Of", "Metres", "From"),
	reflect.TypeFor[truce.ScheduleContent]():   fields[truce.ScheduleContent]("Zone", "TZVersion", "Horizon", "Runs"),
	reflect.TypeFor[truce.Run]():               fields[truce.Run]("From", "Length", "Step", "Count"),
	reflect.TypeFor[truce.SegmentContent]():    fields[truce.SegmentContent]("ID", "Name", "Route", "ControlledBy", "ControlText", "Direction", "VehicleClass", "LengthKm", "DriveMinutes"),
	reflect.TypeFor[truce.HoldingContent]():    fields[truce.HoldingContent]("ID", "Name", "Point", "MaxDwellMinutes"),
	reflect.TypeFor[truce.StepContent]():       fields[truce.StepContent]("ID", "Name", "Side", "SideText", "Category", "Agreed", "Order", "Against", "PartOf", "LimitMinutes"),
	reflect.TypeFor[truce.BudgetContent]():     fields[truce.BudgetContent]("Load", "Drive", "Unload", "Return", "Margin", "Lanes", "Movement", "Text"),
	reflect.TypeFor[truce.RepairContent]():     fields[truce.RepairContent]("Asset", "AssetText"),
}

// layout are the members of a type that are written, as the numbers of its fields.
type layout struct{ fields []int }

func fields[T any](names ...string) *layout {
	l := &layout{}
	for _, name := range names {
		f, ok := reflect.TypeFor[T]().FieldByName(name)
		if !ok {
			panic("pack: " + name + " is no member of " + reflect.TypeFor[T]().Name()) // a broken build, found by any test
		}
		l.fields = append(l.fields, f.Index[0])
	}
	return l
}

var timeType, whenType = reflect.TypeFor[time.Time](), reflect.TypeFor[truce.When]()

// treeWriter writes values of those types: a text as its number among the texts, a list behind its length, of a structure
// which members are not empty and then those.
type treeWriter struct {
	texts column // each behind its length
	out   column
	dict  map[string]uint64
}

func newTreeWriter() *treeWriter { return &treeWriter{dict: map[string]uint64{"": 0}} }

func (w *treeWriter) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		w.text(v.String())
	case reflect.Int, reflect.Int64:
		w.out.varint(v.Int())
	case reflect.Float64:
		w.float(v.Float())
	case reflect.Pointer:
		w.value(v.Elem())
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			w.text(compactText(v.Bytes()))
			return
		}
		w.out.uvarint(uint64(v.Len()))
		for i := range v.Len() {
			w.value(v.Index(i))
		}
	case reflect.Struct:
		w.structure(v)
	}
}

func (w *treeWriter) structure(v reflect.Value) {
	switch v.Type() {
	case timeType:
		w.out.varint(v.Interface().(time.Time).Unix())
		return
	case whenType:
		w.when(v.Interface().(truce.When))
		return
	}
	mask := uint64(0)
	members := layouts[v.Type()].fields
	for i, f := range members {
		if given(v.Field(f)) {
			mask |= 1 << i
		}
	}
	w.out.uvarint(mask)
	for i, f := range members {
		if mask&(1<<i) != 0 {
			w.value(v.Field(f))
		}
	}
}

// given reports whether a member says anything. An empty list says no more than none.
func given(v reflect.Value) bool {
	if v.Kind() == reflect.Slice {
		return v.Len() > 0
	}
	return !v.IsZero()
}

// text writes the number of a text. A statement id, 64 hex digits, is kept as its 32 bytes.
func (w *treeWriter) text(s string) {
	n, ok := w.dict[s]
	if !ok {
		n = uint64(len(w.dict))
		w.dict[s] = n
		if raw, err := hex.DecodeString(s); err == nil && len(raw) == 32 && hex.EncodeToString(raw) == s {
			w.texts.uvarint(1)
			w.texts.text(string(raw))
		} else {
			w.texts.uvarint(uint64(len(s)) << 1)
			w.texts.text(s)
		}
	}
	w.out.uvarint(n)
}

// float writes a number: thousandths behind a 0 bit, anything else as it is.
func (w *treeWriter) float(v float64) {
	k := math.Round(v * 1000)
	if k >= 0 && k <= 1<<52 && k/1000 == v && !math.Signbit(v) {
		w.out.uvarint(uint64(k) << 1)
		return
	}
	w.out.uvarint(1)
	w.out.float(v)
}

// The ways in which a moment is written.
const (
	whenUnknown = iota
	whenSecond  // an instant in whole seconds
	whenNanos   // an instant in seconds and nanoseconds
	whenBetween // two instants, both in seconds and nanoseconds
)

// when writes what a moment means: nobody who reads it needs a time zone.
func (w *treeWriter) when(t truce.When) {
	from, to, err := t.Span()
	switch {
	case err != nil || to.IsZero() && from.IsZero():
		w.out.byte(whenUnknown)
	case !from.Equal(to):
		w.out.byte(whenBetween)
		w.instant(from)
		w.instant(to)
	case from.Nanosecond() != 0:
		w.out.byte(whenNanos)
		w.instant(from)
	default:
		w.out.byte(whenSecond)
		w.out.varint(from.Unix())
	}
}

func (w *treeWriter) instant(t time.Time) {
	w.out.varint(t.Unix())
	w.out.uvarint(uint64(t.Nanosecond()))
}

// treeReader reads what a treeWriter wrote, and refuses everything else.
type treeReader struct {
	source
	texts  []string
	paid   []bool // texts of shapes that were paid for, by their numbers
	budget int    // bytes that what is read may still take
}

// readTexts reads the texts; the first is empty.
func (r *treeReader) readTexts(col string) bool {
	r.texts = []string{""}
	for c := (source{rest: col}); c.rest != ""; {
		n := c.uvarint()
		switch {
		case n == 1:
			r.texts = append(r.texts, hex.EncodeToString([]byte(c.text(32))))
		case n&1 == 0 && n>>1 <= uint64(len(c.rest)):
			r.texts = append(r.texts, c.text(int(n>>1)))
		default:
			return false
		}
		if c.bad {
			return false
		}
	}
	return true
}

// spend takes what a value takes in memory from the budget.
func (r *treeReader) spend(bytes int) {
	if r.budget -= bytes; r.budget < 0 {
		r.bad, r.rest = true, ""
	}
}

func (r *treeReader) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(r.textAt())
	case reflect.Int, reflect.Int64:
		v.SetInt(r.varint())
	case reflect.Float64:
		v.SetFloat(r.number())
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		r.spend(2 * int(v.Type().Elem().Size()))
		v.Set(reflect.New(v.Type().Elem()))
		r.value(v.Elem())
	case reflect.Slice:
		r.list(v)
	case reflect.Struct:
		r.structure(v)
	}
}

func (r *treeReader) list(v reflect.Value) {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		s := r.shapeAt()
		v.SetBytes(unsafe.Slice(unsafe.StringData(s), len(s))) // never written to
		return
	}
	n := r.count(&r.source)
	if n > longest(v.Type()) {
		r.bad = true
	}
	r.spend(2 * n * int(v.Type().Elem().Size()))
	if r.bad {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), n, n))
	for i := range n {
		if r.value(v.Index(i)); r.bad {
			return
		}
	}
}

// maxItems bounds a list in the content of a statement: no field of one takes more items (truce.Field.Max).
const maxItems = 400

// longest is how many items a list may have: those of a record as many as there are bytes for them.
func longest(list reflect.Type) int {
	switch list.Elem() {
	case reflect.TypeFor[holds.Version](), reflect.TypeFor[holds.Said](), reflect.TypeFor[holds.Test]():
		return maxContent
	case reflect.TypeFor[truce.Run]():
		return schedule.MaxInstants
	}
	return maxItems
}

func (r *treeReader) structure(v reflect.Value) {
	switch v.Type() {
	case timeType:
		v.Set(reflect.ValueOf(r.second()))
		return
	case whenType:
		v.Set(reflect.ValueOf(r.when()))
		return
	}
	mask := r.uvarint()
	members := layouts[v.Type()].fields
	if mask>>len(members) != 0 {
		r.bad = true
	}
	for i, f := range members {
		if r.bad {
			return
		}
		if mask&(1<<i) != 0 {
			if r.value(v.Field(f)); !given(v.Field(f)) {
				r.bad = true // what says nothing is not written
			}
		}
	}
}

func (r *treeReader) textAt() string {
	n := r.uvarint()
	if n >= uint64(len(r.texts)) {
		r.bad = true
		return ""
	}
	return r.texts[n]
}

// shapeBytes is what a shape takes in memory once it is made ready, for each byte of its text.
const shapeBytes = 24

// shapeAt is the text of a shape: one that recurs is made ready once.
func (r *treeReader) shapeAt() string {
	n := r.uvarint()
	if n >= uint64(len(r.texts)) {
		r.bad = true
		return ""
	}
	if r.paid == nil {
		r.paid = make([]bool, len(r.texts))
	}
	if !r.paid[n] {
		r.paid[n] = true
		r.spend(shapeBytes * len(r.texts[n]))
	}
	return r.texts[n]
}

func (r *treeReader) number() float64 {
	n := r.uvarint()
	v := float64(n>>1) / 1000
	if n&1 != 0 {
		v = r.float()
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		r.bad = true
		return 0
	}
	return v
}

// second reads a time in whole seconds, and refuses one that cannot be written.
func (r *treeReader) second() time.Time {
	s := r.varint()
	if s < firstMoment/1000 || s > lastMoment/1000 {
		r.bad = true
		return time.Time{}
	}
	return time.Unix(s, 0).UTC()
}

func (r *treeReader) instant() time.Time {
	t, nanos := r.second(), r.uvarint()
	if nanos > 999_999_999 {
		r.bad = true
		return t
	}
	return t.Add(time.Duration(nanos))
}

func (r *treeReader) when() truce.When {
	switch r.byte() {
	case whenUnknown:
		return truce.When{Precision: truce.Unknown}
	case whenSecond:
		return truce.Between(r.second(), time.Time{})
	case whenNanos:
		return truce.Between(r.instant(), time.Time{})
	case whenBetween:
		from, to := r.instant(), r.instant()
		r.bad = r.bad || !from.Before(to)
		return truce.Between(from, to)
	}
	r.bad = true
	return truce.When{}
}

// compactText is JSON without its white space; what is no JSON is left as it is.
func compactText(raw []byte) string {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return string(raw)
	}
	return b.String()
}
