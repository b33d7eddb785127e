package inforce

import (
	"context"
	"sync"

	"truce"
	"truce/holds"
	"truce/internal/store"
	"truce/internal/view/inbox"
)

// Tests are what came of trying the lines of duty desks: another view than that of
// agreements, which the readiness of a window rests on too.
type Tests interface {
	// Tests are those known at asOf entries.
	Tests(ctx context.Context, asOf int64) ([]holds.Test, error)
	// Tried reports whether they may be others at asOf entries than at from.
	Tried(ctx context.Context, from, asOf int64) (bool, error)
}

// StoredTests are the Tests of a database and the view of duty desks in it.
type StoredTests struct {
	DB   Snapshots
	view inbox.View

	mu       sync.Mutex
	at, rows int64 // statements about desks below at, when the tests of that size were read: less of them is an erasure
}

var _ Tests = (*StoredTests)(nil)

// Tests reads the tests of every desk. A desk that was withdrawn is told of as one
// that no line of counts any more.
func (s *StoredTests) Tests(ctx context.Context, asOf int64) (out []holds.Test, err error) {
	err = s.DB.View(ctx, func(r store.Reader) error {
		desks, err := s.view.Desks(ctx, r, "", asOf)
		if err != nil {
			return err
		}
		if err := s.note(ctx, r, asOf); err != nil {
			return err
		}
		for _, d := range desks {
			if out, err = s.ofDesk(ctx, r, d, asOf, out); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

func (s *StoredTests) ofDesk(ctx context.Context, r store.Reader, d *inbox.Desk, asOf int64, out []holds.Test) ([]holds.Test, error) {
	said, err := s.view.Said(ctx, r, inbox.Filter{Subject: d.ID, Object: "contact", After: truce.NoEntry, AsOf: asOf})
	if err != nil {
		return nil, err
	}
	for i := range said {
		t, err := tried(d, &said[i])
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	if d.Withdrawn {
		out = append(out, holds.Test{Party: d.Party, Desk: d.ID, At: d.At, Entry: d.Entry, Status: d.Status})
	}
	return out, nil
}

// tried is a test as package holds reads it.
func tried(d *inbox.Desk, s *inbox.Said) (holds.Test, error) {
	line, outcome, at, err := s.Try()
	return holds.Test{Party: d.Party, Desk: d.ID, Line: line, By: s.Author, Result: outcome, At: at, Entry: s.Entry, Status: s.Status}, err
}

// note keeps how many statements about desks there are, of the newest size asked for.
func (s *StoredTests) note(ctx context.Context, r store.Reader, asOf int64) error {
	n, err := s.view.DeskRows(ctx, r, asOf)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil && asOf >= s.at {
		s.at, s.rows = asOf, n
	}
	return err
}

// Tried looks for tests among the entries from from on, for statements about desks, and
// for desks that were erased.
func (s *StoredTests) Tried(ctx context.Context, from, asOf int64) (yes bool, err error) {
	s.mu.Lock()
	at, rows := s.at, s.rows
	s.mu.Unlock()
	err = s.DB.View(ctx, func(r store.Reader) error {
		n, err := s.view.DeskRows(ctx, r, at)
		if yes = n != rows; err != nil || yes {
			return err
		}
		yes, err = s.view.Tried(ctx, r, from, asOf)
		return err
	})
	return yes, err
}

// tested is m with the tests that are known at its size; those of before where they
// are the same.
func (e *Engine) tested(ctx context.Context, m, before *Model) (*Model, error) {
	if e.cfg.Tests == nil {
		return m, nil
	}
	if before != nil {
		if changed, err := e.cfg.Tests.Tried(ctx, before.Size, m.Size); err != nil || !changed {
			return m, err
		}
	}
	all, err := e.cfg.Tests.Tests(ctx, m.Size)
	if err != nil {
		return nil, err
	}
	return m.Tested(all), nil
}
