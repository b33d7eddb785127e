package api

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

// maxAddresses bounds how many addresses are remembered; beyond it those that
// have been quiet are forgotten, which gives them a full bucket again.
const maxAddresses = 1 << 14

// rates is a token bucket for each address.
type rates struct {
	perSecond float64
	burst     float64
	now       func() time.Time

	mu      sync.Mutex
	buckets map[netip.Prefix]bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

func newRates(perSecond float64, now func() time.Time) *rates {
	return &rates{perSecond: perSecond, burst: 2 * perSecond, now: now, buckets: map[netip.Prefix]bucket{}}
}

// take takes one token of the address; false when there is none left. This very
// machine has no bound: a proxy in front of the server stands for everybody.
func (r *rates) take(remote string) bool {
	where := network(remote)
	if r.perSecond < 0 || where.Addr().IsLoopback() {
		return true
	}
	now := r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	b, known := r.buckets[where]
	if !known {
		r.forget(now)
		b = bucket{r.burst, now}
	}
	b.tokens = min(r.burst, b.tokens+now.Sub(b.at).Seconds()*r.perSecond)
	b.at = now
	allowed := b.tokens >= 1
	if allowed {
		b.tokens--
	}
	r.buckets[where] = b
	return allowed
}

// forget makes room: first those whose bucket is full again, else anybody.
func (r *rates) forget(now time.Time) {
	if len(r.buckets) < maxAddresses {
		return
	}
	for where, b := range r.buckets {
		if now.Sub(b.at).Seconds()*r.perSecond >= r.burst {
			delete(r.buckets, where)
		}
	}
	for where := range r.buckets {
		if len(r.buckets) < maxAddresses {
			return
		}
		delete(r.buckets, where)
	}
}

// network is the address of a client, of IPv6 its /64: one customer has as many
// addresses as it likes in there.
func network(remote string) netip.Prefix {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Prefix{}
	}
	bits := 64
	if addr = addr.Unmap().WithZone(""); addr.Is4() {
		bits = 32
	}
	p, _ := addr.Prefix(bits)
	return p
}

// gates counts what is open, in all and for each holder.
type gates struct {
	all, each int

	mu   sync.Mutex
	open map[string]int
	n    int
}

func newGates(all, each int) *gates { return &gates{all: all, each: each, open: map[string]int{}} }

// enter opens one for holder; leave must follow when it is true.
func (g *gates) enter(holder string) bool { return g.take(holder, g.each) }

// enterAny is enter without a bound for the holder.
func (g *gates) enterAny(holder string) bool { return g.take(holder, g.all) }

func (g *gates) take(holder string, each int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.n >= g.all || g.open[holder] >= each {
		return false
	}
	g.n++
	g.open[holder]++
	return true
}

func (g *gates) leave(holder string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.n--
	if g.open[holder]--; g.open[holder] == 0 {
		delete(g.open, holder)
	}
}
