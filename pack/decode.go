package pack

import (
	"math"

	"truce"
	"truce/geo"
)

// maxContent bounds the content, in bytes: places in it are counted with 32 bits.
const maxContent = 1<<31 - 1

// tables are the objects of a content without a pointer for each: a million of them cost the collector nothing.
type tables struct {
	dict                     []string // texts that recur; the first is empty
	ids, versions, nameTexts string   // columns
	rows                     []row
	names                    []nameRow
	parts                    []partRow
	points                   []geo.Point // with those that close a ring
	counts                   []uint32    // of points in lines and rings, of rings in polygons
	periods                  []Period

	agreedTexts, agreedRest string // columns
}

// row is one object. Texts are numbers in dict; the others are where things begin in their table, to where those of the
// next row begin.
type row struct {
	kind, typ, operator, step, reason   uint32
	idForm, id, version                 uint32
	names, parts                        uint32
	first, entry, withdrawn, revalidate int64
	flags                               byte
	groups                              groups
}

type nameRow struct{ kind, lang, text, end uint32 }

type partRow struct {
	object                  uint32 // that it belongs to
	points, counts, periods uint32
	leg                     int32 // -1 for none
	name                    uint32
	extent                  float64
	head                    byte
}

// decoder reads what an encoder wrote, and refuses everything else.
type decoder struct {
	tables
	cols  [columns]source
	prev  previous
	fault string
}

// decode reads a content. masks are the groups of each object where it is that of a delta, nil for a whole pack.
func decode(content string, masks []groups) (*tables, error) {
	d := &decoder{}
	if !d.split(content) {
		return nil, truce.E(truce.CodeTampered, "the content of the pack is not in columns")
	}
	d.readDict()
	n := len(d.cols[colFlags].rest)
	if masks != nil && len(masks) != n {
		return nil, truce.E(truce.CodeTampered, "the delta does not say of each object what changed")
	}
	d.rows = make([]row, 0, n+1)
	d.parts = make([]partRow, 0, len(d.cols[colShape].rest)+1)
	d.points, d.names = make([]geo.Point, 0, len(d.cols[colScale].rest)), make([]nameRow, 0, min(n, len(d.cols[colNameText].rest)))
	for i := range n {
		g := groupAll
		if masks != nil {
			g = masks[i]
		}
		if d.object(g); !d.ok() {
			return nil, truce.E(truce.CodeTampered, "object %d of the pack cannot be read%s", i, d.fault)
		}
	}
	for i := range d.cols {
		if d.cols[i].rest != "" {
			return nil, truce.E(truce.CodeTampered, "the content of the pack has more in column %d than its objects", i)
		}
	}
	d.close()
	return &d.tables, nil
}

// split finds the columns.
func (d *decoder) split(content string) bool {
	if len(content) > maxContent || content == "" || content[0] != contentVersion {
		return false
	}
	all := source{rest: content[1:]}
	for i := range d.cols {
		d.cols[i].rest = all.text(all.count(&all))
	}
	d.agreedTexts, d.agreedRest = d.cols[colAgreedTexts].rest, d.cols[colAgreed].rest
	d.cols[colAgreedTexts].rest, d.cols[colAgreed].rest = "", ""
	d.ids, d.versions, d.nameTexts = d.cols[colID].rest, d.cols[colVersion].rest, d.cols[colNameText].rest
	return !all.bad && all.rest == ""
}

func (d *decoder) readDict() {
	d.dict = []string{""}
	for c := &d.cols[colDict]; c.rest != ""; {
		d.dict = append(d.dict, c.text(c.count(c)))
	}
}

// ok reports whether nothing was wrong so far.
func (d *decoder) ok() bool {
	if d.fault != "" {
		return false
	}
	for i := range d.cols {
		if d.cols[i].bad {
			return false
		}
	}
	return true
}

// recur reads the number of a text that recurs.
func (d *decoder) recur(col int) uint32 {
	n := d.cols[col].uvarint()
	if n >= uint64(len(d.dict)) {
		d.cols[col].bad = true
		return 0
	}
	return uint32(n)
}

func (d *decoder) object(g groups) {
	r := row{groups: g, names: uint32(len(d.names)), parts: uint32(len(d.parts))}
	r.flags = d.cols[colFlags].byte()
	if int(r.flags>>statusShift) >= len(statuses) {
		d.fault = ": it has no status that is known"
	}
	if g&groupID != 0 {
		d.id(&r)
	}
	if g&groupWhat != 0 {
		d.what(&r)
	}
	if g&groupVersion != 0 {
		r.entry = d.cols[colEntry].varint()
		r.version = uint32(len(d.versions) - len(d.cols[colVersion].rest))
		if r.flags&flagVersion != 0 {
			d.cols[colVersion].text(32)
		}
	}
	if g&groupState != 0 {
		d.state(&r)
	}
	if g&groupParts != 0 {
		for range d.cols[colParts].count(&d.cols[colShape]) {
			d.part()
		}
	}
	d.rows = append(d.rows, r)
}

func (d *decoder) id(r *row) {
	r.id = uint32(len(d.ids) - len(d.cols[colID].rest))
	if r.flags&flagPackedID != 0 {
		r.idForm = d.recur(colIDForm)
		d.cols[colID].text(packedBytes)
	} else {
		n := d.cols[colIDForm].count(&d.cols[colID])
		r.idForm = uint32(n)
		d.cols[colID].text(n)
	}
	d.prev.first += d.cols[colFirst].varint()
	r.first = d.prev.first
}

func (d *decoder) what(r *row) {
	r.kind, r.typ, r.operator = d.recur(colKind), d.recur(colType), d.recur(colOperator)
	for range d.cols[colNames].count(&d.cols[colNames]) {
		n := nameRow{kind: d.recur(colNames), lang: d.recur(colNames)}
		size := d.cols[colNames].count(&d.cols[colNameText])
		n.text = uint32(len(d.nameTexts) - len(d.cols[colNameText].rest))
		d.cols[colNameText].text(size)
		n.end = n.text + uint32(size)
		d.names = append(d.names, n)
	}
}

func (d *decoder) state(r *row) {
	r.step = d.recur(colStep)
	if r.flags&flagWithdrawn != 0 {
		r.reason = d.recur(colWithdrawn)
		d.prev.withdrawn += d.cols[colWithdrawn].varint()
		r.withdrawn = d.moment(d.prev.withdrawn)
	}
	if r.flags&flagRevalidate != 0 {
		d.prev.revalidate += d.cols[colRevalidate].varint()
		r.revalidate = d.moment(d.prev.revalidate)
	}
}

// part reads a shape with its times.
func (d *decoder) part() {
	p := partRow{head: d.cols[colShape].byte(), leg: -1, object: uint32(len(d.rows)), points: uint32(len(d.points)),
		counts: uint32(len(d.counts)), periods: uint32(len(d.periods))}
	if d.outline(p.head); d.fault != "" {
		return
	}
	if !extentAllowed(p.head) {
		d.fault = ": its shape has no such extent, or none where it needs one"
	}
	if p.head&shapeExtent != 0 {
		p.extent = d.extent()
	}
	if p.head&shapeLeg != 0 {
		leg := d.cols[colLeg].uvarint()
		if leg > math.MaxInt32 {
			d.fault = ": it has a leg of a number beyond all bounds"
		}
		p.leg, p.name = int32(leg), d.recur(colLeg)
	}
	d.readPeriods(int(p.head&shapePeriods) >> periodsShift)
	d.parts = append(d.parts, p)
}

func (d *decoder) readPeriods(n int) {
	c := &d.cols[colPeriods]
	if n > 1 {
		if n = c.count(c); n < 2 {
			c.bad = true
		}
	}
	for range n {
		open := c.byte()
		p := Period{NoBeginning, NoEnd}
		if open&1 == 0 {
			d.prev.from += c.varint()
			p.From = d.moment(d.prev.from)
		}
		if open&2 == 0 {
			p.Until = d.moment(d.prev.from + c.varint())
		}
		if c.bad || open > 3 {
			c.bad = true
			return
		}
		d.periods = append(d.periods, p)
	}
}

// The first and last millisecond that are written as a time: the years 0 to 9999.
const firstMoment, lastMoment = -62_167_219_200_000, 253_402_300_799_999

// moment refuses a time that cannot be written.
func (d *decoder) moment(ms int64) int64 {
	if ms < firstMoment || ms > lastMoment {
		d.fault = ": it has a time beyond the years 0 to 9999"
	}
	return ms
}

func (d *decoder) extent() float64 {
	v := d.cols[colExtent].uvarint()
	x := float64(v>>1) / 1000
	if v&1 != 0 {
		x = d.cols[colRaw].float()
	}
	if !(x > 0 && x <= geo.MaxExtentM) {
		d.fault = ": it has an extent that is no distance"
	}
	return x
}

// close ends the tables, so that what belongs to the last row has an end too.
func (d *decoder) close() {
	d.rows = append(d.rows, row{names: uint32(len(d.names)), parts: uint32(len(d.parts))})
	d.parts = append(d.parts, partRow{points: uint32(len(d.points)), counts: uint32(len(d.counts)), periods: uint32(len(d.periods))})
}
