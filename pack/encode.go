package pack

import (
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"math"
	"strings"

	"truce"
)

// contentVersion is the first number of the content.
const contentVersion = 2

// The bits of colFlags.
const (
	flagContested = 1 << iota
	flagDiffers
	flagWithdrawn
	flagRevalidate
	flagVersion  // has a version id
	flagPackedID // the id is a prefix, "-" and 26 characters of base32
	statusShift  = 6
)

var statuses = []truce.Status{truce.Actual, truce.Exercise, truce.Test}

// base32ID is how register ids are made (package compose): lower case, without padding.
var base32ID = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

const packedChars, packedBytes = 26, 16

// groups are parts of an object that a delta leaves out where they did not change.
type groups byte

const (
	groupID      groups = 1 << iota // id and first
	groupWhat                       // kind, type, operator, names
	groupVersion                    // version and entry
	groupState                      // verification, withdrawal, revalidation
	groupParts
	groupAll = groupID | groupWhat | groupVersion | groupState | groupParts
)

// encoder writes objects into columns. The same objects in the same order give the same bytes.
type encoder struct {
	cols   [columns]column
	dict   map[string]uint64
	prev   previous
	fault  error
	agreed *treeWriter
}

// previous are the values that the next ones are counted from.
type previous struct {
	first, withdrawn, revalidate, from int64
	lat, lon                           [maxScale + 1]int64
}

func newEncoder() *encoder { return &encoder{dict: map[string]uint64{"": 0}, agreed: newTreeWriter()} }

// content is everything written so far: version, and each column behind its length.
func (e *encoder) content() []byte {
	e.cols[colAgreedTexts], e.cols[colAgreed] = e.agreed.texts, e.agreed.out
	size := binary.MaxVarintLen64 * (columns + 1)
	for _, c := range e.cols {
		size += len(c)
	}
	out := append(make([]byte, 0, size), contentVersion)
	for _, c := range e.cols {
		out = binary.AppendUvarint(out, uint64(len(c)))
		out = append(out, c...)
	}
	return out
}

// recur writes a text that recurs as its number; 0 is the empty text.
func (e *encoder) recur(col int, text string) {
	n, ok := e.dict[text]
	if !ok {
		n = uint64(len(e.dict))
		e.dict[text] = n
		e.cols[colDict].uvarint(uint64(len(text)))
		e.cols[colDict].text(text)
	}
	e.cols[col].uvarint(n)
}

// object writes the groups g of o.
func (e *encoder) object(o *Object, g groups) {
	prefix, packed := packedID(o.ID)
	e.cols[colFlags].byte(flagsOf(o, packed != nil))
	if g&groupID != 0 {
		e.id(o, prefix, packed)
	}
	if g&groupWhat != 0 {
		e.what(o)
	}
	if g&groupVersion != 0 {
		e.version(o)
	}
	if g&groupState != 0 {
		e.state(o)
	}
	if g&groupParts != 0 {
		e.cols[colParts].uvarint(uint64(len(o.Parts)))
		for i := range o.Parts {
			e.part(&o.Parts[i])
		}
	}
}

func flagsOf(o *Object, packed bool) byte {
	var f byte
	for _, x := range []struct {
		set bool
		bit byte
	}{{o.Contested, flagContested}, {o.Differs, flagDiffers}, {!o.WithdrawnAt.IsZero(), flagWithdrawn},
		{!o.RevalidateBy.IsZero(), flagRevalidate}, {o.Version != "", flagVersion}, {packed, flagPackedID}} {
		if x.set {
			f |= x.bit
		}
	}
	for i, s := range statuses {
		if s == o.Status {
			f |= byte(i) << statusShift
		}
	}
	return f
}

// packedID splits an id that a register made; raw is nil for another.
func packedID(id string) (prefix string, raw []byte) {
	cut := len(id) - packedChars - 1
	if cut < 0 || id[cut] != '-' {
		return "", nil
	}
	raw, err := base32ID.DecodeString(id[cut+1:])
	if err != nil || base32ID.EncodeToString(raw) != id[cut+1:] {
		return "", nil
	}
	return id[:cut], raw
}

func (e *encoder) id(o *Object, prefix string, packed []byte) {
	if packed != nil {
		e.recur(colIDForm, prefix)
		e.cols[colID].text(string(packed))
	} else {
		e.cols[colIDForm].uvarint(uint64(len(o.ID)))
		e.cols[colID].text(o.ID)
	}
	e.cols[colFirst].varint(o.First - e.prev.first)
	e.prev.first = o.First
}

func (e *encoder) what(o *Object) {
	e.recur(colKind, o.Kind)
	e.recur(colType, o.Type)
	e.recur(colOperator, o.Operator)
	c := &e.cols[colNames]
	c.uvarint(uint64(len(o.Names)))
	for _, n := range o.Names {
		e.recur(colNames, n.Kind)
		e.recur(colNames, n.Lang)
		c.uvarint(uint64(len(n.Text)))
		e.cols[colNameText].text(n.Text)
	}
}

func (e *encoder) version(o *Object) {
	e.cols[colEntry].varint(o.Entry - o.First)
	raw, err := versionBytes(o.Version)
	if err != nil && e.fault == nil {
		e.fault = err
	}
	e.cols[colVersion].text(string(raw))
}

// versionBytes are the 32 bytes of a statement id, none for no id.
func versionBytes(id string) ([]byte, error) {
	raw, err := hex.DecodeString(id)
	if id != "" && (err != nil || len(raw) != 32 || strings.ToLower(id) != id) {
		return nil, truce.E(truce.CodeInvalid, "the version of an object is not a statement id")
	}
	return raw, nil
}

func (e *encoder) state(o *Object) {
	e.recur(colStep, o.Verification)
	if !o.WithdrawnAt.IsZero() {
		e.recur(colWithdrawn, o.Withdrawn)
		at := o.WithdrawnAt.UnixMilli()
		e.cols[colWithdrawn].varint(at - e.prev.withdrawn)
		e.prev.withdrawn = at
	}
	if !o.RevalidateBy.IsZero() {
		at := o.RevalidateBy.UnixMilli()
		e.cols[colRevalidate].varint(at - e.prev.revalidate)
		e.prev.revalidate = at
	}
}

// periods writes when a part applies: for each its open ends (1 beginning, 2 end), its beginning from that of the one
// before, its length.
func (e *encoder) periods(list []Period) {
	c := &e.cols[colPeriods]
	for _, p := range list {
		open := byte(0)
		if p.From == NoBeginning {
			open |= 1
		}
		if p.Until == NoEnd {
			open |= 2
		}
		c.byte(open)
		if open&1 == 0 {
			c.varint(p.From - e.prev.from)
			e.prev.from = p.From
		}
		if open&2 == 0 {
			c.varint(p.Until - e.prev.from)
		}
	}
}

// extent writes metres: whole millimetres behind a 0 bit, anything else as it is.
func (e *encoder) extent(v float64) {
	mm := math.Round(v * 1000)
	if mm/1000 == v && mm <= 1<<52 {
		e.cols[colExtent].uvarint(uint64(mm) << 1)
		return
	}
	e.cols[colExtent].uvarint(1)
	e.cols[colRaw].float(v)
}
