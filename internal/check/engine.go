package check

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"truce"
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

	helpers chan struct{} // holds one for every goroutine that helps with a batch
}

// New makes an engine. It reads nothing yet.
func New(cfg Config) *Engine {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.IndexFrom == 0 {
		cfg.IndexFrom = indexFrom
	}
	return &Engine{cfg: cfg, helpers: make(chan struct{}, runtime.GOMAXPROCS(0)-1)}
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
// log size. Where there are many, free processors take part.
func (e *Engine) CheckMany(ctx context.Context, queries []Query) []Result {
	out := make([]Result, len(queries))
	e.each(ctx, queries, true, func(first int, results []Result) { copy(out[first:], results) })
	return out
}

// CheckEach is CheckMany for whom wants to go on with some answers while others are
// being worked out: it calls tell for every stretch of neighbouring queries, with the
// number of its first one, by several goroutines at a time and in any order. results
// are only good until tell returns.
func (e *Engine) CheckEach(ctx context.Context, queries []Query, tell func(first int, results []Result)) {
	e.each(ctx, queries, false, tell)
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
