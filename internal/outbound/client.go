package outbound

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"truce"
)

// Options say where a client may go and how long it waits.
type Options struct {
	AllowPrivate bool          // this machine, its network and other addresses that are not public too
	Timeout      time.Duration // for a whole exchange, body included; a minute when 0
	Idle         time.Duration // without a single byte; 20 seconds when 0
}

// Client is an HTTP client that follows no redirect to another host, uses no
// proxy, keeps no cookies and, unless o allows it, connects to public addresses
// only. What a name resolves to is looked at when the connection is made, so
// that a name cannot be one thing when it is checked and another when it is used.
func Client(o Options) *http.Client {
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	if o.Idle == 0 {
		o.Idle = 20 * time.Second
	}
	d := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	if !o.AllowPrivate {
		d.Control = onlyPublic
	}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := d.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &impatient{c, o.Idle}, nil
	}
	return &http.Client{
		Timeout: o.Timeout,
		Transport: &http.Transport{DialContext: dial, TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: o.Idle,
			MaxResponseHeaderBytes: 32 << 10, MaxIdleConnsPerHost: 4, IdleConnTimeout: 90 * time.Second, ForceAttemptHTTP2: true},
		CheckRedirect: stayThere,
	}
}

// stayThere follows a few redirects within one host.
func stayThere(req *http.Request, via []*http.Request) error {
	first := via[0].URL
	if req.URL.Host != first.Host || req.URL.Scheme != first.Scheme || len(via) > 3 {
		return truce.E(truce.CodeRefused, "the server leads to another host").WithHint("check the address")
	}
	return nil
}

// impatient ends a connection on which nothing arrives.
type impatient struct {
	net.Conn
	idle time.Duration
}

// Read waits for the idle time at most.
func (c *impatient) Read(b []byte) (int, error) {
	if err := c.Conn.SetReadDeadline(time.Now().Add(c.idle)); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

func onlyPublic(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !Public(at.Addr()) {
		return truce.E(truce.CodeRefused, "the address leads to a private network, and nothing goes there").
			WithHint("allow it with --allow-private, where that is meant")
	}
	return nil
}

// special are the blocks of the IANA special-purpose address registries (RFC
// 6890 and its updates) that are not global and that package netip does not know
// by itself, with those that carry an IPv4 address inside.
var special = prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "240.0.0.0/4", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10")

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		out[i] = netip.MustParsePrefix(t)
	}
	return out
}

// Public reports whether an address belongs to the public Internet.
func Public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsValid() || a.Zone() != "" || !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return false
	}
	return !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(a) })
}
