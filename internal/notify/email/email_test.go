package email

import (
	"bufio"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/internal/i18n"
	"truce/internal/notify"
	"truce/internal/view/inbox"
	"truce/proof"
)

func key(name string) proof.Signer {
	var seed [32]byte
	copy(seed[:], name)
	return proof.NewSigner(ed25519.NewKeyFromSeed(seed[:]))
}

func message(to, lang string) *notify.Message {
	return &notify.Message{ID: "0123abcd", Attempt: 1, Register: "register.example/t", Party: "army", Desk: &inbox.Desk{ID: "desk-a", Content: inbox.DeskContent{Lang: lang}},
		Channel: inbox.Channel{Kind: "email", Address: to}, Reason: "release", At: time.Date(2016, 8, 11, 10, 0, 0, 0, time.UTC),
		Line: &notify.Line{Entry: 7, Subject: "site-a", What: "new", Version: strings.Repeat("0", 64), Answer: true, Item: json.RawMessage(`{"entry":7,"name":"M10"}`)}}
}

func sender(t *testing.T, server string) *Sender {
	t.Helper()
	links, err := NewLinks("register.example/t", key("register"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Options{Server: server, From: "register@example.org", Plain: true, Base: "https://register.example/", Links: links})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// read takes a mail apart as its receiver would.
func read(t *testing.T, data []byte) (m *mail.Message, text string, attached map[string]string) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	attached = map[string]string{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return m, text, attached
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(base64Reader(p))
		if err != nil {
			t.Fatal(err)
		}
		if text == "" {
			text = string(body)
			continue
		}
		attached[p.FileName()] = string(body)
	}
}

// TestCompose: in each language; the text holds no place and no name, the
// attachment all of it; nothing reassures.
func TestCompose(t *testing.T) {
	s := sender(t, "smtp.example.org:587")
	for _, lang := range i18n.Languages() {
		m := message("desk@example.org", string(lang))
		m.Why = "A site is to be received within 24h; else the desk is reminded."
		data, err := s.compose(m)
		if err != nil {
			t.Fatal(err)
		}
		head, text, attached := read(t, data)
		subject, err := new(mime.WordDecoder).DecodeHeader(head.Header.Get("Subject"))
		if err != nil || !strings.Contains(subject, "7") || head.Header.Get("Message-Id") != "<0123abcd@example.org>" {
			t.Errorf("%s: %q %v", lang, subject, head.Header)
		}
		if strings.Contains(text, "M10") || !strings.Contains(text, "https://register.example/answer/") || !strings.Contains(text, "site-a") || attached["entry-7.json"] != string(m.Line.Item) {
			t.Errorf("%s: %s %v", lang, text, attached)
		}
		if w, found := i18n.Reassures(lang, text); found {
			t.Errorf("%s: %q", lang, w)
		}
		for _, line := range strings.Split(string(data), "\r\n") {
			if len(line) > 998 {
				t.Errorf("%s: a line of %d characters (RFC 5322 2.1.1)", lang, len(line))
			}
		}
	}
	list := message("desk@example.org", "en")
	list.Line, list.Exercise, list.Waiting = nil, true, []notify.Open{{Party: "army", Entry: 7, Since: time.Unix(0, 0)}}
	data, err := s.compose(list)
	if err != nil {
		t.Fatal(err)
	}
	if _, text, _ := read(t, data); !strings.Contains(text, "EXERCISE") || !strings.Contains(text, "army") || strings.Contains(text, "answer/") {
		t.Error(text)
	}
}

// fakeServer speaks as much SMTP as a mail needs, and answers with what was said.
func fakeServer(t *testing.T, replies map[string]string) (addr string, got *strings.Builder) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	got = &strings.Builder{}
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			converse(c, replies, got)
		}
	}()
	return ln.Addr().String(), got
}

func converse(c net.Conn, replies map[string]string, got *strings.Builder) {
	defer c.Close()
	say := func(verb, otherwise string) { fmt.Fprintf(c, "%s\r\n", orElse(replies[verb], otherwise)) }
	say("", "220 test")
	in := bufio.NewScanner(c)
	for data := false; in.Scan(); {
		line := in.Text()
		switch {
		case data && line != ".":
			got.WriteString(line + "\r\n")
		case data:
			data = false
			say(".", "250 taken")
		case line == "DATA":
			data = replies["DATA"] == ""
			say("DATA", "354 go on")
		case line == "QUIT":
			say("QUIT", "221 bye")
			return
		default:
			verb, _, _ := strings.Cut(line, " ")
			say(verb, "250 ok")
		}
	}
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// TestSend: what a mail server can say, and whether it is tried again.
func TestSend(t *testing.T) {
	for name, c := range map[string]struct {
		replies map[string]string
		want    truce.Code
	}{
		"taken": {nil, ""}, "unknown": {map[string]string{"RCPT": "550 no such user"}, truce.CodeRefused}, "full": {map[string]string{"RCPT": "452 mailbox full"}, truce.CodeUnavailable},
		"greylisted": {map[string]string{"MAIL": "451 later"}, truce.CodeUnavailable}, "refused at the end": {map[string]string{".": "554 spam"}, truce.CodeRefused},
		"closed": {map[string]string{"": "421 closing"}, truce.CodeUnavailable}, "nonsense": {map[string]string{"": "hello"}, truce.CodeUnavailable},
		"we may not send": {map[string]string{"MAIL": "550 not from you"}, truce.CodeUnavailable}, "we are not signed in": {map[string]string{"RCPT": "530 sign in first"}, truce.CodeUnavailable},
		"closed for good": {map[string]string{"": "554 no service"}, truce.CodeUnavailable}, "no room": {map[string]string{"RCPT": "552 mailbox full"}, truce.CodeUnavailable},
	} {
		addr, got := fakeServer(t, c.replies)
		_, err := sender(t, addr).Send(t.Context(), message("desk@example.org", "en"))
		if truce.CodeOf(err) != c.want || (err == nil) != strings.Contains(got.String(), "Message-ID: <0123abcd@example.org>") && c.want != truce.CodeRefused {
			t.Errorf("%s: %v, got %d bytes", name, err, got.Len())
		}
	}
	if _, err := sender(t, "127.0.0.1:1").Send(t.Context(), message("desk@example.org", "en")); truce.CodeOf(err) != truce.CodeUnavailable {
		t.Errorf("nobody listens: %v", err)
	}
	addr, got := fakeServer(t, nil)
	for _, to := range []string{"", "desk", "Desk <desk@example.org>", "a@b.org, c@d.org", "a@b.org\r\nBcc: c@d.org", "<a@b.org>"} {
		if _, err := sender(t, addr).Send(t.Context(), message(to, "en")); truce.CodeOf(err) != truce.CodeRefused {
			t.Errorf("%q: %v", to, err)
		}
	}
	strict := sender(t, addr)
	strict.Plain = false
	if _, err := strict.Send(t.Context(), message("desk@example.org", "en")); truce.CodeOf(err) != truce.CodeUnavailable {
		t.Errorf("without TLS: %v", err)
	}
	strict.Plain, strict.User = true, "user"
	if _, err := strict.Send(t.Context(), message("desk@example.org", "en")); truce.CodeOf(err) != truce.CodeUnavailable {
		t.Errorf("a password without TLS: %v", err)
	}
	if got.Len() != 0 {
		t.Errorf("something was sent: %s", got)
	}
}

// TestLinks: only this register reads its links, also after a restart.
func TestLinks(t *testing.T) {
	s := sender(t, "smtp.example.org:587")
	want := Answer{Party: "army", Desk: "desk-a", Subject: "site-a", Version: strings.Repeat("0", 64), Entry: 7, Delivery: "d", Lang: "ar"}
	token, err := s.Links.Seal(want)
	if err != nil || strings.Contains(token, "army") {
		t.Fatalf("%q, %v", token, err)
	}
	again := sender(t, "smtp.example.org:587")
	if got, err := again.Links.Open(token); err != nil || *got != want {
		t.Errorf("%+v, %v", got, err)
	}
	other, err := NewLinks("register.example/t", key("other"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Open(token); truce.CodeOf(err) != truce.CodeNotFound {
		t.Errorf("%v", err)
	}
	for i := range len(token) {
		b := []byte(token)
		b[i] ^= 1
		if got, err := again.Links.Open(string(b)); err == nil {
			t.Fatalf("character %d changed: %+v", i, got)
		}
	}
}

func FuzzOpen(f *testing.F) {
	links, err := NewLinks("register.example/t", key("register"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("")
	f.Add(strings.Repeat("A", 80))
	f.Fuzz(func(t *testing.T, token string) {
		if a, err := links.Open(token); err == nil {
			t.Fatalf("%q opens as %+v", token, a)
		}
	})
}

// base64Reader reads a part in base64, whose line ends do not count.
func base64Reader(r io.Reader) io.Reader { return base64.NewDecoder(base64.StdEncoding, r) }
