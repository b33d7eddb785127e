package cli

import (
	"context"
	"time"

	"truce"
	"truce/internal/api"
	"truce/internal/app"
	"truce/internal/auth"
	"truce/internal/store"
	"truce/internal/view/protected"
)

// pageSize is how many objects are read at a time.
const pageSize = 500

// known is the log size to ask the views for.
func (c clocks) known() int64 {
	if c.knownAt <= 0 {
		return truce.Now
	}
	return c.knownAt
}

func (c clocks) force() time.Time {
	if c.forceAt.IsZero() {
		return time.Now()
	}
	return c.forceAt
}

// Object is one object with everything known of it.
func (l *local) Object(ctx context.Context, kind, id string, at clocks) (it *item, err error) {
	if _, err := l.asOf(at); err != nil {
		return nil, err
	}
	err = l.app.DB.View(ctx, func(r store.Reader) error {
		o, err := l.object(ctx, r, kind, id, at)
		if err != nil {
			return err
		}
		it, err = itemOf(o, at.force())
		return err
	})
	return it, err
}

func (l *local) object(ctx context.Context, r store.Reader, kind, id string, at clocks) (*protected.Object, error) {
	o, err := l.app.Objects.Object(ctx, r, id, at.known())
	if truce.CodeOf(err) == truce.CodeNotFound || err == nil && kind != "" && o.Erased == nil && o.Kind != kind {
		return nil, noObject(kind, id)
	}
	if err == nil && o.Erased != nil {
		return nil, truce.E(truce.CodeGone, "the content was erased by entry %d: %s", o.Erased.Entry, o.Erased.Reason).
			WithHint("the entry stays in the log: truce statement show %d", o.Erased.Entry)
	}
	return o, err
}

func noObject(kind, id string) error {
	if kind == "" {
		kind = "site, area or movement"
	}
	return truce.E(truce.CodeNotFound, "there is no %s %q", kind, plain(id)).WithHint("truce site list shows the ids of sites")
}

// Objects lists objects, oldest first.
func (l *local) Objects(ctx context.Context, kind string, at clocks, part span) (*itemList, error) {
	size, err := l.asOf(at)
	if err != nil {
		return nil, err
	}
	list := &itemList{AsOf: size, Items: []*item{}}
	force := at.force()
	err = l.app.DB.View(ctx, func(r store.Reader) error {
		after, err := l.behind(ctx, r, kind, at, part)
		for err == nil {
			var page []*protected.Object
			if page, err = l.app.Objects.Page(ctx, r, at.known(), protected.Filter{Object: kind}, after, pageSize); err != nil {
				return err
			}
			if err := list.add(page, force, part); err != nil || len(page) < pageSize || part.full(len(list.Items)) {
				return err
			}
			after = page[len(page)-1].First
		}
		return err
	})
	return list, err
}

// behind is the entry behind which a part of a list begins.
func (l *local) behind(ctx context.Context, r store.Reader, kind string, at clocks, part span) (int64, error) {
	if part.after == "" {
		return truce.NoEntry, nil
	}
	o, err := l.app.Objects.Object(ctx, r, part.after, at.known())
	if truce.CodeOf(err) == truce.CodeNotFound {
		return 0, noObject(kind, part.after)
	}
	if err != nil {
		return 0, err
	}
	return o.First, nil
}

// add appends objects until there are as many as are wanted.
func (list *itemList) add(page []*protected.Object, force time.Time, part span) error {
	for _, o := range page {
		it, err := itemOf(o, force)
		if err != nil {
			return err
		}
		if list.Items = append(list.Items, it); part.full(len(list.Items)) {
			return nil
		}
	}
	return nil
}

// History is every version of an object with its body.
func (l *local) History(ctx context.Context, kind, id string, at clocks) (*history, error) {
	size, err := l.asOf(at)
	if err != nil {
		return nil, err
	}
	h := &history{ID: id, AsOf: size, Versions: []version{}, Entries: []int64{}}
	err = l.app.DB.View(ctx, func(r store.Reader) error {
		o, err := l.object(ctx, r, kind, id, at)
		if err != nil {
			return err
		}
		h.Object = o.Kind
		if h.Versions, err = l.versions(ctx, r, id, at); err != nil {
			return err
		}
		h.Entries, err = l.app.Objects.Entries(ctx, r, id, at.known())
		return err
	})
	return h, err
}

func (l *local) versions(ctx context.Context, r store.Reader, id string, at clocks) (out []version, err error) {
	for after := truce.NoEntry; ; {
		page, err := l.app.Objects.Versions(ctx, r, id, at.known(), after, pageSize)
		if err != nil {
			return nil, err
		}
		for _, v := range page {
			out = append(out, api.VersionOf(v))
			after = v.Entry
		}
		if len(page) < pageSize {
			return out, nil
		}
	}
}

// itemOf is an object as the registrar reads it: whole.
func itemOf(o *protected.Object, at time.Time) (*item, error) {
	it, err := api.ItemOf(o.Kind, auth.Show(auth.Viewer{Party: app.RegistrarID, Role: truce.RoleRegistrar}, o), at)
	return (*item)(it), err
}
