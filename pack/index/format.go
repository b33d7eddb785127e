package index

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"

	"truce"
)

// The bytes of an index: a header of headerBytes, then sections, each from a multiple of 64. Numbers are little endian.
//
//	0    8  "truceix2"
//	8   32  the key
//	40   8  length of everything, bytes
//	48   4  number of zones
//	52   4  levels: root, smallest cell; levels of the lists above the root, as bits of level/2; rows of the sieve, as a power of two
//	56  16  ticks: base, step (int64, milliseconds)
//	72  …   sections: offset and length in bytes (uint64 each), CRC-32C (uint32), 4 bytes of zero
//	508  4  CRC-32C of the header before it
//
// The last 8 bytes are "truceix2" again.
const (
	magic       = "truceix2"
	headerBytes = 512
	headerSum   = headerBytes - 4
)

// The sections.
const (
	secLeaves  = iota // leaves
	secNodes          // nodes of the tree, see node.go
	secRoot           // entries of the cells of the root level
	secTops           // lists above the root level: entries of all cells of levels 0, 2, 4, 6
	secSieve          // where anything may be, see sieve.go
	secBases          // of every 256 records, where the first begins: uint64
	secOffsets        // of every record, where it begins after that: uint32; one more at the end
	secRecords        // records
	secPeriods        // periods of zones with several: pairs of int64
	sections
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

type section struct {
	offset, length uint64
	sum            uint32
}

type header struct {
	key         [32]byte
	size        uint64
	zones       uint32
	root, least uint8
	topMask     uint8
	sieveLog    uint8
	ticks       ticks
	sections    [sections]section
}

func (h *header) bytes() []byte {
	b := append(make([]byte, 0, headerBytes), magic...)
	b = append(b, h.key[:]...)
	b = binary.LittleEndian.AppendUint64(b, h.size)
	b = binary.LittleEndian.AppendUint32(b, h.zones)
	b = append(b, h.root, h.least, h.topMask, h.sieveLog)
	b = binary.LittleEndian.AppendUint64(b, uint64(h.ticks.base))
	b = binary.LittleEndian.AppendUint64(b, uint64(h.ticks.step))
	for _, s := range h.sections {
		b = binary.LittleEndian.AppendUint64(b, s.offset)
		b = binary.LittleEndian.AppendUint64(b, s.length)
		b = binary.LittleEndian.AppendUint64(b, uint64(s.sum))
	}
	b = b[:headerSum]
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// parseHeader reads the header of data.
func parseHeader(data []byte) (h header, err error) {
	switch {
	case len(data) < headerBytes || !bytes.HasPrefix(data, []byte(magic)):
		return h, damaged("it does not begin like an index")
	case binary.LittleEndian.Uint32(data[headerSum:]) != crc32.Checksum(data[:headerSum], castagnoli):
		return h, damaged("its header does not match its checksum")
	}
	le := binary.LittleEndian
	copy(h.key[:], data[8:40])
	h.size, h.zones = le.Uint64(data[40:]), le.Uint32(data[48:])
	h.root, h.least, h.topMask, h.sieveLog = data[52], data[53], data[54], data[55]
	h.ticks = newTicks(int64(le.Uint64(data[56:])), int64(le.Uint64(data[64:])))
	for i := range h.sections {
		at := data[72+24*i:]
		h.sections[i] = section{le.Uint64(at), le.Uint64(at[8:]), le.Uint32(at[16:])}
	}
	return h, h.check(uint64(len(data)))
}

// check tests that the sections are in the bytes, and as long as they must be.
func (h *header) check(size uint64) error {
	if h.size != size || h.zones > MaxZones || h.ticks.step < 1 {
		return damaged("its length is not what its header says")
	}
	if h.root < 6 || h.root > 11 || h.least > maxLevel || h.sieveLog < leastSieve || h.sieveLog > mostSieve {
		return damaged("its levels are out of range")
	}
	for _, s := range h.sections {
		if s.offset > size || s.length > size-s.offset {
			return damaged("a section is out of range")
		}
	}
	want := func(sec int, length uint64) bool { return h.sections[sec].length == length }
	n := uint64(h.zones)
	if !want(secTops, topEntries*4) || !want(secSieve, sieveBytes(1<<h.sieveLog)) || !want(secRoot, faces<<(2*h.root)*4) ||
		!want(secBases, (n+256)/256*8) || !want(secOffsets, (n+1)*4) {
		return damaged("a section has not the length that it must have")
	}
	return nil
}

// topEntries is the number of cells of the levels 0, 2, 4 and 6; topBase is where those of a level begin.
const topEntries = faces * (1 + 1<<4 + 1<<8 + 1<<12)

func topBase(level int) uint32 { return faces * (uint32(1)<<(2*level) - 1) / 15 }

// Index answers what zones are at a place and a time. It is read only: any number of goroutines may share it.
type Index struct {
	header
	data                                []byte
	leaves, nodes, entries, tops        []byte
	sieve                               []byte
	rate                                float64 // of the sieve, see sieveRate
	rowBytes                            uint8   // of eight rows of the sieve, as a power of two
	bases, offsets, records, periodList []byte
}

// Open gives the index in data, which Build or BuildTo wrote with the same key. It looks at the header alone, so it takes
// no time; what is damaged farther in is an error of the question that meets it. data must not change while the Index is
// in use. Wrong bytes are CodeTampered, another key CodeConflict.
func Open(data []byte, key [32]byte) (*Index, error) {
	h, err := parseHeader(data)
	if err != nil {
		return nil, err
	}
	if h.key != key {
		return nil, truce.E(truce.CodeConflict, "the index was built from something else").WithHint("build it again")
	}
	x := &Index{header: h, data: data, rate: sieveRate(1 << h.sieveLog), rowBytes: h.sieveLog + 1}
	for i, p := range []*[]byte{&x.leaves, &x.nodes, &x.entries, &x.tops, &x.sieve, &x.bases, &x.offsets, &x.records, &x.periodList} {
		s := h.sections[i]
		*p = data[s.offset : s.offset+s.length : s.offset+s.length]
	}
	return x, nil
}

// Verify reads all of the index and compares it with its checksums: some 10 GB/s. It tells damage by chance, not by
// intent: those who can write the index can write its checksums.
func (x *Index) Verify() error {
	for _, s := range x.sections {
		if crc32.Checksum(x.data[s.offset:s.offset+s.length], castagnoli) != s.sum {
			return damaged("a section does not match its checksum")
		}
	}
	return nil
}

// Bytes is the index as Open takes it. It must not be changed.
func (x *Index) Bytes() []byte { return x.data }

// Size is the length of the index in bytes.
func (x *Index) Size() int { return len(x.data) }

// Zones is the number of zones.
func (x *Index) Zones() int { return int(x.zones) }

// Key is the key that it was built with.
func (x *Index) Key() [32]byte { return x.key }
