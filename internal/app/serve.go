package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"truce"
	"truce/internal/api"
	"truce/internal/auth"
	"truce/internal/notify/email"
	"truce/internal/obs"
	"truce/internal/store"
	"truce/internal/told"
	"truce/internal/view/agreement"
	"truce/internal/view/protected"
	"truce/proof"
)

// ServeOptions say where and how a register is served.
type ServeOptions struct {
	Addr              string // host:port; port 0 takes a free one
	CertFile, KeyFile string // PEM; both empty for plain HTTP
	Version           string // of the program
	Ready             func(url string)
	PackMaxAge        time.Duration // how long the packs count that parties fetch; packing.MaxAge when 0

	Policy       *proof.Policy // witnesses that cosign the log; nil for none
	Patience     time.Duration // see witness.GatherConfig
	AllowPrivate bool          // witnesses and desks may have addresses that are not public

	Notify NotifyOptions
}

// Serve answers over HTTP until ctx ends, and then lets requests finish. Ready is
// told the URL once the port is open. An address that cannot be taken is
// CodeUnavailable.
func (r *Register) Serve(ctx context.Context, o ServeOptions) error {
	SpareProcessor()
	if (o.CertFile == "") != (o.KeyFile == "") {
		return truce.E(truce.CodeUsage, "a certificate and its key belong together").WithHint("give --tls-cert and --tls-key")
	}
	ln, err := net.Listen("tcp", o.Addr)
	if err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "cannot listen on %s", o.Addr).
			WithHint("another program may have the port; name another with --addr")
	}
	tell, links, err := r.teller(ctx, o.Notify)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	r.Packs = r.Packs.Lasting(o.PackMaxAge)
	var mail *email.Links
	if o.Notify.Senders == nil {
		links = nil // no message holds one
	} else {
		mail = links.links
	}
	server := r.server(o.Version, links)
	if tell != nil {
		stop, err := tell.telling(ctx, server, mail, o.Notify)
		if err != nil {
			return errors.Join(err, ln.Close())
		}
		defer stop()
	}
	if err := r.joinWitnesses(ctx, server, o); err != nil {
		return errors.Join(err, ln.Close())
	}
	scheme := "http"
	if o.CertFile != "" {
		scheme = "https"
	}
	if o.Ready != nil {
		o.Ready(scheme + "://" + ln.Addr().String())
	}
	following, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { r.follow(following); close(done) }()
	defer func() { stop(); <-done }()
	return api.Serve(ctx, ln, server, api.Files{Cert: o.CertFile, Key: o.KeyFile}, r.Logger, server.Close)
}

// follow keeps the check's index of places as the log grows; the first who asks in
// earnest need not wait until every object was read.
func (r *Register) follow(ctx context.Context) {
	r.Check.Follow(ctx, func(err error) {
		r.Logger.ErrorContext(ctx, "the index of places cannot be built; checks go on without it", "code", string(truce.CodeOf(err)))
	})
}

// server is the HTTP interface. links may be nil.
func (r *Register) server(version string, links *answers) *api.Server {
	metrics := obs.NewMetrics()
	metrics.Watch(func() int64 { return r.Ledger.Head().Size }, r.viewLag)
	c := api.Config{
		Origin: r.Origin, Exercise: r.Exercise, LogKey: r.LogKey, Version: version,
		DB: r.DB, Intake: r.Intake, Log: r.Ledger, Entries: r.Ledger, Proofs: r.Ledger, Parties: r.Parties, Objects: r.Objects, Histories: r.Objects, Agreements: r.Agreements, InForce: r.InForce, Check: r.Check, Told: r.Told(), Packs: r.Packs,
		Sessions: auth.NewSessions(auth.Config{Register: r.Origin, Directory: directory{r}, Now: r.now}),
		Probes:   r.probes(), Metrics: metrics, Logger: r.Logger, Now: r.now,
	}
	if links != nil {
		c.Answers, c.Replays = links, links
	}
	return api.New(c)
}

// Told is what is read of who was told what.
func (r *Register) Told() told.Views {
	return told.Views{Parties: r.Parties, Tellings: []told.Tellings{protected.Told, agreement.Told}, Inbox: r.Inbox}
}

// viewLag is how many entries the views are behind the log. They are written in
// the transaction of the entries, so anything but 0 is a fault.
func (r *Register) viewLag() map[string]int64 {
	lag := int64(0)
	r.DB.View(context.Background(), func(q store.Reader) error {
		next, err := r.Views.Position(context.Background(), q)
		if err == nil {
			lag = max(0, r.Ledger.Head().Size-next)
		}
		return err
	})
	return map[string]int64{"views": lag}
}

// directory answers sign-in from the party view, as the log stands.
type directory struct{ r *Register }

// Key is the state of a key; nil when it was never stated.
func (d directory) Key(ctx context.Context, key string) (state *truce.KeyState, err error) {
	err = d.r.DB.View(ctx, func(q store.Reader) error {
		state, err = d.r.Parties.Key(ctx, q, key, truce.Now)
		return err
	})
	return state, err
}

// Party is the state of a party; nil when it was never enrolled.
func (d directory) Party(ctx context.Context, id truce.PartyID) (state *truce.PartyState, err error) {
	err = d.r.DB.View(ctx, func(q store.Reader) error {
		state, err = d.r.Parties.Party(ctx, q, id, truce.Now)
		return err
	})
	return state, err
}

// Size is the number of entries in the log.
func (d directory) Size() int64 { return d.r.Ledger.Head().Size }

// probes are what readiness depends on.
func (r *Register) probes() []obs.Probe {
	return []obs.Probe{
		{Name: "log", Look: r.probeLog},
		{Name: "writing", Look: func(context.Context) error { return r.writing.lately(time.Now()) }},
		{Name: "views", Look: r.probeViews},
		{Name: "check", Look: r.probeCheck, Tell: r.tellCheck},
		{Name: "clock", Look: r.probeClock},
		{Name: "disk", Look: func(context.Context) error { return r.Folder.writable() }},
	}
}

func (r *Register) probeLog(ctx context.Context) error {
	size := r.Ledger.Head().Size
	if size == 0 {
		return truce.E(truce.CodeUnavailable, "the log is empty")
	}
	_, err := r.Ledger.Entry(ctx, size-1)
	return err
}

func (r *Register) probeViews(ctx context.Context) error {
	return r.DB.View(ctx, func(q store.Reader) error {
		next, err := r.Views.Position(ctx, q)
		if err == nil && next < r.Ledger.Head().Size {
			return truce.E(truce.CodeUnavailable, "the views are %d entries behind", r.Ledger.Head().Size-next)
		}
		return err
	})
}

// probeCheck: the index of places may be behind the log, since what changed since is
// looked at one by one; where that is very much, checks are slow.
func (r *Register) probeCheck(context.Context) error {
	size, changed, ok := r.Check.Indexed()
	if lag := r.Ledger.Head().Size - size; ok && changed > maxChanged {
		return truce.E(truce.CodeUnavailable, "the index of places is %d entries behind, and %d objects are looked at one by one", lag, changed)
	}
	return nil
}

// tellCheck says how far the index of places has followed the log.
func (r *Register) tellCheck() string {
	size, changed, ok := r.Check.Indexed()
	if !ok {
		return "there is no index of places; every object is looked at"
	}
	return fmt.Sprintf("the index of places lags %d entries behind the log, and %d objects that changed since are looked at one by one", r.Ledger.Head().Size-size, changed)
}

// maxChanged is how many objects are looked at one by one in less than 10 ms.
const maxChanged = 50_000

// probeClock: the log does not write while the clock is behind its newest entry.
func (r *Register) probeClock(ctx context.Context) error {
	last, err := r.Ledger.Entry(ctx, r.Ledger.Head().Size-1)
	if err != nil {
		return err
	}
	if behind := last.Time.Sub(r.now()); behind > time.Second {
		return truce.E(truce.CodeUnavailable, "the clock is %s behind the newest entry", behind.Round(time.Second)).
			WithHint("set the clock; the log does not write before it has caught up")
	}
	return nil
}
