package bench

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"truce"
	"truce/internal/app"
	"truce/internal/compose"
	"truce/internal/notify"
	"truce/internal/notify/email"
	"truce/internal/notify/webhook"
	"truce/internal/store"
	"truce/proof"
)

const toldSites = 30_000 // sites that one party is told of

// enrol enrols a party with one key.
func enrol(b testing.TB, reg *app.Register, by author, party string) author {
	b.Helper()
	var seed [32]byte
	copy(seed[:], party)
	root := proof.NewSigner(ed25519.NewKeyFromSeed(seed[:]))
	seed[31] = 1
	key := proof.NewSigner(ed25519.NewKeyFromSeed(seed[:]))
	s, err := compose.Statement(truce.PartyEnrol, registerOrigin, by.party, party,
		compose.Enrolment{Names: []truce.Name{{Text: party}}, Role: truce.RoleParty, Root: compose.RootOf(1, root)})
	must(b, err)
	e, err := compose.Sign(s, by.signer, root)
	must(b, err)
	list, err := compose.ListKeys(registerOrigin, party, []proof.Signer{root}, []compose.SigningKey{{Signer: key, Scopes: truce.Scopes()}})
	must(b, err)
	hand(b, reg, e, list)
	return author{party, key}
}

// hand hands statements in, a thousand at a time.
func hand(b testing.TB, reg *app.Register, all ...*proof.Envelope) {
	b.Helper()
	for part := range slices.Chunk(all, 1000) {
		raw := make([][]byte, len(part))
		for i, e := range part {
			raw[i] = e.JSON()
		}
		for _, r := range reg.Intake.Submit(context.Background(), raw) {
			must(b, r.Err)
		}
	}
}

// toldParty is a register in which army was told of n sites.
func toldParty(b testing.TB, n int) (reg *app.Register, army author, sites []*proof.Envelope, subjects []string) {
	reg = open(b)
	by := registrar(b, reg)
	army = enrol(b, reg, by, "army")
	sites, subjects = make([]*proof.Envelope, n), make([]string, n)
	eachInParallel(n, func(i int) {
		var err error
		subjects[i] = compose.NewSubject("site")
		sites[i], err = by.sign(truce.SiteRegister, subjects[i], siteBody(i), compose.To("party:army"))
		must(b, err)
	})
	hand(b, reg, sites...)
	return reg, army, sites, subjects
}

// BenchmarkToldFeed reads a feed of 30,000 lines: the lines alone, as a reader asks
// for them with ?thin=1, and with every statement as the party may read it.
func BenchmarkToldFeed(b *testing.B) {
	reg, _, _, _ := toldParty(b, toldSites)
	for name, read := range map[string]func() int{
		"thin": func() int { return len(feedLines(b, reg, "army")) },
		"whole": func() int {
			lines, err := reg.Feed(context.Background(), "army")
			must(b, err)
			return len(lines)
		},
	} {
		b.Run(name, func(b *testing.B) {
			total := 0
			for b.Loop() {
				total += read()
			}
			if total != b.N*toldSites {
				b.Fatalf("%d lines", total)
			}
			b.ReportMetric(float64(total)/b.Elapsed().Seconds(), "lines/s")
		})
	}
}

func feedLines(b testing.TB, reg *app.Register, party string) (entries []int64) {
	for after := truce.NoEntry; ; {
		got := 0
		must(b, reg.DB.View(context.Background(), func(r store.Reader) error {
			lines, _, err := reg.Told().Lines(context.Background(), r, []string{"party:" + party, "role:party", "public"}, after, truce.Now, 1000)
			for _, l := range lines {
				entries = append(entries, l.Entry)
			}
			got = len(lines)
			return err
		}))
		if got < 1000 {
			return entries
		}
		after = entries[len(entries)-1]
	}
}

// BenchmarkToldBox gathers the inbox of a party that was told of 30,000 sites and
// received half of them.
func BenchmarkToldBox(b *testing.B) {
	reg, army, sites, subjects := toldParty(b, toldSites)
	acks := make([]*proof.Envelope, toldSites/2)
	eachInParallel(len(acks), func(i int) {
		var err error
		acks[i], err = army.sign(truce.AckReceive, subjects[i], map[string]any{"version": sites[i].ID()})
		must(b, err)
	})
	hand(b, reg, acks...)
	b.ResetTimer()
	for b.Loop() {
		must(b, reg.DB.View(context.Background(), func(r store.Reader) error {
			q, err := reg.Told().At(context.Background(), r, truce.Now)
			must(b, err)
			box, err := q.Box(q.Party("army"))
			if err == nil && (len(box.Items) != toldSites || box.Behind != toldSites/2) {
				b.Fatalf("%d items, %d open", len(box.Items), box.Behind)
			}
			return err
		}))
	}
}

// BenchmarkToldAcks hands in signed acknowledgements, verified, checked and durable,
// by eight recipients' submissions of 25 at a time.
func BenchmarkToldAcks(b *testing.B) {
	reg, army, sites, subjects := toldParty(b, 1000)
	acks := make([][]byte, b.N)
	eachInParallel(b.N, func(i int) {
		e, err := army.sign(truce.AckReceive, subjects[i%1000], map[string]any{"version": sites[i%1000].ID(), "text": fmt.Sprint(i)})
		must(b, err)
		acks[i] = e.JSON()
	})
	var next atomic.Int64
	b.ResetTimer()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for {
				to := int(next.Add(25))
				if to-25 >= b.N {
					return
				}
				for _, r := range reg.Intake.Submit(context.Background(), acks[to-25:min(to, b.N)]) {
					must(b, r.Err)
				}
			}
		})
	}
	group.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "acks/s")
}

// arrivals counts what webhooks post, by statement id of the version.
type arrivals struct {
	mu   sync.Mutex
	left map[string]int
	done map[string]chan struct{}
}

func (a *arrivals) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var p struct{ Data struct{ Version string } }
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &p)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.left[p.Data.Version]--; a.left[p.Data.Version] == 0 {
		close(a.done[p.Data.Version])
	}
}

func (a *arrivals) expect(version string, n int) chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.left[version], a.done[version] = n, make(chan struct{})
	return a.done[version]
}

const toldRecipients = 40

// BenchmarkToldRelease measures from handing in a statement that forty parties are
// told of to the last of their webhooks having it, each post signed; the records of
// the deliveries are written beside.
func BenchmarkToldRelease(b *testing.B) {
	reg := open(b)
	by := registrar(b, reg)
	hooks := &arrivals{left: map[string]int{}, done: map[string]chan struct{}{}}
	srv := httptest.NewServer(hooks)
	defer srv.Close()
	var to []string
	for i := range toldRecipients {
		a := enrol(b, reg, by, fmt.Sprintf("party-%02d", i))
		desk, err := a.sign(truce.DeskRegister, compose.NewSubject("desk"), map[string]any{"name": "d", "echelon": "headquarters",
			"channels": []any{map[string]any{"kind": "webhook", "address": srv.URL + "/" + a.party}}})
		must(b, err)
		hand(b, reg, desk)
		to = append(to, "party:"+a.party)
	}
	stop := tellOver(b, reg)
	defer stop()
	var took []time.Duration
	b.ResetTimer()
	for i := range b.N {
		e, err := by.sign(truce.SiteRegister, compose.NewSubject("site"), siteBody(i), compose.To(to...))
		must(b, err)
		done, start := hooks.expect(e.ID(), toldRecipients), time.Now()
		hand(b, reg, e)
		<-done
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "p50-ms")
	b.ReportMetric(float64(took[(len(took)*99)/100].Milliseconds()), "p99-ms")
}

// tellOver serves a register that tells over webhooks.
func tellOver(b testing.TB, reg *app.Register) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() {
		done <- reg.Serve(ctx, app.ServeOptions{Addr: "127.0.0.1:0", Version: "bench", Ready: func(u string) { ready <- u },
			Notify: app.NotifyOptions{Senders: func(s proof.Signer, _ *email.Links) ([]notify.Sender, error) {
				return []notify.Sender{webhook.New(webhook.Options{Signer: s, AllowPrivate: true, AllowHTTP: true})}, nil
			}}})
	}()
	select {
	case <-ready:
	case err := <-done:
		b.Fatal(err)
	}
	return func() { cancel(); must(b, <-done) }
}
