package protected

import (
	"context"
	"slices"
	"time"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
)

// What a recipient is told of, in protected_told: the column what.
const (
	ToldNew         = "new"         // first told of the object, or told again after an end
	ToldChanged     = "changed"     // a new version
	ToldWithdrawn   = "withdrawn"   // stays visible as withdrawn
	ToldRevalidated = "revalidated" // still holds
	ToldEnded       = "ended"       // told no more from here on
	ToldContested   = "contested"   // a challenge was opened
	ToldAnswered    = "answered"    // a challenge was answered
	ToldSettled     = "settled"     // a challenge was closed
	ToldErased      = "erased"      // the content is gone
	ToldAlarm       = "alarm"       // in danger now; version is the statement id of the alarm
	ToldAlarmEnded  = "alarmEnded"  // version is the statement id of its end
	ToldJourney     = "journey"     // a report of the movement's day; version is its statement id
	ToldAborted     = "aborted"     // of a window, see package agreement: broken off; version is the statement id of that
)

// AsksForAnswer reports whether what was told is waited for to be acknowledged as
// a state of the object. The rest is news about it.
func AsksForAnswer(what string) bool {
	return slices.Contains([]string{ToldNew, ToldChanged, ToldWithdrawn, ToldEnded, ToldErased, ToldAborted}, what)
}

// applyDay notes whom an alarm, its end or a report of a journey reaches.
func applyDay(ctx context.Context, tx store.Tx, e *ledger.Entry) error {
	now, err := readHead(ctx, tx, e.Statement.Subject)
	if err != nil || now == nil || now.status != e.Statement.Status {
		return err
	}
	what := map[truce.Kind]string{truce.AlarmRaise: ToldAlarm, truce.AlarmEnd: ToldAlarmEnded, truce.JourneyReport: ToldJourney}[e.Statement.Kind]
	at := *now
	at.id = e.ID
	return tellReach(ctx, tx, e, &at, what)
}

// tellVersion notes whom the version in e reaches. before is the version that it
// supersedes, nil for a registration: that has no releases yet, and costs no query.
func tellVersion(ctx context.Context, tx store.Tx, e *ledger.Entry, before *headRow) error {
	s := e.Statement
	if before == nil {
		return tell(ctx, tx, e, e.ID, ToldNew, members(s.Audience))
	}
	released, err := releasedTo(ctx, tx, s.Subject)
	if err != nil {
		return err
	}
	old, err := audienceOf(before.audience)
	if err != nil {
		return err
	}
	what := map[string]string{"amend": ToldChanged, "withdraw": ToldWithdrawn, "revalidate": ToldRevalidated}[s.Kind.Act()]
	if what != ToldChanged {
		return tell(ctx, tx, e, e.ID, what, members(old, released))
	}
	known, now := members(old, released), members(s.Audience, released)
	for _, m := range now {
		if err := tell(ctx, tx, e, e.ID, pick(slices.Contains(known, m), ToldChanged, ToldNew), []string{m}); err != nil {
			return err
		}
	}
	for _, m := range known {
		if slices.Contains(now, m) {
			continue
		}
		if err := tell(ctx, tx, e, e.ID, ToldEnded, []string{m}); err != nil {
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
	for _, g := range []struct{ column, what string }{{"entry", ToldNew}, {"ended", ToldEnded}} {
		to, err := recipientsWhere(ctx, tx, e.Statement.Subject, g.column+` = ?`, e.Number)
		if err != nil {
			return err
		}
		if err := tell(ctx, tx, e, now.id, g.what, to); err != nil {
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
	return tell(ctx, tx, e, now.id, what, members(audience, released))
}

func tell(ctx context.Context, tx store.Tx, e *ledger.Entry, version, what string, to []string) error {
	for _, m := range to {
		_, err := tx.Exec(ctx, `INSERT INTO protected_told (recipient, entry, subject, version, what, at) VALUES (?, ?, ?, ?, ?, ?)`,
			m, e.Number, e.Statement.Subject, version, what, e.Time.UnixMilli())
		if err != nil {
			return err
		}
	}
	return nil
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
	err = each(ctx, r, `SELECT recipient FROM protected_grant WHERE subject = ? AND what = 'release' AND `+condition+` ORDER BY recipient`,
		[]any{subject, arg}, func(rows store.Rows) error {
			var id string
			err := rows.Scan(&id)
			to = append(to, "party:"+id)
			return err
		})
	return to, err
}

// Telling is one line of what somebody was told.
type Telling struct {
	Recipient string // member of an audience: "party:<id>", "role:<role>", "public"
	Entry     int64  // that told it
	Subject   string
	Version   string    // statement id of the version that was in force with it
	What      string    // see ToldNew and the others
	At        time.Time // log time, UTC
}

const tellingColumns = `recipient, entry, subject, version, what, at`

// scanTellings gathers the lines of a query for tellingColumns.
func scanTellings(ctx context.Context, r store.Reader, query string, args ...any) (out []Telling, err error) {
	err = each(ctx, r, query, args, func(rows store.Rows) error {
		var t Telling
		var ms int64
		err := rows.Scan(&t.Recipient, &t.Entry, &t.Subject, &t.Version, &t.What, &ms)
		t.At = timeOf(ms)
		out = append(out, t)
		return err
	})
	return out, err
}

// ToldOf lists what anybody was told of a subject, as known at log size asOf, in
// the order of the log.
func (View) ToldOf(ctx context.Context, r store.Reader, subject string, asOf int64) ([]Telling, error) {
	return scanTellings(ctx, r, `SELECT `+tellingColumns+` FROM protected_told WHERE subject = ? AND entry < ? ORDER BY entry, recipient`, subject, asOf)
}

// Told lists what the members of an audience were told, by entry: those behind
// the entry number after and below the log size asOf, at most limit. Where an
// entry reaches several of the members, there is a line for each.
func (View) Told(ctx context.Context, r store.Reader, to []string, after, asOf int64, limit int) ([]Telling, error) {
	var out []Telling
	for _, m := range to {
		lines, err := scanTellings(ctx, r, `SELECT `+tellingColumns+` FROM protected_told WHERE recipient = ? AND entry > ? AND entry < ? ORDER BY entry LIMIT ?`,
			m, after, asOf, limit)
		if err != nil {
			return nil, err
		}
		out = append(out, lines...)
	}
	slices.SortStableFunc(out, func(a, b Telling) int { return int(a.Entry - b.Entry) })
	return out[:min(len(out), limit)], nil
}

// ToldBefore is the number of the last entry up to and with upTo that told one of
// the members something, truce.NoEntry when there is none.
func (View) ToldBefore(ctx context.Context, r store.Reader, to []string, upTo int64) (int64, error) {
	last := truce.NoEntry
	for _, m := range to {
		var n int64
		found, err := store.One(ctx, r, `SELECT entry FROM protected_told WHERE recipient = ? AND entry <= ? ORDER BY entry DESC LIMIT 1`, []any{m, upTo}, &n)
		if err != nil {
			return 0, err
		}
		if found {
			last = max(last, n)
		}
	}
	return last, nil
}

// WasTold reports whether one of the members was ever told that version of the
// subject, also if it is told no more.
func (View) WasTold(ctx context.Context, r store.Reader, subject, version string, to []string) (bool, error) {
	told := false
	err := each(ctx, r, `SELECT recipient FROM protected_told WHERE subject = ? AND version = ?`, []any{subject, version}, func(rows store.Rows) error {
		var m string
		err := rows.Scan(&m)
		told = told || slices.Contains(to, m)
		return err
	})
	return told, err
}

// HasVersion reports whether version is the statement id of a version of the subject.
func (View) HasVersion(ctx context.Context, r store.Reader, subject, version string) (bool, error) {
	var entry int64
	return store.One(ctx, r, `SELECT entry FROM protected_version WHERE subject = ? AND id = ? LIMIT 1`, []any{subject, version}, &entry)
}
