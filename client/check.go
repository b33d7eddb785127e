package client

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"

	"truce"
	"truce/geo"
)

// Query is one question: what is registered here, at that time. One of At, Lat
// with Lon, and Shape says where. It goes to the server; who does not want to ask
// a server takes a pack and checks offline.
type Query struct {
	At        string     `json:"at,omitempty"` // coordinate in any notation
	Lat       *float64   `json:"lat,omitempty"`
	Lon       *float64   `json:"lon,omitempty"`
	Shape     *geo.Shape `json:"shape,omitempty"`
	RadiusM   float64    `json:"radiusM,omitempty"`   // how near something counts, metres
	AccuracyM float64    `json:"accuracyM,omitempty"` // of At or Lat and Lon, metres
	Time      *time.Time `json:"time,omitempty"`      // instant; now when absent
	From      *time.Time `json:"from,omitempty"`      // period
	Until     *time.Time `json:"until,omitempty"`     // its end, exclusive
	AsKnownAt int64      `json:"asKnownAt,omitempty"` // log size to answer from; 0 = the newest
	MinEntry  int64      `json:"minEntry,omitempty"`  // entry that the answer must know
}

// Answer is what is registered at a place. AsOf was verified.
type Answer struct {
	AsOf        AsOf         `json:"asOf"`
	Protections []Protection `json:"protections"`
	Notice      string       `json:"notice"`

	told told
}

// Raw is all of the answer, in the form that docs/api.md describes. It is put together
// when it is asked for: of thousands of answers that is hardly ever.
func (a *Answer) Raw() json.RawMessage { return a.told.raw() }

// Protection is one object that applies.
type Protection struct {
	ID        string  `json:"id"`
	Kind      string  `json:"kind"`
	Type      string  `json:"type"`
	Name      string  `json:"name"`
	DistanceM float64 `json:"distanceM"` // metres; 0 = it touches
	State     string  `json:"state"`
	Contested bool    `json:"contested"`
	Entry     int64   `json:"entry"`
	Version   string  `json:"version"` // statement id
}

// Check asks one question. A query that cannot be read is CodeInvalid.
func (c *Client) Check(ctx context.Context, q Query) (*Answer, error) {
	body, err := json.Marshal(q)
	if err != nil {
		return nil, truce.Wrap(truce.CodeInvalid, err, "the query cannot be written")
	}
	raw, err := c.ask(ctx, request{method: http.MethodPost, path: "/v1/check", media: mediaJSON, body: body})
	if err != nil {
		return nil, err
	}
	return c.answer(ctx, bytes.TrimSpace(raw))
}

func (c *Client) answer(ctx context.Context, raw []byte) (*Answer, error) {
	p, err := readOne(raw)
	if err != nil {
		return nil, unreadable(err)
	}
	if err := p.answer.says(); err != nil {
		return nil, err
	}
	a := &p.answer
	return a, c.confirm(ctx, a.AsOf.LogSize, a.AsOf.Root)
}

// says reports whether an answer says what it knows.
func (a *Answer) says() error {
	if a.AsOf.LogSize > 0 && a.AsOf.Root == "" || a.Notice == "" || a.Protections == nil {
		return errSilent
	}
	return nil
}

var errSilent = truce.E(truce.CodeUnavailable, "the server's answer does not say what it knows").WithHint("do not rely on it")

// Checked is the answer to one of many queries, or why there is none: never read
// an error as nothing being there.
type Checked struct {
	Answer *Answer
	Err    error
}

// maxAtOnce is how many queries one request holds.
const maxAtOnce = 1000

// CheckMany asks many questions and gives the answers in their order. A query
// that cannot be read does not keep the others from being answered.
func (c *Client) CheckMany(ctx context.Context, queries []Query) ([]Checked, error) {
	out := make([]Checked, 0, len(queries))
	for len(queries) > 0 {
		n := min(len(queries), maxAtOnce)
		some, err := c.checkSome(ctx, queries[:n])
		if err != nil {
			return nil, err
		}
		out, queries = append(out, some...), queries[n:]
	}
	return out, nil
}

func (c *Client) checkSome(ctx context.Context, queries []Query) ([]Checked, error) {
	body, err := appendQueries(make([]byte, 0, 160*len(queries)), queries)
	if err != nil {
		return nil, truce.Wrap(truce.CodeInvalid, err, "the queries cannot be written")
	}
	// A server that does not know this tells everything in every answer, which is read too.
	briefly := http.Header{"Prefer": {"return=minimal"}}
	if c.here {
		briefly.Set("Accept-Encoding", "identity") // packing costs more than a copy in memory
	}
	data, err := c.ask(ctx, request{method: http.MethodPost, path: "/v1/check", media: mediaJSON, body: body, header: briefly})
	if err != nil {
		return nil, err
	}
	all, err := readMany(data, len(queries))
	if err != nil {
		return nil, unreadable(err)
	}
	if len(all) != len(queries) {
		return nil, truce.E(truce.CodeUnavailable, "the server answers %d of %d queries", len(all), len(queries)).WithHint("do not rely on it")
	}
	return c.confirmed(ctx, all)
}

// confirmed verifies what the answers say that they know; each state of the log once.
func (c *Client) confirmed(ctx context.Context, all []part) ([]Checked, error) {
	out := make([]Checked, len(all))
	known := map[AsOf]bool{}
	for i := range all {
		if all[i].problem != nil {
			out[i].Err = all[i].problem.err()
			continue
		}
		a := &all[i].answer
		if err := a.says(); err != nil {
			return nil, err
		}
		if !known[a.AsOf] {
			if err := c.confirm(ctx, a.AsOf.LogSize, a.AsOf.Root); err != nil {
				return nil, err
			}
			known[a.AsOf] = true
		}
		out[i].Answer = a
	}
	return out, nil
}

func unreadable(err error) error {
	return truce.Wrap(truce.CodeUnavailable, err, "the server's answer cannot be read").WithHint("check that the address is that of a register")
}
