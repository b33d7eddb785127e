package agreement

import (
	"context"
	"encoding/json"
	"slices"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/internal/view"
)

// Told is the table of what anybody was told of agreements and windows.
const Told view.Tellings = "agreement_told"

// whatOf is what a statement about an agreement or window tells, but for versions.
func whatOf(k truce.Kind) string {
	switch {
	case k == truce.WindowAbort:
		return view.ToldAborted
	case k == truce.WindowNeed || k == truce.WindowContact || k.Object() == "corridor" || k.Object() == "step":
		return view.ToldReported
	}
	return view.ToldStands
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
	err = store.Each(ctx, r, `SELECT s.author, s.kind FROM agreement_standing w, agreement_said s WHERE w.subject = ? AND s.entry = w.entry`,
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
		return tell(ctx, tx, e, view.ToldNew, reach(s.Audience, s.Body))
	}
	known, err := reachOf(ctx, tx, s.Subject, before)
	if err != nil {
		return err
	}
	if s.Kind.Act() == "withdraw" {
		return tell(ctx, tx, e, view.ToldWithdrawn, known)
	}
	bound, err := joined(ctx, tx, s.Subject)
	if err != nil {
		return err
	}
	now := append(reach(s.Audience, s.Body), bound...)
	split := map[string][]string{}
	for _, m := range union(known, now) {
		what := view.ToldChanged
		switch {
		case !slices.Contains(known, m):
			what = view.ToldNew
		case !slices.Contains(now, m):
			what = view.ToldEnded
		}
		split[what] = append(split[what], m)
	}
	for _, what := range []string{view.ToldNew, view.ToldChanged, view.ToldEnded} {
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
	others := slices.DeleteFunc(union(to, nil), func(m string) bool { return m == "party:"+e.Statement.Author })
	return Told.Add(ctx, tx, e, e.ID, what, others)
}
