package view

import (
	"context"
	"slices"
	"strings"
	"time"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
)

// What somebody is told of: the column what of a table of tellings.
const (
	ToldNew         = "new"         // first told of the subject, or told again after an end
	ToldChanged     = "changed"     // a new version
	ToldWithdrawn   = "withdrawn"   // stays visible as withdrawn
	ToldRevalidated = "revalidated" // still holds
	ToldEnded       = "ended"       // told no more from here on
	ToldErased      = "erased"      // the content is gone
	ToldContested   = "contested"   // a challenge was opened
	ToldAnswered    = "answered"    // a challenge was answered
	ToldSettled     = "settled"     // a challenge was closed
	ToldAlarm       = "alarm"       // in danger now; version is the statement id of the alarm
	ToldAlarmEnded  = "alarmEnded"  // version is the statement id of its end
	ToldJourney     = "journey"     // a report of a movement's day; version is its statement id
	ToldAborted     = "aborted"     // a window was broken off; version is the statement id of the abort
	ToldStands      = "stands"      // a party said where it stands; version is its statement id
	ToldReported    = "reported"    // something happened or was looked at; version is its statement id
)

// AsksForAnswer reports whether what was told is waited for to be acknowledged as
// a state of the subject. The rest is news about it.
func AsksForAnswer(what string) bool {
	return slices.Contains([]string{ToldNew, ToldChanged, ToldWithdrawn, ToldEnded, ToldErased, ToldAborted}, what)
}

// Telling is one line of what somebody was told.
type Telling struct {
	Recipient string // member of an audience: "party:<id>", "role:<role>", "public"
	Entry     int64  // that told it
	Subject   string
	Version   string    // statement id of what was told, or of the version that was in force with it
	What      string    // see ToldNew and the others
	At        time.Time // log time, UTC
}

// Tellings is the name of a table of tellings, which a view keeps beside its
// others: recipient, entry, subject, version, what, at (milliseconds since 1970
// UTC), with recipient and entry as its key. The feeds are made of it.
type Tellings string

// Add writes a line of e for each of the members of an audience.
func (t Tellings) Add(ctx context.Context, tx store.Tx, e *ledger.Entry, version, what string, to []string) error {
	for _, m := range to {
		_, err := tx.Exec(ctx, `INSERT INTO `+string(t)+` (recipient, entry, subject, version, what, at) VALUES (?, ?, ?, ?, ?, ?)`,
			m, e.Number, e.Statement.Subject, version, what, e.Time.UnixMilli())
		if err != nil {
			return err
		}
	}
	return nil
}

// where gathers the lines of a condition.
func (t Tellings) where(ctx context.Context, r store.Reader, condition string, args ...any) (out []Telling, err error) {
	err = store.Each(ctx, r, `SELECT recipient, entry, subject, version, what, at FROM `+string(t)+` WHERE `+condition, args, func(rows store.Rows) error {
		var line Telling
		var ms int64
		err := rows.Scan(&line.Recipient, &line.Entry, &line.Subject, &line.Version, &line.What, &ms)
		line.At = time.UnixMilli(ms).UTC()
		out = append(out, line)
		return err
	})
	return out, err
}

// ToldOf lists what anybody was told of a subject, as known at log size asOf, in
// the order of the log.
func (t Tellings) ToldOf(ctx context.Context, r store.Reader, subject string, asOf int64) ([]Telling, error) {
	return t.where(ctx, r, `subject = ? AND entry < ? ORDER BY entry, recipient`, subject, asOf)
}

// toldAtOnce bounds how many subjects one question asks for.
const toldAtOnce = 256

// ToldOfAll is ToldOf for several subjects together, by subject.
func (t Tellings) ToldOfAll(ctx context.Context, r store.Reader, subjects []string, asOf int64) (map[string][]Telling, error) {
	out := map[string][]Telling{}
	condition := `subject IN (?` + strings.Repeat(`,?`, toldAtOnce-1) + `) AND entry < ? ORDER BY subject, entry, recipient`
	for some := range slices.Chunk(subjects, toldAtOnce) {
		args := make([]any, 0, toldAtOnce+1)
		for i := range toldAtOnce { // one question to prepare, however many subjects there are
			args = append(args, some[min(i, len(some)-1)])
		}
		lines, err := t.where(ctx, r, condition, append(args, asOf)...)
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			out[l.Subject] = append(out[l.Subject], l)
		}
	}
	return out, nil
}

// Told lists what the members of an audience were told, by entry: those behind
// the entry number after and below the log size asOf, at most limit. Where an
// entry reaches several of the members, there is a line for each.
func (t Tellings) Told(ctx context.Context, r store.Reader, to []string, after, asOf int64, limit int) ([]Telling, error) {
	var out []Telling
	for _, m := range to {
		lines, err := t.where(ctx, r, `recipient = ? AND entry > ? AND entry < ? ORDER BY entry LIMIT ?`, m, after, asOf, limit)
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
func (t Tellings) ToldBefore(ctx context.Context, r store.Reader, to []string, upTo int64) (int64, error) {
	last := truce.NoEntry
	for _, m := range to {
		var n int64
		found, err := store.One(ctx, r, `SELECT entry FROM `+string(t)+` WHERE recipient = ? AND entry <= ? ORDER BY entry DESC LIMIT 1`, []any{m, upTo}, &n)
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
func (t Tellings) WasTold(ctx context.Context, r store.Reader, subject, version string, to []string) (bool, error) {
	lines, err := t.where(ctx, r, `subject = ? AND version = ?`, subject, version)
	return slices.ContainsFunc(lines, func(l Telling) bool { return slices.Contains(to, l.Recipient) }), err
}
