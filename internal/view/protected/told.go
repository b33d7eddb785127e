package protected

import (
	"context"
	"slices"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/internal/view"
)

// Told is the table of what anybody was told of protected objects.
const Told view.Tellings = "protected_told"

// applyDay notes whom an alarm, its end or a report of a journey reaches.
func applyDay(ctx context.Context, tx store.Tx, e *ledger.Entry) error {
	now, err := readHead(ctx, tx, e.Statement.Subject)
	if err != nil || now == nil || now.status != e.Statement.Status {
		return err
	}
	what := map[truce.Kind]string{truce.AlarmRaise: view.ToldAlarm, truce.AlarmEnd: view.ToldAlarmEnded, truce.JourneyReport: view.ToldJourney}[e.Statement.Kind]
	at := *now
	at.id = e.ID
	return tellReach(ctx, tx, e, &at, what)
}

// tellVersion notes whom the version in e reaches. before is the version that it
// supersedes, nil for a registration: that has no releases yet, and costs no query.
func tellVersion(ctx context.Context, tx store.Tx, e *ledger.Entry, before *headRow) error {
	s := e.Statement
	if before == nil {
		return Told.Add(ctx, tx, e, e.ID, view.ToldNew, members(s.Audience))
	}
	released, err := releasedTo(ctx, tx, s.Subject)
	if err != nil {
		return err
	}
	old, err := audienceOf(before.audience)
	if err != nil {
		return err
	}
	what := map[string]string{"amend": view.ToldChanged, "withdraw": view.ToldWithdrawn, "revalidate": view.ToldRevalidated}[s.Kind.Act()]
	if what != view.ToldChanged {
		return Told.Add(ctx, tx, e, e.ID, what, members(old, released))
	}
	known, now := members(old, released), members(s.Audience, released)
	for _, m := range now {
		if err := Told.Add(ctx, tx, e, e.ID, pick(slices.Contains(known, m), view.ToldChanged, view.ToldNew), []string{m}); err != nil {
			return err
		}
	}
	for _, m := range known {
		if slices.Contains(now, m) {
			continue
		}
		if err := Told.Add(ctx, tx, e, e.ID, view.ToldEnded, []string{m}); err != nil {
			return err
		}
	}
	return nil
}

func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// tellGrants notes whom the release in e reaches, and for whom one ended.
func tellGrants(ctx context.Context, tx store.Tx, e *ledger.Entry, now *headRow) error {
	for _, g := range []struct{ column, what string }{{"entry", view.ToldNew}, {"ended", view.ToldEnded}} {
		to, err := recipientsWhere(ctx, tx, e.Statement.Subject, g.column+` = ?`, e.Number)
		if err != nil {
			return err
		}
		if err := Told.Add(ctx, tx, e, now.id, g.what, to); err != nil {
			return err
		}
	}
	return nil
}

// tellReach notes that something was said about the version in force, to all who
// are told of it.
func tellReach(ctx context.Context, tx store.Tx, e *ledger.Entry, now *headRow, what string) error {
	released, err := releasedTo(ctx, tx, e.Statement.Subject)
	if err != nil {
		return err
	}
	audience, err := audienceOf(now.audience)
	if err != nil {
		return err
	}
	return Told.Add(ctx, tx, e, now.id, what, members(audience, released))
}

// members is the union of audiences, sorted.
func members(audiences ...truce.Audience) []string {
	var out []string
	for _, a := range audiences {
		out = append(out, a...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// releasedTo is to whom releases are in force, as members of an audience.
func releasedTo(ctx context.Context, r store.Reader, subject string) (truce.Audience, error) {
	return recipientsWhere(ctx, r, subject, `ended = ?`, truce.NoEntry)
}

func recipientsWhere(ctx context.Context, r store.Reader, subject, condition string, arg int64) (to []string, err error) {
	err = store.Each(ctx, r, `SELECT recipient FROM protected_grant WHERE subject = ? AND what = 'release' AND `+condition+` ORDER BY recipient`,
		[]any{subject, arg}, func(rows store.Rows) error {
			var id string
			err := rows.Scan(&id)
			to = append(to, "party:"+id)
			return err
		})
	return to, err
}
