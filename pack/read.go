package pack

import (
	"encoding/hex"

	"truce"
)

// Len is the number of objects.
func (t *tables) len() int { return len(t.rows) - 1 }

// object is object i, from 0. Its texts and positions are those of the tables.
func (t *tables) object(i int) Object {
	r, next := &t.rows[i], &t.rows[i+1]
	o := Object{ID: t.id(r), First: r.first, Entry: r.first + r.entry, Kind: t.dict[r.kind], Type: t.dict[r.typ], Operator: t.dict[r.operator],
		Status: statuses[r.flags>>statusShift], Verification: t.dict[r.step], Differs: r.flags&flagDiffers != 0,
		Contested: r.flags&flagContested != 0, Version: t.version(r)}
	if r.flags&flagWithdrawn != 0 {
		o.Withdrawn, o.WithdrawnAt = t.dict[r.reason], timeOf(r.withdrawn)
	}
	if r.flags&flagRevalidate != 0 {
		o.RevalidateBy = timeOf(r.revalidate)
	}
	for _, n := range t.names[r.names:next.names] {
		o.Names = append(o.Names, truce.Name{Text: t.nameTexts[n.text:n.end], Lang: t.dict[n.lang], Kind: t.dict[n.kind]})
	}
	for k := r.parts; k < next.parts; k++ {
		o.Parts = append(o.Parts, t.part(int(k)))
	}
	return o
}

func (t *tables) id(r *row) string {
	if r.groups&groupID == 0 {
		return ""
	}
	if r.flags&flagPackedID == 0 {
		return t.ids[r.id : r.id+r.idForm]
	}
	return t.dict[r.idForm] + "-" + base32ID.EncodeToString([]byte(t.ids[r.id:r.id+packedBytes]))
}

func (t *tables) version(r *row) string {
	if r.flags&flagVersion == 0 || r.groups&groupVersion == 0 {
		return ""
	}
	return hex.EncodeToString([]byte(t.versions[r.version : r.version+32]))
}

// part is part i of all parts.
func (t *tables) part(i int) Part {
	p := &t.parts[i]
	out := Part{Shape: t.shape(i), Periods: t.periodsOf(i), Leg: int(p.leg), Name: t.dict[p.name]}
	return out
}

// periodsOf are the periods of part i; nil = always.
func (t *tables) periodsOf(i int) []Period {
	from, to := t.parts[i].periods, t.parts[i+1].periods
	if from == to {
		return nil
	}
	return t.periods[from:to:to]
}
