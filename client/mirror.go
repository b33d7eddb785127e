package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"truce"
	"truce/proof"
)

// What follows is for mirrors, which verify by themselves what they are told.

// Note is the newest signed head as the register serves it, with its
// cosignatures. Nothing of it is verified, and the last one seen stays as it is.
func (c *Client) Note(ctx context.Context) ([]byte, error) {
	return c.ask(ctx, request{method: http.MethodGet, path: "/log/checkpoint", open: true, limit: maxSmall})
}

// Tile is a tile of hashes or a bundle of leaves by its path below /log/ (C2SP
// tlog-tiles): "tile/0/000", "tile/entries/x001/234.p/17". It is not verified.
// "?from=N" behind a bundle asks a register to leave out the first N leaves; other
// servers hand them over all the same.
func (c *Client) Tile(ctx context.Context, path string) ([]byte, error) {
	path, from, cut := strings.Cut(path, "?from=")
	q := url.Values{}
	if cut {
		q.Set("from", from)
	}
	return c.ask(ctx, request{method: http.MethodGet, path: "/log/" + path, query: q, open: true, limit: maxSmall})
}

// Records are the entries from (inclusive) to until (a log size, exclusive) that
// the asker may read, as many as the register hands over at once; To of the
// answer says where to go on. They are not verified.
func (c *Client) Records(ctx context.Context, from, until int64) (*proof.Handover, error) {
	q := url.Values{"from": {strconv.FormatInt(from, 10)}, "until": {strconv.FormatInt(until, 10)}}
	return c.records(ctx, q)
}

// RecordsAbout are the entries below until about objects, at most 64 of them. To
// of the answer is how many of the subjects were done. They are not verified.
func (c *Client) RecordsAbout(ctx context.Context, subjects []string, until int64) (*proof.Handover, error) {
	return c.records(ctx, url.Values{"subject": subjects, "until": {strconv.FormatInt(until, 10)}})
}

func (c *Client) records(ctx context.Context, q url.Values) (*proof.Handover, error) {
	data, err := c.ask(ctx, request{method: http.MethodGet, path: "/v1/records", query: q, limit: proof.MaxHandover})
	if err != nil {
		return nil, err
	}
	h, err := proof.ParseHandover(data)
	if err != nil {
		return nil, truce.Wrap(truce.CodeUnavailable, err, "the server's answer cannot be read").
			WithHint("check that the address is that of a register")
	}
	return h, nil
}
