package cli

import (
	"context"

	"truce"
	"truce/internal/compose"
	"truce/internal/store"
	"truce/internal/tabular"
	"truce/internal/view/protected"
)

// knownObjects gives what is registered to an import, and remembers who may read
// what and which status it has: an amendment keeps both.
type knownObjects struct {
	each   func(ctx context.Context, tell func(tabular.Existing, *item) error) error
	frames map[string]*item
}

// Each implements tabular.Known.
func (k *knownObjects) Each(ctx context.Context, fn func(tabular.Existing) error) error {
	return k.each(ctx, func(e tabular.Existing, it *item) error {
		if it != nil && !e.Foreign && (len(it.Audience) > 0 || it.Status != truce.Actual) {
			k.frames[e.Subject] = it
		}
		return fn(e)
	})
}

// frame gives an amendment the status of what it amends and, where no other is
// asked for, its audience.
func (k *knownObjects) frame(subject string, audience bool) compose.Option {
	return func(s *truce.Statement) {
		it := k.frames[subject]
		if it == nil {
			return
		}
		if it.Status != "" {
			s.Status = it.Status
		}
		if audience {
			s.Audience = it.Audience
		}
	}
}

// known gives the objects of a kind as an import by author compares them. With
// no author nothing counts as another party's.
func (l *local) known(_ context.Context, kind string, author truce.PartyID) (*knownObjects, error) {
	if kind == "agreement" {
		return l.knownAgreements(author), nil
	}
	k := &knownObjects{frames: map[string]*item{}}
	k.each = func(ctx context.Context, tell func(tabular.Existing, *item) error) error {
		return l.app.DB.View(ctx, func(r store.Reader) error {
			return l.app.Objects.Each(ctx, r, truce.Now, protected.Filter{Object: kind}, func(o *protected.Object) error {
				return l.tellKnown(ctx, r, o, author, tell)
			})
		})
	}
	return k, nil
}

// tellKnown tells of an object as it stands and of its earlier contents.
func (l *local) tellKnown(ctx context.Context, r store.Reader, o *protected.Object, author truce.PartyID, tell func(tabular.Existing, *item) error) error {
	e := tabular.Existing{Subject: o.Subject, Version: o.Version.ID, Entry: o.Version.Entry, Object: o.Kind, Body: o.Content.Body,
		Withdrawn: o.Withdrawn != nil, Foreign: author != "" && o.Owner != author}
	if err := tell(e, &item{Audience: o.Version.Audience, Status: o.Status}); err != nil || o.Content.Entry == o.First {
		return err
	}
	versions, err := l.versions(ctx, r, o.Subject, clocks{})
	if err != nil {
		return err
	}
	for _, v := range versions {
		if (v.Act == "register" || v.Act == "amend") && v.Entry != o.Content.Entry {
			e.Body, e.Superseded = v.Body, true
			if err := tell(e, nil); err != nil {
				return err
			}
		}
	}
	return nil
}
