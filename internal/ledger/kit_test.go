package ledger

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"truce"
	"truce/internal/store"
	"truce/internal/store/sqlite"
	"truce/proof"
)

const origin = "register.example/test"

// kit is one register in a folder of its own.
type kit struct {
	t      testing.TB
	dir    string
	db     *sqlite.DB
	cfg    Config
	l      *Ledger
	author proof.Signer
}

var authorKey = ed25519.NewKeyFromSeed(make([]byte, 32))

// newKit makes an empty register; change may alter the configuration.
func newKit(t testing.TB, change ...func(*Config)) *kit {
	t.Helper()
	skey, vkey, err := proof.NewLogKey(origin)
	must(t, err)
	signer, err := note.NewSigner(skey)
	must(t, err)
	k := &kit{t: t, dir: t.TempDir(), author: proof.NewSigner(authorKey)}
	k.cfg = Config{Origin: origin, Signer: signer, Verifier: vkey, HeadPath: filepath.Join(k.dir, "head"), Follower: &words{}}
	for _, c := range change {
		c(&k.cfg)
	}
	k.openDB()
	must(t, k.db.Update(t.Context(), (&words{}).schema))
	k.l, err = Create(t.Context(), k.cfg)
	must(t, err)
	t.Cleanup(func() { k.l.Close(); k.db.Close() })
	return k
}

func (k *kit) path() string { return filepath.Join(k.dir, "register.db") }

func (k *kit) openDB() {
	k.t.Helper()
	db, err := openSQLite(k.path())
	must(k.t, err)
	k.db, k.cfg.DB = db, db
}

// stop closes the register and its database.
func (k *kit) stop() {
	k.t.Helper()
	must(k.t, k.l.Close())
	must(k.t, k.db.Close())
}

// start opens it again and gives Open's error.
func (k *kit) start() error {
	k.t.Helper()
	k.openDB()
	l, err := Open(context.Background(), k.cfg)
	if err == nil {
		k.l = l
	}
	return err
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t testing.TB, what string, err error, code truce.Code) {
	t.Helper()
	if truce.CodeOf(err) != code {
		t.Errorf("%s: %v, want the code %s", what, err, code)
	}
}

func admit(context.Context, store.Reader, int64, time.Time) error { return nil }

// statement is the n-th statement of a test; what is different makes another one.
func (k *kit) statement(kind truce.Kind, subject, word string, n int) Candidate {
	k.t.Helper()
	return makeCandidate(k.t, k.author, kind, subject, word, n)
}

// makeCandidate is for tests, and, with a nil t, for the process that is killed.
func makeCandidate(t testing.TB, author proof.Signer, kind truce.Kind, subject, word string, n int) Candidate {
	body := fmt.Sprintf(`{"word":%q}`, word)
	payload := fmt.Sprintf(`{"kind":%q,"register":%q,"author":"msf","subject":%q,"madeAt":"2016-08-11T07:00:00Z","status":"exercise","nonce":"nonce-%016d","body":%s}`,
		kind, origin, subject, n, body)
	env, err := proof.Sign(truce.PayloadType, []byte(payload), author)
	if err != nil {
		t.Fatal(err)
	}
	s := &truce.Statement{Kind: kind, Register: origin, Author: "msf", Subject: subject, Body: []byte(body)}
	return Candidate{Envelope: env, Statement: s, ID: env.ID(), Admit: admit}
}

// put appends one plain statement and wants it in.
func (k *kit) put(n int) Result {
	k.t.Helper()
	r := k.l.Append(context.Background(), []Candidate{k.statement(truce.SiteRegister, fmt.Sprintf("site-%d", n), fmt.Sprintf("word-%d", n), n)})[0]
	must(k.t, r.Err)
	return r
}

// fill appends n plain statements at once, numbered from from.
func (k *kit) fill(from, n int) {
	k.t.Helper()
	all := make([]Candidate, n)
	for i := range all {
		all[i] = k.statement(truce.SiteRegister, fmt.Sprintf("site-%d", from+i), fmt.Sprintf("word-%d", from+i), from+i)
	}
	for _, r := range k.l.Append(context.Background(), all) {
		must(k.t, r.Err)
	}
}

// words is a small view: the word of each subject and how many entries it saw.
// A statement of the kind erase.content erases all earlier ones of its subject.
type words struct {
	mu   sync.Mutex
	fail func(e *Entry) error // may return an error or panic
}

func (w *words) schema(tx store.Tx) error {
	for _, s := range []string{"CREATE TABLE IF NOT EXISTS word (number BIGINT PRIMARY KEY, subject TEXT, body BLOB)",
		"CREATE INDEX IF NOT EXISTS word_subject ON word (subject)"} {
		if _, err := tx.Exec(context.Background(), s); err != nil {
			return err
		}
	}
	return nil
}

func (w *words) Apply(ctx context.Context, tx store.Tx, e *Entry) ([]int64, error) {
	if e.Erased() {
		_, err := tx.Exec(ctx, "INSERT INTO word VALUES (?, NULL, NULL)", e.Number)
		return nil, err
	}
	var erase []int64
	if e.Statement.Kind == truce.EraseContent {
		var err error
		if erase, err = w.erase(ctx, tx, e.Statement.Subject); err != nil {
			return nil, err
		}
	}
	if _, err := tx.Exec(ctx, "INSERT INTO word VALUES (?, ?, ?)", e.Number, e.Statement.Subject, []byte(e.Statement.Body)); err != nil {
		return nil, err
	}
	w.mu.Lock()
	fail := w.fail
	w.mu.Unlock()
	if fail != nil {
		return erase, fail(e)
	}
	return erase, nil
}

func (w *words) erase(ctx context.Context, tx store.Tx, subject string) (numbers []int64, err error) {
	rows, err := tx.Query(ctx, "SELECT number FROM word WHERE subject = ? AND body <> ?", subject, []byte(`{"word":"erase"}`))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		numbers = append(numbers, n)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	_, err = tx.Exec(ctx, "UPDATE word SET subject = NULL, body = NULL WHERE subject = ? AND body <> ?", subject, []byte(`{"word":"erase"}`))
	return numbers, err
}

// eraser is a follower that erases one number each time.
type eraser int64

func (n eraser) Apply(context.Context, store.Tx, *Entry) ([]int64, error) {
	return []int64{int64(n)}, nil
}

func openSQLite(path string) (*sqlite.DB, error) {
	return sqlite.Open(path, sqlite.Options{CacheMB: 8})
}

// grepNames gives the first file in dir whose name begins with prefix, or "".
func grepNames(t testing.TB, dir, prefix string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, prefix+"*"))
	must(t, err)
	if len(names) == 0 {
		return ""
	}
	return names[0]
}
