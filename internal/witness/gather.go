package witness

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/internal/durable"
	"truce/proof"
)

// Log is what a gatherer needs of the log.
type Log interface {
	// Head is the newest signed checkpoint.
	Head() *proof.Checkpoint
	// Changed is closed when the log has grown.
	Changed() <-chan struct{}
	// ConsistencyProof is the path of RFC 6962 2.1.2 between two sizes.
	ConsistencyProof(ctx context.Context, older, newer int64) ([]tlog.Hash, error)
}

// Forever, as the patience of a gatherer, publishes nothing that lacks its quorum.
const Forever time.Duration = -1

// GatherConfig is what a gatherer is made of.
type GatherConfig struct {
	Log    Log
	LogKey string
	Policy *proof.Policy
	HTTP   *http.Client // see package outbound
	Path   string       // file of the last witnessed head
	// Patience is how long a head is held back for its quorum before it is
	// published without; Forever holds it back until it has it.
	Patience time.Duration
	Timeout  time.Duration    // for one answer of a witness; 5 s when 0
	Renew    time.Duration    // after which an unchanged head is cosigned again; 10 min when 0
	Pause    time.Duration    // between two rounds at least; 200 ms when 0
	Now      func() time.Time // time.Now when nil
	Logger   *slog.Logger     // discards when nil
}

func (c *GatherConfig) defaults() {
	for _, d := range []struct {
		value     *time.Duration
		otherwise time.Duration
	}{{&c.Timeout, 5 * time.Second}, {&c.Renew, 10 * time.Minute}, {&c.Pause, 200 * time.Millisecond}} {
		if *d.value == 0 {
			*d.value = d.otherwise
		}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
}

// Gatherer brings the heads of the log to witnesses, and says which head is to be
// published. Appending never waits for it.
type Gatherer struct {
	cfg    GatherConfig
	peers  []*peer
	asking sync.WaitGroup // who still waits for an answer

	mu        sync.Mutex
	witnessed *proof.Checkpoint // newest head with its quorum; nil before the first
	partial   *proof.Checkpoint // newest head with any cosignature
	shown     *proof.Checkpoint // largest head that was published; never is a smaller one after it
	behind    time.Time         // since when the log is ahead of witnessed; zero while it is not
}

// NewGatherer makes a gatherer with what was witnessed before. A policy that
// names logs and not this one, or witnesses without an address, is CodeInvalid.
func NewGatherer(cfg GatherConfig) (*Gatherer, error) {
	cfg.defaults()
	origin, _, err := proof.ParseLogKey(cfg.LogKey)
	if err != nil {
		return nil, err
	}
	if key, err := cfg.Policy.KeyOf([]byte(origin + "\n")); len(cfg.Policy.Logs) > 0 && (err != nil || key != cfg.LogKey) {
		return nil, truce.E(truce.CodeInvalid, "the policy is about other logs than %q", origin).
			WithHint("add the line: log %s", cfg.LogKey)
	}
	// What was published before a restart may have been the newest head: nothing
	// smaller may follow, so that patience begins with the next witnessed head.
	g := &Gatherer{cfg: cfg, behind: cfg.Now().Add(-cfg.Patience)}
	for _, w := range cfg.Policy.Witnesses {
		if w.URL != "" {
			g.peers = append(g.peers, &peer{name: w.Name, key: w.Key, url: w.URL + "/add-checkpoint", http: cfg.HTTP})
		}
	}
	if len(g.peers) == 0 && len(cfg.Policy.Witnesses) > 0 {
		return nil, truce.E(truce.CodeInvalid, "no witness of the policy has an address").
			WithHint("witness NAME KEY https://witness.example/prefix")
	}
	return g, g.load()
}

func (g *Gatherer) load() error {
	data, err := os.ReadFile(g.cfg.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the last witnessed head cannot be read")
	}
	cp, err := proof.OpenCheckpoint(data, g.cfg.LogKey)
	if err != nil {
		return truce.Wrap(truce.CodeTampered, err, "the last witnessed head")
	}
	if cp.Size > g.cfg.Log.Head().Size {
		return truce.E(truce.CodeTampered, "witnesses have cosigned %d entries, the log has %d: an older copy of the register was put back", cp.Size, g.cfg.Log.Head().Size).
			WithHint("find the newest copy; going on would sign a second history")
	}
	if g.cfg.Policy.Judge(cp, g.cfg.Now(), 0).Met { // the policy may be another one than then
		g.witnessed, g.partial = cp, cp
	}
	return nil
}

// Run gathers until ctx ends, and nothing that it began goes on after it.
func (g *Gatherer) Run(ctx context.Context) {
	defer g.asking.Wait()
	for ctx.Err() == nil {
		changed := g.cfg.Log.Changed() // before Head: nothing is missed
		head := g.cfg.Log.Head()
		g.round(ctx, head)
		if g.cfg.Log.Head().Size > head.Size {
			pause(ctx, g.cfg.Pause, nil)
			continue
		}
		again := g.cfg.Renew
		if !g.done(head) {
			again = min(again, max(g.cfg.Timeout, time.Second)) // somebody was not to be reached
		}
		pause(ctx, again, changed)
	}
}

func pause(ctx context.Context, d time.Duration, sooner <-chan struct{}) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	case <-sooner:
	}
}

func (g *Gatherer) done(head *proof.Checkpoint) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.partial != nil && g.partial.Size >= head.Size && len(g.cfg.Policy.Judge(g.partial, g.cfg.Now(), 0).Missing) == 0
}

// round asks every witness that is not still answering about an earlier head. It
// ends when all have answered, or when the quorum is there and no answer comes
// for a moment: who is slow finishes by itself.
func (g *Gatherer) round(ctx context.Context, head *proof.Checkpoint) {
	answers := make(chan bool, len(g.peers))
	asked := 0
	for _, p := range g.peers {
		if !p.busy.CompareAndSwap(false, true) {
			continue
		}
		asked++
		g.asking.Go(func() {
			met := g.ask(ctx, p, head)
			p.busy.Store(false) // before the round can end, and the next one begin
			answers <- met
		})
	}
	var enough <-chan time.Time
	for range asked {
		select {
		case met := <-answers:
			if met && enough == nil {
				enough = time.After(g.cfg.Pause)
			}
		case <-enough:
			return
		case <-ctx.Done():
			return
		}
	}
}

// ask gets one cosignature and adds it; met says that the quorum is there.
func (g *Gatherer) ask(ctx context.Context, p *peer, head *proof.Checkpoint) (met bool) {
	ctx, cancel := context.WithTimeout(ctx, g.cfg.Timeout)
	defer cancel()
	c, err := p.cosign(ctx, g.cfg.Log, head)
	if err != nil {
		p.trouble(ctx, g.cfg.Logger, err)
		return false
	}
	p.failing.Store(false)
	return g.add(head, c)
}

// add puts a cosignature below head.
func (g *Gatherer) add(head *proof.Checkpoint, c proof.Cosignature) (met bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.partial != nil && g.partial.Size > head.Size {
		return false // too late: a newer one is under way
	}
	if g.partial == nil || g.partial.Size < head.Size {
		g.partial = head
	}
	g.partial = g.partial.WithCosignatures(c)
	if !g.cfg.Policy.Judge(g.partial, g.cfg.Now(), 0).Met {
		return false
	}
	if err := durable.Replace(g.cfg.Path, g.partial.Note, 0o644); err != nil {
		g.cfg.Logger.Warn("the witnessed head cannot be kept, and is not published", "error", err)
		return true
	}
	g.witnessed, g.behind = g.partial, time.Time{}
	return true
}

// Publish is the head to show: the newest one with its quorum while that is not
// longer behind the log than patience allows, otherwise the newest one there is,
// and then witnessed is false. Where nothing may be shown yet it is nil. What is
// shown never shrinks.
func (g *Gatherer) Publish() (cp *proof.Checkpoint, witnessed bool) {
	head := g.cfg.Log.Head()
	g.mu.Lock()
	defer g.mu.Unlock()
	cp, witnessed = g.choose(head)
	if cp != nil && g.shown != nil && cp.Size < g.shown.Size {
		cp, witnessed = g.newest(head), false
	}
	if cp != nil {
		g.shown = cp
	}
	return cp, witnessed
}

// choose picks by quorum and patience; the caller holds the lock.
func (g *Gatherer) choose(head *proof.Checkpoint) (cp *proof.Checkpoint, witnessed bool) {
	switch {
	case g.cfg.Policy.Quorum == "none":
		return g.newest(head), true
	case g.witnessed != nil && g.witnessed.Size == head.Size:
		g.behind = time.Time{}
		return g.witnessed, true
	case g.cfg.Patience == Forever:
		return g.witnessed, g.witnessed != nil
	}
	if g.behind.IsZero() {
		g.behind = g.cfg.Now()
	}
	if g.witnessed != nil && g.cfg.Now().Sub(g.behind) < g.cfg.Patience {
		return g.witnessed, true
	}
	return g.newest(head), false
}

func (g *Gatherer) newest(head *proof.Checkpoint) *proof.Checkpoint {
	if g.partial != nil && g.partial.Size == head.Size {
		return g.partial
	}
	return head
}

// Witnessed is the newest head that has its quorum; nil before the first.
func (g *Gatherer) Witnessed() *proof.Checkpoint {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.witnessed
}
