package protected

import (
	"context"
	"encoding/json"
	"time"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/internal/view"
)

// The parts of protected_said.
const (
	partStep      = "step"
	partChallenge = "challenge"
	partConsent   = "consent"
	partRelease   = "release"
	partVoid      = "void"
)

// Apply works e into the tables (see ledger.Follower). Entries that speak about
// no object, and erased ones, change nothing. An erase.content returns the
// numbers of all earlier entries about its subject. Apply relies on intake for
// who may say what; what makes no sense all the same is listed without effect.
func (v View) Apply(ctx context.Context, tx store.Tx, e *ledger.Entry) (erase []int64, err error) {
	if e.Erased() || e.Statement == nil {
		return nil, nil
	}
	switch e.Statement.Kind.Object() {
	case "site", "area", "movement":
		return nil, v.applyVersion(ctx, tx, e)
	case "verification", "challenge", "consent", "release":
		return nil, v.applySaid(ctx, tx, e)
	case "alarm", "journey":
		return nil, applyDay(ctx, tx, e)
	case "erase":
		return v.applyErase(ctx, tx, e)
	}
	return nil, nil
}

// applyVersion writes the row of a register, amend, withdraw or revalidate.
func (v View) applyVersion(ctx context.Context, tx store.Tx, e *ledger.Entry) error {
	s := e.Statement
	next := headRow{first: e.Number, content: e.Number, placed: e.Number, owner: s.Author, audience: audienceText(s.Audience)}
	var now *headRow
	if act := s.Kind.Act(); act != "register" {
		var err error
		if now, err = readHead(ctx, tx, s.Subject); err != nil {
			return err
		}
		if now == nil || now.status != s.Status || now.object != s.Kind.Object() || now.act == "withdraw" {
			return insertSaid(ctx, tx, e, saidRow{part: partVoid}, now)
		}
		if next, err = succeed(ctx, tx, now, e); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `INSERT INTO protected_version
		(entry, subject, object, act, id, author, owner, at, status, audience, lang, first, content, placed, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Number, s.Subject, s.Kind.Object(), s.Kind.Act(), e.ID, s.Author, next.owner, e.Time.UnixMilli(), string(s.Status),
		next.audience, s.Lang, next.first, next.content, next.placed, []byte(s.Body))
	if err != nil {
		return err
	}
	return tellVersion(ctx, tx, e, now)
}

// succeed is what the version in e takes over from the one in force: all of it,
// but for an amendment, which brings content and audience of its own.
func succeed(ctx context.Context, tx store.Tx, now *headRow, e *ledger.Entry) (headRow, error) {
	next := *now
	if e.Statement.Kind.Act() != "amend" {
		return next, nil
	}
	var before []byte
	found, err := store.One(ctx, tx, `SELECT body FROM protected_version WHERE entry = ?`, []any{now.content}, &before)
	if err != nil {
		return next, err
	}
	if !found || moved(before, e.Statement.Body) {
		next.placed = e.Number
	}
	next.content, next.audience = e.Number, audienceText(e.Statement.Audience)
	return next, nil
}

// applySaid writes the row of a statement about an object, and its grants.
func (v View) applySaid(ctx context.Context, tx store.Tx, e *ledger.Entry) error {
	s := e.Statement
	now, err := readHead(ctx, tx, s.Subject)
	if err != nil {
		return err
	}
	var said struct {
		Version    string          `json:"version"`
		Challenge  string          `json:"challenge"`
		Recipients []truce.PartyID `json:"recipients"`
	}
	if json.Unmarshal(s.Body, &said) != nil || now == nil || now.status != s.Status {
		return insertSaid(ctx, tx, e, saidRow{part: partVoid}, now)
	}
	switch s.Kind.Object() {
	case "verification":
		if said.Version != now.id {
			return insertSaid(ctx, tx, e, saidRow{part: partVoid, ref: said.Version}, now)
		}
		return insertSaid(ctx, tx, e, saidRow{part: partStep, ref: said.Version}, now)
	case "challenge":
		if err := insertSaid(ctx, tx, e, saidRow{part: partChallenge, ref: said.Challenge}, now); err != nil {
			return err
		}
		return tellReach(ctx, tx, e, now, map[string]string{"open": view.ToldContested, "answer": view.ToldAnswered, "close": view.ToldSettled}[s.Kind.Act()])
	}
	if err := insertSaid(ctx, tx, e, saidRow{part: s.Kind.Object()}, now); err != nil {
		return err
	}
	if err := applyGrants(ctx, tx, e, now.first, said.Recipients); err != nil {
		return err
	}
	return tellGrants(ctx, tx, e, now)
}

type saidRow struct{ part, ref string }

// insertSaid writes what was said while now was in force; nil where nothing was.
func insertSaid(ctx context.Context, tx store.Tx, e *ledger.Entry, row saidRow, now *headRow) error {
	s := e.Statement
	if now == nil {
		now = &headRow{first: truce.NoEntry, placed: truce.NoEntry}
	}
	_, err := tx.Exec(ctx, `INSERT INTO protected_said
		(entry, subject, part, act, id, author, at, ref, first, placed, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Number, s.Subject, row.part, s.Kind.Act(), e.ID, s.Author, e.Time.UnixMilli(), row.ref, now.first, now.placed, []byte(s.Body))
	return err
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
