package check

import (
	"cmp"
	"context"
	"slices"

	"truce/internal/auth"
	"truce/internal/view/protected"
)

// snapshot is every object as known at one log size, made ready. It is never
// changed: a newer one takes over what stayed the same.
type snapshot struct {
	head  Head
	items []*item // in order of the entry that registered them
}

// build reads every object as known at head.
func build(ctx context.Context, r Register, head Head) (*snapshot, error) {
	s := &snapshot{head: head}
	err := r.Each(ctx, head.Size, func(o *protected.Object) error {
		s.items = append(s.items, prepare(o))
		return ctx.Err()
	})
	return s, err
}

// advance is s as known at a later head: only what changed is read.
func (s *snapshot) advance(ctx context.Context, r Register, head Head) (*snapshot, error) {
	gone := map[string]bool{}
	var fresh []*item
	err := r.Changed(ctx, s.head.Size, head.Size, func(subject string, o *protected.Object) error {
		gone[subject] = true
		if o != nil {
			fresh = append(fresh, prepare(o))
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	next := &snapshot{head: head, items: make([]*item, 0, len(s.items)+len(fresh))}
	for _, it := range s.items {
		if !gone[it.subject] {
			next.items = append(next.items, it)
		}
	}
	next.items = append(next.items, fresh...)
	slices.SortStableFunc(next.items, func(a, b *item) int { return cmp.Compare(a.first, b.first) })
	return next, nil
}

// then is what was known at an earlier head. Who may be told of it is decided by
// what is known now as well as by what was known then: a release that ended since
// is not reached by asking about the past, nor is what was told only later.
func (s *snapshot) then(ctx context.Context, r Register, head Head) (*snapshot, error) {
	past, err := build(ctx, r, head)
	if err != nil {
		return nil, err
	}
	now := make(map[string]*auth.ObjectFacts, len(s.items))
	for _, it := range s.items {
		now[it.subject] = it.facts
	}
	for _, it := range past.items {
		if it.now = now[it.subject]; it.now == nil {
			it.now = &auth.ObjectFacts{} // erased between the two reads
		}
	}
	return past, nil
}

// visible are the items that the viewer may be told of.
func (s *snapshot) visible(v auth.Viewer) []*item {
	var out []*item
	for _, it := range s.items {
		if it.visible(v) {
			out = append(out, it)
		}
	}
	return out
}
