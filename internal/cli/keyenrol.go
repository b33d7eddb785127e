package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/app"
	"truce/internal/compose"
	"truce/internal/keyfile"
	"truce/proof"
)

// enrolment is what `truce key enrol` was asked to do.
type enrolment struct {
	party, invite, key, root, label, signIn string
	scopes                                  []string
	retire                                  bool
}

func newKeyEnrol(sh *shell) *cobra.Command {
	var e enrolment
	cmd := &cobra.Command{
		Use:   "enrol --party ID --key FILE [--invite CODE]",
		Short: "Put a key of a party in use; with an invitation, its root too",
		Long: `With --invite, a party that was invited states its root key and puts its first key in
use. The root key is read from --root, or made beside the key as FILE.root: keep it
offline, it is needed for every later change of keys and for nothing else.

Without --invite, the key is added to those in use, signed by the root key; --retire
puts it in place of them. A party that was enrolled with its root (truce party enrol)
puts its first key in use in this way too.

The key may be used for what the role of the party has use for, unless --scopes says
what: a registrar's for everything, an auditor's for reporting only. administer is,
for all but the registrar, over the party's own desks and keys.`,
		Example: `  truce key enrol --server https://register.example --party msf --invite CODE --key mine.key
  truce key enrol --data D --party monitor --root monitor.root --key monitor.key
  truce key enrol --data D --party msf --root msf.root --key second.key --scopes submit,verify`,
		Args: noArgs,
	}
	w := sh.where(cmd)
	f := cmd.Flags()
	f.Lookup("key").Usage = "file of the key to put in use"
	f.StringVar(&e.party, "party", "", "id of the party")
	f.StringVar(&e.invite, "invite", "", "one-use code from the registrar")
	f.StringVar(&e.root, "root", "", "file of the party's root key")
	f.StringVar(&e.label, "label", "", "desk or machine that holds the key")
	f.StringVar(&e.signIn, "sign-in", "", "with --server and without --invite: file of a key of the party that is in use")
	f.StringSliceVar(&e.scopes, "scopes", nil, "what the key may be used for, of "+join(truce.Scopes())+" (default: by the role of the party)")
	f.BoolVar(&e.retire, "retire", false, "retire the keys that are in use now")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		e.key, w.key = w.key, e.signIn
		return w.enrol(cmd.Context(), e)
	}
	return cmd
}

func (e *enrolment) check() error {
	if err := firstOf(given("party", e.party, "msf"), given("key", e.key, "mine.key")); err != nil {
		return err
	}
	for _, s := range e.scopes {
		if err := oneOf("scopes", truce.Scope(s), truce.Scopes()...); err != nil {
			return err
		}
	}
	if e.invite == "" {
		return given("root", e.root, "mine.key.root")
	}
	return nil
}

func (w *where) enrol(ctx context.Context, e enrolment) error {
	if err := e.check(); err != nil {
		return err
	}
	key, err := keyfile.Load(e.key, w.pass.of(e.key))
	if err != nil {
		return err
	}
	root, err := w.rootKey(e)
	if err != nil {
		return err
	}
	return w.do(ctx, toWrite, func(r *register) error {
		h, err := r.head(ctx)
		if err != nil {
			return err
		}
		p := &pen{origin: h.Origin, author: e.party, signer: root, frame: h.frame()}
		return w.sh.enrolKey(ctx, r, p, e, key.Signer())
	})
}

// enrolKey states the root where there is an invitation, and lists the key.
func (sh *shell) enrolKey(ctx context.Context, r *register, p *pen, e enrolment, key proof.Signer) error {
	if e.invite != "" {
		if err := r.stateRoot(ctx, p, e.invite); err != nil {
			return afterRoot(err, e)
		}
	}
	return sh.listKey(ctx, r, p, e, key)
}

// afterRoot says how to go on where an earlier attempt stated the root and got no
// further. It is not guessed at: a list of keys replaces the one in force.
func afterRoot(err error, e enrolment) error {
	refused, ok := errors.AsType[*truce.Error](err)
	if !ok || refused.Code != truce.CodeRefused {
		return err
	}
	return refused.WithHint("%s; where an earlier attempt with this root got half-way, go on with --root %s --retire and without --invite",
		refused.Hint, app.ShellWord(orElse(e.root, e.key+".root")))
}

// rootKey reads the root key, or makes one beside the key of an invited party.
func (w *where) rootKey(e enrolment) (proof.Signer, error) {
	path := e.root
	if path == "" {
		path = e.key + ".root"
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			if err := w.makeRoot(path, e.key); err != nil {
				return nil, err
			}
		}
	}
	f, err := keyfile.Load(path, w.pass.of(path))
	if err != nil {
		return nil, err
	}
	return f.Signer(), nil
}

// makeRoot makes a root key that is protected as the key is.
func (w *where) makeRoot(path, key string) error {
	f, err := keyfile.Inspect(key)
	if err != nil {
		return err
	}
	var secret []byte
	if f.Protected {
		if secret, err = w.pass.of(key)(); err != nil {
			return err
		}
		w.pass.kept[path] = slices.Clone(secret)
	}
	w.sh.say("a root key was made: %s; keep it offline, it signs changes of keys only", path)
	return makeKey(path, secret)
}

// stateRoot states the root of an invited party.
func (r *register) stateRoot(ctx context.Context, p *pen, code string) error {
	body := truce.Root{Threshold: 1, Keys: []string{p.signer.KeyID()}, Invitation: code}
	e, err := p.sign(truce.KeyRoot, "", body)
	if err != nil {
		return err
	}
	_, err = r.submitOne(ctx, e)
	return err
}

// listKey puts the key in use, beside those that are, or in place of them.
func (sh *shell) listKey(ctx context.Context, r *register, p *pen, e enrolment, key proof.Signer) error {
	scopes, err := r.scopesFor(ctx, e)
	if err != nil {
		return err
	}
	entry := truce.ListedKey{Key: key.KeyID(), Label: e.label, Scopes: scopes}
	list := compose.KeyList{Keys: []truce.ListedKey{entry}}
	if e.invite == "" && !e.retire {
		inUse, err := r.keysInUse(ctx, e.party, entry.Key)
		if err != nil {
			return err
		}
		list.Keys = append(inUse, entry)
	}
	s, err := p.write(truce.KeyList, "", list)
	if err != nil {
		return err
	}
	envelope, err := compose.Sign(s, p.signer, key)
	if err != nil {
		return err
	}
	return sh.submitSaid(ctx, r, truce.KeyList, e.party, envelope)
}

// keysInUse are the listed keys of a party that count, but for the one named. A
// list replaces the one in force: where the keys are not shown, it is an error
// unless there is none.
func (r *register) keysInUse(ctx context.Context, party truce.PartyID, but string) ([]truce.ListedKey, error) {
	a, err := r.Party(ctx, party)
	if err != nil {
		return nil, err
	}
	if len(a.Keys) == 0 && (a.HasKeys == nil || *a.HasKeys) {
		return nil, truce.E(truce.CodeUsage, "party %q has keys in use, and they are shown to those who sign in", party).
			WithHint("give --sign-in FILE with a key of the party that is in use, or --retire to put the new key in place of all of them")
	}
	var out []truce.ListedKey
	for _, k := range a.Keys {
		if k.Use == "listed" && k.Counts && k.Key != but {
			out = append(out, truce.ListedKey{Key: k.Key, Scopes: k.Scopes, Label: k.Label})
		}
	}
	return out, nil
}
