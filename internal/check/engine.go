package check

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"truce"
	"truce/internal/auth"
)

// Config is what an Engine needs.
type Config struct {
	Register Register
	Origin   string           // of the log
	Exercise bool             // the register was made as an exercise
	Now      func() time.Time // the clock; time.Now when nil
	Limited  bool             // the register is a copy that holds what one party was told

	Agreed Agreed // tells what was agreed about a place; nil = nothing is told of that

	IndexFrom int // number of objects that are worth an index of places; 2000 when 0
}

// Engine answers queries. It keeps the objects of the newest log size in memory,
// and reads what changed before it answers when the log has grown. Any number of
// goroutines may share it.
type Engine struct {
	cfg    Config
	newest atomic.Pointer[snapshot]
	mu     sync.Mutex // held by the one that makes newest

	indexing sync.Mutex // held by the one that builds an index
}

// New makes an engine. It reads nothing yet.
func New(cfg Config) *Engine {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.IndexFrom == 0 {
		cfg.IndexFrom = indexFrom
	}
	return &Engine{cfg: cfg}
}

// Check answers one query. A query that is not formed right is CodeInvalid, one
// that asks for entries that are not there yet CodeStale. Whatever keeps an
// object from being read is an error too, never an answer without it.
func (e *Engine) Check(ctx context.Context, q Query) (*Answer, error) {
	r := e.CheckMany(ctx, []Query{q})[0]
	return r.Answer, r.Err
}

// Result is the answer to one of many queries, or why there is none.
type Result struct {
	Answer *Answer
	Err    error
}

// CheckMany answers queries in order. A query that has an error does not keep
// the others from being answered. Queries of one AsKnownAt have answers of one
// log size.
func (e *Engine) CheckMany(ctx context.Context, queries []Query) []Result {
	b := &batch{Engine: e, now: e.cfg.Now().UTC(), known: map[int64]*snapshot{}, seen: map[sight][]*item{}}
	out := make([]Result, len(queries))
	for i, q := range queries {
		out[i].Answer, out[i].Err = b.answer(ctx, q)
	}
	return out
}

// batch is one call: what it has looked up already.
type batch struct {
	*Engine
	now   time.Time
	size  int64 // of the log when the answer was begun
	known map[int64]*snapshot
	seen  map[sight][]*item
}

type sight struct {
	size int64
	auth.Viewer
}

func (b *batch) answer(ctx context.Context, query Query) (*Answer, error) {
	q, err := query.ready(b.now, b.cfg.Exercise)
	if err != nil {
		return nil, err
	}
	s, err := b.snapshot(ctx, q)
	if err != nil {
		return nil, err
	}
	items, err := s.looked(q, func() []*item { return b.visible(s, q.Viewer) })
	if err != nil {
		return nil, err
	}
	found, err := q.found(ctx, items)
	if err != nil {
		return nil, err
	}
	a := &Answer{AsOf: b.asOf(s.head), Query: q.echo(), Protections: found}
	if a.Agreements, a.Windows, err = b.agreed(ctx, q, s.head.Size); err != nil {
		return nil, err
	}
	a.Notice = notice(a, q, b.cfg.Limited)
	return a, nil
}

// visible are the items of s that the viewer may be told of, worked out once.
func (b *batch) visible(s *snapshot, v auth.Viewer) []*item {
	key := sight{s.head.Size, v}
	items, ok := b.seen[key]
	if !ok {
		items = s.visible(v)
		b.seen[key] = items
	}
	return items
}

// snapshot is what is known at the log size that q asks for.
func (b *batch) snapshot(ctx context.Context, q *question) (*snapshot, error) {
	size := max(0, q.AsKnownAt)
	s, ok := b.known[size]
	if !ok {
		var err error
		if s, err = b.read(ctx, size); err != nil {
			return nil, err
		}
		b.known[size] = s
	}
	if q.MinEntry > 0 && q.MinEntry >= s.head.Size {
		return nil, truce.E(truce.CodeStale, "entry %d is asked for, and the log known here ends at %d", q.MinEntry, s.head.Size-1).
			WithHint("ask a register that has it, or wait until this one does")
	}
	return s, nil
}

// read gives the newest snapshot for size 0, else the one of that size, read for
// this call alone.
func (b *batch) read(ctx context.Context, size int64) (*snapshot, error) {
	newest, err := b.current(ctx)
	if err != nil {
		return nil, err
	}
	if b.size = newest.head.Size; size == 0 || size == newest.head.Size {
		return newest, nil
	}
	if size > newest.head.Size {
		return nil, truce.E(truce.CodeInvalid, "the log has %d entries", newest.head.Size).At("/asKnownAt").
			WithHint("ask as known at a number of entries that the log has reached")
	}
	head, err := b.cfg.Register.Head(ctx, size)
	if err != nil {
		return nil, err
	}
	return newest.then(ctx, b.cfg.Register, head)
}

// current is the snapshot of the log as it is now.
func (e *Engine) current(ctx context.Context) (*snapshot, error) {
	head, err := e.cfg.Register.Head(ctx, truce.Now)
	if err != nil {
		return nil, err
	}
	if s := e.newest.Load(); s != nil && s.head.Size >= head.Size {
		return s, nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.newest.Load()
	switch {
	case s == nil:
		s, err = build(ctx, e.cfg.Register, head)
	case s.head.Size < head.Size:
		s, err = s.advance(ctx, e.cfg.Register, head)
	}
	if err != nil {
		return nil, err
	}
	e.newest.Store(s)
	return s, nil
}
