package holds

import (
	"cmp"
	"slices"

	"truce"
	"truce/geo"
)

// Model is every agreement and window as known at one log size, made ready. It is
// never changed: a newer one takes over what stayed the same.
type Model struct {
	Size         int64 // number of entries that it knows
	items        map[string]*item
	index        *index
	recent       []*item         // since the index was made
	gone         map[string]bool // subjects in the index that recent replaces, or that were erased
	supersededBy map[string][]string
	tests        map[truce.PartyID][]Test // of lines of desks, in order of time
}

// maxRecent is how many changed items are looked through one by one before the
// index is made anew.
const maxRecent = 256

// NewModel makes a model of records as known at size entries.
func NewModel(size int64, records []*Record) *Model {
	m := &Model{Size: size, items: make(map[string]*item, len(records))}
	at := places{}
	for _, r := range records {
		m.items[r.Subject] = prepare(r, at)
	}
	m.reindex()
	return m
}

// Len is the number of agreements and windows.
func (m *Model) Len() int { return len(m.items) }

// Damaged is why a record cannot be read, nil where all can.
func (m *Model) Damaged() error {
	for _, it := range m.items {
		if it.broken != nil {
			return it.broken
		}
	}
	return nil
}

// reindex makes the index of all items.
func (m *Model) reindex() {
	all := make([]*item, 0, len(m.items))
	for _, it := range m.items {
		all = append(all, it)
	}
	slices.SortFunc(all, inOrder)
	m.index, m.recent, m.gone = newIndex(all), nil, map[string]bool{}
	m.supersededBy = map[string][]string{}
	for _, it := range all {
		for _, id := range it.supersedes() {
			m.supersededBy[id] = append(m.supersededBy[id], it.subject)
		}
	}
}

// supersedes are the agreements that an item may take the place of, each once.
func (it *item) supersedes() (out []string) {
	seen := map[string]bool{}
	for _, e := range it.editions {
		if e.agreement == nil {
			continue
		}
		for _, id := range e.agreement.Supersedes {
			if !seen[id] {
				seen[id] = true
				out = append(out, id)
			}
		}
	}
	return out
}

// Advance is m as known at a later size, with the records that changed; a nil
// record was erased.
func (m *Model) Advance(size int64, changed map[string]*Record) *Model {
	next := &Model{Size: size, items: cloneMap(m.items), index: m.index, gone: cloneMap(m.gone), supersededBy: cloneMap(m.supersededBy), tests: m.tests}
	for _, it := range m.recent {
		if _, again := changed[it.subject]; !again {
			next.recent = append(next.recent, it)
		}
	}
	at := places{}
	for subject, r := range changed {
		next.gone[subject] = true
		delete(next.items, subject)
		if r != nil {
			it := prepare(r, at)
			next.items[subject] = it
			next.recent = append(next.recent, it)
			for _, id := range it.supersedes() {
				if list := next.supersededBy[id]; !slices.Contains(list, subject) {
					next.supersededBy[id] = append(slices.Clip(list), subject) // m has the list too
				}
			}
		}
	}
	if len(next.recent) > maxRecent {
		next.reindex()
	}
	slices.SortFunc(next.recent, inOrder)
	return next
}

func cloneMap[V any](m map[string]V) map[string]V {
	out := make(map[string]V, len(m)+1)
	for k, v := range m {
		out[k] = v
	}
	return out
}

func inOrder(a, b *item) int { return cmp.Compare(a.first, b.first) }

// find is the item with that id, or nil.
func (m *Model) find(id string) *item { return m.items[id] }

// near lists the items that may concern the question, in order of registration:
// all that do are among them.
func (m *Model) near(q *question) []*item {
	if q.ID != "" {
		return one(m.find(q.ID))
	}
	out := m.index.near(q, m.gone)
	out = append(out, m.recent...)
	slices.SortFunc(out, inOrder)
	return out
}

// Concerns reports whether something may concern a place, within so many metres: false is
// certain. It costs less than an answer without anything.
func (m *Model) Concerns(place geo.Shape, radius float64) bool {
	if len(m.recent) > 0 || len(m.index.wide) > 0 {
		return true
	}
	if len(m.index.cells) == 0 {
		return false
	}
	cells, ok := cellsOf(place.Bounds(), radius)
	return !ok || slices.ContainsFunc(cells, func(c cell) bool { return len(m.index.cells[c]) > 0 })
}

// AsKnown tells the items of a model of the past who may know of them now: what
// ended since is not reached by asking about the past.
func (m *Model) AsKnown(now *Model) *Model {
	for id, it := range m.items {
		if present := now.items[id]; present != nil {
			it.now = present.facts
		} else {
			it.now = &Facts{} // erased between the two reads
		}
	}
	return m
}
