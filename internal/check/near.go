package check

import (
	"context"
	"slices"
	"time"

	"truce"
	"truce/pack/index"
)

// near is where the items of a base are: an index of their parts. What it finds is
// only ever a list of whom to look at: match.go decides, with and without it.
type near struct {
	index  *index.Index
	owner  []place // part that each zone is, by ordinal: those of an item together, items in order
	broken []int32 // items that cannot be read: whoever may see them is told so, wherever they are
}

// place is a part of an item.
type place struct{ item, part int32 }

// newNear builds the index of items.
func newNear(items []*item) (*near, error) {
	n := &near{}
	for i, it := range items {
		if it.broken != nil {
			n.broken = append(n.broken, int32(i))
		}
	}
	x, err := index.Build(func(yield func(index.Zone) error) error {
		n.owner = n.owner[:0] // the source may be read more than once
		for i, it := range items {
			if it.broken != nil {
				continue
			}
			for p := range it.parts {
				n.owner = append(n.owner, place{int32(i), int32(p)})
				if err := yield(index.Zone{Shape: it.parts[p].shape.Shape()}); err != nil {
					return err
				}
			}
		}
		return nil
	}, [32]byte{}, index.Params{})
	if err != nil {
		return nil, err
	}
	n.index = x
	return n, nil
}

// owners appends the numbers of the items that hits belong to, in order, those that
// cannot be read among them.
func (n *near) owners(hits []index.Hit, out []int32) []int32 {
	out = append(out, n.broken...)
	for _, h := range hits {
		out = append(out, n.owner[h.Zone].item)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Bounds of when an index is worth while, in objects.
const (
	indexFrom = 2000 // fewer are looked at one by one in less than a millisecond; see Config
	overMost  = 500  // more that changed since, and a fiftieth of all, ask for another index
)

// wanting reports whether a snapshot is worth another index, where objects of that
// number are worth one.
func (s *snapshot) wanting(from int) bool {
	n := len(s.base.items) + len(s.over)
	if s.base.near == nil {
		return n >= from
	}
	return len(s.over)+len(s.gone) > max(overMost, n/50)
}

// Index builds an index of all objects, now, if there are so many that it is worth
// while; questions are answered meanwhile as before. A server calls it at its start,
// and Follow does as the log grows.
func (e *Engine) Index(ctx context.Context) error {
	s, err := e.current(ctx)
	if err != nil || !s.wanting(e.cfg.IndexFrom) {
		return err
	}
	e.indexing.Lock()
	defer e.indexing.Unlock()
	if s, err = e.current(ctx); err != nil || !s.wanting(e.cfg.IndexFrom) {
		return err
	}
	items := s.all()
	n, err := newNear(items)
	if err != nil {
		return truce.Wrap(truce.CodeInternal, err, "the index of places cannot be built").WithHint("checks go on without it")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.newest.Store(e.newest.Load().onto(&base{items: items, size: s.head.Size, near: n}))
	return nil
}

// onto is the snapshot on another base, made of an earlier snapshot of the same log.
func (s *snapshot) onto(b *base) *snapshot {
	next := &snapshot{head: s.head, base: b, gone: map[string]bool{}}
	now := make(map[string]*item, len(b.items))
	for _, it := range s.all() {
		now[it.subject] = it
	}
	for _, it := range b.items {
		if now[it.subject] != it {
			next.gone[it.subject] = true
		} else {
			delete(now, it.subject)
		}
	}
	for _, it := range now {
		next.over = append(next.over, it)
	}
	slices.SortFunc(next.over, byFirst)
	return next
}

// followEvery is how often Follow looks whether the index is worth making anew.
const followEvery = time.Second

// Follow keeps an index of all objects as the log grows, until ctx ends. tell hears of
// what went wrong; checks go on without an index then.
func (e *Engine) Follow(ctx context.Context, tell func(error)) {
	every := time.NewTicker(followEvery)
	defer every.Stop()
	for {
		if err := e.Index(ctx); err != nil && ctx.Err() == nil {
			tell(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
	}
}

// Indexed says up to which log size the index of places knows the objects, and how
// many were changed since and are looked at one by one; ok is false where there is
// no index.
func (e *Engine) Indexed() (size int64, changed int, ok bool) {
	s := e.newest.Load()
	if s == nil || s.base.near == nil {
		return 0, 0, false
	}
	return s.base.size, len(s.over) + len(s.gone), true
}
