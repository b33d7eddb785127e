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
	"truce/geo"
)

// NowQuery asks what holds at a place and a time. Without At and Shape it asks
// about everywhere.
type NowQuery struct {
	At        string     `json:"at,omitempty"` // coordinate in any notation
	Shape     *geo.Shape `json:"shape,omitempty"`
	RadiusM   float64    `json:"radiusM,omitempty"`   // how near an area counts, metres
	Time      *time.Time `json:"time,omitempty"`      // now when absent
	From      *time.Time `json:"from,omitempty"`      // beginning of a period, instead of Time
	Until     *time.Time `json:"until,omitempty"`     // its end, exclusive
	AsKnownAt int64      `json:"asKnownAt,omitempty"` // log size to answer from; 0 = the newest
	Limit     int        `json:"limit,omitempty"`     // most on a page; 0 is all where a place is given, else 100
	Cursor    string     `json:"cursor,omitempty"`    // NowAnswer.Next of the page before
}

// NowAnswer is what holds. Raw is all of it, in the form that docs/api.md
// describes. AsOf was verified.
type NowAnswer struct {
	AsOf       AsOf            `json:"asOf"`
	At         time.Time       `json:"at"`    // the time asked about, or the beginning of the period
	Until      *time.Time      `json:"until"` // end of the period; nil for an instant
	Agreements []AgreedState   `json:"agreements"`
	Windows    []AgreedState   `json:"windows"`
	Notice     string          `json:"notice"`
	Next       string          `json:"next"` // cursor of the next page; empty on the last
	Raw        json.RawMessage `json:"-"`
}

// AgreedState is where one agreement or window stands. Announced by one side and
// agreed by all are different things: AgreedByAll says which.
type AgreedState struct {
	ID          string            `json:"id"`
	Title       string            `json:"title"`
	Kind        string            `json:"kind"` // of windows: pause, corridor, …
	State       string            `json:"state"`
	Open        bool              `json:"open"` // of windows: by the signed schedule alone
	Acceptance  map[string]string `json:"acceptance"`
	AgreedByAll bool              `json:"agreedByAll"`
	Ready       bool              `json:"ready"`   // of windows
	Missing     json.RawMessage   `json:"missing"` // codes of a window, gates of an agreement
	Until       *time.Time        `json:"until"`   // of windows: end of what is open, exclusive
	Next        *time.Time        `json:"next"`
	Parts       []AgreedPart      `json:"parts"`   // of a period, those in which it binds or is open
	Version     string            `json:"version"` // statement id
	Entry       int64             `json:"entry"`
	Exercise    bool              `json:"exercise"`
}

// AgreedPart is a part of a period in which something applies.
type AgreedPart struct {
	From        time.Time       `json:"from"`  // inclusive
	Until       time.Time       `json:"until"` // exclusive
	State       string          `json:"state"`
	Bound       []truce.PartyID `json:"bound"`
	AgreedByAll bool            `json:"agreedByAll"`
	Ready       bool            `json:"ready"`  // of windows
	Coarse      bool            `json:"coarse"` // it may apply at some time in it; ask about a shorter period
}

// Now asks what holds at a place and a time. The place goes to the server, in the
// body of the request.
func (c *Client) Now(ctx context.Context, q NowQuery) (*NowAnswer, error) {
	body, err := json.Marshal(q)
	if err != nil {
		return nil, truce.Wrap(truce.CodeInvalid, err, "the query cannot be written")
	}
	raw, err := c.ask(ctx, request{method: http.MethodPost, path: "/v1/now", media: mediaJSON, body: body})
	if err != nil {
		return nil, err
	}
	a := &NowAnswer{Raw: raw}
	if err := readAnswer(raw, a); err != nil {
		return nil, err
	}
	if a.AsOf.LogSize > 0 && a.AsOf.Root == "" && q.AsKnownAt == 0 || a.Notice == "" {
		return nil, truce.E(truce.CodeUnavailable, "the server's answer does not say what it knows").WithHint("do not rely on it")
	}
	return a, c.confirm(ctx, a.AsOf.LogSize, a.AsOf.Root)
}

// Agreed lists the agreements ("agreement") or windows ("window") that the asker
// may see, in the order of their newest versions, each as docs/api.md describes
// it. Of l the clocks, State and Limit count.
func (c *Client) Agreed(ctx context.Context, object string, l Listing) iter.Seq2[*json.RawMessage, error] {
	l.BBox = ""
	return pages(ctx, c, "/v1/"+object+"s", l.query(), "items", func(raw json.RawMessage, _ AsOf) (*json.RawMessage, error) { return &raw, nil })
}

// AgreedOne is one agreement or window, as docs/api.md describes it; CodeNotFound
// where there is none that the asker may see. Of l only the two clocks count.
func (c *Client) AgreedOne(ctx context.Context, object, id string, l Listing) (json.RawMessage, error) {
	l.State, l.BBox, l.Limit = "", "", 0
	return c.raw(ctx, "/v1/"+object+"s/"+url.PathEscape(id), l.query())
}

// AgreedHistory goes through the statements about one agreement or window that the
// asker may read, oldest first; envelopes were verified.
func (c *Client) AgreedHistory(ctx context.Context, object, id string) iter.Seq2[*Statement, error] {
	return pages(ctx, c, "/v1/"+object+"s/"+url.PathEscape(id)+"/history", url.Values{"limit": {"1000"}}, "entries",
		func(raw json.RawMessage, _ AsOf) (*Statement, error) { return readStatement(raw) })
}

// Waiting is on whom every joint step waits, as docs/api.md describes it; of one
// party where one is named, of one agreement or window where id is given.
func (c *Client) Waiting(ctx context.Context, party truce.PartyID, id string, at time.Time, asKnownAt int64) (json.RawMessage, error) {
	q := url.Values{}
	if party != "" {
		q.Set("party", party)
	}
	if id != "" {
		q.Set("id", id)
	}
	if !at.IsZero() {
		q.Set("in-force-at", at.UTC().Format(time.RFC3339))
	}
	if asKnownAt > 0 {
		q.Set("as-known-at", strconv.FormatInt(asKnownAt, 10))
	}
	return c.raw(ctx, "/v1/waiting", q)
}
