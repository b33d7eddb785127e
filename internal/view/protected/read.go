package protected

import (
	"context"
	"slices"

	"truce"
	"truce/internal/store"
)

// pageSize is how many objects one round of queries reads, at most.
const pageSize = 500

// Filter narrows a list of objects. Empty members do not narrow.
type Filter struct {
	Object    string        // "site", "area" or "movement"
	Owner     truce.PartyID // party that owns it
	Recipient truce.PartyID // party to which a release was ever given, ended or not
}

// where is the condition of the filter on the version row v of a registration.
func (f Filter) where() (sql string, args []any) {
	if f.Object != "" {
		sql, args = sql+` AND v.object = ?`, append(args, f.Object)
	}
	if f.Owner != "" {
		sql, args = sql+` AND v.owner = ?`, append(args, f.Owner)
	}
	if f.Recipient != "" {
		sql += ` AND EXISTS (SELECT 1 FROM protected_grant g WHERE g.recipient = ? AND g.what = 'release' AND g.subject = v.subject)`
		args = append(args, f.Recipient)
	}
	return sql, args
}

// Object is everything known of subject at the log size asOf (truce.Now for the
// newest). What was erased gives an Object with Erased set, whatever asOf is:
// nothing else of it is left to know. CodeNotFound when there is nothing.
func (View) Object(ctx context.Context, r store.Reader, subject string, asOf int64) (*Object, error) {
	f := newFold(asOf)
	if err := f.read(ctx, r, `v.subject = ?`, `s.subject = ?`, `g.subject = ?`, []any{subject}); err != nil {
		return nil, err
	}
	if len(f.order) == 1 {
		return f.order[0], nil
	}
	t, err := readTombstone(ctx, r, subject)
	if err != nil {
		return nil, err
	}
	if t == nil {
		return nil, truce.E(truce.CodeNotFound, "no object of that id is registered")
	}
	return &Object{Subject: subject, Status: t.Status, Erased: t}, nil
}

// read gathers the rows of the objects that the three conditions pick; all take
// the same arguments. Of each object it reads the versions from its content on.
func (f *fold) read(ctx context.Context, r store.Reader, v, s, g string, args []any) error {
	args = args[:len(args):len(args)]
	err := store.Each(ctx, r, `SELECT `+versionColumns+` FROM protected_version v WHERE `+v+` AND v.entry < ?
		AND v.entry >= (SELECT w.content FROM protected_version w WHERE w.first = v.first AND w.entry < ? ORDER BY w.entry DESC LIMIT 1)
		ORDER BY v.first, v.entry`, append(args, f.asOf, f.asOf), f.version)
	if err != nil {
		return err
	}
	if err := store.Each(ctx, r, `SELECT `+saidColumns+` FROM protected_said s WHERE `+s+` AND s.entry < ? ORDER BY s.entry`,
		append(args, f.asOf), f.said); err != nil {
		return err
	}
	return store.Each(ctx, r, `SELECT `+grantColumns+` FROM protected_grant g WHERE `+g+` AND g.entry < ?
		ORDER BY g.entry, g.recipient`, append(args, f.asOf), f.grant)
}

// Page lists objects as known at the log size asOf, in order of the entry that
// registered them: those after the entry number after (truce.NoEntry for the
// first page), at most limit. First of the last one is where the next page goes
// on. Erased objects are not in it.
func (View) Page(ctx context.Context, r store.Reader, asOf int64, filter Filter, after int64, limit int) ([]*Object, error) {
	where, args := filter.where()
	args = append([]any{after, asOf}, args...)
	var firsts []any
	err := store.Each(ctx, r, `SELECT v.first FROM protected_version v WHERE v.first > ? AND v.first < ? AND v.entry = v.first`+
		where+` ORDER BY v.first LIMIT ?`, append(args, min(limit, pageSize)), func(rows store.Rows) error {
		var first int64
		err := rows.Scan(&first)
		firsts = append(firsts, first)
		return err
	})
	if err != nil || len(firsts) == 0 {
		return nil, err
	}
	among := `.first IN (` + marks(len(firsts)) + `)`
	f := newFold(asOf)
	err = f.read(ctx, r, `v`+among, `s`+among, `g`+among, firsts)
	return f.order, err
}

// marks is a list of n parameters.
func marks(n int) string {
	b := make([]byte, 0, 2*n)
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '?')
	}
	return string(b)
}

// Each calls fn on every object as known at the log size asOf, in order of the
// entry that registered it, until fn gives an error. Erased ones are not among them.
func (v View) Each(ctx context.Context, r store.Reader, asOf int64, filter Filter, fn func(*Object) error) error {
	for after := truce.NoEntry; ; {
		page, err := v.Page(ctx, r, asOf, filter, after, pageSize)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, o := range page {
			if err := fn(o); err != nil {
				return err
			}
		}
		after = page[len(page)-1].First
	}
}

// Versions lists the versions of subject with their bodies, as known at the log
// size asOf, in order: those after the entry number after, at most limit.
func (View) Versions(ctx context.Context, r store.Reader, subject string, asOf, after int64, limit int) ([]Version, error) {
	var out []Version
	err := store.Each(ctx, r, `SELECT `+versionColumns+` FROM protected_version v
		WHERE v.subject = ? AND v.entry < ? AND v.entry > ? ORDER BY v.entry LIMIT ?`,
		[]any{subject, asOf, after, limit}, func(rows store.Rows) error {
			_, v, err := scanVersion(rows)
			if err == nil {
				out = append(out, *v)
			}
			return err
		})
	return out, err
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
	err := store.Each(ctx, r, `SELECT subject FROM protected_version WHERE entry >= ? AND entry < ?
		UNION SELECT subject FROM protected_said WHERE entry >= ? AND entry < ?
		UNION SELECT subject FROM protected_tombstone WHERE entry >= ? AND entry < ? ORDER BY subject`,
		[]any{from, asOf, from, asOf, from, asOf}, func(rows store.Rows) error {
			var s string
			err := rows.Scan(&s)
			out = append(out, s)
			return err
		})
	return out, err
}

// History is an object with its versions in order, those before its content too.
type History struct {
	Object   *Object
	Versions []Version
}

// historiesAtOnce bounds how many objects one question asks for.
const historiesAtOnce = 128

// Histories gives what Object and Versions give, of several subjects together and as
// known at the log size asOf, by subject. Of what there is nothing, nothing is given.
func (v View) Histories(ctx context.Context, r store.Reader, subjects []string, asOf int64) (map[string]*History, error) {
	out := make(map[string]*History, len(subjects))
	for some := range slices.Chunk(subjects, historiesAtOnce) {
		if err := v.histories(ctx, r, some, asOf, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (v View) histories(ctx context.Context, r store.Reader, subjects []string, asOf int64, out map[string]*History) error {
	args := make([]any, 0, historiesAtOnce+1)
	for i := range historiesAtOnce { // one question to prepare, however many subjects there are
		args = append(args, subjects[min(i, len(subjects)-1)])
	}
	args = append(args, asOf)
	among := `.subject IN (` + marks(historiesAtOnce) + `) AND `
	h := &histories{fold: newFold(asOf), out: out}
	err := store.Each(ctx, r, `SELECT `+versionColumns+` FROM protected_version v WHERE v`+among+`v.entry < ? ORDER BY v.subject, v.entry`, args, h.version)
	if err != nil {
		return err
	}
	if err := store.Each(ctx, r, `SELECT `+saidColumns+` FROM protected_said s WHERE s`+among+`s.entry < ? ORDER BY s.entry`, args, h.said); err != nil {
		return err
	}
	if err := store.Each(ctx, r, `SELECT `+grantColumns+` FROM protected_grant g WHERE g`+among+`g.entry < ? ORDER BY g.entry, g.recipient`, args, h.grant); err != nil {
		return err
	}
	for subject, o := range h.objects {
		out[subject].Object = o
	}
	return v.tombstones(ctx, r, subjects, out)
}

// tombstones puts what stays of erased subjects into out.
func (v View) tombstones(ctx context.Context, r store.Reader, subjects []string, out map[string]*History) error {
	for _, s := range subjects {
		if out[s] != nil {
			continue
		}
		t, err := readTombstone(ctx, r, s)
		if err != nil {
			return err
		}
		if t != nil {
			out[s] = &History{Object: &Object{Subject: s, Status: t.Status, Erased: t}}
		}
	}
	return nil
}

// readTombstone gives the tombstone of an erased subject, or nil.
func readTombstone(ctx context.Context, r store.Reader, subject string) (*Tombstone, error) {
	var t Tombstone
	var at int64
	var audience, status string
	found, err := store.One(ctx, r, `SELECT entry, id, author, at, reason, audience, status FROM protected_tombstone
		WHERE subject = ? ORDER BY entry LIMIT 1`, []any{subject}, &t.Entry, &t.ID, &t.Author, &at, &t.Reason, &audience, &status)
	if err != nil || !found {
		return nil, err
	}
	t.At, t.Status = timeOf(at), truce.Status(status)
	t.Audience, err = audienceOf(audience)
	return &t, err
}
