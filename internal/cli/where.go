package cli

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/check"
	"truce/proof"
)

// A command that talks to a register is written once, against the interfaces
// below. They have two implementations: a data folder (local.go) and a server
// (remote.go).

// objects are the sites, areas and movements of a register.
type objects interface {
	// Object is one object; an empty kind means whichever it is.
	Object(ctx context.Context, kind, id string, at clocks) (*item, error)
	Objects(ctx context.Context, kind string, at clocks, part span) (*itemList, error)
	History(ctx context.Context, kind, id string, at clocks) (*history, error)
}

// parties are the parties of a register and their keys.
type parties interface {
	Parties(ctx context.Context) (*partyList, error)
	Party(ctx context.Context, id truce.PartyID) (*partyAnswer, error)
}

// statements are the entries of a register.
type statements interface {
	// Statement is a statement by its id or entry number.
	Statement(ctx context.Context, ref string) (*statementAnswer, error)
	// Entries lists statements, without bodies, from the entry number from on.
	Entries(ctx context.Context, from int64, limit int) ([]*statementAnswer, error)
	// Receipt is the receipt of a statement, by its id or entry number.
	Receipt(ctx context.Context, ref string) ([]byte, error)
	// Submit hands in envelopes and answers each, in order.
	Submit(ctx context.Context, envelopes [][]byte) []outcome
}

// identity says who acts, and gives its signature.
type identity interface {
	Acting(ctx context.Context) (truce.PartyID, proof.Signer, error)
}

// checker answers what is registered at places. The viewer of the queries is
// whoever acts.
type checker interface {
	Check(ctx context.Context, queries []check.Query) []checked
}

// checked is the answer to one query, or why there is none.
type checked struct {
	Answer *check.Answer
	Err    error
}

// clocks are the two times of a question (design.md 4).
type clocks struct {
	knownAt int64     // log size; 0 = the newest
	forceAt time.Time // zero = now
}

// span is a part of a list.
type span struct {
	after string // id of the object before the first; "" begins at the first
	limit int    // how many at most; 0 = all
}

// add adds the flags of a part of a list; after is the name of the one that says where
// it begins.
func (s *span) add(cmd *cobra.Command, after string) {
	cmd.Flags().IntVar(&s.limit, "limit", 0, "tell of so many at most; 0 for all")
	cmd.Flags().StringVar(&s.after, after, "", "go on behind that id: the member next of the answer before")
}

// full reports whether n are as many as are wanted.
func (s span) full(n int) bool { return s.limit > 0 && n >= s.limit }

// head is what is known of the log of a register.
type head struct {
	Origin     string `json:"origin"`
	Exercise   bool   `json:"exercise"`
	LogKey     string `json:"logKey"`
	Size       int64  `json:"size"`
	Root       string `json:"root"`
	Checkpoint string `json:"checkpoint"`
}

// register is an open register.
type register struct {
	objects
	parties
	statements
	identity
	checker
	packs
	tellings
	feeds
	overviews
	redress
	agreements
	head func(context.Context) (head, error)
	// known gives the objects of a kind as an import by author compares them.
	known func(ctx context.Context, kind string, author truce.PartyID) (*knownObjects, error)
	stop  func() error
}

// need is what a command wants to do with a register.
type need int

const (
	toRead  need = iota // nothing is signed: a data folder is opened without its keys
	toWrite             // statements are submitted
)

// where are the flags that say which register is meant.
type where struct {
	sh           *shell
	data, server string
	key, logKey  string
	lang         string // language of answers, where a command asks for one
	pass         *passphrase
}

// where adds the flags of a command that works on a data folder or a server.
func (sh *shell) where(cmd *cobra.Command) *where {
	w := sh.dataFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&w.server, "server", "", "URL of a register's server (default $TRUCE_SERVER)")
	f.StringVar(&w.key, "key", "", "file of your party's key: with --server for what is not public, with --data to state something as that party")
	f.StringVar(&w.logKey, "log-key", "", "file of the log's public key, which everything is verified against")
	return w
}

// dataFlags adds the flags of a command that works on a data folder only.
func (sh *shell) dataFlags(cmd *cobra.Command) *where {
	w := &where{sh: sh, pass: sh.passphraseFlag(cmd)}
	cmd.Flags().StringVar(&w.data, "data", "", "data folder of a register (default $TRUCE_DATA)")
	return w
}

// choose fills in the environment's defaults; a flag goes before both of them.
func (w *where) choose() error {
	if w.data != "" && w.server != "" {
		return truce.E(truce.CodeUsage, "--data and --server contradict each other").WithHint("give one of them")
	}
	if w.data == "" && w.server == "" {
		if w.data = w.sh.Env("TRUCE_DATA"); w.data == "" {
			w.server = w.sh.Env("TRUCE_SERVER")
		}
	}
	if w.data == "" && w.server == "" {
		return truce.E(truce.CodeUsage, "which register is meant?").
			WithHint("give --data FOLDER, or --server URL; TRUCE_DATA or TRUCE_SERVER may hold a default")
	}
	return nil
}

// do opens the register, runs fn on it and closes it.
func (w *where) do(ctx context.Context, n need, fn func(*register) error) error {
	if err := w.choose(); err != nil {
		return err
	}
	r, err := w.open(ctx, n)
	if err != nil {
		return err
	}
	err = fn(r)
	return errors.Join(err, r.stop())
}

// answer opens the register to read, asks it for something and prints that: as
// JSON, or as text prints it for people.
func answer[T any](ctx context.Context, w *where, ask func(*register) (T, error), text func(T)) error {
	return w.do(ctx, toRead, func(r *register) error {
		v, err := ask(r)
		if err != nil {
			return err
		}
		if w.sh.json {
			return w.sh.printJSON(v)
		}
		text(v)
		return nil
	})
}

func (w *where) open(ctx context.Context, n need) (*register, error) {
	if w.server != "" {
		return w.openRemote(ctx, n)
	}
	return w.openLocal(ctx, n)
}
