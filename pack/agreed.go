package pack

import (
	"reflect"
	"slices"

	"truce"
	"truce/holds"
)

// Bounds of what stands in a pack of agreements and windows: what it takes in memory once it is read, for each byte of it
// and in all. A register's takes some ten to sixty bytes a byte.
const (
	agreedFloor  = 1 << 20
	agreedFactor = 64
	maxAgreed    = 512 << 20
)

// agreedReader reads records.
type agreedReader struct{ treeReader }

// newAgreedReader reads texts and begins with the records; nil where the texts cannot be read.
func newAgreedReader(texts, records string) *agreedReader {
	r := &agreedReader{treeReader{source: source{rest: records}}}
	r.budget = min(maxAgreed, agreedFloor+agreedFactor*(len(texts)+len(records)))
	if !r.readTexts(texts) {
		return nil
	}
	return r
}

// record reads the next one; nil where it cannot be read.
func (r *agreedReader) record() *holds.Record {
	out := &holds.Record{}
	r.spend(4 * int(reflect.TypeFor[holds.Record]().Size()))
	if r.structure(reflect.ValueOf(out).Elem()); r.bad {
		return nil
	}
	return out
}

// readAgreed reads the records of a whole pack, in order.
func readAgreed(texts, records string) ([]*holds.Record, error) {
	r := newAgreedReader(texts, records)
	if r == nil {
		return nil, truce.E(truce.CodeTampered, "the texts of the agreements in the pack cannot be read")
	}
	var out []*holds.Record
	for r.rest != "" {
		rec := r.record()
		switch {
		case r.budget < 0:
			return nil, truce.E(truce.CodeTampered, "the agreements in the pack take more memory than they may")
		case rec == nil || !wellFormed(rec) || len(out) > 0 && rec.First < out[len(out)-1].First:
			return nil, truce.E(truce.CodeTampered, "agreement or window %d of the pack cannot be read", len(out))
		}
		out = append(out, rec)
	}
	return out, nil
}

// wellFormed reports whether a record is one that the evaluation can be asked about: it has versions, the newest of which
// is told, and contents of its kind alone.
func wellFormed(r *holds.Record) bool {
	if r.Object != truce.AgreementObject(r.Subject) || r.Object == "" || !slices.Contains(statuses, r.Status) || len(r.Versions) == 0 {
		return false
	}
	for i := range r.Versions {
		v := &r.Versions[i]
		told := v.Agreement != nil || v.Window != nil
		if v.Hidden && told || v.Agreement != nil && r.Object != "agreement" || v.Window != nil && r.Object != "window" || v.Terms < 0 ||
			i > 0 && v.Terms < r.Versions[i-1].Terms || i == len(r.Versions)-1 && !told {
			return false
		}
	}
	return !slices.ContainsFunc(r.Said, func(s holds.Said) bool { return s.Act == nil || (s.Need != nil) != (s.Kind == truce.WindowNeed) })
}

// countAgreed are the numbers of agreements and of windows.
func countAgreed(all []*holds.Record) (agreements, windows int) {
	for _, r := range all {
		if r.Object == "window" {
			windows++
		} else {
			agreements++
		}
	}
	return agreements, windows
}

// record writes one.
func (w *treeWriter) record(r *holds.Record) { w.value(reflect.ValueOf(r)) }

// tail writes what a record has that the one before it had not: how many versions and statements are those of before, and
// the record without them.
func (w *treeWriter) tail(old, r *holds.Record) {
	versions, said := sharedHead(old.Versions, r.Versions), sharedHead(old.Said, r.Said)
	w.out.uvarint(uint64(versions))
	w.out.uvarint(uint64(said))
	rest := *r
	rest.Versions, rest.Said = r.Versions[versions:], r.Said[said:]
	w.record(&rest)
}

// sharedHead is how many of the first things of two lists are the same.
func sharedHead[T any](a, b []T) int {
	n := 0
	for n < len(a) && n < len(b) && reflect.DeepEqual(a[n], b[n]) {
		n++
	}
	return n
}

// grown reads what tail wrote, and gives the newer record; nil where it does not fit.
func (r *agreedReader) grown(old *holds.Record) *holds.Record {
	versions, said := r.uvarint(), r.uvarint()
	out := r.record()
	if out == nil || versions > uint64(len(old.Versions)) || said > uint64(len(old.Said)) {
		return nil
	}
	out.Versions = append(slices.Clone(old.Versions[:versions]), out.Versions...)
	out.Said = append(slices.Clone(old.Said[:said]), out.Said...)
	return out
}
