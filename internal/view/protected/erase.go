package protected

import (
	"context"
	"encoding/json"
	"slices"

	"truce/internal/ledger"
	"truce/internal/store"
	"truce/internal/view"
)

// applyErase deletes every row of the subject and leaves a tombstone. It gives
// the numbers of the entries whose content goes with them, in order. A replay
// finds no rows and returns none: their content is gone already.
func (v View) applyErase(ctx context.Context, tx store.Tx, e *ledger.Entry) ([]int64, error) {
	s := e.Statement
	erase, err := entriesOf(ctx, tx, s.Subject)
	if err != nil {
		return nil, err
	}
	for _, table := range []string{"protected_version", "protected_said", "protected_grant", "protected_told"} {
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
	_, err = tx.Exec(ctx, `INSERT INTO protected_tombstone (entry, subject, id, author, at, reason, audience, status)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Number, s.Subject, e.ID, s.Author, e.Time.UnixMilli(), body.Reason, audienceText(s.Audience), string(s.Status))
	if err != nil {
		return nil, err
	}
	return erase, Told.Add(ctx, tx, e, e.ID, view.ToldErased, members(s.Audience))
}

// entriesOf lists the numbers of all entries about a subject, in order.
func entriesOf(ctx context.Context, r store.Reader, subject string) ([]int64, error) {
	var out []int64
	for _, table := range []string{"protected_version", "protected_said"} {
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
