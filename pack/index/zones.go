package index

import (
	"encoding/binary"

	"truce"
	"truce/geo"
)

// record is the record of a zone.
func (x *Index) record(zone uint32) (reader, error) {
	if zone >= x.zones {
		return reader{}, truce.E(truce.CodeNotFound, "the index has %d zones", x.zones)
	}
	le := binary.LittleEndian
	from := le.Uint64(x.bases[zone/256*8:]) + uint64(le32(x.offsets[zone*4:]))
	to := le.Uint64(x.bases[(zone+1)/256*8:]) + uint64(le32(x.offsets[(zone+1)*4:]))
	if from > to || to > uint64(len(x.records)) {
		return reader{}, damaged("a record is out of range")
	}
	return reader{in: x.records[from:to]}, nil
}

// Shape is the shape of the zone with an ordinal, exactly as it was given, without heights.
func (x *Index) Shape(zone uint32) (geo.Shape, error) {
	r, err := x.record(zone)
	if err != nil {
		return geo.Shape{}, err
	}
	r.begin()
	s := r.shape()
	if r.bad {
		return geo.Shape{}, damaged("a record cannot be read")
	}
	return s, nil
}

// Periods are the periods of the zone with an ordinal; nil is always.
func (x *Index) Periods(zone uint32) ([]Period, error) {
	r, err := x.record(zone)
	if err != nil {
		return nil, err
	}
	one, ref, form := r.begin()
	if r.bad || form == manyPeriods && uint64(ref.offset)+uint64(ref.count) > uint64(len(x.periodList)/16) {
		return nil, damaged("a record cannot be read")
	}
	switch form {
	case noPeriods:
		return nil, nil
	case onePeriod:
		return []Period{one}, nil
	}
	list := make([]Period, ref.count)
	for i := range list {
		list[i] = x.period(ref.offset + i)
	}
	return list, nil
}

func (x *Index) period(i int) Period {
	b := x.periodList[16*i:]
	return Period{int64(binary.LittleEndian.Uint64(b)), int64(binary.LittleEndian.Uint64(b[8:]))}
}

// state is the state of a zone seen from [from, until).
func (x *Index) state(zone uint32, from, until int64) (State, error) {
	r, err := x.record(zone)
	if err != nil {
		return 0, err
	}
	one, ref, form := r.begin()
	if r.bad || form == manyPeriods && uint64(ref.offset)+uint64(ref.count) > uint64(len(x.periodList)/16) {
		return 0, damaged("a record cannot be read")
	}
	switch form {
	case noPeriods:
		return InForce, nil
	case onePeriod:
		return stateAt([]Period{one}, from, until), nil
	}
	lo, hi := ref.offset, ref.offset+ref.count // the first period that is not over at from
	for lo < hi {
		if m := (lo + hi) / 2; x.period(m).Until > from {
			hi = m
		} else {
			lo = m + 1
		}
	}
	switch {
	case lo == ref.offset+ref.count:
		return Lapsed, nil
	case x.period(lo).From < until:
		return InForce, nil
	}
	return Later, nil
}
