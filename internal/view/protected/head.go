package protected

import (
	"context"
	"encoding/json"

	"truce"
	"truce/internal/store"
)

// headRow is the version row of a subject that is in force.
type headRow struct {
	entry, first, content, placed    int64
	object, act, id, owner, audience string
	status                           truce.Status
}

// readHead gives the newest version row, nil when there is none.
func readHead(ctx context.Context, r store.Reader, subject string) (*headRow, error) {
	var h headRow
	var status string
	found, err := store.One(ctx, r, `SELECT entry, first, content, placed, object, act, id, owner, audience, status
		FROM protected_version WHERE subject = ? ORDER BY entry DESC LIMIT 1`, []any{subject},
		&h.entry, &h.first, &h.content, &h.placed, &h.object, &h.act, &h.id, &h.owner, &h.audience, &status)
	if err != nil || !found {
		return nil, err
	}
	h.status = truce.Status(status)
	return &h, nil
}

// Head is what intake needs to know of an object, as it stands now. It is nil
// when nothing of that id was registered. Of an erased object it holds Subject,
// State, and of the erasure Entry, Version, Status, Audience, and as Owner its
// author: who may still know of it.
func (View) Head(ctx context.Context, r store.Reader, subject string) (*truce.ObjectHead, error) {
	if known, err := isKnown(ctx, r, subject); err != nil || !known {
		return nil, err
	}
	h, err := readHead(ctx, r, subject)
	if err != nil {
		return nil, err
	}
	if h == nil {
		return erasedHead(ctx, r, subject)
	}
	audience, err := audienceOf(h.audience)
	if err != nil {
		return nil, err
	}
	state := truce.ObjectRegistered
	if h.act == "withdraw" {
		state = truce.ObjectWithdrawn
	}
	return &truce.ObjectHead{Subject: subject, Object: h.object, Owner: h.owner, Version: h.id, Entry: h.entry,
		State: state, Audience: audience, Status: h.status}, nil
}

// isKnown reports whether anything of that id was registered, also if it was erased
// since. Every registration asks this, and is answered no: a column of one query
// costs a third of the rows of two.
func isKnown(ctx context.Context, r store.Reader, subject string) (bool, error) {
	return store.One(ctx, r, `SELECT 1 FROM protected_version WHERE subject = ?
		UNION ALL SELECT 1 FROM protected_tombstone WHERE subject = ? LIMIT 1`, []any{subject, subject}, new(int64))
}

func erasedHead(ctx context.Context, r store.Reader, subject string) (*truce.ObjectHead, error) {
	t, err := readTombstone(ctx, r, subject)
	if err != nil || t == nil {
		return nil, err
	}
	return &truce.ObjectHead{Subject: subject, Version: t.ID, Entry: t.Entry, State: truce.ObjectErased, Status: t.Status,
		Owner: t.Author, Audience: t.Audience}, nil
}

// HasConsent reports whether the consent of the owner of subject for that
// recipient is in force.
func (View) HasConsent(ctx context.Context, r store.Reader, subject string, recipient truce.PartyID) (bool, error) {
	return granted(ctx, r, subject, partConsent, recipient)
}

// Released reports whether a release of subject to that recipient is in force.
func (View) Released(ctx context.Context, r store.Reader, subject string, recipient truce.PartyID) (bool, error) {
	return granted(ctx, r, subject, partRelease, recipient)
}

// Challenge is what intake needs to know of the challenge with that statement
// id; nil when there is none.
func (View) Challenge(ctx context.Context, r store.Reader, id string) (*truce.ChallengeHead, error) {
	c := truce.ChallengeHead{ID: id}
	var body []byte
	found, err := store.One(ctx, r, `SELECT subject, author, body FROM protected_said
		WHERE part = 'challenge' AND id = ? AND act = 'open'`, []any{id}, &c.Subject, &c.By, &body)
	if err != nil || !found {
		return nil, err
	}
	var said struct {
		Version string `json:"version"`
	}
	if err := json.Unmarshal(body, &said); err != nil {
		return nil, truce.Wrap(truce.CodeTampered, err, "the row of a challenge cannot be read")
	}
	c.Version = said.Version
	var entry int64
	closed, err := store.One(ctx, r, `SELECT entry FROM protected_said
		WHERE subject = ? AND part = 'challenge' AND act = 'close' AND ref = ? LIMIT 1`,
		[]any{c.Subject, id}, &entry)
	c.Open = !closed
	return &c, err
}
