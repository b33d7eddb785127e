package cli

import (
	"context"
	"encoding/json"

	"truce"
	"truce/internal/tabular"
)

// Object asks for one object under each kind that it may be of.
func (r *remote) Object(ctx context.Context, kind, id string, at clocks) (*item, error) {
	if !truce.ValidSubject(id) {
		return nil, noObject(kind, id)
	}
	for _, k := range kindsOf(kind, id) {
		it, err := r.Client.Object(ctx, k, id, at.listing())
		if truce.CodeOf(err) == truce.CodeNotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		return itemFrom(it.Raw)
	}
	return nil, noObject(kind, id)
}

// itemFrom reads an item and leaves its links behind: they lead into the server.
func itemFrom(raw json.RawMessage) (*item, error) {
	out := &item{}
	err := decode(raw, out)
	out.Links = nil
	return out, err
}

// Objects lists what the asker may see. The server's cursors last for one run of
// it: the beginning of a part is looked for here.
func (r *remote) Objects(ctx context.Context, kind string, at clocks, part span) (*itemList, error) {
	list := &itemList{Items: []*item{}}
	l := at.listing()
	l.Limit = pageSize
	begun := part.after == ""
	for it, err := range r.Client.Objects(ctx, kind, l) {
		if err != nil {
			return nil, err
		}
		if !begun {
			begun = it.ID == part.after
			continue
		}
		out, err := itemFrom(it.Raw)
		if err != nil {
			return nil, err
		}
		list.AsOf = asOf(it.AsOf)
		if list.Items = append(list.Items, out); part.full(len(list.Items)) {
			break
		}
	}
	if !begun {
		return nil, noObject(kind, part.after)
	}
	if list.AsOf.LogSize > 0 {
		return list, nil
	}
	h, err := r.head(ctx) // an empty list says nothing of the log
	list.AsOf = asOf{h.Size, h.Root}
	return list, err
}

// History is what was said about one object, as far as the asker may read it.
func (r *remote) History(ctx context.Context, kind, id string, at clocks) (*history, error) {
	if at.knownAt > 0 {
		return nil, truce.E(truce.CodeUsage, "--as-known-at of a history is for --data only").WithHint("the entry numbers of the history say when each was known")
	}
	it, err := r.Object(ctx, kind, id, at)
	if err != nil {
		return nil, err
	}
	raw, err := r.Client.History(ctx, it.Object, id)
	if err != nil {
		return nil, err
	}
	h := &history{}
	return h, decode(raw, h)
}

// known gives the objects of a kind that the asker may see, for an import.
func (r *remote) known(_ context.Context, kind string, author truce.PartyID) (*knownObjects, error) {
	if kind == "agreement" {
		return r.knownAgreements(author), nil
	}
	k := &knownObjects{frames: map[string]*item{}}
	k.each = func(ctx context.Context, tell func(tabular.Existing, *item) error) error {
		list, err := r.Objects(ctx, kind, clocks{}, span{})
		if err != nil {
			return err
		}
		for _, it := range list.Items {
			if it.Entry == nil || len(it.Content) == 0 {
				continue // a former recipient sees no content to compare with
			}
			if err := r.tellKnown(ctx, it, author, tell); err != nil {
				return err
			}
		}
		return nil
	}
	return k, nil
}

// tellKnown tells of an object and, where it is the author's own, of its earlier
// contents.
func (r *remote) tellKnown(ctx context.Context, it *item, author truce.PartyID, tell func(tabular.Existing, *item) error) error {
	e := tabular.Existing{Subject: it.ID, Version: it.Version, Entry: *it.Entry, Object: it.Object, Body: it.Content,
		Withdrawn: it.Withdrawn != nil, Foreign: author != "" && it.Owner != author}
	err := tell(e, it)
	if err != nil || e.Foreign || it.Registered == nil || *it.Registered == *it.Entry {
		return err
	}
	h, err := r.History(ctx, it.Object, it.ID, clocks{})
	if err != nil {
		return err
	}
	contents := []version{}
	for _, v := range h.Versions {
		if v.Act == "register" || v.Act == "amend" {
			contents = append(contents, v)
		}
	}
	for _, v := range contents[:max(0, len(contents)-1)] {
		e.Body, e.Superseded = v.Body, true
		if err := tell(e, nil); err != nil {
			return err
		}
	}
	return nil
}
