package ledger

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"truce"
	"truce/internal/store"
	"truce/proof"
)

func TestAppendAndRead(t *testing.T) {
	k := newKit(t)
	if h := k.l.Head(); h.Size != 0 || h.Origin != origin {
		t.Fatalf("an empty log has the head %+v", h)
	}
	changed := k.l.Changed()
	first := k.put(1)
	select {
	case <-changed:
	default:
		t.Error("the growth was not told")
	}
	second := k.put(2)
	if first.Number != 0 || second.Number != 1 || first.Known {
		t.Errorf("numbers %d and %d", first.Number, second.Number)
	}
	e, err := k.l.Entry(t.Context(), 1)
	must(t, err)
	if e.ID != second.ID || !e.Time.Equal(second.Time) || e.Statement.Subject != "site-2" || e.Envelope.ID() != e.ID {
		t.Errorf("entry 1 came back as %+v", e)
	}
	byID, err := k.l.EntryByID(t.Context(), first.ID)
	must(t, err)
	if byID.Number != 0 {
		t.Errorf("by id: %d", byID.Number)
	}
	_, err = k.l.Entry(t.Context(), 2)
	wantCode(t, "beyond the head", err, truce.CodeNotFound)
	_, err = k.l.Entry(t.Context(), -1)
	wantCode(t, "before the first", err, truce.CodeNotFound)
	_, err = k.l.EntryByID(t.Context(), fmt.Sprintf("%064d", 7))
	wantCode(t, "an unknown id", err, truce.CodeNotFound)
	_, err = k.l.EntryByID(t.Context(), "x")
	wantCode(t, "no id", err, truce.CodeInvalid)
}

func TestKnown(t *testing.T) {
	k := newKit(t)
	c := k.statement(truce.SiteRegister, "site-1", "w", 1)
	twice := k.l.Append(t.Context(), []Candidate{c, c})
	again := k.l.Append(t.Context(), []Candidate{c})[0]
	for i, r := range []Result{twice[0], twice[1], again} {
		if r.Err != nil || r.Number != 0 || r.Known != (i > 0) || !r.Time.Equal(twice[0].Time) {
			t.Errorf("answer %d is %+v", i, r)
		}
	}
	if k.l.Head().Size != 1 {
		t.Errorf("the log has %d entries", k.l.Head().Size)
	}
	c.Admit = func(context.Context, store.Reader, int64, time.Time) error {
		return truce.E(truce.CodeRefused, "the key was revoked since")
	}
	if r := k.l.Append(t.Context(), []Candidate{c})[0]; r.Err != nil || !r.Known {
		t.Errorf("what would be refused today and was taken then is %+v", r)
	}
}

func TestRefusedAlone(t *testing.T) {
	k := newKit(t)
	var all []Candidate
	refusal := truce.E(truce.CodeConflict, "registered already")
	for i := range 5 {
		all = append(all, k.statement(truce.SiteRegister, "s", "w", i))
	}
	all[1].Admit = func(context.Context, store.Reader, int64, time.Time) error { return refusal }
	all[3].Admit = func(context.Context, store.Reader, int64, time.Time) error { panic("in admission") }
	results := k.l.Append(t.Context(), all)
	if !errors.Is(results[1].Err, refusal) {
		t.Errorf("the refusal came back as %v", results[1].Err)
	}
	wantCode(t, "a panic in Admit", results[3].Err, truce.CodeInternal)
	for i, want := range map[int]int64{0: 0, 2: 1, 4: 2} {
		if results[i].Err != nil || results[i].Number != want {
			t.Errorf("candidate %d: %+v, want number %d", i, results[i], want)
		}
	}
}

// TestAdmitSeesTheViews: each Admit reads what the candidate before it wrote.
func TestAdmitSeesTheViews(t *testing.T) {
	k := newKit(t)
	var all []Candidate
	for i := range 50 {
		c := k.statement(truce.SiteRegister, "s", "w", i)
		c.Admit = func(ctx context.Context, r store.Reader, number int64, at time.Time) error {
			var n int64
			_, err := store.One(ctx, r, "SELECT COUNT(*) FROM word", nil, &n)
			if err == nil && n != number {
				err = truce.E(truce.CodeConflict, "%d words before number %d", n, number)
			}
			return err
		}
		all = append(all, c)
	}
	for _, r := range k.l.Append(t.Context(), all) {
		must(t, r.Err)
	}
}

func TestMalformedCandidates(t *testing.T) {
	k := newKit(t)
	good := k.statement(truce.SiteRegister, "s", "w", 1)
	for what, change := range map[string]func(*Candidate){
		"no envelope":      func(c *Candidate) { c.Envelope = nil },
		"no statement":     func(c *Candidate) { c.Statement = nil },
		"no admission":     func(c *Candidate) { c.Admit = nil },
		"another one's id": func(c *Candidate) { c.ID = fmt.Sprintf("%064d", 1) },
	} {
		c := good
		change(&c)
		r := k.l.Append(t.Context(), []Candidate{c, good})
		wantCode(t, what, r[0].Err, truce.CodeInternal)
		must(t, r[1].Err)
	}
}

func TestFollowerFails(t *testing.T) {
	w := &words{}
	k := newKit(t, func(c *Config) { c.Follower = w })
	w.fail = func(e *Entry) error {
		switch e.Statement.Subject {
		case "bad":
			return errors.New("cannot be worked in")
		case "worse":
			panic("cannot be worked in at all")
		}
		return nil
	}
	all := []Candidate{k.statement(truce.SiteRegister, "good", "w", 1), k.statement(truce.SiteRegister, "bad", "w", 2),
		k.statement(truce.SiteRegister, "worse", "w", 3), k.statement(truce.SiteRegister, "good-2", "w", 4)}
	results := k.l.Append(t.Context(), all)
	must(t, results[0].Err)
	must(t, results[3].Err)
	wantCode(t, "an error of the follower", results[1].Err, truce.CodeInternal)
	wantCode(t, "a panic of the follower", results[2].Err, truce.CodeInternal)
	if results[3].Number != 1 || k.l.Head().Size != 2 {
		t.Errorf("number %d of %d entries", results[3].Number, k.l.Head().Size)
	}
	if n := k.count("SELECT COUNT(*) FROM word"); n != 2 {
		t.Errorf("the view has %d rows", n)
	}
}

func (k *kit) count(query string) (n int64) {
	k.t.Helper()
	must(k.t, k.db.View(k.t.Context(), func(r store.Reader) error {
		_, err := store.One(k.t.Context(), r, query, nil, &n)
		return err
	}))
	return n
}

func TestManyAtOnce(t *testing.T) {
	k := newKit(t)
	var wg sync.WaitGroup
	seen := make([]int, 400)
	for g := range 8 {
		var mine []Candidate
		for i := range 50 {
			mine = append(mine, k.statement(truce.SiteRegister, "s", "w", 50*g+i))
		}
		wg.Go(func() {
			last := int64(-1)
			for from := 0; from < len(mine); from += 5 {
				for _, r := range k.l.Append(t.Context(), mine[from:from+5]) {
					if r.Err != nil || r.Number <= last || r.Number >= k.l.Head().Size {
						t.Errorf("answer %+v after number %d under %d entries", r, last, k.l.Head().Size)
						return
					}
					last = r.Number
					seen[r.Number]++ // each number belongs to one goroutine
				}
			}
		})
	}
	wg.Wait()
	for n, times := range seen {
		if times != 1 {
			t.Errorf("number %d was given %d times", n, times)
		}
	}
}

func TestLargerThanAGroup(t *testing.T) {
	k := newKit(t)
	k.fill(0, maxGroup+300)
	if k.l.Head().Size != maxGroup+300 {
		t.Errorf("the log has %d entries", k.l.Head().Size)
	}
	must(t, k.l.compareHead(t.Context(), k.l.Head()))
}

func TestReopen(t *testing.T) {
	k := newKit(t)
	k.fill(0, 700)
	head := k.l.Head()
	k.stop()
	must(t, k.start())
	if h := k.l.Head(); h.Size != 700 || h.Root != head.Root {
		t.Errorf("after the reopening: %+v", h)
	}
	if r := k.put(700); r.Number != 700 {
		t.Errorf("the next number is %d", r.Number)
	}
}

func TestReplay(t *testing.T) {
	k := newKit(t)
	const n = 2*batchRows + 77
	k.fill(0, n)
	for _, span := range [][2]int64{{0, n}, {5, 6}, {batchRows, 2 * batchRows}, {n, n}, {100, n - 1}} {
		next := span[0]
		must(t, k.db.Update(t.Context(), func(tx store.Tx) error {
			return k.l.Replay(t.Context(), tx, span[0], span[1], func(e *Entry) error {
				if e.Number != next || e.Statement.Subject != fmt.Sprintf("site-%d", next) {
					return fmt.Errorf("entry %d of %q, want %d", e.Number, e.Statement.Subject, next)
				}
				next++
				_, err := tx.Exec(t.Context(), "UPDATE word SET body = body WHERE number = ?", e.Number)
				return err
			})
		}))
		if next != span[1] {
			t.Errorf("the replay from %d to %d ended at %d", span[0], span[1], next)
		}
	}
	mine := errors.New("enough")
	err := k.db.View(t.Context(), func(r store.Reader) error {
		return k.l.Replay(t.Context(), r, 0, n, func(e *Entry) error { return mine })
	})
	if !errors.Is(err, mine) {
		t.Errorf("the error of fn came back as %v", err)
	}
	err = k.db.View(t.Context(), func(r store.Reader) error {
		return k.l.Replay(t.Context(), r, 0, n+1, func(e *Entry) error { return nil })
	})
	wantCode(t, "a missing entry", err, truce.CodeTampered)
}

func TestReceipt(t *testing.T) {
	k := newKit(t)
	k.fill(0, 600)
	for _, n := range []int64{0, 1, 255, 256, 599} {
		for _, content := range []bool{true, false} {
			r, err := k.l.Receipt(t.Context(), n, content)
			must(t, err)
			cp, err := proof.OpenCheckpoint(r.Checkpoint, k.cfg.Verifier)
			must(t, err)
			must(t, cp.CheckInclusion(n, r.Leaf(), r.Proof))
			if (r.Entry.Record != nil) != content {
				t.Errorf("entry %d: content %v, want %v", n, r.Entry.Record != nil, content)
			}
			v, err := k.l.Voucher(t.Context(), 3, r)
			must(t, err)
			must(t, cp.CheckInclusion(3, v.Entry.Leaf(), v.Proof))
		}
	}
	_, err := k.l.Receipt(t.Context(), 600, true)
	wantCode(t, "beyond the head", err, truce.CodeNotFound)
}

func TestCreateTwice(t *testing.T) {
	k := newKit(t)
	_, err := Create(t.Context(), k.cfg)
	wantCode(t, "over a head file", err, truce.CodeConflict)
	k.cfg.HeadPath += "2"
	_, err = Create(t.Context(), k.cfg)
	wantCode(t, "over a log", err, truce.CodeConflict)
}

func TestGivenUp(t *testing.T) {
	k := newKit(t)
	ctx, cancel := context.WithCancel(t.Context())
	hold, held := make(chan struct{}), make(chan struct{})
	slow := k.statement(truce.SiteRegister, "slow", "w", 1)
	slow.Admit = func(context.Context, store.Reader, int64, time.Time) error {
		close(held)
		<-hold
		return nil
	}
	var wg sync.WaitGroup
	wg.Go(func() { must(t, k.l.Append(ctx, []Candidate{slow})[0].Err) }) // taken up: decided in spite of the cancellation
	<-held
	waiting := k.statement(truce.SiteRegister, "waiting", "w", 2)
	wg.Go(func() {
		r := k.l.Append(ctx, []Candidate{waiting})[0]
		wantCode(t, "given up while waiting", r.Err, truce.CodeUnavailable)
		close(hold)
	})
	for len(k.l.queue) == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	wg.Wait()
	k.put(3)
	if _, err := k.l.EntryByID(t.Context(), waiting.ID); truce.CodeOf(err) != truce.CodeNotFound {
		t.Errorf("a candidate that was given up is in the log: %v", err)
	}
}

func TestClose(t *testing.T) {
	k := newKit(t)
	k.put(1)
	must(t, k.l.Close())
	must(t, k.l.Close())
	r := k.l.Append(t.Context(), []Candidate{k.statement(truce.SiteRegister, "s", "w", 2)})[0]
	wantCode(t, "after Close", r.Err, truce.CodeUnavailable)
	_, err := k.l.Entry(t.Context(), 0)
	must(t, err)
}
