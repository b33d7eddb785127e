package check

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"truce"
	"truce/internal/auth"
)

// batch is one call: what it has looked up already. Several goroutines share it.
type batch struct {
	*Engine
	ctx     context.Context
	now     time.Time
	queries []Query
	length  int          // of a stretch, in queries
	next    atomic.Int64 // number of the stretch that is to be worked on next
	failed  atomic.Pointer[any]

	mu    sync.Mutex // guards what follows
	known map[int64]*knowledge
}

// knowledge is a snapshot as a batch uses it.
type knowledge struct {
	*snapshot
	asOf AsOf
	seen map[auth.Viewer][]*item // what each may be told of, and has to be looked at whatever the place
}

// A stretch is as long as lets the processors share a batch evenly, within bounds: the
// index finds many places together faster than one by one.
const (
	leastStretch = 64
	mostStretch  = 512
)

func (e *Engine) each(ctx context.Context, queries []Query, keep bool, tell func(first int, results []Result)) {
	b := &batch{Engine: e, ctx: ctx, now: e.cfg.Now().UTC(), queries: queries, known: map[int64]*knowledge{}}
	b.length = min(max(len(queries)/(2*cap(e.helpers)+2)+1, leastStretch), mostStretch)
	work := func() {
		s := stretches.Get().(*stretch)
		defer s.free()
		s.batch, s.keep = b, keep
		for first := b.take(); first < len(queries); first = b.take() {
			s.run(queries[first:min(first+b.length, len(queries))])
			tell(first, s.results)
		}
	}
	var all sync.WaitGroup
	for from := b.length; from < len(queries) && b.helped(&all, work); from += b.length {
	}
	defer all.Wait() // a panic of ours waits for the others too
	work()
	all.Wait()
	if v := b.failed.Load(); v != nil {
		panic(*v)
	}
}

// take gives the number of the first query that nobody works on yet.
func (b *batch) take() int { return int(b.next.Add(1)-1) * b.length }

// helped starts a goroutine that helps, if a processor is left for it. Its panics are
// those of the caller.
func (b *batch) helped(all *sync.WaitGroup, work func()) bool {
	select {
	case b.helpers <- struct{}{}:
	default:
		return false
	}
	all.Go(func() {
		defer func() {
			if v := recover(); v != nil {
				b.failed.CompareAndSwap(nil, &v)
			}
			<-b.helpers
		}()
		work()
	})
	return true
}

// knowledge is what is known at the log size that q asks for.
func (b *batch) knowledge(q *question) (*knowledge, error) {
	k, err := b.at(max(0, q.AsKnownAt))
	if err == nil && q.MinEntry > 0 && q.MinEntry >= k.head.Size {
		return nil, truce.E(truce.CodeStale, "entry %d is asked for, and the log known here ends at %d", q.MinEntry, k.head.Size-1).
			WithHint("ask a register that has it, or wait until this one does")
	}
	return k, err
}

func (b *batch) at(size int64) (*knowledge, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k, ok := b.known[size]
	if !ok {
		s, now, err := b.read(size)
		if err != nil {
			return nil, err
		}
		k = &knowledge{s, b.asOf(s.head, now), map[auth.Viewer][]*item{}}
		b.known[size] = k
	}
	return k, nil
}

// read gives the newest snapshot for size 0, else the one of that size, read for
// this call alone; and the size of the newest.
func (b *batch) read(size int64) (*snapshot, int64, error) {
	newest, err := b.current(b.ctx)
	if err != nil {
		return nil, 0, err
	}
	now := newest.head.Size
	if size == 0 || size == now {
		return newest, now, nil
	}
	if size > now {
		return nil, now, truce.E(truce.CodeInvalid, "the log has %d entries", now).At("/asKnownAt").
			WithHint("ask as known at a number of entries that the log has reached")
	}
	head, err := b.cfg.Register.Head(b.ctx, size)
	if err != nil {
		return nil, now, err
	}
	past, err := newest.then(b.ctx, b.cfg.Register, head)
	return past, now, err
}

// always are the items that a question of the viewer looks at wherever it asks, worked
// out once: those that the index does not know, or all.
func (b *batch) always(k *knowledge, v auth.Viewer) []*item {
	b.mu.Lock()
	defer b.mu.Unlock()
	items, ok := k.seen[v]
	if !ok {
		if k.base.near == nil {
			items = visibleTo(v, k.all())
		} else {
			items = visibleTo(v, k.over)
		}
		k.seen[v] = items
	}
	return items
}
