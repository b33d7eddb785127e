package inforce

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"truce"
)

// TestPages: pages of any length hold together what the whole answer holds, each thing
// once, of an instant and of a period.
func TestPages(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := newScript(rt)
		model := m.play()
		q := Query{At: m.some(), Viewer: registrar}
		if rapid.Bool().Draw(rt, "period") {
			q.Until = q.At.Add(72 * time.Hour)
		}
		page := func(after int64, limit int) (*Answer, int64) {
			a, err := Evaluate(model, q)
			if err != nil {
				rt.Fatal(err)
			}
			return a, a.Page(after, limit)
		}
		whole, last := page(truce.NoEntry, 1000)
		if last != truce.NoEntry {
			rt.Fatal("a page that holds all has a next")
		}
		limit := rapid.IntRange(1, 5).Draw(rt, "limit")
		joined, next := page(truce.NoEntry, limit)
		for next != truce.NoEntry {
			var further *Answer
			if further, next = page(next, limit); len(further.Agreements)+len(further.Windows) == 0 {
				rt.Fatal("an empty page")
			}
			joined.Join(further)
		}
		if len(joined.Agreements) != len(whole.Agreements) || len(joined.Windows) != len(whole.Windows) || len(joined.Prohibitions) != len(whole.Prohibitions) ||
			len(joined.Conflicts) != len(whole.Conflicts) {
			rt.Fatalf("by %d:\n%s\n%s", limit, text(joined), text(whole))
		}
	})
}

// TestPageByID: the id that a page ends with leads to the next one.
func TestPageByID(t *testing.T) {
	g := newReg(t)
	ids := []string{a1, "agreement-2", "agreement-3"}
	for _, id := range ids {
		g.say(truce.AgreementRegister, "cell", id, agreed())
	}
	after := ""
	for i, id := range ids {
		a := g.now("2016-03-01T00:00:00Z", Query{})
		next, ok := a.PageByID(after, 1)
		if !ok || len(a.Agreements) != 1 || a.Agreements[0].ID != id || (next == "") != (i == 2) {
			t.Errorf("page %d: %v, next %q", i, a.Agreements, next)
		}
		after = next
	}
	if _, ok := g.now("2016-03-01T00:00:00Z", Query{}).PageByID("agreement-9", 1); ok {
		t.Error("behind one that is not there")
	}
}
