package cli

import (
	"context"
	"time"

	"truce"
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
			out = append(out, version{v.Entry, v.ID, v.Act, v.Author, v.At, v.Audience, v.Lang, v.Body})
			after = v.Entry
		}
		if len(page) < pageSize {
			return out, nil
		}
	}
}

// itemOf is an object as the registrar reads it: whole.
func itemOf(o *protected.Object, at time.Time) (*item, error) {
	content, err := truce.ParseContent(o.Content.Body)
	if err != nil {
		return nil, err
	}
	life, err := o.Life(content)
	if err != nil {
		return nil, err
	}
	v := o.Verification()
	it := &item{ID: o.Subject, Object: o.Kind, Relation: string(auth.RelationRegistrar), Status: o.Status, Owner: o.Owner,
		State: string(life.At(at, at)), Contested: o.Contested(), Verification: &ladder{v.Step, v.Entry, v.Differs},
		Version: o.Version.ID, Entry: &o.Version.Entry, Received: &o.Version.At, Registered: &o.First,
		Audience: o.Version.Audience, Lang: o.Content.Lang, Content: o.Content.Body,
		Consents: grantsOf(o.Consents), Releases: grantsOf(o.Releases)}
	it.said(o)
	return it, nil
}

// said fills in what others said of it.
func (it *item) said(o *protected.Object) {
	if w := o.Withdrawn; w != nil {
		it.Withdrawn = &withdrawal{w.Entry, w.At, w.Author, w.Reason, w.Text}
	}
	for _, s := range o.Steps {
		it.Steps = append(it.Steps, step{remark{s.Entry, s.ID, s.At, s.Author, s.Body}, s.Step, s.Result})
	}
	for _, c := range o.Challenges {
		contested := contest{remark: remark{c.Entry, c.ID, c.At, c.Author, c.Body}, Reason: c.Reason, Outcome: c.Outcome}
		for _, a := range c.Answers {
			contested.Answers = append(contested.Answers, remarkOf(a))
		}
		if c.Closed != nil {
			closed := remarkOf(*c.Closed)
			contested.Closed = &closed
		}
		it.Challenges = append(it.Challenges, contested)
	}
}

func remarkOf(s protected.Said) remark { return remark{s.Entry, s.ID, s.At, s.Author, s.Body} }

func grantsOf(all []protected.Grant) []grant {
	var out []grant
	for _, g := range all {
		out = append(out, grant{g.Recipient, g.Author, g.Entry, entryOrNone(g.Ended)})
	}
	return out
}
