package index

// records keeps the records of all zones, and the periods of those that have several.
type records struct {
	bytes   []byte
	bases   []uint64 // of every 256 records: where the first begins
	offsets []uint32 // of every record: where it begins after its base
	periods []Period
	known   map[uint64]periodRef // lists of periods by their hash
}

func (r *records) add(z *Zone) {
	var ref periodRef
	if len(z.Periods) > 1 {
		ref = r.list(z.Periods)
	}
	r.mark()
	r.bytes = appendRecord(r.bytes, z, ref)
}

// mark notes that a record begins here.
func (r *records) mark() {
	if len(r.offsets)%256 == 0 {
		r.bases = append(r.bases, uint64(len(r.bytes)))
	}
	r.offsets = append(r.offsets, uint32(uint64(len(r.bytes))-r.bases[len(r.bases)-1]))
}

// list stores periods, once however many zones share them.
func (r *records) list(periods []Period) periodRef {
	hash := uint64(14695981039346656037) // FNV-1a over 64 bit words
	for _, p := range periods {
		hash = (hash ^ uint64(p.From)) * 1099511628211
		hash = (hash ^ uint64(p.Until)) * 1099511628211
	}
	if ref, ok := r.known[hash]; ok && same(r.periods[ref.offset:ref.offset+ref.count], periods) {
		return ref
	}
	if r.known == nil {
		r.known = map[uint64]periodRef{}
	}
	ref := periodRef{len(r.periods), len(periods)}
	r.periods = append(r.periods, periods...)
	r.known[hash] = ref
	return ref
}

func same(a, b []Period) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func (r *records) get(zone uint32) []byte {
	from := r.bases[zone/256] + uint64(r.offsets[zone])
	to := uint64(len(r.bytes))
	if int(zone)+1 < len(r.offsets) {
		to = r.bases[(zone+1)/256] + uint64(r.offsets[zone+1])
	}
	return r.bytes[from:to]
}
