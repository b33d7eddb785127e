package index

import (
	"encoding/binary"
	"hash/crc32"
	"io"

	"truce"
)

// output writes an index: leaves as they come, all else at the end, the header last.
type output struct {
	w     io.WriterAt
	at    int64 // where the open section ends
	h     header
	nodes [][16]uint32
	root  map[int][]uint32 // entries of the root level by bin
	tops  []topEntry
}

func newOutput(w io.WriterAt, key [32]byte) *output {
	o := &output{w: w, at: headerBytes, nodes: make([][16]uint32, 1), root: map[int][]uint32{}}
	o.h.key = key
	o.h.sections[secLeaves].offset = headerBytes
	return o
}

// write appends p to a section, which must be the open one.
func (o *output) write(sec int, p []byte) error {
	if _, err := o.w.WriteAt(p, o.at); err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the index cannot be written")
	}
	o.at += int64(len(p))
	s := &o.h.sections[sec]
	s.length += uint64(len(p))
	s.sum = crc32.Update(s.sum, castagnoli, p)
	return nil
}

// open begins a section.
func (o *output) open(sec int) {
	o.at = (o.at + 63) &^ 63
	o.h.sections[sec].offset = uint64(o.at)
}

// bin takes over what was built: its entries, which count from its own beginning, are moved.
func (o *output) bin(n int, r built) error {
	leaf := o.h.sections[secLeaves].length / 8
	node := uint64(len(o.nodes) - 1)
	if leaf+uint64(len(r.blob)/8) >= 1<<30 || node+uint64(len(r.nodes)) >= 1<<30 {
		return truce.E(truce.CodeTooLarge, "the zones need an index of more than 8 GiB")
	}
	move := func(e *uint32) {
		switch {
		case *e == 0:
		case *e&3 == toLeaf || *e&3 == toWideLeaf:
			*e += uint32(leaf) << entryShift
		default:
			*e += uint32(node) << entryShift
		}
	}
	for i := 1; i < len(r.nodes); i++ {
		for k := range r.nodes[i] {
			move(&r.nodes[i][k])
		}
	}
	for i := range r.root {
		move(&r.root[i])
	}
	for i := range r.tops {
		move(&r.tops[i].entry)
	}
	o.nodes = append(o.nodes, r.nodes[1:]...)
	o.tops = append(o.tops, r.tops...)
	o.root[n] = r.root
	return o.write(secLeaves, r.blob)
}

// words writes a section of numbers, a piece at a time.
func words[T uint32 | uint64](o *output, sec int, list []T) error {
	o.open(sec)
	buf := make([]byte, 0, 1<<16)
	for len(list) > 0 {
		n := min(len(list), 1<<13)
		buf = buf[:0]
		for _, x := range list[:n] {
			switch x := any(x).(type) {
			case uint32:
				buf = binary.LittleEndian.AppendUint32(buf, x)
			case uint64:
				buf = binary.LittleEndian.AppendUint64(buf, x)
			}
		}
		if err := o.write(sec, buf); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// finish writes everything but the leaves.
func (b *builder) finish(o *output) (int64, error) {
	o.h.zones, o.h.ticks = uint32(b.zones), b.ticks
	o.h.root, o.h.bits, o.h.least = uint8(b.RootLevel), uint8(b.BitmapLevel), uint8(b.MaxLevel)
	tops := make([]uint32, topEntries)
	for _, t := range o.tops {
		tops[topBase(t.at.level)+t.at.index()] = t.entry
		o.h.topMask |= 1 << (t.at.level / 2)
	}
	b.records.mark()
	periods := make([]uint64, 0, 2*len(b.records.periods))
	for _, p := range b.records.periods {
		periods = append(periods, uint64(p.From), uint64(p.Until))
	}
	nodes := make([]uint32, 0, 16*len(o.nodes))
	for i := range o.nodes {
		nodes = append(nodes, o.nodes[i][:]...)
	}
	for _, write := range []func() error{
		func() error { return words(o, secNodes, nodes) },
		func() error { return words(o, secRoot, o.rootTable(b.RootLevel)) },
		func() error { return words(o, secTops, tops) },
		func() error { return words(o, secCoarse, b.bits.coarse().words) },
		func() error { return words(o, secBitmap, b.bits.words) },
		func() error { return words(o, secBases, b.records.bases) },
		func() error { return words(o, secOffsets, b.records.offsets) },
		func() error { o.open(secRecords); return o.write(secRecords, b.records.bytes) },
		func() error { return words(o, secPeriods, periods) },
	} {
		if err := write(); err != nil {
			return 0, err
		}
	}
	o.h.size = uint64(o.at) + uint64(len(magic))
	for at, p := range map[int64][]byte{o.at: []byte(magic), 0: o.h.bytes()} {
		if _, err := o.w.WriteAt(p, at); err != nil {
			return 0, truce.Wrap(truce.CodeUnavailable, err, "the index cannot be written")
		}
	}
	return int64(o.h.size), nil
}

// rootTable is the entries of all cells of the root level.
func (o *output) rootTable(level int) []uint32 {
	table := make([]uint32, faces<<(2*level))
	for n, entries := range o.root {
		if n < 0 {
			continue
		}
		c := cellOf(binLevel, uint32(n))
		if level == binLevel {
			table[n] = entries[0]
			continue
		}
		for k, e := range entries {
			sub := cell{c.face, level, c.i<<2 | uint32(k>>2), c.j<<2 | uint32(k&3)}
			table[sub.index()] = e
		}
	}
	return table
}
