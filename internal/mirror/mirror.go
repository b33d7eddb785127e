package mirror

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"truce"
	"truce/internal/ledger"
	"truce/proof"
)

// Config is what a mirror is made of.
type Config struct {
	Log      *ledger.Ledger // the copy, see ledger.CreateCopy
	Source   Source
	Cosigner *proof.Cosigner // cosigns what is durably copied; nil cosigns nothing
	Policy   *proof.Policy   // says when a head counts; nil for none
	// MaxAge is how old the newest sign of life may be: the cosignatures of the
	// policy's quorum, or without one the newest entry. 0 asks for no age.
	MaxAge time.Duration
	// Lag is by how much a published head may be behind the log: entries may be
	// that much older than the last look. 15 minutes when 0.
	Lag      time.Duration
	Evidence string // folder of findings
	Receipts string // folder of receipts (*.proof) that the log has to keep; "" for none
	// Feed is compared with what was handed over, each time; nil for not at all.
	Feed Feed
	// KeyEntries gives the numbers of the entries of the copy that say whose keys are
	// whose, ascending; with nil nobody's signature is held against them.
	KeyEntries func(ctx context.Context) ([]int64, error)
	// Rebuild works the views out again; nil where there are none.
	Rebuild  func(ctx context.Context) error
	Now      func() time.Time        // time.Now when nil
	Logger   *slog.Logger            // discards when nil
	Progress func(done, total int64) // entries; nil tells nobody
}

// Mirror copies one log. Only one Sync runs at a time.
type Mirror struct {
	cfg    Config
	mu     sync.Mutex
	report *Report // of the run under way
}

// Report is what one run came to.
type Report struct {
	Size      int64    `json:"size"`      // entries in the copy
	Root      string   `json:"root"`      // over all of them, standard base64
	Added     int64    `json:"added"`     // entries that are new in the copy
	Whole     int64    `json:"whole"`     // contents that came in and verify
	Partial   int64    `json:"partial"`   // contents that came in, told in part
	Witnesses int      `json:"witnesses"` // of the policy that have cosigned the head
	Witnessed bool     `json:"witnessed"` // the policy's quorum has; true without a policy
	Receipts  int      `json:"receipts"`  // receipts that were compared, and are kept
	Evidence  []string `json:"evidence"`  // files of what was found
}

// New makes a mirror. It reads nothing yet.
func New(cfg Config) *Mirror {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Lag == 0 {
		cfg.Lag = 15 * time.Minute
	}
	if cfg.Progress == nil {
		cfg.Progress = func(int64, int64) {}
	}
	return &Mirror{cfg: cfg}
}

// Sync brings the copy up to the newest head of the source. What was fetched
// before a failure stays aside, and the next run goes on from there. Misconduct
// is CodeTampered, and kept as evidence: where it concerns the head nothing of it
// is copied, where it concerns single entries the rest is.
func (m *Mirror) Sync(ctx context.Context) (*Report, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.report = &Report{Evidence: []string{}}
	err := m.sync(ctx)
	head := m.cfg.Log.Head()
	m.report.Size, m.report.Root = head.Size, head.RootText()
	return m.report, err
}

func (m *Mirror) sync(ctx context.Context) error {
	if err := m.catchUp(ctx); err != nil {
		return err
	}
	note, err := m.cfg.Source.Note(ctx)
	if err != nil {
		return err
	}
	cp, err := proof.OpenCheckpoint(note, m.cfg.Log.LogKey())
	if err != nil {
		return err
	}
	own := m.cfg.Log.Head()
	if cp.Size < own.Size || cp.Size == own.Size && cp.Root != own.Root {
		return m.older(ctx, cp)
	}
	seen, err := m.seenBefore(ctx)
	if err != nil {
		return err
	}
	r, err := m.fetch(ctx, cp)
	if err != nil {
		return err
	}
	if err := m.adopt(ctx, cp); err != nil {
		return err
	}
	m.report.Added = cp.Size - own.Size
	return r.findings(ctx, seen)
}

// findings looks at what can be proved only now that all is in the copy. The
// first of them is the error; each is in the evidence.
func (r *run) findings(ctx context.Context, seen *seenBefore) error {
	all := append(r.faults, r.misdated(ctx, seen)...)
	all = append(all, r.authors(ctx)...)
	all = append(all, r.hearsay(ctx)...)
	all = append(all, r.compareReceipts(ctx)...)
	all = append(all, r.compareFeed(ctx)...)
	if err := r.fresh(r.cp); err != nil {
		all = append(all, err)
	}
	if len(all) > 0 {
		return all[0]
	}
	return nil
}

// adopt makes cp the copy's head, cosigned: the cosignature says that everything
// below it is stored, and becomes known with the transaction that stores it.
func (m *Mirror) adopt(ctx context.Context, cp *proof.Checkpoint) error {
	m.judge(cp)
	now := m.cfg.Now()
	if c := m.cfg.Cosigner; c != nil {
		cp = cp.WithCosignatures(c.Cosign(cp, now))
	}
	_, err := m.cfg.Log.Adopt(ctx, cp, now)
	if tampered(err) {
		return m.keep(&proof.Evidence{Kind: proof.Mismatch, Newer: string(cp.Note), Given: []byte(err.Error()), Told: err.Error()})
	}
	if err != nil {
		return err
	}
	return m.catchUp(ctx)
}

// catchUp rebuilds the views where the last adoption left that to be done.
func (m *Mirror) catchUp(ctx context.Context) error {
	must, err := m.cfg.Log.MustRebuild(ctx)
	if err != nil || !must || m.cfg.Rebuild == nil {
		return err
	}
	return m.cfg.Rebuild(ctx)
}

// judge asks the policy. A head that does not count is copied all the same, and
// said not to: a register must be able to speak while its witnesses are silent.
func (m *Mirror) judge(cp *proof.Checkpoint) {
	m.report.Witnessed = true
	if m.cfg.Policy == nil {
		return
	}
	j := m.cfg.Policy.Judge(cp, m.cfg.Now(), 0)
	m.report.Witnesses, m.report.Witnessed = len(j.Cosigned), j.Met
	if !j.Met {
		m.cfg.Logger.Warn("the head is not cosigned as the policy demands", "size", cp.Size, "cosigned", len(j.Cosigned))
	}
}

// fresh looks for a log that is frozen: whose newest sign of life is too old.
func (m *Mirror) fresh(cp *proof.Checkpoint) error {
	if m.cfg.MaxAge == 0 {
		return nil
	}
	now := m.cfg.Now()
	newest, what := m.newestEntry(cp), "entry"
	if p := m.cfg.Policy; p != nil && p.Quorum != "none" {
		j := p.Judge(cp, now, m.cfg.MaxAge)
		if j.Fresh {
			return nil
		}
		newest, what = j.Newest(), "cosignature"
	}
	if now.Sub(newest) <= m.cfg.MaxAge {
		return nil
	}
	return m.keep(&proof.Evidence{Kind: proof.Freeze, Newer: string(cp.Note),
		Told: "the newest " + what + " below the head that is shown is of " + newest.UTC().Format(time.RFC3339) + ", and at most " + m.cfg.MaxAge.String() + " were agreed"})
}

func (m *Mirror) newestEntry(cp *proof.Checkpoint) time.Time {
	leaf, err := m.cfg.Log.Leaf(context.Background(), cp.Size-1)
	if err != nil {
		return time.Time{}
	}
	_, at, _, err := proof.ParseLeaf(leaf)
	if err != nil {
		return time.Time{}
	}
	return at
}

// tampered reports whether an error is evidence.
func tampered(err error) bool { return truce.CodeOf(err) == truce.CodeTampered }
