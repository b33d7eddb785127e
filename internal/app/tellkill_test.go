package app

import (
	"crypto/ed25519"
	"encoding/json"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"truce"
	"truce/internal/compose"
	"truce/internal/notify"
	"truce/internal/notify/email"
	"truce/internal/notify/webhook"
	"truce/proof"
)

// childLines are the lines of a child that tells desks.
func childLines() (o NotifyOptions) {
	if os.Getenv(childTells) != "" {
		o.Senders = func(signer proof.Signer, _ *email.Links) ([]notify.Sender, error) {
			return []notify.Sender{webhook.New(webhook.Options{Signer: signer, AllowPrivate: true, AllowHTTP: true})}, nil
		}
	}
	return o
}

// hook is a receiver that stores each delivery id once, as the specification asks.
type hook struct {
	mu    sync.Mutex
	ids   map[string]int64          // entry that each id told of
	by    map[int64]map[string]bool // ids by entry
	order []int64                   // entries, as they were new
	key   string
	bad   []string
	posts int
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the sender was killed in between
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.posts++
	if err := webhook.Verify(r.Header, body, h.key, time.Now()); err != nil {
		h.bad = append(h.bad, err.Error())
	}
	var p struct{ Data struct{ Entry int64 } }
	if err := json.Unmarshal(body, &p); err != nil {
		h.bad = append(h.bad, err.Error())
	}
	id := r.Header.Get("Webhook-Id")
	if _, seen := h.ids[id]; !seen {
		h.ids[id] = p.Data.Entry
		h.order = append(h.order, p.Data.Entry)
	}
	if h.by[p.Data.Entry] == nil {
		h.by[p.Data.Entry] = map[string]bool{}
	}
	h.by[p.Data.Entry][id] = true
}

// hasAll reports whether every one of the entries reached the receiver.
func (h *hook) hasAll(entries map[int64]bool) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for entry := range entries {
		if len(h.by[entry]) == 0 {
			return false
		}
	}
	return true
}

// withDesk enrols a party with a desk whose webhook is url.
func withDesk(t testing.TB, r *Register, by *registrar, party, url string) {
	t.Helper()
	var seed [32]byte
	copy(seed[:], party)
	root := proof.NewSigner(ed25519.NewKeyFromSeed(seed[:]))
	seed[31] = 1
	key := proof.NewSigner(ed25519.NewKeyFromSeed(seed[:]))
	s, err := compose.Statement(truce.PartyEnrol, by.origin, RegistrarID, party, compose.Enrolment{Names: []truce.Name{{Text: party}}, Role: truce.RoleParty, Root: compose.RootOf(1, root)})
	must(t, err)
	enrol, err := compose.Sign(s, by.signer, root)
	must(t, err)
	list, err := compose.ListKeys(by.origin, party, []proof.Signer{root}, []compose.SigningKey{{Signer: key, Scopes: truce.Scopes()}})
	must(t, err)
	s, err = compose.Statement(truce.DeskRegister, by.origin, party, "desk-"+party, map[string]any{"name": "Liaison", "echelon": "headquarters",
		"channels": []any{map[string]any{"kind": "webhook", "address": url}}})
	must(t, err)
	desk, err := compose.Sign(s, key)
	must(t, err)
	for _, e := range []*proof.Envelope{enrol, list, desk} {
		must(t, r.Intake.Submit(t.Context(), [][]byte{e.JSON()})[0].Err)
	}
}

// TestKillTelling kills a register at random instants while it tells: between
// sending and recording too. Whatever it had answered for reaches the receiver, in
// order, and under one id. TRUCE_KILLS sets the number of rounds.
func TestKillTelling(t *testing.T) {
	rounds := 6
	if n, err := strconv.Atoi(os.Getenv("TRUCE_KILLS")); err == nil {
		rounds = n
	}
	dir, by := create(t, t.TempDir())
	h := &hook{ids: map[string]int64{}, by: map[int64]map[string]bool{}, key: by.signer.KeyID()}
	srv := httptest.NewServer(h)
	defer srv.Close()
	r, err := Open(t.Context(), dir, Options{})
	must(t, err)
	withDesk(t, r, by, "army", srv.URL)
	must(t, r.Close())

	told := map[int64]bool{}
	n := 0
	for range rounds {
		s := start(t, dir, nil, childTells+"=1")
		time.AfterFunc(time.Duration(20+rand.IntN(200))*time.Millisecond, func() { s.cmd.Process.Kill() })
		for {
			n++
			e := by.sign(truce.SiteRegister, compose.NewSubject("site"), siteBody(n, 10), compose.To("party:army"))
			a, err := ask(http.DefaultClient, "POST", s.url+"/v1/statements", "application/json", e.JSON())
			if err != nil || a.status != 201 {
				break
			}
			told[entryOf(t, a)] = true
		}
		s.kill()
	}
	s := start(t, dir, nil, childTells+"=1")
	for range 1200 { // a machine under load takes its time
		if h.hasAll(told) {
			break
		}
		time.Sleep(25 * time.Millisecond)
	}
	time.Sleep(100 * time.Millisecond)
	s.kill()
	h.mu.Lock()
	defer h.mu.Unlock()
	for entry := range told {
		if len(h.by[entry]) != 1 {
			t.Errorf("entry %d reached the receiver under %d ids", entry, len(h.by[entry]))
		}
	}
	if !slices.IsSorted(h.order) || len(h.ids) != len(h.by) || len(h.bad) > 0 {
		t.Errorf("in order %v, %d ids for %d entries, %v", slices.IsSorted(h.order), len(h.ids), len(h.by), h.bad)
	}
	if len(told) < rounds || len(h.ids) < len(told) {
		t.Errorf("%d told, %d received: %v", len(told), len(h.ids), slices.Collect(maps.Keys(h.ids)))
	}
	t.Logf("%d kills; %d statements answered for, %d messages posted, %d stored", rounds, len(told), h.posts, len(h.ids))
}
