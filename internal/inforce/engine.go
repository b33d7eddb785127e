package inforce

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"truce"
	"truce/holds"
	"truce/internal/auth"
	"truce/internal/view/agreement"
)

// Config is what an Engine needs.
type Config struct {
	Register Register
	Tests    Tests            // of the lines of duty desks; nil for none
	Exercise bool             // the register was made as an exercise
	Now      func() time.Time // the clock; time.Now when nil
}

// Engine answers queries. It keeps what is known at the newest log size in memory,
// and reads what changed before it answers when the log has grown. Any number of
// goroutines may share it.
type Engine struct {
	cfg    Config
	newest atomic.Pointer[Model]
	past   atomic.Pointer[past]
	mu     sync.Mutex // held by the one that makes newest
}

// past is the model of a size that was asked for last, as the viewers of now may
// see it.
type past struct {
	model *Model
	now   int64
}

// New makes an engine. It reads nothing yet.
func New(cfg Config) *Engine {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Engine{cfg: cfg}
}

// Now answers what holds at a place and a time. A query that is not formed right
// is CodeInvalid. Whatever keeps an entry from being read is an error too, never an
// answer without it.
func (e *Engine) Now(ctx context.Context, q Query) (*Answer, error) {
	if q.At.IsZero() {
		if !q.Until.IsZero() {
			return nil, truce.E(truce.CodeInvalid, "a period needs a beginning").At("/from").WithHint("give from and until, or one time")
		}
		q.At = e.cfg.Now()
	}
	if len(q.Statuses) == 0 {
		q.Statuses = e.statuses()
	}
	m, err := e.Model(ctx, q.AsKnownAt)
	if err != nil {
		return nil, err
	}
	return Evaluate(m, q)
}

// Agreement is the answer about one agreement, with all its clauses that apply or
// do not. CodeNotFound where there is none that the viewer may know of.
func (e *Engine) Agreement(ctx context.Context, id string, q Query) (*Agreement, error) {
	q.ID, q.Object = id, "agreement"
	a, err := e.Now(ctx, q)
	if err != nil {
		return nil, err
	}
	if len(a.Agreements) == 0 {
		return nil, notFound("agreement", id)
	}
	return &a.Agreements[0], nil
}

// Window is the answer about one window. CodeNotFound where there is none that the
// viewer may know of.
func (e *Engine) Window(ctx context.Context, id string, q Query) (*Window, error) {
	q.ID, q.Object = id, "window"
	a, err := e.Now(ctx, q)
	if err != nil {
		return nil, err
	}
	if len(a.Windows) == 0 {
		return nil, notFound("window", id)
	}
	return &a.Windows[0], nil
}

// Waiting is the report "waiting on whom" over everything that the query concerns.
func (e *Engine) Waiting(ctx context.Context, q Query) ([]Waiting, error) {
	a, err := e.Now(ctx, q)
	if err != nil {
		return nil, err
	}
	return a.Waiting(), nil
}

// Told are the agreements and windows that the viewer may know of, as known at a log size, 0 or less for the newest, and
// no more of each than it may know: a pack holds them. Of a size in the past they are what it could know then, and are
// for comparing with it only. What is actual is told, and by the Engine of an exercise that of exercise and test. One
// that cannot be read is an error.
func (e *Engine) Told(ctx context.Context, v auth.Viewer, size int64) ([]*holds.Record, error) {
	m, err := e.current(ctx)
	if err == nil && size > m.Size {
		err = truce.E(truce.CodeUnavailable, "the agreements are known as of %d entries, and not of %d", m.Size, size).WithHint("try again")
	}
	if err == nil && size > 0 && size < m.Size {
		m, err = e.build(ctx, size)
	}
	if err != nil {
		return nil, err
	}
	return m.Told(sight{v}, e.statuses())
}

// statuses are those answered with where nothing else is asked for.
func (e *Engine) statuses() []truce.Status {
	if e.cfg.Exercise {
		return []truce.Status{truce.Exercise, truce.Test}
	}
	return []truce.Status{truce.Actual}
}

func notFound(object, id string) error {
	return truce.E(truce.CodeNotFound, "there is no %s %q", object, id).WithHint("check the id")
}

// Model is what is known at a log size, 0 or less for the newest. A size that the
// log has not reached is CodeInvalid.
func (e *Engine) Model(ctx context.Context, asKnownAt int64) (*Model, error) {
	now, err := e.current(ctx)
	if err != nil || asKnownAt <= 0 || asKnownAt == now.Size {
		return now, err
	}
	if asKnownAt > now.Size {
		return nil, truce.E(truce.CodeInvalid, "the log has %d entries", now.Size).At("/asKnownAt").
			WithHint("ask as known at a number of entries that the log has reached")
	}
	if p := e.past.Load(); p != nil && p.model.Size == asKnownAt && p.now == now.Size {
		return p.model, nil
	}
	m, err := e.build(ctx, asKnownAt)
	if err != nil {
		return nil, err
	}
	e.past.Store(&past{m.AsKnown(now), now.Size})
	return m, nil
}

// current is the model of the log as it is now.
func (e *Engine) current(ctx context.Context) (*Model, error) {
	size, err := e.cfg.Register.Size(ctx)
	if err != nil {
		return nil, err
	}
	if m := e.newest.Load(); m != nil && m.Size >= size {
		return m, nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	m := e.newest.Load()
	switch {
	case m == nil:
		m, err = e.build(ctx, size)
	case m.Size < size:
		m, err = e.advance(ctx, m, size)
	}
	if err != nil {
		return nil, err
	}
	e.newest.Store(m)
	return m, nil
}

func (e *Engine) build(ctx context.Context, size int64) (*Model, error) {
	var all []*agreement.Record
	err := e.cfg.Register.Each(ctx, size, func(r *agreement.Record) error {
		all = append(all, r)
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	return e.tested(ctx, NewModel(size, all), nil)
}

func (e *Engine) advance(ctx context.Context, m *Model, size int64) (*Model, error) {
	changed := map[string]*holds.Record{}
	err := e.cfg.Register.Changed(ctx, m.Size, size, func(subject string, r *agreement.Record) error {
		changed[subject] = nil
		if r != nil {
			changed[subject] = known(r)
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	return e.tested(ctx, m.Advance(size, changed), m)
}
