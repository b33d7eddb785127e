package check

import (
	"context"
	"time"

	"truce"
	"truce/internal/store"
	"truce/internal/view/protected"
)

// Head is a state of the log.
type Head struct {
	Size          int64     // number of entries
	Root          string    // root hash, standard base64
	LastEntryTime time.Time // when entry Size-1 was received, UTC
}

// Register is what a check reads. Its answers are of one log that only grows.
type Register interface {
	// Head is the log with size entries, or as it is now when size is
	// truce.Now. A size that the log has not reached is an error.
	Head(ctx context.Context, size int64) (Head, error)
	// Each calls fn with every object as known at asOf entries, in order of
	// the entry that registered it. Objects erased since are not among them.
	Each(ctx context.Context, asOf int64, fn func(*protected.Object) error) error
	// Changed calls fn with every object about which something was said in
	// the entries from from to asOf, as known at asOf, and with the subject
	// alone and nil for one that was erased.
	Changed(ctx context.Context, from, asOf int64, fn func(subject string, o *protected.Object) error) error
}

// Snapshots is a database of which all reads in one View are of one moment.
type Snapshots interface {
	View(ctx context.Context, fn func(store.Reader) error) error
}

// Stored is the Register over a database and the view in it.
type Stored struct {
	DB Snapshots
	// Heads gives the state of the log as Register.Head does.
	Heads func(ctx context.Context, size int64) (Head, error)
	// Position is the number of entries that the views show (view.Runner).
	Position func(ctx context.Context, r store.Reader) (int64, error)

	view protected.View
}

var _ Register = (*Stored)(nil)

// Head gives a state of the log.
func (s *Stored) Head(ctx context.Context, size int64) (Head, error) { return s.Heads(ctx, size) }

// Each reads every object. CodeUnavailable where the views are behind asOf.
func (s *Stored) Each(ctx context.Context, asOf int64, fn func(*protected.Object) error) error {
	return s.read(ctx, asOf, func(r store.Reader) error {
		return s.view.Each(ctx, r, asOf, protected.Filter{}, fn)
	})
}

// Changed reads the objects that changed. CodeUnavailable where the views are
// behind asOf.
func (s *Stored) Changed(ctx context.Context, from, asOf int64, fn func(string, *protected.Object) error) error {
	return s.read(ctx, asOf, func(r store.Reader) error {
		subjects, err := s.view.Changed(ctx, r, from, asOf)
		if err != nil {
			return err
		}
		for _, subject := range subjects {
			o, err := s.view.Object(ctx, r, subject, asOf)
			if truce.CodeOf(err) == truce.CodeNotFound || err == nil && o.Erased != nil {
				o, err = nil, nil
			}
			if err != nil {
				return err
			}
			if err := fn(subject, o); err != nil {
				return err
			}
		}
		return nil
	})
}

// read runs fn on a snapshot in which the views show asOf entries. Views that
// are behind would leave objects out of an answer.
func (s *Stored) read(ctx context.Context, asOf int64, fn func(store.Reader) error) error {
	return s.DB.View(ctx, func(r store.Reader) error {
		at, err := s.Position(ctx, r)
		if err != nil {
			return err
		}
		if at < asOf {
			return truce.E(truce.CodeUnavailable, "the views show %d of %d entries", at, asOf).WithHint("run: truce views rebuild")
		}
		return fn(r)
	})
}
