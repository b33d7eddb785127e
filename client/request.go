package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"

	"truce"
)

// Bounds of what a server may answer, in bytes.
const (
	maxAnswer = 64 << 20
	maxSmall  = 1 << 20 // problems, tiles, checkpoints, receipts
	maxLine   = 4 << 20 // of a stream
	firstRoom = 1 << 20 // given to an answer because it says that it is long
)

const (
	mediaJSON   = "application/json"
	mediaNDJSON = "application/x-ndjson"
)

// request is one thing to ask.
type request struct {
	method string
	path   string
	query  url.Values
	media  string // of the body
	body   []byte
	header http.Header
	open   bool // the public asks, even where there is a signer
	limit  int64
}

// ask sends r, signs in where that is possible, and gives the whole answer. An
// answer that is no success is the error that its problem says.
func (c *Client) ask(ctx context.Context, r request) ([]byte, error) {
	if r.limit == 0 {
		r.limit = maxAnswer
	}
	res, err := c.open(ctx, c.http, r, bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	b := bytes.NewBuffer(make([]byte, 0, min(max(res.ContentLength, 0), firstRoom, r.limit)+bytes.MinRead))
	if _, err := b.ReadFrom(io.LimitReader(res.Body, r.limit+1)); err != nil {
		return nil, unreachable(err)
	}
	if int64(b.Len()) > r.limit {
		return nil, truce.E(truce.CodeTooLarge, "the server answers with more than %d bytes", r.limit)
	}
	return b.Bytes(), nil
}

// open sends r and gives the answer where it is a success. A token that ran out
// is replaced once; the body is then sent again, and must be able to.
func (c *Client) open(ctx context.Context, h *http.Client, r request, body io.Reader) (*http.Response, error) {
	for again := false; ; again = true {
		token, err := c.tokenFor(ctx, r, again)
		if err != nil {
			return nil, err
		}
		res, err := c.send(ctx, h, r, body, token)
		if err != nil {
			return nil, err
		}
		if res.StatusCode/100 == 2 {
			return res, nil
		}
		problem := readProblem(res)
		rewind, ok := body.(io.Seeker)
		if res.StatusCode != http.StatusUnauthorized || token == "" || again || !ok {
			return nil, problem
		}
		if _, err := rewind.Seek(0, io.SeekStart); err != nil {
			return nil, unreachable(err)
		}
	}
}

func (c *Client) send(ctx context.Context, h *http.Client, r request, body io.Reader, token string) (*http.Response, error) {
	u := *c.base
	u.Path += r.path
	u.RawQuery = r.query.Encode()
	if r.method == http.MethodGet || r.method == http.MethodDelete {
		body = nil
	}
	req, err := http.NewRequestWithContext(ctx, r.method, u.String(), body)
	if err != nil {
		return nil, truce.Wrap(truce.CodeInvalid, err, "the request cannot be made")
	}
	for name, values := range r.header {
		req.Header[name] = values
	}
	if body != nil {
		req.Header.Set("Content-Type", r.media)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if c.opts.Lang != "" {
		req.Header.Set("Accept-Language", c.opts.Lang)
	}
	req.Header.Set("User-Agent", "truce-client")
	res, err := h.Do(req)
	if err != nil {
		return nil, unreachable(err)
	}
	return res, nil
}

// unreachable says why there was no answer. What we refuse ourselves keeps its code.
func unreachable(err error) error {
	if ours, ok := errors.AsType[*truce.Error](err); ok {
		return ours
	}
	// The address is left out: it is the user's own, and long.
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	return truce.Wrap(truce.CodeUnavailable, err, "the register cannot be reached").WithHint("check the address and the network; nothing is lost")
}

// problem is the body of an error, as RFC 9457 and the register write it.
type problem struct {
	Status  int    `json:"status"`
	Title   string `json:"title"`
	Detail  string `json:"detail"`
	Code    string `json:"code"`
	Hint    string `json:"hint"`
	Current string `json:"current"`
	Errors  []struct {
		Pointer string `json:"pointer"`
		Row     int    `json:"row"`
	} `json:"errors"`
}

func readProblem(res *http.Response) error {
	defer res.Body.Close()
	data, err := io.ReadAll(io.LimitReader(res.Body, maxSmall))
	var p problem
	if err != nil || json.Unmarshal(data, &p) != nil || p.Code == "" {
		return truce.E(codeOf(res.StatusCode), "the server answers %s", http.StatusText(res.StatusCode)).
			WithHint("check that the address is that of a register")
	}
	return p.err()
}

// err is the error that the register meant.
func (p *problem) err() *truce.Error {
	code := truce.Code(p.Code)
	if code.Title() == truce.CodeInternal.Title() && code != truce.CodeInternal {
		code = codeOf(p.Status) // a code of a newer register
	}
	e := &truce.Error{Code: code, Message: cmp.Or(p.Detail, p.Title, "the server gives no reason"), Hint: p.Hint}
	if len(p.Errors) > 0 {
		e.Field, e.Row = p.Errors[0].Pointer, p.Errors[0].Row
	}
	return e
}

// codeOf is the code for a status that has no problem with it.
func codeOf(status int) truce.Code {
	for _, c := range truce.Codes() {
		if c.HTTP() == status && c != truce.CodeTampered {
			return c
		}
	}
	switch {
	case status == http.StatusBadGateway || status == http.StatusGatewayTimeout:
		return truce.CodeUnavailable
	case status/100 == 4:
		return truce.CodeRefused
	}
	return truce.CodeInternal
}

// get asks for path and reads the JSON answer into v.
func (c *Client) get(ctx context.Context, path string, query url.Values, v any) error {
	data, err := c.ask(ctx, request{method: http.MethodGet, path: path, query: query})
	if err != nil {
		return err
	}
	return readAnswer(data, v)
}

func readAnswer(data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the server's answer cannot be read").
			WithHint("check that the address is that of a register")
	}
	return nil
}
