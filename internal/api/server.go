package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"truce"
	"truce/internal/auth"
	"truce/internal/obs"
)

// Server answers HTTP requests about one register. It is safe for use by many
// goroutines, as an http.Handler of its own or below another; every route has an
// absolute path.
type Server struct {
	Config
	routes   []*route
	mux      *http.ServeMux
	document []byte // OpenAPI, JSON
	cursors  cursors
	rates    *rates
	flight   *gates // of requests
	streams  *gates // of events, for parties
	visitors *gates // of events, for the public: it cannot take the places of parties
	batches  *gates // of lines
	imports  *gates
	closing  chan struct{}
	close    sync.Once
}

// New makes the server. It starts nothing; see Serve.
func New(c Config) *Server {
	c.defaults()
	s := &Server{Config: c, mux: http.NewServeMux(), closing: make(chan struct{}),
		cursors: newCursors(), rates: newRates(c.Limits.Rate, c.Now),
		flight: newGates(c.Limits.InFlight, c.Limits.InFlight/4), streams: newGates(c.Limits.Streams, c.Limits.PerParty),
		visitors: newGates(c.Limits.Streams/2, c.Limits.PerParty),
		batches:  newGates(c.Limits.InFlight, max(1, c.Limits.InFlight/2)), imports: newGates(2, 1)}
	s.routes = routes()
	s.register()
	s.document = s.describe()
	return s
}

// Close ends the event streams, so that a shutdown need not wait for them.
func (s *Server) Close() { s.close.Do(func() { close(s.closing) }) }

// register gives the mux every route, and for each path an answer to the methods
// that it does not have.
func (s *Server) register() {
	methods := map[string][]string{}
	for _, rt := range s.routes {
		s.mux.Handle(rt.method+" "+rt.pattern(), s.handler(rt))
		methods[rt.pattern()] = append(methods[rt.pattern()], rt.method)
		if rt.method == http.MethodGet {
			methods[rt.pattern()] = append(methods[rt.pattern()], http.MethodHead)
		}
	}
	for pattern, allowed := range methods {
		s.mux.Handle(pattern, s.handler(&route{path: pattern, open: true, handle: func(c *call) error {
			c.w.Header().Set("Allow", strings.Join(allowed, ", "))
			return &statusError{http.StatusMethodNotAllowed, truce.E(truce.CodeUsage, "this method does not exist here").
				WithHint("use %s", strings.Join(allowed, ", "))}
		}}))
	}
	s.mux.Handle("/", s.handler(&route{path: "/", open: true, handle: func(c *call) error {
		if c.r.URL.Path == "/" { // what somebody types who was given the address
			http.Redirect(c.w, c.r, "/docs", http.StatusSeeOther)
			return nil
		}
		return truce.E(truce.CodeNotFound, "there is no such path").WithHint("/docs lists what there is")
	}}))
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// handler is everything that surrounds the handler of a route.
func (s *Server) handler(rt *route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		trace := requestID(r)
		ctx := obs.WithTrace(r.Context(), trace)
		c := &call{Server: s, ctx: ctx, r: r.WithContext(ctx), w: &answer{ResponseWriter: w}, route: rt, log: s.Logger,
			viewer: auth.Viewer{Role: truce.RolePublic}}
		c.headers(trace)
		c.run()
		took := time.Since(start)
		s.Metrics.Request(rt.path, method(r), c.w.status, took)
		s.Logger.InfoContext(ctx, "request", "method", method(r), "route", rt.path, "status", c.w.status,
			"ms", took.Milliseconds(), "party", c.viewer.Party)
	})
}

// run answers, or says why not. A panic ends this request alone.
func (c *call) run() {
	defer func() {
		if v := recover(); v != nil && v != http.ErrAbortHandler {
			// Only the type: the value of a panic can hold what was being worked on.
			c.log.ErrorContext(c.ctx, "panic", "route", c.route.path, "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
			c.fail(truce.E(truce.CodeInternal, "something went wrong here"))
		}
	}()
	if err := c.admit(); err != nil {
		c.fail(err)
		return
	}
	leave, err := c.enter()
	if err != nil {
		c.fail(err)
		return
	}
	defer leave()
	if err := c.route.handle(c); err != nil {
		c.fail(err)
	}
}

// enter takes a place among the requests at work, or among the streams of lines.
// Event streams see to themselves.
func (c *call) enter() (leave func(), err error) {
	g, holder := c.flight, network(c.r.RemoteAddr)
	switch {
	case c.route.stream || c.route.probe:
		return func() {}, nil
	case c.media == mediaNDJSON:
		g = c.batches
	}
	enter, name := g.enter, holder.String()
	if holder.Addr().IsLoopback() {
		enter = g.enterAny // a proxy, which stands for everybody
	}
	if enter(name) {
		return func() { g.leave(name) }, nil
	}
	c.Metrics.Refused("busy")
	return nil, &statusError{http.StatusServiceUnavailable, truce.E(truce.CodeBusy, "too many requests at the moment").WithHint("try again in a few seconds")}
}

// admit looks at everything that can be refused before the body is read.
func (c *call) admit() error {
	c.readDeadline(c.Limits.Sending)
	c.writeDeadline(writeTime)
	if !c.route.probe && !c.rates.take(c.r.RemoteAddr) {
		c.Metrics.Refused("rate")
		return truce.E(truce.CodeBusy, "too many requests from this address").WithHint("try again in a few seconds")
	}
	if err := c.checkQuery(); err != nil {
		return err
	}
	if err := c.checkMedia(); err != nil {
		return err
	}
	limit := max(c.route.limit, 1)
	if c.media == mediaNDJSON {
		limit = maxStream
	}
	c.r.Body = http.MaxBytesReader(c.w, c.r.Body, limit)
	if c.route.open {
		return nil
	}
	return c.whoAsks()
}

// whoAsks reads the bearer token. Without one the public asks.
func (c *call) whoAsks() error {
	token, ok := bearer(c.r)
	if !ok {
		if c.route.signedIn {
			return truce.E(truce.CodeSignIn, "this is for parties that have signed in").
				WithHint("POST /v1/auth/challenge, then /v1/auth/token")
		}
		return nil
	}
	session, err := c.Sessions.Who(c.ctx, token)
	if err != nil {
		return err
	}
	c.viewer = session.Viewer()
	return nil
}

func bearer(r *http.Request) (token string, ok bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok && scheme == "" {
		return "", false
	}
	if !strings.EqualFold(scheme, "Bearer") {
		return "", true // something that we cannot read is no token that counts
	}
	return strings.TrimSpace(token), true
}

// headers are on every answer.
func (c *call) headers(trace string) {
	h := c.w.Header()
	h.Set("X-Request-Id", trace)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	if c.r.TLS != nil {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Vary", "Authorization, Accept, Accept-Encoding, Accept-Language")
}

var goodRequestID = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)

// requestID is that of the client or of a proxy where it can do no harm in a
// log, and a fresh one otherwise.
func requestID(r *http.Request) string {
	if id := r.Header.Get("X-Request-Id"); goodRequestID.MatchString(id) {
		return id
	}
	return obs.NewTrace()
}

// method keeps the logs and metrics from labels that clients make up.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodPatch:
		return r.Method
	}
	return "other"
}

func parseQuery(raw string) (url.Values, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, truce.E(truce.CodeUsage, "the query string cannot be read").WithHint("percent-encode it")
	}
	return values, nil
}

// detached is ctx for work that must be finished although the client has gone.
func (c *call) detached() context.Context { return context.WithoutCancel(c.ctx) }
