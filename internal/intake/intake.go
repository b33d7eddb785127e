package intake

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/proof"
)

// Log is what intake needs of the ledger.
type Log interface {
	Append(ctx context.Context, candidates []ledger.Candidate) []ledger.Result
	// Head is the newest signed checkpoint.
	Head() *proof.Checkpoint
	// RootAt is the root hash that the log had with size entries; size is at
	// most that of Head.
	RootAt(ctx context.Context, size int64) (tlog.Hash, error)
}

// Snapshots gives a consistent reading of the views, for Check.
type Snapshots interface {
	View(ctx context.Context, fn func(store.Reader) error) error
}

// Parties is what intake needs to know of parties and keys. Every answer is as
// known at log size asOf; nil where nothing is known. See package truce.
type Parties interface {
	Party(ctx context.Context, r store.Reader, id truce.PartyID, asOf int64) (*truce.PartyState, error)
	Key(ctx context.Context, r store.Reader, keyID string, asOf int64) (*truce.KeyState, error)
	Root(ctx context.Context, r store.Reader, id truce.PartyID, asOf int64) (*truce.RootState, error)
	// RegisterStatus is the status of entry 0, empty while there is none.
	RegisterStatus(ctx context.Context, r store.Reader) (truce.Status, error)
}

// Objects is what intake needs to know of registered objects and what was said
// about them, as the views stand. nil where nothing is known.
type Objects interface {
	Head(ctx context.Context, r store.Reader, subject string) (*truce.ObjectHead, error)
	// HasConsent reports whether the owner's consent to disclosure to recipient is in force.
	HasConsent(ctx context.Context, r store.Reader, subject string, recipient truce.PartyID) (bool, error)
	// Released reports whether a release to recipient is in force.
	Released(ctx context.Context, r store.Reader, subject string, recipient truce.PartyID) (bool, error)
	// Challenge is the challenge that the statement id opened.
	Challenge(ctx context.Context, r store.Reader, id string) (*truce.ChallengeHead, error)
}

// Telling is what intake needs to know of who was told what, as the views stand.
type Telling interface {
	// WasTold reports whether one of the members of an audience was ever told that
	// version of the subject, also if it is told no more.
	WasTold(ctx context.Context, r store.Reader, subject, version string, to []string) (bool, error)
}

// Desks is what intake needs to know of duty desks and alarms, as they stand. nil
// where nothing is known.
type Desks interface {
	DeskHead(ctx context.Context, r store.Reader, subject string) (*truce.DeskHead, error)
	// Alarm is the alarm that the statement id raised.
	Alarm(ctx context.Context, r store.Reader, id string) (*truce.AlarmHead, error)
}

// Config is what an Intake is made of. Everything but Workers, Now and Logger
// is needed.
type Config struct {
	Ledger     Log
	DB         Snapshots
	Parties    Parties
	Objects    Objects
	Telling    []Telling // of all views whose objects somebody can be told of
	Desks      Desks
	Agreements Agreements
	Origin     string           // of the register; statements for another are refused
	LogKeyID   string           // id of the log's own key (proof.ParseLogKey), which no party may use
	Now        func() time.Time // for Check only; admission uses the log's time
	Logger     *slog.Logger
	Workers    int // signature checks at a time in one Submit; the number of processors when 0
}

// Intake is the door. It may be used by many goroutines.
type Intake struct {
	Config
	memory memory // used inside Admit only, one candidate at a time
	roots  rootCache
}

// New makes the door of one register.
func New(c Config) *Intake {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Workers <= 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	return &Intake{Config: c}
}

// Submit takes envelopes (DSSE JSON) and answers each with what became of it, in
// the same order. What is refused does not hinder the others. A statement that
// is in the log already is answered with its number of then. When ctx ends
// before all are decided, the rest is refused with CodeUnavailable.
func (in *Intake) Submit(ctx context.Context, envelopes [][]byte) []ledger.Result {
	results := make([]ledger.Result, len(envelopes))
	drafts := in.prepareAll(ctx, envelopes, results)
	candidates := make([]ledger.Candidate, 0, len(drafts))
	places := make([]int, 0, len(drafts))
	for i, d := range drafts {
		if d == nil {
			continue
		}
		candidates = append(candidates, ledger.Candidate{Envelope: d.env, Statement: d.Statement, ID: d.id, Admit: in.admitter(d)})
		places = append(places, i)
	}
	if len(candidates) == 0 {
		return results
	}
	for i, res := range in.Ledger.Append(ctx, candidates) {
		results[places[i]] = res
	}
	return results
}

// prepareAll prepares every envelope; where one is refused, its result says so
// and its draft is nil.
func (in *Intake) prepareAll(ctx context.Context, envelopes [][]byte, results []ledger.Result) []*draft {
	drafts := make([]*draft, len(envelopes))
	prepare := func(i int) {
		if err := ctx.Err(); err != nil {
			results[i].Err = truce.Wrap(truce.CodeUnavailable, err, "the submission was ended before this statement was looked at")
			return
		}
		drafts[i], results[i].Err = in.guarded(ctx, envelopes[i])
	}
	workers := min(in.Workers, len(envelopes)/2) // one or two are quicker done at once
	if workers < 2 {
		for i := range envelopes {
			prepare(i)
		}
		return drafts
	}
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(envelopes); i = int(next.Add(1)) - 1 {
				prepare(i)
			}
		})
	}
	group.Wait()
	return drafts
}

// guarded is prepare, where a fault of ours in a parser refuses one envelope and
// not the whole register.
func (in *Intake) guarded(ctx context.Context, envelope []byte) (d *draft, err error) {
	defer func() {
		if r := recover(); r != nil {
			in.Logger.ErrorContext(ctx, "an envelope could not be looked at", "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			d, err = nil, truce.E(truce.CodeInternal, "the envelope could not be looked at")
		}
	}()
	return in.prepare(ctx, envelope)
}

// Check says whether Submit would take the envelope as the views stand now, with
// the same errors, and writes nothing. A statement that is in the log already
// is judged as if it were new.
func (in *Intake) Check(ctx context.Context, envelope []byte) error {
	d, err := in.guarded(ctx, envelope)
	if err != nil {
		return err
	}
	return in.DB.View(ctx, func(r store.Reader) error {
		a := &act{draft: d, ctx: ctx, in: in, r: r, number: in.Ledger.Head().Size, at: in.Now().UTC(), known: new(memory)}
		return a.admit()
	})
}

// admitter is the Admit of a candidate: the rules that need the views.
func (in *Intake) admitter(d *draft) func(context.Context, store.Reader, int64, time.Time) error {
	return func(ctx context.Context, r store.Reader, number int64, at time.Time) error {
		in.memory.begin(number)
		a := &act{draft: d, ctx: ctx, in: in, r: r, number: number, at: at, known: &in.memory}
		err := a.admit()
		in.memory.end(err == nil, d.changesKeys())
		return err
	}
}
