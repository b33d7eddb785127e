package agreement

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
)

// What a recipient is told of, in agreement_told: the column what.
const (
	ToldNew       = "new"       // first told of the agreement or window, or told again after an end
	ToldChanged   = "changed"   // a new version
	ToldWithdrawn = "withdrawn" // stays visible as withdrawn
	ToldEnded     = "ended"     // told no more from here on
	ToldErased    = "erased"    // the content is gone
	ToldAborted   = "aborted"   // a window was broken off; version is the statement id of the abort
	ToldStands    = "stands"    // a party said where it stands; version is its statement id
	ToldReported  = "reported"  // something happened or was looked at; version is its statement id
)

// whatOf is what a statement about an agreement or window tells, but for versions.
func whatOf(k truce.Kind) string {
	switch {
	case k == truce.WindowAbort:
		return ToldAborted
	case k == truce.WindowNeed || k == truce.WindowContact || k.Object() == "corridor" || k.Object() == "step":
		return ToldReported
	}
	return ToldStands
}

// reach is whom a version reaches, as members of an audience: its audience and
// the parties that it names.
func reach(audience truce.Audience, body []byte) []string {
	out := slices.Clone([]string(audience))
	var named struct {
		Parties []truce.PartyContent `json:"parties"`
	}
	if json.Unmarshal(body, &named) == nil { // intake has read it; damage reaches nobody more
		for i := range named.Parties {
			if id := named.Parties[i].Party; id != "" {
				out = append(out, "party:"+id)
			}
		}
	}
	return out
}

// reachOf is whom the version h reaches, with those that bound themselves.
func reachOf(ctx context.Context, r store.Reader, subject string, h *headRow) ([]string, error) {
	var body []byte
	if _, err := store.One(ctx, r, `SELECT body FROM agreement_version WHERE entry = ?`, []any{h.content}, &body); err != nil {
		return nil, err
	}
	audience, err := audienceOf(h.audience)
	if err != nil {
		return nil, err
	}
	joined, err := joined(ctx, r, subject)
	return append(reach(audience, body), joined...), err
}

// joined are the parties that have bound themselves to any version: they may read
// on whatever the newest one names.
func joined(ctx context.Context, r store.Reader, subject string) (out []string, err error) {
	err = each(ctx, r, `SELECT s.author, s.kind FROM agreement_standing w, agreement_said s WHERE w.subject = ? AND s.entry = w.entry`,
		[]any{subject}, func(rows store.Rows) error {
			var author, kind string
			err := rows.Scan(&author, &kind)
			if truce.Binds(truce.Kind(kind)) {
				out = append(out, "party:"+author)
			}
			return err
		})
	return out, err
}

// tellVersion notes whom the version in e reaches. before is the version that it
// supersedes, nil for a registration.
func tellVersion(ctx context.Context, tx store.Tx, e *ledger.Entry, before *headRow) error {
	s := e.Statement
	if before == nil {
		return tell(ctx, tx, e, ToldNew, reach(s.Audience, s.Body))
	}
	known, err := reachOf(ctx, tx, s.Subject, before)
	if err != nil {
		return err
	}
	if s.Kind.Act() == "withdraw" {
		return tell(ctx, tx, e, ToldWithdrawn, known)
	}
	bound, err := joined(ctx, tx, s.Subject)
	if err != nil {
		return err
	}
	now := append(reach(s.Audience, s.Body), bound...)
	split := map[string][]string{}
	for _, m := range union(known, now) {
		what := ToldChanged
		switch {
		case !slices.Contains(known, m):
			what = ToldNew
		case !slices.Contains(now, m):
			what = ToldEnded
		}
		split[what] = append(split[what], m)
	}
	for _, what := range []string{ToldNew, ToldChanged, ToldEnded} {
		if err := tell(ctx, tx, e, what, split[what]); err != nil {
			return err
		}
	}
	return nil
}

// tellSaid notes whom a statement about the version in force reaches.
func tellSaid(ctx context.Context, tx store.Tx, e *ledger.Entry) error {
	h, err := readHead(ctx, tx, e.Statement.Subject)
	if err != nil || h == nil {
		return err
	}
	to, err := reachOf(ctx, tx, e.Statement.Subject, h)
	if err != nil {
		return err
	}
	return tell(ctx, tx, e, whatOf(e.Statement.Kind), to)
}

// union is both lists, sorted, each member once.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// tell writes the lines of an entry. Its author is not told of what it said.
func tell(ctx context.Context, tx store.Tx, e *ledger.Entry, what string, to []string) error {
	for _, m := range union(to, nil) {
		if m == "party:"+e.Statement.Author {
			continue
		}
		_, err := tx.Exec(ctx, `INSERT INTO agreement_told (recipient, entry, subject, version, what, at) VALUES (?, ?, ?, ?, ?, ?)`,
			m, e.Number, e.Statement.Subject, e.ID, what, e.Time.UnixMilli())
		if err != nil {
			return err
		}
	}
	return nil
}

// Telling is one line of what somebody was told.
type Telling struct {
	Recipient string // member of an audience: "party:<id>", "role:<role>", "public"
	Entry     int64  // that told it
	Subject   string
	Version   string    // statement id of what was told
	What      string    // see ToldNew and the others
	At        time.Time // log time, UTC
}

const tellingColumns = `recipient, entry, subject, version, what, at`

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
	return scanTellings(ctx, r, `SELECT `+tellingColumns+` FROM agreement_told WHERE subject = ? AND entry < ? ORDER BY entry, recipient`, subject, asOf)
}

// Told lists what the members of an audience were told, by entry: those behind
// the entry number after and below the log size asOf, at most limit. Where an
// entry reaches several of the members, there is a line for each.
func (View) Told(ctx context.Context, r store.Reader, to []string, after, asOf int64, limit int) ([]Telling, error) {
	var out []Telling
	for _, m := range to {
		lines, err := scanTellings(ctx, r, `SELECT `+tellingColumns+` FROM agreement_told WHERE recipient = ? AND entry > ? AND entry < ? ORDER BY entry LIMIT ?`,
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
		found, err := store.One(ctx, r, `SELECT entry FROM agreement_told WHERE recipient = ? AND entry <= ? ORDER BY entry DESC LIMIT 1`, []any{m, upTo}, &n)
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
	err := each(ctx, r, `SELECT recipient FROM agreement_told WHERE subject = ? AND version = ?`, []any{subject, version}, func(rows store.Rows) error {
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
	return store.One(ctx, r, `SELECT entry FROM agreement_version WHERE subject = ? AND id = ? LIMIT 1`, []any{subject, version}, &entry)
}
