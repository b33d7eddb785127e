package inforce

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"truce"
	"truce/internal/auth"
	"truce/internal/view/agreement"
)

// TestTogether: many ask while the log grows; every answer knows all that its size
// holds, and no answer goes back.
func TestTogether(t *testing.T) {
	g := newReg(t)
	g.say(truce.AgreementRegister, "cell", "agreement-0", agreed(), "public")
	var wg sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		wg.Go(func() {
			for last := int64(0); ; {
				a, err := g.engine.Now(context.Background(), Query{At: start})
				if err != nil || int64(len(a.Agreements)) != a.LogSize || a.LogSize < last {
					t.Errorf("%v after size %d: %v", a, last, err)
					return
				}
				last = a.LogSize
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for i := range 40 {
		g.say(truce.AgreementRegister, "cell", fmt.Sprint("agreement-", i+1), agreed(), "public")
	}
	close(done)
	wg.Wait()
}

// TestFollows: a model that followed the log knows what one that is read anew knows;
// what was erased is gone from it, also as known in the past.
func TestFollows(t *testing.T) {
	g := newReg(t)
	g.say(truce.AgreementRegister, "cell", a1, agreed(), "public")
	g.now("2016-03-01T00:00:00Z", Query{})
	g.accept(a1, "xx", "yy")
	g.say(truce.AgreementRegister, "cell", "agreement-2", agreed("parent", a1), "public")
	g.now("2016-03-01T00:00:00Z", Query{})
	g.say(truce.EraseContent, "cell", a1, obj("reason", "legal"), "party:xx")
	fresh := New(Config{Register: &Stored{DB: g.db, Position: g.run.Position}})
	for _, size := range []int64{0, 1, 3, 5} {
		q := Query{At: utc("2016-03-01T00:00:00Z"), AsKnownAt: size, Viewer: registrar}
		a, err := g.engine.Now(t.Context(), q)
		b, fault := fresh.Now(t.Context(), q)
		if err != nil || fault != nil || text(a) != text(b) {
			t.Errorf("at size %d:\n%s\n%s\n%v %v", size, text(a), text(b), err, fault)
		}
		if slices.ContainsFunc(a.Agreements, func(x Agreement) bool { return x.ID == a1 }) {
			t.Errorf("at size %d the erased agreement is told", size)
		}
	}
}

// TestBehind: views that are behind the log give an error, never an answer that
// leaves something out.
func TestBehind(t *testing.T) {
	g := newReg(t)
	e := New(Config{Register: &Stored{DB: g.db, Position: g.run.Position, Head: func() int64 { return 5 }}})
	if _, err := e.Now(t.Context(), Query{}); truce.CodeOf(err) != truce.CodeUnavailable {
		t.Errorf("%v", err)
	}
	broken := New(Config{Register: brokenRegister{}})
	if _, err := broken.Now(t.Context(), Query{}); err == nil {
		t.Error("a register that cannot be read gives an answer")
	}
	for _, q := range []Query{{RadiusM: -1}, {RadiusM: 2e6}} {
		if _, err := g.engine.Now(t.Context(), q); truce.CodeOf(err) != truce.CodeInvalid {
			t.Errorf("%+v: %v", q, err)
		}
	}
	if a, err := g.engine.Waiting(t.Context(), Query{Viewer: auth.Viewer{}}); err != nil || a == nil {
		t.Errorf("%v %v", a, err)
	}
}

type brokenRegister struct{}

func (brokenRegister) Size(context.Context) (int64, error) { return 1, nil }
func (brokenRegister) Each(context.Context, int64, func(*agreement.Record) error) error {
	return context.DeadlineExceeded
}
func (brokenRegister) Changed(context.Context, int64, int64, func(string, *agreement.Record) error) error {
	return context.DeadlineExceeded
}
