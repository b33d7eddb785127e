package api

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"truce"
	"truce/internal/auth"
	"truce/internal/store"
)

// call is one request on its way through a handler.
type call struct {
	*Server
	ctx    context.Context
	w      *answer
	r      *http.Request
	route  *route
	viewer auth.Viewer
	query  map[string]string   // the parameters that the route takes; each at most once
	many   map[string][]string // those that may stand several times
	media  string              // media type of the body, "" without one
	packs  bool                // the answer is worth compressing, whatever its media type
	log    *slog.Logger
}

// answer remembers what was answered, for the logs.
type answer struct {
	http.ResponseWriter
	status int
	wrote  bool
}

// WriteHeader notes the status.
func (a *answer) WriteHeader(status int) {
	if !a.wrote {
		a.status, a.wrote = status, true
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write answers 200 where nothing else was said.
func (a *answer) Write(b []byte) (int, error) {
	if !a.wrote {
		a.WriteHeader(http.StatusOK)
	}
	return a.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// json answers with v.
func (c *call) json(status int, v any) error {
	return c.send(status, "application/json", append(encodeJSON(v), '\n'))
}

// send answers with a whole body, compressed where that is worth it.
func (c *call) send(status int, media string, body []byte) error {
	return c.sendAll(status, media, [][]byte{body})
}

// sendAll is send for a body in pieces.
func (c *call) sendAll(status int, media string, body [][]byte) error {
	c.w.Header().Set("Content-Type", media)
	if length(body) >= worthCompressing && c.compresses(media) {
		body = compressed(body)
		c.w.Header().Set("Content-Encoding", "gzip")
	}
	c.w.Header().Set("Content-Length", strconv.Itoa(length(body)))
	c.w.WriteHeader(status)
	for _, piece := range body {
		if _, err := c.w.Write(piece); err != nil {
			return err
		}
	}
	return nil
}

func length(body [][]byte) (n int) {
	for _, piece := range body {
		n += len(piece)
	}
	return n
}

// checkQuery reads the query string. A parameter that the route does not know,
// or that stands twice, is refused: a filter that is silently ignored shows more
// or less than was asked for.
func (c *call) checkQuery() error {
	if len(c.r.URL.RawQuery) > maxQuery {
		return truce.E(truce.CodeTooLarge, "the query string has more than %d bytes", maxQuery)
	}
	values, err := parseQuery(c.r.URL.RawQuery)
	if err != nil {
		return err
	}
	c.query, c.many = make(map[string]string, len(values)), map[string][]string{}
	for name, v := range values {
		i := slices.IndexFunc(c.route.query, func(p param) bool { return p.name == name })
		if i < 0 {
			return truce.E(truce.CodeUsage, "the parameter %q is not known here", clip(name)).At(clip(name)).
				WithHint("known are: %s", strings.Join(c.route.queryNames(), ", "))
		}
		if c.route.query[i].kind == "array" {
			c.many[name] = v
			continue
		}
		if len(v) != 1 {
			return truce.E(truce.CodeUsage, "the parameter %q stands %d times", name, len(v)).At(name)
		}
		c.query[name] = v[0]
	}
	return nil
}

// checkMedia compares the content type with those that the route takes.
func (c *call) checkMedia() error {
	if len(c.route.takes) == 0 {
		return nil
	}
	media, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	charset := strings.ToLower(params["charset"])
	if err != nil || !c.route.takesMedia(media) || charset != "" && charset != "utf-8" {
		return &statusError{http.StatusUnsupportedMediaType, truce.E(truce.CodeUsage, "the body is not of a media type that is taken here").
			WithHint("send one of %s, in UTF-8", strings.Join(c.route.takes, ", "))}
	}
	c.media = media
	return nil
}

// firstRoom bounds what a request is given room for because it says that it is long,
// in bytes: the rest is when it has come.
const firstRoom = 256 << 10

// body reads the whole body, at most as long as the route permits.
func (c *call) body() ([]byte, error) {
	b := bytes.NewBuffer(make([]byte, 0, min(max(c.r.ContentLength, 0), firstRoom)+bytes.MinRead))
	_, err := b.ReadFrom(c.r.Body)
	return b.Bytes(), bodyError(err)
}

// bodyError says why a body could not be read.
func bodyError(err error) error {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return truce.E(truce.CodeTooLarge, "the body has more than %d bytes", tooLarge.Limit).
			WithHint("send it in parts")
	}
	if ours, ok := errors.AsType[*truce.Error](err); ok {
		return ours
	}
	if err != nil {
		return &statusError{http.StatusRequestTimeout, truce.Wrap(truce.CodeUsage, err, "the body did not arrive whole, or not in time")}
	}
	return nil
}

// readDeadline gives the client that much longer to send, from now on.
func (c *call) readDeadline(d time.Duration) {
	// A recorder in a test has no deadlines; there is nothing to do about it.
	_ = http.NewResponseController(c.w).SetReadDeadline(time.Now().Add(d))
}

// writeDeadline gives the client that much longer to read.
func (c *call) writeDeadline(d time.Duration) {
	_ = http.NewResponseController(c.w).SetWriteDeadline(time.Now().Add(d))
}

// read runs fn on one snapshot of the views.
func (c *call) read(fn func(store.Reader) error) error { return c.DB.View(c.ctx, fn) }

// number reads a whole number out of the query, between lo and hi.
func (c *call) number(name string, otherwise, lo, hi int64) (int64, error) {
	text, ok := c.query[name]
	if !ok {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < lo || n > hi {
		return 0, truce.E(truce.CodeUsage, "%s must be a whole number from %d to %d", name, lo, hi).At(name).WithHint("leave it out for what is usual")
	}
	return n, nil
}

// flag reads "1", "0", "true" or "false"; a parameter without a value is true.
func (c *call) flag(name string) (bool, error) {
	text, ok := c.query[name]
	switch {
	case !ok || text == "0" || text == "false":
		return false, nil
	case text == "" || text == "1" || text == "true":
		return true, nil
	}
	return false, truce.E(truce.CodeUsage, "%s must be 1 or 0", name).At(name)
}

// instant reads a time in RFC 3339 out of the query; the time now without one.
func (c *call) instant(name string) (time.Time, error) {
	text, ok := c.query[name]
	if !ok {
		return c.Now().UTC(), nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, truce.E(truce.CodeUsage, "%s must be a time in RFC 3339", name).At(name).
			WithHint("such as 2016-08-11T10:00:00Z; write + as %%2B")
	}
	return t.UTC(), nil
}

// id reads a path value that must be formed as ok says; anything else cannot be
// the id of something and is answered like what is not there.
func (c *call) id(name string, ok func(string) bool) (string, error) {
	id := c.r.PathValue(name)
	if !ok(id) {
		return "", notFound()
	}
	return id, nil
}

// unchanged answers 304 when the client has the representation with that tag.
func (c *call) unchanged(tag string) bool {
	c.w.Header().Set("ETag", tag)
	for have := range strings.SplitSeq(c.r.Header.Get("If-None-Match"), ",") {
		have = strings.TrimPrefix(strings.TrimSpace(have), "W/")
		if have == tag || have == "*" {
			c.w.WriteHeader(http.StatusNotModified)
			return true
		}
	}
	return false
}

// clip shortens text of others for a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
