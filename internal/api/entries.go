package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"time"

	"truce"
	"truce/internal/auth"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/internal/view/agreement"
	"truce/internal/view/protected"
)

// StatementView is one statement as one viewer may read it. Where all of it may
// be read, the signed envelope stands beside it.
type StatementView struct {
	Entry    int64           `json:"entry" doc:"number in the log"`
	ID       string          `json:"id" doc:"statement id"`
	Received time.Time       `json:"received" doc:"by the register's clock, UTC"`
	Kind     truce.Kind      `json:"kind"`
	Subject  string          `json:"subject" doc:"what it is about"`
	Author   truce.PartyID   `json:"author,omitempty"`
	Status   truce.Status    `json:"status"`
	Replaces string          `json:"replaces,omitempty"`
	Lang     string          `json:"lang,omitempty"`
	Body     json.RawMessage `json:"body,omitempty" doc:"as far as you may read it; absent in lists"`
	Whole    bool            `json:"whole" doc:"nothing is left out of the body"`
	Envelope json.RawMessage `json:"envelope,omitempty" doc:"DSSE envelope as it was signed; only with the whole body"`
	Links    Links           `json:"links"`
}

// Links lead on: name to path.
type Links map[string]string

// looker decides what of entries one viewer may see. It remembers the objects
// that it looked at; it serves one request, or one round of a stream, and may be
// used by several goroutines.
type looker struct {
	*Server
	ctx    context.Context
	viewer auth.Viewer

	mu      sync.Mutex
	objects map[string]*looked
}

type looked struct {
	object    *protected.Object // nil where there is none
	versions  []protected.Version
	agreement *agreement.Record // agreement or window of that id; nil where there is none
}

func (c *call) looking() *looker {
	return &looker{Server: c.Server, ctx: c.ctx, viewer: c.viewer, objects: map[string]*looked{}}
}

// entry is what the viewer may see of entry number n; nil when it may see nothing.
func (l *looker) entry(n int64) (*StatementView, error) {
	e, err := l.Log.Entry(l.ctx, n)
	if err != nil {
		return nil, err
	}
	return l.view(e)
}

// view is what the viewer may see of e; nil when it may see nothing. An entry
// whose content was erased exists to the registrar only: who else could see it
// is not known any more.
func (l *looker) view(e *ledger.Entry) (*StatementView, error) {
	if e.Withheld && e.Statement == nil {
		return nil, nil // this is a copy, and was not told either
	}
	if e.Erased() {
		if l.viewer.Role == truce.RoleRegistrar {
			return nil, truce.E(truce.CodeGone, "the content of entry %d was erased", e.Number).WithHint("its leaf stays in the log")
		}
		return nil, nil
	}
	body, whole, ok, err := l.body(e)
	if err != nil || !ok {
		return nil, err
	}
	s := e.Statement
	whole = whole && e.Envelope != nil // a copy may have been told in part
	v := &StatementView{Entry: e.Number, ID: e.ID, Received: e.Time, Kind: s.Kind, Subject: s.Subject, Author: s.Author, Status: s.Status,
		Replaces: s.Replaces, Lang: s.Lang, Body: body, Whole: whole,
		Links: Links{"self": "/v1/statements/" + e.ID, "entry": "/v1/entries/" + strconv.FormatInt(e.Number, 10), "receipt": "/v1/statements/" + e.ID + "/receipt"}}
	if whole {
		v.Envelope = e.Envelope.JSON()
	}
	if !whole && l.hidesParties(s) {
		v.Author, v.Replaces = "", ""
	}
	return v, nil
}

// hidesParties reports whether the viewer may not read who speaks about the subject.
func (l *looker) hidesParties(s *truce.Statement) bool {
	seen := l.known(s.Subject)
	return seen != nil && seen.object != nil &&
		auth.May(auth.RelationOf(l.viewer, auth.FactsOf(seen.object)), truce.DiscloseIdentity) != auth.All
}

// body is what may be read of the body of e.
func (l *looker) body(e *ledger.Entry) (body json.RawMessage, whole, ok bool, err error) {
	s := e.Statement
	if auth.IsTold(s.Kind) {
		return l.told(s)
	}
	switch s.Kind.Object() {
	case "party", "key":
		body, whole, ok = aboutParty(l.viewer, s)
		return body, whole, ok, nil
	}
	seen, err := l.subject(s.Subject)
	if err == nil && seen.agreement != nil {
		body, whole, ok = auth.ShowAgreementStatement(l.viewer, seen.agreement, e.Number, s)
		return body, whole, ok, nil
	}
	if err != nil || seen.object == nil {
		return nil, false, false, err
	}
	body, whole, ok = auth.ShowStatement(l.viewer, seen.object, seen.versions, e.Number, s)
	return body, whole, ok, nil
}

// aboutParty is what may be read of a statement about a party or its keys: all
// by the registrar, the party itself and the author; what says who is who by
// everybody who has signed in, auditors left out; nothing by the public.
func aboutParty(v auth.Viewer, s *truce.Statement) (body json.RawMessage, whole, ok bool) {
	spec, known := truce.SpecOf(s.Kind)
	switch {
	case !known || v.Party == "" || v.Role == truce.RoleAuditor:
		return nil, false, false
	case v.Role == truce.RoleRegistrar || v.Party == s.Subject || v.Party == s.Author:
		return s.Body, true, true
	}
	body = auth.Mask(spec.Fields, s.Body, auth.RelationPublic)
	return body, sameJSON(body, s.Body), body != nil
}

// sameJSON reports whether two texts hold the same members in any order.
func sameJSON(a, b json.RawMessage) bool {
	var x, y map[string]json.RawMessage
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil || len(x) != len(y) {
		return false
	}
	for name, value := range x {
		if !bytes.Equal(compact(value), compact(y[name])) {
			return false
		}
	}
	return true
}

func compact(raw json.RawMessage) []byte {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return nil
	}
	return b.Bytes()
}

// known is what was read of an object before, nil where nothing was.
func (l *looker) known(subject string) *looked {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.objects[subject]
}

// subject reads an object with its versions, once.
func (l *looker) subject(id string) (*looked, error) {
	if seen := l.known(id); seen != nil {
		return seen, nil
	}
	seen := &looked{}
	err := l.DB.View(l.ctx, func(r store.Reader) (err error) {
		if truce.AgreementObject(id) != "" {
			seen.agreement, err = l.Agreements.Record(l.ctx, r, id, l.Log.Head().Size)
			return err
		}
		seen.object, err = l.Objects.Object(l.ctx, r, id, l.Log.Head().Size)
		if err != nil {
			return err
		}
		seen.versions, err = l.Objects.Versions(l.ctx, r, id, truce.Now, truce.NoEntry, allVersions)
		return err
	})
	if truce.CodeOf(err) == truce.CodeNotFound {
		err = nil
	}
	if err == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.objects[id] = seen
	}
	return seen, err
}

// entryNumber reads the number of an entry out of the path.
func (c *call) entryNumber() (int64, error) {
	text := c.r.PathValue("n")
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != text {
		return 0, notFound()
	}
	return n, nil
}

// find is the entry that the path names, by number or by statement id, with what
// the viewer may see of it.
func (c *call) find() (e *ledger.Entry, v *StatementView, err error) {
	if c.r.PathValue("n") != "" {
		var n int64
		if n, err = c.entryNumber(); err == nil {
			e, err = c.Log.Entry(c.ctx, n)
		}
	} else {
		var id string
		if id, err = c.id("id", truce.IsStatementID); err == nil {
			e, err = c.Log.EntryByID(c.ctx, id)
		}
	}
	if truce.CodeOf(err) == truce.CodeNotFound {
		return nil, nil, notFound()
	}
	if err != nil {
		return nil, nil, err
	}
	if v, err = c.looking().view(e); err == nil && v == nil {
		err = notFound()
	}
	return e, v, err
}

// statement answers with one statement.
func (c *call) statement() error {
	_, v, err := c.find()
	if err != nil {
		return err
	}
	body := append(encodeJSON(v), '\n')
	if c.unchanged(tagOf(body)) {
		return nil
	}
	return c.send(http.StatusOK, mediaJSON, body)
}

// EntryPage is one page of the entries that a viewer may see.
type EntryPage struct {
	AsOf    AsOf             `json:"asOf"`
	Entries []*StatementView `json:"entries"`
	Next    string           `json:"next,omitempty" doc:"cursor of the next page; absent where the log ends"`
}

// scanEntries bounds how many entries one list request looks at.
const scanEntries = 2000

// entries answers with the entries that the viewer may see, in order.
func (c *call) entries() error {
	limit, err := c.number("limit", 100, 1, 1000)
	if err != nil {
		return err
	}
	question := c.question()
	after, err := c.cursors.read(c.query["cursor"], question)
	if err != nil {
		return err
	}
	head := c.Log.Head()
	seen, last, err := c.looking().entries(after+1, min(head.Size, after+1+scanEntries), int(limit))
	if err != nil {
		return err
	}
	page := EntryPage{AsOf: asOf(head.Size, head), Entries: seen}
	if last+1 < head.Size {
		page.Next = c.cursors.make(last, question)
	}
	return c.page(page.Next, page)
}

// entries are those of the entries from (inclusive) to (exclusive) that the
// viewer may see, at most limit, without bodies. last is the last one looked at.
func (l *looker) entries(from, to int64, limit int) (seen []*StatementView, last int64, err error) {
	seen, last = []*StatementView{}, from-1
	for n := from; n < to && len(seen) < limit; n++ {
		v, err := l.entry(n)
		if err != nil && truce.CodeOf(err) != truce.CodeGone {
			return nil, last, err
		}
		if last = n; v != nil {
			v.Body, v.Envelope = nil, nil
			seen = append(seen, v)
		}
	}
	return seen, last, nil
}
