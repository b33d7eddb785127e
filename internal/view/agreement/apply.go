package agreement

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/internal/view"
)

// Apply works e into the tables (see ledger.Follower). Entries that speak of no
// agreement or window, and erased ones, change nothing. An erase.content returns
// the numbers of all earlier entries about its subject. Apply relies on intake for
// who may say what; what makes no sense all the same is listed without effect.
func (v View) Apply(ctx context.Context, tx store.Tx, e *ledger.Entry) (erase []int64, err error) {
	if e.Erased() || e.Statement == nil {
		return nil, nil
	}
	s := e.Statement
	switch s.Kind {
	case truce.AgreementRegister, truce.AgreementAmend, truce.AgreementWithdraw,
		truce.WindowAnnounce, truce.WindowAmend, truce.WindowWithdraw:
		return nil, v.applyVersion(ctx, tx, e)
	case truce.EraseContent:
		return v.applyErase(ctx, tx, e)
	}
	switch s.Kind.Object() {
	case "agreement", "window", "corridor", "step":
		return nil, v.applySaid(ctx, tx, e)
	}
	return nil, nil
}

// headRow is the version row of a subject that is in force.
type headRow struct {
	entry, first, content, terms           int64
	object, act, id, owner, audience, hash string
	status                                 truce.Status
}

// readHead gives the newest version row, nil when there is none.
func readHead(ctx context.Context, r store.Reader, subject string) (*headRow, error) {
	var h headRow
	var status string
	found, err := store.One(ctx, r, `SELECT entry, first, content, terms, object, act, id, owner, audience, hash, status
		FROM agreement_version WHERE subject = ? ORDER BY entry DESC LIMIT 1`, []any{subject},
		&h.entry, &h.first, &h.content, &h.terms, &h.object, &h.act, &h.id, &h.owner, &h.audience, &h.hash, &status)
	if err != nil || !found {
		return nil, err
	}
	h.status = truce.Status(status)
	return &h, nil
}

// applyVersion writes the row of a register, announce, amend or withdraw.
func (v View) applyVersion(ctx context.Context, tx store.Tx, e *ledger.Entry) error {
	s := e.Statement
	now, err := readHead(ctx, tx, s.Subject)
	if err != nil {
		return err
	}
	next, ok := succeed(now, e)
	if !ok {
		return insertSaid(ctx, tx, e, "", truce.NoEntry)
	}
	_, err = tx.Exec(ctx, `INSERT INTO agreement_version
		(entry, subject, object, act, id, author, owner, at, status, audience, lang, first, content, terms, hash, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Number, s.Subject, s.Kind.Object(), s.Kind.Act(), e.ID, s.Author, next.owner, e.Time.UnixMilli(), string(s.Status),
		next.audience, s.Lang, next.first, next.content, next.terms, next.hash, []byte(s.Body))
	if err != nil {
		return err
	}
	return tellVersion(ctx, tx, e, now)
}

// succeed is the head after e; ok is false where e does not follow on now.
func succeed(now *headRow, e *ledger.Entry) (next headRow, ok bool) {
	s := e.Statement
	act := s.Kind.Act()
	fresh := headRow{first: e.Number, content: e.Number, terms: e.Number, owner: s.Author, audience: audienceText(s.Audience)}
	if act != "withdraw" {
		fresh.hash = truce.TermsHash(s.Body)
	}
	if act == "register" || act == "announce" {
		return fresh, now == nil
	}
	if now == nil || now.status != s.Status || now.object != s.Kind.Object() || now.act == "withdraw" {
		return next, false
	}
	if act == "withdraw" {
		return *now, true
	}
	fresh.first, fresh.owner = now.first, now.owner
	if fresh.hash == now.hash {
		fresh.terms = now.terms
	}
	return fresh, true
}

// applySaid writes the row of a statement about an agreement or window.
func (v View) applySaid(ctx context.Context, tx store.Tx, e *ledger.Entry) error {
	s := e.Statement
	var said struct {
		Version string `json:"version"`
	}
	terms := truce.NoEntry
	if json.Unmarshal(s.Body, &said) == nil {
		var status string
		found, err := store.One(ctx, tx, `SELECT terms, status FROM agreement_version WHERE subject = ? AND id = ?`,
			[]any{s.Subject, said.Version}, &terms, &status)
		if err != nil {
			return err
		}
		if !found || status != string(s.Status) {
			terms = truce.NoEntry
		}
	}
	if err := insertSaid(ctx, tx, e, said.Version, terms); err != nil || terms == truce.NoEntry {
		return err
	}
	if truce.Stands(s.Kind) {
		_, err := tx.Exec(ctx, `INSERT INTO agreement_standing (subject, author, entry) VALUES (?, ?, ?)`, s.Subject, s.Author, e.Number)
		if err != nil {
			return err
		}
	}
	return tellSaid(ctx, tx, e)
}

func insertSaid(ctx context.Context, tx store.Tx, e *ledger.Entry, version string, terms int64) error {
	s := e.Statement
	_, err := tx.Exec(ctx, `INSERT INTO agreement_said (entry, subject, kind, id, author, at, version, terms, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Number, s.Subject, string(s.Kind), e.ID, s.Author, e.Time.UnixMilli(), version, terms, []byte(s.Body))
	return err
}

// applyErase deletes every row of the subject and leaves a tombstone. It gives the
// numbers of the entries whose content goes with them, in order. A replay finds
// no rows and returns none: their content is gone already.
func (v View) applyErase(ctx context.Context, tx store.Tx, e *ledger.Entry) ([]int64, error) {
	s := e.Statement
	if truce.AgreementObject(s.Subject) == "" {
		return nil, nil
	}
	erase, err := entriesOf(ctx, tx, s.Subject)
	if err != nil {
		return nil, err
	}
	for _, table := range []string{"agreement_version", "agreement_said", "agreement_standing", "agreement_told"} {
		if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE subject = ?`, s.Subject); err != nil {
			return nil, err
		}
	}
	var body struct {
		Reason string `json:"reason"`
	}
	if err := json.Unmarshal(s.Body, &body); err != nil {
		body.Reason = "" // not possible for what intake admitted; the erasure counts all the same
	}
	_, err = tx.Exec(ctx, `INSERT INTO agreement_tombstone (entry, subject, id, author, at, reason, audience, status)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Number, s.Subject, e.ID, s.Author, e.Time.UnixMilli(), body.Reason, audienceText(s.Audience), string(s.Status))
	if err != nil {
		return nil, err
	}
	return erase, tell(ctx, tx, e, view.ToldErased, s.Audience)
}

// entriesOf lists the numbers of all entries about a subject, in order.
func entriesOf(ctx context.Context, r store.Reader, subject string) ([]int64, error) {
	var out []int64
	for _, table := range []string{"agreement_version", "agreement_said"} {
		err := store.Each(ctx, r, `SELECT entry FROM `+table+` WHERE subject = ?`, []any{subject}, func(rows store.Rows) error {
			var n int64
			err := rows.Scan(&n)
			out = append(out, n)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(out)
	return out, nil
}

// audienceText is an audience as its column holds it: a JSON list, or nothing.
func audienceText(a truce.Audience) string {
	if len(a) == 0 {
		return ""
	}
	text, _ := json.Marshal(a) // strings always marshal
	return string(text)
}

func audienceOf(text string) (a truce.Audience, err error) {
	if text == "" {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		return nil, truce.Wrap(truce.CodeTampered, err, "an audience in the view cannot be read")
	}
	return a, nil
}

func timeOf(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
