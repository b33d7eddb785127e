package view_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/internal/store/sqlite"
	"truce/internal/view"
)

// tally is a small view of every column type: how often each subject was spoken
// of, by the last kind. An erase drops the row of its subject.
type tally struct {
	name    string
	version int
	extra   string
}

func (v tally) Name() string { return v.name }
func (v tally) Version() int { return v.version }
func (v tally) Schema() []string {
	return []string{
		`CREATE TABLE ` + v.name + `_row (subject TEXT NOT NULL, times BIGINT NOT NULL, share DOUBLE PRECISION,
			kind TEXT, raw BLOB, ` + v.extra + ` CHECK (times > 0), PRIMARY KEY (subject))`,
		`CREATE INDEX ` + v.name + `_kind ON ` + v.name + `_row (kind, times)`,
	}
}
func (v tally) Tables() []view.Table { return []view.Table{{Name: v.name + "_row", Order: "subject"}} }

func (v tally) Apply(ctx context.Context, tx store.Tx, e *ledger.Entry) ([]int64, error) {
	if e.Statement == nil {
		return nil, nil
	}
	s := e.Statement
	if s.Kind == truce.EraseContent {
		_, err := tx.Exec(ctx, `DELETE FROM `+v.name+`_row WHERE subject = ?`, s.Subject)
		return []int64{e.Number - 1}, err
	}
	_, err := tx.Exec(ctx, `INSERT INTO `+v.name+`_row (subject, times, share, kind, raw) VALUES (?, 1, 0.5, ?, ?)
		ON CONFLICT (subject) DO UPDATE SET times = times + 1, kind = excluded.kind`, s.Subject, string(s.Kind), []byte(s.Body))
	return nil, err
}

func open(t testing.TB) store.DB {
	t.Helper()
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "views.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func update(t testing.TB, db store.DB, fn func(store.Tx) error) {
	t.Helper()
	if err := db.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func ensure(t testing.TB, db store.DB, r *view.Runner) {
	t.Helper()
	update(t, db, func(tx store.Tx) error { return r.EnsureSchema(t.Context(), tx) })
}

func digest(t testing.TB, db store.DB, r *view.Runner) (out map[string][32]byte) {
	t.Helper()
	err := db.View(t.Context(), func(q store.Reader) (err error) {
		out, err = r.Digest(t.Context(), q)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func entry(n int64, kind truce.Kind, subject string) *ledger.Entry {
	return &ledger.Entry{Number: n, Statement: &truce.Statement{Kind: kind, Subject: subject, Body: json.RawMessage(`{}`)}}
}

func replayOf(entries []*ledger.Entry) view.Replayer {
	return func(_ context.Context, _ store.Reader, from, to int64, fn func(*ledger.Entry) error) error {
		for _, e := range entries[from:to] {
			if err := fn(e); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestReplayGivesTheSameDigest(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		db, r := open(t), view.New(tally{name: "one", version: 1}, tally{name: "two", version: 1})
		ensure(t, db, r)
		var entries []*ledger.Entry
		n := rapid.IntRange(0, 30).Draw(rt, "entries")
		for i := range n {
			kind := rapid.SampledFrom([]truce.Kind{truce.SiteRegister, truce.SiteAmend, truce.EraseContent}).Draw(rt, "kind")
			entries = append(entries, entry(int64(i), kind, rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "subject")))
		}
		update(t, db, func(tx store.Tx) error {
			for _, e := range entries {
				if _, err := r.Apply(t.Context(), tx, e); err != nil {
					return err
				}
			}
			return nil
		})
		live := digest(t, db, r)
		if err := r.Rebuild(t.Context(), db, int64(n), replayOf(entries)); err != nil {
			rt.Fatal(err)
		}
		if again := digest(t, db, r); fmt.Sprint(live) != fmt.Sprint(again) {
			rt.Fatalf("live %x, replayed %x", live, again)
		}
	})
}

func TestApplyCollectsErasures(t *testing.T) {
	db, r := open(t), view.New(tally{name: "one"}, tally{name: "two"})
	ensure(t, db, r)
	update(t, db, func(tx store.Tx) error {
		r.Apply(t.Context(), tx, entry(0, truce.SiteRegister, "a"))
		erase, err := r.Apply(t.Context(), tx, entry(1, truce.EraseContent, "a"))
		if fmt.Sprint(erase) != "[0 0]" {
			t.Errorf("erase = %v, want what both views say", erase)
		}
		return err
	})
}

func TestApplyRefusesAGap(t *testing.T) {
	db, r := open(t), view.New(tally{name: "one"})
	ensure(t, db, r)
	for _, n := range []int64{1, -1} {
		err := db.Update(t.Context(), func(tx store.Tx) error {
			_, err := r.Apply(t.Context(), tx, entry(n, truce.SiteRegister, "a"))
			return err
		})
		if truce.CodeOf(err) != truce.CodeInternal {
			t.Errorf("entry %d first: %v, want internal", n, err)
		}
	}
}

// TestWorkAndMark: entries worked in as a group leave what they leave one by one,
// and a group that does not begin at the entry that comes next is refused.
func TestWorkAndMark(t *testing.T) {
	single, group := open(t), open(t)
	r := view.New(tally{name: "one"})
	ensure(t, single, r)
	ensure(t, group, r)
	entries := []*ledger.Entry{entry(0, truce.SiteRegister, "a"), entry(1, truce.SiteAmend, "a"), entry(2, truce.SiteRegister, "b")}
	update(t, group, func(tx store.Tx) error {
		for _, e := range entries {
			if _, err := r.Work(t.Context(), tx, e); err != nil {
				return err
			}
		}
		return r.Mark(t.Context(), tx, 0, 3)
	})
	for _, e := range entries {
		update(t, single, func(tx store.Tx) error {
			_, err := r.Apply(t.Context(), tx, e)
			return err
		})
	}
	if a, b := digest(t, single, r), digest(t, group, r); fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("one by one %x, as a group %x", a, b)
	}
	for _, from := range []int64{0, 2, 4} {
		err := group.Update(t.Context(), func(tx store.Tx) error { return r.Mark(t.Context(), tx, from, 9) })
		if truce.CodeOf(err) != truce.CodeInternal {
			t.Errorf("a group from entry %d on: %v, want internal", from, err)
		}
	}
}

func TestDigestSeesEveryChange(t *testing.T) {
	changes := []string{
		`UPDATE one_row SET times = 2`, `UPDATE one_row SET share = 0.25`, `UPDATE one_row SET share = NULL`,
		`UPDATE one_row SET kind = NULL`, `UPDATE one_row SET kind = ''`, `UPDATE one_row SET raw = ''`,
		`UPDATE one_row SET raw = NULL`, `UPDATE one_row SET subject = 'b'`, `DELETE FROM one_row`,
		`UPDATE one_row SET kind = 'site.registe', raw = CAST('r{}' AS BLOB)`,
	}
	seen := map[string]string{}
	for _, change := range append([]string{`SELECT 1`}, changes...) {
		db, r := open(t), view.New(tally{name: "one"})
		ensure(t, db, r)
		update(t, db, func(tx store.Tx) error {
			if _, err := r.Apply(t.Context(), tx, entry(0, truce.SiteRegister, "a")); err != nil {
				return err
			}
			if change == `SELECT 1` {
				return nil
			}
			_, err := tx.Exec(t.Context(), change)
			return err
		})
		d := fmt.Sprintf("%x", digest(t, db, r))
		if other, ok := seen[d]; ok {
			t.Errorf("%q and %q have the same digest", change, other)
		}
		seen[d] = change
	}
}

func TestChangedViewsAreRebuilt(t *testing.T) {
	entries := []*ledger.Entry{entry(0, truce.SiteRegister, "a"), entry(1, truce.SiteAmend, "a")}
	db, first := open(t), view.New(tally{name: "one", version: 1}, tally{name: "gone"})
	ensure(t, db, first)
	if err := first.Rebuild(t.Context(), db, 2, replayOf(entries)); err != nil {
		t.Fatal(err)
	}
	for name, next := range map[string]*view.Runner{
		"version": view.New(tally{name: "one", version: 2}, tally{name: "gone"}),
		"schema":  view.New(tally{name: "one", version: 1, extra: "note TEXT,"}),
		"order":   view.New(tally{name: "gone"}, tally{name: "one", version: 1}),
	} {
		t.Run(name, func(t *testing.T) {
			ensure(t, db, next)
			if !outdated(t, db, next, 2) {
				t.Fatal("a changed set of views is not noticed")
			}
			if err := next.Rebuild(t.Context(), db, 2, replayOf(entries)); err != nil {
				t.Fatal(err)
			}
			if outdated(t, db, next, 2) {
				t.Fatal("still outdated after the rebuild")
			}
		})
	}
	if outdated(t, db, first, 2) == false || outdated(t, db, first, 3) == false {
		t.Error("an older set of views, or one that is behind, counts as up to date")
	}
}

func outdated(t testing.TB, db store.DB, r *view.Runner, size int64) (old bool) {
	t.Helper()
	err := db.View(t.Context(), func(q store.Reader) (err error) {
		old, err = r.Outdated(t.Context(), q, size)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return old
}

func TestRebuildFailsWhole(t *testing.T) {
	db, r := open(t), view.New(tally{name: "one"})
	ensure(t, db, r)
	entries := []*ledger.Entry{entry(0, truce.SiteRegister, "a"), entry(2, truce.SiteAmend, "a")}
	if err := r.Rebuild(t.Context(), db, 1, replayOf(entries)); err != nil {
		t.Fatal(err)
	}
	before := digest(t, db, r)
	if err := r.Rebuild(t.Context(), db, 2, replayOf(entries)); err == nil {
		t.Fatal("a log with a gap was replayed")
	}
	if after := digest(t, db, r); fmt.Sprint(before) != fmt.Sprint(after) {
		t.Error("a rebuild that failed changed the views")
	}
}

func TestPositionAndLag(t *testing.T) {
	db, r := open(t), view.New(tally{name: "one"})
	ensure(t, db, r)
	update(t, db, func(tx store.Tx) error {
		_, err := r.Apply(t.Context(), tx, entry(0, truce.SiteRegister, "a"))
		return err
	})
	err := db.View(t.Context(), func(q store.Reader) error {
		next, err := r.Position(t.Context(), q)
		if err != nil || next != 1 {
			t.Errorf("position %d, %v; want 1", next, err)
		}
		lag, err := r.Lag(t.Context(), q, 4)
		if lag != 3 {
			t.Errorf("lag %d, want 3", lag)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNewRefusesTwoOfAName(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("two views of one name were taken")
		}
	}()
	view.New(tally{name: "one"}, tally{name: "one"})
}

// TestRebuildCountsEntries: a replay that leaves an entry out, or ends early,
// leaves the old views in place.
func TestRebuildCountsEntries(t *testing.T) {
	all := []*ledger.Entry{entry(0, truce.SiteRegister, "a"), entry(1, truce.SiteRegister, "b"), entry(2, truce.SiteRegister, "c")}
	for name, given := range map[string][]*ledger.Entry{"gap": {all[0], all[2]}, "early end": all[:2], "twice": {all[0], all[0], all[1]}} {
		t.Run(name, func(t *testing.T) {
			db, r := open(t), view.New(tally{name: "one"})
			ensure(t, db, r)
			before := digest(t, db, r)
			replay := func(_ context.Context, _ store.Reader, _, _ int64, fn func(*ledger.Entry) error) error {
				return replayOf(given)(nil, nil, 0, int64(len(given)), fn)
			}
			if err := r.Rebuild(t.Context(), db, 3, replay); truce.CodeOf(err) != truce.CodeInternal {
				t.Errorf("got %v", err)
			}
			if fmt.Sprint(digest(t, db, r)) != fmt.Sprint(before) {
				t.Error("the views were changed all the same")
			}
		})
	}
}
