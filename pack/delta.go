package pack

import (
	"bytes"
	"encoding/binary"
	"math"
	"reflect"
	"slices"

	"truce"
	"truce/geo"
	"truce/holds"
)

// Diff writes the delta that leads from the pack from to the pack to: Apply gives to again, byte by byte. Whose packs they
// are is not asked; header and signature are those of to.
func Diff(from, to *Pack) ([]byte, error) {
	f, err := unmarshal(to.data, magicPack)
	if err != nil {
		return nil, err
	}
	d := &differ{enc: newEncoder(), from: from, to: to}
	d.run()
	if d.enc.fault != nil {
		return nil, d.enc.fault
	}
	return (&file{header: f.header, note: f.note, base: from.sum[:], body: d.body()}).marshal(magicDelta)
}

type differ struct {
	masks    []groups
	enc      *encoder
	objects  stepper
	agreed   stepper
	from, to *Pack
}

// run goes through both packs, which are in the order of First.
func (d *differ) run() {
	d.objects = stepper{change: d.changeObject, add: func(i int) { d.addObject(i) }}
	d.objects.run(d.from.Len(), func(i int) string { return d.from.id(&d.from.rows[i]) }, d.to.Len(), func(i int) string { return d.to.id(&d.to.rows[i]) })
	d.agreed = stepper{change: d.changeAgreed, add: func(i int) { d.enc.agreed.record(d.to.agreed[i]) }}
	d.agreed.run(len(d.from.agreed), func(i int) string { return d.from.agreed[i].Subject }, len(d.to.agreed), func(i int) string { return d.to.agreed[i].Subject })
}

// changeObject writes what changed of an object; false where nothing did.
func (d *differ) changeObject(from, to int) bool {
	old, o := d.from.Object(from), d.to.Object(to)
	g := changed(&old, &o)
	if g == 0 && flagsOf(&old, false) == flagsOf(&o, false) {
		return false
	}
	d.write(&o, g)
	return true
}

func (d *differ) addObject(i int) {
	o := d.to.Object(i)
	d.write(&o, groupAll)
}

func (d *differ) changeAgreed(from, to int) bool {
	old, r := d.from.agreed[from], d.to.agreed[to]
	if reflect.DeepEqual(old, r) {
		return false
	}
	d.enc.agreed.tail(old, r)
	return true
}

func (d *differ) write(o *Object, g groups) {
	d.masks = append(d.masks, g)
	d.enc.object(o, g)
}

// body is the steps of the objects and of what was agreed, the number of objects, what is given of each, and their content.
func (d *differ) body() []byte {
	out := d.agreed.append(d.objects.append(nil))
	out = binary.AppendUvarint(out, uint64(len(d.masks)))
	for _, m := range d.masks {
		out = append(out, byte(m))
	}
	return append(out, d.enc.content()...)
}

// changed are the groups in which two versions of an object differ. What the flags of an object say is given anyway.
func changed(a, b *Object) (g groups) {
	if a.ID != b.ID || a.First != b.First {
		g |= groupID | groupVersion // the entry is counted from the first
	}
	if a.Kind != b.Kind || a.Type != b.Type || a.Operator != b.Operator || !slices.Equal(a.Names, b.Names) {
		g |= groupWhat
	}
	if a.Entry != b.Entry || a.Version != b.Version {
		g |= groupVersion
	}
	if a.Verification != b.Verification || a.Withdrawn != b.Withdrawn || !a.WithdrawnAt.Equal(b.WithdrawnAt) || !a.RevalidateBy.Equal(b.RevalidateBy) {
		g |= groupState
	}
	if !slices.EqualFunc(a.Parts, b.Parts, sameParts) {
		g |= groupParts
	}
	return g
}

func sameParts(a, b Part) bool {
	return a.Leg == b.Leg && a.Name == b.Name && slices.Equal(a.Periods, b.Periods) && a.Shape.Type == b.Shape.Type &&
		same(a.Shape.ExtentM(), b.Shape.ExtentM()) && samePoints(a.Shape.Points, b.Shape.Points) &&
		slices.EqualFunc(a.Shape.Lines, b.Shape.Lines, samePoints) &&
		slices.EqualFunc(a.Shape.Polygons, b.Shape.Polygons, func(a, b [][]geo.Point) bool { return slices.EqualFunc(a, b, samePoints) })
}

func samePoints(a, b []geo.Point) bool {
	return slices.EqualFunc(a, b, func(p, q geo.Point) bool { return same(p.Lat, q.Lat) && same(p.Lon, q.Lon) })
}

// same compares bit by bit: 0 and -0 are not spelt alike.
func same(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }

// Apply makes the newer pack of an older one and a delta, and verifies it as Open does. A delta that was made for another
// pack is CodeConflict: fetch the whole one.
func Apply(base *Pack, delta []byte, vkey string) (*Pack, error) {
	f, err := unmarshal(delta, magicDelta)
	if err != nil {
		return nil, err
	}
	h, err := f.trusted(vkey)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(f.base, base.sum[:]) {
		return nil, truce.E(truce.CodeConflict, "the delta leads on from another pack than this one").WithHint("fetch the whole pack")
	}
	content, err := patch(base, f.body)
	if err != nil {
		return nil, err
	}
	data, err := (&file{header: f.header, note: f.note, body: content}).marshal(magicPack)
	if err != nil {
		return nil, err
	}
	return open(h, content, data)
}

func patch(base *Pack, body []byte) ([]byte, error) {
	in := source{rest: string(body)}
	objects, agreed := readSteps(&in), readSteps(&in)
	raw := in.text(in.count(&in))
	if in.bad {
		return nil, truce.E(truce.CodeTampered, "the delta does not say what changed")
	}
	masks := make([]groups, len(raw))
	for i := range masks {
		masks[i] = groups(raw[i])
	}
	t, err := decode(in.rest, masks)
	if err != nil {
		return nil, err
	}
	p := &patcher{base: base, new: t, enc: newEncoder()}
	if !follow(objects, base.Len(), t.len(), p.object) || !p.agreed(agreed) {
		return nil, truce.E(truce.CodeTampered, "the delta does not fit its pack")
	}
	return p.enc.content(), p.enc.fault
}

// patcher takes the steps of a delta.
type patcher struct {
	base *Pack
	new  *tables
	enc  *encoder
}

// object writes an object of the newer pack: one of the older, one of the delta, or both where it changed.
func (p *patcher) object(old, fresh int) bool {
	var o Object
	switch {
	case fresh < 0:
		o = p.base.Object(old)
	case old < 0:
		o = p.new.object(fresh)
	default:
		o = p.base.Object(old)
		p.new.overlay(fresh, &o)
	}
	p.enc.object(&o, groupAll)
	return true
}

// agreed writes the agreements and windows of the newer pack.
func (p *patcher) agreed(steps []step) bool {
	r := newAgreedReader(p.new.agreedTexts, p.new.agreedRest)
	if r == nil {
		return false
	}
	ok := follow(steps, len(p.base.agreed), unbounded, func(old, fresh int) bool {
		var rec *holds.Record
		switch {
		case fresh < 0:
			rec = p.base.agreed[old]
		case old < 0:
			rec = r.record()
		default:
			rec = r.grown(p.base.agreed[old])
		}
		if rec == nil {
			return false
		}
		p.enc.agreed.record(rec)
		return true
	})
	return ok && !r.bad && r.rest == ""
}

// overlay puts what row i says over o.
func (t *tables) overlay(i int, o *Object) {
	n, g := t.object(i), t.rows[i].groups
	o.Status, o.Contested, o.Differs = n.Status, n.Contested, n.Differs
	if g&groupID != 0 {
		o.ID, o.First = n.ID, n.First
	}
	if g&groupWhat != 0 {
		o.Kind, o.Type, o.Operator, o.Names = n.Kind, n.Type, n.Operator, n.Names
	}
	if g&groupVersion != 0 {
		o.Version, o.Entry = n.Version, o.First+t.rows[i].entry
	}
	if g&groupState != 0 {
		o.Verification, o.Withdrawn, o.WithdrawnAt, o.RevalidateBy = n.Verification, n.Withdrawn, n.WithdrawnAt, n.RevalidateBy
	}
	if g&groupParts != 0 {
		o.Parts = n.Parts
	}
}
