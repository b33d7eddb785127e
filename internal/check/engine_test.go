package check

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"truce"
	"truce/geo"
)

// TestRefresh: an engine that follows the log says at every size what a new one
// says, and what is said later as known at that size of what was not erased.
func TestRefresh(t *testing.T) {
	g := newReg(t, false)
	rapid.Check(t, func(rt *rapid.T) {
		g.restart()
		ctx := context.Background()
		q := here(36.05, 37, 20_000)
		q.Viewer = rapid.SampledFrom([]Query{{Viewer: registrar}, {Viewer: partyX}}).Draw(rt, "viewer").Viewer
		erased := map[string]bool{}
		var then []string
		for range rapid.IntRange(1, 12).Draw(rt, "entries") {
			g.act(rt, erased)
			follow, err := g.engine.Check(ctx, q)
			fresh, err2 := g.newEngine(false).Check(ctx, q)
			if err != nil || err2 != nil || text(t, follow) != text(t, fresh) {
				rt.Fatalf("at %d: %v %v\n%s\n%s", g.size, err, err2, text(t, follow), text(t, fresh))
			}
			then = append(then, standing(follow))
		}
		if len(erased) > 0 || q.Viewer == partyX {
			return // erased content is gone, and a release that ended since hides the past too
		}
		for i, want := range then {
			q.AsKnownAt = int64(i + 1)
			if got := standing(g.check(q)); got != want {
				rt.Fatalf("as known at %d: %s, then %s", i+1, got, want)
			}
		}
	})
}

// restart empties the register.
func (g *reg) restart() {
	g.t.Helper()
	err := g.run.Rebuild(context.Background(), g.db, 0, nothing)
	if err != nil {
		g.t.Fatal(err)
	}
	g.size, g.engine = 0, g.newEngine(false)
}

// act says something about one of three sites.
func (g *reg) act(rt *rapid.T, erased map[string]bool) {
	subject := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "subject")
	lat := 36 + 0.01*float64(rapid.IntRange(0, 20).Draw(rt, "lat"))
	body := siteBody(point(lat, 37), "")
	if erased[subject] {
		g.say(truce.PartyAmend, "cell", "cell", `{}`)
		return
	}
	head, err := g.headOf(subject)
	if err != nil {
		rt.Fatal(err)
	}
	if head == nil {
		g.say(truce.SiteRegister, "aid", subject, body)
		return
	}
	switch rapid.IntRange(0, 6).Draw(rt, "act") {
	case 0, 1:
		g.say(truce.SiteAmend, "aid", subject, body)
	case 2:
		g.say(truce.SiteWithdraw, "aid", subject, `{"reason":"closed"}`)
	case 3:
		g.say(truce.ReleaseGive, "aid", subject, `{"recipients":["party-x"]}`)
	case 4:
		g.say(truce.ReleaseEnd, "aid", subject, `{"recipients":["party-x"]}`)
	case 5:
		g.say(truce.ChallengeOpen, "party-x", subject, `{"reason":"closed","text":"t"}`)
	case 6:
		g.say(truce.EraseContent, "aid", subject, `{"reason":"legal"}`)
		erased[subject] = true
	}
}

func standing(a *Answer) string {
	return fmt.Sprint(strings.Join(told(a), ", "), len(a.Protections), a.AsOf.LogSize)
}

// TestYears: what no answer could be written of is refused.
func TestYears(t *testing.T) {
	g := newReg(t, false)
	late, early := time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -36000)), time.Date(1, 1, 1, 0, 0, 0, 1, time.FixedZone("", 36000))
	for want, q := range map[string]Query{"/time": {From: late}, "/from": {From: early, Until: noon}, "/until": {From: noon, Until: late}} {
		q.Shape = geo.PointShape(geo.Point{Lat: 36, Lon: 37}, 0)
		_, err := g.engine.Check(t.Context(), q)
		if e, ok := errors.AsType[*truce.Error](err); !ok || e.Code != truce.CodeInvalid || e.Field != want {
			t.Errorf("%v: %v", q.From, err)
		}
	}
}

// TestPanicInBatch: what panics while a batch is shared is a panic of the caller, and
// takes no processor away from later ones.
func TestPanicInBatch(t *testing.T) {
	g := newReg(t, false)
	queries := make([]Query, 2000)
	for i := range queries {
		queries[i] = here(36, 37, 10)
	}
	for range 3 {
		func() {
			defer func() {
				if v := recover(); v != "found" {
					t.Errorf("recovered %v", v)
				}
			}()
			g.engine.CheckEach(t.Context(), queries, func(first int, results []Result) { panic("found") })
		}()
	}
	if n := len(g.engine.helpers); n != 0 {
		t.Errorf("%d are still at work", n)
	}
	if got := g.engine.CheckMany(t.Context(), queries); got[1999].Err != nil || got[1999].Answer == nil {
		t.Errorf("%+v", got[1999])
	}
}

// TestTogether: many ask while the log grows; every answer is of one size and
// holds all that was registered by then.
func TestTogether(t *testing.T) {
	g := newReg(t, false)
	g.site("site-0", point(36, 37), "")
	var grow sync.Mutex
	heads := g.stored.Heads
	g.stored.Heads = func(ctx context.Context, size int64) (Head, error) {
		grow.Lock()
		defer grow.Unlock()
		return heads(ctx, size)
	}
	var wg sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		wg.Go(func() {
			for last := int64(0); ; {
				a, err := g.engine.Check(context.Background(), here(36, 37, 10))
				if err != nil || int64(len(a.Protections)) != a.AsOf.LogSize || a.AsOf.LogSize < last {
					t.Errorf("%v, %v after size %d", a, err, last)
					return
				}
				last = a.AsOf.LogSize
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for i := range 30 {
		e := fmt.Sprint("site-", i+1)
		grow.Lock()
		g.site(e, point(36, 37), "")
		grow.Unlock()
	}
	close(done)
	wg.Wait()
}

func BenchmarkCheck(b *testing.B) {
	s := &snapshot{base: &base{}}
	for i := range 30_000 {
		o := object(i)
		s.base.items = append(s.base.items, prepare(o))
	}
	q := question{Query: Query{Shape: geo.PointShape(geo.Point{Lat: 36.2, Lon: 37.1}, 0), RadiusM: 500, Viewer: registrar}}
	if err := q.ready(noon, false); err != nil {
		b.Fatal(err)
	}
	items := s.visible(registrar)
	b.ResetTimer()
	for b.Loop() {
		if _, err := q.found(context.Background(), nil, items); err != nil {
			b.Fatal(err)
		}
	}
}
