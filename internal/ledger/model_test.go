package ledger

import (
	"context"
	"fmt"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"truce"
	"truce/internal/store"
	"truce/proof"
)

// model is the log as a list in memory; its root is worked out naively.
type model struct {
	k      *kit
	leaves [][]byte
	all    []Candidate // by number
	gone   map[int64]bool
	next   int
}

// naiveRoot is MTH of RFC 6962 2.1, word for word.
func naiveRoot(leaves [][]byte) tlog.Hash {
	switch n := len(leaves); n {
	case 0:
		h, _ := tlog.TreeHash(0, nil)
		return h
	case 1:
		return tlog.RecordHash(leaves[0])
	default:
		k := 1
		for k*2 < n {
			k *= 2
		}
		return tlog.NodeHash(naiveRoot(leaves[:k]), naiveRoot(leaves[k:]))
	}
}

// TestModel runs random sequences of appends, repetitions, refusals, erasures
// and restarts.
func TestModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := &model{k: newKit(t), gone: map[int64]bool{}}
		defer m.k.stop()
		if rapid.Bool().Draw(rt, "begin near a full tile") {
			m.add(rt, 250)
		}
		rt.Repeat(map[string]func(*rapid.T){
			"append":  m.append,
			"repeat":  m.repeat,
			"refuse":  m.refuse,
			"erase":   m.erase,
			"restart": m.restart,
			"":        m.check,
		})
		m.verify(rt)
	})
}

func (m *model) append(rt *rapid.T) {
	m.add(rt, rapid.SampledFrom([]int{1, 2, 3, 17}).Draw(rt, "how many"))
}

func (m *model) add(rt *rapid.T, n int) {
	var all []Candidate
	for range n {
		m.next++
		all = append(all, m.k.statement(truce.SiteRegister, fmt.Sprintf("site-%d", m.next%20), fmt.Sprintf("w%d", m.next), m.next))
	}
	for i, r := range m.k.l.Append(context.Background(), all) {
		m.took(rt, all[i], r)
	}
}

// took adds an answer to the model, with the leaf as the receipt shows it.
func (m *model) took(rt *rapid.T, c Candidate, r Result) {
	if r.Err != nil || r.Known || r.Number != int64(len(m.leaves)) {
		rt.Fatalf("the answer is %+v, want number %d", r, len(m.leaves))
	}
	receipt, err := m.k.l.Receipt(context.Background(), r.Number, true)
	if err != nil {
		rt.Fatal(err)
	}
	m.leaves, m.all = append(m.leaves, receipt.Leaf()), append(m.all, c)
}

func (m *model) pick(rt *rapid.T) int {
	if len(m.all) == 0 {
		rt.Skip("nothing there")
	}
	return rapid.IntRange(0, len(m.all)-1).Draw(rt, "number")
}

// repeat submits something once more, erased or not.
func (m *model) repeat(rt *rapid.T) {
	n := m.pick(rt)
	if r := m.k.l.Append(context.Background(), m.all[n:n+1])[0]; r.Err != nil || !r.Known || r.Number != int64(n) {
		rt.Fatalf("entry %d once more: %+v", n, r)
	}
}

func (m *model) refuse(rt *rapid.T) {
	m.next++
	c := m.k.statement(truce.SiteRegister, "s", "refused", m.next)
	c.Admit = func(context.Context, store.Reader, int64, time.Time) error { return truce.E(truce.CodeRefused, "no") }
	if r := m.k.l.Append(context.Background(), []Candidate{c})[0]; truce.CodeOf(r.Err) != truce.CodeRefused {
		rt.Fatalf("a refusal: %+v", r)
	}
}

func (m *model) erase(rt *rapid.T) {
	n := m.pick(rt)
	subject := m.all[n].Statement.Subject
	for i, c := range m.all {
		if c.Statement.Subject == subject && c.Statement.Kind != truce.EraseContent {
			m.gone[int64(i)] = true
		}
	}
	m.next++
	c := m.k.statement(truce.EraseContent, subject, "erase", m.next)
	m.took(rt, c, m.k.l.Append(context.Background(), []Candidate{c})[0])
}

func (m *model) restart(rt *rapid.T) {
	m.k.stop()
	if err := m.k.start(); err != nil {
		rt.Fatal(err)
	}
}

func (m *model) check(rt *rapid.T) {
	head := m.k.l.Head()
	if head.Size != int64(len(m.leaves)) || head.Root != naiveRoot(m.leaves) {
		rt.Fatalf("the head of size %d is not the model's of size %d", head.Size, len(m.leaves))
	}
	if _, err := proof.OpenCheckpoint(head.Note, m.k.cfg.Verifier); err != nil {
		rt.Fatal(err)
	}
}

// verify has everything worked out again, and reads back every entry.
func (m *model) verify(rt *rapid.T) {
	report, err := m.k.l.Verify(context.Background(), nil)
	if err != nil {
		rt.Fatal(err)
	}
	if report.Erased != int64(len(m.gone)) {
		rt.Fatalf("%d entries are erased, want %d", report.Erased, len(m.gone))
	}
	for i, c := range m.all {
		e, err := m.k.l.EntryByID(context.Background(), c.ID)
		if err != nil || e.Number != int64(i) || e.Erased() != m.gone[int64(i)] {
			rt.Fatalf("entry %d reads back as %+v, %v", i, e, err)
		}
	}
}
