package app

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"

	"truce"
	"truce/internal/check"
	"truce/internal/inforce"
	"truce/internal/intake"
	"truce/internal/keyfile"
	"truce/internal/ledger"
	"truce/internal/packing"
	"truce/internal/receipt"
	"truce/internal/store"
	"truce/internal/store/sqlite"
	"truce/internal/view"
	"truce/internal/view/agreement"
	"truce/internal/view/inbox"
	"truce/internal/view/party"
	"truce/internal/view/protected"
	"truce/proof"
)

// Options say how a data folder is opened.
type Options struct {
	Ask    keyfile.Ask      // gives the passphrase of the key files; nil where there is none
	Logger *slog.Logger     // nil discards
	Now    func() time.Time // nil is time.Now

	// AcceptMissingHead makes a new head file where none is, as after a restore
	// by hand: an older database cannot be told from the newest without it.
	AcceptMissingHead bool
	// ReadOnly opens the log without its private key: nothing is signed. The
	// folder may be one that cannot be written to.
	ReadOnly bool

	create *string // origin of a log to be made
}

// Register is an open data folder: every stage, joined. Close it.
type Register struct {
	Folder     Folder
	Origin     string
	LogKey     string // public key of the log
	Exercise   bool   // entry 0 says so
	Ledger     *ledger.Ledger
	Intake     *intake.Intake
	Parties    *party.View
	Objects    protected.View
	Agreements agreement.View
	Inbox      inbox.View
	Views      *view.Runner
	Check      *check.Engine
	InForce    *inforce.Engine
	Packs      *packing.Maker
	DB         store.DB
	Logger     *slog.Logger

	ask  keyfile.Ask
	sign note.Signer // with the log's key; nil when it is open for reading only
	now  func() time.Time
	lock *os.File // nil when the folder has none and cannot be written to

	newest  atomic.Pointer[check.Head] // what head found last for the newest size
	writing writing                    // how writing to the log went last
}

// given answers with a copy each time: whoever asks overwrites what it was given.
func given(passphrase []byte) keyfile.Ask {
	return func() ([]byte, error) { return bytes.Clone(passphrase), nil }
}

// Open locks a data folder and opens its register. Errors: CodeNotFound where
// there is none, CodeUnavailable where another process has it, CodeTampered
// where the head outside the database does not match what is in it.
func Open(ctx context.Context, dir Folder, o Options) (*Register, error) {
	if err := dir.check(); err != nil {
		return nil, err
	}
	return open(ctx, dir, o)
}

func open(ctx context.Context, dir Folder, o Options) (_ *Register, err error) {
	r := &Register{Folder: dir, Logger: o.Logger, ask: o.Ask, now: o.Now}
	if r.Logger == nil {
		r.Logger = slog.New(slog.DiscardHandler)
	}
	if r.now == nil {
		r.now = time.Now
	}
	defer func() {
		if err != nil {
			r.Close()
		}
	}()
	var fixed bool
	if r.lock, fixed, err = lockFile(dir.lock(), o.ReadOnly); err != nil {
		return nil, err
	}
	if !fixed {
		dir.sweep()
	}
	if r.LogKey, err = dir.LogKey(); err != nil {
		return nil, err
	}
	if err = r.openLog(ctx, o, fixed); err != nil {
		return nil, err
	}
	return r, r.join(ctx)
}

// openLog opens the database and the ledger with the views that follow it;
// nothing is written when fixed is set.
func (r *Register) openLog(ctx context.Context, o Options, fixed bool) error {
	origin, _, err := proof.ParseLogKey(r.LogKey)
	if err != nil {
		return err
	}
	r.Origin = origin
	var signer note.Signer
	copied := r.Folder.IsMirror()
	if !o.ReadOnly && !copied {
		if signer, err = keyfile.LoadLogKey(r.Folder.LogPrivate(), r.LogKey, o.Ask); err != nil {
			return err
		}
	}
	r.sign = signer
	if r.DB, err = openDatabase(r.Folder.Database(), fixed); err != nil {
		return err
	}
	r.Parties = party.New()
	r.Views = view.New(r.Parties, r.Objects, r.Inbox, r.Agreements)
	cfg := ledger.Config{DB: r.DB, Origin: origin, Signer: signer, Verifier: r.LogKey, HeadPath: r.Folder.Head(),
		Follower: r.Views, Now: o.Now, Logger: r.Logger, AcceptMissingHead: o.AcceptMissingHead}
	if o.create != nil {
		if r.Ledger, err = ledger.Create(ctx, cfg); err != nil {
			return err
		}
		return r.DB.Update(ctx, func(tx store.Tx) error { return r.Views.EnsureSchema(ctx, tx) })
	}
	if copied {
		r.Ledger, err = openCopy(ctx, cfg)
	} else {
		r.Ledger, err = ledger.Open(ctx, cfg)
	}
	if err != nil {
		return err
	}
	return r.followUp(ctx, fixed)
}

// openDatabase keeps a typed nil out of the interface.
func openDatabase(path string, fixed bool) (store.DB, error) {
	db, err := sqlite.Open(path, sqlite.Options{ReadOnly: fixed})
	if err != nil {
		return nil, err
	}
	return db, nil
}

// followUp rebuilds the views where they are not what this program would make
// of the log: another version of the views, or a database put together by hand.
func (r *Register) followUp(ctx context.Context, fixed bool) error {
	if !fixed {
		err := r.DB.Update(ctx, func(tx store.Tx) error { return r.Views.EnsureSchema(ctx, tx) })
		if err != nil {
			return err
		}
	}
	outdated := false
	size, err := r.followed(ctx)
	if err == nil {
		err = r.DB.View(ctx, func(q store.Reader) error {
			outdated, err = r.Views.Outdated(ctx, q, size)
			return err
		})
	}
	must, mustErr := r.Ledger.MustRebuild(ctx)
	if err == nil {
		err = mustErr
	}
	if err != nil || !outdated && !must {
		return err
	}
	if fixed {
		return truce.E(truce.CodeUnavailable, "the views are of another version, and the folder cannot be written to").
			WithHint("copy the folder to where it can be written")
	}
	r.Logger.Info("the views are of another version and are rebuilt", "entries", size)
	if must {
		return r.rebuildCopy(ctx)
	}
	return r.RebuildViews(ctx)
}

// followed is how many entries the views are to show: those under the head, and
// any that were committed before the head file could be written.
func (r *Register) followed(ctx context.Context) (size int64, err error) {
	err = r.DB.View(ctx, func(q store.Reader) error {
		size, err = r.Views.Position(ctx, q)
		return err
	})
	return max(size, r.Ledger.Head().Size), err
}

// rebuildMB is how much of the database a rebuild keeps in memory, in mebibytes:
// the views' indexes of a million entries fit in.
const rebuildMB = 256

// RebuildViews drops every view and replays the log.
func (r *Register) RebuildViews(ctx context.Context) error {
	size, err := r.followed(ctx)
	if err != nil {
		return err
	}
	rebuild := func() error { return r.Views.Rebuild(ctx, r.DB, size, r.Ledger.Replay) }
	if db, ok := r.DB.(interface {
		WithCache(ctx context.Context, mb int, fn func() error) error
	}); ok {
		return db.WithCache(ctx, rebuildMB, rebuild)
	}
	return rebuild()
}

// join makes what stands on ledger and views.
func (r *Register) join(ctx context.Context) error {
	_, logKeyID, err := proof.ParseLogKey(r.LogKey)
	if err != nil {
		return err
	}
	r.Intake = intake.New(intake.Config{Ledger: &lookout{Ledger: r.Ledger, state: &r.writing}, DB: r.DB, Parties: r.Parties, Objects: r.Objects, Telling: []intake.Telling{protected.Told, agreement.Told}, Desks: r.Inbox, Agreements: r.Agreements,
		Origin: r.Origin, LogKeyID: logKeyID, Logger: r.Logger, Now: r.now})
	return r.DB.View(ctx, func(q store.Reader) error {
		status, err := r.Parties.RegisterStatus(ctx, q)
		r.Exercise = status == truce.Exercise
		r.InForce = inforce.New(inforce.Config{Exercise: r.Exercise, Now: r.now,
			Tests: &inforce.StoredTests{DB: r.DB}, Register: &inforce.Stored{DB: r.DB, Position: r.Views.Position, Head: func() int64 { return r.Ledger.Head().Size }}})
		r.Check = check.New(check.Config{Agreed: agreed{r.InForce}, Origin: r.Origin, Limited: r.Folder.IsMirror(), Exercise: r.Exercise, Now: r.now,
			Register: &check.Stored{DB: r.DB, Heads: r.head, Position: r.Views.Position}})
		r.Packs = packing.New(packing.Config{Source: r.Check, Agreed: r.InForce, Log: r.Ledger, Origin: r.Origin, Exercise: r.Exercise, Signer: r.sign, LogKey: r.LogKey, Now: r.now})
		return err
	})
}

// head is the state of the log with size entries, or as it is for truce.Now.
func (r *Register) head(ctx context.Context, size int64) (check.Head, error) {
	cp := r.Ledger.Head()
	if known := r.newest.Load(); known != nil && known.Size == cp.Size && (size == truce.Now || size == cp.Size) {
		return *known, nil // one entry read for all checks of one log size
	}
	h := check.Head{Size: cp.Size, Root: cp.RootText()}
	if size != truce.Now && size != cp.Size {
		root, err := r.Ledger.RootAt(ctx, size)
		if err != nil {
			return check.Head{}, err
		}
		h = check.Head{Size: size, Root: root.String()}
	}
	if h.Size == 0 {
		return h, nil
	}
	last, err := r.Ledger.Entry(ctx, h.Size-1)
	if err != nil {
		return check.Head{}, err
	}
	h.LastEntryTime = last.Time
	if h.Size == cp.Size {
		r.newest.Store(&h)
	}
	return h, nil
}

// Close ends everything in order. It may be called more than once.
func (r *Register) Close() error {
	var err error
	if r.Ledger != nil {
		err = r.Ledger.Close()
	}
	if r.DB != nil {
		if e := r.DB.Close(); err == nil {
			err = e
		}
		r.DB = nil
	}
	if r.lock != nil {
		unlock(r.lock)
		r.lock = nil
	}
	return err
}

// Registrar is the register's own party and the signer with its key in use,
// which stands in the folder: what a command with --data acts as.
func (r *Register) Registrar(ctx context.Context) (truce.PartyID, proof.Signer, error) {
	f, err := keyfile.Load(r.Folder.RegistrarKey(), r.ask)
	if err != nil {
		return "", nil, err
	}
	var state *truce.KeyState
	err = r.DB.View(ctx, func(q store.Reader) error {
		state, err = r.Parties.Key(ctx, q, f.KeyID, truce.Now)
		return err
	})
	if err != nil {
		return "", nil, err
	}
	if !state.Usable() {
		return "", nil, truce.E(truce.CodeRefused, "the registrar's key in the folder is not in use").
			WithHint("truce key list shows the keys in use; sign with --key FILE")
	}
	return state.Party, f.Signer(), nil
}

// Receipt is the receipt of an entry with its content and all vouchers, for the
// registrar, who may read everything.
func (r *Register) Receipt(ctx context.Context, number int64) (*proof.Receipt, error) {
	return receipt.Maker{Log: r.Ledger, Parties: r.Parties, DB: r.DB}.Make(ctx, number, true, nil)
}
