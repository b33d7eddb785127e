package app

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"truce"
	"truce/internal/compose"
	"truce/internal/notify"
	"truce/internal/notify/email"
	"truce/internal/view/inbox"
	"truce/proof"
)

// postbox is a mail line that keeps what it is handed.
type postbox struct {
	links *email.Links
	mu    sync.Mutex
	got   []*notify.Message
}

func (*postbox) Kind() string { return "email" }

func (p *postbox) Send(_ context.Context, m *notify.Message) (*notify.Reply, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, m)
	return &notify.Reply{}, nil
}

func (p *postbox) first(t *testing.T) *notify.Message {
	t.Helper()
	for range 200 {
		p.mu.Lock()
		if len(p.got) > 0 {
			defer p.mu.Unlock()
			return p.got[0]
		}
		p.mu.Unlock()
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("nothing was told")
	return nil
}

// told makes a register in which a party with a desk was told of a site.
func toldRegister(t *testing.T) (r *Register, by *registrar, site string) {
	dir, by := create(t, t.TempDir())
	r = reopen(t, dir)
	var seed [32]byte
	root, key := proof.NewSigner(ed25519.NewKeyFromSeed(seed[:])), func() proof.Signer { seed[0] = 1; return proof.NewSigner(ed25519.NewKeyFromSeed(seed[:])) }()
	s, err := compose.Statement(truce.PartyEnrol, by.origin, RegistrarID, "army", compose.Enrolment{Names: []truce.Name{{Text: "Army"}}, Role: truce.RoleParty, Root: compose.RootOf(1, root)})
	must(t, err)
	enrol, err := compose.Sign(s, by.signer, root)
	must(t, err)
	list, err := compose.ListKeys(by.origin, "army", []proof.Signer{root}, []compose.SigningKey{{Signer: key, Scopes: truce.Scopes()}})
	must(t, err)
	s, err = compose.Statement(truce.DeskRegister, by.origin, "army", "desk-a", map[string]any{"name": "Liaison", "echelon": "headquarters", "lang": "ar",
		"channels": []any{map[string]any{"kind": "email", "address": "desk@example.org"}}})
	must(t, err)
	desk, err := compose.Sign(s, key)
	must(t, err)
	place := by.sign(truce.SiteRegister, "site-a", siteBody(1, 10))
	release := by.sign(truce.ReleaseGive, "site-a", compose.Recipients{Recipients: []truce.PartyID{"army"}})
	for _, e := range []*proof.Envelope{enrol, list, desk, place, release} {
		must(t, r.Intake.Submit(t.Context(), [][]byte{e.JSON()})[0].Err)
	}
	return r, by, "site-a"
}

// TestAnswerLink: opening the link of a mail does nothing, however often scanners do
// it; pressing the button is recorded once, also over a restart, and is no
// acknowledgement.
func TestAnswerLink(t *testing.T) {
	r, _, site := toldRegister(t)
	box := &postbox{}
	serve := func() (url string, stop func()) {
		ctx, cancel := context.WithCancel(t.Context())
		ready, done := make(chan string, 1), make(chan error, 1)
		go func() {
			done <- r.Serve(ctx, ServeOptions{Addr: "127.0.0.1:0", Version: "test", Ready: func(u string) { ready <- u },
				Notify: NotifyOptions{Senders: func(_ proof.Signer, l *email.Links) ([]notify.Sender, error) {
					box.links = l
					return []notify.Sender{box}, nil
				}}})
		}()
		select {
		case url = <-ready:
		case err := <-done:
			t.Fatal(err)
		}
		return url, func() { cancel(); must(t, <-done) }
	}
	url, stop := serve()
	m := box.first(t)
	if m.Line == nil || m.Line.Subject != site || m.Line.What != "new" || !strings.Contains(string(m.Line.Item), `"envelope"`) {
		t.Fatalf("%+v", m.Line)
	}
	token, err := box.links.Seal(email.Answer{Party: m.Party, Desk: m.Desk.ID, Subject: m.Line.Subject, Version: m.Line.Version, Entry: m.Line.Entry, Delivery: m.ID, Lang: "ar"})
	must(t, err)
	press := func(method, token string) *answer {
		a, err := ask(http.DefaultClient, method, url+"/answer/"+token, "application/x-www-form-urlencoded", nil)
		must(t, err)
		return a
	}
	for range 3 {
		if a := press("GET", token); a.status != 200 || !strings.Contains(string(a.body), "<button") || !strings.Contains(string(a.body), `dir="rtl"`) {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	for _, method := range []string{"HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"} { // scanners try these too
		press(method, token)
	}
	prefetch, err := http.NewRequestWithContext(t.Context(), "GET", url+"/answer/"+token, nil)
	must(t, err)
	prefetch.Header.Set("Sec-Purpose", "prefetch;prerender")
	fetched, err := http.DefaultClient.Do(prefetch)
	must(t, err)
	fetched.Body.Close()
	uses := func() (n int) {
		said, err := (&teller{Register: r}).Said(t.Context(), inbox.Filter{Object: "delivery", After: truce.NoEntry, AsOf: truce.Now})
		must(t, err)
		for _, s := range said {
			var b answered
			must(t, json.Unmarshal(s.Body, &b))
			if b.Outcome == "answered" {
				n++
			}
		}
		return n
	}
	if uses() != 0 {
		t.Fatal("opening the link was taken for an answer")
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { press("POST", token) })
	}
	group.Wait()
	stop()
	url, stop = serve()
	defer stop()
	if a := press("POST", token); a.status != 200 || strings.Contains(string(a.body), "<button") || uses() != 1 {
		t.Errorf("%d uses; %d %s", uses(), a.status, a.body)
	}
	for _, bad := range []string{"x", token[:len(token)-2], strings.Repeat("A", 3000)} {
		if a := press("POST", bad); a.status != 404 {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
}
