package check

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"truce"
	"truce/geo"
)

// crowd registers many sites, areas and movements round two places, one of which is a
// pole and the other lies on the antimeridian.
func (g *reg) crowd(rng *rand.Rand, n int) {
	for i := range n {
		lat, lon := 89.9-rng.Float64()*0.2, rng.Float64()*360-180
		if i%2 == 0 {
			lat, lon = -17+rng.Float64()*0.2, 179.9+rng.Float64()*0.2
		}
		if lon > 180 {
			lon -= 360
		}
		at := fmt.Sprintf("[%v,%v]", lon, lat)
		switch i % 5 {
		case 0:
			g.say(truce.AreaRegister, owner.Party, fmt.Sprint("area-", i), `{"areaKind":"other","geometry":{"type":"Circle","coordinates":`+at+`,"radiusM":`+fmt.Sprint(10+rng.IntN(3000))+`}}`)
		case 1:
			g.say(truce.MovementRegister, owner.Party, fmt.Sprint("movement-", i), `{"purpose":"food-aid","mode":"land","legs":[{"from":{"point":`+point(lat, lon)+`},"to":{"point":`+point(lat-0.05, lon)+`},"route":{"type":"LineString","coordinates":[`+at+`,[`+fmt.Sprint(lon)+`,`+fmt.Sprint(lat-0.05)+`]],"bufferM":100}}]}`)
		default:
			g.site(fmt.Sprint("site-", i), point(lat, lon), `,"validFrom":"2016-08-11T10:00:00Z"`, []string{"role:party"}[:i%3/2]...)
		}
	}
}

// somewhere is a question near the crowd.
func somewhere(rng *rand.Rand) Query {
	at := geo.Point{Lat: 89.9 - rng.Float64()*0.2, Lon: rng.Float64()*360 - 180}
	if rng.IntN(2) == 0 {
		at = geo.Point{Lat: -17 + rng.Float64()*0.2, Lon: 179.9 + rng.Float64()*0.1}
	}
	q := Query{Shape: geo.PointShape(at, float64(rng.IntN(3))*20), RadiusM: float64(rng.IntN(4)) * 1500, Viewer: []Query{{Viewer: registrar}, {Viewer: partyX}, {Viewer: owner}}[rng.IntN(3)].Viewer}
	switch rng.IntN(4) {
	case 0:
		q.Shape = geo.CircleShape(at, 500)
	case 1:
		q.Shape = geo.Shape{Type: geo.TypeLineString, Lines: [][]geo.Point{{at, {Lat: at.Lat - 0.02, Lon: at.Lon}}}, BufferM: 200}
	}
	return q
}

// TestBatches: questions that are asked together are answered as they are one by one and
// without an index, however many they are, with errors in their places.
func TestBatches(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 7))
	g := newReg(t, false)
	g.crowd(rng, 300)
	g.engine.cfg.IndexFrom = 100
	if err := g.engine.Index(t.Context()); err != nil {
		t.Fatal(err)
	}
	g.say(truce.SiteWithdraw, owner.Party, "site-4", `{"reason":"closed"}`)
	g.site("site-new", point(-16.95, 179.95), "")
	met, plain := 0, g.newEngine(false)
	for _, n := range []int{1, 63, 64, 65, 900} {
		queries := make([]Query, n)
		for i := range queries {
			queries[i] = mixed(rng)
		}
		for i, r := range g.engine.CheckMany(t.Context(), queries) {
			a, err := plain.Check(t.Context(), queries[i]) // which looks at every object
			if fmt.Sprint(err) != fmt.Sprint(r.Err) || text(t, a) != text(t, r.Answer) {
				t.Fatalf("question %d of %d: %v %v\n%s\n%s", i, n, err, r.Err, text(t, a), text(t, r.Answer))
			}
			if a != nil && queries[i].RadiusM == 0 {
				met += len(a.Protections)
			}
		}
	}
	if met < 50 {
		t.Errorf("only %d were met by points", met)
	}
}

// mixed is a question near the crowd, about a bare point as often as not, and sometimes
// one that cannot be answered.
func mixed(rng *rand.Rand) Query {
	q := somewhere(rng)
	if rng.IntN(2) == 0 && len(q.Shape.Points) == 1 {
		q.Shape, q.RadiusM = geo.PointShape(q.Shape.Points[0], 0), 0
	}
	switch rng.IntN(20) {
	case 0:
		q.RadiusM = -1
	case 1:
		q.Shape = geo.PointShape(geo.Point{Lat: 91}, 0)
	case 2:
		q.MinEntry = 1 << 40
	case 3:
		q.AsKnownAt = 100
	case 4:
		q.From = noon.Add(-48 * time.Hour)
	case 5:
		q.From, q.Until = noon, noon.Add(-time.Hour)
	}
	return q
}

// TestIndexed: with an index, with one that is behind the log, and without, every
// answer is the same, in its bytes.
func TestIndexed(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 7))
	g := newReg(t, false)
	g.crowd(rng, 300)
	g.engine.cfg.IndexFrom = 100
	if err := g.engine.Index(t.Context()); err != nil {
		t.Fatal(err)
	}
	compare := func(name string) {
		t.Helper()
		plain, met := g.newEngine(false), 0
		for i := range 300 {
			q := somewhere(rng)
			a, err := g.engine.Check(t.Context(), q)
			b, err2 := plain.Check(t.Context(), q)
			if err != nil || err2 != nil || text(t, a) != text(t, b) {
				t.Fatalf("%s, question %d: %v %v\n%s\n%s", name, i, err, err2, text(t, a), text(t, b))
			}
			met += len(b.Protections)
		}
		if met < 50 {
			t.Errorf("%s: only %d were met", name, met)
		}
	}
	compare("indexed")
	if size, changed, ok := g.engine.Indexed(); !ok || size != g.size || changed != 0 {
		t.Errorf("%d %d %v", size, changed, ok)
	}
	g.say(truce.SiteAmend, owner.Party, "site-2", siteBody(point(-17, 179.95), ""))
	g.say(truce.SiteWithdraw, owner.Party, "site-4", `{"reason":"closed"}`)
	g.say(truce.EraseContent, owner.Party, "site-7", `{"reason":"legal"}`)
	g.say(truce.ReleaseGive, owner.Party, "site-8", `{"recipients":["party-x"]}`)
	g.site("site-new", point(-16.95, 179.95), "")
	compare("behind the log")
	if _, changed, ok := g.engine.Indexed(); !ok || changed == 0 {
		t.Errorf("%d %v", changed, ok)
	}
	old := g.engine.newest.Load()
	n, err := newNear(old.all())
	if err != nil {
		t.Fatal(err)
	}
	g.site("site-newer", point(-16.95, 179.96), "")
	g.engine.newest.Store(old.onto(&base{items: old.all(), size: old.head.Size, near: n}))
	compare("indexed again")
}

// TestIndexedTogether: an index that is made while many ask and the log grows never
// takes an entry away.
func TestIndexedTogether(t *testing.T) {
	g := newReg(t, false)
	g.crowd(rand.New(rand.NewPCG(1, 1)), 100)
	g.engine.cfg.IndexFrom = 100
	g.site("site-0000", point(36, 37), "")
	from := g.size - 1
	var grow sync.Mutex
	heads := g.stored.Heads
	g.stored.Heads = func(ctx context.Context, size int64) (Head, error) {
		grow.Lock()
		defer grow.Unlock()
		return heads(ctx, size)
	}
	var wg sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		wg.Go(func() {
			for {
				a, err := g.engine.Check(context.Background(), here(36, 37, 10))
				if err != nil || int64(len(a.Protections)) != a.AsOf.LogSize-from {
					t.Errorf("%v, %v", a, err)
					return
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for i := range 20 {
		grow.Lock()
		g.site(fmt.Sprint("site-more-", i), point(36, 37), "")
		grow.Unlock()
		if err := g.engine.Index(t.Context()); err != nil {
			t.Error(err)
		}
		if s := g.engine.newest.Load(); i%5 == 4 {
			n, err := newNear(s.all())
			if err != nil {
				t.Error(err)
			}
			g.engine.mu.Lock()
			now := g.engine.newest.Load()
			g.engine.newest.Store(now.onto(&base{items: s.all(), size: s.head.Size, near: n}))
			g.engine.mu.Unlock()
		}
	}
	close(done)
	wg.Wait()
}
