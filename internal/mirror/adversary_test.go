package mirror

import (
	"context"
	"encoding/base64"
	"iter"
	"os"
	"path/filepath"
	"testing"
	"time"

	"truce"
	"truce/client"
	"truce/proof"
)

// deed is something that the operator of a register does to a mirror that has
// copied an honest log of 300 entries.
type deed struct {
	do     func(t *testing.T, r *register, c *copyOf) // to the register, or puts another in its place
	kind   proof.Misconduct
	proven bool // by signatures of the log alone
	size   int64
}

const honest = 300

func fork(n, size int) func(*testing.T, *register, *copyOf) {
	return func(_ *testing.T, r *register, _ *copyOf) { *r = *r.fork(n).grow(size-n, "b") }
}

// hand puts a receipt into the mirror's folder.
func (c *copyOf) hand(t *testing.T, receipt []byte) {
	t.Helper()
	must(t, os.MkdirAll(c.cfg.Receipts, 0o700))
	must(t, os.WriteFile(filepath.Join(c.cfg.Receipts, "1.proof"), receipt, 0o600))
}

var deeds = map[string]deed{
	"shows another history of the same length": {fork(120, honest), proof.SplitView, true, honest},
	"rewrites the past, in a longer log":       {fork(120, 420), proof.Fork, true, honest},
	"rewrites the newest entry":                {fork(honest-1, 301), proof.Fork, true, honest},
	"rewrites the past, in a shorter log":      {fork(120, 250), proof.Fork, true, honest},
	"rolls back":                               {fork(200, 200), proof.Rollback, false, honest},
	"rolls back to nothing":                    {fork(0, 0), proof.Rollback, false, honest},
	"rolls back before the mirror had it all": {func(t *testing.T, r *register, c *copyOf) {
		r.grow(100, "a")
		r.fail = func(call string) error {
			if call == "records 300" {
				return errLink
			}
			return nil
		}
		if _, err := c.Sync(t.Context()); err == nil {
			t.Fatal("the link was not cut")
		}
		*r = *r.fork(350)
	}, proof.Rollback, false, honest},
	"shows another history before the mirror had it all": {func(t *testing.T, r *register, c *copyOf) {
		r.grow(100, "a")
		r.fail = func(call string) error {
			if call == "records 300" {
				return errLink
			}
			return nil
		}
		if _, err := c.Sync(t.Context()); err == nil {
			t.Fatal("the link was not cut")
		}
		*r = *r.fork(350).grow(80, "b")
	}, proof.Fork, true, honest},
	"signs a head that its leaves do not lead to": {func(_ *testing.T, r *register, _ *copyOf) {
		r.grow(10, "a")
		other := r.fork(305).grow(5, "b")
		r.tile = func(path string, data []byte) []byte {
			if path == "tile/entries/001.p/54" {
				data, _ = other.readTile(path)
			}
			return data
		}
	}, proof.Mismatch, false, honest},
	"freezes": {func(t *testing.T, _ *register, c *copyOf) {
		c.cfg.MaxAge, c.cfg.Now = time.Hour, func() time.Time { return noon.Add(2 * time.Hour) }
	}, proof.Freeze, false, honest},
	"dates an entry back": {func(_ *testing.T, r *register, c *copyOf) {
		c.cfg.Now = func() time.Time { return noon.Add(time.Hour) }
		c.sync() // there is nothing new at one o'clock
		r.say(truce.SiteRegister, "site-late", `{}`, noon.Add(30*time.Minute))
	}, proof.BackDated, false, honest + 1},
	"dates an entry ahead": {func(_ *testing.T, r *register, _ *copyOf) {
		r.say(truce.SiteRegister, "site-early", `{}`, noon.Add(time.Hour))
	}, proof.Mismatch, false, honest + 1},
	"puts another entry in the place of an acknowledged one": {func(t *testing.T, r *register, c *copyOf) {
		elsewhere := r.fork(honest).grow(1, "acknowledged")
		c.hand(t, elsewhere.receipt(honest))
		r.grow(5, "other")
	}, proof.Omission, true, honest + 5},
	"withholds an acknowledged entry": {func(t *testing.T, r *register, c *copyOf) {
		elsewhere := r.fork(honest).grow(1, "acknowledged")
		c.hand(t, elsewhere.receipt(honest))
		c.cfg.Now = func() time.Time { return noon.Add(time.Hour) }
	}, proof.Omission, false, honest},
	"acknowledges on a history of its own": {func(t *testing.T, r *register, c *copyOf) {
		elsewhere := r.fork(honest-10).grow(10, "b")
		c.hand(t, elsewhere.receipt(100)) // an entry that both have
	}, proof.SplitView, true, honest},
	"hands over another content": {func(_ *testing.T, r *register, _ *copyOf) {
		r.grow(3, "a")
		r.records = func(h *proof.Handover) {
			h.Entries[1].Record = r.statement(truce.SiteRegister, "site-forged", `{"function":"depot"}`, nil)
		}
	}, proof.Mismatch, false, honest + 3},
	"hands over another salt": {func(_ *testing.T, r *register, _ *copyOf) {
		r.grow(3, "a")
		r.records = func(h *proof.Handover) { h.Entries[0].Salt[0] ^= 1 }
	}, proof.Mismatch, false, honest + 3},
	"logs what nobody signed": {func(_ *testing.T, r *register, _ *copyOf) {
		record := r.statement(truce.SiteRegister, "site-forged", `{}`, nil)
		record[len(record)-1] ^= 1
		r.put(proof.Entry{Number: honest, Time: noon.Add(time.Second), Record: record})
	}, proof.Mismatch, false, honest + 1},
	"tells of a release and not of the object": {func(_ *testing.T, r *register, _ *copyOf) {
		r.say(truce.ReleaseGive, "site-hidden", `{"recipients":["north"]}`, noon.Add(time.Second))
	}, proof.Omission, false, honest + 1},
	"shows somebody else another log": {func(t *testing.T, r *register, _ *copyOf) {
		other := r.fork(100).grow(honest-100, "b").head(honest)
		root := base64.StdEncoding.EncodeToString(other.Root[:])
		record := r.statement(truce.SiteRegister, "site-gossip", `{}`, &truce.Seen{Size: honest, Root: root})
		r.put(proof.Entry{Number: honest, Time: noon.Add(time.Second), Record: record})
	}, proof.Mismatch, false, honest + 1},
}

// TestAdversary: each deed is found out, is exit code 7, and leaves evidence that
// somebody else can check.
func TestAdversary(t *testing.T) {
	t.Parallel()
	for name, d := range deeds {
		for _, cosigns := range []bool{true, false} {
			if !cosigns && d.kind != proof.BackDated {
				continue // whether it cosigns makes no difference to the others
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				r := newRegister(t).grow(honest, "a")
				c := newCopy(t, r, r.vkey, func(c *Config) {
					if cosigns {
						c.Cosigner = cosigner(t)
					}
				})
				c.sync()
				d.do(t, r, c)
				report, err := c.Sync(t.Context())
				if truce.CodeOf(err) != truce.CodeTampered || truce.CodeOf(err).Exit() != truce.ExitTampered || truce.HintOf(err) == "" {
					t.Fatalf("not found out: %v", err)
				}
				if report.Size != d.size {
					t.Errorf("the copy has %d entries, want %d", report.Size, d.size)
				}
				checkEvidence(t, r.vkey, report.Evidence, d)
				if _, err := c.cfg.Log.Verify(t.Context(), nil); err != nil {
					t.Errorf("the copy itself does not verify any more: %v", err)
				}
				again, _ := c.Sync(t.Context())
				for _, path := range again.Evidence {
					if _, err := os.Stat(path); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
}

// TestHonestAgain: after a fork was shown once, the honest log is copied on.
func TestHonestAgain(t *testing.T) {
	t.Parallel()
	for name, d := range deeds {
		if d.kind != proof.Fork && d.kind != proof.SplitView && d.kind != proof.Rollback || name == "acknowledges on a history of its own" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRegister(t).grow(honest, "a")
			c := newCopy(t, r, r.vkey)
			c.sync()
			good := r.fork(honest).grow(150, "a")
			d.do(t, r, c)
			if _, err := c.Sync(t.Context()); truce.CodeOf(err) != truce.CodeTampered {
				t.Fatalf("not found out: %v", err)
			}
			*r = *good
			c.sync()
			c.sameAs(good)
		})
	}
}

// checkEvidence reads evidence as somebody does who has nothing but the log's key.
func checkEvidence(t *testing.T, vkey string, files []string, d deed) {
	t.Helper()
	if len(files) == 0 {
		t.Fatal("no evidence is kept")
	}
	data, err := os.ReadFile(files[0])
	must(t, err)
	e, err := proof.ParseEvidence(data)
	must(t, err)
	f, err := e.Check(vkey)
	if err != nil {
		t.Fatalf("the evidence does not hold: %v\n%s", err, data)
	}
	if f.Kind != d.kind || f.Proven != d.proven {
		t.Errorf("%s, proven %v; want %s, %v: %s", f.Kind, f.Proven, d.kind, d.proven, e.Told)
	}
	text, err := os.ReadFile(files[0][:len(files[0])-len(".json")] + ".txt")
	if err != nil || len(text) < 200 {
		t.Errorf("nothing to read: %s, %v", text, err)
	}
}

// feedOf is a feed that shows the statements of some entries.
type feedOf struct {
	items []*client.FeedItem
	err   error
}

func (f feedOf) Feed(context.Context, int64) iter.Seq2[*client.FeedItem, error] {
	return func(yield func(*client.FeedItem, error) bool) {
		for _, item := range f.items {
			if !yield(item, nil) {
				return
			}
		}
		if f.err != nil {
			yield(nil, f.err)
		}
	}
}

// idAt is the statement id of an entry.
func idAt(r *register, n int64) string {
	env, err := proof.ParseRecord(r.entries[n].Record)
	must(r.t, err)
	return env.ID()
}

// TestFeed: what the feed shows must have been handed over, and the feed itself
// must have no gap.
func TestFeed(t *testing.T) {
	t.Parallel()
	r0 := newRegister(t).grow(11, "a")
	show := func(told, entry int64) *client.FeedItem {
		return &client.FeedItem{Entry: told, Statement: &client.Statement{Entry: entry, ID: idAt(r0, entry)}, Raw: []byte(`{"entry":3}`)}
	}
	ended := &client.FeedItem{Entry: 4}
	gap := truce.E(truce.CodeTampered, "the feed leaves out what was told between the entries 1 and 5")
	for name, c := range map[string]struct {
		feed feedOf
		want truce.Code
	}{
		"nothing told":            {feedOf{}, ""},
		"handed over":             {feedOf{items: []*client.FeedItem{show(2, 1), ended}}, ""},
		"told since":              {feedOf{items: []*client.FeedItem{show(10, 3), show(3, 10)}}, ""},
		"not handed over":         {feedOf{items: []*client.FeedItem{show(2, 1), show(4, 3)}}, truce.CodeTampered},
		"a gap":                   {feedOf{items: []*client.FeedItem{show(2, 1)}, err: gap}, truce.CodeTampered},
		"the link is down midway": {feedOf{err: errLink}, truce.CodeUnavailable},
	} {
		r := newRegister(t).grow(10, "a")
		r.records = func(h *proof.Handover) { h.Entries = append(h.Entries[:3:3], h.Entries[4:]...) }
		k := newCopy(t, r, r.vkey, func(cfg *Config) { cfg.Feed = c.feed })
		report, err := k.Sync(t.Context())
		if truce.CodeOf(err) != c.want || report.Size != 10 {
			t.Errorf("%s: %v, %+v", name, err, report)
		}
		if c.want == truce.CodeTampered {
			checkEvidence(t, r.vkey, report.Evidence, deed{kind: proof.Omission})
		}
	}
}

// TestHonest: none of it is found in a register that does nothing wrong.
func TestHonest(t *testing.T) {
	t.Parallel()
	r := newRegister(t).grow(honest, "a")
	c := newCopy(t, r, r.vkey, func(c *Config) { c.Cosigner, c.MaxAge = cosigner(t), time.Hour })
	c.sync()
	r.grow(1, "a")
	c.hand(t, r.receipt(honest))
	c.sync()
	now := noon.Add(30 * time.Minute)
	c.cfg.Now = func() time.Time { return now }
	r.say(truce.SiteRegister, "site-after", `{}`, now)
	head := r.head(len(r.entries))
	record := r.statement(truce.SiteRegister, "site-seen", `{}`, &truce.Seen{Size: head.Size, Root: head.RootText()})
	r.put(proof.Entry{Number: head.Size, Time: now, Record: record})
	if report := c.sync(); report.Receipts != 1 || len(report.Evidence) != 0 {
		t.Errorf("%+v", report)
	}
	must(t, os.WriteFile(filepath.Join(c.cfg.Receipts, "2.proof"), []byte("no receipt"), 0o600))
	if report := c.sync(); report.Receipts != 1 {
		t.Errorf("a file that is no receipt: %+v", report)
	}
}

// TestCompare: a head that somebody else was shown.
func TestCompare(t *testing.T) {
	t.Parallel()
	r := newRegister(t).grow(50, "a")
	c := newCopy(t, r, r.vkey)
	c.sync()
	c.report = &Report{}
	for name, x := range map[string]struct {
		shown *proof.Checkpoint
		want  truce.Code
	}{
		"the same": {r.head(50), ""}, "of before": {r.head(20), ""}, "of later": {r.fork(50).grow(1, "a").head(51), truce.CodeNotFound},
		"another": {r.fork(20).grow(30, "b").head(50), truce.CodeTampered}, "another of before": {r.fork(20).grow(10, "b").head(30), truce.CodeTampered},
	} {
		if err := c.Compare(t.Context(), x.shown); truce.CodeOf(err) != x.want {
			t.Errorf("%s: %v, want %q", name, err, x.want)
		}
	}
}
