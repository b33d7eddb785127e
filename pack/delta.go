package pack

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"

	"truce"
	"truce/geo"
)

// Diff writes the delta that leads from the pack from to the pack to: Apply gives to again, byte by byte. Whose packs they
// are is not asked; header and signature are those of to.
func Diff(from, to *Pack) ([]byte, error) {
	f, err := unmarshal(to.data, magicPack)
	if err != nil {
		return nil, err
	}
	d := &differ{enc: newEncoder()}
	d.run(from, to)
	if d.enc.fault != nil {
		return nil, d.enc.fault
	}
	return (&file{header: f.header, note: f.note, base: from.sum[:], body: d.body()}).marshal(magicDelta)
}

// step is one turn of a delta: so many objects of the old pack are left out, so many kept as they are, so many changed, and
// so many new ones put in.
type step struct{ drop, keep, change, add uint64 }

func (s *step) counts() [4]*uint64 { return [4]*uint64{&s.drop, &s.keep, &s.change, &s.add} }

type differ struct {
	steps []step
	masks []groups
	enc   *encoder
}

// run goes through both packs, which are in the order of First. What has no fellow in the other is new or left out.
func (d *differ) run(from, to *Pack) {
	places := make(map[string]int, from.Len())
	for i := range from.Len() {
		places[from.id(&from.rows[i])] = i
	}
	at := 0
	for i := range to.Len() {
		o := to.Object(i)
		place, known := places[o.ID]
		if !known || place < at {
			d.count(3)
			d.write(&o, groupAll)
			continue
		}
		for ; at < place; at++ {
			d.count(0)
		}
		old := from.Object(place)
		at++
		if g := changed(&old, &o); g != 0 || flagsOf(&old, false) != flagsOf(&o, false) {
			d.count(2)
			d.write(&o, g)
		} else {
			d.count(1)
		}
	}
	for ; at < from.Len(); at++ {
		d.count(0)
	}
}

// count adds one to a number of the step, or begins the next step where that number is behind already.
func (d *differ) count(which int) {
	if n := len(d.steps); n == 0 || d.steps[n-1].beyond(which) {
		d.steps = append(d.steps, step{})
	}
	*d.steps[len(d.steps)-1].counts()[which]++
}

func (s step) beyond(which int) bool {
	later := s.counts()
	for _, n := range later[which+1:] {
		if *n > 0 {
			return true
		}
	}
	return false
}

func (d *differ) write(o *Object, g groups) {
	d.masks = append(d.masks, g)
	d.enc.object(o, g)
}

// body is the number of steps, the steps, the number of objects, what is given of each, and their content.
func (d *differ) body() []byte {
	out := binary.AppendUvarint(nil, uint64(len(d.steps)))
	for _, s := range d.steps {
		for _, n := range s.counts() {
			out = binary.AppendUvarint(out, *n)
		}
	}
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

// patcher takes the steps of a delta.
type patcher struct {
	base  *Pack
	new   *tables
	enc   *encoder
	at, n int // next object of the old pack, and of the delta
	fault bool
}

func patch(base *Pack, body []byte) ([]byte, error) {
	in := source{rest: string(body)}
	steps := make([]step, in.count(&in))
	for i := range steps {
		for _, n := range steps[i].counts() {
			*n = in.uvarint()
		}
	}
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
	for _, s := range steps {
		p.step(s)
	}
	if p.fault || p.at != base.Len() || p.n != t.len() {
		return nil, truce.E(truce.CodeTampered, "the delta does not fit its pack")
	}
	return p.enc.content(), p.enc.fault
}

func (p *patcher) step(s step) {
	old, fresh := uint64(p.base.Len()-p.at), uint64(p.new.len()-p.n)
	if s.drop > old || s.keep > old || s.change > old || s.drop+s.keep+s.change > old || s.change > fresh || s.add > fresh-s.change {
		p.fault = true
		return
	}
	p.at += int(s.drop)
	for range s.keep {
		o := p.base.Object(p.at)
		p.at++
		p.enc.object(&o, groupAll)
	}
	for range s.change {
		o := p.base.Object(p.at)
		p.at++
		p.new.overlay(p.n, &o)
		p.n++
		p.enc.object(&o, groupAll)
	}
	for range s.add {
		o := p.new.object(p.n)
		p.n++
		p.enc.object(&o, groupAll)
	}
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
