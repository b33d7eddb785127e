package inbox

import (
	"context"
	"encoding/json"
	"slices"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/internal/view"
)

// View is the view of telling and being told. It holds no state. The zero View
// is ready.
type View struct{}

// Name is the prefix of the tables.
func (View) Name() string { return "inbox" }

// Schema creates the tables and their indexes.
//
// inbox_desk holds a row for each register, amend and withdraw of a duty desk.
// inbox_said holds a row for each of the other statements: kind is the kind of
// the statement; party is whom it concerns beside its author (the recipient of a
// delivery), else the author; ref is the statement id that it is bound to, of a
// version or an alarm, empty where there is none. Times are milliseconds since
// 1970 UTC, by the log's clock.
func (View) Schema() []string {
	return []string{
		`CREATE TABLE IF NOT EXISTS inbox_desk (
			entry BIGINT NOT NULL PRIMARY KEY, subject TEXT NOT NULL, party TEXT NOT NULL, act TEXT NOT NULL,
			id TEXT NOT NULL, at BIGINT NOT NULL, status TEXT NOT NULL, body BLOB NOT NULL)`,
		`CREATE INDEX IF NOT EXISTS inbox_desk_subject ON inbox_desk (subject, entry)`,
		`CREATE INDEX IF NOT EXISTS inbox_desk_party ON inbox_desk (party, entry)`,
		`CREATE TABLE IF NOT EXISTS inbox_said (
			entry BIGINT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, author TEXT NOT NULL, party TEXT NOT NULL,
			id TEXT NOT NULL, ref TEXT NOT NULL, at BIGINT NOT NULL, status TEXT NOT NULL, body BLOB NOT NULL)`,
		`CREATE INDEX IF NOT EXISTS inbox_said_subject ON inbox_said (subject, entry)`,
		`CREATE INDEX IF NOT EXISTS inbox_said_party ON inbox_said (party, entry)`,
		`CREATE INDEX IF NOT EXISTS inbox_said_alarm ON inbox_said (id) WHERE kind = 'alarm.raise'`,
	}
}

// Tables lists the tables with the columns of their primary keys.
func (View) Tables() []view.Table {
	return []view.Table{{Name: "inbox_desk", Order: "entry"}, {Name: "inbox_said", Order: "entry"}}
}

// Apply works e into the tables (see ledger.Follower). Entries of other kinds
// change nothing. An erase.content returns the numbers of the entries about its
// subject that stand here.
func (v View) Apply(ctx context.Context, tx store.Tx, e *ledger.Entry) (erase []int64, err error) {
	if e.Erased() || e.Statement == nil {
		return nil, nil
	}
	switch e.Statement.Kind.Object() {
	case "desk":
		return nil, insertDesk(ctx, tx, e)
	case "contact", "ack", "delivery", "alarm", "journey":
		return nil, insertSaid(ctx, tx, e)
	case "erase":
		return applyErase(ctx, tx, e.Statement.Subject)
	}
	return nil, nil
}

func insertDesk(ctx context.Context, tx store.Tx, e *ledger.Entry) error {
	s := e.Statement
	_, err := tx.Exec(ctx, `INSERT INTO inbox_desk (entry, subject, party, act, id, at, status, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Number, s.Subject, s.Author, s.Kind.Act(), e.ID, e.Time.UnixMilli(), string(s.Status), []byte(s.Body))
	return err
}

func insertSaid(ctx context.Context, tx store.Tx, e *ledger.Entry) error {
	s := e.Statement
	var b struct {
		Version   string        `json:"version"`
		Alarm     string        `json:"alarm"`
		Recipient truce.PartyID `json:"recipient"`
	}
	if err := json.Unmarshal(s.Body, &b); err != nil {
		return truce.Wrap(truce.CodeInternal, err, "the body of a %s cannot be read", s.Kind)
	}
	party, ref := s.Author, b.Version
	if b.Recipient != "" {
		party = b.Recipient
	}
	if b.Alarm != "" {
		ref = b.Alarm
	}
	_, err := tx.Exec(ctx, `INSERT INTO inbox_said (entry, kind, subject, author, party, id, ref, at, status, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Number, string(s.Kind), s.Subject, s.Author, party, e.ID, ref, e.Time.UnixMilli(), string(s.Status), []byte(s.Body))
	return err
}

func applyErase(ctx context.Context, tx store.Tx, subject string) ([]int64, error) {
	var erase []int64
	for _, table := range []string{"inbox_desk", "inbox_said"} {
		err := store.Each(ctx, tx, `SELECT entry FROM `+table+` WHERE subject = ?`, []any{subject}, func(rows store.Rows) error {
			var n int64
			err := rows.Scan(&n)
			erase = append(erase, n)
			return err
		})
		if err != nil {
			return nil, err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE subject = ?`, subject); err != nil {
			return nil, err
		}
	}
	slices.Sort(erase)
	return erase, nil
}
