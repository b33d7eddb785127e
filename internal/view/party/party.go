package party

import (
	"context"
	"encoding/json"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/internal/view"
)

// View is the view of parties. It holds no state of its own: every method reads
// or writes through the transaction it is handed.
type View struct{}

// New makes the view.
func New() *View { return &View{} }

// Name is the prefix of the tables.
func (*View) Name() string { return "party" }

// Schema creates the tables. Entry numbers that are not there are -1; times are
// milliseconds since 1970 UTC, 0 for none; scopes stand in one text, with
// spaces between them; names are the JSON array as it was signed.
func (*View) Schema() []string {
	return []string{
		`CREATE TABLE party (id TEXT NOT NULL PRIMARY KEY, role TEXT NOT NULL, enrolled BIGINT NOT NULL, withdrawn BIGINT NOT NULL,
			invitation TEXT NOT NULL, invitation_until BIGINT NOT NULL, invitation_used BIGINT NOT NULL)`,
		`CREATE TABLE party_statement (party TEXT NOT NULL, entry BIGINT NOT NULL, id TEXT NOT NULL, names TEXT NOT NULL,
			PRIMARY KEY (party, entry))`,
		`CREATE TABLE party_root (party TEXT NOT NULL, entry BIGINT NOT NULL, threshold BIGINT NOT NULL, until BIGINT NOT NULL,
			PRIMARY KEY (party, entry))`,
		`CREATE TABLE party_key (id TEXT NOT NULL PRIMARY KEY, party TEXT NOT NULL, root BIGINT NOT NULL, revoked BIGINT NOT NULL)`,
		`CREATE TABLE party_listing (id TEXT NOT NULL, entry BIGINT NOT NULL, party TEXT NOT NULL, root BIGINT NOT NULL, place BIGINT NOT NULL,
			scopes TEXT NOT NULL, label TEXT NOT NULL, until BIGINT NOT NULL, PRIMARY KEY (id, entry))`,
		`CREATE INDEX party_listing_party ON party_listing (party, root, entry)`,
		`CREATE TABLE party_register (entry BIGINT NOT NULL PRIMARY KEY, origin TEXT NOT NULL, party TEXT NOT NULL, status TEXT NOT NULL)`,
	}
}

// Tables lists the tables by primary key.
func (*View) Tables() []view.Table {
	return []view.Table{
		{Name: "party", Order: "id"}, {Name: "party_statement", Order: "party, entry"},
		{Name: "party_root", Order: "party, entry"}, {Name: "party_key", Order: "id"},
		{Name: "party_listing", Order: "id, entry"}, {Name: "party_register", Order: "entry"},
	}
}

// Apply works one entry into the tables. Statements about parties and keys are
// never erased, so an entry without content is none of them.
func (*View) Apply(ctx context.Context, tx store.Tx, e *ledger.Entry) ([]int64, error) {
	if e.Statement == nil {
		return nil, nil
	}
	apply, ok := acts[e.Statement.Kind]
	if !ok {
		return nil, nil
	}
	return nil, apply(&applying{ctx: ctx, tx: tx, e: e, s: e.Statement})
}

var acts = map[truce.Kind]func(*applying) error{
	truce.PartyEnrol:    (*applying).enrol,
	truce.PartyAmend:    (*applying).amend,
	truce.PartyWithdraw: (*applying).withdraw,
	truce.KeyRoot:       (*applying).root,
	truce.KeyList:       (*applying).list,
	truce.KeyRevoke:     (*applying).revoke,
}

// applying is one entry being worked in.
type applying struct {
	ctx context.Context
	tx  store.Tx
	e   *ledger.Entry
	s   *truce.Statement
}

func (a *applying) exec(query string, args ...any) error {
	_, err := a.tx.Exec(a.ctx, query, args...)
	return err
}

func (a *applying) body(into any) error {
	if err := json.Unmarshal(a.s.Body, into); err != nil {
		return truce.Wrap(truce.CodeInternal, err, "the body of %s cannot be read", a.s.Kind)
	}
	return nil
}

// enrolBody is what the view reads of party.enrol.
type enrolBody struct {
	Role            truce.Role  `json:"role"`
	Root            *truce.Root `json:"root"`
	Invitation      string      `json:"invitation"`
	InvitationUntil truce.When  `json:"invitationUntil"`
}

func (a *applying) enrol() error {
	var b enrolBody
	if err := a.body(&b); err != nil {
		return err
	}
	_, until, err := b.InvitationUntil.Span()
	if err != nil {
		return err
	}
	var untilMs int64
	if !until.IsZero() {
		untilMs = until.UnixMilli()
	}
	err = a.exec(`INSERT INTO party (id, role, enrolled, withdrawn, invitation, invitation_until, invitation_used) VALUES (?, ?, ?, -1, ?, ?, -1)`,
		a.s.Subject, string(b.Role), a.e.Number, b.Invitation, untilMs)
	if err == nil {
		err = a.amend()
	}
	if err == nil && a.e.Number == 0 {
		err = a.exec(`INSERT INTO party_register (entry, origin, party, status) VALUES (0, ?, ?, ?)`, a.s.Register, a.s.Subject, string(a.s.Status))
	}
	if err == nil && b.Root != nil {
		err = a.putRoot(b.Root)
	}
	return err
}

// amend notes what is stated of the party; the role is that of the enrolment.
func (a *applying) amend() error {
	var b struct {
		Names json.RawMessage `json:"names"`
	}
	if err := a.body(&b); err != nil {
		return err
	}
	return a.exec(`INSERT INTO party_statement (party, entry, id, names) VALUES (?, ?, ?, ?)`,
		a.s.Subject, a.e.Number, a.e.ID, string(b.Names))
}

func (a *applying) withdraw() error {
	return a.exec(`UPDATE party SET withdrawn = ? WHERE id = ? AND withdrawn = -1`, a.e.Number, a.s.Subject)
}

func (a *applying) root() error {
	var b truce.Root
	if err := a.body(&b); err != nil {
		return err
	}
	if b.Invitation != "" {
		if err := a.exec(`UPDATE party SET invitation_used = ? WHERE id = ?`, a.e.Number, a.s.Subject); err != nil {
			return err
		}
	}
	return a.putRoot(&b)
}

func (a *applying) putRoot(root *truce.Root) error {
	err := a.exec(`UPDATE party_root SET until = ? WHERE party = ? AND until = -1`, a.e.Number, a.s.Subject)
	if err == nil {
		err = a.exec(`INSERT INTO party_root (party, entry, threshold, until) VALUES (?, ?, ?, -1)`, a.s.Subject, a.e.Number, root.Threshold)
	}
	keys := make([]truce.ListedKey, len(root.Keys))
	for i, k := range root.Keys {
		keys[i].Key = k
	}
	if err != nil {
		return err
	}
	return a.putKeys(keys, 1)
}

func (a *applying) list() error {
	var b struct {
		Keys []truce.ListedKey `json:"keys"`
	}
	if err := a.body(&b); err != nil {
		return err
	}
	return a.putKeys(b.Keys, 0)
}

// putKeys replaces the root keys (root = 1) or the keys in use (root = 0).
func (a *applying) putKeys(keys []truce.ListedKey, root int) error {
	if err := a.exec(`UPDATE party_listing SET until = ? WHERE party = ? AND root = ? AND until = -1`, a.e.Number, a.s.Subject, root); err != nil {
		return err
	}
	for i, k := range keys {
		err := a.exec(`INSERT INTO party_key (id, party, root, revoked) VALUES (?, ?, ?, -1) ON CONFLICT (id) DO NOTHING`, k.Key, a.s.Subject, root)
		if err == nil {
			err = a.exec(`INSERT INTO party_listing (id, entry, party, root, place, scopes, label, until) VALUES (?, ?, ?, ?, ?, ?, ?, -1)`,
				k.Key, a.e.Number, a.s.Subject, root, i, joinScopes(k.Scopes), k.Label)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *applying) revoke() error {
	var b struct {
		Key string `json:"key"`
	}
	if err := a.body(&b); err != nil {
		return err
	}
	return a.exec(`UPDATE party_key SET revoked = ? WHERE id = ? AND revoked = -1`, a.e.Number, b.Key)
}
