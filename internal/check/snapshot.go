package check

import (
	"cmp"
	"context"
	"slices"

	"truce/internal/auth"
	"truce/internal/view/protected"
)

// snapshot is every object as known at one log size, made ready: a base, and what
// changed since the base was made. It is never changed: a newer one takes over what
// stayed the same, which costs as much as changed since the base.
type snapshot struct {
	head Head
	base *base
	over []*item         // new and changed since the base, in order of the entry that registered them
	gone map[string]bool // subjects of the base that are changed or erased
}

// base are objects that many snapshots share, with an index of where they are.
type base struct {
	items []*item // in order of the entry that registered them
	size  int64   // log size that they were read at
	*near         // nil while there is none: then everything is looked at
}

// build reads every object as known at head.
func build(ctx context.Context, r Register, head Head) (*snapshot, error) {
	b := &base{size: head.Size}
	err := r.Each(ctx, head.Size, func(o *protected.Object) error {
		b.items = append(b.items, prepare(o))
		return ctx.Err()
	})
	return &snapshot{head: head, base: b}, err
}

// advance is s as known at a later head: only what changed is read.
func (s *snapshot) advance(ctx context.Context, r Register, head Head) (*snapshot, error) {
	gone := make(map[string]bool, len(s.gone))
	for subject := range s.gone {
		gone[subject] = true
	}
	changed := map[string]bool{}
	var fresh []*item
	err := r.Changed(ctx, s.head.Size, head.Size, func(subject string, o *protected.Object) error {
		gone[subject], changed[subject] = true, true
		if o != nil {
			fresh = append(fresh, prepare(o))
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	next := &snapshot{head: head, base: s.base, gone: gone, over: make([]*item, 0, len(s.over)+len(fresh))}
	for _, it := range s.over {
		if !changed[it.subject] {
			next.over = append(next.over, it)
		}
	}
	next.over = append(next.over, fresh...)
	slices.SortStableFunc(next.over, byFirst)
	return next, nil
}

func byFirst(a, b *item) int { return cmp.Compare(a.first, b.first) }

// all are the items in order of the entry that registered them.
func (s *snapshot) all() []*item {
	if len(s.gone) == 0 && len(s.over) == 0 {
		return s.base.items
	}
	out := make([]*item, 0, len(s.base.items)+len(s.over))
	for _, it := range s.base.items {
		if !s.gone[it.subject] {
			out = append(out, it)
		}
	}
	out = append(out, s.over...)
	slices.SortStableFunc(out, byFirst)
	return out
}

// then is what was known at an earlier head. Who may be told of it is decided by
// what is known now as well as by what was known then: a release that ended since
// is not reached by asking about the past, nor is what was told only later.
func (s *snapshot) then(ctx context.Context, r Register, head Head) (*snapshot, error) {
	past, err := build(ctx, r, head)
	if err != nil {
		return nil, err
	}
	now := make(map[string]*auth.ObjectFacts, len(s.base.items))
	for _, it := range s.all() {
		now[it.subject] = it.facts
	}
	for _, it := range past.base.items {
		if it.now = now[it.subject]; it.now == nil {
			it.now = &auth.ObjectFacts{} // erased between the two reads
		}
	}
	return past, nil
}

// visible are the items that the viewer may be told of.
func (s *snapshot) visible(v auth.Viewer) []*item { return visibleTo(v, s.all()) }

func visibleTo(v auth.Viewer, items []*item) []*item {
	var out []*item
	for _, it := range items {
		if it.visible(v) {
			out = append(out, it)
		}
	}
	return out
}
