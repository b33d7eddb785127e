package client

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"truce"
)

// FeedItem is one line of what the asker was told. Raw is all that the register
// told, in the form that docs/api.md describes.
type FeedItem struct {
	Entry     int64           `json:"entry"` // that told it
	Prev      int64           `json:"prev"`  // entry of the line before, -1 for none
	At        time.Time       `json:"at"`
	Subject   string          `json:"subject"`
	What      string          `json:"what"`
	Version   string          `json:"version"` // statement id to acknowledge
	Answer    bool            `json:"answer"`  // an acknowledgement is waited for
	Statement *Statement      `json:"-"`       // nil where nothing may be read; its envelope was verified
	Content   *Statement      `json:"-"`       // of a line that tells of an object by a version without content: the statement that holds it; its envelope was verified
	Raw       json.RawMessage `json:"-"`
	AsOf      AsOf            `json:"-"`
}

// Feed goes through what the asker was told behind the entry after (-1 for all of
// it), in order and each once, up to now. A line that is missing in between, or
// that names another version than its statement is, ends it with CodeTampered.
func (c *Client) Feed(ctx context.Context, after int64) iter.Seq2[*FeedItem, error] {
	return func(yield func(*FeedItem, error) bool) {
		first := true
		for {
			items, more, err := c.feedPage(ctx, after)
			for _, item := range items {
				if item.Entry <= after || item.Prev > after || !first && item.Prev != after {
					err = truce.E(truce.CodeTampered, "the feed leaves out what was told between the entries %d and %d", after, item.Entry).
						WithHint("keep the answer: it is evidence; ask again from an earlier entry")
					break
				}
				if first, after = false, item.Entry; !yield(item, nil) {
					return
				}
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !more {
				return
			}
		}
	}
}

func (c *Client) feedPage(ctx context.Context, after int64) (items []*FeedItem, more bool, err error) {
	all, at, _, err := c.page(ctx, "/v1/feed", url.Values{"after": {strconv.FormatInt(after, 10)}, "limit": {"1000"}}, "items")
	if err != nil {
		return nil, false, err
	}
	for _, raw := range all {
		item, err := readFeedItem(raw)
		if err != nil {
			return items, false, err
		}
		item.AsOf = at
		items = append(items, item)
	}
	return items, len(all) == 1000, nil
}

func readFeedItem(raw json.RawMessage) (*FeedItem, error) {
	var in struct {
		FeedItem
		Statement json.RawMessage `json:"statement"`
		Content   json.RawMessage `json:"content"`
	}
	if err := readAnswer(raw, &in); err != nil {
		return nil, err
	}
	item := &in.FeedItem
	item.Raw = raw
	if in.Statement == nil {
		return item, nil
	}
	s, err := readStatement(in.Statement)
	if err != nil {
		return nil, err
	}
	if s.ID != item.Version {
		return nil, truce.E(truce.CodeTampered, "entry %d of the feed tells of another version than it names", item.Entry).WithHint("keep the answer: it is evidence")
	}
	item.Statement = s
	if in.Content == nil {
		return item, nil
	}
	item.Content, err = readStatement(in.Content)
	if err == nil && item.Content.Subject != item.Subject {
		err = truce.E(truce.CodeTampered, "entry %d of the feed comes with the content of another object", item.Entry).WithHint("keep the answer: it is evidence")
	}
	return item, err
}

// Inbox is what the asker's party was told and what it answered, as docs/api.md
// describes it; of another party where one is named, for a registrar.
func (c *Client) Inbox(ctx context.Context, party truce.PartyID, unanswered bool) (json.RawMessage, error) {
	q := url.Values{}
	if party != "" {
		q.Set("party", party)
	}
	if unanswered {
		q.Set("unanswered", "1")
	}
	return c.raw(ctx, "/v1/inbox", q)
}

// Gaps lists the objects in whose telling something is missing, as docs/api.md
// describes them.
func (c *Client) Gaps(ctx context.Context) iter.Seq2[*json.RawMessage, error] {
	return pages(ctx, c, "/v1/gaps", url.Values{}, "gaps", func(raw json.RawMessage, _ AsOf) (*json.RawMessage, error) { return &raw, nil })
}

// Seen goes through who saw the asker's objects, as docs/api.md describes it; a
// registrar may name their owner.
func (c *Client) Seen(ctx context.Context, owner truce.PartyID) iter.Seq2[*json.RawMessage, error] {
	q := url.Values{}
	if owner != "" {
		q.Set("owner", owner)
	}
	return pages(ctx, c, "/v1/gaps/seen", q, "seen", func(raw json.RawMessage, _ AsOf) (*json.RawMessage, error) { return &raw, nil })
}

// Telling is where every party stands with one object, as docs/api.md describes it.
func (c *Client) Telling(ctx context.Context, id string) (json.RawMessage, error) {
	return c.raw(ctx, "/v1/tellings/"+url.PathEscape(id), nil)
}

// Replay has a desk of the asker's party told again, over a line of that kind, what was
// told behind an entry; why stands in the log. The registrar may ask for any desk.
func (c *Client) Replay(ctx context.Context, desk, channel string, after int64, why string) (json.RawMessage, error) {
	body, err := json.Marshal(map[string]any{"channel": channel, "after": after, "why": why})
	if err != nil {
		return nil, err
	}
	return c.ask(ctx, request{method: http.MethodPost, path: "/v1/desks/" + url.PathEscape(desk) + "/replay", media: mediaJSON, body: body, limit: maxSmall})
}

// Desks are the duty desks that the asker may read of, as docs/api.md describes them.
func (c *Client) Desks(ctx context.Context) (json.RawMessage, error) {
	return c.raw(ctx, "/v1/desks", nil)
}
