package proof

import (
	"bytes"
	"encoding/binary"
	"math"

	"truce"
)

// handoverTag opens a handover: what it is, and in which version.
const handoverTag = "truce records v1\n"

// Bounds of a handover.
const (
	MaxHandover = 16 << 20 // bytes
	maxHanded   = 4096     // entries
)

const (
	handedWhole = 1
	handedPart  = 2
)

// Handed is one entry as a register hands it over to one of its readers: salt
// and record, which lead to the leaf, or what that reader may know in part.
type Handed struct {
	Number  int64
	Salt    [32]byte // zero where Record is nil
	Record  []byte   // see Envelope.Record; nil where the entry is told in part
	Partial []byte   // JSON; nil where Record is there. Nothing proves it
}

// Handover is a run of entries as one reader may read them.
type Handover struct {
	From int64 // entries from there were looked at
	To   int64 // up to there, exclusive; the rest is to be asked for from there on
	// Entries ascend by number; those that the reader may not see are left out.
	Entries []Handed
}

// Marshal is the handover as bytes: the tag "truce records v1\n"; From, To and
// the number of entries; for each the difference to the number before it (-1 for
// the first), less one; the byte 1, the 32 bytes of the salt and the record
// behind its length; or the byte 2 and the JSON behind its length. Numbers and
// lengths are unsigned varints (encoding/binary).
func (h *Handover) Marshal() []byte {
	b := append([]byte{}, handoverTag...)
	b = binary.AppendUvarint(b, uint64(h.From))
	b = binary.AppendUvarint(b, uint64(h.To))
	b = binary.AppendUvarint(b, uint64(len(h.Entries)))
	last := int64(-1)
	for i := range h.Entries {
		e := &h.Entries[i]
		b = binary.AppendUvarint(b, uint64(e.Number-last-1))
		last = e.Number
		part := e.Record
		if part != nil {
			b = append(append(b, handedWhole), e.Salt[:]...)
		} else {
			b, part = append(b, handedPart), e.Partial
		}
		b = binary.AppendUvarint(b, uint64(len(part)))
		b = append(b, part...)
	}
	return b
}

// ParseHandover reads what Marshal writes, and nothing else. Records and texts
// are parts of data, not copies; they are not read. Errors are CodeInvalid or
// CodeTooLarge.
func ParseHandover(data []byte) (*Handover, error) {
	if len(data) > MaxHandover {
		return nil, truce.E(truce.CodeTooLarge, "a handover has at most %d bytes, this one %d", MaxHandover, len(data))
	}
	if !bytes.HasPrefix(data, []byte(handoverTag)) {
		return nil, truce.E(truce.CodeInvalid, "the handover does not begin with %q", handoverTag)
	}
	r := handoverReader{recordReader{rest: data[len(handoverTag):]}}
	h := &Handover{From: r.varint(), To: r.varint()}
	n := r.varint()
	if n > maxHanded {
		return nil, truce.E(truce.CodeTooLarge, "a handover has at most %d entries, this one %d", maxHanded, n)
	}
	last := int64(-1)
	for range n {
		e := r.entry(last)
		if r.bad {
			break
		}
		last = e.Number
		h.Entries = append(h.Entries, e)
	}
	if r.bad || len(r.rest) > 0 || !bytes.Equal(h.Marshal(), data) {
		return nil, truce.E(truce.CodeInvalid, "the handover is cut short, has bytes too many or is not written as one is")
	}
	return h, nil
}

type handoverReader struct{ recordReader }

// varint is a number below 2^62; once one is missing or larger all is bad.
func (r *handoverReader) varint() int64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || v > math.MaxInt64/2 {
		r.bad = true
		return 0
	}
	r.rest = r.rest[n:]
	return int64(v)
}

func (r *handoverReader) entry(last int64) (e Handed) {
	e.Number = last + 1 + r.varint()
	switch r.number() {
	case handedWhole:
		copy(e.Salt[:], r.take(len(e.Salt)))
		e.Record = r.text(MaxEnvelope)
	case handedPart:
		e.Partial = r.text(MaxHandover)
	default:
		r.bad = true
	}
	r.bad = r.bad || e.Number < 0 || e.Number > math.MaxInt64/2
	return e
}

func (r *handoverReader) text(most int64) []byte {
	n := r.varint()
	if n == 0 || n > most {
		r.bad = true
		return nil
	}
	return r.take(int(n))
}
