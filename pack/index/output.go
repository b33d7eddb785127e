package index

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"math/bits"

	"truce"
)

// output writes an index: leaves as they come, all else at the end, the header last.
type output struct {
	w     io.WriterAt
	at    int64 // where the open section ends
	h     header
	nodes []uint32
	roots []rootEntry
	tops  []topEntry
}

// rootEntry is the entry of a cell of the root level, by its number.
type rootEntry struct{ cell, entry uint32 }

func newOutput(w io.WriterAt, key [32]byte) *output {
	o := &output{w: w, at: headerBytes, nodes: make([]uint32, 2)}
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
func (o *output) bin(r built) error {
	leaf, node := o.h.sections[secLeaves].length/8, uint64(len(o.nodes)/2-1)
	if leaf+uint64(len(r.blob)/8) >= 1<<30 || node+uint64(len(r.nodes)/2) >= 1<<30 {
		return truce.E(truce.CodeTooLarge, "the zones need an index of more than 8 GiB")
	}
	move := func(e *uint32) {
		switch {
		case *e == 0:
		case *e&3 == toNode:
			*e += uint32(node) << entryShift
		default:
			*e += uint32(leaf) << entryShift
		}
	}
	eachEntry(r.nodes[2:], move)
	for at, e := range r.roots {
		move(&e)
		o.roots = append(o.roots, rootEntry{at, e})
	}
	for i := range r.tops {
		move(&r.tops[i].entry)
	}
	o.nodes = append(o.nodes, r.nodes[2:]...)
	o.tops = append(o.tops, r.tops...)
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
	o.h.root, o.h.least, o.h.sieveLog = uint8(b.RootLevel), uint8(b.MaxLevel), uint8(bits.Len(uint(b.SieveRows))-1)
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
	for _, write := range []func() error{
		func() error { return words(o, secNodes, o.nodes) },
		func() error { return words(o, secRoot, o.table(b.RootLevel)) },
		func() error { return words(o, secTops, tops) },
		func() error { return words(o, secSieve, b.sieve.coarser(b.SieveRows).words) },
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

// table gives the entries of the cells of the root level.
func (o *output) table(level int) []uint32 {
	entries := make([]uint32, faces<<(2*level))
	for _, r := range o.roots {
		c := cellOf(level, r.cell)
		entries[square(uint8(level), c.face, c.i, c.j)] = r.entry
	}
	return entries
}
