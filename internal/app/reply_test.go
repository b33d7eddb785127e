package app

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"truce"
	"truce/internal/compose"
	"truce/internal/notify"
	"truce/internal/notify/email"
	"truce/internal/notify/webhook"
	"truce/internal/view/inbox"
	"truce/proof"
)

// TestRepliesAgain: a receiver answers each delivery with the same signed
// acknowledgement, with those of another register and of another party's name, and with
// one of what it was never told: the one that is meant counts, once, and nothing else.
func TestRepliesAgain(t *testing.T) {
	a, north := withAid(t)
	ack := func(register string, author truce.PartyID, subject, version string) string {
		s, err := compose.Statement(truce.AckReceive, register, author, subject, map[string]any{"version": version})
		must(t, err)
		e, err := compose.Sign(s, north)
		must(t, err)
		return string(e.JSON())
	}
	told, hidden := a.site("aid all"), a.say(truce.SiteRegister, "site-hidden", siteBody(2, 10), named("aid all"))
	a.hand(told, hidden)
	s, err := truce.ParseStatement(told.Payload)
	must(t, err)
	right := ack(a.r.Origin, "north", s.Subject, told.ID())
	reply := fmt.Sprintf(`{"acks":[%s]}`, strings.Join([]string{ack("other.example/register", "north", s.Subject, told.ID()), ack(a.r.Origin, "aid", s.Subject, told.ID()),
		ack(a.r.Origin, "north", "site-hidden", hidden.ID()), ack(a.r.Origin, "north", s.Subject, hidden.ID()), right, right}, ","))
	var mu sync.Mutex
	posts := 0
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		posts++
		io.WriteString(w, reply)
	}))
	defer hook.Close()
	desk, err := compose.Statement(truce.DeskRegister, a.r.Origin, "north", "desk-a", map[string]any{"name": "Liaison", "echelon": "headquarters",
		"channels": []any{map[string]any{"kind": "webhook", "address": hook.URL, "key": north.KeyID()}}})
	must(t, err)
	e, err := compose.Sign(desk, north)
	must(t, err)
	a.hand(e)
	served(t, a.r, ServeOptions{Notify: NotifyOptions{Senders: func(s proof.Signer, _ *email.Links) ([]notify.Sender, error) {
		return []notify.Sender{webhook.New(webhook.Options{Signer: s, AllowPrivate: true, AllowHTTP: true})}, nil
	}}})
	look := func() (all []inbox.Said) {
		all, err := (&teller{Register: a.r}).Said(t.Context(), inbox.Filter{Object: "ack", After: truce.NoEntry, AsOf: truce.Now})
		must(t, err)
		return all
	}
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		mu.Lock()
		n := posts
		mu.Unlock()
		if n >= 4 && len(look()) > 0 {
			break
		}
	}
	if said := look(); len(said) != 1 || said[0].Author != "north" || said[0].Ref != told.ID() {
		t.Errorf("%d posts, %d acknowledgements: %+v", posts, len(said), said)
	}
}
