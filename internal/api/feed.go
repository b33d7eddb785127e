package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sort"
	"time"

	"truce"
	"truce/internal/store"
	"truce/internal/told"
	"truce/internal/view"
)

// FeedItem is one line of what a viewer was told. Prev is the entry of the line
// before it: a reader that has not seen that one misses something.
type FeedItem struct {
	Entry     int64          `json:"entry" doc:"that told it; goes before ?after="`
	Prev      int64          `json:"prev" doc:"entry of the line before in this feed, -1 for none; another one than you saw last means that a line is missing"`
	At        time.Time      `json:"at" doc:"by the register's clock, UTC"`
	Subject   string         `json:"subject"`
	What      string         `json:"what" doc:"new, changed, withdrawn, revalidated, ended, contested, answered, settled, erased, alarm, alarmEnded, journey"`
	Version   string         `json:"version" doc:"statement id to acknowledge"`
	Answer    bool           `json:"answer" doc:"an acknowledgement is waited for"`
	Changes   []Change       `json:"changes,omitempty" doc:"against the version that this feed told before"`
	Statement *StatementView `json:"statement,omitempty" doc:"as far as it may be read now"`
	Content   *StatementView `json:"content,omitempty" doc:"where the statement only revalidates or withdraws what you are told of for the first time: the statement that holds the content"`

	before  string // version that this feed told before
	written []byte // the item as JSON, once it is whole
}

// Change is one member that differs between two versions.
type Change struct {
	Path string          `json:"path" doc:"JSON pointer below the body"`
	Was  json.RawMessage `json:"was,omitempty"`
	Now  json.RawMessage `json:"now,omitempty"`
}

// FeedPage is a page of a feed.
type FeedPage struct {
	AsOf  AsOf        `json:"asOf"`
	Items []*FeedItem `json:"items"`
	Last  int64       `json:"last" doc:"entry to go on behind: ?after="`
	More  bool        `json:"more" doc:"there is more behind it"`
}

// names are how audiences name the viewer.
func (c *call) names() []string {
	if !c.signedIn() {
		return []string{truce.AudiencePublic}
	}
	return told.Names(c.viewer.Party, c.viewer.Role)
}

// feed answers with what the viewer was told behind an entry: as a page, a line
// each, or as a stream of events.
func (c *call) feed() error {
	head := c.Log.Head()
	after, err := c.number("after", truce.NoEntry, -1, max(head.Size-1, 0))
	if err != nil {
		return err
	}
	limit, err := c.number("limit", 1000, 1, 10_000)
	if err != nil {
		return err
	}
	thin, err := c.flag("thin")
	if err != nil {
		return err
	}
	items, err := c.told(after, head.Size, int(limit), thin)
	if err != nil {
		return err
	}
	page := FeedPage{AsOf: asOf(head.Size, head), Items: items, Last: after, More: len(items) == int(limit)}
	if len(items) > 0 {
		page.Last = items[len(items)-1].Entry
	}
	return c.send(http.StatusOK, mediaJSON, append(page.appendJSON(nil), '\n'))
}

// told gathers the lines of the viewer's feed behind after and below size. thin
// leaves out statements and changes.
func (c *call) told(after, size int64, limit int, thin bool) (items []*FeedItem, err error) {
	if thin {
		return c.feedLines(after, size, limit, thin)
	}
	return c.whole(after, size, limit)
}

// feedLines are lines of the viewer's feed, without statements.
func (c *call) feedLines(after, size int64, limit int, thin bool) (items []*FeedItem, err error) {
	items = []*FeedItem{}
	err = c.read(func(r store.Reader) error {
		lines, prev, err := c.Told.Lines(c.ctx, r, c.names(), after, size, limit)
		for _, t := range lines {
			items = append(items, &FeedItem{Entry: t.Entry, Prev: prev, At: t.At, Subject: t.Subject, What: t.What, Version: t.Version, Answer: t.Answer()})
			prev = t.Entry
		}
		if err != nil || thin {
			return err
		}
		return c.toldBefore(r, items, size)
	})
	return items, err
}

// fill puts the statement of the version into the item, and what changed.
func (c *call) fill(look *reading, item *FeedItem) error {
	if item.What == view.ToldEnded || item.What == view.ToldErased {
		return nil // nothing may be read any more
	}
	view, err := look.byID(item.Version)
	if err != nil || view == nil {
		return err
	}
	item.Statement = view
	if item.before == "" {
		return c.fillContent(look, item)
	}
	old, err := look.byID(item.before)
	if err == nil && old != nil {
		item.Changes = changes(old.Body, view.Body)
	}
	return err
}

// fillContent adds the content to a line that tells of an object for the first time
// by a version without any.
func (c *call) fillContent(look *reading, item *FeedItem) error {
	if item.What != view.ToldNew || item.Statement.Kind.Act() != "revalidate" && item.Statement.Kind.Act() != "withdraw" {
		return nil
	}
	seen, err := look.subject(item.Subject)
	if err != nil {
		return err
	}
	content := ""
	for i := range seen.versions {
		if v := &seen.versions[i]; v.Entry < item.Entry && (v.Act == "register" || v.Act == "amend") {
			content = v.ID
		}
	}
	if content == "" {
		return nil
	}
	e, err := look.Log.EntryByID(look.ctx, content)
	if err == nil {
		item.Content, err = look.view(e)
	}
	if code := truce.CodeOf(err); code == truce.CodeNotFound || code == truce.CodeGone {
		return nil
	}
	return err
}

// toldBefore puts into each item that tells of a change which version of the
// subject the feed told before it.
func (c *call) toldBefore(r store.Reader, items []*FeedItem, size int64) error {
	changed := subjectsOf(items, func(it *FeedItem) bool { return it.What == view.ToldChanged })
	if len(changed) == 0 {
		return nil
	}
	names := c.names()
	for _, t := range c.Told.Tellings {
		lines, err := t.ToldOfAll(c.ctx, r, changed, size)
		if err != nil {
			return err
		}
		for _, item := range items {
			if item.What != view.ToldChanged {
				continue
			}
			for _, l := range lines[item.Subject] {
				if l.Entry < item.Entry && slices.Contains(names, l.Recipient) && view.AsksForAnswer(l.What) {
					item.before = l.Version
				}
			}
		}
	}
	return nil
}

// maxChanges bounds how many members are told as changed; of a body that changed
// altogether the body itself tells more.
const maxChanges = 500

// changes lists the members that differ, by path.
func changes(was, now json.RawMessage) []Change {
	a, b := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	flatten("", was, a, 0)
	flatten("", now, b, 0)
	var out []Change
	for path, v := range a {
		if !bytes.Equal(v, b[path]) {
			out = append(out, Change{Path: path, Was: v, Now: b[path]})
		}
	}
	for path, v := range b {
		if _, had := a[path]; !had {
			out = append(out, Change{Path: path, Now: v})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Path < out[j].Path })
	return out[:min(len(out), maxChanges)]
}

// flatten spreads objects into paths; lists and plain values are told whole.
func flatten(at string, raw json.RawMessage, into map[string]json.RawMessage, depth int) {
	var members map[string]json.RawMessage
	if depth > truce.MaxDepth || json.Unmarshal(raw, &members) != nil || members == nil {
		if raw != nil {
			into[at] = compact(raw)
		}
		return
	}
	for name, v := range members {
		flatten(at+"/"+name, v, into, depth+1)
	}
}

// feedEvents streams the feed: server-sent events whose id is the entry number.
func (c *call) feedEvents() error {
	return c.stream(func(next, size int64) (int64, []byte, error) {
		items, err := c.told(next-1, size, eventsAtOne, false)
		if err != nil {
			return next, nil, err
		}
		if next = size; len(items) == eventsAtOne {
			next = items[len(items)-1].Entry + 1
		}
		var b bytes.Buffer
		for _, item := range items {
			fmt.Fprintf(&b, "id: %d\nevent: item\ndata: %s\n\n", item.Entry, item.JSON())
		}
		return next, b.Bytes(), nil
	})
}
