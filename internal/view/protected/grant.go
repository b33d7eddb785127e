package protected

import (
	"context"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
)

// applyGrants begins or ends a consent or a release for each recipient. Giving
// what is in force already begins nothing (first is the entry that registered the
// object); taking a consent back ends the release that rested on it.
func applyGrants(ctx context.Context, tx store.Tx, e *ledger.Entry, first int64, recipients []truce.PartyID) error {
	s := e.Statement
	what := s.Kind.Object()
	for _, to := range recipients {
		if s.Kind.Act() == "give" {
			if err := beginGrant(ctx, tx, e, first, what, to); err != nil {
				return err
			}
			continue
		}
		if err := endGrant(ctx, tx, e, partRelease, to); err != nil {
			return err
		}
		if what != partConsent {
			continue
		}
		if err := endGrant(ctx, tx, e, partConsent, to); err != nil {
			return err
		}
	}
	return nil
}

func beginGrant(ctx context.Context, tx store.Tx, e *ledger.Entry, first int64, what string, to truce.PartyID) error {
	there, err := granted(ctx, tx, e.Statement.Subject, what, to)
	if err != nil || there {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO protected_grant (subject, what, recipient, entry, ended, author, first)
		VALUES (?, ?, ?, ?, ?, ?, ?)`,
		e.Statement.Subject, what, to, e.Number, truce.NoEntry, e.Statement.Author, first)
	return err
}

func endGrant(ctx context.Context, tx store.Tx, e *ledger.Entry, what string, to truce.PartyID) error {
	_, err := tx.Exec(ctx, `UPDATE protected_grant SET ended = ? WHERE subject = ? AND what = ? AND recipient = ? AND ended = ?`,
		e.Number, e.Statement.Subject, what, to, truce.NoEntry)
	return err
}

// granted reports whether a grant is in force.
func granted(ctx context.Context, r store.Reader, subject, what string, to truce.PartyID) (bool, error) {
	var entry int64
	return store.One(ctx, r, `SELECT entry FROM protected_grant
		WHERE subject = ? AND what = ? AND recipient = ? AND ended = ? LIMIT 1`,
		[]any{subject, what, to, truce.NoEntry}, &entry)
}
