package intake

import (
	"context"

	"truce"
	"truce/internal/store"
)

// memory spares the reading of the same key and party for every statement. What
// it holds must be true for the transaction that asks, also after a transaction
// was rolled back and its numbers are given out again, so it is kept only while
// numbers follow one another without a gap or a step back, and is dropped
// whenever a statement about parties or keys is admitted. One process writes a
// log; a second one would show as a gap.
//
// It is used by one goroutine at a time: the writer of the ledger.
type memory struct {
	number   int64 // of the last candidate
	admitted bool  // whether that was admitted
	status   truce.Status
	parties  map[truce.PartyID]*truce.PartyState
	keys     map[string]*truce.KeyState
}

// memoryLimit bounds each map; a register with more keys in use reads again.
const memoryLimit = 8192

// begin drops what may not hold for a candidate that would get this number. The
// number after an admitted candidate is one higher, after a refused one the
// same; anything else means that others wrote or that entries were rolled back.
func (m *memory) begin(number int64) {
	expected := m.number
	if m.admitted {
		expected++
	}
	if number != expected || len(m.keys) > memoryLimit || len(m.parties) > memoryLimit {
		m.forget()
	}
	m.number, m.admitted = number, false
}

// end notes what became of the candidate.
func (m *memory) end(admitted, changesKeys bool) {
	m.admitted = admitted
	if admitted && changesKeys {
		m.forget()
	}
}

func (m *memory) forget() { m.status, m.parties, m.keys = "", nil, nil }

// party is the party as known now, nil where there is none.
func (m *memory) party(ctx context.Context, p Parties, r store.Reader, id truce.PartyID) (*truce.PartyState, error) {
	if s, ok := m.parties[id]; ok {
		return s, nil
	}
	s, err := p.Party(ctx, r, id, truce.Now)
	if err != nil || s == nil {
		return nil, err
	}
	if m.parties == nil {
		m.parties = make(map[truce.PartyID]*truce.PartyState)
	}
	m.parties[id] = s
	return s, nil
}

// key is the key as known now, nil where there is none.
func (m *memory) key(ctx context.Context, p Parties, r store.Reader, id string) (*truce.KeyState, error) {
	if s, ok := m.keys[id]; ok {
		return s, nil
	}
	s, err := p.Key(ctx, r, id, truce.Now)
	if err != nil || s == nil {
		return nil, err
	}
	if m.keys == nil {
		m.keys = make(map[string]*truce.KeyState)
	}
	m.keys[id] = s
	return s, nil
}

// registerStatus is the status of entry 0.
func (m *memory) registerStatus(ctx context.Context, p Parties, r store.Reader) (truce.Status, error) {
	if m.status != "" {
		return m.status, nil
	}
	s, err := p.RegisterStatus(ctx, r)
	m.status = s
	return s, err
}
