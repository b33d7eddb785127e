package intake

import (
	"context"
	"fmt"
	"testing"

	"truce"
	"truce/internal/store"
)

// ledgerOfKeys stands for the views inside a transaction: which keys are there,
// and how often was asked.
type ledgerOfKeys struct {
	Parties
	keys  map[string]bool
	asked int
}

func (l *ledgerOfKeys) Key(_ context.Context, _ store.Reader, id string, _ int64) (*truce.KeyState, error) {
	l.asked++
	if !l.keys[id] {
		return nil, nil
	}
	return &truce.KeyState{Key: id, Until: truce.NoEntry, Revoked: truce.NoEntry}, nil
}

func (l *ledgerOfKeys) Party(_ context.Context, _ store.Reader, id string, _ int64) (*truce.PartyState, error) {
	l.asked++
	if !l.keys[id] {
		return nil, nil
	}
	return &truce.PartyState{ID: id}, nil
}

func (l *ledgerOfKeys) RegisterStatus(context.Context, store.Reader) (truce.Status, error) {
	l.asked++
	return truce.Actual, nil
}

// step is one candidate: the key is looked up at its number, then it is admitted
// or not. truth is whether the key is there, fresh whether it must be asked for.
type step struct {
	number            int64
	truth             bool
	admitted, changes bool
	fresh             bool
}

func TestMemoryIsNeverStale(t *testing.T) {
	for name, steps := range map[string][]step{
		"kept while numbers follow":         {{5, true, true, false, true}, {6, true, true, false, false}, {7, true, false, false, false}, {7, true, true, false, false}},
		"dropped at a change of keys":       {{5, true, true, false, true}, {6, true, true, true, false}, {7, false, true, false, true}},
		"kept where the change was refused": {{5, true, false, true, true}, {5, true, true, false, false}},
		// 6 lists the key, 7 uses it; both are rolled back and 6 is given out again.
		"rolled back":                  {{6, false, true, true, true}, {7, true, true, false, true}, {6, false, true, false, true}, {7, false, true, false, true}},
		"rolled back by one":           {{6, true, true, false, true}, {6, false, true, false, true}},
		"rolled back to where refused": {{6, false, true, true, true}, {7, true, false, false, true}, {6, false, false, false, true}},
		"another process wrote":        {{5, true, true, false, true}, {7, false, true, false, true}},
		"another wrote after refusal":  {{5, true, false, false, true}, {6, false, true, false, true}},
		"absence is not remembered":    {{5, false, true, false, true}, {6, true, true, false, true}},
	} {
		t.Run(name, func(t *testing.T) {
			var m memory
			l := &ledgerOfKeys{}
			for i, s := range steps {
				l.keys, l.asked = map[string]bool{"k": s.truth}, 0
				m.begin(s.number)
				k, err := m.key(t.Context(), l, nil, "k")
				if err != nil || (k != nil) != s.truth || (l.asked == 1) != s.fresh {
					t.Fatalf("step %d: key %v, asked %d times, %v", i, k, l.asked, err)
				}
				m.end(s.admitted, s.changes)
			}
		})
	}
}

func TestMemoryOfParties(t *testing.T) {
	var m memory
	l := &ledgerOfKeys{keys: map[string]bool{"msf": true}}
	for n := range int64(3) {
		m.begin(n)
		p, err := m.party(t.Context(), l, nil, "msf")
		status, _ := m.registerStatus(t.Context(), l, nil)
		if err != nil || p == nil || status != truce.Actual {
			t.Fatal(p, status, err)
		}
		m.end(true, false)
	}
	if l.asked != 2 {
		t.Errorf("asked %d times, want once for each", l.asked)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	var m memory
	l := &ledgerOfKeys{keys: map[string]bool{}}
	for n := range int64(memoryLimit + 10) {
		id := fmt.Sprint(n)
		l.keys[id] = true
		m.begin(n)
		if _, err := m.key(t.Context(), l, nil, id); err != nil {
			t.Fatal(err)
		}
		m.end(true, false)
	}
	if len(m.keys) > memoryLimit+1 {
		t.Errorf("%d keys are kept", len(m.keys))
	}
}

// TestRulesAreComplete: one row for each kind, and none besides.
func TestRulesAreComplete(t *testing.T) {
	for _, spec := range truce.Kinds() {
		r := rules[spec.Kind]
		if r == nil || r.admit == nil {
			t.Errorf("%s has no rule", spec.Kind)
			continue
		}
		if spec.Signers == truce.ByRoot && r.sign == nil {
			t.Errorf("%s is signed by roots and has no rule for it", spec.Kind)
		}
	}
	if len(rules) != len(truce.Kinds()) {
		t.Errorf("%d rules for %d kinds", len(rules), len(truce.Kinds()))
	}
}
