package email

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"slices"
	"strings"
	"time"

	"truce"
	"truce/internal/i18n"
	"truce/internal/notify"
)

// Options say through which server mail goes.
type Options struct {
	Server         string // host:port of the SMTP server
	From           string // address of the register
	User, Password string // for AUTH PLAIN, over TLS only; may be empty
	Plain          bool   // send without TLS where the server has none; never a password
	Base           string // URL of the register's server, for the links; empty = no link
	Links          *Links
	TLS            *tls.Config // for tests; nil = the system's
}

// Sender sends e-mail. It may be used by many goroutines.
type Sender struct{ Options }

// New makes a sender. An address that is none is CodeUsage.
func New(o Options) (*Sender, error) {
	if _, _, err := net.SplitHostPort(o.Server); err != nil {
		return nil, truce.E(truce.CodeUsage, "the SMTP server is not host:port").WithHint("such as smtp.example.org:587")
	}
	if !isAddress(o.From) {
		return nil, truce.E(truce.CodeUsage, "the sender is no e-mail address").WithHint("such as register@example.org")
	}
	return &Sender{o}, nil
}

// Kind is "email".
func (*Sender) Kind() string { return "email" }

// isAddress reports whether s is one plain address: no name, no list, no line breaks.
func isAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= 254 && !strings.ContainsAny(s, "\r\n")
}

// patience is how long one exchange with the server may take.
const patience = 30 * time.Second

// refused is what a server says of this mail or its recipient for good (RFC 5321
// 4.2.1). What it says of us, who may not send or did not sign in, will be another
// thing once somebody has mended that: nothing is given up for it.
type refused struct{ said *textproto.Error }

// Error is what the server said.
func (r refused) Error() string { return r.said.Error() }

// aboutMail marks what a server says for good of a mail or its recipient.
func aboutMail(err error) error {
	said, ok := errors.AsType[*textproto.Error](err)
	if !ok || said.Code/100 != 5 || slices.Contains(aboutUs, said.Code) {
		return err
	}
	return refused{said}
}

// aboutUs are replies about signing in (RFC 4954 6) and about TLS (RFC 3207 4), which
// a server may give to any command, and a mailbox that is full (RFC 5321 4.2.3).
var aboutUs = []int{530, 534, 535, 538, 552}

// Send hands the mail to the server once. An address that is none, or a mail or an
// address that the server refuses for good (5xx), is CodeRefused; all else
// CodeUnavailable.
func (s *Sender) Send(ctx context.Context, m *notify.Message) (*notify.Reply, error) {
	to := m.Channel.Address
	if !isAddress(to) {
		return nil, truce.E(truce.CodeRefused, "the address of the line is no e-mail address")
	}
	body, err := s.compose(m)
	if err != nil {
		return nil, err
	}
	if err := s.deliver(ctx, to, body); err != nil {
		if r, ok := errors.AsType[refused](err); ok {
			return nil, truce.Wrap(truce.CodeRefused, err, "the mail server refuses it with %d", r.said.Code)
		}
		return nil, truce.Wrap(truce.CodeUnavailable, err, "the mail server does not take it")
	}
	return &notify.Reply{Detail: "taken by the mail server"}, nil
}

func (s *Sender) deliver(ctx context.Context, to string, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.Server)
	if err != nil {
		return err
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	host, _, _ := net.SplitHostPort(s.Server) // New looked at it
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		return err
	}
	if err := s.greet(c, host); err != nil {
		return err
	}
	return transfer(c, s.From, to, body)
}

// greet agrees on TLS and signs in. A password never goes over a plain line.
func (s *Sender) greet(c *smtp.Client, host string) error {
	if ok, _ := c.Extension("STARTTLS"); ok {
		conf := s.TLS.Clone()
		if conf == nil {
			conf = &tls.Config{}
		}
		conf.ServerName, conf.MinVersion = host, tls.VersionTLS12
		if err := c.StartTLS(conf); err != nil {
			return err
		}
	} else if !s.Plain || s.User != "" {
		return truce.E(truce.CodeUnavailable, "the mail server offers no TLS")
	}
	if s.User == "" {
		return nil
	}
	return c.Auth(smtp.PlainAuth("", s.User, s.Password, host))
}

func transfer(c *smtp.Client, from, to string, body []byte) error {
	if err := c.Mail(from); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return aboutMail(err)
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(body); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return aboutMail(err)
	}
	_ = c.Quit() // the mail is taken whatever it says
	return nil
}

// compose writes the mail: a text in the desk's language, and the line of the feed
// as an attachment. The same message has the same Message-ID at every attempt.
func (s *Sender) compose(m *notify.Message) ([]byte, error) {
	lang := i18n.Match(m.Desk.Content.Lang)
	subject, text, err := s.text(m, lang)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, domain, _ := strings.Cut(s.From, "@")
	head := [][2]string{{"From", s.From}, {"To", m.Channel.Address}, {"Subject", mime.QEncoding.Encode("utf-8", subject)}, {"Date", m.At.Format(time.RFC1123Z)},
		{"Message-ID", "<" + m.ID + "@" + domain + ">"}, {"Auto-Submitted", "auto-generated"}, {"MIME-Version", "1.0"}}
	if m.Reason == "alarm" {
		head = append(head, [2]string{"Importance", "high"}, [2]string{"X-Priority", "1"})
	}
	for _, h := range head {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	boundary := "truce-" + m.ID
	fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=%q\r\n\r\n", boundary)
	part(&b, boundary, "text/plain; charset=utf-8", "inline", []byte(text))
	if m.Line != nil && len(m.Line.Item) > 0 {
		part(&b, boundary, "application/json", fmt.Sprintf("attachment; filename=\"entry-%d.json\"", m.Line.Entry), m.Line.Item)
	}
	fmt.Fprintf(&b, "--%s--\r\n", boundary)
	return b.Bytes(), nil
}

// part writes one part in base64, 76 characters a line (RFC 2045 6.8).
func part(b *bytes.Buffer, boundary, media, disposition string, data []byte) {
	fmt.Fprintf(b, "--%s\r\nContent-Type: %s\r\nContent-Disposition: %s\r\nContent-Transfer-Encoding: base64\r\n\r\n", boundary, media, disposition)
	text := base64.StdEncoding.EncodeToString(data)
	for len(text) > 76 {
		b.WriteString(text[:76] + "\r\n")
		text = text[76:]
	}
	b.WriteString(text + "\r\n")
}

// text is what a person reads. It holds no place and no name: those stand in the
// attachment, which a telephone does not show on a locked screen.
func (s *Sender) text(m *notify.Message, lang i18n.Lang) (subject, text string, err error) {
	say := func(key string, args i18n.Args) string { return i18n.Text(lang, key, args) }
	lines := []string{}
	if m.Exercise {
		lines = append(lines, say("public.exercise", nil), "")
	}
	lines = append(lines, say("mail.intro", i18n.Args{"register": m.Register, "party": m.Party}), "")
	if m.Line == nil {
		subject = say("mail.list", i18n.Args{"register": m.Register, "n": len(m.Waiting)})
		for _, w := range m.Waiting {
			lines = append(lines, say("mail.open", i18n.Args{"party": w.Party, "since": w.Since.UTC().Format("2006-01-02 15:04Z"), "entry": w.Entry}))
		}
	} else {
		what := say("what."+m.Line.What, nil)
		subject = say("mail.subject", i18n.Args{"register": m.Register, "entry": m.Line.Entry, "what": what})
		lines = append(lines, fmt.Sprintf("%d  %s  %s", m.Line.Entry, m.Line.Subject, what), "", say("mail.signed", nil))
		if link, e := s.link(m); e != nil {
			return "", "", e
		} else if link != "" {
			lines = append(lines, "", say("mail.answer", nil), link)
		}
	}
	if m.Why != "" {
		lines = append(lines, "", say("mail.why", i18n.Args{"why": m.Why}))
	}
	if m.Exercise {
		subject = say("public.exercise", nil) + " " + subject
	}
	return subject, strings.Join(lines, "\r\n") + "\r\n", nil
}

// link is the address that answers the message; empty where there is none.
func (s *Sender) link(m *notify.Message) (string, error) {
	if s.Base == "" || s.Links == nil || !m.Line.Answer {
		return "", nil
	}
	token, err := s.Links.Seal(Answer{Party: m.Party, Desk: m.Desk.ID, Subject: m.Line.Subject, Version: m.Line.Version, Entry: m.Line.Entry, Delivery: m.ID, Lang: m.Desk.Content.Lang})
	return strings.TrimSuffix(s.Base, "/") + "/answer/" + token, err
}
