package proof

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	"truce"
)

// recordTag opens every record: what it is, and in which version.
const recordTag = "truce record v1\n"

// Record is the envelope as deterministic bytes: the tag "truce record v1\n";
// the payload type and the payload, each behind its length (4 bytes, big-endian);
// the number of signatures (1 byte); each signature, ordered by the bytes of its
// keyid, as keyid and sig, each behind its length (1 byte). Two envelopes that
// say the same have the same record, however their JSON was written.
func (e *Envelope) Record() []byte {
	sigs := e.Signatures
	byKey := func(a, b Signature) int { return strings.Compare(a.KeyID, b.KeyID) }
	if !slices.IsSortedFunc(sigs, byKey) {
		sigs = slices.Clone(sigs)
		slices.SortFunc(sigs, byKey)
	}
	b := make([]byte, 0, len(recordTag)+9+len(e.PayloadType)+len(e.Payload)+len(sigs)*(keyIDLen+64+2))
	b = append(b, recordTag...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(e.PayloadType)))
	b = append(b, e.PayloadType...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(e.Payload)))
	b = append(b, e.Payload...)
	b = append(b, byte(len(sigs)))
	for i := range sigs {
		b = append(b, byte(len(sigs[i].KeyID)))
		b = append(b, sigs[i].KeyID...)
		b = append(b, byte(len(sigs[i].Sig)))
		b = append(b, sigs[i].Sig...)
	}
	return b
}

// ParseRecord reads what Record writes, and nothing else: for every record that
// it accepts, Record gives the same bytes again. The payload and the signatures
// are parts of data, not copies. Errors are CodeInvalid or CodeTooLarge.
func ParseRecord(data []byte) (*Envelope, error) {
	if len(data) > MaxEnvelope {
		return nil, truce.E(truce.CodeTooLarge, "a record has at most %d bytes, this one %d", MaxEnvelope, len(data))
	}
	if !bytes.HasPrefix(data, []byte(recordTag)) {
		return nil, truce.E(truce.CodeInvalid, "the record does not begin with %q", recordTag)
	}
	r := recordReader{rest: data[len(recordTag):]}
	e := &Envelope{PayloadType: string(r.long()), Payload: r.long()}
	e.Signatures = make([]Signature, 0, min(r.number(), MaxSignatures))
	for range cap(e.Signatures) {
		e.Signatures = append(e.Signatures, Signature{KeyID: string(r.short()), Sig: r.short()})
	}
	if err := r.finish(e); err != nil {
		return nil, err
	}
	return e, nil
}

// recordReader takes parts off the front; once one is missing all are empty.
type recordReader struct {
	rest []byte
	bad  bool
}

func (r *recordReader) take(n int) []byte {
	if r.bad || n > len(r.rest) {
		r.bad = true
		return nil
	}
	part := r.rest[:n:n]
	r.rest = r.rest[n:]
	return part
}

func (r *recordReader) number() int {
	if b := r.take(1); b != nil {
		return int(b[0])
	}
	return 0
}

func (r *recordReader) short() []byte { return r.take(r.number()) }

func (r *recordReader) long() []byte {
	if b := r.take(4); b != nil {
		return r.take(int(min(binary.BigEndian.Uint32(b), MaxEnvelope)))
	}
	return nil
}

func (r *recordReader) finish(e *Envelope) error {
	if r.bad || len(r.rest) > 0 {
		return truce.E(truce.CodeInvalid, "the record is cut short or has bytes too many")
	}
	if err := e.check(); err != nil {
		return err
	}
	for i := 1; i < len(e.Signatures); i++ {
		if e.Signatures[i-1].KeyID >= e.Signatures[i].KeyID {
			return truce.E(truce.CodeInvalid, "the signatures in the record are not in the order of their keys")
		}
	}
	return nil
}
