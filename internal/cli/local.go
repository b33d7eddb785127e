package cli

import (
	"context"
	"errors"
	"log/slog"
	"strconv"

	"truce"
	"truce/internal/app"
	"truce/internal/auth"
	"truce/internal/check"
	"truce/internal/keyfile"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/proof"
)

// local is a register in a data folder. Whoever may open the folder acts as its
// registrar and sees everything.
type local struct {
	app *app.Register
	w   *where
}

// openApp opens the data folder. To read, no key is needed and no passphrase.
func (w *where) openApp(ctx context.Context, n need, logger *slog.Logger) (*app.Register, error) {
	if w.data == "" {
		w.data = w.sh.Env("TRUCE_DATA")
	}
	if w.data == "" {
		return nil, truce.E(truce.CodeUsage, "--data is missing").WithHint("give the data folder of the register, or set TRUCE_DATA")
	}
	return app.Open(ctx, app.Folder(w.data), app.Options{Ask: w.pass.of(w.data), ReadOnly: n == toRead, Logger: logger})
}

func (w *where) openLocal(ctx context.Context, n need) (*register, error) {
	if w.key != "" {
		if _, err := keyfile.Inspect(w.key); err != nil {
			return nil, err
		}
	}
	a, err := w.openApp(ctx, n, nil)
	if err != nil {
		return nil, err
	}
	if err := w.expectLog(a); err != nil {
		a.Close()
		return nil, err
	}
	l := &local{a, w}
	return &register{objects: l, parties: l, statements: l, identity: l, checker: l, packs: l, tellings: l, feeds: l, overviews: l, redress: l, agreements: l, head: l.head, known: l.known, stop: a.Close}, nil
}

func (l *local) head(context.Context) (head, error) {
	cp := l.app.Ledger.Head()
	return head{Origin: l.app.Origin, Exercise: l.app.Exercise, LogKey: l.app.LogKey, Size: cp.Size, Root: cp.RootText(),
		Checkpoint: string(cp.Note)}, nil
}

// expectLog compares the folder's log with the public key that was given.
func (w *where) expectLog(a *app.Register) error {
	if w.logKey == "" {
		return nil
	}
	vkey, err := readLogKey(w.logKey)
	if err == nil && vkey != a.LogKey {
		err = truce.E(truce.CodeTampered, "the folder holds a log with another public key than the one given").
			WithHint("it is another register, or somebody changed its keys")
	}
	return err
}

// Acting is the registrar, with the key that stands in the folder, or whose key
// was given.
func (l *local) Acting(ctx context.Context) (truce.PartyID, proof.Signer, error) {
	if l.app.Folder.IsMirror() {
		return "", nil, truce.E(truce.CodeRefused, "the folder holds a mirror, and nothing can be stated in a copy").
			WithHint("state it at the register: --server URL --key FILE")
	}
	if l.w.key == "" {
		return l.app.Registrar(ctx)
	}
	f, err := keyfile.Load(l.w.key, l.w.pass.of(l.w.key))
	if err != nil {
		return "", nil, err
	}
	var state *truce.KeyState
	err = l.app.DB.View(ctx, func(r store.Reader) error {
		state, err = l.app.Parties.Key(ctx, r, f.KeyID, truce.Now)
		return err
	})
	if err == nil && (!state.Usable() || state.Root) {
		err = truce.E(truce.CodeRefused, "the key is not in use in this register").At(l.w.key).
			WithHint("truce key list PARTY shows the keys in use")
	}
	if err != nil {
		return "", nil, err
	}
	return state.Party, f.Signer(), nil
}

// viewer is the registrar as a reader: its own party is found in entry 0.
func (l *local) viewer(ctx context.Context) (auth.Viewer, error) {
	e, err := l.app.Ledger.Entry(ctx, 0)
	if truce.CodeOf(err) == truce.CodeNotFound && l.app.Folder.IsMirror() || err == nil && e.Statement == nil {
		return auth.Viewer{Party: app.RegistrarID, Role: truce.RoleRegistrar}, nil // a mirror that was not told of it
	}
	if err != nil {
		return auth.Viewer{}, err
	}
	return auth.Viewer{Party: e.Statement.Author, Role: truce.RoleRegistrar}, nil
}

// Check answers as to the registrar, who sees all.
func (l *local) Check(ctx context.Context, queries []check.Query) []checked {
	viewer, err := l.viewer(ctx)
	out := make([]checked, len(queries))
	if err != nil {
		for i := range out {
			out[i].Err = err
		}
		return out
	}
	for i := range queries {
		queries[i].Viewer = viewer
	}
	if len(queries) > 1 {
		if err := l.app.Check.Index(ctx); err != nil {
			l.w.sh.say("%s", err.Error()) // they are answered all the same, one object after the other
		}
	}
	for i, r := range l.app.Check.CheckMany(ctx, queries) {
		out[i] = checked{r.Answer, r.Err}
	}
	return out
}

func (l *local) asOf(at clocks) (asOf, error) {
	cp := l.app.Ledger.Head()
	switch {
	case at.knownAt <= 0 || at.knownAt == cp.Size:
		return asOf{cp.Size, cp.RootText()}, nil
	case at.knownAt > cp.Size:
		return asOf{}, truce.E(truce.CodeUsage, "the log has %d entries", cp.Size).At("--as-known-at").
			WithHint("ask as known at a number of entries that the log has reached")
	}
	return asOf{LogSize: at.knownAt}, nil
}

// Submit hands envelopes to intake.
func (l *local) Submit(ctx context.Context, envelopes [][]byte) []outcome {
	out := make([]outcome, len(envelopes))
	for i, res := range l.app.Intake.Submit(ctx, envelopes) {
		out[i] = outcomeOf(res)
	}
	return out
}

func outcomeOf(res ledger.Result) outcome {
	if res.Err != nil {
		return outcome{ID: res.ID, Err: res.Err}
	}
	return outcome{ID: res.ID, Entry: &res.Number, Received: &res.Time, Known: res.Known}
}

// entry finds an entry by number or statement id.
func (l *local) entry(ctx context.Context, ref string) (*ledger.Entry, error) {
	if truce.IsStatementID(ref) {
		e, err := l.app.Ledger.EntryByID(ctx, ref)
		return e, l.noEntry(err)
	}
	n, err := entryNumber(ref)
	if err != nil {
		return nil, err
	}
	e, err := l.app.Ledger.Entry(ctx, n)
	return e, l.noEntry(err)
}

// noEntry says which entries there are, where one is asked for that is not.
func (l *local) noEntry(err error) error {
	e, ok := errors.AsType[*truce.Error](err)
	if !ok || e.Code != truce.CodeNotFound {
		return err
	}
	return e.WithHint("the log has %d entries, counted from 0; truce log show lists the newest", l.app.Ledger.Head().Size)
}

func entryNumber(ref string) (int64, error) {
	n, err := strconv.ParseInt(ref, 10, 64)
	if err != nil || n < 0 {
		return 0, truce.E(truce.CodeUsage, "%q is neither an entry number nor a statement id", plain(ref)).
			WithHint("a statement id has 64 hex digits; entries are counted from 0")
	}
	return n, nil
}

// Statement is one entry with its content, unless that was erased.
func (l *local) Statement(ctx context.Context, ref string) (*statementAnswer, error) {
	e, err := l.entry(ctx, ref)
	if err != nil {
		return nil, err
	}
	if e.Erased() {
		return nil, truce.E(truce.CodeGone, "the content of entry %d was erased", e.Number).WithHint("its leaf stays in the log")
	}
	a := statementOf(e)
	a.Body = e.Statement.Body
	if e.Envelope != nil {
		a.Envelope = e.Envelope.JSON()
	}
	return a, nil
}

func statementOf(e *ledger.Entry) *statementAnswer {
	a := &statementAnswer{Entry: e.Number, ID: e.ID, Received: e.Time}
	if s := e.Statement; s != nil {
		a.Kind, a.Subject, a.Author, a.Status, a.Replaces, a.Lang, a.Whole = s.Kind, s.Subject, s.Author, s.Status, s.Replaces, s.Lang, true
	}
	return a
}

// Entries lists what was stated, what was erased without its content.
func (l *local) Entries(ctx context.Context, from int64, limit int) (out []*statementAnswer, err error) {
	to := min(l.app.Ledger.Head().Size, from+int64(limit))
	err = l.app.DB.View(ctx, func(r store.Reader) error {
		return l.app.Ledger.Replay(ctx, r, from, max(from, to), func(e *ledger.Entry) error {
			out = append(out, statementOf(e))
			return nil
		})
	})
	return out, err
}

// Receipt is the receipt with everything in it.
func (l *local) Receipt(ctx context.Context, ref string) ([]byte, error) {
	e, err := l.entry(ctx, ref)
	if err != nil {
		return nil, err
	}
	r, err := l.app.Receipt(ctx, e.Number)
	if err != nil {
		return nil, err
	}
	return r.Marshal(), nil
}
