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
