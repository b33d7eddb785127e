package client

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"truce"
	"truce/proof"
)

// Options say whom to believe and who asks.
type Options struct {
	// LogKey is the public key of the log, "origin+hash+base64", had from the
	// registrar in another way than from the server. Required.
	LogKey string
	// Signer signs in where an answer needs it, with a listed key of a party.
	// Without it the public asks.
	Signer proof.Signer
	// HTTP is used for its Transport and Timeout; nil has a timeout of a minute.
	// Redirects to another host are refused in any case.
	HTTP *http.Client
	// Store keeps the last checkpoint between runs, so that a register cannot
	// show another history tomorrow. In memory when nil.
	Store CheckpointStore
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Lang is the language asked for, a BCP 47 tag; English when empty.
	Lang string
}

// CheckpointStore keeps the newest signed checkpoint that was seen.
type CheckpointStore interface {
	// Load gives it back, nil where there is none yet.
	Load() ([]byte, error)
	// Save replaces it. It MUST be durable when it returns.
	Save(checkpoint []byte) error
}

// Client asks one register. It is safe for use by many goroutines.
type Client struct {
	base   *url.URL
	origin string
	opts   Options
	http   *http.Client
	here   bool // the register is on this machine

	token session
	trust trust
}

// New makes a client of the register at base, "https://register.example". It
// connects to nothing yet. A base or log key that cannot be read is CodeInvalid;
// a stored checkpoint that the log key did not sign is CodeTampered.
func New(base string, o Options) (*Client, error) {
	u, err := url.Parse(strings.TrimSuffix(base, "/"))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.User != nil {
		return nil, truce.E(truce.CodeInvalid, "the address of the register is not an http or https URL").
			WithHint("such as https://register.example")
	}
	origin, _, err := proof.ParseLogKey(o.LogKey)
	if err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	c := &Client{base: u, origin: origin, opts: o, http: bounded(o.HTTP), here: isLoopback(u.Hostname())}
	return c, c.trust.load(o)
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// Origin is the name of the register, as the log key has it.
func (c *Client) Origin() string { return c.origin }

// bounded is a copy of h that does not follow a redirect to another host and
// does not wait for ever.
func bounded(h *http.Client) *http.Client {
	out := &http.Client{}
	if h != nil {
		*out = *h
	}
	if out.Timeout == 0 {
		out.Timeout = time.Minute
	}
	out.Jar = nil
	out.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		first := via[0].URL
		if req.URL.Host != first.Host || req.URL.Scheme != first.Scheme || len(via) > 3 {
			return truce.E(truce.CodeRefused, "the server leads to another host").WithHint("check the address of the register")
		}
		return nil
	}
	return out
}

// session is the token in use.
type session struct {
	mu      sync.Mutex
	text    string
	party   truce.PartyID // that it stands for
	expires time.Time
}
