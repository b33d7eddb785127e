package ledger

import (
	"bufio"
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"truce"
	"truce/internal/store"
	"truce/proof"
)

// childFolder names the environment variable that makes this test binary a
// process to be killed.
const childFolder = "TRUCE_LEDGER_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		child(dir)
		return
	}
	flag.Set("rapid.checks", "25") // before m.Run parses: the command line wins
	os.Exit(m.Run())
}

// child opens the register in dir and appends from 8 goroutines until it is
// killed. It prints "number id" only after the answer.
func child(dir string) {
	cfg, err := childConfig(dir)
	if err == nil {
		var l *Ledger
		if l, err = Open(context.Background(), cfg); err == nil {
			appendForever(l)
		}
	}
	fmt.Fprintln(os.Stderr, "child:", err)
	os.Exit(1)
}

func childConfig(dir string) (Config, error) {
	skey, err := os.ReadFile(filepath.Join(dir, "skey"))
	if err != nil {
		return Config{}, err
	}
	vkey, err := os.ReadFile(filepath.Join(dir, "vkey"))
	if err != nil {
		return Config{}, err
	}
	signer, err := note.NewSigner(string(skey))
	if err != nil {
		return Config{}, err
	}
	db, err := openSQLite(filepath.Join(dir, "register.db"))
	return Config{DB: db, Origin: origin, Signer: signer, Verifier: string(vkey), HeadPath: filepath.Join(dir, "head"), Follower: &words{}}, err
}

func appendForever(l *Ledger) {
	author := proof.NewSigner(authorKey)
	answers := make(chan string, 64)
	for range 8 {
		go func() {
			for {
				n := rand.Int()
				c := makeCandidate(nil, author, truce.SiteRegister, fmt.Sprintf("s-%d", n%50), "w", n)
				if n%40 == 0 {
					c = makeCandidate(nil, author, truce.EraseContent, fmt.Sprintf("s-%d", n%50), "erase", n)
				}
				r := l.Append(context.Background(), []Candidate{c})[0]
				if r.Err != nil {
					fmt.Fprintln(os.Stderr, "child:", r.Err)
					os.Exit(1)
				}
				answers <- fmt.Sprintf("%d %s\n", r.Number, r.ID)
			}
		}()
	}
	for a := range answers {
		io.WriteString(os.Stdout, a)
	}
}

// TestKill kills a process that appends, at random instants, and looks whether
// every answer it gave still holds. TRUCE_KILLS sets the number of rounds.
func TestKill(t *testing.T) {
	rounds := 10
	if n, err := strconv.Atoi(os.Getenv("TRUCE_KILLS")); err == nil {
		rounds = n
	}
	skey, vkey, err := proof.NewLogKey(origin)
	must(t, err)
	signer, err := note.NewSigner(skey)
	must(t, err)
	k := newKit(t, func(c *Config) { c.Signer, c.Verifier = signer, vkey })
	k.stop()
	must(t, os.WriteFile(filepath.Join(k.dir, "skey"), []byte(skey), 0o600))
	must(t, os.WriteFile(filepath.Join(k.dir, "vkey"), []byte(vkey), 0o600))
	acked := map[int64]string{}
	for round := range rounds {
		fresh := k.killOne(acked)
		must(t, k.start())
		k.lookFor(acked, fresh, round == rounds-1)
		k.stop()
	}
	if len(acked) < rounds {
		t.Errorf("only %d answers in %d rounds: the test proves nothing", len(acked), rounds)
	}
	t.Logf("%d answers over %d kills", len(acked), rounds)
	must(t, k.start())
}

// killOne runs a child for a random time and kills it. It gives the numbers
// that were answered, and adds them to acked.
func (k *kit) killOne(acked map[int64]string) (fresh []int64) {
	k.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childFolder+"="+k.dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(k.t, err)
	must(k.t, cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() { // the clock runs from the first answer
		if fresh = append(fresh, k.note(acked, lines.Text())); len(fresh) == 1 {
			time.AfterFunc(time.Duration(rand.IntN(120))*time.Millisecond, func() { cmd.Process.Kill() })
		}
	}
	cmd.Wait() // killed: that is the point
	if len(fresh) == 0 {
		k.t.Fatal("the child gave no answer")
	}
	return fresh
}

// note remembers an answer; a line that the kill cut short is none.
func (k *kit) note(acked map[int64]string, line string) int64 {
	k.t.Helper()
	var number int64
	var id string
	if _, err := fmt.Sscanf(line, "%d %s", &number, &id); err != nil || len(id) != 64 {
		return -1
	}
	if was, ok := acked[number]; ok {
		k.t.Fatalf("number %d was answered twice: %s and %s", number, was, id)
	}
	acked[number] = id
	return number
}

// lookFor wants every fresh answer in the log, the tree right, and the views the
// same as after a replay. The last time it looks for all answers.
func (k *kit) lookFor(acked map[int64]string, fresh []int64, last bool) {
	k.t.Helper()
	if last {
		fresh = nil
		for n := range acked {
			fresh = append(fresh, n)
		}
		_, err := k.l.Verify(k.t.Context(), nil)
		must(k.t, err)
	}
	for _, n := range fresh {
		if n < 0 {
			continue
		}
		if e, err := k.l.Entry(k.t.Context(), n); err != nil || e.ID != acked[n] {
			k.t.Fatalf("entry %d was answered as %s and is lost: %v", n, acked[n], err)
		}
	}
	size := k.l.Head().Size
	if rows := k.count("SELECT COUNT(*) FROM word"); rows != size {
		k.t.Fatalf("the view has %d rows at %d entries", rows, size)
	}
	if last {
		k.replayed(size)
	}
}

// replayed rebuilds the view and compares.
func (k *kit) replayed(size int64) {
	k.t.Helper()
	before := k.words()
	must(k.t, k.db.Update(k.t.Context(), func(tx store.Tx) error {
		if _, err := tx.Exec(k.t.Context(), "DELETE FROM word"); err != nil {
			return err
		}
		w := &words{}
		return k.l.Replay(k.t.Context(), tx, 0, size, func(e *Entry) error {
			_, err := w.Apply(k.t.Context(), tx, e)
			return err
		})
	}))
	if k.words() != before {
		k.t.Error("the view differs after a replay")
	}
}

// words is a digest of the view.
func (k *kit) words() (sum [32]byte) {
	h := sha256.New()
	must(k.t, k.db.View(k.t.Context(), func(r store.Reader) error {
		rows, err := r.Query(k.t.Context(), "SELECT number, subject, body FROM word ORDER BY number")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var number, subject, body any
			must(k.t, rows.Scan(&number, &subject, &body))
			fmt.Fprintln(h, number, subject, body)
		}
		return rows.Err()
	}))
	return [32]byte(h.Sum(nil))
}
