package webhook

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/internal/compose"
	"truce/internal/notify"
	"truce/internal/view/inbox"
	"truce/proof"
)

func key(name string) proof.Signer {
	var seed [32]byte
	copy(seed[:], name)
	return proof.NewSigner(ed25519.NewKeyFromSeed(seed[:]))
}

func message(address string) *notify.Message {
	return &notify.Message{ID: "0123abcd", Attempt: 1, Register: "register.example/t", Party: "army", Desk: &inbox.Desk{ID: "desk-a"}, Channel: inbox.Channel{Kind: "webhook", Address: address},
		Reason: "release", At: time.Now().UTC(), Line: &notify.Line{Entry: 7, Subject: "site-a", What: "new", Item: json.RawMessage(`{"entry":7}`)}}
}

func sender() *Sender {
	return New(Options{Signer: key("register"), AllowPrivate: true, AllowHTTP: true})
}

// TestSend: what is posted verifies as its receiver would verify it, and no other
// message does.
func TestSend(t *testing.T) {
	var header http.Header
	var body []byte
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header = r.Header
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(204)
	}))
	defer srv.Close()
	r, err := sender().Send(t.Context(), message(srv.URL))
	if err != nil || r.Detail != "status 204" || len(r.Acks) != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	keyID := key("register").KeyID()
	if err := Verify(header, body, keyID, time.Now()); err != nil {
		t.Error(err)
	}
	var p Payload
	if err := json.Unmarshal(body, &p); err != nil || p.Type != "truce.line" || p.Party != "army" || p.Register != "register.example/t" {
		t.Errorf("%s", body)
	}
	for name, c := range map[string]struct {
		change func(http.Header) http.Header
		body   []byte
		key    string
		at     time.Time
	}{
		"another body": {body: append([]byte(" "), body...)},
		"another key":  {key: key("other").KeyID()},
		"another id":   {change: func(h http.Header) http.Header { h.Set("Webhook-Id", "x"); return h }},
		"another time": {change: func(h http.Header) http.Header { h.Set("Webhook-Timestamp", fmt.Sprint(time.Now().Unix()+1)); return h }},
		"replayed":     {at: time.Now().Add(6 * time.Minute)},
		"from ahead":   {at: time.Now().Add(-6 * time.Minute)},
		"unsigned":     {change: func(h http.Header) http.Header { h.Del("Webhook-Signature"); return h }},
		"symmetric": {change: func(h http.Header) http.Header {
			h.Set("Webhook-Signature", strings.Replace(h.Get("Webhook-Signature"), "v1a,", "v1,", 1))
			return h
		}},
		"no time": {change: func(h http.Header) http.Header { h.Set("Webhook-Timestamp", "soon"); return h }},
	} {
		h, b, k, at := header.Clone(), body, keyID, time.Now()
		if c.change != nil {
			h = c.change(h)
		}
		if c.body != nil {
			b = c.body
		}
		if c.key != "" {
			k = c.key
		}
		if !c.at.IsZero() {
			at = c.at
		}
		if err := Verify(h, b, k, at); truce.CodeOf(err) != truce.CodeUnsigned {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestStatus: what a receiver can answer, and whether it is tried again.
func TestStatus(t *testing.T) {
	status := 200
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status/100 == 3 {
			w.Header().Set("Location", "http://127.0.0.1:1/")
		}
		w.WriteHeader(status)
	}))
	defer srv.Close()
	for s, want := range map[int]truce.Code{200: "", 204: "", 400: truce.CodeRefused, 410: truce.CodeRefused, 413: truce.CodeRefused, 422: truce.CodeRefused,
		301: truce.CodeUnavailable, 307: truce.CodeUnavailable, 401: truce.CodeUnavailable, 404: truce.CodeUnavailable, 429: truce.CodeUnavailable, 500: truce.CodeUnavailable, 503: truce.CodeUnavailable} {
		status = s
		if _, err := sender().Send(t.Context(), message(srv.URL)); truce.CodeOf(err) != want {
			t.Errorf("%d: %v", s, err)
		}
	}
}

// TestAddresses: nothing goes to a private address, without TLS, or with a
// password, unless that is allowed.
func TestAddresses(t *testing.T) {
	hit := false
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hit = true }))
	defer srv.Close()
	strict := New(Options{Signer: key("register"), AllowHTTP: true})
	for _, a := range []string{srv.URL, strings.Replace(srv.URL, "127.0.0.1", "localhost", 1), "http://169.254.169.254/latest/meta-data", "http://[::1]:80/", "http://10.0.0.1/"} {
		if _, err := strict.Send(t.Context(), message(a)); truce.CodeOf(err) != truce.CodeRefused {
			t.Errorf("%s: %v", a, err)
		}
	}
	secure := New(Options{Signer: key("register"), AllowPrivate: true})
	for _, a := range []string{srv.URL, "https://user:pw@example.org/", "ftp://example.org/", "", "https://", "javascript:alert(1)", "file:///etc/passwd"} {
		if _, err := secure.Send(t.Context(), message(a)); truce.CodeOf(err) != truce.CodeRefused {
			t.Errorf("%q: %v", a, err)
		}
	}
	if hit {
		t.Error("a request went to a private address")
	}
}

// TestReplies: acknowledgements in a reply count where they are ones, signed with
// the key that the desk named; a huge or broken reply does not matter.
func TestReplies(t *testing.T) {
	reply := ""
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, reply) }))
	defer srv.Close()
	sign := func(kind truce.Kind, subject string, body any, k string) string {
		s, err := compose.Statement(kind, "register.example/t", "army", subject, body)
		if err != nil {
			t.Fatal(err)
		}
		e, err := compose.Sign(s, key(k))
		if err != nil {
			t.Fatal(err)
		}
		return string(e.JSON())
	}
	ack := sign(truce.AckReceive, "site-a", map[string]any{"version": strings.Repeat("0", 64)}, "army")
	foreign := sign(truce.AckReceive, "site-a", map[string]any{"version": strings.Repeat("0", 64)}, "other")
	other := sign(truce.AlarmEnd, "site-a", map[string]any{"alarm": strings.Repeat("0", 64)}, "army")
	m := message(srv.URL)
	m.Channel.Key = key("army").KeyID()
	for name, c := range map[string]struct {
		reply string
		want  int
	}{
		"one": {`{"acks":[` + ack + `]}`, 1}, "another's key": {`{"acks":[` + foreign + `]}`, 0}, "another kind": {`{"acks":[` + other + `]}`, 0}, "both": {`{"acks":[` + other + `,` + ack + `]}`, 1},
		"none": {``, 0}, "text": {`ok`, 0}, "broken": {`{"acks":[`, 0}, "numbers": {`{"acks":[1,2]}`, 0}, "huge": {`{"acks":[` + ack + `],"x":"` + strings.Repeat("x", maxReply) + `"}`, 0},
		"many": {`{"acks":[` + strings.Repeat(ack+",", 40) + ack + `]}`, maxAcks},
	} {
		reply = c.reply
		r, err := sender().Send(t.Context(), m)
		if err != nil || len(r.Acks) != c.want {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

// TestSlow: a receiver that never answers ends with the caller's patience.
func TestSlow(t *testing.T) {
	stop := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-stop }))
	defer srv.Close()
	defer close(stop)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := sender().Send(ctx, message(srv.URL)); truce.CodeOf(err) != truce.CodeUnavailable {
		t.Errorf("%v", err)
	}
}

func FuzzAcks(f *testing.F) {
	f.Add([]byte(`{"acks":[]}`), "")
	f.Add([]byte(`{"acks":[{"payloadType":"x"}]}`), "ed25519:x")
	f.Fuzz(func(t *testing.T, body []byte, key string) {
		if got := Acks(body, key); len(got) > maxAcks {
			t.Fatal("too many")
		}
	})
}
