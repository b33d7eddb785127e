package intake_test

import (
	"context"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/proof"
)

type testLog struct {
	r       *register
	mu      sync.Mutex
	entries []*ledger.Entry
}

func (l *testLog) size() int64 { return int64(len(l.entries)) }

func (l *testLog) Head() *proof.Checkpoint {
	return &proof.Checkpoint{Origin: origin, Size: l.size(), Root: tlog.Hash{byte(l.size())}}
}
func (l *testLog) RootAt(_ context.Context, size int64) (tlog.Hash, error) {
	return tlog.Hash{byte(size)}, nil
}
func (l *testLog) Append(ctx context.Context, cs []ledger.Candidate) []ledger.Result {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]ledger.Result, len(cs))
	err := l.r.db.Update(ctx, func(tx store.Tx) error {
		for i, c := range cs {
			out[i] = l.one(ctx, tx, c)
		}
		return nil
	})
	if err != nil {
		panic(err)
	}
	return out
}
func (l *testLog) one(ctx context.Context, tx store.Tx, c ledger.Candidate) ledger.Result {
	for _, e := range l.entries {
		if e.ID == c.ID {
			return ledger.Result{ID: c.ID, Number: e.Number, Time: e.Time, Known: true}
		}
	}
	n := l.size()
	if err := c.Admit(ctx, tx, n, l.r.clock); err != nil {
		return ledger.Result{ID: c.ID, Err: err}
	}
	e := &ledger.Entry{Number: n, Time: l.r.clock, ID: c.ID, Envelope: c.Envelope, Statement: c.Statement}
	erase, err := l.r.runner.Apply(ctx, tx, e)
	if err != nil {
		return ledger.Result{ID: c.ID, Err: truce.Wrap(truce.CodeInternal, err, "apply")}
	}
	for _, x := range erase {
		l.entries[x].Envelope, l.entries[x].Statement = nil, nil
	}
	l.entries = append(l.entries, e)
	return ledger.Result{ID: c.ID, Number: n, Time: l.r.clock}
}
func (l *testLog) Replay(ctx context.Context, r store.Reader, from, to int64, fn func(*ledger.Entry) error) error {
	for _, e := range l.entries[from:to] {
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}
