package protected

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
	cell = "cell"      // the registrar
	msf  = "aid-group" // an owner
	opx  = "party-x"   // recipients
	opy  = "party-y"
)

var start = time.Date(2016, 8, 11, 6, 0, 0, 0, time.UTC)

// log is a database with the view run on it, and the entries it was run on.
type log struct {
	t       testing.TB
	db      store.DB
	run     *view.Runner
	v       View
	tx      store.Tx // when set, everything happens in it
	entries []*ledger.Entry
}

func newLog(t testing.TB) *log {
	t.Helper()
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "log.db"), sqlite.Options{CacheMB: 2, Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	l := &log{t: t, db: db, run: view.New(View{})}
	l.update(func(tx store.Tx) error { return l.run.EnsureSchema(context.Background(), tx) })
	return l
}

func (l *log) update(fn func(store.Tx) error) {
	l.t.Helper()
	if err := l.inTx(fn); err != nil {
		l.t.Fatal(err)
	}
}

func (l *log) view(fn func(store.Reader) error) {
	l.t.Helper()
	err := error(nil)
	if l.tx != nil {
		err = fn(l.tx)
	} else {
		err = l.db.View(context.Background(), fn)
	}
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *log) inTx(fn func(store.Tx) error) error {
	if l.tx != nil {
		return fn(l.tx)
	}
	return l.db.Update(context.Background(), fn)
}

// idOf is the statement id that the fixture gives to entry n.
func idOf(n int64) string {
	sum := sha256.Sum256([]byte(fmt.Sprint("entry", n)))
	return hex.EncodeToString(sum[:])
}

// entry makes the next entry, received a minute after the one before.
func (l *log) entry(kind truce.Kind, author, subject, body string, audience ...string) *ledger.Entry {
	n := int64(len(l.entries))
	return &ledger.Entry{Number: n, Time: start.Add(time.Duration(n) * time.Minute), ID: idOf(n), Envelope: &proof.Envelope{},
		Statement: &truce.Statement{Kind: kind, Author: author, Subject: subject, Status: truce.Actual,
			Audience: audience, Lang: "en", Body: json.RawMessage(body)}}
}

// say applies the next entry and gives its number.
func (l *log) say(kind truce.Kind, author, subject, body string, audience ...string) int64 {
	l.t.Helper()
	return l.apply(l.entry(kind, author, subject, body, audience...))
}

func (l *log) apply(e *ledger.Entry) int64 {
	l.t.Helper()
	l.entries = append(l.entries, e)
	l.update(func(tx store.Tx) error {
		erase, err := l.run.Apply(context.Background(), tx, e)
		for _, n := range erase { // as the ledger does
			old := *l.entries[n]
			old.Envelope, old.Statement = nil, nil
			l.entries[n] = &old
		}
		return err
	})
	return e.Number
}

func (l *log) object(subject string, asOf int64) *Object {
	l.t.Helper()
	o, err := l.tryObject(subject, asOf)
	if err != nil {
		l.t.Fatal(err)
	}
	return o
}

func (l *log) tryObject(subject string, asOf int64) (o *Object, err error) {
	l.view(func(r store.Reader) error {
		o, err = l.v.Object(context.Background(), r, subject, asOf)
		return nil
	})
	return o, err
}

func (l *log) head(subject string) (h *truce.ObjectHead) {
	l.t.Helper()
	l.view(func(r store.Reader) (err error) {
		h, err = l.v.Head(context.Background(), r, subject)
		return err
	})
	return h
}

// site is the body of a site at a longitude, for the fixture.
func site(lon string) string {
	return `{"function":"hospital","names":[{"text":"M10"}],"geometry":{"type":"Point","coordinates":[` + lon + `,36.2]}}`
}

func step(version int64, name, result string) string {
	return fmt.Sprintf(`{"version":%q,"step":%q,"result":%q}`, idOf(version), name, result)
}
