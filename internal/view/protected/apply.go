package protected

import (
	"context"
	"encoding/json"
	"time"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
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
	case "erase":
		return v.applyErase(ctx, tx, e)
	}
	return nil, nil
}

// applyVersion writes the row of a register, amend, withdraw or revalidate.
func (v View) applyVersion(ctx context.Context, tx store.Tx, e *ledger.Entry) error {
	s := e.Statement
	next := headRow{first: e.Number, content: e.Number, placed: e.Number, owner: s.Author, audience: audienceText(s.Audience)}
	if act := s.Kind.Act(); act != "register" {
		now, err := readHead(ctx, tx, s.Subject)
		if err != nil {
			return err
		}
		if now == nil || now.status != s.Status || now.object != s.Kind.Object() || now.act == "withdraw" {
			return insertSaid(ctx, tx, e, partVoid, "", truce.NoEntry)
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
	return err
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
		return insertSaid(ctx, tx, e, partVoid, "", truce.NoEntry)
	}
	switch s.Kind.Object() {
	case "verification":
		if said.Version != now.id {
			return insertSaid(ctx, tx, e, partVoid, said.Version, truce.NoEntry)
		}
		return insertSaid(ctx, tx, e, partStep, said.Version, now.placed)
	case "challenge":
		return insertSaid(ctx, tx, e, partChallenge, said.Challenge, truce.NoEntry)
	}
	if err := insertSaid(ctx, tx, e, s.Kind.Object(), "", truce.NoEntry); err != nil {
		return err
	}
	return applyGrants(ctx, tx, e, said.Recipients)
}

func insertSaid(ctx context.Context, tx store.Tx, e *ledger.Entry, part, ref string, placed int64) error {
	s := e.Statement
	_, err := tx.Exec(ctx, `INSERT INTO protected_said
		(entry, subject, part, act, id, author, at, ref, placed, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Number, s.Subject, part, s.Kind.Act(), e.ID, s.Author, e.Time.UnixMilli(), ref, placed, []byte(s.Body))
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
