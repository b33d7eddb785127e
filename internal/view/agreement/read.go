package agreement

import (
	"context"

	"truce"
	"truce/internal/store"
)

// Filter narrows a list of records. Empty members do not narrow.
type Filter struct {
	Object string        // "agreement" or "window"
	Owner  truce.PartyID // party that owns it
}

func (f Filter) where() (sql string, args []any) {
	if f.Object != "" {
		sql, args = sql+` AND v.object = ?`, append(args, f.Object)
	}
	if f.Owner != "" {
		sql, args = sql+` AND v.owner = ?`, append(args, f.Owner)
	}
	return sql, args
}

// Record is everything known of subject at the log size asOf (truce.Now for the
// newest). What was erased gives a Record with Erased set, whatever asOf is:
// nothing else of it is left to know. CodeNotFound when there is nothing.
func (View) Record(ctx context.Context, r store.Reader, subject string, asOf int64) (*Record, error) {
	rec, err := readRecord(ctx, r, subject, asOf)
	if err != nil || rec != nil {
		return rec, err
	}
	t, err := readTombstone(ctx, r, subject)
	if err != nil {
		return nil, err
	}
	if t == nil {
		return nil, truce.E(truce.CodeNotFound, "no agreement or window of that id is registered")
	}
	return &Record{Subject: subject, Status: t.Status, Erased: t}, nil
}

// readRecord reads the rows of a subject; nil where there are none below asOf.
func readRecord(ctx context.Context, r store.Reader, subject string, asOf int64) (*Record, error) {
	var rec *Record
	err := store.Each(ctx, r, `SELECT entry, object, act, id, author, owner, at, status, audience, lang, first, terms, body
		FROM agreement_version WHERE subject = ? AND entry < ? ORDER BY entry`, []any{subject, asOf}, func(rows store.Rows) error {
		if rec == nil {
			rec = &Record{Subject: subject}
		}
		return rec.version(rows)
	})
	if err != nil || rec == nil {
		return nil, err
	}
	err = store.Each(ctx, r, `SELECT entry, kind, id, author, at, version, terms, body
		FROM agreement_said WHERE subject = ? AND entry < ? AND terms >= 0 ORDER BY entry`, []any{subject, asOf}, rec.said)
	return rec, err
}

func (rec *Record) version(rows store.Rows) error {
	var v Version
	var at int64
	var act, audience, status string
	var body []byte
	err := rows.Scan(&v.Entry, &rec.Object, &act, &v.ID, &v.Author, &rec.Owner, &at, &status, &audience, &v.Lang, &rec.First, &v.Terms, &body)
	if err != nil {
		return err
	}
	rec.Status, v.At, v.Body = truce.Status(status), timeOf(at), body
	if v.Audience, err = audienceOf(audience); err != nil {
		return err
	}
	if act == "withdraw" {
		rec.Withdrawn = &Withdrawal{Entry: v.Entry, ID: v.ID, Author: v.Author, At: v.At, Body: body}
		return nil
	}
	rec.Versions = append(rec.Versions, v)
	return nil
}

func (rec *Record) said(rows store.Rows) error {
	var s Said
	var at int64
	var kind string
	var body []byte
	if err := rows.Scan(&s.Entry, &kind, &s.ID, &s.Author, &at, &s.Version, &s.Terms, &body); err != nil {
		return err
	}
	s.Kind, s.At, s.Body = truce.Kind(kind), timeOf(at), body
	rec.Said = append(rec.Said, s)
	return nil
}

// Page lists records as known at the log size asOf, in order of the entry that
// registered them: those after the entry number after (truce.NoEntry for the
// first page), at most limit. First of the last one is where the next page goes
// on. Erased ones are not in it.
func (v View) Page(ctx context.Context, r store.Reader, asOf int64, filter Filter, after int64, limit int) ([]*Record, error) {
	where, args := filter.where()
	var subjects []string
	err := store.Each(ctx, r, `SELECT v.subject FROM agreement_version v WHERE v.entry > ? AND v.entry < ? AND v.entry = v.first`+
		where+` ORDER BY v.entry LIMIT ?`, append(append([]any{after, asOf}, args...), limit), func(rows store.Rows) error {
		var s string
		err := rows.Scan(&s)
		subjects = append(subjects, s)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]*Record, 0, len(subjects))
	for _, s := range subjects {
		rec, err := readRecord(ctx, r, s, asOf)
		if err != nil {
			return nil, err
		}
		if rec != nil {
			out = append(out, rec)
		}
	}
	return out, nil
}

// pageSize is how many records one round of Each reads.
const pageSize = 500

// Each calls fn on every record as known at the log size asOf, in order of the
// entry that registered it, until fn gives an error. Erased ones are not among them.
func (v View) Each(ctx context.Context, r store.Reader, asOf int64, filter Filter, fn func(*Record) error) error {
	for after := truce.NoEntry; ; {
		page, err := v.Page(ctx, r, asOf, filter, after, pageSize)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, rec := range page {
			if err := fn(rec); err != nil {
				return err
			}
		}
		after = page[len(page)-1].First
	}
}

// Entries lists the numbers of all entries about subject below asOf, in order:
// every statement, those without effect too, and its erasure. What was erased
// has only the last.
func (View) Entries(ctx context.Context, r store.Reader, subject string, asOf int64) ([]int64, error) {
	all, err := entriesOf(ctx, r, subject)
	if err != nil {
		return nil, err
	}
	t, err := readTombstone(ctx, r, subject)
	if err != nil {
		return nil, err
	}
	if t != nil {
		all = append(all, t.Entry)
	}
	for i, n := range all {
		if n >= asOf {
			return all[:i], nil
		}
	}
	return all, nil
}

// Changed lists the subjects about which something was said in the entries from
// from (inclusive) to asOf (exclusive), each once, erased ones too.
func (View) Changed(ctx context.Context, r store.Reader, from, asOf int64) ([]string, error) {
	var out []string
	err := store.Each(ctx, r, `SELECT subject FROM agreement_version WHERE entry >= ? AND entry < ?
		UNION SELECT subject FROM agreement_said WHERE entry >= ? AND entry < ?
		UNION SELECT subject FROM agreement_tombstone WHERE entry >= ? AND entry < ? ORDER BY subject`,
		[]any{from, asOf, from, asOf, from, asOf}, func(rows store.Rows) error {
			var s string
			err := rows.Scan(&s)
			out = append(out, s)
			return err
		})
	return out, err
}

// readTombstone gives the tombstone of an erased subject, or nil.
func readTombstone(ctx context.Context, r store.Reader, subject string) (*Tombstone, error) {
	var t Tombstone
	var at int64
	var audience, status string
	found, err := store.One(ctx, r, `SELECT entry, id, author, at, reason, audience, status FROM agreement_tombstone
		WHERE subject = ? ORDER BY entry LIMIT 1`, []any{subject}, &t.Entry, &t.ID, &t.Author, &at, &t.Reason, &audience, &status)
	if err != nil || !found {
		return nil, err
	}
	t.At, t.Status = timeOf(at), truce.Status(status)
	t.Audience, err = audienceOf(audience)
	return &t, err
}
