package api

import (
	"bytes"
	"context"
	"html/template"
	"net/http"

	"truce"
	"truce/internal/i18n"
)

// Answers are the links in messages that can be used once to say that something
// was received.
type Answers interface {
	// Look reads a link; what this register did not make is CodeNotFound.
	Look(ctx context.Context, token string) (*AnswerLink, error)
	// Use answers. It reports whether that had been done before, and then does nothing.
	Use(ctx context.Context, token string) (before bool, err error)
}

// AnswerLink is what a link stands for.
type AnswerLink struct {
	Party truce.PartyID
	Entry int64
	Lang  string // of the desk
	Used  bool
}

// answerPage has no script and no style: it is opened on whatever is at hand.
var answerPage = template.Must(template.New("answer").Parse(`<!doctype html>
<html lang="{{.Lang}}" dir="{{.Dir}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>{{.Title}}</title></head><body><h1>{{.Title}}</h1>{{if .Exercise}}<p><strong>{{.Exercise}}</strong></p>{{end}}<p>{{.Text}}</p>
{{if .Button}}<form method="post"><button type="submit">{{.Button}}</button></form>{{end}}
</body></html>
`))

// answerLink shows what a link is about. Opening it does nothing: scanners of mail
// open links.
func (c *call) answerLink() error {
	l, err := c.look()
	if err != nil {
		return err
	}
	if l.Used {
		return c.answerShown(l, "ack.used", "")
	}
	return c.answerShown(l, "ack.question", "ack.button")
}

func (c *call) look() (*AnswerLink, error) {
	if c.Answers == nil {
		return nil, notFound()
	}
	return c.Answers.Look(c.ctx, c.r.PathValue("token"))
}

// answerUse answers, once.
func (c *call) answerUse() error {
	l, err := c.look()
	if err != nil {
		return err
	}
	before, err := c.Answers.Use(c.ctx, c.r.PathValue("token"))
	if err != nil {
		return err
	}
	if before {
		return c.answerShown(l, "ack.used", "")
	}
	return c.answerShown(l, "ack.done", "")
}

func (c *call) answerShown(l *AnswerLink, text, button string) error {
	lang := i18n.Match(l.Lang)
	v := struct{ Lang, Dir, Title, Exercise, Text, Button string }{Lang: string(lang), Dir: "ltr", Title: i18n.Text(lang, "ack.title", nil),
		Text: i18n.Text(lang, text, i18n.Args{"entry": l.Entry, "party": l.Party})}
	if lang.RightToLeft() {
		v.Dir = "rtl"
	}
	if c.Exercise {
		v.Exercise = i18n.Text(lang, "public.exercise", nil)
	}
	if button != "" {
		v.Button = i18n.Text(lang, button, nil)
	}
	var b bytes.Buffer
	if err := answerPage.Execute(&b, v); err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // the address is a secret
	return c.send(http.StatusOK, "text/html; charset=utf-8", b.Bytes())
}

func answerRoutes() []*route {
	return []*route{
		{method: "GET", path: "/answer/{token}", name: "getAnswer", tag: "Telling", open: true, gives: []string{"text/html; charset=utf-8"}, errors: unseen, handle: (*call).answerLink,
			doc: "Shows the page behind the link of an e-mail. Opening it does nothing."},
		{method: "POST", path: "/answer/{token}", name: "postAnswer", tag: "Telling", open: true, takes: []string{"application/x-www-form-urlencoded"}, limit: maxSmall,
			gives: []string{"text/html; charset=utf-8"}, errors: unseen, handle: (*call).answerUse,
			doc: "Says that the message was received. Once; it is recorded that the link was used, which is no signed acknowledgement."},
	}
}
