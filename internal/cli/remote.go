package cli

import (
	"context"
	"encoding/json"
	"strings"

	"truce"
	"truce/client"
	"truce/internal/check"
	"truce/internal/keyfile"
	"truce/proof"
)

// remote is a register behind a server. What it tells is verified against the
// log's public key (package client).
type remote struct {
	*client.Client
	signer proof.Signer // nil for the public
}

// openRemote makes a client of the server; it is not asked for anything yet.
func (w *where) openRemote(ctx context.Context, _ need) (*register, error) {
	trust, err := w.trust(ctx)
	if err != nil {
		return nil, err
	}
	r := &remote{}
	if w.key != "" {
		f, err := keyfile.Load(w.key, w.pass.of(w.key))
		if err != nil {
			return nil, err
		}
		r.signer = f.Signer()
	}
	r.Client, err = client.New(w.server, client.Options{LogKey: trust.logKey, Signer: r.signer, Store: trust.store, Lang: w.lang})
	if err != nil {
		return nil, err
	}
	return &register{objects: r, parties: r, statements: r, identity: r, checker: r, packs: r, tellings: r, feeds: r, overviews: r, redress: r, agreements: r, head: r.head, known: r.known, stop: r.stop(ctx)}, nil
}

// stop signs out. Whether that succeeds does not matter: a session ends by itself.
func (r *remote) stop(ctx context.Context) func() error {
	return func() error {
		_ = r.SignOut(ctx)
		return nil
	}
}

func (r *remote) head(ctx context.Context) (head, error) {
	in, err := r.Info(ctx)
	if err != nil {
		return head{}, err
	}
	return head{Origin: in.Origin, Exercise: in.Exercise, LogKey: in.LogKey, Size: in.Checkpoint.Size, Root: in.Checkpoint.RootText(),
		Checkpoint: string(in.Checkpoint.Note)}, nil
}

// Acting is the party whose key was given.
func (r *remote) Acting(ctx context.Context) (truce.PartyID, proof.Signer, error) {
	if r.signer == nil {
		return "", nil, truce.E(truce.CodeUsage, "who acts? a statement needs a key").WithHint("give --key FILE with a key of your party")
	}
	t, err := r.SignIn(ctx)
	if err != nil {
		return "", nil, err
	}
	return t.Party, r.signer, nil
}

// decode reads an answer into one of our forms.
func decode(raw json.RawMessage, into any) error {
	if err := json.Unmarshal(raw, into); err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the answer of the server cannot be read").
			WithHint("it may be of another version; truce version, and GET /v1 of the server, tell")
	}
	return nil
}

// Parties lists the parties.
func (r *remote) Parties(ctx context.Context) (*partyList, error) {
	raw, err := r.Client.Parties(ctx)
	if err != nil {
		return nil, err
	}
	list := &partyList{Parties: []partyAnswer{}}
	return list, decode(raw, list)
}

// Party is one party; its keys are for those who sign in.
func (r *remote) Party(ctx context.Context, id truce.PartyID) (*partyAnswer, error) {
	raw, err := r.Client.Party(ctx, id)
	if truce.CodeOf(err) == truce.CodeNotFound {
		return nil, noParty(id)
	}
	if err != nil {
		return nil, err
	}
	p := &partyAnswer{}
	return p, decode(raw, p)
}

// Statement is one statement, as far as the asker may read it.
func (r *remote) Statement(ctx context.Context, ref string) (*statementAnswer, error) {
	if err := checkRef(ref); err != nil {
		return nil, err
	}
	s, err := r.Client.Statement(ctx, ref)
	if err != nil {
		return nil, err
	}
	a := &statementAnswer{}
	return a, decode(s.Raw, a)
}

func checkRef(ref string) error {
	if truce.IsStatementID(ref) {
		return nil
	}
	_, err := entryNumber(ref)
	return err
}

// Entries lists the statements that the asker may see.
func (r *remote) Entries(ctx context.Context, from int64, limit int) ([]*statementAnswer, error) {
	var out []*statementAnswer
	for s, err := range r.Client.Entries(ctx) {
		if err != nil {
			return nil, err
		}
		if s.Entry < from {
			continue
		}
		if len(out) == limit {
			break
		}
		a := &statementAnswer{}
		if err := decode(s.Raw, a); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// Receipt is a verified receipt.
func (r *remote) Receipt(ctx context.Context, ref string) ([]byte, error) {
	if err := checkRef(ref); err != nil {
		return nil, err
	}
	data, _, err := r.Client.Receipt(ctx, ref)
	return data, err
}

// Check puts questions to the server. The places go there.
func (r *remote) Check(ctx context.Context, queries []check.Query) []checked {
	asked := make([]client.Query, len(queries))
	for i, q := range queries {
		asked[i] = client.Query{Shape: &q.Shape, RadiusM: q.RadiusM, AsKnownAt: q.AsKnownAt, MinEntry: q.MinEntry}
		switch {
		case q.From.IsZero() && q.Until.IsZero():
		case q.From.Equal(q.Until):
			asked[i].Time = &q.From
		default:
			asked[i].From, asked[i].Until = &q.From, &q.Until
		}
	}
	out := make([]checked, len(queries))
	if len(asked) == 1 {
		answer, err := r.Client.Check(ctx, asked[0])
		out[0] = checkedOf(client.Checked{Answer: answer, Err: err})
		return out
	}
	results, err := r.CheckMany(ctx, asked)
	for i := range out {
		if out[i].Err = err; i < len(results) {
			out[i] = checkedOf(results[i])
		}
	}
	return out
}

func checkedOf(c client.Checked) checked {
	if c.Err != nil {
		return checked{Err: c.Err}
	}
	a := &check.Answer{}
	if err := decode(c.Answer.Raw(), a); err != nil {
		return checked{Err: err}
	}
	return checked{Answer: a}
}

// kindsOf are the kinds that an object of that id may be of, the likeliest first.
func kindsOf(kind, id string) []string {
	if kind != "" {
		return []string{kind}
	}
	all := []string{"site", "area", "movement"}
	for i, k := range all {
		if strings.HasPrefix(id, k+"-") {
			all[0], all[i] = all[i], all[0]
		}
	}
	return all
}

func (c clocks) listing() client.Listing {
	return client.Listing{AsKnownAt: c.knownAt, InForceAt: c.forceAt}
}
