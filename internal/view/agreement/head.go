package agreement

import (
	"context"

	"truce"
	"truce/internal/store"
)

// AgreementHead is what intake needs to know of an agreement or window, as it
// stands now. It is nil when nothing of that id was registered. Of an erased one
// it holds Subject, State, and of the erasure Entry, Version, Status, Audience, and
// as Owner its author: who may still know of it.
func (View) AgreementHead(ctx context.Context, r store.Reader, subject string) (*truce.AgreementHead, error) {
	h, err := readHead(ctx, r, subject)
	if err != nil {
		return nil, err
	}
	if h == nil {
		return erasedHead(ctx, r, subject)
	}
	out := &truce.AgreementHead{Subject: subject, Object: h.object, Owner: h.owner, Version: h.id, Entry: h.entry, Terms: h.terms,
		State: truce.ObjectRegistered, Status: h.status}
	if h.act == "withdraw" {
		out.State = truce.ObjectWithdrawn
	}
	if out.Audience, err = audienceOf(h.audience); err != nil {
		return nil, err
	}
	return out, readContent(ctx, r, h, out)
}

func readContent(ctx context.Context, r store.Reader, h *headRow, out *truce.AgreementHead) error {
	var body []byte
	var registered int64
	found, err := store.One(ctx, r, `SELECT c.body, f.at FROM agreement_version c, agreement_version f WHERE c.entry = ? AND f.entry = ?`,
		[]any{h.content, h.first}, &body, &registered)
	if err == nil && !found {
		err = truce.E(truce.CodeTampered, "the content of a version is not in the view").WithHint("run: truce views rebuild")
	}
	out.Body, out.Registered = body, timeOf(registered)
	return err
}

func erasedHead(ctx context.Context, r store.Reader, subject string) (*truce.AgreementHead, error) {
	t, err := readTombstone(ctx, r, subject)
	if err != nil || t == nil {
		return nil, err
	}
	return &truce.AgreementHead{Subject: subject, Version: t.ID, Entry: t.Entry, State: truce.ObjectErased, Status: t.Status,
		Owner: t.Author, Audience: t.Audience}, nil
}

// AgreementStanding is the last thing that the party said of where it stands;
// nil where it has said nothing.
func (View) AgreementStanding(ctx context.Context, r store.Reader, subject string, party truce.PartyID) (*truce.AgreementStanding, error) {
	var s truce.AgreementStanding
	var kind string
	var body []byte
	found, err := store.One(ctx, r, `SELECT s.kind, s.version, s.terms, s.entry, s.body FROM agreement_standing w, agreement_said s
		WHERE w.subject = ? AND w.author = ? AND s.entry = w.entry ORDER BY w.entry DESC LIMIT 1`, []any{subject, party},
		&kind, &s.Version, &s.Terms, &s.Entry, &body)
	if err != nil || !found {
		return nil, err
	}
	s.Kind, s.Body = truce.Kind(kind), body
	return &s, nil
}

// AgreementBound lists the parties that have bound themselves to the terms that
// begin with the entry terms, in order, whatever they said since.
func (View) AgreementBound(ctx context.Context, r store.Reader, subject string, terms int64) ([]truce.PartyID, error) {
	seen := map[truce.PartyID]bool{}
	var out []truce.PartyID
	err := store.Each(ctx, r, `SELECT kind, author FROM agreement_said WHERE subject = ? AND terms = ? ORDER BY entry`, []any{subject, terms},
		func(rows store.Rows) error {
			var kind, author string
			err := rows.Scan(&kind, &author)
			if err == nil && truce.Binds(truce.Kind(kind)) && !seen[author] {
				seen[author] = true
				out = append(out, author)
			}
			return err
		})
	return out, err
}
