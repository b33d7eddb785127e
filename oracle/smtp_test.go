package oracle

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"truce"
	"truce/internal/notify"
	"truce/internal/notify/email"
	"truce/internal/view/inbox"
	"truce/proof"
)

// post is a mail server by others, which stores what it takes. What it says instead of
// the right thing, and does, can be set for each step.
type post struct {
	mu       sync.Mutex
	taken    []*mail.Message
	bodies   [][]byte
	to       []string
	signedIn int

	rcpt func(n int) error // the n-th RCPT, from 1
	data func(n int, c *smtp.Conn) error
	hang chan struct{} // a greeting waits for it
	n    int
}

func (p *post) NewSession(c *smtp.Conn) (smtp.Session, error) {
	if p.hang != nil {
		<-p.hang
	}
	return &session{post: p, conn: c}, nil
}

type session struct {
	*post
	conn *smtp.Conn
	to   string
}

func (*session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "register" || password != "secret" {
			return smtp.ErrAuthFailed
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.signedIn++
		return nil
	}), nil
}

func (*session) Mail(string, *smtp.MailOptions) error { return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	if s.to = to; s.rcpt != nil {
		return s.rcpt(s.n)
	}
	return nil
}

// Data stores the mail before it answers, as a server must (RFC 5321 6.1).
func (s *session) Data(r io.Reader) error {
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := mail.ReadMessage(bytes.NewReader(body))
	if err != nil {
		return &smtp.SMTPError{Code: 554, Message: err.Error()}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken, s.bodies, s.post.to = append(s.taken, m), append(s.bodies, body), append(s.post.to, s.to)
	if s.data != nil {
		return s.data(len(s.taken), s.conn)
	}
	return nil
}

func (*session) Reset()        {}
func (*session) Logout() error { return nil }

// open runs the server until the test ends, with STARTTLS or without.
func (p *post) open(t *testing.T, secure bool) (addr string, trust *tls.Config) {
	t.Helper()
	web := httptest.NewTLSServer(nil) // for its certificate, which is for 127.0.0.1
	t.Cleanup(web.Close)
	srv := smtp.NewServer(p)
	srv.Domain, srv.ReadTimeout, srv.WriteTimeout = "mail.example", 10*time.Second, 10*time.Second
	if secure {
		srv.TLSConfig = web.TLS
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go srv.Serve(ln)
	t.Cleanup(func() { srv.Close() })
	return ln.Addr().String(), web.Client().Transport.(*http.Transport).TLSClientConfig
}

func mailer(t *testing.T, o email.Options) *email.Sender {
	t.Helper()
	o.From, o.Base = "register@example.org", "https://register.example"
	links, err := email.NewLinks("register.example/t", proof.NewSigner(ed25519.NewKeyFromSeed(make([]byte, 32))))
	if err != nil {
		t.Fatal(err)
	}
	o.Links = links
	s, err := email.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func letter() *notify.Message {
	return &notify.Message{ID: "0123abcd", Attempt: 1, Register: "register.example/t", Party: "army", Desk: &inbox.Desk{ID: "desk-a"}, Channel: inbox.Channel{Kind: "email", Address: "desk@example.org"},
		Reason: "release", At: time.Now().UTC(), Line: &notify.Line{Entry: 7, Subject: "site-a", What: "new", Version: strings.Repeat("0", 64), Answer: true, Item: json.RawMessage(`{"entry":7,"text":".\n..\nend"}`)}}
}

// insist sends until the mail is taken or refused for good, as package notify does.
func insist(ctx context.Context, s *email.Sender, m *notify.Message) (attempts int, err error) {
	for ; attempts < 5; m.Attempt++ {
		attempts++
		if _, err = s.Send(ctx, m); err == nil || truce.CodeOf(err) != truce.CodeUnavailable {
			return attempts, err
		}
	}
	return attempts, err
}

// TestMailServer: what a server by others takes over TLS, signed in, is the mail whole,
// once; without TLS nothing is said to it, and no password ever.
func TestMailServer(t *testing.T) {
	p := &post{}
	addr, trust := p.open(t, true)
	if _, err := mailer(t, email.Options{Server: addr, User: "register", Password: "secret", TLS: trust}).Send(t.Context(), letter()); err != nil {
		t.Fatal(err)
	}
	if len(p.taken) != 1 || p.signedIn != 1 || p.to[0] != "desk@example.org" || p.taken[0].Header.Get("Message-Id") != "<0123abcd@example.org>" {
		t.Fatalf("%d mails, signed in %d times, %v", len(p.taken), p.signedIn, p.to)
	}
	if strings.Contains(string(p.bodies[0]), "\n.") || !strings.Contains(string(p.bodies[0]), "entry-7.json") {
		t.Errorf("%s", p.bodies[0])
	}
	for name, o := range map[string]email.Options{
		"a certificate that nobody knows": {Server: addr},
		"another name than its own":       {Server: strings.Replace(addr, "127.0.0.1", "localhost", 1), TLS: trust.Clone()},
		"a wrong password":                {Server: addr, User: "register", Password: "wrong", TLS: trust},
	} {
		if o.TLS != nil && name == "another name than its own" {
			o.TLS.InsecureSkipVerify = false
		}
		if _, err := mailer(t, o).Send(t.Context(), letter()); truce.CodeOf(err) != truce.CodeUnavailable {
			t.Errorf("%s: %v", name, err)
		}
	}
	open := &post{}
	bare, _ := open.open(t, false)
	for name, o := range map[string]email.Options{"TLS is asked for": {Server: bare}, "a password": {Server: bare, Plain: true, User: "register", Password: "secret"}} {
		if _, err := mailer(t, o).Send(t.Context(), letter()); truce.CodeOf(err) != truce.CodeUnavailable {
			t.Errorf("no TLS, %s: %v", name, err)
		}
	}
	if _, err := mailer(t, email.Options{Server: bare, Plain: true}).Send(t.Context(), letter()); err != nil || open.signedIn != 0 || len(open.taken) != 1 || len(p.taken) != 1 {
		t.Errorf("without TLS, where that is allowed: %v, %d mails", err, len(open.taken))
	}
}

// gone cuts the line before the server can say that it took the mail.
func gone(c *smtp.Conn, now bool) error {
	if now {
		return c.Conn().Close()
	}
	return nil
}

// TestMailServerRefuses: 4xx is tried again and arrives; 5xx of the recipient or of the
// mail ends it; a server that goes after DATA has the mail twice, under one Message-ID.
func TestMailServerRefuses(t *testing.T) {
	say := func(code int) error { return &smtp.SMTPError{Code: code, Message: "so it is"} }
	for name, c := range map[string]struct {
		rcpt            func(int) error
		data            func(int, *smtp.Conn) error
		attempts, mails int
		want            truce.Code
	}{
		"greylisted twice":          {rcpt: func(n int) error { return map[bool]error{true: say(451)}[n < 3] }, attempts: 3, mails: 1},
		"no such user":              {rcpt: func(int) error { return say(550) }, attempts: 1, want: truce.CodeRefused},
		"not signed in, later so":   {rcpt: func(n int) error { return map[bool]error{true: say(530)}[n < 2] }, attempts: 2, mails: 1},
		"no room at the end, once":  {data: func(n int, _ *smtp.Conn) error { return map[bool]error{true: say(452)}[n < 2] }, attempts: 2, mails: 2},
		"takes it for spam":         {data: func(int, *smtp.Conn) error { return say(554) }, attempts: 1, mails: 1, want: truce.CodeRefused},
		"goes after DATA, once":     {data: func(n int, c *smtp.Conn) error { return gone(c, n < 2) }, attempts: 2, mails: 2},
		"goes after DATA, for good": {data: func(_ int, c *smtp.Conn) error { return gone(c, true) }, attempts: 5, mails: 5, want: truce.CodeUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &post{rcpt: c.rcpt, data: c.data}
			addr, trust := p.open(t, true)
			attempts, err := insist(t.Context(), mailer(t, email.Options{Server: addr, TLS: trust}), letter())
			if attempts != c.attempts || truce.CodeOf(err) != c.want {
				t.Errorf("%d attempts, %v", attempts, err)
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			if len(p.taken) != c.mails {
				t.Errorf("%d mails", len(p.taken))
			}
			for _, m := range p.taken {
				if m.Header.Get("Message-Id") != p.taken[0].Header.Get("Message-Id") {
					t.Errorf("another Message-ID: %v", m.Header)
				}
			}
		})
	}
}

// TestMailServerHangs: a server that says nothing ends with the caller's patience.
func TestMailServerHangs(t *testing.T) {
	p := &post{hang: make(chan struct{})}
	addr, _ := p.open(t, false)
	defer close(p.hang)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := mailer(t, email.Options{Server: addr, Plain: true}).Send(ctx, letter()); truce.CodeOf(err) != truce.CodeUnavailable || t.Context().Err() != nil {
		t.Errorf("%v", err)
	}
}
