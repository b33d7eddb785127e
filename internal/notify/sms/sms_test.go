package sms

import (
	"crypto/ed25519"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"truce"
	"truce/internal/notify"
	"truce/internal/view/inbox"
	"truce/proof"
)

func key(name string) proof.Signer {
	var seed [32]byte
	copy(seed[:], name)
	return proof.NewSigner(ed25519.NewKeyFromSeed(seed[:]))
}

var id = strings.Repeat("0123456789abcdef", 4)

func message(to string) *notify.Message {
	return &notify.Message{ID: "d-1", Register: "register.example/aleppo", Party: "army", Channel: inbox.Channel{Kind: "sms", Address: to}, Desk: &inbox.Desk{},
		Reason: "release", Line: &notify.Line{Entry: 1 << 40, Subject: "site-secret", What: "revalidated", Version: id}}
}

// TestText: the longest text fits, holds nothing of the content, and verifies for
// that party and statement alone.
func TestText(t *testing.T) {
	text, err := Text(message(""), key("register"))
	if err != nil || len(text) > MaxBytes || strings.Contains(text, "secret") {
		t.Fatalf("%q (%d bytes), %v", text, len(text), err)
	}
	k := key("register").KeyID()
	ref, err := Verify(text, "register.example/aleppo", "army", id, k)
	if err != nil || ref.Entry != 1<<40 || ref.What != "revalidated" {
		t.Errorf("%+v, %v", ref, err)
	}
	other := strings.Replace(id, "f", "e", 1)
	for name, try := range map[string]func() error{
		"register": func() error { _, err := Verify(text, "register.example/x", "army", id, k); return err },
		"party":    func() error { _, err := Verify(text, "register.example/aleppo", "group", id, k); return err },
		"version":  func() error { _, err := Verify(text, "register.example/aleppo", "army", other, k); return err },
		"key": func() error {
			_, err := Verify(text, "register.example/aleppo", "army", id, key("x").KeyID())
			return err
		},
		"what": func() error {
			_, err := Verify(strings.Replace(text, "revalidated", "withdrawn", 1), "register.example/aleppo", "army", id, k)
			return err
		},
		"entry": func() error {
			_, err := Verify(strings.Replace(text, "1099511627776", "1099511627777", 1), "register.example/aleppo", "army", id, k)
			return err
		},
	} {
		if err := try(); truce.CodeOf(err) != truce.CodeUnsigned {
			t.Errorf("another %s: %v", name, err)
		}
	}
	list := message("")
	list.Line, list.Waiting = nil, []notify.Open{{Entry: 3}, {Entry: 9}}
	if text, err = Text(list, key("register")); err != nil || !strings.HasPrefix(text, "T1 9 list 2 ") {
		t.Errorf("%q, %v", text, err)
	}
}

func TestSend(t *testing.T) {
	var got map[string]string
	var auth string
	status := 202
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		auth = r.Header.Get("Authorization")
		body, _ := io.ReadAll(r.Body)
		json.Unmarshal(body, &got)
		w.WriteHeader(status)
	}))
	defer srv.Close()
	s := New(Options{Gateway: srv.URL, Token: "t0ken", Signer: key("register"), AllowPrivate: true, AllowHTTP: true})
	if _, err := s.Send(t.Context(), message("+963 (21) 555-1234")); err != nil || got["to"] != "+963215551234" || !strings.HasPrefix(got["text"], "T1 ") || auth != "Bearer t0ken" {
		t.Errorf("%v %q, %v", got, auth, err)
	}
	status = 500
	if _, err := s.Send(t.Context(), message("+963215551234")); truce.CodeOf(err) != truce.CodeUnavailable {
		t.Errorf("%v", err)
	}
	for _, to := range []string{"", "0215551234", "+0215551234", "+1", "+123456789012345678", "army@example.org", "+96321555;rm"} {
		if _, err := s.Send(t.Context(), message(to)); truce.CodeOf(err) != truce.CodeRefused {
			t.Errorf("%q: %v", to, err)
		}
	}
	if _, err := New(Options{Gateway: srv.URL, Signer: key("register"), AllowHTTP: true}).Send(t.Context(), message("+963215551234")); truce.CodeOf(err) != truce.CodeRefused {
		t.Errorf("a private gateway: %v", err)
	}
}

func FuzzVerify(f *testing.F) {
	text, _ := Text(message(""), key("register"))
	f.Add(text)
	f.Add("T1 9 list 2 x")
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := Verify(s, "register.example/aleppo", "army", id, key("register").KeyID()); err == nil && !strings.HasPrefix(s, "T1") {
			t.Fatal(s)
		}
	})
}
