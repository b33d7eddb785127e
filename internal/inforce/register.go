package inforce

import (
	"context"

	"truce"
	"truce/internal/store"
	"truce/internal/view/agreement"
)

// Register is what the engine reads. Its answers are of one log that only grows.
type Register interface {
	// Size is the number of entries in the log.
	Size(ctx context.Context) (int64, error)
	// Each calls fn with every record as known at asOf entries, in order of the
	// entry that registered it. Those erased since are not among them.
	Each(ctx context.Context, asOf int64, fn func(*agreement.Record) error) error
	// Changed calls fn with every record about which something was said in the
	// entries from from to asOf, as known at asOf, and with the subject alone and
	// nil for one that was erased.
	Changed(ctx context.Context, from, asOf int64, fn func(subject string, r *agreement.Record) error) error
}

// Snapshots is a database of which all reads in one View are of one moment.
type Snapshots interface {
	View(ctx context.Context, fn func(store.Reader) error) error
}

// Stored is the Register over a database and the view in it.
type Stored struct {
	DB Snapshots
	// Position is the number of entries that the views show (view.Runner).
	Position func(ctx context.Context, r store.Reader) (int64, error)
	// Head is the number of entries under the newest checkpoint; nil where what
	// the views show is all that counts.
	Head func() int64

	view agreement.View
}

var _ Register = (*Stored)(nil)

// Size is the number of entries under the newest checkpoint, which the views show too.
func (s *Stored) Size(ctx context.Context) (int64, error) {
	if s.Head != nil {
		return s.Head(), nil
	}
	var size int64
	err := s.DB.View(ctx, func(r store.Reader) (err error) {
		size, err = s.Position(ctx, r)
		return err
	})
	return size, err
}

// Each reads every record. CodeUnavailable where the views are behind asOf.
func (s *Stored) Each(ctx context.Context, asOf int64, fn func(*agreement.Record) error) error {
	return s.read(ctx, asOf, func(r store.Reader) error {
		return s.view.Each(ctx, r, asOf, agreement.Filter{}, fn)
	})
}

// Changed reads the records that changed. CodeUnavailable where the views are
// behind asOf.
func (s *Stored) Changed(ctx context.Context, from, asOf int64, fn func(string, *agreement.Record) error) error {
	return s.read(ctx, asOf, func(r store.Reader) error {
		subjects, err := s.view.Changed(ctx, r, from, asOf)
		if err != nil {
			return err
		}
		for _, subject := range subjects {
			rec, err := s.view.Record(ctx, r, subject, asOf)
			if truce.CodeOf(err) == truce.CodeNotFound || err == nil && rec.Erased != nil {
				rec, err = nil, nil
			}
			if err != nil {
				return err
			}
			if err := fn(subject, rec); err != nil {
				return err
			}
		}
		return nil
	})
}

// read runs fn on a snapshot in which the views show asOf entries. Views that
// are behind would leave agreements out of an answer.
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
