package agreement

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/internal/store/sqlite"
	"truce/internal/view"
	"truce/proof"
)

const (
	a1 = "agreement-1"
	w1 = "window-1"
)

var start = time.Date(2016, 2, 20, 6, 0, 0, 0, time.UTC)

// log is a database with the view run on it, and the entries it was run on.
type log struct {
	t       testing.TB
	db      store.DB
	run     *view.Runner
	v       View
	entries []*ledger.Entry
	status  truce.Status // of what is said
}

func newLog(t testing.TB) *log {
	t.Helper()
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "log.db"), sqlite.Options{CacheMB: 2, Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	l := &log{t: t, db: db, run: view.New(View{}), status: truce.Actual}
	l.must(db.Update(context.Background(), func(tx store.Tx) error { return l.run.EnsureSchema(context.Background(), tx) }))
	return l
}

func (l *log) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// idOf is the statement id that the fixture gives to entry n.
func idOf(n int64) string {
	sum := sha256.Sum256([]byte(fmt.Sprint("entry", n)))
	return hex.EncodeToString(sum[:])
}

// say applies the next entry, received a minute after the one before, and gives its
// number. A body that is a number says something of the version in that entry.
func (l *log) say(kind truce.Kind, author, subject string, body any, audience ...string) int64 {
	l.t.Helper()
	n := int64(len(l.entries))
	raw, ok := body.(string)
	if !ok {
		raw = fmt.Sprintf(`{"version":%q}`, idOf(int64(body.(int))))
	}
	e := &ledger.Entry{Number: n, Time: start.Add(time.Duration(n) * time.Minute), ID: idOf(n), Envelope: &proof.Envelope{},
		Statement: &truce.Statement{Kind: kind, Author: author, Subject: subject, Status: l.status, Audience: audience, Lang: "en", Body: json.RawMessage(raw)}}
	l.apply(e)
	return n
}

func (l *log) apply(e *ledger.Entry) {
	l.t.Helper()
	l.entries = append(l.entries, e)
	l.must(l.db.Update(context.Background(), func(tx store.Tx) error {
		erase, err := l.run.Apply(context.Background(), tx, e)
		for _, n := range erase { // as the ledger does
			old := *l.entries[n]
			old.Envelope, old.Statement = nil, nil
			l.entries[n] = &old
		}
		return err
	}))
}

func (l *log) view(fn func(context.Context, store.Reader) error) {
	l.t.Helper()
	l.must(l.db.View(context.Background(), func(r store.Reader) error { return fn(context.Background(), r) }))
}

func (l *log) record(subject string, asOf int64) (rec *Record, err error) {
	l.t.Helper()
	l.view(func(ctx context.Context, r store.Reader) error {
		rec, err = l.v.Record(ctx, r, subject, asOf)
		return nil
	})
	return rec, err
}

func (l *log) head(subject string) (h *truce.AgreementHead) {
	l.t.Helper()
	l.view(func(ctx context.Context, r store.Reader) (err error) {
		h, err = l.v.AgreementHead(ctx, r, subject)
		return err
	})
	return h
}

func (l *log) digest() (text string) {
	l.t.Helper()
	l.view(func(ctx context.Context, r store.Reader) error {
		d, err := l.run.Digest(ctx, r)
		text = fmt.Sprintf("%x", d)
		return err
	})
	return text
}

// replayed fails the test unless a rebuild gives the same bytes.
func (l *log) replayed() {
	l.t.Helper()
	before := l.digest()
	l.must(l.run.Rebuild(context.Background(), l.db, int64(len(l.entries)), func(_ context.Context, _ store.Reader, from, to int64, fn func(*ledger.Entry) error) error {
		for _, e := range l.entries[from:to] {
			if err := fn(e); err != nil {
				return err
			}
		}
		return nil
	}))
	if after := l.digest(); after != before {
		l.t.Fatalf("a replay gives other bytes:\n%s\n%s", before, after)
	}
}
