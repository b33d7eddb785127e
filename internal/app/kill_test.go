package app

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"truce/internal/store"
	"truce/proof"
)

// TestKill submits over HTTP to a server, kills it at a random instant, and
// looks whether every answer that it gave still holds. TRUCE_KILLS sets the
// number of rounds.
func TestKill(t *testing.T) {
	rounds := 5
	if n, err := strconv.Atoi(os.Getenv("TRUCE_KILLS")); err == nil {
		rounds = n
	}
	w := newWitness(t, 8)
	for round := range rounds {
		fresh := w.killOne(round)
		w.examine(fresh, round == rounds-1 || round < 5 || round%10 == 9)
	}
	if len(w.numbers) < rounds {
		t.Errorf("only %d answers in %d rounds: the test proves nothing", len(w.numbers), rounds)
	}
	t.Logf("%d kills, %d of them before the first answer; %d answers, %d heads, all hold; %d statements were in the log without an answer, %d had to be sent again; %d whole verifications and rebuilds, the last over %d entries",
		rounds, w.early, len(w.numbers), len(w.roots), w.unanswered, w.again, w.checks, w.size)
}

// witness remembers everything that was answered, over all rounds.
type witness struct {
	t       testing.TB
	dir     Folder
	authors []*author
	answers chan acked

	numbers map[string]int64    // by statement id
	ids     map[int64]string    // by number
	roots   map[int64]tlog.Hash // of heads that were shown, by size

	early, unanswered, again, checks int
	size                             int64
}

func newWitness(t testing.TB, authors int) *witness {
	dir, by := create(t, t.TempDir())
	w := &witness{t: t, dir: dir, answers: make(chan acked, 1024),
		numbers: map[string]int64{}, ids: map[int64]string{}, roots: map[int64]tlog.Hash{}}
	for i := range authors {
		w.authors = append(w.authors, &author{registrar: by, client: from(fmt.Sprintf("127.0.0.%d", i+2)), answers: w.answers})
	}
	return w
}

// killOne serves the folder, submits, and kills: now and then while it starts,
// mostly at some instant after the first answer. It gives the new answers.
func (w *witness) killOne(round int) (fresh []acked) {
	w.t.Helper()
	var s *server
	if round%5 == 4 {
		s = start(w.t, w.dir, func(s *server) {
			time.AfterFunc(time.Duration(rand.IntN(40))*time.Millisecond, func() { s.cmd.Process.Kill() })
		})
	} else {
		s = start(w.t, w.dir, nil)
	}
	if s.url == "" {
		w.early++
		return nil
	}
	go w.submit(s.url)
	for a := range w.answers {
		if a.id == "" { // all authors are done
			break
		}
		if len(fresh) == 0 {
			time.AfterFunc(time.Duration(rand.IntN(250))*time.Millisecond, func() { s.cmd.Process.Kill() })
		}
		fresh = append(fresh, a)
		w.note(a)
	}
	s.kill()
	return fresh
}

// submit lets every author work until the server is gone.
func (w *witness) submit(url string) {
	var group sync.WaitGroup
	for _, a := range w.authors {
		group.Go(func() { a.submitUntilKilled(url) })
	}
	group.Wait()
	w.answers <- acked{}
}

// note remembers an answer, and sees that it does not contradict another.
func (w *witness) note(a acked) {
	w.t.Helper()
	if was, ok := w.ids[a.number]; ok && was != a.id {
		w.t.Fatalf("number %d was answered twice: %s and %s", a.number, was, a.id)
	}
	if was, ok := w.numbers[a.id]; ok && was != a.number {
		w.t.Fatalf("statement %s was answered twice: %d and %d", a.id, was, a.number)
	}
	w.ids[a.number], w.numbers[a.id] = a.id, a.number
	if a.head != nil {
		w.saw(a.number, a.head)
	}
}

func (w *witness) saw(number int64, head *proof.Checkpoint) {
	w.t.Helper()
	if number >= head.Size {
		w.t.Fatalf("entry %d was answered under a head of %d entries", number, head.Size)
	}
	if was, ok := w.roots[head.Size]; ok && was != head.Root {
		w.t.Fatalf("two roots were shown for %d entries", head.Size)
	}
	w.roots[head.Size] = head.Root
}

// examine opens the folder after a kill and looks for what was answered: in this
// round, or, when whole is set, ever; then log and views are worked out anew.
func (w *witness) examine(fresh []acked, whole bool) {
	w.t.Helper()
	r, err := Open(w.t.Context(), w.dir, Options{})
	must(w.t, err)
	defer r.Close()
	w.size = r.Ledger.Head().Size
	w.headFile(r)
	for _, a := range fresh {
		w.lookFor(r, a.id, a.number)
	}
	for size, root := range w.roots {
		if !whole && rand.IntN(50) > 0 { // older ones were looked at before
			continue
		}
		if now, err := r.Ledger.RootAt(w.t.Context(), size); err != nil || now != root {
			w.t.Fatalf("the head of %d entries that was shown is not a head of this log: %v", size, err)
		}
	}
	for _, a := range w.authors {
		w.sendAgain(r, a)
	}
	if whole {
		w.checks++
		w.everything(r)
	}
}

func (w *witness) lookFor(r *Register, id string, number int64) {
	w.t.Helper()
	if e, err := r.Ledger.EntryByID(w.t.Context(), id); err != nil || e.Number != number {
		w.t.Fatalf("entry %d was answered as %s and is lost: %v", number, id, err)
	}
}

// headFile wants the head outside the database to be the newest.
func (w *witness) headFile(r *Register) {
	w.t.Helper()
	data, err := os.ReadFile(string(w.dir.Head()))
	must(w.t, err)
	head, err := proof.OpenCheckpoint(data, r.LogKey)
	must(w.t, err)
	if now := r.Ledger.Head(); head.Size != now.Size || head.Root != now.Root {
		w.t.Fatalf("the head file covers %d entries, the log has %d", head.Size, now.Size)
	}
}

// sendAgain submits what an author sent and had no answer to. What had entered
// the log must be known, with its number; all else must enter now.
func (w *witness) sendAgain(r *Register, a *author) {
	w.t.Helper()
	for _, d := range a.waiting {
		was, err := r.Ledger.EntryByID(w.t.Context(), d.ID())
		res := r.Intake.Submit(w.t.Context(), [][]byte{d.JSON()})[0]
		must(w.t, res.Err)
		if entered := err == nil; entered != res.Known || entered && was.Number != res.Number {
			w.t.Fatalf("sent again, a statement was answered as %+v; it had entered: %v", res, entered)
		}
		if res.Known {
			w.unanswered++
		} else {
			w.again++
		}
		w.note(acked{id: res.ID, number: res.Number})
		d.done()
	}
	a.waiting = nil
}

// everything verifies the log, looks for every answer ever given, and compares
// the views with a replay.
func (w *witness) everything(r *Register) {
	w.t.Helper()
	_, err := r.Ledger.Verify(w.t.Context(), nil)
	must(w.t, err)
	for id, number := range w.numbers {
		w.lookFor(r, id, number)
	}
	before := digests(w.t, r)
	must(w.t, r.RebuildViews(w.t.Context()))
	if after := digests(w.t, r); !maps.Equal(before, after) {
		w.t.Fatalf("the views differ after a replay: %x, then %x", before, after)
	}
}

func digests(t testing.TB, r *Register) (sums map[string][32]byte) {
	t.Helper()
	must(t, r.DB.View(context.Background(), func(q store.Reader) (err error) {
		sums, err = r.Views.Digest(context.Background(), q)
		return err
	}))
	if len(sums) < 2 {
		t.Fatalf("digests of %d views only", len(sums))
	}
	return sums
}
