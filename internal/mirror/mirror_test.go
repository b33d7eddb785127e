package mirror

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"truce"
	"truce/internal/store"
	"truce/proof"
)

// TestGrow copies a log as it grows over the edges of bundles and tiles.
func TestGrow(t *testing.T) {
	t.Parallel()
	r := newRegister(t)
	c := newCopy(t, r, r.vkey, func(c *Config) { c.Cosigner = cosigner(t) })
	key, err := proof.ParseCosignerKey(cosigner(t).Key())
	must(t, err)
	last := 0
	for _, size := range []int{1, 2, 255, 256, 257, 257, 511, 700, 701} {
		r.grow(size-last, "a")
		report := c.sync()
		if report.Added != int64(size-last) || report.Whole != int64(size-last) || report.Size != int64(size) {
			t.Errorf("at %d: %+v", size, report)
		}
		got := c.sameAs(r)
		if got.Signatures != int64(size) || got.Withheld != 0 {
			t.Errorf("at %d: %+v", size, got)
		}
		if _, ok := key.Of(c.cfg.Log.Head()); !ok {
			t.Errorf("at %d: the head is not cosigned", size)
		}
		last = size
	}
	c.open(r, r.vkey)
	c.sameAs(r)
	e, err := c.cfg.Log.Entry(t.Context(), 300)
	if err != nil || e.Statement.Subject != "site-a-300" {
		t.Errorf("%+v, %v", e, err)
	}
}

// TestParts: entries of which nothing or a part is handed over are there, and
// what comes in later takes their place.
func TestParts(t *testing.T) {
	t.Parallel()
	r := newRegister(t).grow(10, "a")
	r.records = func(h *proof.Handover) {
		h.Entries = append(h.Entries[:3:3], h.Entries[6:]...) // nothing of 3 to 5
		h.Entries[4].Record, h.Entries[4].Salt = nil, [32]byte{}
		h.Entries[4].Partial = []byte(`{"kind":"site.register","subject":"site-a-7","status":"actual","body":{"function":"clinic"}}`)
	}
	c := newCopy(t, r, r.vkey)
	if report := c.sync(); report.Whole != 6 || report.Partial != 1 {
		t.Errorf("%+v", report)
	}
	if got := c.sameAs(r); got.Withheld != 4 || got.Signatures != 6 {
		t.Errorf("%+v", got)
	}
	part, err := c.cfg.Log.Entry(t.Context(), 7)
	if err != nil || !part.Withheld || part.Envelope != nil || part.Statement.Subject != "site-a-7" || part.Erased() {
		t.Errorf("in part: %+v, %v", part, err)
	}
	none, err := c.cfg.Log.Entry(t.Context(), 4)
	if err != nil || !none.Withheld || !none.Erased() {
		t.Errorf("withheld: %+v, %v", none, err)
	}
	r.records = nil
	r.say(truce.ReleaseGive, "site-a-4", `{"recipients":["north"]}`, noon.Add(time.Second))
	r.say(truce.ReleaseGive, "site-a-7", `{"recipients":["north"]}`, noon.Add(time.Second))
	if report := c.sync(); report.Whole < 4 {
		t.Errorf("%+v", report)
	}
	if got := c.sameAs(r); got.Withheld != 2 {
		t.Errorf("after the release: %+v", got)
	}
	if part, err = c.cfg.Log.Entry(t.Context(), 7); err != nil || part.Withheld || part.Envelope == nil {
		t.Errorf("whole later: %+v, %v", part, err)
	}
}

var errLink = truce.E(truce.CodeUnavailable, "the link is down")

// TestResume cuts the link at every single request, and opens the folder again
// each time: nothing is fetched over and over, nothing is lost.
func TestResume(t *testing.T) {
	t.Parallel()
	r := newRegister(t).grow(900, "a")
	r.page = 100
	c := newCopy(t, r, r.vkey)
	var mu sync.Mutex // bundles are fetched beside each other
	calls, budget := map[string]int{}, 0
	r.fail = func(call string) error {
		mu.Lock()
		defer mu.Unlock()
		if budget--; budget < 0 {
			return errLink
		}
		calls[call]++
		return nil
	}
	for tries := 0; ; tries++ {
		budget = 2 // the head, and one thing more
		_, err := c.Sync(t.Context())
		if err == nil {
			break
		}
		if !errors.Is(err, errLink) || tries > 60 {
			t.Fatalf("after %d tries: %v", tries, err)
		}
		if size := c.cfg.Log.Head().Size; size != 0 {
			t.Fatalf("a part was adopted: %d", size)
		}
		c.open(r, r.vkey)
	}
	c.sameAs(r)
	for call, n := range calls {
		if call != "note" && n > 1 {
			t.Errorf("%s was fetched %d times", call, n)
		}
	}
}

// TestGrowsMeanwhile: a log that grows while it is fetched over a bad link.
func TestGrowsMeanwhile(t *testing.T) {
	t.Parallel()
	r := newRegister(t).grow(300, "a")
	c := newCopy(t, r, r.vkey)
	var budget atomic.Int64
	r.fail = func(string) error {
		if budget.Add(-1) < 0 {
			return errLink
		}
		return nil
	}
	for tries := range 20 {
		budget.Store(int64(1 + tries))
		if _, err := c.Sync(t.Context()); err == nil {
			c.sameAs(r)
			return
		}
		r.grow(37, "a")
		c.open(r, r.vkey)
	}
	t.Fatal("it never caught up")
}

// faulty is a database whose n-th update fails, before or after it is written.
type faulty struct {
	store.DB
	left  *int
	after bool
}

var errDisk = truce.E(truce.CodeUnavailable, "the disk is gone")

func (f *faulty) Update(ctx context.Context, fn func(store.Tx) error) error {
	if *f.left--; *f.left >= 0 {
		return f.DB.Update(ctx, fn)
	}
	if f.after {
		if err := f.DB.Update(ctx, fn); err != nil {
			return err
		}
	}
	return errDisk
}

// TestKilled: the process ends at every single write, before and after it, and
// is started again.
func TestKilled(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		t.Run(fmt.Sprintf("after %v", after), func(t *testing.T) {
			t.Parallel()
			r := newRegister(t)
			c := newCopy(t, r, r.vkey)
			left := 0
			c.wrap = func(db store.DB) store.DB { return &faulty{db, &left, after} }
			for round := range 8 {
				r.grow(40, "a")
				left = round
				c.open(r, r.vkey)
				_, err := c.Sync(t.Context())
				if err != nil && !errors.Is(err, errDisk) {
					t.Fatalf("round %d: %v", round, err)
				}
				left = 1000
				c.open(r, r.vkey)
				if _, err := c.cfg.Log.Verify(t.Context(), nil); err != nil {
					t.Fatalf("round %d: what is left does not verify: %v", round, err)
				}
			}
			c.sync()
			c.sameAs(r)
		})
	}
}

// TestStagedRubbish: what was put aside and is not of the log, as after a fault
// of the disk or of a proxy, is fetched again before anybody is blamed.
func TestStagedRubbish(t *testing.T) {
	t.Parallel()
	r := newRegister(t).grow(600, "a")
	other := r.fork(100).grow(500, "b")
	c := newCopy(t, r, r.vkey)
	once := true
	r.tile = func(path string, data []byte) []byte {
		if path == "tile/entries/001" && once {
			once = false
			data, _ = other.readTile(path)
		}
		return data
	}
	c.sync()
	c.sameAs(r)
}

// TestMalformed: what cannot be read is an error, never a panic, and nothing of
// it is adopted.
func TestMalformed(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*register){
		"a note of nobody":   func(r *register) { r.note = func() []byte { return []byte("x") } },
		"no note":            func(r *register) { r.note = func() []byte { return nil } },
		"an endless note":    func(r *register) { r.note = func() []byte { return []byte(strings.Repeat("x", 1<<20)) } },
		"a bundle cut short": func(r *register) { r.tile = func(_ string, b []byte) []byte { return b[:len(b)-1] } },
		"a bundle with more": func(r *register) { r.tile = func(_ string, b []byte) []byte { return append(b, 0, 1, 'x') } },
		"an empty bundle":    func(r *register) { r.tile = func(string, []byte) []byte { return nil } },
		"another bundle": func(r *register) {
			r.tile = func(string, []byte) []byte { b, _ := r.readTile("tile/entries/001.p/44"); return b }
		},
		"one leaf less":        func(r *register) { r.tile = func(_ string, b []byte) []byte { return b[:len(b)-2-int(b[len(b)-90])] } },
		"records out of order": func(r *register) { r.records = func(h *proof.Handover) { h.Entries[0].Number = 300 } },
		"no progress":          func(r *register) { r.records = func(h *proof.Handover) { h.To = h.From; h.Entries = nil } },
		"beyond the head":      func(r *register) { r.records = func(h *proof.Handover) { h.To += 5 } },
	} {
		r := newRegister(t).grow(300, "a")
		c := newCopy(t, r, r.vkey)
		change(r)
		if _, err := c.Sync(t.Context()); err == nil || c.cfg.Log.Head().Size != 0 {
			t.Errorf("%s: %v, %d entries", name, err, c.cfg.Log.Head().Size)
		}
	}
}

// TestWitnessed: a policy says whether the head counts; it is copied all the same.
func TestWitnessed(t *testing.T) {
	t.Parallel()
	r := newRegister(t).grow(3, "a")
	w := cosigner(t)
	p, err := proof.ParsePolicy([]byte("log " + r.vkey + "\nwitness w " + w.Key() + "\nquorum w\n"))
	must(t, err)
	c := newCopy(t, r, r.vkey, func(c *Config) { c.Policy, c.MaxAge = p, time.Hour })
	r.note = func() []byte { cp := r.head(3); return cp.WithCosignatures(w.Cosign(cp, noon.Add(-time.Minute))).Note }
	if report := c.sync(); !report.Witnessed || report.Witnesses != 1 {
		t.Errorf("%+v", report)
	}
	r.grow(1, "a")
	r.note = nil
	report, err := c.Sync(t.Context())
	if truce.CodeOf(err) != truce.CodeTampered || report.Witnessed || report.Size != 4 {
		t.Errorf("unwitnessed beyond the age: %+v, %v", report, err)
	}
}

// TestStopped: a run that is stopped while contents come in adopts nothing, whatever
// the source answers from then on.
func TestStopped(t *testing.T) {
	t.Parallel()
	for at := int64(0); at < 300; at += 50 {
		ctx, stop := context.WithCancel(t.Context())
		r := newRegister(t).grow(300, "a")
		r.page = 50
		r.fail = func(call string) error {
			if call == fmt.Sprint("records ", at) {
				stop()
			}
			return nil
		}
		c := newCopy(t, r, r.vkey)
		if report, err := c.Sync(ctx); err == nil && report.Whole != 300 {
			t.Fatalf("stopped at %d: %+v, and no error", at, report)
		}
		r.fail = nil
		c.sync()
		if report := c.sameAs(r); report.Withheld != 0 {
			t.Errorf("stopped at %d: %+v", at, report)
		}
	}
}
