package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"

	"truce"
	"truce/internal/compose"
	"truce/proof"
)

// author makes statements about sites of its own, one request after the other,
// and tells the witness what was answered.
type author struct {
	*registrar
	client  *http.Client
	answers chan<- acked
	sites   []owned
	waiting []draft // sent, and not answered
	count   int
}

// owned is a site and the newest version that the author knows of.
type owned struct{ subject, version string }

// draft is a statement that is being submitted; done takes over what it changed.
type draft struct {
	*proof.Envelope
	done func()
}

// acked is one statement that the register has answered for.
type acked struct {
	id     string
	number int64
	head   *proof.Checkpoint // nil in answers to streams
	known  bool
}

var errStopped = errors.New("the server is gone")

// submitUntilKilled goes on until the connection breaks.
func (a *author) submitUntilKilled(url string) {
	for {
		var err error
		if rand.IntN(8) == 0 {
			err = a.stream(url)
		} else {
			err = a.single(url)
		}
		if errors.Is(err, errStopped) {
			return
		}
		if err != nil {
			a.t.Error(err)
			return
		}
	}
}

// next is a new statement: mostly a new site, sometimes a change of an old one.
func (a *author) next() draft {
	a.count++
	at := rand.IntN(max(len(a.sites), 1))
	switch n := rand.IntN(20); {
	case n >= 7 || len(a.sites) < 5:
		return a.register()
	case n >= 3:
		return a.change(at, truce.SiteAmend, siteBody(a.count, 20), false)
	case n >= 1:
		return a.change(at, truce.SiteWithdraw, map[string]any{"reason": "closed"}, true)
	default:
		return a.erase(at)
	}
}

func (a *author) register() draft {
	e := a.site(a.count, 200)
	s, err := truce.ParseStatement(e.Payload)
	if err != nil {
		panic(err)
	}
	return draft{e, func() { a.sites = append(a.sites, owned{s.Subject, e.ID()}) }}
}

// change supersedes the newest version of a site; the last change ends it.
func (a *author) change(at int, kind truce.Kind, body any, last bool) draft {
	site := &a.sites[at]
	e := a.sign(kind, site.subject, body, compose.Replaces(site.version))
	if last {
		return draft{e, func() { a.drop(site.subject) }}
	}
	return draft{e, func() { site.version = e.ID() }}
}

func (a *author) erase(at int) draft {
	subject := a.sites[at].subject
	e := a.sign(truce.EraseContent, subject, map[string]any{"reason": "operator-risk"})
	return draft{e, func() { a.drop(subject) }}
}

func (a *author) drop(subject string) {
	for i, s := range a.sites {
		if s.subject == subject {
			a.sites = append(a.sites[:i], a.sites[i+1:]...)
			return
		}
	}
}

// single submits one statement, by PUT or POST.
func (a *author) single(url string) error {
	d := a.next()
	a.waiting = []draft{d}
	method, path := "POST", "/v1/statements"
	if rand.IntN(2) == 0 {
		method, path = "PUT", path+"/"+d.ID()
	}
	res, err := ask(a.client, method, url+path, "application/json", d.JSON())
	if err != nil {
		return errStopped
	}
	if res.status == http.StatusTooManyRequests {
		a.waiting = nil
		return nil
	}
	var got struct {
		ID         string
		Entry      int64
		Checkpoint string
		Known      bool
	}
	if err := json.Unmarshal(res.body, &got); err != nil || res.status != http.StatusCreated {
		return errors.New(string(res.body))
	}
	head, err := proof.OpenCheckpoint([]byte(got.Checkpoint), a.logKey)
	if err != nil {
		return err
	}
	a.answered(d, acked{got.ID, got.Entry, head, got.Known})
	return nil
}

func (a *author) answered(d draft, got acked) {
	a.waiting = a.waiting[1:]
	d.done()
	a.answers <- got
}

// stream submits several new sites as a stream of lines; the answers that came
// before the kill count.
func (a *author) stream(url string) error {
	var body bytes.Buffer
	a.waiting = nil
	for range 1 + rand.IntN(20) {
		d := a.register()
		a.waiting = append(a.waiting, d)
		body.Write(append(d.JSON(), '\n'))
	}
	res, err := ask(a.client, "POST", url+"/v1/statements", "application/x-ndjson", body.Bytes())
	if res == nil {
		return errStopped
	}
	if res.status != http.StatusOK {
		a.waiting = nil
		return nil // busy: it was not read
	}
	for line := range bytes.Lines(res.body) {
		var got struct {
			ID    string
			Entry int64
		}
		if json.Unmarshal(line, &got) != nil || got.ID == "" {
			break // cut short
		}
		a.answered(a.waiting[0], acked{id: got.ID, number: got.Entry})
	}
	if err != nil {
		return errStopped
	}
	return nil
}
