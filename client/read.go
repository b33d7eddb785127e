package client

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"strconv"
	"time"

	"truce"
	"truce/proof"
)

// Info is what a register tells of itself.
type Info struct {
	Origin   string    `json:"origin"`
	Exercise bool      `json:"exercise"` // nothing in it is meant
	LogSize  int64     `json:"logSize"`
	LogKey   string    `json:"logKey"`
	Time     time.Time `json:"time"` // its clock, UTC
	// Published is the size of the head that is shown at /log/checkpoint, where
	// witnesses have not cosigned the newest one yet; 0 where they are the same.
	Published int64  `json:"published"`
	Version   string `json:"version"`
	Notice    string `json:"notice"`

	Checkpoint *proof.Checkpoint `json:"-"` // verified
}

// Info asks what the register is, and verifies its newest checkpoint. A register
// of another origin than the log key's is CodeTampered.
func (c *Client) Info(ctx context.Context) (*Info, error) {
	var in struct {
		Info
		Checkpoint string `json:"checkpoint"`
	}
	if err := c.get(ctx, "/v1", nil, &in); err != nil {
		return nil, err
	}
	if in.Origin != c.origin {
		return nil, truce.E(truce.CodeTampered, "the register calls itself by another name than the log key does").
			WithHint("check that the address and the key %s belong together", c.origin)
	}
	cp, err := c.believe(ctx, []byte(in.Checkpoint))
	in.Info.Checkpoint = cp
	return &in.Info, err
}

// AsOf says as of which state of the log an answer holds. Where it names a root,
// the root was verified.
type AsOf struct {
	LogSize int64  `json:"logSize"`
	Root    string `json:"root"` // standard base64
}

// Item is one site, area or movement as the asker may read it. Raw is all that
// the register told of it, in the form that docs/api.md describes.
type Item struct {
	ID       string          `json:"id"`
	Object   string          `json:"object"` // site, area or movement
	Relation string          `json:"relation"`
	State    string          `json:"state"`
	Version  string          `json:"version"` // statement id; to be named in replaces
	Content  json.RawMessage `json:"content"`
	Raw      json.RawMessage `json:"-"`
	AsOf     AsOf            `json:"-"` // of the list; zero for a single one
}

// Listing narrows a list. Zero members do not narrow.
type Listing struct {
	AsKnownAt int64     // log size; 0 = the newest
	InForceAt time.Time // zero = now
	State     string    // inForce, stale, later, lapsed or withdrawn
	BBox      string    // west,south,east,north in degrees
	Limit     int       // items a page, not in all; 0 = the register's own
}

func (l Listing) query() url.Values {
	q := url.Values{}
	set := func(name, value string, given bool) {
		if given {
			q.Set(name, value)
		}
	}
	set("as-known-at", strconv.FormatInt(l.AsKnownAt, 10), l.AsKnownAt > 0)
	set("in-force-at", l.InForceAt.UTC().Format(time.RFC3339), !l.InForceAt.IsZero())
	set("state", l.State, l.State != "")
	set("bbox", l.BBox, l.BBox != "")
	set("limit", strconv.Itoa(l.Limit), l.Limit > 0)
	return q
}

// Objects lists the objects of a kind ("site", "area" or "movement") that the
// asker may see, page after page, in order of registration. It ends with the
// first error.
func (c *Client) Objects(ctx context.Context, kind string, l Listing) iter.Seq2[*Item, error] {
	return pages(ctx, c, "/v1/"+kind+"s", l.query(), "items", func(raw json.RawMessage, at AsOf) (*Item, error) {
		it := &Item{Raw: raw, AsOf: at}
		return it, readAnswer(raw, it)
	})
}

// Object is one object; CodeNotFound where there is none that the asker may see,
// CodeGone where it was erased. Of l only the two clocks count.
func (c *Client) Object(ctx context.Context, kind, id string, l Listing) (*Item, error) {
	l.State, l.BBox, l.Limit = "", "", 0
	raw, err := c.raw(ctx, "/v1/"+kind+"s/"+url.PathEscape(id), l.query())
	if err != nil {
		return nil, err
	}
	it := &Item{Raw: raw}
	return it, readAnswer(raw, it)
}

// History is what was said about one object, as docs/api.md describes it.
func (c *Client) History(ctx context.Context, kind, id string) (json.RawMessage, error) {
	return c.raw(ctx, "/v1/"+kind+"s/"+url.PathEscape(id)+"/history", nil)
}

// Party is one party, as docs/api.md describes it.
func (c *Client) Party(ctx context.Context, id truce.PartyID) (json.RawMessage, error) {
	return c.raw(ctx, "/v1/parties/"+url.PathEscape(id), nil)
}

// Parties are all parties, as docs/api.md describes them.
func (c *Client) Parties(ctx context.Context) (json.RawMessage, error) {
	return c.raw(ctx, "/v1/parties", nil)
}

func (c *Client) raw(ctx context.Context, path string, query url.Values) (json.RawMessage, error) {
	var raw json.RawMessage
	return raw, c.get(ctx, path, query, &raw)
}

// Statement is one statement as the asker may read it. Where all of it may be
// read, Envelope is the signed original; its signatures and its id were verified.
type Statement struct {
	Entry    int64           `json:"entry"`
	ID       string          `json:"id"`
	Received time.Time       `json:"received"`
	Kind     truce.Kind      `json:"kind"`
	Subject  string          `json:"subject"`
	Author   truce.PartyID   `json:"author"`
	Status   truce.Status    `json:"status"`
	Body     json.RawMessage `json:"body"`
	Whole    bool            `json:"whole"`
	Envelope *proof.Envelope `json:"-"`
	Raw      json.RawMessage `json:"-"`
}

// Statement asks for one statement by its id or by the number of its entry. An
// envelope that is not what the answer says is CodeTampered.
func (c *Client) Statement(ctx context.Context, idOrEntry string) (*Statement, error) {
	path := "/v1/statements/" + url.PathEscape(idOrEntry)
	if isNumber(idOrEntry) {
		path = "/v1/entries/" + idOrEntry
	}
	raw, err := c.raw(ctx, path, nil)
	if err != nil {
		return nil, err
	}
	return readStatement(raw)
}

func readStatement(raw json.RawMessage) (*Statement, error) {
	var in struct {
		Statement
		Envelope json.RawMessage `json:"envelope"`
	}
	if err := readAnswer(raw, &in); err != nil {
		return nil, err
	}
	s := &in.Statement
	s.Raw = raw
	if in.Envelope == nil {
		return s, nil
	}
	e, err := proof.ParseEnvelope(in.Envelope)
	if err == nil {
		err = e.Verify()
	}
	if err != nil || e.ID() != s.ID {
		return nil, truce.Wrap(truce.CodeTampered, err, "the envelope is not that of the statement").WithHint("keep the answer: it is evidence")
	}
	s.Envelope = e
	return s, nil
}

// Entries lists the entries that the asker may see, in order, without bodies.
func (c *Client) Entries(ctx context.Context) iter.Seq2[*Statement, error] {
	return pages(ctx, c, "/v1/entries", url.Values{"limit": {"1000"}}, "entries", func(raw json.RawMessage, _ AsOf) (*Statement, error) {
		return readStatement(raw)
	})
}

// pages goes through a list and verifies the root that each page names.
func pages[T any](ctx context.Context, c *Client, path string, query url.Values, member string, read func(json.RawMessage, AsOf) (*T, error)) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for {
			all, at, next, err := c.page(ctx, path, query, member)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, raw := range all {
				if v, err := read(raw, at); !yield(v, err) || err != nil {
					return
				}
			}
			if next == "" {
				return
			}
			query.Set("cursor", next)
		}
	}
}

func (c *Client) page(ctx context.Context, path string, query url.Values, member string) (all []json.RawMessage, at AsOf, next string, err error) {
	var in map[string]json.RawMessage
	if err := c.get(ctx, path, query, &in); err != nil {
		return nil, at, "", err
	}
	for name, to := range map[string]any{member: &all, "asOf": &at, "next": &next} {
		if raw, ok := in[name]; ok {
			if err := readAnswer(raw, to); err != nil {
				return nil, at, "", err
			}
		}
	}
	return all, at, next, c.confirm(ctx, at.LogSize, at.Root)
}
