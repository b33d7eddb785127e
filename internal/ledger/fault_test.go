package ledger

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"truce"
	"truce/internal/store"
)

// faulty is a database whose Update fails where it is told to. It can still
// copy and clean itself.
type faulty struct {
	store.DB
	at atomic.Pointer[string]
}

const (
	atBegin       = "begin"
	atCommit      = "commit"       // fails, nothing is written
	atAfterCommit = "after commit" // is written, and answered with an error
)

func (f *faulty) fail(at string) { f.at.Store(&at) }

func (f *faulty) fails(step string) error {
	at := f.at.Load()
	if at == nil || *at == "" || !strings.Contains(step, *at) {
		return nil
	}
	return truce.E(truce.CodeUnavailable, "injected fault at %q", *at)
}

func (f *faulty) Update(ctx context.Context, fn func(store.Tx) error) error {
	if err := f.fails(atBegin); err != nil {
		return err
	}
	err := f.DB.Update(ctx, func(tx store.Tx) error {
		if err := fn(&faultyTx{tx, f}); err != nil {
			return err
		}
		return f.fails("|" + atCommit + "|")
	})
	if err != nil {
		return err
	}
	return f.fails("|" + atAfterCommit + "|")
}

type faultyTx struct {
	store.Tx
	f *faulty
}

func (t *faultyTx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := t.f.fails(query); err != nil {
		return 0, err
	}
	return t.Tx.Exec(ctx, query, args...)
}

func (t *faultyTx) Query(ctx context.Context, query string, args ...any) (store.Rows, error) {
	if err := t.f.fails(query); err != nil {
		return nil, err
	}
	return t.Tx.Query(ctx, query, args...)
}

// dumbSigner can be told to fail.
type dumbSigner struct {
	note.Signer
	broken atomic.Bool
}

func (s *dumbSigner) Sign(msg []byte) ([]byte, error) {
	if s.broken.Load() {
		return nil, errors.New("the key is not to be had")
	}
	return s.Signer.Sign(msg)
}

// faultAt is the number at which the faults happen: with it a tile gets full.
const faultAt = 2*tileWidth - 1

// TestFaults injects one fault at each step of the write path. Whatever fails,
// nothing unacknowledged is shown, what was acknowledged stays, the next append
// works, and everything verifies.
func TestFaults(t *testing.T) {
	for name, c := range map[string]struct {
		at        string // where the database fails
		sign      bool   // the signer fails instead
		head      bool   // the head file cannot be written
		code      truce.Code
		committed bool // it is in the log although it was not acknowledged
	}{
		"begin":          {at: atBegin, code: truce.CodeUnavailable},
		"entry row":      {at: "INSERT INTO entry", code: truce.CodeUnavailable},
		"view":           {at: "INSERT INTO word", code: truce.CodeUnavailable},
		"erasure":        {at: "UPDATE entry SET salt", code: truce.CodeUnavailable},
		"tiles":          {at: "INSERT INTO tile", code: truce.CodeUnavailable},
		"checkpoint row": {at: "UPDATE checkpoint", code: truce.CodeUnavailable},
		"commit":         {at: "|" + atCommit + "|", code: truce.CodeUnavailable},
		"unsure commit":  {at: "|" + atAfterCommit + "|", code: truce.CodeUnavailable, committed: true},
		"signing":        {sign: true, code: truce.CodeInternal},
		"head file":      {head: true, code: truce.CodeUnavailable, committed: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, s := &faulty{}, &dumbSigner{}
			k := newFaultyKit(t, f, s)
			k.fill(0, faultAt)
			before := k.l.Head()
			f.fail(c.at)
			s.broken.Store(c.sign)
			if c.head {
				k.blockHead()
			}
			victim := k.statement(truce.EraseContent, "site-5", "erase", 1)
			other := k.statement(truce.SiteRegister, "other", "w", 2)
			for _, r := range k.l.Append(t.Context(), []Candidate{victim, other}) {
				wantCode(t, "with the fault", r.Err, c.code)
			}
			if k.l.Head() != before {
				t.Error("the head grew although nothing was acknowledged")
			}
			_, err := k.l.Entry(t.Context(), faultAt)
			wantCode(t, "the entry", err, truce.CodeNotFound)
			if e, err := k.l.Entry(t.Context(), faultAt-1); err != nil || e.Erased() {
				t.Errorf("reading with the fault: %v", err)
			}
			f.fail("")
			s.broken.Store(false)
			k.freeHead()
			k.afterwards(victim, c.committed)
		})
	}
}

// TestFaultAtLookup: while the database cannot say whether a statement is known,
// none is answered as refused or as new, one by one or in a batch.
func TestFaultAtLookup(t *testing.T) {
	f := &faulty{}
	k := newFaultyKit(t, f, &dumbSigner{})
	k.fill(0, idsAtOnce)
	known := k.statement(truce.SiteRegister, "site-0", "word-0", 0)
	refused := k.statement(truce.SiteRegister, "refused", "w", 1000)
	refused.Admit = func(context.Context, store.Reader, int64, time.Time) error {
		return truce.E(truce.CodeRefused, "not admitted")
	}
	var batch []Candidate
	for i := range idsAtOnce {
		batch = append(batch, k.statement(truce.SiteRegister, "batch", "w", 2000+i))
	}
	for _, all := range [][]Candidate{{known}, {refused}, batch} {
		f.fail("FROM entry WHERE id")
		for _, r := range k.l.Append(t.Context(), all) {
			wantCode(t, "while ids cannot be looked up", r.Err, truce.CodeUnavailable)
		}
		f.fail("")
	}
	if r := k.l.Append(t.Context(), []Candidate{known})[0]; r.Err != nil || !r.Known || r.Number != 0 {
		t.Errorf("the known one afterwards: %+v", r)
	}
	wantCode(t, "the refused one afterwards", k.l.Append(t.Context(), []Candidate{refused})[0].Err, truce.CodeRefused)
	for i, r := range k.l.Append(t.Context(), batch) {
		if r.Err != nil || r.Known || r.Number != int64(idsAtOnce+i) {
			t.Errorf("number %d of the batch afterwards: %+v", i, r)
		}
	}
}

// blockHead puts a folder in the place of the head file, freeHead puts the file back.
func (k *kit) blockHead() {
	k.t.Helper()
	must(k.t, os.Rename(k.cfg.HeadPath, k.cfg.HeadPath+".away"))
	must(k.t, os.Mkdir(k.cfg.HeadPath, 0o700))
}

func (k *kit) freeHead() {
	k.t.Helper()
	if _, err := os.Stat(k.cfg.HeadPath + ".away"); err == nil {
		must(k.t, os.Remove(k.cfg.HeadPath))
		must(k.t, os.Rename(k.cfg.HeadPath+".away", k.cfg.HeadPath))
	}
}

func newFaultyKit(t *testing.T, f *faulty, s *dumbSigner) *kit {
	k := newKit(t)
	must(t, k.l.Close())
	f.DB, s.Signer = k.cfg.DB, k.cfg.Signer
	k.cfg.DB, k.cfg.Signer = f, s
	var err error
	k.l, err = Open(t.Context(), k.cfg)
	must(t, err)
	return k
}

// afterwards goes on without the fault, then opens it anew and verifies.
func (k *kit) afterwards(victim Candidate, committed bool) {
	k.t.Helper()
	next := k.put(1000)
	want := int64(faultAt)
	if committed {
		want = faultAt + 2
	}
	if next.Number != want {
		k.t.Errorf("the next number is %d, want %d", next.Number, want)
	}
	again := k.l.Append(k.t.Context(), []Candidate{victim})[0]
	if again.Err != nil || again.Known != committed {
		k.t.Errorf("submitted again: %+v, want known: %v", again, committed)
	}
	if e, err := k.l.Entry(k.t.Context(), 5); err != nil || !e.Erased() {
		k.t.Errorf("what the victim erases is still there: %v", err)
	}
	if rows := k.count("SELECT COUNT(*) FROM word"); rows != k.l.Head().Size {
		k.t.Errorf("the view has %d rows at %d entries", rows, k.l.Head().Size)
	}
	k.stop()
	must(k.t, k.start())
	report, err := k.l.Verify(k.t.Context(), nil)
	must(k.t, err)
	if report.Size != k.l.Head().Size || report.HeadFile != report.Size {
		k.t.Errorf("the report is %+v", report)
	}
}

// TestHeadFileRecovers: the writer tries again by itself, and shows what it held back.
func TestHeadFileRecovers(t *testing.T) {
	t.Parallel() // it waits
	k := newKit(t)
	k.put(1)
	k.blockHead()
	c := k.statement(truce.SiteRegister, "s", "w", 2)
	wantCode(t, "blocked", k.l.Append(t.Context(), []Candidate{c})[0].Err, truce.CodeUnavailable)
	changed := k.l.Changed()
	k.freeHead()
	<-changed
	if k.l.Head().Size != 2 {
		t.Errorf("the head shows %d entries", k.l.Head().Size)
	}
}

// TestHeadFailsUnderLoad: groups are decided while the head of the one before is
// being written. Where that fails, nobody is told of more than the head shows.
func TestHeadFailsUnderLoad(t *testing.T) {
	k := newKit(t)
	k.put(0)
	var wg sync.WaitGroup
	var confirmed, refused atomic.Int64
	for g := range 6 {
		all := make([]Candidate, 30)
		for i := range all {
			all[i] = k.statement(truce.SiteRegister, "s", "w", 1+30*g+i)
		}
		wg.Go(func() {
			for i := 0; i < len(all); i++ {
				r := k.l.Append(t.Context(), all[i:i+1])[0]
				switch {
				case r.Err == nil && r.Number >= k.l.Head().Size:
					t.Errorf("number %d was confirmed under a head of %d entries", r.Number, k.l.Head().Size)
				case r.Err == nil:
					confirmed.Add(1)
				default:
					wantCode(t, "without the head", r.Err, truce.CodeUnavailable)
					refused.Add(1)
					time.Sleep(time.Millisecond)
					i-- // again
				}
			}
		})
	}
	for confirmed.Load() < 20 {
		time.Sleep(time.Millisecond)
	}
	k.blockHead()
	for refused.Load() < 6 {
		time.Sleep(time.Millisecond)
	}
	k.freeHead()
	wg.Wait()
	if k.l.Head().Size != 181 {
		t.Errorf("the log has %d entries, want 181", k.l.Head().Size)
	}
	k.stop()
	must(t, k.start())
	_, err := k.l.Verify(t.Context(), nil)
	must(t, err)
}

// TestWriteHeadFile: whatever stands in its place, afterwards it holds the note.
func TestWriteHeadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "head")
	longest := bytes.Repeat([]byte("n"), sector)
	for what, c := range map[string]struct{ before, note []byte }{
		"nothing":        {nil, []byte("note\n")},
		"empty":          {[]byte{}, []byte("note\n")},
		"as long":        {[]byte("nota\n"), []byte("note\n")},
		"shorter":        {[]byte("no\n"), []byte("note\n")},
		"longer":         {[]byte("a longer one\n"), []byte("note\n")},
		"one sector":     {[]byte("no\n"), longest},
		"over a sector":  {longest, append(longest, '\n')},
		"back to normal": {append(longest, '\n'), []byte("note\n")},
	} {
		os.Remove(path)
		if c.before != nil {
			must(t, os.WriteFile(path, c.before, 0o644))
		}
		must(t, writeHeadFile(path, c.note))
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, c.note) {
			t.Errorf("%s: the file holds %q, %v", what, got, err)
		}
	}
	wantCode(t, "no such folder", writeHeadFile(filepath.Join(path, "x"), longest), truce.CodeUnavailable)
}

func TestOlderDatabaseWhileRunning(t *testing.T) {
	f, s := &faulty{}, &dumbSigner{}
	k := newFaultyKit(t, f, s)
	k.fill(0, 10)
	must(t, k.db.Update(t.Context(), func(tx store.Tx) error {
		for _, q := range []string{"DELETE FROM entry WHERE number > 4", "DELETE FROM checkpoint WHERE size > 0"} {
			if _, err := tx.Exec(t.Context(), q); err != nil {
				return err
			}
		}
		return nil
	}))
	r := k.l.Append(t.Context(), []Candidate{k.statement(truce.SiteRegister, "s", "w", 99)})[0]
	wantCode(t, "over a database that was cut", r.Err, truce.CodeUnavailable)
	r = k.l.Append(t.Context(), []Candidate{k.statement(truce.SiteRegister, "s", "w", 99)})[0]
	wantCode(t, "and from then on", r.Err, truce.CodeTampered)
}

// TestTwoProcesses: a second writer on the same database does not fork the log.
func TestTwoProcesses(t *testing.T) {
	k := newKit(t)
	k.fill(0, 5)
	db, err := openSQLite(k.path())
	must(t, err)
	defer db.Close()
	cfg := k.cfg
	cfg.DB = db
	other, err := Open(t.Context(), cfg)
	must(t, err)
	defer other.Close()
	k.put(5)
	c := []Candidate{k.statement(truce.SiteRegister, "s", "w", 6)}
	wantCode(t, "behind the other", other.Append(t.Context(), c)[0].Err, truce.CodeUnavailable)
	if r := other.Append(t.Context(), c)[0]; r.Err != nil || r.Number != 6 {
		t.Errorf("after reading again: %+v", r)
	}
	_, err = other.Verify(t.Context(), nil)
	must(t, err)
}

func TestClock(t *testing.T) {
	t.Parallel() // it waits
	var offset atomic.Int64
	k := newKit(t, func(c *Config) {
		c.Now = func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
	})
	first := k.put(1)
	offset.Store(int64(-200 * time.Millisecond)) // a small step back is waited for
	if r := k.put(2); r.Time.Before(first.Time) {
		t.Errorf("the time went back from %v to %v", first.Time, r.Time)
	}
	offset.Store(int64(-time.Hour))
	r := k.l.Append(t.Context(), []Candidate{k.statement(truce.SiteRegister, "s", "w", 3)})[0]
	wantCode(t, "an hour back", r.Err, truce.CodeUnavailable)
	if r.Err == nil || !strings.Contains(r.Err.Error(), "clock went backwards") {
		t.Errorf("an hour back: %v", r.Err)
	}
	k.stop()
	must(t, k.start())
	r = k.l.Append(t.Context(), []Candidate{k.statement(truce.SiteRegister, "s", "w", 3)})[0]
	wantCode(t, "after a restart", r.Err, truce.CodeUnavailable)
	offset.Store(0)
	if r := k.put(4); r.Time.Nanosecond()%int(time.Millisecond) != 0 || r.Time.Location() != time.UTC {
		t.Errorf("the time %v is not in whole milliseconds of UTC", r.Time)
	}
}

func TestNoRandomness(t *testing.T) {
	k := newKit(t, func(c *Config) { c.Rand = strings.NewReader("") })
	r := k.l.Append(t.Context(), []Candidate{k.statement(truce.SiteRegister, "s", "w", 3)})[0]
	wantCode(t, "without randomness", r.Err, truce.CodeUnavailable)
}
