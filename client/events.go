package client

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"truce"
)

// Waits between two attempts to open a stream.
const (
	firstWait = time.Second
	longWait  = 30 * time.Second
)

// Events calls fn with every entry that the asker may see after the entry number
// after (-1 for all of them), in order and each once, as they come. It opens the
// stream again where it breaks off, and ends when ctx does (nil), with the error
// of fn, or when the register refuses.
func (c *Client) Events(ctx context.Context, after int64, fn func(*Statement) error) error {
	wait := firstWait
	for {
		before := after
		err := c.events(ctx, &after, fn)
		if after > before {
			wait = firstWait
		}
		own, ended := err.(mine)
		switch {
		case ended:
			return own.error
		case ctx.Err() != nil:
			return nil
		case err != nil && !passing(err):
			return err
		}
		select {
		case <-time.After(wait):
			wait = min(2*wait, longWait)
		case <-ctx.Done():
			return nil
		}
	}
}

// passing reports whether an error may be gone at the next attempt.
func passing(err error) bool {
	code := truce.CodeOf(err)
	return code == truce.CodeUnavailable || code == truce.CodeBusy || code == truce.CodeSignIn
}

// mine marks an error of the caller's own, which ends everything whatever its code.
type mine struct{ error }

// events reads one stream to its end, and moves after along.
func (c *Client) events(ctx context.Context, after *int64, fn func(*Statement) error) error {
	unhurried := *c.http
	unhurried.Timeout = 0 // a stream has no end; the register's heartbeats show that it lives
	header := http.Header{"Last-Event-Id": {fmt.Sprint(*after)}, "Accept": {"text/event-stream"}}
	res, err := c.open(ctx, &unhurried, request{method: http.MethodGet, path: "/v1/events", header: header}, bytes.NewReader(nil))
	if err != nil {
		return err
	}
	defer res.Body.Close()
	return eachLine(res.Body, func(line []byte) error {
		data, ok := strings.CutPrefix(string(line), "data: ")
		if !ok {
			return nil // id, event, retry and comments say nothing more
		}
		s, err := readStatement([]byte(data))
		if err != nil {
			return err
		}
		if s.Entry <= *after {
			return truce.E(truce.CodeTampered, "the register tells of entry %d after entry %d", s.Entry, *after)
		}
		if err := fn(s); err != nil {
			return mine{err}
		}
		*after = s.Entry
		return nil
	})
}
